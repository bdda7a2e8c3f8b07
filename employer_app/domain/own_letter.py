"""A letter of the organisation's own, in one of its versions; and which one a send list begins with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from employer_app.domain.merge import TemplateProblem, compile_text
from employer_app.domain.starter import Letter


@dataclass(frozen=True, slots=True)
class OwnLetter(Letter):
    template_id: int = 0
    version: int = 0

    @property
    def key(self) -> str:
        """ "12/3" for the third version of the twelfth."""
        return f"{self.template_id}/{self.version}"

    @property
    def reference(self) -> str:
        return self.key

    def takes(self, job_id: int, disposition: str) -> bool:
        """Whether it is meant for this job and this reason."""
        return self.job_id in (None, job_id) and self.disposition in ("", disposition)


def problem_of(letter: Letter) -> TemplateProblem | None:
    """Why no message can be made of a letter that could once be kept: it names a field that is gone."""
    for field, source in (("subject", letter.subject), ("body", letter.body)):
        try:
            compile_text(source)
        except TemplateProblem as problem:
            problem.field = field
            return problem
    return None


def first_choice(
    own: Collection[OwnLetter], like: Letter, *, language: str, job_id: int, disposition: str
) -> OwnLetter | None:
    """The letter that takes the place of `like`: of the same kind and variant, in that language.

    One for the job goes before one for the reason, and this before one for all; that one has to be written in
    the same manner as `like`. Of several the one nearest in manner, then the newest.
    """

    def rank(one: OwnLetter) -> tuple[bool, bool, bool, bool, int]:
        manner = (one.informal is like.informal, one.tone is like.tone)
        return one.job_id is not None, bool(one.disposition), *manner, one.template_id

    found = [
        one
        for one in own
        if (one.kind, one.variant, one.language) == (like.kind, like.variant, language)
        and one.takes(job_id, disposition)
        and (one.job_id or one.disposition or (one.tone, one.informal) == (like.tone, like.informal))
    ]
    return max(found, key=rank, default=None)
