"""Names of people: kept as given, never parsed, never recased, never guessed.

Law: a greeting uses the call name a person gave, or the full name as given; never a first word cut out of it.
"""

from employer_app.domain.person_name.faults import LONGEST_NAME, NameFault, NameProblem, name_problem
from employer_app.domain.person_name.matching import compatible_names, search_key
from employer_app.domain.person_name.spelling import clean_name, for_reading, greeting_name, join_name

__all__ = [
    "LONGEST_NAME",
    "NameFault",
    "NameProblem",
    "clean_name",
    "compatible_names",
    "for_reading",
    "greeting_name",
    "join_name",
    "name_problem",
    "search_key",
]
