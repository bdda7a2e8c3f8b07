"""The tables. A class, a table, a file: one noun each. No rule lives here but what the database can hold."""

from employer_app.models.applicant_list import ApplicantList, ImportEffect, ImportItem, ImportSource
from employer_app.models.application import Application
from employer_app.models.batch import Batch, moves, stands_still, waits
from employer_app.models.candidate import Candidate, CandidateMerge
from employer_app.models.decision import Decision
from employer_app.models.delivery import Delivery
from employer_app.models.event import Event, EventPayload
from employer_app.models.handover import Handover
from employer_app.models.job import Job, Stage
from employer_app.models.manager_ask import ManagerAsk, ManagerAskItem
from employer_app.models.message import Message, MessageApplication
from employer_app.models.message_template import MessageTemplate, TemplateVersion
from employer_app.models.organisation import Organisation, Place, safe_mode
from employer_app.models.owed_answer import OwedAnswer
from employer_app.models.plan import FindingSeen, Plan, PlanItem
from employer_app.models.release import ReleaseRequest
from employer_app.models.rescue import LetGo, Rescue, RescueMember
from employer_app.models.saved_filter import SavedFilter
from employer_app.models.user import RoleRow, SignInLink, SignInTries, User
from employer_app.models.worker import Alarm, Journal, Pace, RelayState, Worker

__all__ = [
    "Alarm",
    "ApplicantList",
    "Application",
    "Batch",
    "Candidate",
    "CandidateMerge",
    "Decision",
    "Delivery",
    "Event",
    "EventPayload",
    "FindingSeen",
    "Handover",
    "ImportEffect",
    "ImportItem",
    "ImportSource",
    "Job",
    "Journal",
    "LetGo",
    "ManagerAsk",
    "ManagerAskItem",
    "Message",
    "MessageApplication",
    "MessageTemplate",
    "Organisation",
    "OwedAnswer",
    "Pace",
    "Place",
    "Plan",
    "PlanItem",
    "RelayState",
    "ReleaseRequest",
    "Rescue",
    "RescueMember",
    "RoleRow",
    "SavedFilter",
    "SignInLink",
    "SignInTries",
    "Stage",
    "TemplateVersion",
    "User",
    "Worker",
    "moves",
    "safe_mode",
    "stands_still",
    "waits",
]
