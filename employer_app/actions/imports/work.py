"""The writing of one import, under all locks: who is new, what a list says anew, and a note of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.imports.compare import stage_in
from employer_app.actions.imports.insert import Arrival, insert
from employer_app.actions.imports.judging import Doing, Progress
from employer_app.actions.imports.look import Look
from employer_app.actions.imports.update import Update, apply
from employer_app.domain.applicant_list.difference import seen
from employer_app.domain.applicant_list.standing import Standing, depth_of, outcome, standing, told_on
from employer_app.domain.applicant_list.verdict import Applicant
from employer_app.domain.errors import Changed
from employer_app.domain.stage import StageKind, StagePlan
from employer_app.models import Application, ImportEffect, ImportItem, Job, Stage
from employer_app.models.bulk import insert_rows

_SLICE = 500
#: so many rows are written between two words about the progress
STEP = 1000


class Work:
    """The writing of one import, under all locks."""

    def __init__(
        self,
        session: Session,
        found: Look,
        jobs: Mapping[str, Job],
        actor_id: int | None,
        source_id: int,
        moment: datetime,
    ) -> None:
        self.session, self.found, self.jobs, self.moment = session, found, jobs, moment
        self.actor_id, self.source_id = actor_id, source_id
        self._stages = {row.id: {stage.name: stage for stage in row.stages} for row in jobs.values()}
        self._plans = {
            row.id: [StagePlan(stage.name, stage.kind, stage.counts_as_interview) for stage in row.stages]
            for row in jobs.values()
        }
        self._stage_of: dict[tuple[str, str], tuple[Stage, StageKind]] = {}
        #: of the applications made here, by id, the number of the last event
        self._event_seq: dict[int, int] = {}
        #: how many of them were late already
        self.old_pile = 0

    def job(self, applicant: Applicant) -> Job:
        return self.jobs[self.found.jobs.key(applicant)]

    def stage(self, applicant: Applicant) -> tuple[Stage, StageKind]:
        """Raises Changed when the stage that was looked at is gone."""
        place = self.found.jobs.key(applicant), applicant.stage_label
        if place not in self._stage_of:
            self._stage_of[place] = self._stage(applicant)
        return self._stage_of[place]

    def _stage(self, applicant: Applicant) -> tuple[Stage, StageKind]:
        job, plan = self.job(applicant), self.found.stages.get(applicant.stage_label)
        chosen, kind = stage_in(self._plans[job.id], plan)
        looked = self.found.jobs.of(applicant)
        if looked and stage_in(looked.stages, plan)[0] != chosen:
            raise Changed("A stage of this job was changed just now.", "Nothing was imported. Look again.")
        return self._stages[job.id][chosen.name], kind

    def _stands(self, applicant: Applicant, kind: StageKind) -> Standing:
        zone = ZoneInfo(self.job(applicant).place.timezone)
        return standing(applicant, self.found.choices, depth_of(applicant, kind), zone, self.moment)

    def update(self) -> dict[int, dict[str, Any]]:
        updates = []
        for applicant in self.found.judged.good:
            differs = self.found.compared.changes.get(applicant.row)
            if differs is None or not differs.changes:
                continue
            stage, kind = self.stage(applicant)
            application_id = self.found.matched.applications[applicant.row]
            stands = self._stands(applicant, kind)
            updates.append(
                Update(applicant, application_id, self.job(applicant), stage, kind, stands, differs)
            )
        return apply(self.session, updates, actor_id=self.actor_id, moment=self.moment)

    def insert(self, progress: Progress | None) -> dict[int, int]:
        new = self.found.new
        known, created = dict(self.found.matched.known), dict[int, int]()
        people: dict[str, int] = {}
        late_before = None if self.found.choices.late_at_home else self.moment
        for start in range(0, len(new), STEP):
            part = new[start : start + STEP]
            for applicant in part:  # somebody whom an earlier part made has one record
                if applicant.row not in known and _identity(applicant) in people:
                    known[applicant.row] = people[_identity(applicant)]
            arrivals = []
            for applicant in part:
                stage, kind = self.stage(applicant)
                stands = self._stands(applicant, kind)
                arrivals.append(Arrival(applicant, self.job(applicant), stage.id, stands))
            done = insert(
                self.session,
                arrivals,
                known,
                actor_id=self.actor_id,
                source_id=self.source_id,
                ack=self.found.choices.ack_expected,
                moment=self.moment,
                late_before=late_before,
            )
            created |= done.applications
            people |= {_identity(a): done.people[a.row] for a in part if _identity(a)}
            self._event_seq |= done.event_seq
            self.old_pile += done.old_pile
            if progress:
                progress(Doing.WRITING, len(created), len(new))
        return created

    def note_effects(
        self, list_id: int, created: Mapping[int, int], changes: Mapping[int, Mapping[str, Any]]
    ) -> None:
        """What this list said and did, application by application: for the next list, and for undoing."""
        of_row = {**self.found.matched.applications, **created}
        known = self._brought([of_row[row] for row in self.found.matched.applications])
        touched = {*created.values(), *changes}
        good = self.found.judged.good
        noted = [
            a for a in good if a.row in of_row and (of_row[a.row] in touched or of_row[a.row] not in known)
        ]
        for start in range(0, len(noted), STEP):
            part = {of_row[applicant.row]: applicant for applicant in noted[start : start + STEP]}
            changed = self._numbers([number for number in part if number in changes])
            items = [
                {
                    "list_id": list_id,
                    "application_id": number,
                    "effect": self._effect(applicant, created, touched=number in touched),
                    "event_seq": changed.get(number) or self._event_seq.get(number, 0),
                    "seen": self._seen(applicant),
                    "before": changes.get(number, {}),
                }
                for number, applicant in part.items()
            ]
            insert_rows(self.session, ImportItem, items)

    def _seen(self, applicant: Applicant) -> dict[str, Any]:
        choices, stage = self.found.choices, self.stage(applicant)[0].name
        found = outcome(applicant, choices)
        return seen(applicant, found, stage, told_on(applicant, choices, found))

    def _effect(self, applicant: Applicant, created: Mapping[int, int], *, touched: bool) -> ImportEffect:
        if applicant.row in created:
            return ImportEffect.ADDED
        return ImportEffect.CHANGED if touched else ImportEffect.SEEN

    def _brought(self, ids: Sequence[int]) -> set[int]:
        """Those of whom an earlier list said something."""
        found: set[int] = set()
        for start in range(0, len(ids), _SLICE):
            part = ids[start : start + _SLICE]
            query = sa.select(ImportItem.application_id).where(ImportItem.application_id.in_(part))
            found |= set(self.session.scalars(query))
        return found

    def _numbers(self, ids: Sequence[int]) -> dict[int, int]:
        """The number of the last event of each application."""
        found: dict[int, int] = {}
        for start in range(0, len(ids), _SLICE):
            query = sa.select(Application.id, Application.event_seq)
            rows = self.session.execute(query.where(Application.id.in_(ids[start : start + _SLICE])))
            found |= {row.id: row.event_seq for row in rows}
        return found


def _identity(applicant: Applicant) -> str:
    """What makes two rows of one list one person; empty where nothing does."""
    if applicant.address:
        return applicant.address.key
    return f"number {applicant.person_id}" if applicant.person_id else ""
