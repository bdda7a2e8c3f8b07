"""The campaign in its short form: one kill in every window, and the judge that would see a broken promise."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from flask import Flask

from campaign.judge import judge
from campaign.lane import Lane
from campaign.tally import Tally
from campaign.windows import Window
from tests.conftest import POSTGRES
from tests.smtp_sink import Accepted

PEOPLE = 80


@pytest.mark.parametrize("name", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_one_kill_in_every_window_breaks_no_promise(app: Flask, tmp_path: Path, name: str) -> None:
    # faults 4 5 6 7 8 9 10 11
    if name == "postgres" and not POSTGRES:
        pytest.skip("EMPLOYER_TEST_POSTGRES_URL is not set")
    seed = os.environ.get("EMPLOYER_CAMPAIGN_SEED") or random.SystemRandom().randrange(1_000_000)
    print(f"EMPLOYER_CAMPAIGN_SEED={seed}")  # shown when it fails
    rng = random.Random(f"{seed} {name}")
    url = POSTGRES if name == "postgres" else None
    found = Lane(tmp_path, name, url, rng, list(Window), people=PEOPLE, spread=5).run()
    assert found.kills == {window.value: 1 for window in Window}
    found.accepted = found.messages - found.held - found.other  # so few letters have no fair share
    assert found.broken() == []


def letter(purpose: str, to: str = "ana@trial1.example") -> Accepted:
    return Accepted("jobs@x.example", (to,), f"X-Employer-Purpose: {purpose}\r\n\r\nHello\r\n".encode())


ANA = {"1:decision:1": ("ana@trial1.example", "accepted")}


def test_the_judge_sees_each_broken_promise() -> None:
    one = letter("1:decision:1")
    assert judge(ANA, [one], 1).broken() == []
    assert judge(ANA, [one, one], 1).second_copies == 1
    assert judge(ANA, [], 1).lost == 1
    assert judge(ANA, [letter("1:decision:1", "bo@trial1.example")], 1).strangers == 1
    assert judge(ANA, [one, letter("")], 1).strangers == 1
    for status in ("held", "queued", "cancelled", "failed"):
        assert judge({"1:decision:1": ("ana@trial1.example", status)}, [one], 1).untold == 1
    assert judge(ANA, [one], 2).faults == ["2 were confirmed, and the database has 1"]
    doubtful = judge({"1:decision:1": ("ana@trial1.example", "uncertain")}, [], 1)
    assert any("connections alive" in words for words in doubtful.broken())
    assert any("less than 95%" in words for words in doubtful.broken())


def test_sums_of_several_databases_add_up() -> None:
    total = Tally()
    for _ in range(2):
        found = judge(ANA, [letter("1:decision:1")], 1)
        found.kills["dot"] += 3
        total.add(found)
    assert (total.kills["dot"], total.messages, total.taken, total.accepted) == (6, 2, 2, 2)
