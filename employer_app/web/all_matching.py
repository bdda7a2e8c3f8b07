"""Everybody whom the filters of the home list find, taken at once: found anew when the button is pressed.

Law: a filter that cannot be read takes nobody. What the page counted is sent along, and where it is another
number now, the next page says both before anything goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import request

from employer_app.domain.errors import Refused
from employer_app.forms.ids import number
from employer_app.forms.owed_filters import said_wrongly
from employer_app.queries.owed import owed_ids
from employer_app.web.owed_wanted import Wanted, Whose
from employer_app.web.viewer import viewer

#: more are not put on one send list
MOST_IN_A_LIST = 10_000
#: the tick box, the filters as one field, and how many people the page counted
ASKED, MATCHING, COUNTED = "all_matching", "matching", "counted"


@dataclass(frozen=True)
class Matching:
    """`counted`: how many there were when somebody looked, where that is known."""

    ids: Sequence[int]
    counted: int | None

    @property
    def differs(self) -> str:
        """Said where it is another number now."""
        if self.counted is None or self.counted == len(self.ids):
            return ""
        return f"{self.counted:,} when you looked, {len(self.ids):,} now."


def asked_for_all() -> bool:
    return ASKED in request.form


def of_form() -> Matching:
    """By what the page of the list sent along. Raises Refused."""
    return _matching(dict(parse_qsl(request.form.get(MATCHING, ""))), request.form.get(COUNTED))


def of_address() -> Matching:
    """By the address of a link: those of one folded row. Raises Refused."""
    return _matching(request.args, request.args.get(COUNTED))


def as_field(wanted: Wanted) -> str:
    return urlencode(wanted.args())


def _matching(args: Mapping[str, str], counted: str | None) -> Matching:
    if args.get("whose") not in set(Whose) or said_wrongly(args):
        raise Refused("This list cannot be read.", "Filter it again, and take everybody then.")
    wanted = Wanted.of(args, Whose.MINE)
    ids = owed_ids(viewer(), wanted.filters, later=wanted.later)
    if len(ids) > MOST_IN_A_LIST:
        raise Refused(
            f"These are more than {MOST_IN_A_LIST:,} people at once.", "Filter the list, and do it in parts."
        )
    return Matching(ids, number(counted))
