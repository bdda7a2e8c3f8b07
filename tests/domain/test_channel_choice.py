"""What is offered is never what the record contradicts."""

from __future__ import annotations

from itertools import product

import pytest

from employer_app.domain.channel_choice import Standing, Way, first_choice, offered, written_in
from employer_app.domain.kind import occasions
from employer_app.domain.message import states_no
from employer_app.domain.stage import StageKind, interviewed
from employer_app.domain.starter import Variant
from employer_app.domain.status import LIVE, Status

EVERYBODY = [
    Standing(status, depth, told, reason, late=late)
    for status, depth, told, reason, late in product(
        Status, StageKind, (False, True), ("", "FILLED", "CANCEL", "INT-SKILL"), (False, True)
    )
]


def says_no(key: str) -> bool:
    kind, variant = occasions()[key]
    return states_no(kind, paused=variant is Variant.ON_HOLD)


@pytest.mark.parametrize("way", list(Way))
def test_a_no_is_offered_only_where_one_has_to_be_told(way: Way) -> None:
    offers = 0
    for standing in EVERYBODY:
        keys = offered(way, "en", standing)
        offers += len(keys)
        for key in filter(says_no, keys):
            assert standing.untold, (standing, key)
            assert way is not Way.SHORT_TEXT or not interviewed(standing.depth), (standing, key)
            assert not key.startswith("cancelled") or standing.reason == "CANCEL"
            assert not key.startswith("filled") or standing.reason == "FILLED"
        if standing.untold:
            assert not {"holding_note", "acknowledgement", "next_step", "on_hold"} & set(keys)
        assert standing.late or not [key for key in keys if key.endswith(".late")]
    assert offers > 100


def test_whoever_has_to_be_told_can_be_called_and_written_to() -> None:
    for standing in EVERYBODY:
        if not standing.untold or standing.depth is StageKind.HIRED:
            continue
        for way in (Way.CALL, Way.LETTER):
            keys = offered(way, "en", standing)
            assert says_no(first_choice(keys, standing)), (way, standing)


def test_whoever_waits_is_first_offered_a_word_that_is_true() -> None:
    for standing in EVERYBODY:
        if standing.status not in LIVE:
            continue
        for way in Way:
            keys = offered(way, "en", standing)
            wanted = "on_hold" if standing.status is Status.ON_HOLD and "on_hold" in keys else "holding_note"
            assert first_choice(keys, standing) == wanted


@pytest.mark.parametrize(
    ("standing", "way", "first"),
    [
        (Standing(Status.ACTIVE, StageKind.APPLIED, False, missed_date=True), Way.CALL, "delay_apology"),
        (Standing(Status.ACTIVE, StageKind.APPLIED, False, unheard=True), Way.LETTER, "acknowledgement"),
        (Standing(Status.REJECTED, StageKind.APPLIED, False, "FILLED", late=True), Way.LETTER, "filled.late"),
        (Standing(Status.REJECTED, StageKind.INTERVIEW, False, "FILLED"), Way.LETTER, "reject_interview"),
        (Standing(Status.REJECTED, StageKind.FINAL, False, "FINAL-2"), Way.CALL, "reject_final"),
        (Standing(Status.REJECTED, StageKind.SCREEN, False, "LESS-SCREEN"), Way.SHORT_TEXT, "reject_screen"),
        (Standing(Status.WITHDRAWN, StageKind.SCREEN, False), Way.SHORT_TEXT, "withdrawal_confirmed"),
        (
            Standing(Status.REJECTED, StageKind.APPLIED, True, "FILLED", by_phone=True),
            Way.LETTER,
            "filled",
        ),
    ],
)
def test_what_fits_best_comes_first(standing: Standing, way: Way, first: str) -> None:
    assert first_choice(offered(way, "en", standing), standing) == first


def test_every_way_is_written_in_english_first() -> None:
    assert {written_in(way)[0] for way in Way} == {"en"}
    assert first_choice([], EVERYBODY[0]) == ""
