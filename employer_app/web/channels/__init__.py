"""The ways to one person beside mail: a call with its script, a letter on paper, a short text.

Nothing leaves by these pages. A person speaks, posts or sends, and says here what came of it.
"""

from employer_app.web.channels import call, letter, short_text
from employer_app.web.channels.blueprint import blueprint

__all__ = ["blueprint", "call", "letter", "short_text"]
