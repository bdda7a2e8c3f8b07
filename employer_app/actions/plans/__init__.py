"""Prepare a send list: choose, render, look, change. Nothing here decides, mails or changes an application.

A plan is stored whole, so that what is confirmed is byte for byte what was looked at, and going back loses
nothing. It belongs to whoever made it, for its letters carry that name; once confirmed it never changes.
"""

from employer_app.actions.plans.change import change, leave_out, own_plan, refresh
from employer_app.actions.plans.correct import correct_batch, correct_message
from employer_app.actions.plans.fixes import ask_again, leave_out_all, right_as_it_is
from employer_app.actions.plans.preview import Look, Piece, Trouble, Value, preview
from employer_app.actions.plans.render import around_job
from employer_app.actions.plans.reopened import start_reopened
from employer_app.actions.plans.start import (
    start_close_out,
    start_confirmation,
    start_letter,
    start_like,
    start_update,
    style_for,
    style_of,
    usual_date,
)

__all__ = [
    "Look",
    "Piece",
    "Trouble",
    "Value",
    "around_job",
    "ask_again",
    "change",
    "correct_batch",
    "correct_message",
    "leave_out",
    "leave_out_all",
    "own_plan",
    "preview",
    "refresh",
    "right_as_it_is",
    "start_close_out",
    "start_confirmation",
    "start_letter",
    "start_like",
    "start_reopened",
    "start_update",
    "style_for",
    "style_of",
    "usual_date",
]
