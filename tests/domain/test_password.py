"""Length counts, nothing is truncated, and what anybody would try first is refused."""

from __future__ import annotations

import pytest

from employer_app.domain.password import complaint, normal

KNOWN = ("Alice Moreau", "alice@brightwater.example", "Brightwater Ferries")


@pytest.mark.parametrize(
    "password",
    [
        "tide kettle lantern oboe",
        "zwölf Boxkämpfer jagen",
        "the quick brown fox",
        "Xk7#pQ9!mZ2&vB4",
        "8305719264038571",
        "🌊🚢⚓🧭🐟🦀🌍🌙⭐🔥🍞🧀🍎🥕🍇",
        "my password is a long story about herons",
        "x y z " * 10 + "heron under glass",
        "tide " * 3 + "kettle lantern " * 7,
    ],
)
def test_a_long_password_of_any_characters_is_taken(password: str) -> None:  # attack 4
    assert complaint(password, KNOWN) is None


@pytest.mark.parametrize(
    "password",
    [
        "password12345678",
        "Password2026!!!",
        "correct horse battery staple",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "123456789012345",
        "qwertyuiopasdfgh",
        "employer app 2026!!",
        "letmeinletmein1",
        "BrightwaterFerries1",
        "alice.moreau2026!",
        " " * 20,
    ],
)
def test_what_anybody_would_try_first_is_refused(password: str) -> None:  # attack 4
    assert complaint(password, KNOWN) is not None


def test_fourteen_characters_are_too_few_and_fifteen_enough() -> None:  # attack 4
    assert "15 characters" in (complaint("Xk7#pQ9!mZ2&vB") or "")
    assert complaint("Xk7#pQ9!mZ2&vB4") is None


def test_128_characters_are_taken_and_more_are_refused_not_cut() -> None:  # attack 4
    long = ("tide kettle lantern oboe " * 6)[:128]
    assert complaint(long) is None
    assert "128" in (complaint(long + "x") or "")


@pytest.mark.parametrize("bad", ["\0", "\n", "\ud800"])
def test_a_character_that_cannot_be_typed_is_refused(bad: str) -> None:  # attack 4
    assert complaint("tide kettle lantern" + bad) is not None


def test_the_same_keys_on_another_machine_give_the_same_password() -> None:
    assert normal("zwo\u0308lf") == normal("zwölf")
