"""Mail beside the candidates' queue, of purpose `account`: in the house's name, and handed over at once.

Law: one try, with short time limits, for deliveries or a person wait behind it. Whoever mails claims it in
the database first, and decides there what an answer means.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from employer_app.domain.clock import now
from employer_app.models import Organisation
from employer_app.outbox.enqueue import new_message_id
from employer_app.smtp.line import Line, Relay, Reply
from employer_app.smtp.mime import Letter, build

#: seconds; a server that is silent is tried again later
_WAIT, _DOT_WAIT = 10.0, 60.0
#: nobody's vacation answers it
AUTOMATIC = (("Auto-Submitted", "auto-generated"),)


def written(
    house: Organisation, *, to_name: str, to_address: str, subject: str, text: str, reply_to: str = ""
) -> Letter:
    """An automatic mail from the house's own sender, which must be set."""
    return Letter(
        message_id=new_message_id(house.sender_address),
        date=now(),
        sender_name=house.sender_name or house.name,
        sender_address=house.sender_address,
        reply_to=reply_to,
        to_name=to_name,
        to_address=to_address,
        subject=subject,
        text=text,
        headers=AUTOMATIC,
    )


def post(
    server: Relay, mail: Letter, *, dot_timeout: float = _DOT_WAIT, goes: Callable[[], bool] = lambda: True
) -> Reply:
    """What the server said; `goes` is asked when all but the dot was said.

    Raises RelayTrouble or Unbuildable: nothing has left.
    """
    body = build(mail)
    quick = replace(server, connect_timeout=_WAIT, command_timeout=_WAIT, dot_timeout=dot_timeout)
    with Line(quick) as line:
        return line.hand_over(mail.return_path, mail.to_address, body, goes)


def words_of(reply: Reply) -> str:
    """ "550 5.1.1 No such user"."""
    return f"{reply.code or ''} {reply.text}".strip()
