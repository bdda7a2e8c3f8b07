"""What a person types about a job, and what stands in the address of its pages.

Law: an address is typed by anybody, so each part of it is read into a type with bounds, or left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from employer_app.domain.address import LONGEST_ADDRESS
from employer_app.domain.duty import Reason
from employer_app.domain.merge import typed
from employer_app.domain.stage import StageKind, StagePlan
from employer_app.domain.words import t
from employer_app.forms.base import Form
from employer_app.forms.choices import SelectChoice, letter_languages, offered, tones
from employer_app.forms.ids import MOST, IdField, VersionField, number
from employer_app.forms.owed_filters import address_arg, address_of, language_of, one_of, source_of
from employer_app.queries.jobs import After, Filters, JobAfter, JobFilters, Owed, Shelf, Standing
from employer_app.queries.jobs.filters import LONGEST_TEXT

#: as the verbs ask; here only so that a browser says it first
LONGEST = 120
LONGEST_STAGE = 60
MOST_OPENINGS = 9999
SILENT_DAYS = (7, 14, 21, 30, 60, 90)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_AS_THE_HOUSE = SelectChoice("", "As the organisation does")
_LANGUAGES = [_AS_THE_HOUSE, *letter_languages()]
_TONES = [_AS_THE_HOUSE, *tones()]
_ADDRESS = [_AS_THE_HOUSE, *offered([("no", "Sie, vous, usted, u"), ("yes", "du, tu, tú, je")])]


class JobForm(Form):
    """A job. Its dates are what people ask for on the phone when nobody gave any."""

    title = StringField(
        "Title",
        [InputRequired("Type what the team calls it."), Length(max=LONGEST)],
        description="As the team calls it. Candidates never see it.",
    )
    public_title = StringField(
        "Title for candidates",
        [Length(max=LONGEST)],
        description="As in the advert. Empty: the same as above.",
    )
    place_id = SelectField(
        "Place", coerce=int, description="Gives the time zone, the holidays and so the dates."
    )
    also_in = StringField(
        "Also in",
        [Length(max=LONGEST)],
        description="Other places of work, as candidates know them. The dates follow the place above.",
    )
    openings = IntegerField(
        "People to hire",
        [InputRequired("Give a number, 1 for one person."), NumberRange(1, MOST_OPENINGS)],
        default=1,
        render_kw={"min": 1, "max": MOST_OPENINGS},
    )
    closing_on = DateField(
        "Closing date",
        [Optional()],
        description="Until then applications come in, and the wait for a first answer counts from here.",
    )
    decide_by = DateField(
        "Decision by", [Optional()], description="The day you can tell people: “you hear from us by …”."
    )
    rolling = BooleanField(
        "It stays open, without a closing date",
        description="Each application is answered on its own. For jobs that you fill again and again.",
    )
    language = SelectField("Letters are in", choices=_LANGUAGES, default="")
    tone = SelectField("Tone", choices=_TONES, default="")
    informal = SelectField("Address", choices=_ADDRESS, default="")
    notice = TextAreaField(
        "A notice that the law asks for",
        [Length(max=typed.LONGEST[typed.Typed.TEXT])],
        description="Stands word for word in every letter of this job, under the signature.",
        render_kw={"rows": 3},
    )
    tells_score = BooleanField(
        "Letters may tell people their own score",
        description="For exams and exercises with points. How others did still has no place in a letter.",
    )
    tells_reserve = BooleanField(
        "Letters may tell people that they are on a reserve list",
        description="Only with the day until which the list holds: without it the wording check warns.",
    )
    contact_name = StringField(
        "Name", [Length(max=LONGEST)], description="Whom a candidate can ask. A person, not a department."
    )
    contact_title = StringField("What they do", [Length(max=LONGEST)])
    contact_address = StringField(
        "E-mail address", [Length(max=LONGEST_ADDRESS)], render_kw={"autocomplete": "off"}
    )
    contact_phone = TelField("Phone", [Length(max=LONGEST)], render_kw={"autocomplete": "off"})
    owner_id = SelectField(
        "Who owes the answers", coerce=int, description="The person whose list these people are on."
    )
    acknowledges = BooleanField(
        "Tell each new applicant by mail that the application has arrived",
        description="A standing rule with your name: it holds until somebody takes the tick away.",
    )
    draft = BooleanField("Keep it as a draft: nobody can be added yet")
    version = VersionField(validators=[Optional()])

    def typed(self) -> dict[str, Any]:
        """What was typed, by the names that the verbs know."""
        texts = (
            "title",
            "public_title",
            "also_in",
            "contact_name",
            "contact_title",
            "contact_address",
            "contact_phone",
        )
        return {
            **{name: self[name].data or "" for name in texts},
            "place_id": self.place_id.data,
            "closing_on": self.closing_on.data,
            "decide_by": self.decide_by.data,
            "rolling": bool(self.rolling.data),
            "openings": self.openings.data or 1,
            "owner_id": self.owner_id.data or None,
            "acknowledges": bool(self.acknowledges.data),
            "language": self.language.data or "",
            "tone": self.tone.data or "",
            "informal": {"yes": True, "no": False}.get(self.informal.data or ""),
            "notice": self.notice.data or "",
            "tells_score": bool(self.tells_score.data),
            "tells_reserve": bool(self.tells_reserve.data),
        }


class StageForm(Form):
    """A new stage."""

    name = StringField("Name", [InputRequired("Type a name."), Length(max=LONGEST_STAGE)])
    kind = SelectField("How far people have come there")
    counts_as_interview = BooleanField("Counts as an interview")

    def offer(self) -> None:
        self.kind.choices = offered((kind.value, t(f"stage.kind.{kind}")) for kind in StageKind)

    def plan(self) -> StagePlan:
        kind = StageKind(self.kind.data)
        deep = kind.depth > StageKind.INTERVIEW.depth
        return StagePlan(self.name.data or "", kind, deep or bool(self.counts_as_interview.data))


class StageNameForm(Form):
    name = StringField("Name", [InputRequired("Type a name."), Length(max=LONGEST_STAGE)])


class MoveForm(Form):
    """The ticked people, and the versions of all who were on the page."""

    stage_id = IdField()
    versions = HiddenField()
    force = HiddenField()

    def chosen(self, ids: list[str]) -> dict[int, int]:
        """Application id -> version that was looked at, of those that are ticked. Strangers get version 0."""
        looked_at = dict(pair.split(":", 1) for pair in (self.versions.data or "").split() if ":" in pair)
        numbers = {number(one): number(looked_at.get(one, "")) or 0 for one in ids}
        return {one: version for one, version in numbers.items() if one is not None}


def filters_of(args: Mapping[str, str]) -> Filters:
    """Which people the address asks for; what it says wrongly counts as not said."""
    return Filters(
        stage_id=number(args.get("stage")),
        standing=one_of(Standing, args.get("standing")),
        silent_days=number(args.get("silent"), 3650),
        reason=one_of(Reason, args.get("reason")),
        owed=one_of(Owed, args.get("owed")),
        text=args.get("q", "").strip()[:LONGEST_TEXT],
        owner_id=number(args.get("owner")),
        language=language_of(args.get("language")),
        source=source_of(args.get("source")),
        has_address=address_of(args.get("address")),
    )


def filter_args(filters: Filters) -> dict[str, Any]:
    """The same for an address of ours; what is not filtered is left out."""
    said = {
        "stage": filters.stage_id,
        "standing": filters.standing,
        "silent": filters.silent_days,
        "reason": filters.reason,
        "owed": filters.owed,
        "q": filters.text,
        "owner": filters.owner_id,
        "language": filters.language,
        "source": filters.source,
        "address": address_arg(filters.has_address),
    }
    return {name: str(value) for name, value in said.items() if value}


def job_filters_of(args: Mapping[str, str]) -> JobFilters:
    return JobFilters(
        shelf=one_of(Shelf, args.get("shelf")) or Shelf.CURRENT,
        text=args.get("q", "").strip()[:LONGEST_TEXT],
        owner_id=number(args.get("owner")),
    )


def job_filter_args(filters: JobFilters) -> dict[str, Any]:
    shelf = None if filters.shelf is Shelf.CURRENT else filters.shelf
    said = {"shelf": shelf, "q": filters.text, "owner": filters.owner_id}
    return {name: str(value) for name, value in said.items() if value}


def after_of(text: str | None) -> After | None:
    """The row after which a page begins, as `after_arg` wrote it; anything else is the first page."""
    parts = (text or "").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
        return None
    settled, since, row = (int(part) for part in parts)
    try:
        moment = _EPOCH + timedelta(microseconds=since)
    except OverflowError:
        return None
    return After(bool(settled), moment, row) if row <= MOST else None


def after_arg(after: After) -> str:
    since = (after.since - _EPOCH) // timedelta(microseconds=1)
    return f"{int(after.settled)}-{max(since, 0)}-{after.id}"


def job_after_of(text: str | None) -> JobAfter | None:
    parts = (text or "").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in parts):
        return None
    late, waiting, row = (int(part) for part in parts)
    return late, waiting, row


def job_after_arg(after: JobAfter) -> str:
    return "-".join(str(part) for part in after)
