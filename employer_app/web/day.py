"""How the day reads beside the home list: what leaves today, and what only a person can settle.

Law: each line is a number with the page on which it is settled; a line without anybody is not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from employer_app.domain import times
from employer_app.domain.clock import now
from employer_app.domain.message import Purpose
from employer_app.domain.words import t
from employer_app.extensions import setting
from employer_app.queries.glance import Leaving, NeedsPerson
from employer_app.queries.pace import finish, limits
from employer_app.web.filters import clock, here
from employer_app.web.frame import frame
from employer_app.web.viewer import viewer

#: how many lists and single kinds, and paused lists, are named; the rest are counted
_NAMED = 5
_OF_A_LIST = {Purpose.DECISION: "Close-out", Purpose.UPDATE: "Update"}


@dataclass(frozen=True)
class Line:
    label: str
    count: int
    href: str
    #: when the first and the last of them leave
    sub: str = ""


def leaving(found: Sequence[Leaving]) -> list[Line]:
    """Each list leads to where it is stopped. Where there is a pace, its end is worked out."""
    paced = bool(found) and bool(limits(viewer()))
    lines = [_leaving(one, paced) for one in found[:_NAMED]]
    if rest := sum(one.messages for one in found[_NAMED:]):
        lines.append(Line("Others", rest, url_for("messages.index", state="queued")))
    return lines


def why_nothing_leaves() -> str:
    """A sentence for the top of what would leave; empty while nothing is in the way."""
    status = frame().status
    if status is None:
        return ""
    reasons = (
        (status.stopped_at is not None, "stopped"),
        (not setting("MAIL_SERVER"), "no_server"),
        (status.safe_mode, "safe_mode"),
        (status.paused, "trouble"),
        (status.worker_away, "no_worker"),
    )
    why = next((t(f"pace.because.{word}") for applies, word in reasons if applies), "")
    return f"Nothing leaves now: {why}" if why else ""


def needs_person(found: NeedsPerson) -> list[Line]:
    """The worst first; nothing with a zero."""
    boxes = (
        ("uncertain", found.in_doubt, "in-doubt"),
        ("held", found.stopped, "stopped"),
        ("failed", found.failed, "failed"),
    )
    lines = [
        Line(t(f"message.state_long.{name}"), count, url_for("messages.index", state=state))
        for name, count, state in boxes
    ]
    lines.append(Line("Second look", found.second_looks, url_for("batches.releases")))
    lines += [
        Line(f"Paused: {one.job_title}", one.messages, url_for("batches.show", batch_id=one.batch_id))
        for one in found.paused[:_NAMED]
    ]
    rest = sum(one.messages for one in found.paused[_NAMED:])
    lines.append(Line("Paused: others", rest, url_for("messages.index", state="queued")))
    return [line for line in lines if line.count]


def _leaving(one: Leaving, paced: bool) -> Line:
    first = clock(one.first_at) if one.first_at > now() else "from now on"
    if one.batch_id is None:
        label = t(f"message.kind.{one.kind}")
        return Line(label, one.messages, url_for("messages.index", state="queued"), _span(one, first))
    label = f"{_OF_A_LIST.get(one.purpose, 'Send list')}, {one.job_title}"
    found = finish(viewer(), one.batch_id, one.purpose) if paced else None
    if found and found.at:
        span = f"{first}, the last about {times.about(found.at, now(), here())}"
    else:
        span = _span(one, first)
    return Line(label, one.messages, url_for("batches.show", batch_id=one.batch_id), span)


def _span(one: Leaving, first: str) -> str:
    last = clock(one.last_at)
    return first if one.last_at <= now() or last == first else f"{first}, the last {last}"
