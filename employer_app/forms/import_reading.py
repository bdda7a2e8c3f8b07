"""How a file is to be read, where it does not prove it itself."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from employer_app.domain.applicant_list.reading import ENCODINGS, SEPARATORS, Candidate, Reading
from employer_app.forms.base import Form
from employer_app.forms.choices import offered

_ITSELF = ("", "As the file shows it")
#: the words stand for the signs: a tab does not survive every form
_SIGNS = {words: sign for sign, words in SEPARATORS.items()}
LOWEST_HEADER = 1000


class ReadingForm(Form):
    """What the page does not ask for is as the file shows it."""

    encoding = SelectField(
        "Letters are stored as", choices=offered([_ITSELF, *ENCODINGS.items()]), default=""
    )
    separator = SelectField(
        "Between two cells stands a",
        choices=offered([_ITSELF, *((words, words.capitalize()) for words in _SIGNS)]),
        default="",
    )
    header_row = IntegerField(
        "The column names stand in row",
        [Optional(), NumberRange(1, LOWEST_HEADER)],
        render_kw={"min": 1, "max": LOWEST_HEADER, "placeholder": "found by itself"},
    )
    sheet_name = SelectField("Sheet of the workbook", validate_choice=False, default="")

    @classmethod
    def of(cls, reading: Reading, sheet_names: Sequence[str]) -> ReadingForm:
        """As it is first shown; `sheet_names` are those to choose from."""
        form = cls(
            formdata=None,
            data={
                "encoding": reading.encoding,
                "separator": SEPARATORS.get(reading.separator, ""),
                "header_row": reading.header_row or None,
                "sheet_name": reading.sheet_name,
            },
        )
        form.offer(sheet_names)
        return form

    def offer(self, sheet_names: Sequence[str]) -> None:
        names = [("", "The one that looks like a list"), *((one, one) for one in sheet_names)]
        self.sheet_name.choices = offered(names)

    def likely(self, doubt: str, candidates: Sequence[Candidate]) -> None:
        """Put the likely answers to a doubt first; they are the only sheets and rows there are."""
        values = {SEPARATORS.get(one.value, one.value): one.words for one in candidates}
        if doubt == "encoding" and values:
            others = [pair for pair in ENCODINGS.items() if pair[0] not in values]
            self.encoding.choices = offered([*values.items(), *others])
        elif doubt == "sheet":
            self.sheet_name.choices = offered(values.items())

    def reading(self) -> Reading:
        return Reading(
            encoding=self.encoding.data or "",
            separator=_SIGNS.get(self.separator.data or "", ""),
            header_row=self.header_row.data or 0,
            sheet_name=self.sheet_name.data or "",
        )
