"""A row of a figure's list as cells of a file: the same for the page's CSV and the command line."""

from __future__ import annotations

from datetime import datetime, tzinfo

from employer_app.domain.words import t, words
from employer_app.queries.audit.lists import ListRow

_COLUMNS = (
    *(
        "name",
        "job",
        "stage",
        "status",
        "reason",
        "due",
        "owner",
        "applied",
        "last_word",
        "decided",
        "told",
        "how",
    ),
    *("message", "date"),
)
HEADER = tuple(t(f"audit.column.{column}") for column in _COLUMNS)


def cells(row: ListRow, here: tzinfo) -> tuple[str, ...]:
    """In the order of HEADER; moments as local ISO to the minute."""
    message = ""
    if row.message_kind and row.message_status:
        message = f"{t(f'message.kind.{row.message_kind}')}: {t(f'message.state.{row.message_status}')}"
    return (
        row.name,
        row.job_title,
        row.stage,
        t(f"application.status.{row.status}"),
        t(f"owed.reason.{row.reason}") if row.reason else "",
        _local(row.target_at, here),
        row.owner,
        _local(row.received_at, here),
        _local(row.last_contact_at, here),
        _local(row.decided_at, here),
        _local(row.told_at, here),
        str(words().audit.how[row.told_how]) if row.told_how else "",
        message,
        _local(row.at, here)[:10] if row.is_date else "",
    )


def _local(moment: datetime | None, here: tzinfo) -> str:
    return moment.astimezone(here).strftime("%Y-%m-%d %H:%M") if moment else ""
