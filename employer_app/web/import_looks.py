"""How a list reads on its page: columns with samples, stages, and every row with what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice

from employer_app.actions.imports.look import Look
from employer_app.domain.applicant_list.columns import Field, labels
from employer_app.domain.applicant_list.header_names import WHY_PRIVATE
from employer_app.domain.applicant_list.outcome import Outcome
from employer_app.domain.applicant_list.sheet import Row
from employer_app.domain.applicant_list.standing import outcome
from employer_app.domain.applicant_list.verdict import Applicant, BadRow
from employer_app.domain.words import t

PAGE = 50
SAMPLES = 3
_SAMPLE_LENGTH = 40
_ROWS_SAMPLED = 500


class Verdict(StrEnum):
    """What becomes of a row; what needs a person comes first."""

    BAD = "bad"
    UNCLEAR = "unclear"
    TWICE = "twice"
    CONFLICT = "conflict"
    CHANGED = "changed"
    HERE = "here"
    LEFT_OUT = "left_out"
    NOTED = "noted"
    NEW = "new"


@dataclass(frozen=True)
class ColumnLine:
    """One column of the file. `field` is what it becomes, empty when it is left out."""

    index: int
    label: str
    samples: Sequence[str]
    field: str
    private: bool
    #: private, and somebody wants it in the note all the same
    insisted: bool
    #: soon for one to check
    tone: str
    sure: str
    why: str


@dataclass(frozen=True)
class RowLine:
    number: int
    who: str
    verdict: Verdict
    #: pairs of a field's word, which may be empty, and a sentence
    said: Sequence[tuple[str, str]]
    #: cells that can be corrected on the page: column index, its name, the text as it stands
    cells: Sequence[tuple[int, str, str]] = ()


@dataclass(frozen=True)
class RowPage:
    lines: Sequence[RowLine]
    total: int
    start: int

    @property
    def next(self) -> int | None:
        end = self.start + len(self.lines)
        return end if end < self.total else None


def field_choices() -> list[tuple[str, str]]:
    return [("", t("import.left_out")), *((field.value, t(f"import.field.{field.value}")) for field in Field)]


def columns(found: Look, typed: Mapping[int, Field | None]) -> list[ColumnLine]:
    """`typed`: what was posted and not taken; it is shown again."""
    rows = found.sheet.rows[:_ROWS_SAMPLED]
    return [
        _column(found, index, label, rows, {**found.columns.fields, **typed}.get(index))
        for index, label in enumerate(labels(found.sheet.header))
    ]


def _column(found: Look, index: int, label: str, rows: Sequence[Row], field: Field | None) -> ColumnLine:
    private = index in found.columns.sensitive
    tone, why = "", ""
    if private:
        why = t("import.why.private", what=WHY_PRIVATE[found.columns.why_sensitive[index]])
    elif index in found.columns.ambiguous:
        tone, why = "soon", t("import.why.ambiguous")
    elif index in found.judged.orders:
        how = "chosen" if found.choices.date_order else "proven"
        why = t(f"import.why.{found.judged.orders[index].value}_{how}")
    elif index in found.choices.columns:
        why = t("import.why.chosen")
    sure = "private" if private else "check" if tone else "sure" if field else "left_out"
    tone = tone or ("done" if sure == "sure" else "quiet")
    samples = () if private else _samples(rows, index)
    value = field.value if field else ""
    insisted = index in found.choices.insisted
    return ColumnLine(index, label, samples, value, private, insisted, tone, t(f"import.{sure}"), why)


def _samples(rows: Sequence[Row], index: int) -> Sequence[str]:
    filled = (" ".join(row.cells[index].split()) for row in rows if index < len(row.cells))
    different = list(dict.fromkeys(text for text in filled if text))[:SAMPLES]
    return [text if len(text) <= _SAMPLE_LENGTH else f"{text[: _SAMPLE_LENGTH - 1]}…" for text in different]


def counts(found: Look) -> dict[Verdict, int]:
    """Adds up to all rows."""
    noted = sum(1 for applicant in found.new if applicant.warnings)
    return {
        Verdict.BAD: len(found.judged.bad),
        Verdict.UNCLEAR: len(found.matched.conflicts),
        Verdict.TWICE: len(found.judged.duplicates) + len(found.matched.twice),
        Verdict.CONFLICT: sum(1 for _ in _only_in_conflict(found)),
        Verdict.CHANGED: len(found.compared.changed),
        Verdict.HERE: len(found.matched.here) - len(found.compared.changes),
        Verdict.LEFT_OUT: len(found.matched.left_out),
        Verdict.NOTED: noted,
        Verdict.NEW: len(found.new) - noted,
    }


def row_page(found: Look, only: Verdict | None, start: int) -> RowPage:
    """Fifty of the rows, from the `start`th."""
    chosen = [only] if only else list(Verdict)
    numbers = counts(found)
    total = sum(numbers[verdict] for verdict in chosen)
    start = max(0, min(start, max(0, total - 1)))
    lines: list[RowLine] = []
    passed = 0
    for verdict in chosen:
        if passed + numbers[verdict] > start and len(lines) < PAGE:
            skipped = max(0, start - passed)
            lines += islice(_lines(found, verdict), skipped, skipped + PAGE - len(lines))
        passed += numbers[verdict]
    return RowPage(lines, total, start)


def _lines(found: Look, verdict: Verdict) -> Iterator[RowLine]:
    matched, good = found.matched, found.judged.good
    if verdict in {Verdict.BAD, Verdict.UNCLEAR}:
        yield from bad_lines(found, verdict)
    elif verdict is Verdict.TWICE:
        cells = {row.number: row for row in found.corrected_rows}
        of_row = {**{d.row: d.of_row for d in found.judged.duplicates}, **matched.twice}
        for row, first in sorted(of_row.items()):
            yield RowLine(row, _who(found, cells[row]), verdict, [("", t("import.twice_of", row=first))])
    elif verdict in {Verdict.CHANGED, Verdict.CONFLICT}:
        rows = set(found.compared.changed if verdict is Verdict.CHANGED else _only_in_conflict(found))
        yield from (RowLine(a.row, a.name, verdict, _news(found, a)) for a in good if a.row in rows)
    elif verdict is Verdict.HERE:
        rows = set(matched.here) - set(found.compared.changes)
        said = [("", t("import.stays"))]
        yield from (RowLine(a.row, a.name, verdict, said) for a in good if a.row in rows)
    elif verdict is Verdict.LEFT_OUT:
        said = [("", t("import.job_left_out"))]
        yield from (RowLine(a.row, a.name, verdict, said) for a in good if a.row in matched.left_out)
    else:
        for applicant in found.new:
            if bool(applicant.warnings) is (verdict is Verdict.NOTED):
                said = [("", warning) for warning in applicant.warnings] or [("", _about(found, applicant))]
                yield RowLine(applicant.row, applicant.name, verdict, said)


def bad_lines(found: Look, verdict: Verdict) -> Iterator[RowLine]:
    """Rows that cannot be read, or of whom nobody can say who they are."""
    cells = {row.number: row for row in found.corrected_rows}
    for bad in found.bad_rows:
        if (bad.row in found.matched.conflicts) is not (verdict is Verdict.UNCLEAR):
            continue
        said = [(t(f"import.field.{p.field.value}") if p.field else "", p.message) for p in bad.problems]
        row = cells[bad.row]
        yield RowLine(bad.row, _who(found, row), verdict, said, to_correct(found, bad, row))


def _only_in_conflict(found: Look) -> Iterator[int]:
    return (row for row, differs in found.compared.changes.items() if not differs.changes)


def _news(found: Look, applicant: Applicant) -> list[tuple[str, str]]:
    """What the list says anew, then what it says against what was done here."""
    differs = found.compared.changes[applicant.row]
    said = []
    for name, value in differs.changes.items():
        words = ", ".join(value) if isinstance(value, list) else str(value)
        words = t(f"import.outcome.{value}") if name == "outcome" else words
        said.append((t(f"import.change.{name}"), words))
    return [*said, *(("", sentence) for sentence in differs.conflicts)]


def to_correct(found: Look, bad: BadRow, row: Row) -> list[tuple[int, str, str]]:
    """The cells that a problem is about. A row that is too long or too short has to be mended in the file."""
    names = labels(found.sheet.header)
    indexes = [i for problem in bad.problems if problem.field for i in _columns_of(found, problem.field)]
    if any(problem.field is None for problem in bad.problems):
        return []
    return [(i, names[i], row.cells[i] if i < len(row.cells) else "") for i in sorted(set(indexes))]


def _columns_of(found: Look, about: Field) -> Sequence[int]:
    if about is Field.NAME and not found.columns.columns(Field.NAME):
        return [*found.columns.columns(Field.FIRST_NAME), *found.columns.columns(Field.LAST_NAME)]
    return found.columns.columns(about)


def _who(found: Look, row: Row) -> str:
    """The cells of the name as they stand, else the address: the row itself could not be read."""
    for fields in ((Field.NAME,), (Field.FIRST_NAME, Field.LAST_NAME), (Field.ADDRESS,)):
        indexes = [index for field in fields for index in found.columns.columns(field)]
        text = " ".join(" ".join(row.cells[i] for i in indexes if i < len(row.cells)).split())
        if text:
            return text[:80]
    return "–"


def _about(found: Look, applicant: Applicant) -> str:
    stage = found.stages.get(applicant.stage_label)
    address = applicant.address.mailbox if applicant.address else ""
    known = t("import.known") if applicant.row in found.matched.known else ""
    job = found.jobs.of(applicant)
    title = job.title if job and not found.jobs.one else ""
    ended = outcome(applicant, found.choices)
    end = t(f"import.outcome.{ended.value}") if ended is not Outcome.ACTIVE else ""
    where = stage.name if stage else applicant.stage_label
    return ", ".join(filter(None, (address, title, where, end, known)))


def waits(found: Look, today: date) -> list[tuple[str, int, str]]:
    """How long the new ones have waited, by the date on which they applied: words, people, tone."""
    ages: Counter[str] = Counter()
    for applicant in found.new:
        on = applicant.applied_at
        day = on.date() if isinstance(on, datetime) else on
        ages[_age((today - day).days) if day else "unknown"] += 1
    tones = {"weeks": "", "months": "soon", "half": "late", "year": "late", "unknown": ""}
    return [(t(f"import.wait.{age}"), ages[age], tone) for age, tone in tones.items()]


def _age(days: int) -> str:
    return "weeks" if days < 60 else "months" if days < 182 else "half" if days < 365 else "year"
