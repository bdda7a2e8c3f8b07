"""Letters: three readings of one source, in which a value stays what it is."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.mailtext import (
    MAX_SUBJECT,
    Composer,
    MailText,
    Second,
    SubjectUnfit,
    ValuesMissing,
)
from employer_app.domain.merge import SAMPLES, TemplateProblem, clean, compile_text

SHELL = (Path(__file__).parents[2] / "templates" / "mail" / "shell.html").read_text(encoding="utf-8")
COMPOSER = Composer(SHELL)
SUBJECT = compile_text("Your interview for {{ role_title }}")
BODY = compile_text(
    "Hello {{ greeting_name }},\n\nThank you for talking with {{ full_name }} *today*.\n\n"
    "{{ personal_line }}\n\n- one {{ company }}\n- two\n\n**{{ sender_name }}**\n{{ sender_title }}\n"
)

PAYLOADS = [
    "[Claim your prize](http://evil.example/x)",
    "![pixel](http://evil.example/p.png)",
    "[x][ref]\n\n[ref]: http://evil.example",
    "<http://evil.example>",
    "http://evil.example/login",
    "www.evil.example",
    '<a href="http://evil.example">x</a>',
    "<b>bold</b><img src=http://evil.example/p.png>",
    "Anna\n\n# You are hired\n\nClick http://evil.example",
    "Anna\n===",
    "*a* **b** `c` > d",
    "</title><script>alert(1)</script>",
    '"><img onerror=alert(1)>',
    "&lt;b&gt; &#60;",
    "- item\n- item",
    "{{ company }}",
]


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [value or "" for _, value in attrs]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data


def _read(document: str) -> _Read:
    reader = _Read()
    reader.feed(document)
    return reader


def _compose(source: str, **values: str | None) -> MailText:
    return COMPOSER.compose(compile_text("About {{ company }}"), compile_text(source), {**SAMPLES, **values})


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("field", ["greeting_name", "full_name", "personal_line", "company"])
def test_value_stays_literal_text_in_both_parts(payload: str, field: str) -> None:
    # attack 34, attack 27
    plain = COMPOSER.compose(SUBJECT, BODY, SAMPLES)
    mail = COMPOSER.compose(SUBJECT, BODY, {**SAMPLES, field: payload})
    one_line = " ".join(payload.split())
    assert one_line in mail.text
    reader = _read(mail.html)
    assert reader.tags == _read(plain.html).tags
    assert reader.links == []
    assert one_line in " ".join(reader.words.split())
    assert mail.text.count("\n") == plain.text.count("\n")


@given(st.text(min_size=1).filter(lambda name: re.search(r"\w", name) is not None))
def test_any_name_leaves_the_structure_as_it_was(name: str) -> None:
    # attack 34
    mail = COMPOSER.compose(SUBJECT, BODY, {**SAMPLES, "greeting_name": name, "role_title": name})
    assert _read(mail.html).tags == _read(COMPOSER.compose(SUBJECT, BODY, SAMPLES).html).tags
    assert len(mail.subject.splitlines()) == 1


def test_compose_writes_plain_text_that_reads_well() -> None:
    mail = _compose(
        "# Heading\n\nHello *you* and **me**,\nnext line.\n\n1. one\n2. two\n   - deep\n\n> quoted\n\n"
        "See [our page](https://jobs.example/x?a=1&b=2) or <https://x.example> "
        "or [a@b.example](mailto:a@b.example).\n\n---\nend"
    )
    assert mail.text == (
        "Heading\n\nHello you and me,\nnext line.\n\n1. one\n2. two\n   - deep\n\n> quoted\n\n"
        "See our page (https://jobs.example/x?a=1&b=2) or <https://x.example> or a@b.example.\n\n---\n\nend\n"
    )


def test_compose_wraps_nothing() -> None:
    mail = _compose("{{ personal_line }}", personal_line="word " * 400)
    assert mail.text == ("word " * 400).strip() + "\n"


def test_compose_html_is_one_document_with_styles_inside_and_nothing_remote() -> None:
    mail = _compose("See [our page](https://jobs.example/x).")
    reader = _read(mail.html)
    assert mail.html.lower().startswith("<!doctype html>")
    assert reader.links == ["https://jobs.example/x"]
    assert reader.tags.count("title") == 1
    assert "<title>About Brightwater Ferries</title>" in mail.html
    assert not {"img", "script", "link", "form", "iframe"} & set(reader.tags)
    assert '<p style="margin: 0 0 16px 0;">See' in mail.html
    assert "@media (max-width: 620px)" in mail.html
    assert "url(" not in mail.html
    assert "{{" not in mail.html


@pytest.mark.parametrize(
    "source",
    [
        "<img src=https://evil.example/p.png>",
        "<form action=https://evil.example><input></form>",
        "<script>alert(1)</script>",
        '<p style="display:none">hidden</p>',
        "<!-- comment -->",
    ],
)
def test_compose_shows_markup_of_the_author_as_text(source: str) -> None:
    # attack 36
    mail = _compose(source)
    assert source in mail.text
    reader = _read(mail.html)
    assert not {"img", "form", "input", "script"} & set(reader.tags)
    assert not [attrs for attrs in reader.attributes if "display" in attrs]


@pytest.mark.parametrize(
    "scheme",
    ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.example"],
)
def test_compose_links_only_to_web_and_mail(scheme: str) -> None:
    # attack 36
    assert not [link for link in _read(_compose(f"[x]({scheme})").html).links if not link.startswith("/")]


def test_compose_follows_no_image() -> None:
    assert "img" not in _read(_compose("![x](https://evil.example/p.png)").html).tags


@pytest.mark.parametrize(
    "source",
    ["[x]({{ company }})", "[x](https://x.example/{{ company }})", '[x](https://x.example "{{ company }}")'],
)
def test_compose_refuses_a_field_in_a_link(source: str) -> None:
    with pytest.raises(TemplateProblem, match="cannot be part of a link"):
        _compose(source)


def test_compose_refuses_a_lacking_value_and_names_it() -> None:
    with pytest.raises(ValuesMissing) as caught:
        COMPOSER.compose(SUBJECT, BODY, {"greeting_name": "Rania", "company": " "})
    assert caught.value.fields == (
        "role_title",
        "full_name",
        "personal_line",
        "company",
        "sender_name",
        "sender_title",
    )


@pytest.mark.parametrize("subject", ["", "   ", "\u200b\u2060", "{% if place %}{{ place }}{% endif %}"])
def test_compose_refuses_an_empty_subject(subject: str) -> None:
    # attack 38
    with pytest.raises(SubjectUnfit, match="empty"):
        COMPOSER.compose(compile_text(subject), compile_text("x"), {})


@pytest.mark.parametrize(
    ("subject", "title"), [("x" * 10_000, "Cook"), ("For {{ role_title }}", "C" * MAX_SUBJECT)]
)
def test_compose_refuses_an_overlong_subject(subject: str, title: str) -> None:
    # attack 38
    with pytest.raises(SubjectUnfit, match="characters"):
        COMPOSER.compose(compile_text(subject), compile_text("x"), {"role_title": title})


def test_compose_keeps_a_subject_on_one_line() -> None:
    # attack 32
    mail = COMPOSER.compose(
        compile_text("For\n{{ role_title }}"), compile_text("x"), {"role_title": "Cook\r\nBcc: v@x.example"}
    )
    assert mail.subject == "For Cook Bcc: v@x.example"


def test_marks_point_at_the_values_in_the_text() -> None:
    values = {**SAMPLES, "greeting_name": "Siobhán"}
    mail = COMPOSER.compose(SUBJECT, BODY, values)
    assert [mark.field for mark in mail.marks] == [
        "greeting_name",
        "full_name",
        "personal_line",
        "company",
        "sender_name",
        "sender_title",
    ]
    assert all(mail.text[mark.start : mark.end] == values[mark.field] for mark in mail.marks)


def test_preview_marks_the_record_and_sets_the_own_line_apart() -> None:
    preview = COMPOSER.preview(
        SUBJECT, BODY, {**SAMPLES, "greeting_name": "<i>Jun-ho</i>", "sender_title": None}
    )
    assert preview.subject == "Your interview for <mark>Data Analyst, Timetables</mark>"
    assert "<p>Hello <mark>&lt;i&gt;Jun-ho&lt;/i&gt;</mark>,</p>" in preview.body
    assert f'<p class="own-words">{SAMPLES["personal_line"]}</p>' in preview.body
    assert '<mark class="hole">sender_title</mark>' in preview.body
    assert "style=" not in preview.body


def test_equal_values_give_equal_bytes_whatever_else_is_known() -> None:
    used = {name: SAMPLES[name] for name in (*SUBJECT.fields, *BODY.fields)}
    assert COMPOSER.compose(SUBJECT, BODY, used) == Composer(SHELL).compose(SUBJECT, BODY, SAMPLES)


def test_shapes_do_not_leak_values_from_one_letter_to_the_next() -> None:
    first = COMPOSER.compose(SUBJECT, BODY, {**SAMPLES, "full_name": "Rania Khoury"})
    second = COMPOSER.compose(SUBJECT, BODY, {**SAMPLES, "full_name": "Jun-ho Park"})
    assert "Rania Khoury" in first.html
    assert "Rania Khoury" not in second.html + second.text
    assert "Jun-ho Park" in second.html


def test_language_is_written_into_the_document() -> None:
    mail = COMPOSER.compose(SUBJECT, BODY, SAMPLES, language="de")
    assert '<html lang="de"' in mail.html
    assert '<html lang="en"' in COMPOSER.compose(SUBJECT, BODY, SAMPLES).html


def test_composer_refuses_a_shell_without_a_place_for_the_letter() -> None:
    with pytest.raises(ValueError, match="no place"):
        Composer("<html></html>")


def test_real_naughty_strings_change_no_letter(data: Path) -> None:
    # attack 27, attack 34
    strings = json.loads((data / "person-names" / "naughty-strings.json").read_text(encoding="utf-8"))
    plain = _read(COMPOSER.compose(SUBJECT, BODY, SAMPLES).html)
    for naughty in strings:
        try:
            mail = COMPOSER.compose(SUBJECT, BODY, {**SAMPLES, "full_name": naughty})
        except ValuesMissing:
            continue  # nothing in it that could be seen
        reader = _read(mail.html)
        assert (reader.tags, reader.links) == (plain.tags, []), naughty
        assert clean(naughty) in mail.text


def test_a_letter_stands_in_two_languages_each_with_its_own_values() -> None:
    first = compile_text("Hello {{ greeting_name }}, by {{ next_update_by }}.")
    below = compile_text("Guten Tag {{ greeting_name }}, bis {{ next_update_by }}.")
    name = "<b>Rania</b>"
    second = Second(below, {"greeting_name": name, "next_update_by": "Freitag, 27. November 2026"}, "de")
    values = {"greeting_name": name, "next_update_by": "Friday 27 November 2026"}
    mail = COMPOSER.compose(compile_text("Your application"), first, values, second=second)
    assert mail.text == (
        f"Hello {name}, by Friday 27 November 2026.\n\n* * *\n\n"
        f"Guten Tag {name}, bis Freitag, 27. November 2026.\n"
    )
    assert '<div lang="de"' in mail.html
    assert "<b>" not in mail.html
    assert mail.html.count("&lt;b&gt;Rania&lt;/b&gt;") == 2
    preview = COMPOSER.preview(compile_text("Your application"), first, values, second)
    assert "<mark>Freitag, 27. November 2026</mark>" in preview.body


def test_what_the_second_language_lacks_is_missed_too() -> None:
    second = Second(compile_text("bis {{ next_update_by }}"), {}, "de")
    with pytest.raises(ValuesMissing, match="The day by which this person hears again"):
        COMPOSER.compose(compile_text("Your application"), compile_text("Hello."), {}, second=second)
