"""How facts add up to where somebody stands: what was told, what came back, how far they came."""

from __future__ import annotations

import pytest

from employer_app.domain.duty import Reason
from employer_app.domain.event import Fact
from employer_app.domain.owed import fold
from employer_app.domain.stage import StageKind
from tests.domain.test_owed import JOB, NO, K, accepted, call, folded, on, talk


def test_first_fact_must_be_the_application() -> None:
    with pytest.raises(ValueError, match="received"):
        fold([], JOB)
    with pytest.raises(ValueError, match="received"):
        fold([Fact(1, 1, K.NOTE_ADDED, on(2))], JOB)


def test_our_own_proof_counts_before_word_from_elsewhere() -> None:
    decided = K.DECISION_MADE, on(4), NO
    elsewhere = K.TOLD_ELSEWHERE, on(5), {"tells": True}
    assert folded(decided, elsewhere).told_how == "told.elsewhere"
    assert folded(decided, elsewhere, call(on(6), tells=True)).told_how == "call.logged"


def test_undo_restores_the_debts_as_they_were() -> None:
    undone = K.DECISION_UNDONE, on(5), {"decision_id": 1, "status": "active"}
    before = folded(talk(on(3)))
    assert folded(talk(on(3)), (K.DECISION_MADE, on(4), NO), undone) == before


def test_rejection_without_a_decision_is_refused() -> None:
    with pytest.raises(ValueError, match="decision"):
        folded((K.STATUS_CHANGED, on(3), {"status": "rejected"}))


def test_bounce_takes_the_word_back() -> None:
    decided = K.DECISION_MADE, on(4), NO
    bounced = K.MESSAGE_BOUNCED, on(6), {"message_id": 1}
    for order in ([accepted(on(5), tells=True), bounced], [bounced, accepted(on(5), tells=True)]):
        result = folded(decided, *order)
        assert [debt.reason for debt in result.owed] == [Reason.DECIDED_NOT_TOLD, Reason.MESSAGE_FAILED]
        assert (result.told_at, result.first_word_at) == (None, None)


def test_depth_never_shrinks() -> None:
    back = K.STAGE_MOVED, on(4), {"stage_id": 1, "stage_kind": "applied"}
    result = folded((K.STAGE_MOVED, on(3), {"stage_id": 4, "stage_kind": "final"}), back)
    assert (result.stage_kind, result.depth) == (StageKind.APPLIED, StageKind.FINAL)
    assert folded(talk(on(3), "one_way")).depth is StageKind.INTERVIEW
    assert folded(talk(on(3), "screen")).depth is StageKind.SCREEN
