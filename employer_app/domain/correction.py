"""What a correction begins as: one short text for everybody, whatever the wrong message had told them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from employer_app.domain.close_out import Choices, GroupText, update_choices
from employer_app.domain.message import Kind
from employer_app.domain.starter import Style


def correction_choices(
    corrects: Mapping[int, int], style: Style, read: Collection[str], again: Collection[int] = ()
) -> Choices:
    """`corrects`: by application id the message that had left; `read`: the languages these people read."""
    like = update_choices(tuple(sorted(corrects)), date.max, style, read)
    groups = {
        audience: GroupText.of(Kind.CORRECTION, style=replace(style, language=text.language))
        for audience, text in like.groups.items()
    }
    return replace(like, groups=groups, next_update_by=None, corrects=dict(corrects), again=frozenset(again))
