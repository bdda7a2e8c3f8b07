"""Which list a saved filter is of, and what bounds it."""

from __future__ import annotations

from enum import StrEnum

#: so many each person keeps; and how long a name may be, in characters
MOST_SAVED = 20
LONGEST_NAME = 60


class FilterPage(StrEnum):
    """`home`: whom we owe an answer. `job`: the table of people in a job."""

    HOME = "home"
    JOB = "job"
