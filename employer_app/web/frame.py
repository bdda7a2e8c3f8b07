"""What stands around every page: the organisation's name, counts beside the words, one banner, the footer.

One statement a page, asked when the layout first needs it: a part of a page pays nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from flask import Flask, g, request, url_for
from flask_security import current_user
from werkzeug.local import LocalProxy

from employer_app.domain import times
from employer_app.domain.role import Verb, may
from employer_app.extensions import DatabaseTrouble, db, setting
from employer_app.outbox.obstacle import full_disk, stands_still
from employer_app.queries import health
from employer_app.web.viewer import viewer


@dataclass(frozen=True)
class Banner:
    """One sentence and at most one act. `tone` is the token of its colour: late, soon or person.

    `posts`: the act is done at once, by a form, and is no way to another page.
    """

    tone: str
    text: str
    act: str = ""
    href: str = ""
    posts: bool = False


class Frame:
    """As templates/layout.html reads it, under the name `nav`."""

    @cached_property
    def status(self) -> health.Status | None:
        """None for strangers, for people without a role, and while the database does not answer."""
        try:
            return health.status(viewer()) if may(viewer(), Verb.READ) else None
        except DatabaseTrouble:
            db.session.rollback()
            return None

    @cached_property
    def organisation(self) -> str:
        try:
            return self.status.organisation if self.status else health.organisation_name()
        except DatabaseTrouble:
            db.session.rollback()
            return ""

    @property
    def timezone(self) -> str:
        return self.status.timezone if self.status else "UTC"

    @property
    def person(self) -> str:
        return current_user.name if current_user.is_authenticated else ""

    @property
    def administrator(self) -> bool:
        return may(viewer(), Verb.ADMINISTER)

    @property
    def may_stop(self) -> bool:
        """Whoever may write to candidates may stop everything; not while it is stopped."""
        return may(viewer(), Verb.MAIL) and not (self.status and self.status.stopped_at)

    @property
    def here(self) -> str:
        """This page, for whatever is pressed in its frame."""
        return request.full_path.rstrip("?") if request.method == "GET" else "/"

    @property
    def waiting(self) -> int:
        return self.status.waiting if self.status else 0

    @property
    def late(self) -> int:
        return self.status.late if self.status else 0

    @property
    def needs_person(self) -> int:
        return self.status.needs_person if self.status else 0

    @property
    def queued(self) -> int:
        """Confirmed messages that have not left."""
        return self.status.queued if self.status else 0

    @cached_property
    def banner(self) -> Banner | None:
        return _worst(self.status) if self.status else None

    @cached_property
    def health(self) -> str:
        return _line(self.status) if self.status else ""


def init_app(app: Flask) -> None:
    app.context_processor(
        lambda: {
            "nav": LocalProxy(frame),
            "banner": LocalProxy(lambda: frame().banner),
            "health": LocalProxy(lambda: frame().health),
            "organisation": LocalProxy(lambda: frame().organisation),
        }
    )


def frame() -> Frame:
    """The frame of this request."""
    if "frame" not in g:
        g.frame = Frame()
    made: Frame = g.frame
    return made


NO_MAIL_SERVER = "No mail server is set up. None is needed to see who waits, and nothing leaves."


def _worst(status: health.Status) -> Banner | None:
    """The first that holds: what stops everything, then what is in doubt, then what waits for somebody."""
    return _nothing_leaves(status) or _some_messages(status)


def _nothing_leaves(status: health.Status) -> Banner | None:
    administrator = may(viewer(), Verb.ADMINISTER)
    sending = ("Open the settings", url_for("settings.sending")) if administrator else ("", "")
    sender = ("Fill it in", url_for("settings.index")) if administrator else ("", "")
    if stands := stands_still(status.standing):
        return Banner("late", stands, "Look", url_for("restore.index"))
    if status.stopped_at:
        return _stopped(status)
    if not setting("MAIL_SERVER"):
        return Banner("soon", NO_MAIL_SERVER, *sending)
    if full := full_disk():
        return Banner("late", full)
    if status.paused:
        return Banner(
            "late", f"Messages wait, because the mail server is in trouble. {status.trouble}", *sending
        )
    if status.safe_mode:
        return Banner("soon", "Safe mode is on. Nothing leaves to candidates.", *sending)
    if not status.has_sender:
        return Banner("soon", "There is no sender address yet, so nothing leaves.", *sender)
    if status.worker_away:
        due = _counted(status.due, "message is due", "messages are due")
        return Banner("late", f"{due}, but the part of this app that sends them is not running.", *sending)
    return None


def _stopped(status: health.Status) -> Banner:
    """Who, since when and why; let go by one press, by whoever could have stopped it."""
    when = times.exact(status.stopped_at or status.at, ZoneInfo(status.timezone))
    who = status.stopped_by or "The command line"
    why = f" “{status.stopped_because}”" if status.stopped_because else ""
    text = f"{who} stopped everything, {when}.{why} Nothing leaves to candidates, and nothing is lost."
    if not may(viewer(), Verb.MAIL):
        return Banner("late", text)
    return Banner("late", text, "Let messages go on", url_for("stopping.go_on"), posts=True)


def _some_messages(status: health.Status) -> Banner | None:
    if status.uncertain_unseen:
        number = _counted(status.uncertain_unseen, "message", "messages")
        return Banner("person", f"{number} may have arrived. Please check.", "Look", "/outbox?state=in-doubt")
    if status.failed_unseen:
        number = _counted(status.failed_unseen, "message", "messages")
        return Banner(
            "late",
            f"{number} did not arrive, and the people have heard nothing since.",
            "Look",
            "/outbox?state=failed",
        )
    if status.held:
        number = _counted(status.held, "message needs you: it was", "messages need you: they were")
        return Banner("person", f"{number} stopped.", "Look", "/outbox?state=stopped")
    return None


def _line(status: health.Status) -> str:
    """The footer: how it stands with the mail server and with what sends."""
    if not setting("MAIL_SERVER"):
        server = "No mail server is set up."
    elif status.server_ok_at is None:
        server = "The mail server was not needed yet."
    else:
        server = f"Mail server answered {times.ago(status.server_ok_at, status.at)}."
    if status.worker_seen_at is None:
        return f"{server} No worker is running."
    return f"{server} Worker seen {times.ago(status.worker_seen_at, status.at)}."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
