"""What a page of a list posted: columns, jobs, stages, states, dates of telling and corrected cells.

They are known only once a list is read, so their fields are read by name, in pairs of what the list says and
what was chosen. What was not changed is no choice, so that nothing seems chosen that nobody touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from employer_app.domain.applicant_list.choices import JobChoice, ListChoices, Told
from employer_app.domain.applicant_list.columns import Field
from employer_app.domain.applicant_list.field import SEVERAL
from employer_app.domain.applicant_list.outcome import Outcome
from employer_app.forms.ids import number

Posted = MultiDict[str, str]
LEFT_OUT = "out"
NEW = "new"
#: a stage of the list that means an end: "end:rejected"
END = "end:"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CELL = re.compile(r"cell-(\d{1,7})-(\d{1,3})")
_LONGEST_CELL = 5000


@dataclass(frozen=True)
class Shown:
    """What the page showed when nothing was changed; keys are the words of the list."""

    columns: Mapping[int, Field] = field(default_factory=dict)
    jobs: Mapping[str, JobChoice] = field(default_factory=dict)
    #: "" for unknown
    stages: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[tuple[int, int], str] = field(default_factory=dict)


def with_posted(stored: ListChoices, shown: Shown, posted: Posted) -> ListChoices:
    """`stored`, with everything that was changed on the page."""
    stages = _changed(shown.stages, posted_pairs(posted, "label", "stage"))
    states = _changed(shown.states, posted_pairs(posted, "state", "means"))
    ends = {label: value.removeprefix(END) for label, value in stages.items() if value.startswith(END)}
    names = {label: value for label, value in stages.items() if value and not value.startswith(END)}
    endings = {label: end for label, end in stored.endings.items() if label not in names}
    insisted = _insisted(stored.insisted, posted)
    columns = _columns(stored.columns, shown.columns, posted_columns(posted))
    columns = {i: about for i, about in columns.items() if i in insisted or i not in stored.insisted}
    return replace(
        stored,
        columns={**columns, **dict.fromkeys(insisted, Field.NOTE)},
        insisted=insisted,
        jobs={**stored.jobs, **_changed_jobs(shown.jobs, posted_jobs(posted))},
        stages={label: name for label, name in {**stored.stages, **names}.items() if label not in ends},
        endings={**endings, **_outcomes(ends)},
        states={**stored.states, **_outcomes(states)},
        told=posted_told(stored.told, posted),
        edits=_edits(stored.edits, shown.cells, posted),
    )


def posted_columns(posted: Posted) -> dict[int, Field | None]:
    """Column index to what it should be; what is no field at all is passed over."""
    known = {about.value: about for about in Field}
    found: dict[int, Field | None] = {}
    for name, value in posted.items():
        index = name.removeprefix("column-")
        if index != name and index.isdecimal() and len(index) < 4 and (not value or value in known):
            found[int(index)] = known.get(value)
    return found


def _insisted(stored: frozenset[int], posted: Posted) -> frozenset[int]:
    """Private columns that somebody wants in the note all the same; of those on the page, the ticked ones."""

    def indexes(name: str) -> set[int]:
        return {int(index) for index in posted.getlist(name) if index.isdecimal() and len(index) < 4}

    return frozenset((stored - indexes("private")) | (indexes("insist") & indexes("private")))


def posted_pairs(posted: Posted, word: str, choice: str) -> dict[str, str]:
    """The list's word to what was chosen for it; each word stands before its field."""
    return dict(zip(posted.getlist(word), posted.getlist(choice), strict=False))


def posted_jobs(posted: Posted) -> dict[str, JobChoice]:
    """By the list's key; one that is neither new, left out nor a number is passed over."""
    found: dict[str, JobChoice] = {}
    names = ("job_key", "job_to", "job_name", "job_public")
    for key, to, title, public in zip(*(posted.getlist(name) for name in names), strict=False):
        title, public = " ".join(title.split()), " ".join(public.split())
        if to == LEFT_OUT:
            found[key] = JobChoice(left_out=True)
        elif to == NEW:
            found[key] = JobChoice(title=title, public_title=public)
        elif job_id := number(to):
            found[key] = JobChoice(job_id=job_id)
    return found


def posted_told(stored: Told, posted: Posted) -> Told:
    """The days on which everybody, or all of a stage or state, were told; an empty day takes it back."""

    def days(kind: str, before: Mapping[str, str]) -> dict[str, str]:
        said = posted_pairs(posted, f"told_{kind}", f"told_{kind}_on")
        merged = {**before, **{label: day for label, day in said.items() if not day or _DAY.fullmatch(day)}}
        return {label: day for label, day in merged.items() if day}

    everybody = posted.get("told_all_on", stored.everybody)
    return replace(
        stored,
        everybody=everybody if not everybody or _DAY.fullmatch(everybody) else stored.everybody,
        states=days("state", stored.states),
        stages=days("stage", stored.stages),
    )


def _columns(
    stored: Mapping[int, Field | None],
    shown: Mapping[int, Field],
    posted: Mapping[int, Field | None],
) -> dict[int, Field | None]:
    """The newest word wins: a column whose meaning was given to another is left out."""
    changed = {index: about for index, about in posted.items() if about is not shown.get(index)}
    taken = {about for about in changed.values() if about and about not in SEVERAL}
    kept = {i: None if about in taken else about for i, about in stored.items() if i not in changed}
    return {**kept, **changed}


def _changed(shown: Mapping[str, str], posted: Mapping[str, str]) -> dict[str, str]:
    return {
        label: value for label, value in posted.items() if label in shown and value and value != shown[label]
    }


def _changed_jobs(shown: Mapping[str, JobChoice], posted: Mapping[str, JobChoice]) -> dict[str, JobChoice]:
    return {key: choice for key, choice in posted.items() if key in shown and choice != shown[key]}


def _outcomes(values: Mapping[str, str]) -> dict[str, Outcome]:
    known = {outcome.value: outcome for outcome in Outcome}
    return {label: known[value] for label, value in values.items() if value in known}


def _edits(
    stored: Mapping[int, Mapping[int, str]], shown: Mapping[tuple[int, int], str], posted: Posted
) -> dict[int, dict[int, str]]:
    """Corrected cells: only those that the page offered, and only where the text is another one."""
    edits = {row: dict(cells) for row, cells in stored.items()}
    for name, text in posted.items():
        found = _CELL.fullmatch(name)
        if not found:
            continue
        place = int(found[1]), int(found[2])
        if place in shown and text[:_LONGEST_CELL] != shown[place]:
            edits.setdefault(place[0], {})[place[1]] = text[:_LONGEST_CELL]
    return edits
