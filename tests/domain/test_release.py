"""Requests for release move by their table and by nothing else."""

from __future__ import annotations

import itertools

from employer_app.domain.release import RequestStatus as S
from employer_app.domain.release import may_move

ALLOWED = {(S.ASKED, S.APPROVED), (S.ASKED, S.REFUSED), (S.ASKED, S.WITHDRAWN), (S.ASKED, S.EXPIRED),
           (S.ASKED, S.VOID)}  # fmt: skip


def test_every_pair_of_states() -> None:
    assert {pair for pair in itertools.product(S, S) if may_move(*pair)} == ALLOWED
