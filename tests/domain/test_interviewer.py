"""Who took part, read from a list's cell and kept apart."""

from __future__ import annotations

import pytest

from employer_app.domain.interviewer import Interviewer, read_interviewers, restored, stored


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ()),
        ("Jonas Lindholm", (Interviewer("Jonas Lindholm"),)),
        (
            "Jonas Lindholm (Head of Depots); Priya Raman",
            (Interviewer("Jonas Lindholm", "Head of Depots"), Interviewer("Priya Raman")),
        ),
        ("Jonas Lindholm, Priya Raman", (Interviewer("Jonas Lindholm"), Interviewer("Priya Raman"))),
        ("Lindholm, Jonas", (Interviewer("Lindholm, Jonas"),)),
        ("A. Tanabe & B. Iglesias", (Interviewer("A. Tanabe"), Interviewer("B. Iglesias"))),
        ("Team", (Interviewer("Team"),)),
    ],
)
def test_interviewers_are_read_apart(text: str, wanted: tuple[Interviewer, ...]) -> None:
    assert read_interviewers(text) == wanted
    assert restored(stored(wanted)) == wanted
