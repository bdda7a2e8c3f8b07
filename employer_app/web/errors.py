"""When something goes wrong: what happened, what was not lost, what to do. Never a stack trace.

A refusal that a view did not answer itself ends here too. An unforeseen error is logged under a number, and
the person reads the number alone.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from flask import Flask, Response, current_app, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.words import t
from employer_app.extensions import DatabaseTrouble, db

log = logging.getLogger(__name__)

RETRY_SECONDS = 5


@dataclass(frozen=True)
class Words:
    """Empty: what the word file says of this code."""

    title: str = ""
    sentence: str = ""
    todo: str = ""


_COPY = (
    "Go back in your browser: your text is still there. Copy it, load the page again, and send it once more."
)
CSRF = Words("This page was open too long or opened elsewhere", "Nothing was saved.", _COPY)
_OWN = {
    401: Words("Please sign in", "This needs an account of this app.", "Sign in and try again."),
    405: Words(
        "This cannot be done like that", "The page takes no request of this kind.", "Nothing was changed."
    ),
    415: Words(
        "This kind of text or file is not taken here", "Nothing of it was read.", "Nothing was changed."
    ),
}
_REFUSALS = {
    NotFound: (404, "It is not here"),
    NotAllowed: (403, "This needs another role"),
    Changed: (409, "It has changed meanwhile"),
    Refused: (400, "This was not done"),
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals["error_word"] = error_word
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda _error: _answer(400, CSRF))
    app.register_error_handler(DatabaseTrouble, _busy)
    app.register_error_handler(Refused, _refused)


def error_word(code: int, part: str) -> str:
    """The word file's `part` (title, sentence, todo) for this code, or for the next more general one."""
    for known in (code, 500 if code >= 500 else 400):
        try:
            return t(f"error.{known}.{part}")
        except KeyError:
            continue
    return ""


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error
    if code >= 500 and code != 503:
        number = secrets.token_hex(4)
        cause = getattr(error, "original_exception", None) or error
        log.error("error %s at %s", number, request.endpoint, exc_info=cause)
        return _answer(500, Words(), reference=number)
    words = _OWN.get(code, Words())
    if code == 403 and error.description != type(error).description:
        words = Words(sentence=error.description or "")
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return _answer(code, words, headers)


def _refused(error: Refused) -> ResponseReturnValue:
    code, title = next(_REFUSALS[kind] for kind in type(error).__mro__ if kind in _REFUSALS)
    return _answer(code, Words(title, error.message, error.remedy or " "))


def _busy(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    # The statement may hold names; the database's own words do not.
    log.warning("the database is busy or away at %s: %s", request.endpoint, getattr(error, "orig", None))
    return _answer(503, Words(), {"Retry-After": str(RETRY_SECONDS)})


def _answer(
    code: int, words: Words, headers: dict[str, str] | None = None, reference: str = ""
) -> ResponseReturnValue:
    title = words.title or error_word(code, "title")
    sentence = words.sentence or error_word(code, "sentence")
    todo = words.todo or error_word(code, "todo")
    if request.path.startswith("/api/"):
        body = {"error": title, "message": sentence, "remedy": todo.strip(), "reference": reference}
        return current_app.json.response(body), code, headers or {}
    if request_ctx.url_adapter is None:  # the request names a host that is not ours: no page has an address
        return Response(f"{title}. {sentence}\n", code, headers, mimetype="text/plain")
    page = render_template(
        "errors/error.html",
        code=code,
        title=title,
        sentence=sentence,
        todo=todo,
        reference=reference,
        organisation="",  # an error page asks the database nothing
        back="/",
    )
    return page, code, headers or {}
