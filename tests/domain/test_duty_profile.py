"""The profiles that ship can be read, name their sources, and bind where and when they say."""

from datetime import date

import pytest

from employer_app.domain.duty_profile import (
    BadProfile,
    DutyType,
    Force,
    ReasonMode,
    Unit,
    duty_profiles,
    read,
    reason_mode,
)

TODAY = date(2026, 11, 26)
WHOLE = """
name = "A rule"
force = "statutory"
state = "in_force"
country = "NL"
applies = "Everybody."
confidence = "high"
verified_on = 2026-11-22
sources = ["https://law.example/"]
[[duties]]
id = "answer"
type = "answer"
trigger = "decision.made"
unit = "without_delay"
"""


def binding(country: str, subdivision: str | None = None, on: date = TODAY) -> set[str]:
    return {one.id for one in duty_profiles() if one.binds(country, subdivision, on)}


def test_every_profile_says_whom_it_binds_how_sure_we_are_and_where_it_stands() -> None:
    for one in duty_profiles():
        assert all([one.name, one.applies.endswith("."), one.confidence, one.sources]), one.id
        assert all(source.startswith("https://") for source in one.sources), one.id
        assert one.verified_on <= TODAY


def test_ontario_counts_forty_five_days_from_the_last_interview() -> None:
    (ontario,) = (one for one in duty_profiles() if one.id == "ca-on-esa")
    (duty,) = ontario.duties
    assert (duty.type, duty.trigger, duty.due, duty.unit, duty.last) == (
        DutyType.ANSWER,
        "interview.held",
        45,
        Unit.CALENDAR_DAYS,
        True,
    )


def test_a_profile_binds_in_its_place_from_its_day_on() -> None:
    assert "ca-on-esa" in binding("CA", "ON")
    assert "ca-on-esa" not in binding("CA", "BC")
    assert "ca-on-esa" not in binding("CA", "ON", date(2025, 12, 31))
    assert "us-co-26-189" not in binding("US", "CO")
    assert "us-co-26-189" in binding("US", "CO", date(2027, 1, 1))
    assert "eu-gdpr" in binding("DE", "BY")
    assert "eu-gdpr" not in binding("GB")


def test_a_rule_of_the_union_binds_only_where_it_is_law() -> None:
    assert "eu-pay" in binding("IT")
    assert "eu-pay" not in binding("DE")


def test_codes_that_bind_nobody_are_told_from_laws() -> None:
    codes = {one.id for one in duty_profiles() if one.force is Force.VOLUNTARY_CODE}
    assert codes == {"nl-nvp", "be-cao38", "sg-tripartite"}


@pytest.mark.parametrize(
    ("country", "met", "mode"),
    [
        ("DE", True, ReasonMode.NONE),
        ("DE", False, ReasonMode.NONE),
        ("NL", True, ReasonMode.ROLE_CRITERION),
        ("NL", False, ReasonMode.NEUTRAL_PROCESS),
        ("CA", True, ReasonMode.ROLE_CRITERION),
    ],
)
def test_the_strictest_rule_of_a_place_says_how_much_of_a_reason_may_be_given(
    country: str, met: bool, mode: ReasonMode
) -> None:
    assert reason_mode(country, None, TODAY, met=met) is mode


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (WHOLE.replace('name = "A rule"\n', ""), "nl-rule: the key 'name' is missing"),
        (WHOLE.replace("statutory", "law"), "nl-rule: “law” is not one of statutory"),
        (WHOLE.replace("without_delay", "months"), "nl-rule: the duty answer gives no number of months"),
        (WHOLE.replace("= [", "= "), "nl-rule: "),
    ],
)
def test_a_profile_that_cannot_be_read_is_named_with_the_place(spoilt: str, said: str) -> None:
    with pytest.raises(BadProfile, match=said.replace("“", ".").replace("”", ".")):
        read("nl-rule", spoilt)


def test_words_without_a_number_stand_for_a_figure_of_the_house() -> None:
    (duty,) = read("nl-rule", WHOLE).duties
    assert (duty.due, duty.unit) == (3, Unit.WITHOUT_DELAY)
