"""The token of an envelope sender: ours alone, whatever mail servers do to its letters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.envelope import address_with, row_of, token_for, token_in

KEY, OTHER = "k" * 64, "o" * 64
PATTERN = "bounces+{token}@brightwater.example"


@given(st.integers(1, 10**17))
def test_a_token_leads_back_to_its_row_in_any_case_of_letters(row: int) -> None:
    address = address_with(PATTERN, token_for(row, KEY))
    for seen in (address, address.upper(), address.title()):
        token = token_in(seen, PATTERN)
        assert token is not None
        assert row_of(token, KEY) == row
        assert row_of(token, OTHER) is None
    assert len(address.rpartition("@")[0]) <= 64


def test_a_token_of_another_row_or_with_one_letter_changed_is_nobodys() -> None:
    number, _, signature = token_for(7, KEY).partition("-")
    assert row_of(f"8-{signature}", KEY) is None
    assert row_of(f"{number}-{'b' if signature[0] == 'a' else 'a'}{signature[1:]}", KEY) is None
    for junk in ("", "7", "7-", f"07-{signature}", f"{number}-{signature}x", "-1-aaaaaaaaaaaaaaaa"):
        assert row_of(junk, KEY) is None


def test_other_addresses_hold_no_token() -> None:
    assert token_in("bounces@brightwater.example", PATTERN) is None
    assert token_in("bounces+@brightwater.example", PATTERN) is None
    assert token_in("bounces+7-x@elsewhere.example", PATTERN) is None
