"""Kinds, purposes and the table of moves."""

import itertools

import pytest

from employer_app.domain.message import (
    FINAL,
    MOVES,
    NEEDS_DATE,
    NEEDS_PERSONAL_LINE,
    STATES_NO,
    Kind,
    MessageStatus,
    Purpose,
    may_move,
    needs_date,
    purpose_of,
    states_no,
)

S = MessageStatus
ALLOWED = {
    (S.HELD, S.QUEUED),
    (S.HELD, S.CANCELLED),
    (S.HELD, S.UNCERTAIN),
    (S.QUEUED, S.CLAIMED),
    (S.QUEUED, S.HELD),
    (S.QUEUED, S.CANCELLED),
    (S.CLAIMED, S.HANDING_OVER),
    (S.CLAIMED, S.QUEUED),
    (S.CLAIMED, S.HELD),
    (S.CLAIMED, S.FAILED),
    (S.CLAIMED, S.CANCELLED),
    (S.HANDING_OVER, S.ACCEPTED),
    (S.HANDING_OVER, S.QUEUED),
    (S.HANDING_OVER, S.FAILED),
    (S.HANDING_OVER, S.UNCERTAIN),
    (S.UNCERTAIN, S.ACCEPTED),
    (S.UNCERTAIN, S.QUEUED),
}


@pytest.mark.parametrize(("a", "b"), list(itertools.product(S, S)))
def test_moves_every_pair_is_decided(a: MessageStatus, b: MessageStatus) -> None:
    assert may_move(a, b) is ((a, b) in ALLOWED)


def test_moves_final_states_have_no_way_out() -> None:
    assert {S.ACCEPTED, S.FAILED, S.CANCELLED} == FINAL
    assert set(MOVES) == set(S)


def test_moves_every_status_but_the_entries_can_be_reached_from_queued() -> None:
    seen, edge = {S.QUEUED}, [S.QUEUED]
    while edge:
        for onward in MOVES[edge.pop()]:
            if onward not in seen:
                seen.add(onward)
                edge.append(onward)
    assert seen == set(S)


def test_moves_a_message_past_the_dot_cannot_be_cancelled_or_held() -> None:
    # A "cancelled" that was handed over would be a lie: promise P5.
    for status in (S.HANDING_OVER, S.UNCERTAIN, S.ACCEPTED):
        assert not may_move(status, S.CANCELLED)
        assert not may_move(status, S.HELD)


def test_kind_sets_are_exact() -> None:
    assert len(Kind) == 18
    assert {
        "reject_application",
        "reject_screen",
        "reject_interview",
        "reject_final",
        "filled",
        "cancelled_or_on_hold",
        "another_accepted",
    } == STATES_NO
    assert {"acknowledgement", "holding_note", "delay_apology", "next_step", "enquiry_answer"} == NEEDS_DATE
    assert {"reject_interview", "reject_final", "another_accepted"} == NEEDS_PERSONAL_LINE


def test_pause_is_an_update_with_a_date_and_not_a_no() -> None:
    kind = Kind.CANCELLED_OR_ON_HOLD
    assert states_no(kind)
    assert not needs_date(kind)
    assert purpose_of(kind) is Purpose.DECISION
    assert not states_no(kind, paused=True)
    assert needs_date(kind, paused=True)
    assert purpose_of(kind, paused=True) is Purpose.UPDATE


def test_pause_changes_no_other_kind() -> None:
    for kind in set(Kind) - {Kind.CANCELLED_OR_ON_HOLD}:
        assert states_no(kind, paused=True) is states_no(kind)
        assert needs_date(kind, paused=True) is needs_date(kind)


def test_purpose_of_every_kind() -> None:
    assert {kind for kind in Kind if purpose_of(kind) is Purpose.DECISION} == STATES_NO
    assert [kind for kind in Kind if purpose_of(kind) is Purpose.ACKNOWLEDGEMENT] == [Kind.ACKNOWLEDGEMENT]
    assert all(purpose_of(kind) is not Purpose.ACCOUNT for kind in Kind)
