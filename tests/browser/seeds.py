"""What the pages are looked at with: nothing, a job with nobody, one row of everything, 500 rows.

Made through the app's own verbs; mail that went wrong was really refused by a mail server. Each function runs
in an application context and returns the ids that addresses are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from flask_security import hash_password

from employer_app.actions import (
    applicants,
    batch_undo,
    batches,
    candidates,
    contacts,
    decisions,
    jobs,
    places,
    plans,
    promises,
    settings,
    users,
)
from employer_app.actions.imports import lists as imports
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.interviewer import Interviewer
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import OPERATOR, Person, Role
from employer_app.domain.stage import InterviewKind
from employer_app.extensions import db, transaction
from employer_app.models import Application, Candidate, Message, Place
from employer_app.outbox import worker
from employer_app.queries.batches import plan_head
from tests import factories
from tests.browser import backlog, restores
from tests.browser import people as doubles
from tests.browser.lists import ROWS, applicants_csv
from tests.browser.mail import messages_by_state
from tests.browser.sources import came_from
from tests.smtp_faults import lose_then_drop
from tests.smtp_sink import Script, SmtpSink

Ids = Mapping[str, int | str]

#: a text that we ship
STARTER = "filled.warm"
PASSWORD = "three small ferries at dawn"
INTERVIEWED = 12
IN_BATCH = 120
DUE = 60
#: what the mail server says, in turn
_REPLIES: Script = {
    "RCPT": [None, "550 5.1.1 No such mailbox here", None, "451 4.7.1 Try again later"],
    "dot": [None, None, lose_then_drop],
}
_SETTINGS = settings.OrganisationFields(
    name="Brightwater Ferries",
    sender_name="Maren Oduya, Brightwater Ferries",
    sender_address="jobs@brightwater.example",
    reply_to="jobs@brightwater.example",
    signature="Brightwater Ferries, Rotterdam",
    retention_months=6,
)


def accounts() -> dict[str, Person]:
    """Alice administers, Bob recruits, Charlie has no role."""
    alice = factories.person("Alice Moreau", "alice@team.example", Role.ADMINISTRATOR)
    users.set_password(actor=alice, password_hash=hash_password(PASSWORD))
    return {
        "alice": alice,
        "bob": factories.person("Bob Adeyemi", "bob@team.example", Role.RECRUITER),
        "charlie": factories.person("Charlie Lund", "charlie@team.example"),
    }


def link_of(person: Person) -> str:
    """The path of a sign-in link for this person."""
    assert person.user_id is not None
    return users.make_sign_in_link(actor=OPERATOR, user_id=person.user_id)


def nothing(_alice: Person) -> Ids:
    """As it is after the first start: no job, no sender, safe mode on."""
    return {"place": _first_place(), "newcomer": _newcomer()}


def nobody(alice: Person) -> Ids:
    """A job that nobody applied for, ready to send."""
    return {**_ready(), "job": _job(alice, "Deck Officer")}


def one(alice: Person) -> Ids:
    """One applicant who was interviewed, and a send list that waits for the line of her own."""
    job_id = nobody(alice)["job"]
    application_id = _applicant(alice, job_id, "Amara Nwosu")
    _interview(alice, application_id)
    came_from()
    plan_id = plans.start_close_out(job_id=job_id, cause=Cause.FILLED, actor=alice)
    return {
        **_ready(),
        **_ids_of(application_id),
        "twin": factories.candidate("A. Nwosu", "amara@post.example", phone="+31 10 555 0199"),
        "kept": doubles.merged(alice),
        "job": job_id,
        "plan": plan_id,
        "list": _upload(alice, "one row.csv", applicants_csv(1, start=900), job_id),
    }


def one_sent(alice: Person) -> Ids:
    """One confirmed message that has not left, and one list that was imported."""
    job_id = nobody(alice)["job"]
    list_id = _import(alice, job_id, applicants_csv(1))
    application_id = db.session.scalars(sa.select(Application.id)).one()
    plan_id = plans.start_close_out(job_id=job_id, cause=Cause.FILLED, actor=alice)
    batch_id = _confirm(alice, plan_id)
    return {**_ready(), **_ids_of(application_id), "job": job_id, "batch": batch_id, "done_list": list_id,
            "message": db.session.scalars(sa.select(Message.id)).one()}  # fmt: skip


def many(alice: Person) -> Ids:
    """500 people in one job, among 56 jobs; messages in every state; a timeline of every kind of entry."""
    ids: dict[str, int | str] = dict(_ready())
    _crowd(alice)
    job_id = ids["job"] = _job(alice, "Customer Care Advisor")
    ids["done_list"] = _import(alice, job_id, applicants_csv(ROWS, bad=4))
    people = list(db.session.scalars(sa.select(Application.id).order_by(Application.id)))
    met, rest = people[:INTERVIEWED], people[INTERVIEWED:]
    for application_id in met:
        _interview(alice, application_id)
    ids["batch"] = _deliver_some(alice, job_id, rest[:IN_BATCH])
    ids["message"] = db.session.scalars(sa.select(Message.id).order_by(Message.id)).first() or 0
    ids |= messages_by_state()
    ids["plan"] = plans.start_close_out(
        job_id=job_id, cause=Cause.FILLED, actor=alice, application_ids=people[:4] + people[200:]
    )
    ids["update_plan"] = plans.start_update(job_id=job_id, actor=alice, application_ids=people[4:40])
    ids["list"] = _upload(
        alice,
        "a list with a long name, of all who wrote to us this year.csv",
        applicants_csv(ROWS, start=ROWS, bad=40),
        job_id,
    )
    ids["doubt"] = _upload(alice, "letters.csv", "Имя,Email\nЮлия,y@post.example\n".encode("cp1251"))
    _story(alice, met[0])
    came_from(12)
    return {**ids, **_ids_of(met[0]), "twin": doubles.twins([met[0], *rest[:DUE]]), **backlog.rescued(alice)}


def _ready() -> dict[str, int | str]:
    """The organisation may send."""
    settings.edit_organisation(actor=OPERATOR, fields=_SETTINGS)
    settings.set_safe_mode(actor=OPERATOR, on=False)
    return {"place": _first_place(), "newcomer": _newcomer()}


def _first_place() -> int:
    return db.session.scalars(sa.select(Place.id).order_by(Place.id)).first() or 0


def _newcomer() -> str:
    """The token of a link that nobody uses."""
    found = db.session.scalar(sa.select(users.User.id).where(users.User.email == "dora@team.example"))
    if found is None:
        found = factories.person("Dora Quist", "dora@team.example", Role.RECRUITER).user_id
    return users.make_sign_in_link(actor=OPERATOR, user_id=found or 0).rpartition("/")[2]


def _job(alice: Person, title: str, *, demo: bool = True) -> int:
    today = now().date()
    fields = jobs.JobFields(
        title=title,
        place_id=_first_place(),
        closing_on=today - timedelta(days=21),
        decide_by=today + timedelta(days=7),
        contact_name="Maren Oduya",
        contact_title="Recruiter",
        contact_address="maren@brightwater.example",
        contact_phone="010 555 0142",
        owner_id=alice.user_id,
    )
    return jobs.create_job(actor=alice, fields=fields, demo=demo)


def _applicant(alice: Person, job_id: int, name: str) -> int:
    return applicants.add_applicant(
        actor=alice,
        job_id=job_id,
        details=candidates.Details(name, "amara@post.example", phone="010 555 0199"),
        arrival=applicants.Arrival(received_at=now() - timedelta(days=30), ack_expected=False),
    )


def _interview(alice: Person, application_id: int) -> None:
    contacts.log_interview(
        actor=alice,
        application_id=application_id,
        kind=InterviewKind.PANEL,
        held_at=now() - timedelta(days=12),
        interviewers=(Interviewer("Jonas Lindholm"),),
    )


def _upload(alice: Person, filename: str, data: bytes, job_id: int | None = None) -> int:
    return imports.upload(filename=filename, data=data, actor=alice, job_id=job_id)


def _import(alice: Person, job_id: int, data: bytes) -> int:
    list_id = _upload(alice, "applicants.csv", data, job_id)
    found = imports.look(list_id=list_id, actor=alice)
    imports.keep(list_id=list_id, digest=found.digest, actor=alice, good_only=True)
    return list_id


def _confirm(alice: Person, plan_id: int) -> int:
    head = plan_head(alice, plan_id)
    return batches.confirm(plan_id=plan_id, digest=head.digest, actor=alice, typed_count=head.messages)


def _deliver_some(alice: Person, job_id: int, people: list[int]) -> int:
    """A confirmed list of which half left: taken, refused, put off, in doubt; and one stopped, one undone."""
    plan_id = plans.start_close_out(job_id=job_id, cause=Cause.FILLED, actor=alice, application_ids=people)
    batch_id = _confirm(alice, plan_id)
    messages = list(
        db.session.scalars(sa.select(Message.id).where(Message.batch_id == batch_id).order_by(Message.id))
    )
    batch_undo.undo(batch_id=batch_id, actor=alice, message_ids=messages[-3:])
    renamed = db.session.get_one(Candidate, db.session.get_one(Message, messages[7]).candidate_id)
    candidates.edit_person(
        actor=alice,
        candidate_id=renamed.id,
        version=renamed.version,
        details=candidates.Details("Renamed Afterwards", renamed.address or ""),
        force=True,
    )
    with transaction() as session:
        due = sa.update(Message).where(Message.id.in_(messages[:DUE]))
        session.execute(due.values(due_at=now() - timedelta(seconds=1)))
    refused, later = "550 5.1.1 No such mailbox here", "451 4.7.1 Try again later"
    script: Script = {
        "RCPT": [None, refused, None, later, None, refused],
        "dot": [None, None, lose_then_drop],
    }
    before = {name: current_app.config[name] for name in ("MAIL_PORT", "CONNECTIONS")}
    with SmtpSink(script) as sink:
        # one connection: the list pauses itself after twenty, and the renamed person comes before that
        current_app.config.update(MAIL_PORT=sink.port, CONNECTIONS=1)
        worker.drain()
        worker.leave()
        current_app.config.update(before)
    with transaction() as session:
        again = sa.update(Message).where(Message.status == MessageStatus.QUEUED, Message.attempts > 0)
        session.execute(again.values(due_at=now() + timedelta(hours=1)))
    return batch_id


def _story(alice: Person, application_id: int) -> None:
    """One of everything that a timeline can tell."""
    person = {"actor": alice, "application_id": application_id}
    contacts.add_note(**person, text="Asked about the night sailings.")
    contacts.log_call(**person, summary="Runs a crew of 14. Next word within two weeks.", tells=False)
    contacts.log_letter(**person, summary="A letter about the delay.", tells=False)
    promises.make_promise(**person, on=now().date() + timedelta(days=9))
    row = db.session.get_one(Application, application_id, populate_existing=True)
    decisions.decide(**person, code="FILLED", version=row.version)


def _crowd(alice: Person) -> None:
    """Enough jobs, places, people and lists for a second page of each."""
    for number in range(55):
        _job(alice, f"Port Assistant {number + 1}", demo=False)
    for number in range(30):
        fields = places.PlaceFields(f"Harbour {number + 1}", "NL", None, "Europe/Amsterdam", [])
        places.add_place(actor=OPERATOR, fields=fields)
        factories.person(f"Colleague Number {number + 1}", f"colleague{number}@team.example", Role.RECRUITER)
    for number in range(51):
        _upload(alice, f"week {number + 1}.csv", applicants_csv(2, start=5000 + number))


def _ids_of(application_id: int) -> dict[str, int | str]:
    row = db.session.get_one(Application, application_id)
    return {"application": application_id, "candidate": row.candidate_id}


WORLDS: Mapping[str, Callable[[Person], Ids]] = {
    "nothing": nothing,
    "nobody": nobody,
    "one": one,
    "one_sent": one_sent,
    "many": many,
    "restored": lambda alice: {**one_sent(alice), **restores.put_back()},
}
