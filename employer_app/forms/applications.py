"""What a person types about one application, and about one who is added by hand.

A form knows what is typed and what is missing; whether it may be so is the verb's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional

from employer_app.domain.disposition import dispositions, dispositions_at
from employer_app.domain.stage import InterviewKind, StageKind
from employer_app.domain.status import Status
from employer_app.domain.words import t
from employer_app.forms.base import Form
from employer_app.forms.choices import SelectChoice, offered
from employer_app.forms.ids import VersionField, number

_NOON = time(12)
_A_MINUTE = timedelta(minutes=1, microseconds=-1)


def moment(day: date | None, at: time | None, zone: str, now: datetime) -> datetime:
    """A day and perhaps a time in `zone` as a moment; without a time noon, and for today now: what was said
    today came after what was decided today.

    A minute that was typed counts to its end: a call in the minute of the decision came after it.
    """
    here = ZoneInfo(zone)
    if day is None:
        return now
    said = datetime.combine(day, at or _NOON, here)
    if at is None:
        return now if day == now.astimezone(here).date() else said
    return said if said > now else min(said + _A_MINUTE, now)


class ActForm(Form):
    """Of every act on one application. `force`: save although mail about this person is on its way."""

    version = VersionField(validators=[Optional()])
    force = HiddenField()

    @property
    def forced(self) -> bool:
        return str(self.force.data) == "1"


class NoteForm(ActForm):
    text = TextAreaField(
        "Note",
        [InputRequired("Write the note first."), Length(max=20_000)],
        description="For the team. The person may ask to read it, so write what you would say to them.",
    )


class ContactForm(ActForm):
    """A call or a letter."""

    summary = TextAreaField(
        "What was said", [InputRequired("Say in a few words what was said."), Length(max=20_000)]
    )
    occurred_on = DateField("Day", [InputRequired("Give the day.")])
    occurred_at = TimeField("Time", [Optional()])
    tells = BooleanField("The decision was told in it")
    promise_on = DateField(
        "We said there will be word by", [Optional()], description="Only if a day was named."
    )


class InterviewForm(ActForm):
    kind = SelectField(
        "Kind",
        choices=offered((kind.value, t(f"interview.kind.{kind.value}")) for kind in InterviewKind),
    )
    held_on = DateField("Day", [InputRequired("Give the day.")])
    held_at = TimeField("Time", [Optional()])
    interviewers = TextAreaField(
        "Who was there",
        [Length(max=2000)],
        description="One person a line, with the title after a comma: Jonas Lindholm, Head of Depots",
    )

    def people(self) -> list[tuple[str, str]]:
        """(name, title) of each line."""
        lines = (line.partition(",") for line in (self.interviewers.data or "").splitlines())
        return [(" ".join(name.split()), " ".join(title.split())) for name, _, title in lines if name.strip()]


class PromiseForm(ActForm):
    promise_on = DateField("There will be word by", [InputRequired("Give the day.")])


class WaiverForm(ActForm):
    reason = StringField(
        "Why?",
        [InputRequired("Say why no answer is needed."), Length(max=1000)],
        description="Your name and this reason stay in the record. It never counts as answered.",
    )


class ToldForm(ActForm):
    occurred_on = DateField("Day", [InputRequired("Give the day.")])
    how = StringField(
        "How they learned it", [InputRequired("Say how the person learned it."), Length(max=2000)]
    )


class DecideForm(ActForm):
    code = SelectField("Reason", [InputRequired("Choose a reason.")])
    made_on = DateField("Decided on", [Optional()], description="Only if the decision is older than today.")

    def offer(self, depth: StageKind) -> None:
        """Reasons that make sense for somebody who came that far stand first, by where they lead."""
        fitting = dispositions_at(depth)
        rest = [one for one in dispositions() if one not in fitting and one.by_hand]
        groups = {
            t(f"application.status.{status.value}"): [one for one in fitting if one.status is status]
            for status in (Status.REJECTED, Status.WITHDRAWN, Status.HIRED)
        }
        groups["At another stage"] = rest
        self.code.choices = [SelectChoice("", "Choose a reason")]
        for name, ones in groups.items():
            self.code.choices += offered(((one.code, one.label) for one in ones), name)


class MoveForm(ActForm):
    stage_id = SelectField("Stage", coerce=int)


class MoveJobForm(ActForm):
    """`stage_id` says the job as well."""

    stage_id = SelectField("Job and stage", [InputRequired("Choose a job and a stage.")], coerce=int)
    reason = StringField(
        "Why?",
        [InputRequired("Say why it is moved."), Length(max=1000)],
        description="For the record. Whatever they wait for, they go on waiting for it, since the same day.",
    )

    def offer(self, stages: Sequence[tuple[int, str, str]]) -> None:
        """(id, stage, job) of each, those of one job in a row."""
        self.stage_id.choices = [SelectChoice(0, "Choose a job and a stage")]
        for job in dict.fromkeys(job for _, _, job in stages):
            ones = [(number, f"{name}, {job}") for number, name, at in stages if at == job]
            self.stage_id.choices += offered(ones, job)


class ReopenForm(ActForm):
    reason = StringField(
        "What has changed?",
        [InputRequired("Say what has changed."), Length(max=1000)],
        description="For the record. The person does not read it: you write to them next.",
    )


class StatusForm(ActForm):
    status = HiddenField(validators=[InputRequired()])

    def wanted(self) -> Status | None:
        return Status(self.status.data) if self.status.data in set(Status) else None


class OwnerForm(ActForm):
    owner_id = SelectField("Who owes the answer", coerce=int)


class EmptyForm(ActForm):
    """A button that needs no more than who pressed it."""


class PersonFields(Form):
    """The person, in the form that adds one and in the form that changes one."""

    name = StringField(
        "Name",
        [InputRequired("Give the name as the person writes it."), Length(max=200)],
        description="As the person writes it. It is never shortened or turned round.",
    )
    call_name = StringField(
        "Called", [Length(max=200)], description="How they asked to be greeted; else by the full name."
    )
    address = EmailField("E-mail address", [Length(max=320)])
    second_address = EmailField("Second e-mail address", [Length(max=320)])
    phone = TelField("Phone", [Length(max=60)])
    language = StringField("Language", [Length(max=60)], description="For example English or Dutch.")
    country = StringField("Country", [Length(max=60)])


class ApplicantForm(PersonFields):
    stage_id = SelectField("Stage", coerce=int)
    received_on = DateField("Applied on", [InputRequired("Give the day on which it came.")])
    source = StringField("Came through", [Length(max=200)])
    ack_expected = BooleanField("They have not heard from us yet, and wait for a first word", default=True)
    who = RadioField("Is this the same person?", validators=[Optional()], validate_choice=False)

    def same_as(self) -> int | None:
        return number(str(self.who.data or ""))

    def somebody_else(self) -> bool:
        return str(self.who.data) == "new"

    def ask(self, people: Sequence[tuple[int, str]]) -> None:
        """Offer the known people; nobody is chosen beforehand."""
        known = [(str(number), f"The same person as {label}") for number, label in people]
        self.who.choices = offered([*known, ("new", "Somebody else, with the same address")])
