"""What can go wrong in words a person understands. Every refusal of a verb is one of these.

`message` is shown as it is; `remedy` says what to do next. Neither holds a code word or a secret.
"""

from __future__ import annotations


class Refused(Exception):
    """A verb did nothing, and says why."""

    def __init__(self, message: str, remedy: str = "", field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.field = field

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class NotFound(Refused):
    """No such row, or not one this person may see: the answer is the same for both."""


class NotAllowed(Refused):
    """The person may not do this."""


class Changed(Refused):
    """Somebody else was faster: what was looked at is no longer what is stored."""


class NeedsRelease(Refused):
    """Only with a second person's word: nothing was done."""
