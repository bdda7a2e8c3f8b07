"""What a person chooses for a list: the job, how its dates are written; the rest is in `import_choices`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import Length

from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.dates import DateOrder
from employer_app.domain.words import t
from employer_app.forms.base import Form
from employer_app.forms.choices import offered
from employer_app.forms.ids import IdField, number
from employer_app.forms.import_choices import Posted, Shown, with_posted

NEW_JOB = 0
#: each of the list's jobs becomes a job of its own
AS_LISTED = -1


def _job(text: object) -> int:
    """One of the jobs there are, or one of the two words above. Raises ValueError for anything else."""
    own = {str(one): one for one in (NEW_JOB, AS_LISTED)}
    found = own.get(str(text), number(str(text)))
    if found is None:
        raise ValueError("no job")
    return found


class UploadForm(Form):
    file = MultipleFileField(
        "Lists of applicants",
        [FileRequired("Choose a file first.")],
        description="CSV, TSV, XLSX, ODS, XLS or the JSON of your old system; several at once, up to 40 MB.",
        render_kw={"accept": ".csv,.txt,.tsv,.xlsx,.ods,.xls,.json"},
    )
    #: the job it was started from
    job_id = IdField()


class ListForm(Form):
    job_id = SelectField("Job", coerce=_job, validate_choice=False)
    job_title = StringField("Title of the new job", [Length(max=120)])
    date_order = SelectField(
        "Dates such as 03/04/2026",
        choices=offered(
            [
                ("", "As the dates of the list prove"),
                (DateOrder.DAY_FIRST.value, "Day first: 3 April"),
                (DateOrder.MONTH_FIRST.value, "Month first: March 4"),
            ]
        ),
    )
    ack_expected = BooleanField(
        "Nobody has thanked them for applying yet",
        description="Each of them is then shown as waiting for a first word.",
    )
    late_at_home = BooleanField(
        "Show those who are late already on the home list at once",
        description="Otherwise they go on the old pile until you plan them, and nobody's figures suffer.",
    )
    digest = HiddenField()
    good_only = HiddenField()

    def offer(self, jobs: Sequence[tuple[int, str]], *, listed: int) -> None:
        """The jobs to choose from; `listed`: how many jobs the list itself names."""
        own = [(AS_LISTED, t("import.as_listed", n=listed))] if listed else []
        self.job_id.choices = offered([*own, (NEW_JOB, "A new job, with the title that you give"), *jobs])

    @classmethod
    def of(cls, choices: ListChoices, *, listed: int) -> ListForm:
        """As it is first shown."""
        as_listed = listed and not choices.job_id and not choices.job_title
        return cls(
            formdata=None,
            data={
                "job_id": AS_LISTED if as_listed else choices.job_id or NEW_JOB,
                "job_title": choices.job_title,
                "date_order": choices.date_order or "",
                "ack_expected": choices.ack_expected,
                "late_at_home": choices.late_at_home,
            },
        )

    def choices(self, stored: ListChoices, shown: Shown, posted: Posted) -> ListChoices:
        """`stored`, with what was changed on a page that showed `shown`."""
        chosen = self.job_id.data
        job_id = chosen if chosen and chosen > 0 else None
        title = "" if chosen != NEW_JOB else " ".join((self.job_title.data or "").split())
        return replace(
            with_posted(stored, shown, posted),
            job_id=job_id,
            job_title=title,
            date_order=self.date_order.data or None,
            ack_expected=bool(self.ack_expected.data),
            late_at_home=bool(self.late_at_home.data),
        )
