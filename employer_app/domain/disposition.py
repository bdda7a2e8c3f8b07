"""Why an application ended: fixed reasons, and the one sentence about each that its reader may see.

What a reader sees comes from this list and never from a note. A reason that must not be told has no sentence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from employer_app.domain.stage import StageKind, interviewed
from employer_app.domain.status import Status


class Share(StrEnum):
    """Who may read the reason."""

    IN_MESSAGE = "Y"
    AFTER_INTERVIEW = "R"  # also whoever asks for it
    NEVER = "N"


@dataclass(frozen=True, slots=True)
class Disposition:
    code: str
    label: str
    """What a person chooses from the list named "Reason"."""
    share: Share
    status: Status
    """Where the application stands once this reason is recorded."""
    sends_message: bool
    """False for what is no application of its own: a copy, spam, our own test, one that goes on elsewhere."""
    stages: frozenset[StageKind]
    by_hand: bool
    """False for what is not chosen from the list: a reason that was given in another system, or a move."""
    sentences: Mapping[tuple[str, bool], str]
    """With {slots}, by language and whether the reader is addressed informally."""

    @property
    def slots(self) -> frozenset[str]:
        return frozenset(_SLOT.findall(self.sentences.get(("en", False), "")))


_SLOT = re.compile(r"{(\w+)}")


@cache
def dispositions() -> tuple[Disposition, ...]:
    """All of them, in the order of the list on screen."""
    source = resources.files("employer_app.domain").joinpath("data", "dispositions.toml")
    entries = tomllib.loads(source.read_text(encoding="utf-8"))
    return tuple(
        Disposition(
            code=code,
            label=entry["label"],
            share=Share(entry["share"]),
            status=Status(entry["status"]),
            sends_message=entry.get("sends_message", True),
            stages=frozenset(map(StageKind, entry["stages"])) if "stages" in entry else frozenset(StageKind),
            by_hand=entry.get("by_hand", True),
            sentences=_sentences(code, entry),
        )
        for code, entry in entries.items()
    )


def _sentences(code: str, entry: Mapping[str, Any]) -> Mapping[tuple[str, bool], str]:
    if "sentence" not in entry:
        return {}
    found = {("en", informal): entry["sentence"] for informal in (False, True)}
    for language, table in _translations().items():
        said = table.get(code)
        if isinstance(said, str):
            found |= {(language, informal): said for informal in (False, True)}
        elif said:
            found |= {(language, False): said["formal"], (language, True): said["informal"]}
    return found


@cache
def _translations() -> Mapping[str, Mapping[str, Any]]:
    folder = resources.files("employer_app.domain").joinpath("data", "reasons")
    files = [each for each in folder.iterdir() if each.name.endswith(".toml")] if folder.is_dir() else []
    return {
        each.name.removesuffix(".toml"): tomllib.loads(each.read_text(encoding="utf-8")) for each in files
    }


@cache
def _by_code() -> Mapping[str, Disposition]:
    return {one.code: one for one in dispositions()}


def disposition(code: str) -> Disposition:
    """Raises KeyError for a code that is not in the list."""
    return _by_code()[code]


def dispositions_at(stage: StageKind) -> tuple[Disposition, ...]:
    """What a person may choose for somebody who came so far."""
    return tuple(one for one in dispositions() if stage in one.stages and one.by_hand)


def candidate_sentence(
    code: str,
    values: Mapping[str, str | None],
    depth: StageKind,
    *,
    language: str = "en",
    informal: bool = False,
    asked: bool = False,
) -> str | None:
    """The sentence for the message, or None when the reader gets no reason: it must not be told, not yet at
    this `depth` (unless they `asked`), a slot has no value, or it was not written in this language."""
    reason = disposition(code)
    sentence = reason.sentences.get((language, informal))
    if sentence is None or reason.share is Share.NEVER:
        return None
    if reason.share is Share.AFTER_INTERVIEW and not (asked or interviewed(depth)):
        return None
    filled = {slot: (values.get(slot) or "").strip() for slot in _SLOT.findall(sentence)}
    if not all(filled.values()):
        return None
    return _SLOT.sub(lambda slot: filled[slot[1]], sentence)
