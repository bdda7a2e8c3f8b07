"""Send lists before they are confirmed, as their pages show them; afterwards see queries/batches."""

from employer_app.queries.plans.choose import Draft, Waiting, drafts, waiting
from employer_app.queries.plans.findings import Found, found, seen_before
from employer_app.queries.plans.own import own, sender_line
from employer_app.queries.plans.review import (
    PAGE,
    Page,
    Place,
    changed_since,
    first_message,
    messages_of,
    place_of,
    skips_of,
)
from employer_app.queries.plans.text import (
    GroupHead,
    Said,
    first_of,
    groups_of,
    is_of,
    people_met,
    people_of,
    reasons_of,
)

__all__ = [
    "PAGE",
    "Draft",
    "Found",
    "GroupHead",
    "Page",
    "Place",
    "Said",
    "Waiting",
    "changed_since",
    "drafts",
    "first_message",
    "first_of",
    "found",
    "groups_of",
    "is_of",
    "messages_of",
    "own",
    "people_met",
    "people_of",
    "place_of",
    "reasons_of",
    "seen_before",
    "sender_line",
    "skips_of",
    "waiting",
]
