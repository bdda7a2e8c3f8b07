"""Reads of jobs: the list of them, one job's head, and the people in it as table, board and selection.

Every number that these give can be asked for as the list of people behind it, with the same filter.
"""

from employer_app.queries.jobs.filters import After, Filters, Owed, Standing
from employer_app.queries.jobs.head import JobForm, JobHead, StageCount, job_form, job_head
from employer_app.queries.jobs.listing import (
    JobAfter,
    JobFilters,
    JobPage,
    JobRow,
    Shelf,
    list_jobs,
    place_choices,
)
from employer_app.queries.jobs.people import Column, People, PersonRow, board, every_row, matching, people

__all__ = [
    "After",
    "Column",
    "Filters",
    "JobAfter",
    "JobFilters",
    "JobForm",
    "JobHead",
    "JobPage",
    "JobRow",
    "Owed",
    "People",
    "PersonRow",
    "Shelf",
    "StageCount",
    "Standing",
    "board",
    "every_row",
    "job_form",
    "job_head",
    "list_jobs",
    "matching",
    "people",
    "place_choices",
]
