"""The whole numbers that a browser sends: ids, versions, places on a page.

Law: whoever types an address or a form types anything, so each number is read here, into what every database
takes, or it counts as not said.
"""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField
from wtforms.widgets import HiddenInput

#: a database takes no larger id
MOST = 2**31 - 1


def number(text: str | None, most: int = MOST) -> int | None:
    """A whole number from 1 on, in plain digits; else None."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 10:
        return None
    found = int(text)
    return found if 1 <= found <= most else None


def typed_number(text: str | None) -> int | None:
    """A number as a person types it, with or without separators; None for anything else."""
    bare = (text or "").strip().translate({ord(sign): None for sign in " .,'’\u00a0\u202f"})
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 10 else None


class IdField(IntegerField):
    """A hidden id that our own page carries on; anything else in it is as if nothing was."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = number(str(valuelist[0])) if valuelist else None


class VersionField(IdField):
    """The version of what our page showed. One that cannot be ours is said."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is None and valuelist and valuelist[0]:
            raise ValueError("Load the page again: what it showed cannot be read.")
