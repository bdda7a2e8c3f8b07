"""How values read on a page. Moments show in the time zone of the organisation's first place.

Filters: `ago`, `exact`, `exact_second`, `local_day`, `clock` (moments), `day` (a date),
`countdown` (seconds), `language` (a code), `audience` (of a send list), `bdi` (a name).
Globals: `t`, `words`, `now`.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup

from employer_app.domain import times
from employer_app.domain.audience import Audience
from employer_app.domain.clock import now
from employer_app.domain.language import language_name
from employer_app.domain.words import t, words
from employer_app.web.frame import frame


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(t=t, words=words, now=now)
    app.jinja_env.filters.update(
        ago=ago,
        exact=exact,
        exact_second=exact_second,
        day=day,
        local_day=local_day,
        clock=clock,
        countdown=times.countdown,
    )
    app.jinja_env.filters.update(language=language_name, audience=audience, bdi=bdi)


def bdi(name: str) -> Markup:
    """What a person wrote, with a direction of its own: an Arabic name turns no bracket or date beside it."""
    return Markup("<bdi>{}</bdi>").format(name)


def audience(one: Audience | str) -> str:
    """ "Interviewed, in German" where that is not the language of the list, "…, after a long wait"."""
    found = one if isinstance(one, Audience) else Audience.parse(one)
    words = t(f"closing.group.{found.group}")
    words += f", in {language_name(found.language)}" if found.language else ""
    return f"{words}, {t('closing.long_wait')}" if found.late else words


def here() -> tzinfo:
    """The time zone in which this person reads moments."""
    return ZoneInfo(frame().timezone)


def ago(moment: datetime | None) -> str:
    """ "3 days ago"; empty for None. Show `exact` as its title."""
    return times.ago(moment, now()) if moment else ""


def exact(moment: datetime | None) -> str:
    return times.exact(moment, here()) if moment else ""


def exact_second(moment: datetime | None) -> str:
    """As one looks it up in the mail server's log."""
    return f"{exact(moment)}:{moment.astimezone(here()):%S}" if moment else ""


def day(value: date | str | None) -> str:
    """ "Fri 13 Nov"; takes a date, or the ISO text of one."""
    if not value:
        return ""
    value = date.fromisoformat(value) if isinstance(value, str) else value
    return times.day(value, today=now().astimezone(here()).date())


def local_day(moment: datetime | None) -> str:
    """The day on which the moment falls here."""
    return day(moment.astimezone(here()).date()) if moment else ""


def clock(moment: datetime | None) -> str:
    """ "10:42" here."""
    return f"{moment.astimezone(here()):%H:%M}" if moment else ""
