"""The organisation, its places, its people, and whether mail may leave. For administrators."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import demo, users
from employer_app.actions import places as place_verbs
from employer_app.actions import settings as verbs
from employer_app.domain.errors import Refused
from employer_app.domain.pace import Preset, limits_of, presets
from employer_app.domain.pace_words import figures, meaning
from employer_app.domain.role import Role, Verb, require
from employer_app.domain.words import t
from employer_app.extensions import setting
from employer_app.forms.account import ButtonForm
from employer_app.forms.base import say
from employer_app.forms.pace import PaceForm
from employer_app.forms.settings import ROLES, OrganisationForm, PersonForm, PlaceForm, RoleForm
from employer_app.outbox import relay
from employer_app.queries import settings as queries
from employer_app.queries.boxes import Box
from employer_app.queries.choices import team
from employer_app.queries.handovers import left_behind
from employer_app.queries.next_hour import in_next_hour
from employer_app.queries.users import people as all_people
from employer_app.web.gate import needs_proof
from employer_app.web.viewer import viewer

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.before_request
def _administrators_only() -> None:
    require(viewer(), Verb.ADMINISTER)


@blueprint.route("", methods=["GET", "POST"], endpoint="index")
def organisation() -> ResponseReturnValue:
    form = OrganisationForm(obj=queries.organisation(viewer()))
    if form.sent():
        fields = verbs.OrganisationFields(**form.typed())
        try:
            verbs.edit_organisation(actor=viewer(), fields=fields)
        except Refused as refused:
            say(form, refused)
        else:
            flash("Saved.", "done")
            return redirect(url_for("settings.index"), 303)
    demo_people = queries.demo_applications(viewer())
    return render_template("settings/organisation.html", form=form, demo_people=demo_people)


@blueprint.get("/demo")
def confirm_demo_removal() -> ResponseReturnValue:
    """What would go, before it goes."""
    people = queries.demo_applications(viewer())
    if not people:
        flash("There is no demo data.", "done")
        return redirect(url_for("settings.index"), 303)
    return render_template("settings/demo.html", form=ButtonForm(), people=people)


@blueprint.post("/demo")
def remove_demo() -> ResponseReturnValue:
    try:
        people = demo.remove(actor=viewer())
    except Refused as refused:
        flash(str(refused), "late")
    else:
        flash(f"The demo is gone: {people} applications and all that was recorded of them.", "done")
    return redirect(url_for("settings.index"), 303)


@blueprint.get("/sending")
def sending() -> ResponseReturnValue:
    return sending_page()


@blueprint.post("/sending/safe-mode-on")
def safe_mode_on() -> ResponseReturnValue:
    try:
        verbs.set_safe_mode(actor=viewer(), on=True)
    except Refused as refused:
        flash(str(refused), "late")
    else:
        flash("Safe mode is on. Nothing leaves to candidates.", "done")
    return redirect(url_for("settings.sending"), 303)


@blueprint.get("/sending/safe-mode-off")
@needs_proof
def confirm_safe_mode_off() -> ResponseReturnValue:
    """What would leave, before it is let go."""
    return render_template(
        "settings/safe_mode_off.html",
        form=ButtonForm(),
        organisation=queries.organisation(viewer()),
        waiting=in_next_hour(viewer()),
    )


@blueprint.post("/sending/safe-mode-off")
@needs_proof
def safe_mode_off() -> ResponseReturnValue:
    try:
        held = verbs.set_safe_mode(actor=viewer(), on=False)
    except Refused as refused:
        flash(str(refused), "late")
        return redirect(url_for("settings.index"), 303)
    if held:
        flash(f"Safe mode is off. {t('page.messages', n=held)} from before: look, and let them go.", "done")
        return redirect(url_for("messages.index", state=Box.STOPPED.value), 303)
    flash("Safe mode is off. Messages leave at their time.", "done")
    return redirect(url_for("settings.sending"), 303)


@blueprint.post("/sending/test")
def test_mail_server() -> ResponseReturnValue:
    """Connects and signs in; no mail is sent."""
    try:
        return sending_page(works=relay.check() or "It answered.")
    except Refused as refused:
        return sending_page(trouble=refused)


def sending_page(works: str = "", trouble: Refused | None = None, pace: PaceForm | None = None) -> str:
    organisation = queries.organisation(viewer())
    known = Preset(organisation.pace_preset or Preset.NO_LIMIT)
    security = "SSL/TLS from the first byte" if setting("MAIL_USE_SSL") else "none"
    if setting("MAIL_USE_TLS") and not setting("MAIL_USE_SSL"):
        security = "STARTTLS, certificate checked"
    server = {
        "name": setting("MAIL_SERVER"),
        "port": setting("MAIL_PORT"),
        "security": security,
        "username": setting("MAIL_USERNAME") or "",
        # Whether there is one, and never what it is.
        "has_password": bool(setting("MAIL_PASSWORD")),
        "token_file": setting("MAIL_OAUTH_TOKEN_FILE"),
    }
    return render_template(
        "settings/sending.html",
        organisation=organisation,
        safe_mode=queries.in_safe_mode(viewer()),
        safe_mode_is_fixed=setting("SAFE_MODE") is not None,
        server=server,
        works=works,
        trouble=trouble,
        form=ButtonForm(),
        pace=pace or PaceForm(formdata=None, obj=organisation, data={"preset": known.value}),
        now_at=figures(limits_of(organisation)),
        meaning=meaning(limits_of(organisation)),
        said=presets()[known].said if known in presets() else "",
    )


@blueprint.get("/places")
def places() -> ResponseReturnValue:
    rows = queries.places(viewer())
    off = {row.place.id: queries.next_days_off(row.place, 3) for row in rows}
    return render_template("settings/places.html", rows=rows, off=off)


@blueprint.route("/places/new", methods=["GET", "POST"])
def add_place() -> ResponseReturnValue:
    form = PlaceForm()
    if form.sent():
        try:
            place_verbs.add_place(actor=viewer(), fields=_place_fields(form))
        except Refused as refused:
            say(form, refused)
        else:
            flash(f"{form.name.data} is added.", "done")
            return redirect(url_for("settings.places"), 303)
    return render_template("settings/place.html", form=form, place=None, off=[])


@blueprint.route("/places/<int(max=2147483647):place_id>", methods=["GET", "POST"])
def edit_place(place_id: int) -> ResponseReturnValue:
    place = queries.place(viewer(), place_id)
    form = PlaceForm(obj=place)
    if request.method == "GET":
        form.closed_days.data = "\n".join(place.closed_days)
    if form.sent():
        try:
            counted = place_verbs.edit_place(actor=viewer(), place_id=place_id, fields=_place_fields(form))
        except Refused as refused:
            say(form, refused)
        else:
            people = "1 application" if counted == 1 else f"{counted:,} applications"
            more = f" The dates of {people} were counted again." if counted else ""
            flash(f"Saved.{more}", "done")
            return redirect(url_for("settings.places"), 303)
    return render_template("settings/place.html", form=form, place=place, off=queries.next_days_off(place))


def _place_fields(form: PlaceForm) -> place_verbs.PlaceFields:
    return place_verbs.PlaceFields(
        name=form.name.data or "",
        country=form.country.data or "",
        subdivision=form.subdivision.data,
        timezone=form.timezone.data or "",
        closed_days=form.days(),
    )


@blueprint.get("/people")
@needs_proof
def people() -> ResponseReturnValue:
    return _people_page(PersonForm(formdata=None))


@blueprint.post("/people")
@needs_proof
def invite() -> ResponseReturnValue:
    form = PersonForm()
    if form.sent():
        try:
            user_id = users.create_user(
                actor=viewer(),
                email=form.email.data or "",
                name=form.name.data or "",
                role=Role(form.role.data),
            )
            path = users.make_sign_in_link(actor=viewer(), user_id=user_id)
            return _people_page(PersonForm(formdata=None), link=path, link_for=form.name.data or "")
        except Refused as refused:
            say(form, refused)
    return _people_page(form)


@blueprint.post("/people/<int(max=2147483647):user_id>/link")
@needs_proof
def new_link(user_id: int) -> ResponseReturnValue:
    """The link is shown on this one page and never again: the database keeps its hash alone."""
    path = users.make_sign_in_link(actor=viewer(), user_id=user_id)
    row = next(row for row in all_people(viewer()) if row.id == user_id)
    return _people_page(PersonForm(formdata=None), link=path, link_for=row.name)


@blueprint.post("/people/<int(max=2147483647):user_id>/role")
@needs_proof
def change_role(user_id: int) -> ResponseReturnValue:
    form = RoleForm()
    if form.sent():
        _do(lambda: users.change_role(actor=viewer(), user_id=user_id, role=Role(form.role.data)), "Saved.")
    return redirect(url_for("settings.people"), 303)


@blueprint.post("/people/<int(max=2147483647):user_id>/shut-out")
@needs_proof
def shut_out(user_id: int) -> ResponseReturnValue:
    _do(
        lambda: users.set_active(actor=viewer(), user_id=user_id, active=False),
        "This person may not sign in any more, from now on.",
    )
    return redirect(url_for("settings.people"), 303)


@blueprint.post("/people/<int(max=2147483647):user_id>/let-in")
@needs_proof
def let_in(user_id: int) -> ResponseReturnValue:
    _do(
        lambda: users.set_active(actor=viewer(), user_id=user_id, active=True),
        "This person may sign in again. Make a sign-in link if the password is forgotten.",
    )
    return redirect(url_for("settings.people"), 303)


def _people_page(form: PersonForm, link: str = "", link_for: str = "") -> ResponseReturnValue:
    return render_template(
        "settings/people.html",
        form=form,
        people=all_people(viewer()),
        left_behind=left_behind(viewer()),
        team=[(one.id, one.name) for one in team(viewer())],
        roles=[(role.value, role.label) for role in ROLES],
        link=setting("PUBLIC_URL").rstrip("/") + link if link else "",
        link_for=link_for,
        link_hours=users.LINK_HOURS,
        me=viewer().user_id,
        button=ButtonForm(),
    )


def _do(act: Callable[[], None], done: str) -> None:
    try:
        act()
    except Refused as refused:
        flash(str(refused), "late")
    else:
        flash(done, "done")
