"""What only a person can say of a list, as short lines that lead to their place; the rest folds away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from employer_app.actions.imports.look import Look
from employer_app.domain.applicant_list.outcome import Outcome
from employer_app.domain.applicant_list.standing import outcome, told_by
from employer_app.domain.words import t
from employer_app.web.import_looks import ColumnLine
from employer_app.web.import_meanings import JobLine, WordLine

_ENDED = {Outcome.REJECTED, Outcome.CLOSED}
_NAMED = 3


@dataclass(frozen=True)
class Ask:
    """`place`: the id of a heading of the page."""

    place: str
    words: str


@dataclass(frozen=True)
class ToldLine:
    """People of the list who were turned down under one word. `kind`: "state" or "stage"."""

    kind: str
    label: str
    people: int
    #: as an ISO date, empty when nobody said
    told_on: str


@dataclass(frozen=True)
class TurnedDown:
    """Who comes in or is changed and was turned down by the old system, and what is known of who knows it."""

    people: int
    #: the list, a log or a person says so
    know: int
    #: neither list, log nor person says that they know
    untold: int
    lines: Sequence[ToldLine]


def turned_down(found: Look) -> TurnedDown:
    choices, told = found.choices, found.choices.told
    people, know, untold = 0, 0, 0
    still = set(found.matched.here) - set(found.compared.changed)
    words: Counter[tuple[str, str]] = Counter()
    for applicant in found.judged.good:
        how = outcome(applicant, choices)
        if how not in _ENDED or applicant.row in still:
            continue
        people += 1
        if told_by(applicant, choices, how)[0]:
            know += 1
        else:
            untold += 1
        if applicant.stage_label in choices.endings:
            words["stage", applicant.stage_label] += 1
        elif applicant.ending.state:
            words["state", applicant.ending.state] += 1
    days = {"stage": told.stages, "state": told.states}
    lines = [
        ToldLine(kind, label, count, days[kind].get(label, ""))
        for (kind, label), count in words.most_common()
    ]
    return TurnedDown(people, know, untold, lines)


def asks(
    found: Look,
    columns: Sequence[ColumnLine],
    jobs: Sequence[JobLine],
    stages: Sequence[WordLine],
    states: Sequence[WordLine],
    down: TurnedDown,
) -> list[Ask]:
    """In the order of the page; empty when nothing needs a person."""
    in_doubt = [column.label for column in columns if column.tone == "soon"]
    no_job = [line.listed for line in jobs if line.trouble]
    new_stages = [line.label for line in stages if not line.means]
    new_states = [line.label for line in states if not line.means]
    parts = [
        ("columns-title", "no_rows", 0 if found.judged.good else found.bad, ""),
        ("rows-title", "rows", found.bad if found.judged.good else 0, ""),
        ("told-title", "told", down.untold, ""),
        ("columns-title", "columns", len(in_doubt), _named(in_doubt)),
        ("jobs-title", "jobs", len(no_job), _named(no_job)),
        ("stages-title", "stages", len(new_stages), _named(new_stages)),
        ("states-title", "states", len(new_states), _named(new_states)),
    ]
    return [Ask(place, t(f"import.ask.{what}", n=n, names=names)) for place, what, n, names in parts if n]


def _named(labels: Sequence[str]) -> str:
    shown = ", ".join(f"“{label}”" for label in labels[:_NAMED])
    more = len(labels) - _NAMED
    return t("import.ask.and_more", names=shown, n=more) if more > 0 else shown
