"""Two spellings of one number share a key; a text that holds no number, or two, has none."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.phone import LONGEST_KEY, phone_key


@pytest.mark.parametrize(
    ("one", "other", "country"),
    [
        ("+49 170 1234567", "0049 170 1234567", ""),
        ("+49 170 1234567", "0170 1234567", "DE"),
        ("+49 170 1234567", "0170/1234567", "Deutschland"),
        ("+49 170 1234567", "0170-12 34 567", ""),
        ("+49 (0)170 1234567", "+491701234567", ""),
        ("+31 6 1234 5678", "06 12345678", "Netherlands"),
        ("+31 (0)10 555 01 42", "010-5550142", "nl"),
        ("+44 20 7946 0018", "(020) 7946 0018", "United Kingdom"),
        ("+1 (415) 555-2671", "415.555.2671", "US"),
        ("+1 (415) 555-2671", "1 415 555 2671", "USA"),
        ("+39 06 1234 5678", "06 12345678", ""),
        ("+36 20 123 4567", "06 20 123 4567", "Hungary"),
        ("+7 912 345-67-89", "8 (912) 345-67-89", "Russia"),
        ("+33 6 12 34 56 78", "06 12 34 56 78", "France"),
        ("Mobile: 0170 1234567", "0170 1234567", ""),
        ("0170 1234567 (after 16:00)", "+49 170 1234567", ""),
        ("٠١٧٠ ١٢٣٤٥٦٧", "0170 1234567", ""),
        ("０１７０１２３４５６７", "0170 1234567", "DE"),
        ("033203/1234567", "+49 33203 1234567", ""),
    ],
)
def test_two_spellings_of_one_number_share_a_key(one: str, other: str, country: str) -> None:
    assert phone_key(one, country) == phone_key(other, country) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+49 170 1234567", "+49 170 1234568"),
        ("+49 30 1234567 ext. 12", "+49 30 1234567 ext. 13"),
        ("0170 1234567", "0171 1234567"),
    ],
)
def test_two_numbers_have_two_keys(one: str, other: str) -> None:
    assert phone_key(one) != phone_key(other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "n/a",
        "none",
        "12345",
        "110",
        "4.91701E+11",
        "0170 1234567 / 0171 7654321",
        "0170 1234567; 030 7654321",
        "+49 170 1234567 +49 171 7654321",
        "0170 1234567 oder 0171 7654321",
        "ask for it by mail",
        "1" * 40,
    ],
)
def test_no_number_a_short_one_and_several_have_no_key(text: str) -> None:
    assert phone_key(text) == ""


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_gives_digits_that_fit_their_column(text: str, country: str) -> None:
    key = phone_key(text, country)
    assert len(key) <= LONGEST_KEY
    assert key == "" or (key.isascii() and key.isdigit())


@given(st.integers(10**8, 10**10), st.sampled_from(["", " ", "-", "."]))
def test_blanks_and_dashes_change_nothing(number: int, between: str) -> None:
    digits = f"0{number}"
    spelled = between.join(digits[at : at + 3] for at in range(0, len(digits), 3))
    assert phone_key(spelled) == phone_key(digits)


EXAMPLES = {region: phonenumbers.example_number(region) for region in phonenumbers.SUPPORTED_REGIONS}


@pytest.mark.parametrize("region", sorted(region for region, number in EXAMPLES.items() if number))
def test_a_number_of_any_country_has_the_key_that_its_numbering_plan_says(region: str) -> None:
    number = EXAMPLES[region]
    assert number is not None
    expected = str(number.national_number)
    for how in (phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL):
        assert phone_key(phonenumbers.format_number(number, how)) in {expected, ""}
    assert len(expected) < 6 or phone_key(f"+{number.country_code} {expected}") == expected
