"""Sign in, sign out, one's own account.

The sign-in library keeps sessions, hashes and freshness. Its own pages stay off: each would be one more way
in, with texts and commits that are not ours.
"""

from __future__ import annotations

import logging
import secrets
import time
from functools import partial

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_security import (
    SQLAlchemyUserDatastore,
    current_user,
    hash_password,
    login_user,
    logout_user,
    verify_password,
)

from employer_app.actions import digest, sign_in, users
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.password import normal
from employer_app.extensions import db, security
from employer_app.forms.account import (
    AccountForm,
    ButtonForm,
    ChangePasswordForm,
    ConfirmForm,
    PasswordForm,
    SetUpForm,
    SignInForm,
)
from employer_app.forms.base import Form, say
from employer_app.models import RoleRow, User
from employer_app.queries.users import LinkUse, link_use
from employer_app.web import gate
from employer_app.web.frame import frame
from employer_app.web.paths import own_path
from employer_app.web.viewer import viewer

#: seconds in which a sign-in by link counts as proof for a new password
LINK_IS_PROOF = 30 * 60
#: 46 MiB, one pass, one lane (OWASP): the library's own cost would let a few strangers fill a small machine
HASH_COST = {"argon2__memory_cost": 47104, "argon2__rounds": 1, "argon2__parallelism": 1}
WRONG = "The address or the password is not right."

blueprint = Blueprint("account", __name__)
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=HASH_COST,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
    )
    security.init_app(app, SQLAlchemyUserDatastore(db, User, RoleRow), register_blueprint=False)
    # The library would also take a token from a header or a query string; we have sessions only.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    gate.init_app(app)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in_page() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(own_path(request.values.get("next", "")), 303)
    form = SignInForm()
    if request.method == "GET":
        form.next.data = own_path(request.args.get("next", ""))
    page = partial(render_template, "account/sign_in.html", form=form)
    if not form.sent():
        return page()
    email = (form.email.data or "").strip().casefold()
    if wait := _try(email):
        form.form_errors.append(str(wait))
        return page(), 429, {"Retry-After": str(wait.seconds)}
    if not _right(_user(email=email), form.password.data or ""):
        form.form_errors.append(WRONG)
        return page()
    sign_in.give_back(email=email, network=_network())
    _begin(_user(email=email))
    return redirect(own_path(form.next.data or ""), 303)


def _try(email: str) -> sign_in.TooManyTries | None:
    try:
        sign_in.charge(email=email, network=_network())
    except sign_in.TooManyTries as wait:
        log.warning("sign-in refused: too many attempts, %s seconds to wait", wait.seconds)
        return wait
    return None


def _network() -> str:
    return request.remote_addr or "unknown"


def _user(**which: str | int) -> User | None:
    found = security.datastore.find_user(case_insensitive=False, **which)
    return found if isinstance(found, User) else None


def _right(user: User | None, password: str) -> bool:
    """The same work whether the account exists, has a password, or is shut out: time tells nothing."""
    kept = user.password if user is not None and user.active else None
    return verify_password(normal(password), kept or _nobodys_hash()) and kept is not None


def _nobodys_hash() -> str:
    kept = current_app.extensions.get("employer_nobodys_hash")
    if kept is None:
        kept = current_app.extensions["employer_nobodys_hash"] = hash_password(secrets.token_hex(16))
    return str(kept)


def _begin(user: User | None) -> None:
    """Nothing of the anonymous session outlives the sign-in, its form token least of all."""
    session.clear()
    g.pop("csrf_token", None)
    if user is not None:
        login_user(user, remember=False)


@blueprint.get("/sign-in/link/<token>")
def link_page(token: str) -> ResponseReturnValue:
    """Only a button: a mail scanner that opens the link spends nothing."""
    return _link_page(token)


@blueprint.post("/sign-in/link/<token>")
def use_link(token: str) -> ResponseReturnValue:
    if link_use(token) is LinkUse.SET_UP:
        return _set_up(token)
    try:
        user_id = users.use_sign_in_link(token=token)
    except NotFound:
        return _link_page(token)
    return _by_link(user_id)


def _link_page(token: str, form: Form | None = None) -> ResponseReturnValue:
    match link_use(token):
        case None:
            return render_template("account/link_spent.html"), 404
        case LinkUse.SIGN_IN:
            return render_template("account/link.html", form=ButtonForm())
        case LinkUse.SET_UP:
            return render_template("account/set_up.html", form=form or SetUpForm())


def _set_up(token: str) -> ResponseReturnValue:
    """The first administrator: name, address and password on one page."""
    form = SetUpForm()
    form.own_words = (form.email.data or "", form.name.data or "")
    if form.sent():
        try:
            user_id = users.set_up(
                token=token,
                email=form.email.data or "",
                name=form.name.data or "",
                password_hash=hash_password(normal(form.new_password.data or "")),
            )
        except NotFound:
            return _link_page(token)
        except Refused as refused:
            say(form, refused)
        else:
            return _by_link(user_id)
    return _link_page(token, form)


def _by_link(user_id: int) -> ResponseReturnValue:
    user = _user(id=user_id)
    _begin(user)
    session["by_link_at"] = time.time()
    if user is not None and not user.password:
        return redirect(url_for("account.password"), 303)
    flash("You are signed in.", "done")
    return redirect("/", 303)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    users.end_sessions(user_id=current_user.id)
    logout_user()
    session.clear()
    flash("You are signed out, here and on every other device.", "done")
    return redirect(url_for("account.sign_in_page"), 303)


@blueprint.route("/account", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    form = AccountForm(obj=current_user)
    if form.sent():
        name, title, phone = (field.data or "" for field in (form.name, form.title, form.phone))
        try:
            users.edit_own_account(actor=viewer(), name=name, title=title, phone=phone)
        except Refused as refused:
            say(form, refused)
        else:
            flash("Saved.", "done")
            return redirect(url_for("account.index"), 303)
    return render_template("account/index.html", form=form, user=current_user)


@blueprint.post("/account/digest")
def want_digest() -> ResponseReturnValue:
    wanted = request.form.get("wanted") == "yes"
    digest.want(actor=viewer(), wanted=wanted)
    said = "You get the mail of the morning." if wanted else "You get no more mail of the morning."
    flash(said, "done")
    return redirect(url_for("account.index"), 303)


@blueprint.route("/account/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Who came by a link just now has proved enough; everybody else types the old one."""
    came_by_link = time.time() - session.get("by_link_at", 0) < LINK_IS_PROOF
    form = ChangePasswordForm() if current_user.password and not came_by_link else PasswordForm()
    form.own_words = (current_user.email, current_user.name, frame().organisation)
    if form.sent() and (not isinstance(form, ChangePasswordForm) or _proved(form)):
        actor = viewer()
        fresh = users.set_password(
            actor=actor, password_hash=hash_password(normal(form.new_password.data or ""))
        )
        _begin(_user(fs_uniquifier=fresh))
        flash("Your password is set. Every other device is signed out.", "done")
        return redirect("/", 303)
    return render_template("account/password.html", form=form, first=not current_user.password)


def _proved(form: ChangePasswordForm | ConfirmForm) -> bool:
    """Whether the typed password is the person's own; counts as an attempt like any other."""
    email = current_user.email
    if wait := _try(email):
        form.form_errors.append(str(wait))
        return False
    if not _right(_user(email=email), form.password.data or ""):
        form.password.errors = [*form.password.errors, "This is not your password."]
        return False
    sign_in.give_back(email=email, network=_network())
    return True


@blueprint.route("/account/confirm", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    if not current_user.password:
        return redirect(url_for("account.password"), 303)
    form = ConfirmForm()
    if request.method == "GET":
        form.next.data = own_path(request.args.get("next", ""))
    if form.sent() and _proved(form):
        session["fs_paa"] = time.time()
        return redirect(own_path(form.next.data or ""), 303)
    return render_template("account/confirm.html", form=form)
