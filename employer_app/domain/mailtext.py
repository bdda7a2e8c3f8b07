"""One letter, three readings: subject, plain text and HTML, all from the same source and the same values.

Values never pass through markup. Everything dear (Liquid, Markdown, sanitising, inlining of styles) runs once
per shape, with one opaque character in each value's place; per message the pieces are joined with the values,
escaped in the HTML and as they are in the text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import css_inline
import nh3
from markdown_it import MarkdownIt

from employer_app.domain.errors import Refused
from employer_app.domain.merge import FIELD_OF, FIELDS, TOKENS, Template, TemplateProblem, holes, present
from employer_app.domain.plain_text import plain_text

MAX_SUBJECT = 250
"""Characters, after merging. Most programs show fewer than 80."""

_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "hr", "h1", "h2", "h3"}
_PLACES = re.compile(f"([{TOKENS[next(iter(TOKENS))]}-{chr(0xF8FF)}])")
_MARKUP = re.compile(r"<[^>]*>")
_SEEN = re.compile(r"[^\s\u00ad\u200b-\u200f\u2060\ufeff]")
_MAX_SHAPES = 512

_OWN = TOKENS["personal_line"]


class ValuesMissing(Refused):
    """Fields that the text prints have no value; `fields` names them in the order of the text."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(
            f"Nothing is on record for: {'; '.join(FIELDS[field].help for field in fields)}.",
            "Fill it in, or leave this person out.",
        )
        self.fields = tuple(fields)


class SubjectUnfit(Refused):
    """The subject is empty or too long."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A merged value in `MailText.text`: characters `start` up to, not including, `end`."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MailText:
    """What one person will read. `html` is a whole document, `text` the same letter without markup."""

    subject: str
    text: str
    html: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """Safe HTML fragments for a page: `<mark>` around what came from the record, the class `own-words` on the
    paragraph that was written for this person alone, and `<mark class="hole">` with the field's name where a
    value is lacking."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class _Shape:
    """The three readings as pieces: literal text at even places, the name of a field at odd ones."""

    subject: list[str]
    text: list[str]
    html: list[str]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Second:
    """The same letter once more under the first, in another language and with values in that language."""

    body: Template
    values: Mapping[str, str | None]
    language: str


class Composer:
    """Makes letters inside one shell: HTML with the places `{{ body }}`, `{{ title }}`, `{{ company }}` and
    `{{ language }}`, of which only the first must be there."""

    def __init__(self, shell: str) -> None:
        if "{{ body }}" not in shell:
            raise ValueError("the shell has no place for the body")
        self._shell = shell
        self._shapes: dict[tuple[object, ...], _Shape] = {}

    def compose(
        self,
        subject: Template,
        body: Template,
        values: Mapping[str, str | None],
        *,
        language: str = "en",
        second: Second | None = None,
    ) -> MailText:
        """Raises ValuesMissing, SubjectUnfit, or TemplateProblem if the markup has no room for a value."""
        there = _named(subject, body, values)
        more = _named(second.body, second.body, second.values) if second else {}
        shape = self._shape(subject, body, frozenset(there), language, second, frozenset(more))
        there |= {_SECOND + name: value for name, value in more.items()}
        line = _join(shape.subject, there)
        if len(line) > MAX_SUBJECT:
            raise SubjectUnfit(f"The subject has {len(line)} characters; {MAX_SUBJECT} are the most.")
        text, marks = _join_marked(shape.text, there)
        escaped = {name: html.escape(there[name]) for name in shape.names}
        return MailText(line, text, _join(shape.html, escaped), marks)

    def preview(
        self,
        subject: Template,
        body: Template,
        values: Mapping[str, str | None],
        second: Second | None = None,
    ) -> Preview:
        """Never refuses for a lacking value: it shows the hole instead."""
        there = _named(subject, body, values)
        names = frozenset(there)
        shown = {name: f"<mark>{html.escape(value)}</mark>" for name, value in there.items()}
        lines = _fragment(body.shape(names))
        lines = lines.replace(f"<p>{_OWN}</p>", f'<p class="own-words">{_OWN}</p>')
        if f'"own-words">{_OWN}' in lines:
            shown["personal_line"] = html.escape(there["personal_line"])
        title = html.escape(_one_line(subject.shape(names)))
        below = f"<hr>{self.preview(subject, second.body, second.values).body}" if second else ""
        return Preview(_show(title, shown), _show(lines, shown) + below)

    def _shape(
        self,
        subject: Template,
        body: Template,
        names: frozenset[str],
        language: str,
        second: Second | None,
        more: frozenset[str],
    ) -> _Shape:
        below = (second.body.source, second.language, more) if second else None
        key = (subject.source, body.source, language, names, below)
        shape = self._shapes.get(key)
        if shape is None:
            if len(self._shapes) >= _MAX_SHAPES:
                self._shapes.clear()
            under = (second.body.shape(more), second.language) if second else ("", "")
            shape = self._shapes[key] = self._make(
                subject.shape(names), body.shape(names), names, language, under
            )
        return shape

    def _make(
        self, subject: str, body: str, names: frozenset[str], language: str, under: tuple[str, str]
    ) -> _Shape:
        below, other = under
        lacking = holes(subject + body + below)
        if lacking:
            raise ValuesMissing(lacking)
        title = _one_line(subject)
        if not _SEEN.search(title):
            raise SubjectUnfit("The subject is empty.", "Write one that names the role.")
        text = plain_text(_MARKDOWN.parse(body)).strip() + "\n"
        fragment = _fragment(body)
        if below:
            text += f"\n* * *\n\n{_shifted(plain_text(_MARKDOWN.parse(below)).strip())}\n"
            fragment += f'<hr><div lang="{html.escape(other)}">{_shifted(_fragment(below))}</div>'
        document = self._dress(fragment, title, names, language)
        used = tuple({_NAMES[char] for char in title + text + document if char in _NAMES})
        return _Shape(_pieces(title), _pieces(text), _pieces(document), used)

    def _dress(self, body: str, title: str, names: frozenset[str], language: str) -> str:
        places = {
            "language": html.escape(language),
            "title": html.escape(title),
            "company": TOKENS["company"] if "company" in names else "",
            "body": body,
        }
        document = re.sub(r"{{ (\w+) }}", lambda place: places[place[1]], self._shell)
        return _INLINER.inline(document)


#: before the names of fields in the second language, whose characters come from a block of their own
_SECOND = "second "
_BLOCK = 0x800
_SHIFT = {ord(char): chr(ord(char) + _BLOCK) for char in FIELD_OF}
_NAMES = {**FIELD_OF, **{chr(ord(char) + _BLOCK): _SECOND + name for char, name in FIELD_OF.items()}}


def _shifted(text: str) -> str:
    return text.translate(_SHIFT)


def _named(subject: Template, body: Template, values: Mapping[str, str | None]) -> dict[str, str]:
    """The values that this letter can print. Others must not count: each would make a shape of its own."""
    used = dict.fromkeys((*subject.fields, *body.fields, "company"))
    return present({name: values.get(name) for name in used})


_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

# Letters need paragraphs, emphasis, lists and links. Code and raw HTML have no use in them, an image would be
# fetched from afar, and a rule under a name ("---") must not turn the name into a heading. Line breaks stay.
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["code", "fence", "html_block", "html_inline", "lheading", "reference", "backticks", "image", "autolink"]
)


@lru_cache(maxsize=256)
def _fragment(body: str) -> str:
    """The body as HTML with the tokens in it. Raises TemplateProblem if one got lost in an attribute."""
    fragment = nh3.clean(
        _MARKDOWN.render(body),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        generic_attribute_prefixes=set(),
        url_schemes={"https", "http", "mailto"},
        link_rel=None,
    )
    if _PLACES.findall(body) != _PLACES.findall(_MARKUP.sub("", fragment)):
        raise TemplateProblem(1, 1, "A field cannot be part of a link. Write the address itself.")
    return fragment.strip()


def _one_line(subject: str) -> str:
    return " ".join(subject.split())


def _pieces(text: str) -> list[str]:
    pieces = _PLACES.split(text)
    pieces[1::2] = [_NAMES[char] for char in pieces[1::2]]
    return pieces


def _join(pieces: list[str], values: Mapping[str, str]) -> str:
    filled = pieces.copy()
    filled[1::2] = [values[name] for name in pieces[1::2]]
    return "".join(filled)


def _join_marked(pieces: list[str], values: Mapping[str, str]) -> tuple[str, tuple[Mark, ...]]:
    filled, marks, at = pieces.copy(), [], len(pieces[0])
    for place in range(1, len(pieces), 2):
        name = pieces[place]
        value = filled[place] = values[name]
        marks.append(Mark(name, at, at + len(value)))
        at += len(value) + len(pieces[place + 1])
    return "".join(filled), tuple(marks)


def _show(fragment: str, shown: Mapping[str, str]) -> str:
    def one(place: re.Match[str]) -> str:
        name = FIELD_OF.get(place[0])
        return shown[name] if name else f'<mark class="hole">{holes(place[0])[0]}</mark>'

    return _PLACES.sub(one, fragment)
