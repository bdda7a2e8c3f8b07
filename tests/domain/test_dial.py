from __future__ import annotations

import pytest

from employer_app.domain.dial import dialled


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+31 10 555 0199", "+31105550199"),
        ("+31 (0)10 555 0199", "+31105550199"),
        ("(010) 555-0199", "0105550199"),
        ("010 555 0199 (evenings), or 06 5550 0142", "0105550199"),
        ("+1 (415) 555-0132 ext. 12", "+14155550132"),
        ("Tel. 0251/12345", "025112345"),
        ("\uff10\uff11\uff10 555 0199", "0105550199"),
        ("٠١٠ ٥٥٥ ٠١٩٩", "0105550199"),
        ("none", ""),
        ("", ""),
        ("112", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_what_a_telephone_dials(written: str, number: str) -> None:
    assert dialled(written) == number
