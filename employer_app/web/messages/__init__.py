"""The outbox and one message: where each stands, in the mail server's words, and what a person decides."""

from employer_app.web.messages import answers, one, outbox
from employer_app.web.messages.blueprint import blueprint

__all__ = ["answers", "blueprint", "one", "outbox"]
