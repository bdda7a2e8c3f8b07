"""What a message is: its kind, its purpose, and the states it may pass through on its way out.

Every status moves by `MOVES` and by nothing else. A decision is handed to the mail server once: no move leads
from `handing_over` back to `queued` unless the server plainly said no, and none leads out of a final state.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """The kinds of message, in the order of the library."""

    ACKNOWLEDGEMENT = "acknowledgement"
    HOLDING_NOTE = "holding_note"
    DELAY_APOLOGY = "delay_apology"
    NEXT_STEP = "next_step"
    REJECT_APPLICATION = "reject_application"
    REJECT_SCREEN = "reject_screen"
    REJECT_INTERVIEW = "reject_interview"
    REJECT_FINAL = "reject_final"
    FILLED = "filled"
    CANCELLED_OR_ON_HOLD = "cancelled_or_on_hold"
    WITHDRAWAL_CONFIRMED = "withdrawal_confirmed"
    ANOTHER_ACCEPTED = "another_accepted"
    REOPENED = "reopened"
    FEEDBACK_REPLY = "feedback_reply"
    ENQUIRY_ANSWER = "enquiry_answer"
    KEEP_IN_TOUCH = "keep_in_touch"
    DATA_NOTICE = "data_notice"
    CORRECTION = "correction"


class Purpose(StrEnum):
    """Why a message exists. One purpose may reach an application once per cycle."""

    ACKNOWLEDGEMENT = "acknowledgement"
    UPDATE = "update"
    DECISION = "decision"
    ACCOUNT = "account"  # to our own users only: reset, invitation, digest, alarm


class MessageStatus(StrEnum):
    HELD = "held"
    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


STATES_NO: frozenset[Kind] = frozenset(
    {
        Kind.REJECT_APPLICATION,
        Kind.REJECT_SCREEN,
        Kind.REJECT_INTERVIEW,
        Kind.REJECT_FINAL,
        Kind.FILLED,
        Kind.CANCELLED_OR_ON_HOLD,
        Kind.ANOTHER_ACCEPTED,
    }
)
"""Kinds that tell somebody "no". A pause (see `states_no`) is the one exception inside them."""

NEEDS_DATE: frozenset[Kind] = frozenset(
    {
        Kind.ACKNOWLEDGEMENT,
        Kind.HOLDING_NOTE,
        Kind.DELAY_APOLOGY,
        Kind.NEXT_STEP,
        Kind.ENQUIRY_ANSWER,
    }
)
"""Kinds that must name the day of the next word. A pause needs one too (see `needs_date`)."""

NEEDS_PERSONAL_LINE: frozenset[Kind] = frozenset(
    {Kind.REJECT_INTERVIEW, Kind.REJECT_FINAL, Kind.ANOTHER_ACCEPTED}
)
"""Kinds for people whom we have met: one true sentence that is theirs alone."""

CONFIRMS_A_CALL: frozenset[Kind] = frozenset({Kind.REJECT_SCREEN, Kind.REJECT_INTERVIEW})
"""Kinds that, as an update, put in writing a "no" that was told by phone."""

AFTER_THE_END: frozenset[Kind] = frozenset(
    {
        Kind.WITHDRAWAL_CONFIRMED,
        Kind.REOPENED,
        Kind.FEEDBACK_REPLY,
        Kind.ENQUIRY_ANSWER,
        Kind.KEEP_IN_TOUCH,
        Kind.DATA_NOTICE,
        Kind.CORRECTION,
    }
)
"""Kinds that also reach somebody whose application has ended: told, withdrawn, or hired."""


KNOWS_THE_ANSWER: frozenset[Kind] = frozenset({Kind.REOPENED, Kind.FEEDBACK_REPLY, Kind.KEEP_IN_TOUCH})
"""Kinds to somebody who has had our answer: whoever was decided on and not told would learn it by them."""


def states_no(kind: Kind, *, paused: bool = False) -> bool:
    """Whether the message tells a decision. `paused` marks the on-hold wording of `CANCELLED_OR_ON_HOLD`:
    the role waits, nobody was turned down, and no decision is recorded with it."""
    return kind in STATES_NO and not (paused and kind is Kind.CANCELLED_OR_ON_HOLD)


def needs_date(kind: Kind, *, paused: bool = False) -> bool:
    """Whether the text must hold a day by which the reader hears again."""
    return kind in NEEDS_DATE or (paused and kind is Kind.CANCELLED_OR_ON_HOLD)


def purpose_of(kind: Kind, *, paused: bool = False, confirms: bool = False) -> Purpose:
    """`confirms` marks a "no" in writing after the call that told it: no second decision."""
    if kind is Kind.ACKNOWLEDGEMENT:
        return Purpose.ACKNOWLEDGEMENT
    return Purpose.DECISION if states_no(kind, paused=paused) and not confirms else Purpose.UPDATE


_S = MessageStatus

MOVES: Mapping[MessageStatus, frozenset[MessageStatus]] = MappingProxyType(
    {
        # A person looked and let it go, called it off, or settles what had left before a restore.
        _S.HELD: frozenset({_S.QUEUED, _S.CANCELLED, _S.UNCERTAIN}),
        _S.QUEUED: frozenset({_S.CLAIMED, _S.HELD, _S.CANCELLED}),
        # Before the dot everything is still safe: back to the queue when the lease lapses or the server
        # defers, held when the facts changed, failed when the server refuses the address for good.
        _S.CLAIMED: frozenset({_S.HANDING_OVER, _S.QUEUED, _S.HELD, _S.FAILED, _S.CANCELLED}),
        # After the dot only the server may say queued (4yz) or failed (5yz); its silence is uncertain.
        _S.HANDING_OVER: frozenset({_S.ACCEPTED, _S.QUEUED, _S.FAILED, _S.UNCERTAIN}),
        # By a person ("arrived", "send again"), or by evidence that carries our token; never by a timer.
        _S.UNCERTAIN: frozenset({_S.ACCEPTED, _S.QUEUED}),
        _S.ACCEPTED: frozenset(),
        # Trying again after a failure is a new message that a person confirms.
        _S.FAILED: frozenset(),
        _S.CANCELLED: frozenset(),
    }
)
"""Where each status may go. Final: accepted, failed, cancelled."""

FINAL: frozenset[MessageStatus] = frozenset(status for status, onward in MOVES.items() if not onward)


def may_move(a: MessageStatus, b: MessageStatus) -> bool:
    return b in MOVES[a]
