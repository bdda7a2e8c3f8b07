"""How long a confirmed send list waits before its first message leaves: till then it can be called back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from employer_app.domain.message import Purpose


@dataclass(frozen=True)
class UndoWindow:
    """Seconds between the confirm and the first mail."""

    update: int
    decision: int
    bulk: int
    large: int
    bulk_from: int
    large_from: int

    def length(self, purpose: Purpose, messages: int, *, slow: bool = False) -> timedelta:
        """`slow`: a list of decisions that waits as long as a large one, whatever its size."""
        if purpose is not Purpose.DECISION:
            return timedelta(seconds=self.update)
        if slow or messages > self.large_from:
            return timedelta(seconds=self.large)
        return timedelta(seconds=self.bulk if messages >= self.bulk_from else self.decision)
