"""Who of a correction's people must not get it: whoever has had one, or has another update on its way.

The message that was wrong does not count as on its way, also when nobody knows whether it arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from employer_app.domain.close_out import Choices
from employer_app.queries.corrections import corrections_of, unsettled_updates
from employer_app.queries.recipients import RecipientRow


def as_corrected(rows: Sequence[RecipientRow], choices: Choices) -> list[RecipientRow]:
    """The rows as they are, unless the list is a correction."""
    wrong = {row.application_id: choices.corrects.get(row.application_id) for row in rows}
    messages = {message_id for message_id in wrong.values() if message_id is not None}
    if not messages:
        return list(rows)
    had, under_way = corrections_of(messages), unsettled_updates(wrong, messages)
    return [
        replace(
            row,
            on_its_way=row.application_id in under_way,
            corrected=wrong[row.application_id] in had and row.application_id not in choices.again,
        )
        for row in rows
    ]
