"""What the check before sending finds of a person on a send list, for somebody to look at.

Law: a finding says what it is about, so that who looked at it once is not asked again until that changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """In the order in which they are shown."""

    NAME = "name"
    COLLEAGUE = "colleague"
    OTHERS_ADDRESS = "others_address"
    SHARED_ADDRESS = "shared_address"
    SAME_NAME = "same_name"
    UNDELIVERED = "undelivered"
    HAD_THIS = "had_this"
    HEARD_LATELY = "heard_lately"
    WORDING = "wording"

    @property
    def is_of_the_record(self) -> bool:
        """Whether somebody can say once and for all that it is right as it stands."""
        return self in _OF_THE_RECORD


_OF_THE_RECORD = frozenset(
    {Check.NAME, Check.COLLEAGUE, Check.OTHERS_ADDRESS, Check.SHARED_ADDRESS, Check.SAME_NAME}
)


@dataclass(frozen=True)
class Finding:
    """`about` is what it rests on: of the wording the rule, else a digest of the values looked at."""

    check: Check
    words: str
    about: str = ""

    def to_json(self) -> dict[str, str]:
        return {"check": self.check.value, "words": self.words, "about": self.about}

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> Finding:
        return cls(Check(stored["check"]), stored["words"], stored["about"])


def about(*values: str) -> str:
    """A digest of what was looked at; names nobody."""
    return hashlib.sha256("\0".join(values).encode()).hexdigest()[:32]
