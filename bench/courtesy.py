"""D8: how many messages a second one core writes, as HTML and as text, and checks.

One wording, a thousand people of their own names, dates that differ, and the names of all others to look for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from bench.report import Line, medians, seconds
from employer_app.actions.plan_items import composer
from employer_app.domain.courtesy import Draft, Others, check
from employer_app.domain.merge import SAMPLES, compile_text
from employer_app.domain.message import Kind
from employer_app.domain.starter import Tone, starter

PEOPLE = 1_000
GOAL = 6_000
_FIRST = ("Amara", "Bo", "Chidi", "Dora", "Émile", "Fatima", "Gijs", "Hanna", "Ines", "Jørgen")
_LAST = ("Nwosu", "Lind", "Okeke", "Vos", "Bernard", "El Amrani", "de Wit", "Müller", "O’Shea", "Åkerström")


def run() -> Iterator[Line]:
    people = list(_people())
    others = Others([one["full_name"] for one in people], ["Night Porter", "Store Colleague"])
    taken = medians(
        {
            "plain no": lambda: seconds(lambda: _all(Kind.REJECT_APPLICATION, people, others)),
            "date in it": lambda: seconds(lambda: _all(Kind.HOLDING_NOTE, people, others)),
        }
    )
    for name, one in taken.items():
        yield Line(f"D8 written and checked, {name}", PEOPLE / one.cpu, "/s", GOAL)


def _people() -> Iterator[dict[str, str]]:
    """The sample values under different names."""
    for number in range(PEOPLE):
        first = _FIRST[number % 10]
        last = f"{_LAST[number // 10 % 10]}-{_LAST[number // 100 % 10]}"
        yield dict(SAMPLES) | {"greeting_name": first, "full_name": f"{first} {last}"}


def _all(kind: Kind, people: list[dict[str, str]], others: Others) -> None:
    one = starter(kind, Tone.WARM)
    subject, body = compile_text(one.subject), compile_text(one.body)
    for values in people:
        mail = composer().compose(subject, body, values)
        found = check(_draft(kind, mail.subject, mail.text, values, others))
        assert not found, found


def _draft(kind: Kind, subject: str, text: str, values: Mapping[str, str], others: Others) -> Draft:
    return Draft(
        kind=kind,
        subject=subject,
        text=text,
        greeting_name=values["greeting_name"],
        full_name=values["full_name"],
        role_title=values["role_title"],
        company=values["company"],
        sender_name=values["sender_name"],
        send_on=date(2026, 11, 24),
        promised=(date(2026, 11, 27),),
        others=others,
        also_named=(values["contact_name"],),
        bulk=True,
    )
