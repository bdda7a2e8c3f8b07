"""The picture of everybody, and the people behind each of its numbers.

Whoever may read sees everybody, as on the home page.
"""

from employer_app.queries.picture.counts import JobLine, picture, picture_jobs
from employer_app.queries.picture.people import (
    PAGE,
    After,
    PeoplePage,
    PersonRow,
    every_person,
    picture_people,
)
from employer_app.queries.picture.tables import Of, Part

__all__ = [
    "PAGE",
    "After",
    "JobLine",
    "Of",
    "Part",
    "PeoplePage",
    "PersonRow",
    "every_person",
    "picture",
    "picture_jobs",
    "picture_people",
]
