from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.delivery import EXPIRES_AFTER, Outcome, SmtpStage, outcome_of_reply, retry_delay

BEFORE_THE_DOT = [stage for stage in SmtpStage if stage is not SmtpStage.DOT]


# faults 15, 16, 18, 19, 20
@pytest.mark.parametrize(
    ("code", "outcome"),
    [(250, Outcome.ACCEPTED), (252, Outcome.ACCEPTED), (200, Outcome.ACCEPTED), (299, Outcome.ACCEPTED),
     (421, Outcome.TRY_LATER), (451, Outcome.TRY_LATER), (452, Outcome.TRY_LATER),
     (500, Outcome.REFUSED), (552, Outcome.REFUSED), (554, Outcome.REFUSED),
     (354, Outcome.UNCERTAIN), (100, Outcome.UNCERTAIN), (600, Outcome.UNCERTAIN), (0, Outcome.UNCERTAIN)],
)  # fmt: skip
def test_reply_to_the_dot_decides(code: int, outcome: Outcome) -> None:
    assert outcome_of_reply(SmtpStage.DOT, code) is outcome


@given(st.sampled_from(BEFORE_THE_DOT), st.integers(0, 999))
def test_nothing_is_accepted_or_uncertain_before_the_dot(stage: SmtpStage, code: int) -> None:
    expected = Outcome.REFUSED if 500 <= code <= 599 else Outcome.TRY_LATER
    assert outcome_of_reply(stage, code) is expected


def test_retry_delay_grows_to_four_hours() -> None:
    minutes = [retry_delay(attempt, 0) / timedelta(minutes=1) for attempt in range(1, 10)]
    assert minutes == [1, 5, 15, 30, 60, 120, 240, 240, 240]


@given(st.integers(1, 10_000), st.floats(-1, 1))
def test_retry_delay_is_moved_by_a_fifth_at_most(attempt: int, jitter: float) -> None:
    share = retry_delay(attempt, jitter) / retry_delay(attempt, 0)
    assert 0.8 <= round(share, 6) <= 1.2
    assert (share > 1) == (jitter > 0) or abs(jitter) < 1e-6


@pytest.mark.parametrize(("attempt", "jitter"), [(0, 0.0), (-1, 0.0), (1, 1.1), (1, -1.1), (1, float("nan"))])
def test_retry_delay_refuses_nonsense(attempt: int, jitter: float) -> None:
    with pytest.raises(ValueError):
        retry_delay(attempt, jitter)


def test_a_message_is_given_up_after_three_days() -> None:
    assert timedelta(hours=72) == EXPIRES_AFTER
