"""Who was asked about whom, and what they said: beside a person in a list, in the form that asks, on the page
of one ask, and on the page that the link in the mail opens.
"""

from employer_app.queries.manager_asks.form import Somebody, ToAsk, to_ask
from employer_app.queries.manager_asks.page import AskPage, Row, ask_page, by_link, is_ours, notes_of
from employer_app.queries.manager_asks.standing import Asked, standing

__all__ = [
    "AskPage",
    "Asked",
    "Row",
    "Somebody",
    "ToAsk",
    "ask_page",
    "by_link",
    "is_ours",
    "notes_of",
    "standing",
    "to_ask",
]
