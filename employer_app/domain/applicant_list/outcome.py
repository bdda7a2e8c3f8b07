"""How an application ended in the old system, as far as its list says so; what is unclear stays open.

Law: nobody is taken for answered, gone or hired by the name of a stage. Only a state, a reason or a date of
the end says so; when none does, the person still waits.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from employer_app.domain.applicant_list.header_names import spellings
from employer_app.domain.person_name import search_key

FOLDER = Path(__file__).parent.parent / "data" / "outcomes"
_NOT_WORD = re.compile(r"[\W_]+")


class Outcome(StrEnum):
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    HIRED = "hired"
    #: ended, and the list does not say by whom
    CLOSED = "closed"


#: Whoever stands here is still owed a next word: of the closed nobody knows whether they were answered.
OPEN = frozenset({Outcome.ACTIVE, Outcome.ON_HOLD, Outcome.CLOSED})


@dataclass(frozen=True, slots=True)
class Ending:
    """What a row says of the end, before anybody weighs it. Labels as they stand in the list, or empty.

    `dated` is what the column of a filled date means: "Rejected at" with a date in it says rejected.
    """

    state: str = ""
    reason: str = ""
    ended_by: str = ""
    dated: Outcome | None = None


def recognise_state(label: str) -> Outcome | None:
    """What a state such as "Archived" or "Abgelehnt" means; None when nobody can tell."""
    return _states().get(fold(label))


def candidate_ended(text: str) -> bool:
    """Whether a reason, or who ended it, says that the candidate left: "withdrew", "They rejected us"."""
    folded = fold(text)
    return bool(folded) and bool(_candidate_words().search(folded))


def no_show(text: str) -> bool:
    """Whether the result of an interview says that the candidate did not come."""
    return fold(text) in _no_show()


def outcome_of(ending: Ending, said: Mapping[str, Outcome]) -> Outcome:
    """`said`: what a person made of a state's label; their word comes first."""
    if ending.state in said:
        return said[ending.state]
    return _outcome(ending)


@lru_cache(maxsize=4096)
def _outcome(ending: Ending) -> Outcome:
    """What its own words say; of a long list they are the same few."""
    state = recognise_state(ending.state) if ending.state else None
    if state in {Outcome.HIRED, Outcome.WITHDRAWN}:
        return state
    if ending.dated in {Outcome.HIRED, Outcome.WITHDRAWN}:
        return ending.dated
    if state in {Outcome.ACTIVE, Outcome.ON_HOLD} and ending.dated is None:
        return state  # a reason may stay behind when somebody is taken back
    if candidate_ended(ending.ended_by) or candidate_ended(ending.reason):
        return Outcome.WITHDRAWN
    if fold(ending.reason) in _hired_words():
        return Outcome.HIRED
    if state is Outcome.REJECTED or ending.dated is Outcome.REJECTED:
        return Outcome.REJECTED
    if fold(ending.ended_by) in _company_words():
        return Outcome.REJECTED
    unclear = fold(ending.ended_by) in _silent_reasons()  # "Other": the old system could not say either
    if ending.reason and not unclear and fold(ending.reason) not in _silent_reasons():
        return Outcome.REJECTED
    if state is Outcome.CLOSED or ending.dated is Outcome.CLOSED or ending.reason:
        return Outcome.CLOSED
    return Outcome.ACTIVE


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    return " ".join(_NOT_WORD.sub(" ", search_key(text)).split())


@cache
def _words(section: str, part: str) -> frozenset[str]:
    """What the files of all languages say there, in all spellings."""
    return frozenset(
        form for data in _data() for word in data.get(section, {}).get(part, ()) for form in spellings(word)
    )


@cache
def _data() -> Sequence[Mapping[str, Mapping[str, list[str]]]]:
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))]


@cache
def _states() -> Mapping[str, Outcome]:
    return {word: outcome for outcome in Outcome for word in _words("states", outcome)}


@cache
def _candidate_words() -> re.Pattern[str]:
    patterns = {pattern for data in _data() for pattern in data.get("ended_by", {}).get("candidate", ())}
    return re.compile(rf"\b(?:{'|'.join(sorted(patterns))})\b")


@cache
def _no_show() -> frozenset[str]:
    return _words("interviews", "no_show")


@cache
def _company_words() -> frozenset[str]:
    return _words("ended_by", "company")


@cache
def _hired_words() -> frozenset[str]:
    return _words("reasons", "hired")


@cache
def _silent_reasons() -> frozenset[str]:
    return _words("reasons", "unclear")
