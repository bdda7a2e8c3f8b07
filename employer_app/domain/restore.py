"""Why nothing leaves after a restore, in words: what stops the outbox, and what each stopped message says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

#: a message that says so stands on the list of what a restore stopped
RESTORED = "This database was restored"
LOST = "The journal of what left is missing or damaged"
ADOPTED = "This database came from another installation"
LEADS = (RESTORED, LOST, ADOPTED)


@dataclass(frozen=True)
class Standing:
    """What may stand in the way of everything."""

    #: the installation that sends; empty: none has yet
    sends: str = ""
    #: what a restore was found to be, until a person lets the outbox go on; empty when nothing stands still
    stopped: str = ""
    #: when a worker was last able to send, on any host
    seen_at: datetime | None = None


class Cause(StrEnum):
    """What was found."""

    OLDER = "older"
    LOST = "lost"
    ADOPTED = "adopted"


_WAITS: dict[Cause, str] = {
    Cause.OLDER: f"{RESTORED} from an older copy, and messages left after that copy was made. The journal "
    "does not name this one.",
    Cause.LOST: f"{LOST}, so nobody can tell whether this message left after the database was last saved.",
    Cause.ADOPTED: f"{ADOPTED}, which may have sent this message meanwhile.",
}
_STOPS: dict[Cause, str] = {
    Cause.OLDER: f"{RESTORED}: it is older than the journal of what left.",
    Cause.LOST: f"{LOST}.",
    Cause.ADOPTED: f"{ADOPTED}.",
}


def why_it_waits(cause: Cause) -> str:
    """What a message says that waited when this was found."""
    return _WAITS[cause]


def why_it_may_have_arrived(at: datetime) -> str:
    """What a message says of which the journal knows that its dot was about to go at that moment."""
    moment = f"{at:%Y-%m-%d at %H:%M:%S} UTC"
    return f"{RESTORED}, and this message had been handed over before, on {moment}; it may have arrived."


def why_nothing_leaves(cause: Cause, detail: str = "") -> str:
    """What every page says until a person lets the outbox go on."""
    return f"{_STOPS[cause]} {detail}".strip()


def is_restore(words: str) -> bool:
    """Whether this reason is one of ours."""
    return words.startswith(LEADS)
