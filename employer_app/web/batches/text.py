"""Step 2: what to say, one text a group and one line for each person who was met. Nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from employer_app.actions import plans
from employer_app.actions.plan_items import audience_for
from employer_app.domain.audience import Audience
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices, GroupText
from employer_app.domain.disposition import candidate_sentence, disposition, dispositions_at
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.letter_choice import for_many, letters_to_one, starters_for
from employer_app.domain.merge import FIELDS, compile_text
from employer_app.domain.message import Kind, Purpose, needs_date
from employer_app.domain.own_letter import OwnLetter
from employer_app.domain.starter import Letter
from employer_app.domain.status import Status
from employer_app.domain.words import t
from employer_app.forms.batches import LONGEST_LINE, GroupForm, TextsForm, Together, lines
from employer_app.forms.typed_fields import TypedFields, typed_fields
from employer_app.queries.batches import PlanHead
from employer_app.queries.jobs import JobHead, job_head
from employer_app.queries.message_templates import own_letters
from employer_app.queries.plans import GroupHead, groups_of, people_met, people_of, sender_line
from employer_app.queries.recipients import RecipientRow
from employer_app.web.batches.blueprint import ID, blueprint, open_plan, steps_of, title_of
from employer_app.web.batches.looks import looked_at, see
from employer_app.web.letter_problem import unusable
from employer_app.web.viewer import viewer


@dataclass
class Texts:
    """The page while it is worked on."""

    head: PlanHead
    job: JobHead
    stored: Choices
    groups: Mapping[Audience, GroupHead]
    met: list[RecipientRow]
    form: TextsForm
    forms: Mapping[Audience, GroupForm]
    typed: TypedFields
    lines: dict[int, str]
    #: what was typed, as far as it can stay as it is
    choices: Choices

    def met_in(self, audience: Audience) -> list[RecipientRow]:
        return [row for row in self.met if audience_for(row, self.stored) == audience]

    def lines_missing(self, audience: Audience | None = None) -> int:
        """Of this group, or of all."""
        rows = self.met if audience is None else self.met_in(audience)
        return sum(1 for row in rows if not self.lines.get(row.application_id))

    def names(self, field: str) -> bool:
        """Whether a text of the list names this field."""
        return any(field in compile_text(self.stored.groups[one].body).fields for one in self.groups)

    def prints(self, field: str) -> bool:
        """Whether a text cannot do without it."""
        return any(field in compile_text(self.stored.groups[one].body).required for one in self.groups)

    @property
    def all_forms(self) -> Together:
        return Together(self.form, self.typed, *self.forms.values())


@blueprint.get(f"/plans/<{ID}:plan_id>/text")
def text(plan_id: int) -> ResponseReturnValue:
    return _page(read_page(open_plan(plan_id)))


@blueprint.post(f"/plans/<{ID}:plan_id>/text")
def save_text(plan_id: int) -> ResponseReturnValue:
    page = read_page(open_plan(plan_id))
    choices = _typed(page)
    if choices is None:
        return _page(page), 422
    try:
        plans.change(plan_id=plan_id, choices=choices, actor=viewer(), digest=page.form.digest.data)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        page.all_forms.say(str(refused), refused.field)
        page.form.digest.data = page.head.digest  # whoever saves once more has been told
        return _page(page), 422
    if "use" in request.form or request.form.get("then") != "review":
        flash("Saved. Nobody's record has changed, and nothing has left.", "done")
        return redirect(url_for("batches.text", plan_id=plan_id, **looked_at()), 303)
    return redirect(url_for("batches.review", plan_id=plan_id), 303)


def read_page(head: PlanHead) -> Texts:
    """The stored choices in forms, and over them what was typed."""
    stored = Choices.from_json(head.choices)
    job = job_head(viewer(), head.job_id)
    groups = groups_of(viewer(), head.id)
    sent = request.form if request.method == "POST" else None
    shared = {"cause_sentence": stored.cause_sentence, "next_update_by": stored.next_update_by}
    form = TextsForm(_today(job), gives_day(stored), data={**shared, "digest": head.digest})
    forms = {
        audience: GroupForm(
            audience,
            stored.groups[audience],
            [(one.key, _named(one)) for one in _letters(stored, audience, job.id)],
            _reasons(one_group, stored),
            formdata=sent,
        )
        for audience, one_group in groups.items()
    }
    says_no = stored.purpose is Purpose.DECISION or any(one.confirms for one in stored.groups.values())
    met = people_met(viewer(), head.id) if says_no else []
    typed = lines(request.form, [row.application_id for row in met]) if sent is not None else {}
    named = {name for one in groups for name in compile_text(stored.groups[one].body).fields}
    asked = typed_fields(sorted(named), stored.fields, sent)
    every = {**stored.lines, **typed}
    return Texts(head, job, stored, groups, met, form, forms, asked, every, stored)


def gives_day(choices: Choices) -> bool:
    """Whether a text of the list names the day of the next word."""
    return any(needs_date(text.kind, paused=text.paused) for text in choices.groups.values())


def _letters(stored: Choices, audience: Audience, job_id: int) -> list[Letter]:
    """A correction is written from the message that was wrong, and is nothing else."""
    corrects = bool(stored.corrects)
    every = _every_letter(stored, audience, job_id)
    return [letter for letter in every if (letter.kind is Kind.CORRECTION) is corrects]


def _every_letter(stored: Choices, audience: Audience, job_id: int) -> list[Letter]:
    language = stored.groups[audience].language
    one = len(stored.application_ids) == 1 or bool(stored.corrects)
    own = own_letters(viewer(), audience.group, stored.purpose, language, job_id)
    ours = [letter for letter in own if one or for_many(letter)]
    if one:
        return [*ours, *letters_to_one(audience.group, stored.purpose, language)]
    return [*ours, *starters_for(audience.group, stored.purpose, language)]


def _named(letter: Letter) -> str:
    if isinstance(letter, OwnLetter):
        return t("letter.ours", name=letter.name, version=letter.version)
    return f"{letter.name}, informal" if letter.informal else letter.name


def _today(job: JobHead) -> date:
    return now().astimezone(ZoneInfo(job.timezone)).date()


def _reasons(head: GroupHead, stored: Choices) -> list[tuple[str, str]]:
    """The reasons to say no that make sense for everybody in the group, however far they came."""
    if stored.purpose is not Purpose.DECISION:
        return []
    fits = [
        {one.code for one in dispositions_at(depth) if one.status is Status.REJECTED and one.sends_message}
        for depth in head.depths
    ]
    codes = set.intersection(*fits)
    now_chosen = stored.groups[head.audience].disposition
    listed = dispositions_at(min(head.depths, key=lambda depth: depth.depth))
    found = [(one.code, one.label) for one in listed if one.code in codes]
    if now_chosen not in codes:
        found.insert(0, (now_chosen, disposition(now_chosen).label))
    return found


def _typed(page: Texts) -> Choices | None:
    """What was typed as choices; None when something cannot stay as it is, which the forms then say."""
    return page.choices if take_typed(page) else None


def take_typed(page: Texts) -> bool:
    """Put what was typed into `page.choices`, and what was stored in place of what cannot stay as it is."""
    fine = page.form.sent() & page.typed.validate()
    for audience, form in page.forms.items():
        _take_starter(page, audience, form)
        fine = form.validate() and fine
    for row in page.met:
        if len(page.lines.get(row.application_id, "")) > LONGEST_LINE:
            page.form.form_errors.append(
                f"The line for {row.name} is longer than {LONGEST_LINE} characters. One or two sentences do."
            )
            fine = False
    groups = {audience: _text(page, audience, form) for audience, form in page.forms.items()}
    page.choices = replace(
        page.stored,
        groups={**page.stored.groups, **groups},
        lines={row: line[:LONGEST_LINE] for row, line in page.lines.items() if line},
        next_update_by=page.form.next_update_by.data or page.stored.next_update_by,
        cause_sentence=_sentence(page.form.cause_sentence, page.stored.cause_sentence),
        fields={**page.stored.fields, **page.typed.values()},
    )
    return fine


def _sentence(field: StringField, otherwise: str) -> str:
    return otherwise if field.errors else " ".join((field.data or "").split())


def _take_starter(page: Texts, audience: Audience, form: GroupForm) -> None:
    """Put the chosen letter into the fields: when its button was pressed, or nothing of one's own is lost."""
    letter = _chosen(page, audience, form)
    stored = page.stored.groups[audience]
    if letter is None:
        return
    untouched = (form.subject.data, form.body.data) == (stored.subject, stored.body)
    if request.form.get("use") == audience.value or untouched:
        new = GroupText.from_letter(letter, met=audience.met)
        form.subject.data, form.body.data = new.subject, new.body
        if "says_no" in form:
            form.says_no.data = False


def _chosen(page: Texts, audience: Audience, form: GroupForm) -> Letter | None:
    found = (one for one in _letters(page.stored, audience, page.job.id) if one.key == form.starter.data)
    return next(found, None)


def _text(page: Texts, audience: Audience, form: GroupForm) -> GroupText:
    stored = page.stored.groups[audience]
    text = stored.reworded((form.subject.data or "").strip(), form.body.data or "")
    if letter := _chosen(page, audience, form):
        new = GroupText.from_letter(letter, met=audience.met)
        if (text.subject, text.body) == (new.subject, new.body):
            kept = ("disposition", "criterion", "cause_sentence", "second")
            text = replace(new, **{name: getattr(text, name) for name in kept})
    if "reason" in form:
        text = replace(
            text,
            disposition=stored.disposition if form.reason.errors else form.reason.data,
            criterion=_sentence(form.criterion, stored.criterion),
            says_no=bool(form.says_no.data),
        )
    text = replace(text, second=stored.second if form.second.errors else form.second.data or "")
    if "cause_sentence" in form:
        text = replace(text, cause_sentence=_sentence(form.cause_sentence, stored.cause_sentence))
    return text


def _page(page: Texts) -> str:
    return render_template(
        "batches/text.html",
        page=page,
        head=page.head,
        decides=page.stored.purpose is Purpose.DECISION,
        gives_day=gives_day(page.stored),
        what=title_of(page.stored.purpose),
        steps=steps_of(page.head, 2),
        seen={one: see(page.head, page.choices, one) for one in page.groups},
        people={one: people_of(viewer(), page.head.id, one) for one in page.groups},
        reads={one: _reads(page, one) for one in page.groups},
        sender=sender_line(viewer()),
        fields=FIELDS.values(),
        unusable=_unusable(page),
    )


def _unusable(page: Texts) -> list[tuple[OwnLetter, str]]:
    """Our own letters of these kinds that no message can be made of, each with where it goes wrong."""
    texts = [page.stored.groups[one] for one in page.groups]
    like = {(text.kind, text.paused, text.language) for text in texts}
    return [(one, why) for one, why in unusable(page.job.id) if (one.kind, one.paused, one.language) in like]


def _reads(page: Texts, audience: Audience) -> str:
    """What this group reads of its reason, as it was last saved."""
    text = page.stored.groups[audience]
    if not text.disposition:
        return ""
    if "reason_sentence" not in text.body:
        return "This text does not name the reason; it is recorded all the same."
    if not page.job.gives_reasons:
        return "They read no reason: at this place letters give none. It is recorded all the same."
    closing = page.job.closing_on.isoformat() if page.job.closing_on else None
    depth = min(page.groups[audience].depths, key=lambda one: one.depth)
    slots = {"criterion": text.criterion, "closing_date": closing}
    sentence = candidate_sentence(
        text.disposition, slots, depth, language=text.language, informal=text.informal
    )
    if sentence:
        return f"They read: “{sentence}”"
    if "criterion" in disposition(text.disposition).slots and not text.criterion:
        return "They read no reason until you say below what the advert asks for."
    return "They read no reason: this one is not for a first message."
