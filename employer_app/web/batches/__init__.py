"""Close-out and update, step by step: who, what to say, review every message, confirm; then where they are.

Every write is a POST that ends in a redirect, so going back and sending again changes nothing twice.
"""

from employer_app.web.batches import (
    choose,
    confirm,
    correct,
    pausing,
    pilot,
    preview,
    progress,
    release,
    review,
    text,
    write,
)
from employer_app.web.batches.blueprint import blueprint

__all__ = [
    "blueprint",
    "choose",
    "confirm",
    "correct",
    "pausing",
    "pilot",
    "preview",
    "progress",
    "release",
    "review",
    "text",
    "write",
]
