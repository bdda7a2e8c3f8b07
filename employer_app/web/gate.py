"""The one gate that every request passes.

Law: everything needs a signed-in person with a role, but for the endpoints in `OPEN`. What is in no list is
denied.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec

from flask import Flask, abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, logout_user
from flask_security.utils import check_and_update_authn_fresh

from employer_app.domain.role import Verb, may
from employer_app.web.paths import own_path
from employer_app.web.viewer import viewer

#: what a stranger may reach
OPEN = frozenset(
    {
        "static",
        "account.sign_in_page",
        "account.link_page",
        "account.use_link",
        "manager_asks.by_link",  # the link is signed, and good for one ask
        "manager_asks.answer",
        "system.alive",
        "system.ready",
        "system.outbox_health",
        "system.metrics",  # for whoever has the token; else it is not there
        "system.robots",
    }
)
#: what somebody who is signed in may reach without any role
OWN = frozenset({"account.sign_out", "account.index", "account.password", "account.confirm"})
#: bytes that a stranger's form may have
SMALL_FORM = 64 * 1024
#: how long a typed password counts as proof, and how long after the last act that needed it
FRESH = timedelta(hours=1)
GRACE = timedelta(minutes=30)
SIGNED_OUT = (
    "You were signed out meanwhile, so nothing was saved. Go back in your browser: what you typed is still "
    "there. Copy it, then sign in and send it once more."
)
NO_ROLE = "Your account has no role yet, so there is nothing to see."

P = ParamSpec("P")


def init_app(app: Flask) -> None:
    app.url_value_preprocessor(_keep_small)
    app.before_request(_gate)


def _keep_small(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: a stranger has nothing large to say."""
    if endpoint in OPEN:
        request.max_content_length = SMALL_FORM


def _gate() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN:  # no such page: the answer says just that
        return None
    if current_user.is_authenticated and _too_old():
        logout_user()
    if not current_user.is_authenticated:
        return _to_sign_in()
    if endpoint not in OWN and not may(viewer(), Verb.READ):
        abort(403, NO_ROLE)
    return None


def _too_old() -> bool:
    """Whoever works here signs in each day; a forgotten screen does not stay open."""
    age = time.time() - session.get("fs_paa", 0)
    return bool(age > current_app.permanent_session_lifetime.total_seconds())


def _to_sign_in() -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        abort(401)
    if "HX-Request" in request.headers:  # a part of a page: the whole page must go
        return "", 401, {"HX-Redirect": url_for("account.sign_in_page")}
    back = _here() if request.method in {"GET", "HEAD"} else "/"
    if request.method == "POST":
        flash(SIGNED_OUT, "late")
    return redirect(url_for("account.sign_in_page", next=None if back == "/" else back), 303)


def _here() -> str:
    return own_path(request.full_path.rstrip("?"))


def needs_proof(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """For what would let a stranger at an open screen take over: the password was typed within the hour."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if check_and_update_authn_fresh(FRESH, GRACE):
            return view(*args, **kwargs)
        back = _here() if request.method == "GET" else own_path(request.referrer or "")
        return redirect(url_for("account.confirm", next=back), 303)

    return guarded
