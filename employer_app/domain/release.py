"""Who else must look before many people are told, and what must hold before the rest follows a few.

A request for release moves by `MOVES` and by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class Released(StrEnum):
    """How a confirmed send list came by its release."""

    #: few enough for one person
    NOT_NEEDED = "not_needed"
    SECOND_PERSON = "second_person"
    #: nobody else could have: it waits longer, and its author gets a mail
    ALONE = "alone"
    #: by whoever may run commands on the host
    COMMAND_LINE = "command_line"


class RequestStatus(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    #: nobody answered in time
    EXPIRED = "expired"
    #: the list was changed after it was asked for
    VOID = "void"


MOVES: Mapping[RequestStatus, frozenset[RequestStatus]] = MappingProxyType(
    {
        RequestStatus.ASKED: frozenset(RequestStatus) - {RequestStatus.ASKED},
        RequestStatus.APPROVED: frozenset(),
        RequestStatus.REFUSED: frozenset(),
        RequestStatus.WITHDRAWN: frozenset(),
        RequestStatus.EXPIRED: frozenset(),
        RequestStatus.VOID: frozenset(),
    }
)


class Gate(StrEnum):
    """What must hold before the rest of a first send list follows its pilot. Each can be waived by name."""

    #: the last of the pilot was taken two hours ago
    TIME = "time"
    #: none of the pilot failed, came back or is in doubt
    ARRIVED = "arrived"
    #: no answer to one of them lies unread
    REPLIES = "replies"


#: in which bounces and angry answers would have come
PILOT_WAIT = timedelta(hours=2)
#: over which the decisions of one sender are counted
ROLLING = timedelta(hours=24)
#: business days after which a request has expired
EXPIRES_AFTER = 1
#: besides all that were flagged, a second person is shown so many
AT_RANDOM = 10


def may_move(old: RequestStatus, new: RequestStatus) -> bool:
    return new in MOVES[old]


#: of a pilot may fail, come back or be in doubt: as with a list that pauses itself
MOST_LOST = 0.05
