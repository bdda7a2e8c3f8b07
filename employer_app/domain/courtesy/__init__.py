"""The wording check: what would hurt or mislead the person who reads this letter.

Only facts stop a message: a hole, a wrong person or name, a "no" that does not say no, a date that is not
there. Everything else warns. Rules are pure functions over a `Draft`; their names stay in code and tests.
"""

from employer_app.domain.courtesy.check import check, gives_away
from employer_app.domain.courtesy.complaint import RULES_OF_FACT, Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft, Recipient
from employer_app.domain.courtesy.others import NOBODY, Others
from employer_app.domain.courtesy.verdict import LONGEST_WHY, TUNABLE, UNTUNED, Tuning, score, send_ready

__all__ = [
    "LONGEST_WHY",
    "NOBODY",
    "RULES_OF_FACT",
    "TUNABLE",
    "UNTUNED",
    "Complaint",
    "Draft",
    "Others",
    "Recipient",
    "Rule",
    "Severity",
    "Tuning",
    "check",
    "gives_away",
    "score",
    "send_ready",
]
