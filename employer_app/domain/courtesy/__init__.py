"""The wording check: what would hurt or mislead the person who reads this letter.

Only facts stop a message: a hole, a wrong person or name, a "no" that does not say no, a date that is not
there. Everything else warns. Rules are pure functions over a `Draft`; their names stay in code and tests.
"""

from employer_app.domain.courtesy.check import check
from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft, Recipient
from employer_app.domain.courtesy.others import NOBODY, Others

__all__ = ["NOBODY", "Complaint", "Draft", "Others", "Recipient", "Rule", "Severity", "check"]
