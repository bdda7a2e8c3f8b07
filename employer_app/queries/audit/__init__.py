"""The ledger counted: whom we answered, whom we did not, how long it took. Every figure is a list of people.

One definition of each figure (figures.py) makes its number, its list and its CSV, so they cannot disagree.
"""

from employer_app.queries.audit.counts import (
    Audit,
    Breakdown,
    Line,
    Spread,
    WhyLine,
    audit,
    breakdown,
    by_reason,
)
from employer_app.queries.audit.figures import By, Figure, Filters
from employer_app.queries.audit.lists import After, ListPage, ListRow, audit_list, every_row, job_choices

__all__ = [
    "After",
    "Audit",
    "Breakdown",
    "By",
    "Figure",
    "Filters",
    "Line",
    "ListPage",
    "ListRow",
    "Spread",
    "WhyLine",
    "audit",
    "audit_list",
    "breakdown",
    "by_reason",
    "every_row",
    "job_choices",
]
