"""The windows of docs/outbox.md in which a worker is killed, and who can tell that one is reached."""

from __future__ import annotations

from enum import StrEnum


class Window(StrEnum):
    """The mail server sees most of them; `fenced` and `answered` lie inside the worker."""

    CONNECT = "connect"  # claimed, and nothing said yet
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "body"  # while the text flows
    FENCED = "fenced"  # the last look is saved, the dot not yet sent
    DOT = "dot"  # the dot is sent, no answer yet
    ANSWERED = "answered"  # the answer is read, and not yet written down


INSIDE = frozenset({Window.FENCED, Window.ANSWERED})


class Moment(StrEnum):
    """Further moments in which a command is killed, of no worker."""

    DECIDED = "decided"  # everything of a confirm is written, and not yet committed
    CONFIRMED = "confirmed"  # it is committed, and no worker was told
