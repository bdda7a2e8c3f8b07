"""The texts: those that we ship, and those of the organisation's own, read, written and tried before anybody
needs one."""

from employer_app.web.templates import editor, library, own
from employer_app.web.templates.blueprint import blueprint

__all__ = ["blueprint", "editor", "library", "own"]
