"""A letter with nothing wrong in it, for tests that then spoil one thing."""

from datetime import date
from typing import Any

from employer_app.domain.courtesy import Draft, Rule, Severity, check
from employer_app.domain.message import Kind

TODAY = date(2026, 11, 24)  # a Tuesday

NO = """Hello Rania,

Thank you for applying for the Data Analyst, Timetables role at Brightwater Ferries. We have decided not to \
take your application forward, and it is now closed.

If you have a question, reply to this message.

Maren Oduya
"""

RECEIVED = """Hello Rania,

Thank you for applying for the Data Analyst, Timetables role at Brightwater Ferries. We have received it.

You will hear from us by Friday 27 November 2026, whatever the answer is.

Maren Oduya
"""

ON_HOLD = """Hello Rania,

We have put hiring for the Data Analyst, Timetables role on hold. Nothing is decided yet.

We will write to you again by Friday 27 November 2026.

Maren Oduya
"""


LETTER = """Hello Rania,

Thank you for applying for the Data Analyst, Timetables role at Brightwater Ferries. We have decided not to \
take your application forward, and it is now closed. We can take only some of the applications further.

I know that an application takes time and thought, and I'm grateful that you gave both to us.

If you have a question, reply to this message. Your reply comes to me.

I wish you well with your search.

Kind regards,

Maren Oduya
"""
"""A whole letter, against which nothing can be said."""


def letter(text: str = LETTER, **changes: Any) -> Draft:
    """With every rule of style."""
    return draft(text, **({"house_text": None, "sender_name": "Maren Oduya"} | changes))


def draft(text: str = NO, **changes: Any) -> Draft:
    facts: dict[str, Any] = {
        "kind": Kind.REJECT_APPLICATION,
        "subject": "Your application for Data Analyst, Timetables",
        "text": text,
        "greeting_name": "Rania",
        "full_name": "Rania Khoury",
        "role_title": "Data Analyst, Timetables",
        "company": "Brightwater Ferries",
        "send_on": TODAY,
        "also_named": ("Maren Oduya",),
        "house_text": "Short letters of the tests",
    }
    return Draft(**(facts | changes))


def received(text: str = RECEIVED, **changes: Any) -> Draft:
    return draft(text, kind=Kind.ACKNOWLEDGEMENT, **changes)


def found(one: Draft) -> set[tuple[Rule, Severity]]:
    return {(complaint.rule, complaint.severity) for complaint in check(one)}


def stops(rule: Rule) -> set[tuple[Rule, Severity]]:
    return {(rule, Severity.STOPS)}


def warns(rule: Rule) -> set[tuple[Rule, Severity]]:
    return {(rule, Severity.WARNS)}
