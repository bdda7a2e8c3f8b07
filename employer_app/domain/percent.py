"""A share as people read it. Never rounded up: 100 % means everybody."""

from __future__ import annotations

from math import floor


def percent(share: float) -> str:
    """ "83.9 %" of 0.8398; 0.99999 is "99.9 %"."""
    return f"{floor(round(share * 1000, 6)) / 10:.1f} %"
