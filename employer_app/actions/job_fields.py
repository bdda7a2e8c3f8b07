"""What a person fills in about a job, and what may stand there."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from employer_app.actions.settings import check_style, one_line
from employer_app.domain.address import BadAddress, check_address
from employer_app.domain.errors import Refused
from employer_app.domain.merge.typed import LONGEST, Typed
from employer_app.domain.starter import Tone

#: a date outside of these years is a slip of the finger
YEARS = range(2000, 2101)
_LINES = ("title", "public_title", "also_in", "contact_name", "contact_title", "contact_phone")
#: more hires in one job are a slip of the finger
MOST_OPENINGS = 9999
LONGEST_NOTICE = LONGEST[Typed.TEXT]


@dataclass(frozen=True)
class JobFields:
    """What a person fills in. A job without any date is one that people call about, unless it is `rolling`.

    `public_title` empty: the same as `title`. `acknowledges` is a standing rule: whoever applies gets a mail.
    `openings`: how many are to be hired. `also_in`: the other places of work, in words.
    """

    title: str
    place_id: int
    public_title: str = ""
    closing_on: date | None = None
    decide_by: date | None = None
    rolling: bool = False
    openings: int = 1
    also_in: str = ""
    #: how its letters are written; empty or None: as the organisation's
    language: str = ""
    tone: str = ""
    informal: bool | None = None
    #: words that the law wants in its letters
    notice: str = ""
    #: what its letters may tell and the wording check else complains about
    tells_score: bool = False
    tells_reserve: bool = False
    contact_name: str = ""
    contact_title: str = ""
    contact_address: str = ""
    contact_phone: str = ""
    owner_id: int | None = None
    acknowledges: bool = False


def checked(fields: JobFields) -> dict[str, Any]:
    """The columns of the row. Raises Refused, naming the field."""
    values = asdict(fields)
    for name in _LINES:
        values[name] = one_line(values[name], name)
    if not values["title"]:
        raise Refused("The job has no title.", "Type what the team calls it.", "title")
    values["public_title"] = values["public_title"] or values["title"]
    values["contact_address"] = _address(values["contact_address"].strip())
    check_style(fields.language or "en", fields.tone or Tone.WARM)
    values["notice"] = " ".join(fields.notice.split())
    if len(values["notice"]) > LONGEST_NOTICE:
        raise Refused("The notice is too long.", f"{LONGEST_NOTICE:,} characters are the most.", "notice")
    if not 1 <= fields.openings <= MOST_OPENINGS:
        raise Refused(f"Between 1 and {MOST_OPENINGS:,} people can be hired.", "Correct it.", "openings")
    for name in ("closing_on", "decide_by"):
        if values[name] is not None and values[name].year not in YEARS:
            raise Refused("This date cannot be right.", "Check the year.", name)
    if fields.rolling and fields.closing_on:
        raise Refused(
            "A job that stays open has no closing date.", "Take out the date, or the mark.", "closing_on"
        )
    if fields.closing_on and fields.decide_by and fields.decide_by < fields.closing_on:
        raise Refused(
            "The decision would come before the closing date.", "Give that day or a later one.", "decide_by"
        )
    return values


def _address(text: str) -> str:
    if not text:
        return ""
    try:
        return check_address(text).mailbox
    except BadAddress as problem:
        raise Refused(str(problem), "", "contact_address") from None
