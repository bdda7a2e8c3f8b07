"""What the pages of the other ways share: the person, what there is to say, and what is typed for it.

What was chosen stands in the address. What was typed about a person never does: it comes by a form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from employer_app.actions import channels
from employer_app.actions.channels import One, Own, Said
from employer_app.domain.channel_choice import Way, first_choice, language_for, offered, written_in
from employer_app.domain.kind import occasions
from employer_app.domain.language import language_name
from employer_app.domain.words import t
from employer_app.forms.batches import Together
from employer_app.forms.channels import OwnWordsForm
from employer_app.forms.typed_fields import TypedFields, typed_fields
from employer_app.web.viewer import viewer

blueprint = Blueprint("channels", __name__)

ID = "int(max=2147483647)"


@dataclass
class Saying:
    """One page while it is worked on. `said` is None where there is nothing to say."""

    way: Way
    one: One
    keys: Sequence[str]
    language: str
    #: the language that this person reads, where nothing is written in it
    rather: str
    said: Said | None
    form: OwnWordsForm
    typed: TypedFields

    @property
    def address(self) -> str:
        """Of the page with the same choice."""
        about = self.said.about if self.said else None
        return url_for(f".{self.way}", application_id=self.one.page.id, about=about, language=self.language)

    @property
    def own(self) -> Own:
        form = self.form
        usual = channels.usual_words(self.one)
        day = form.next_update_by.data if "next_update_by" in form else usual.next_update_by
        return Own(
            next_update_by=day,
            cause_sentence=form.value("cause_sentence"),
            personal_line=form.value("personal_line"),
            criterion=form.value("criterion"),
            fields=self.typed.values(),
        )

    @property
    def needed(self) -> frozenset[str]:
        """The fields without which the words have a gap."""
        return channels.needed(self.one, self.way, self.said) if self.said else frozenset()

    @property
    def day(self) -> date | None:
        """The day of the next word that the words give."""
        return self.own.next_update_by if self.said and self.said.gives_day else None

    @property
    def all_forms(self) -> Together:
        return Together(self.form, self.typed)

    def read(self) -> bool:
        """Whether what was typed for it can stay as it is."""
        return self.form.sent() & self.typed.validate()


def saying(way: Way, application_id: int) -> Saying:
    """As the address or the form asks; what it does not understand is as if it were not there."""
    one = channels.one_person(application_id, viewer())
    wanted = request.values.get("language", "")
    language = wanted if wanted in written_in(way) else language_for(way, one.style.language)
    keys = offered(way, language, one.standing)
    chosen = request.values.get("about", "")
    about = chosen if chosen in keys else first_choice(keys, one.standing)
    said = Said(about, replace(one.style, language=language)) if about else None
    asked = channels.asked_for(one, way, said) if said else []
    usual = channels.usual_words(one)
    own_words = "own_words" in request.form
    form = OwnWordsForm(
        asked,
        one.today,
        formdata=request.form if own_words else None,
        data={"about": about, "language": language, "next_update_by": usual.next_update_by},
    )
    form.about.data, form.language.data = about, language
    stored = {name: value for name, value in usual.fields.items() if name in asked}
    typed = typed_fields(asked, stored, request.form if own_words else None)
    reads = one.page.person.language or one.style.language
    rather = "" if reads in written_in(way) else reads
    return Saying(way, one, keys, language, rather, said, form, typed)


def page_of(shown: Saying, template: str, **more: Any) -> str:
    return render_template(
        template,
        shown=shown,
        page=shown.one.page,
        said=shown.said,
        about=named(shown.said.about) if shown.said else "",
        choices=[(key, named(key)) for key in shown.keys],
        languages=[(code, language_name(code)) for code in written_in(shown.way)],
        **more,
    )


def named(key: str) -> str:
    """ "No, after an interview, very late"."""
    kind, variant = occasions()[key]
    words = t(f"message.kind.{kind}")
    return f"{words}, {t(f'message.variant.{variant}')}" if variant else words
