"""What each component must be for a reader who does not see it, and what the security policy demands."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest
from jinja2 import StrictUndefined

from employer_app.domain.message import MessageStatus
from employer_app.domain.words import code_words_in, t, words
from tests.templates import bare
from tests.templates.bare import ROOT, macro
from tests.templates.page import Page


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(bare.styleguide())


def test_the_page_of_all_components_is_well_formed(page: Page) -> None:
    assert (page.unclosed, page.open) == ([], [])


def test_nothing_inline_that_the_security_policy_refuses(page: Page) -> None:
    assert page.all("style") == []
    assert [a for _, a in page.tags if "style" in a] == []
    assert [a for _, a in page.tags if any(name.startswith("on") or name == "hx-on" for name in a)] == []
    assert [a for a in page.all("script") if not a.get("src", "").startswith("/static/")] == []
    assert [a["href"] for a in page.all("link") if not a["href"].startswith("/static/")] == []
    assert [a for _, a in page.tags if a.get("href", "").startswith("javascript:")] == []


def test_no_stylesheet_of_ours_asks_for_anything_from_elsewhere() -> None:
    css = (ROOT / "static" / "app.css").read_text(encoding="utf-8")
    addresses = re.findall(r"url\(\s*['\"]?([^'\")]+)", css)
    assert [one for one in addresses if not (ROOT / "static" / one).is_file()] == []
    assert "@import" not in css


def test_every_field_has_a_name_for_every_reader(page: Page) -> None:
    labelled = {a["for"] for a in page.all("label") if "for" in a}
    wrapped = {"all_matching", ""}  # inside their label
    nameless = [
        a
        for tag, a in page.tags
        if tag in {"input", "select", "textarea"}
        and a.get("type") not in {"hidden", "submit"}
        and a.get("id") not in labelled
        and "aria-label" not in a
        and a.get("name", "") not in wrapped
    ]
    assert nameless == []


def test_ids_are_unique_and_what_points_at_one_finds_it(page: Page) -> None:
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert sorted(ids) == sorted(set(ids))
    pointers = ("aria-describedby", "aria-labelledby", "for", "data-dialog", "data-enables")
    lost = {one for _, a in page.tags for p in pointers for one in a.get(p, "").split()} - set(ids)
    assert lost == set()


def test_every_table_has_a_caption_and_scoped_heads(page: Page) -> None:
    assert len(page.all("caption")) == len(page.all("table")) == 2
    assert {a.get("scope") for a in page.all("th")} == {"col"}


def test_no_code_word_is_visible(page: Page) -> None:
    assert code_words_in(page.text) == []


def test_every_form_that_writes_carries_the_token() -> None:
    html = macro('{% from "macros/act.html" import post %}{{ post("Stop", "/x", fields={"id": 7}) }}')
    assert Page(html).all("input", name="csrf_token", value="token") != []
    assert Page(html).all("input", name="id", value="7") != []


def _field(name: str, **context: object) -> Page:
    source = '{% from "macros/field.html" import field %}{{ field(form[name]) }}'
    return Page(macro(source, form=bare.draft_with_an_error(), name=name, **context))


def test_a_field_in_error_says_so_and_points_at_the_words() -> None:
    field = _field("body")
    (area,) = field.all("textarea")
    assert (area["aria-invalid"], area["aria-describedby"]) == ("true", "body-error")
    assert "Write the message." in field.text


def test_a_field_points_at_its_help_and_is_not_invalid() -> None:
    (box,) = _field("subject").all("input")
    assert box["aria-describedby"] == "subject-help"
    assert "aria-invalid" not in box


def test_radio_buttons_stand_in_a_group_with_a_legend() -> None:
    radios = _field("how")
    assert len(radios.all("fieldset")) == len(radios.all("legend")) == 1
    assert {a["for"] for a in radios.all("label")} == {a["id"] for a in radios.all("input")}


def test_what_may_be_left_empty_says_so() -> None:
    assert t("page.optional") in _field("nickname").text
    assert t("page.optional") not in _field("subject").text


def test_the_summary_of_errors_counts_links_and_takes_the_focus() -> None:
    form = bare.draft_with_an_error()
    form.form_errors.append("Somebody changed it meanwhile.")
    summary = Page(
        macro('{% from "macros/field.html" import error_summary %}{{ error_summary(form) }}', form=form)
    )
    assert "2 things to put right" in summary.text
    assert [a["href"] for a in summary.all("a")] == ["#body"]
    (box,) = summary.all("div")
    assert (box["role"], box["tabindex"]) == ("alert", "-1")


def test_a_form_without_errors_has_no_summary() -> None:
    html = macro(
        '{% from "macros/field.html" import error_summary %}{{ error_summary(form) }}', form=bare.Draft()
    )
    assert html.strip() == ""


HOSTILE = '"><script>alert(1)</script>{{ 7 * 7 }}'


def test_what_a_person_wrote_never_becomes_markup() -> None:
    row = {
        "id": HOSTILE,
        "name": HOSTILE,
        "href": "/p",
        "place": HOSTILE,
        "reason": HOSTILE,
        "more": 0,
        "evidence": HOSTILE,
        "tone": "late",
        "due": HOSTILE,
        "due_sub": HOSTILE,
        "why_date": HOSTILE,
        "owner": HOSTILE,
        "acts": [{"label": HOSTILE, "href": "/a", "key": "w"}],
    }
    source = """
      {% from "macros/line.html" import line %}{% from "macros/entry.html" import entry, letter %}
      {% from "macros/complaint.html" import complaint %}{% from "macros/banner.html" import banner %}
      {% from "macros/initials.html" import initials %}{% from "macros/mail.html" import envelope %}
      {{ line(row, "pick") }}{{ initials(said) }}{{ envelope([("To", said)]) }}
      {{ entry(moment, said, said) }}{{ letter(said, said, footer=said) }}
      {{ complaint({"severity": "stops", "words": said, "why": said, "fix": said, "about": said}) }}
      {{ banner({"tone": "late", "lead": said, "text": said, "act": said, "href": "/x"}) }}"""
    html = macro(source, row=row, said=HOSTILE, moment=bare.MOMENT)
    assert "<script" not in html
    assert "49" not in html


def test_a_row_names_the_person_in_the_name_of_its_box() -> None:
    boxes = Page(bare.styleguide()).all("input", name="pick")
    assert [a["aria-label"] for a in boxes][:2] == [
        "Select Amara Nwosu",
        "Select Marguerite Delacroix-Okafor",
    ]


@pytest.mark.parametrize("status", MessageStatus)
def test_every_state_is_a_word_and_never_a_code(status: MessageStatus) -> None:
    html = macro('{% from "macros/state.html" import state %}{{ state(status) }}', status=status)
    assert Page(html).text == words().message.state[status]
    assert "claimed" not in html


def test_progress_adds_up_and_claimed_counts_as_queued() -> None:
    counts = {MessageStatus.QUEUED: 191, MessageStatus.CLAIMED: 6, MessageStatus.ACCEPTED: 196}
    source = '{% from "macros/progress.html" import progress %}{{ progress(p) }}'
    facts = {"total": 393, "counts": counts, "title": "x", "as_of": "11:24", "refresh": "/r", "poll": "/f"}
    page = Page(macro(source, p=facts))
    assert "393 = 0 + 197 + 0 + 196 + 0 + 0 + 0" in page.text
    assert page.all("a", href="/r") != []
    assert [a["hx-get"] for a in page.all("section")] == ["/f"]


def test_progress_that_is_done_asks_no_more() -> None:
    source = '{% from "macros/progress.html" import progress %}{{ progress(p) }}'
    facts = {"total": 0, "counts": {}, "title": "x", "as_of": "11:24", "refresh": "/r", "poll": ""}
    assert "hx-" not in macro(source, p=facts)


def test_a_time_says_how_long_ago_and_exactly_when() -> None:
    html = macro('{% from "macros/age.html" import age %}{{ age(m, "holding note") }}', m=bare.MOMENT)
    assert Page(html).all("time") == [
        {"datetime": "2026-11-06T08:42:00+00:00", "title": "Fri 6 Nov 2026, 09:42, holding note"}
    ]
    assert Page(html).text == "12 days ago"


def test_the_end_of_a_list_says_how_many_of_how_many() -> None:
    source = '{% from "macros/pager.html" import pager %}{{ pager(p) }}'
    more = Page(
        macro(source, p={"shown": 50, "total": 1284, "step": 50, "next": "/n", "previous": "", "suggest": ""})
    )
    assert more.text == "50 of 1,284 shown. Next 50"
    whole = Page(
        macro(source, p={"shown": 3, "total": 3, "step": 50, "next": "", "previous": "", "suggest": ""})
    )
    assert whole.text == "3 shown, that is all."


def test_the_step_one_is_at_is_marked_and_past_ones_lead_back() -> None:
    source = '{% from "macros/steps.html" import steps %}{{ steps(items, 2, "Close-out") }}'
    items = [
        {"title": word, "result": "", "href": f"/{at}"} for at, word in enumerate(["Who", "What", "Review"])
    ]
    page = Page(macro(source, items=items))
    assert page.all("ol") == [{"class": "steps", "aria-label": "Close-out, step 2 of 3"}]
    assert [a.get("aria-current", a.get("class", "")) for a in page.all("li")] == ["was", "step", ""]
    assert [a["href"] for a in page.all("a")] == ["/0"]


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 429, 500, 503])
def test_every_error_has_a_page_with_what_to_do(code: int) -> None:
    html = bare.environment(StrictUndefined).get_template("errors/error.html")
    page = Page(
        html.render(code=code, title="", sentence="", todo="", reference="a1b2", back="", organisation="")
    )
    assert t(f"error.{code}.title") in page.text
    assert t(f"error.{code}.todo") in page.text
    assert "a1b2" in page.text
    assert code_words_in(page.text) == []
    assert (page.unclosed, page.open) == ([], [])


def test_a_recruiter_is_not_led_to_the_settings() -> None:
    source = bare.environment().from_string('{% extends "layout.html" %}')
    said = [
        Page(source.render(nav=bare.nav(administrator=role), banner=None, health=""))
        for role in (True, False)
    ]
    assert [len(page.all("a", href="/settings.index")) for page in said] == [2, 0]


def test_htmx_is_told_to_evaluate_nothing(page: Page) -> None:
    (config,) = page.all("meta", name="htmx-config")
    assert '"allowEval": false' in config["content"]
    assert '"includeIndicatorStyles": false' in config["content"]


def _templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", _templates(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_word_that_a_template_asks_for_exists(path: Path) -> None:
    asked = re.findall(r"""\bt\(\s*["']([\w.]+)["']\s*[,)]""", path.read_text(encoding="utf-8"))
    missing = []
    for key in asked:
        found = words()
        for part in key.split("."):
            found = found.get(part) if hasattr(found, "get") else None
        if found is None:
            missing.append(key)
    assert missing == []


def test_every_macro_says_its_parameters_at_the_top() -> None:
    silent = []
    for path in sorted((ROOT / "templates" / "macros").glob("*.html")):
        source = path.read_text(encoding="utf-8")
        comment = source[: source.index("-#}")] if source.startswith("{#-") else ""
        public = re.findall(r"macro ([a-z]\w*)\(", source)
        silent += [f"{path.name}: {name}" for name in public if f"{name}(" not in comment]
    assert silent == []


def test_vendored_files_are_the_listed_ones() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "vendor.py"))
    assert script["faults"](json.loads(script["LIST"].read_text(encoding="utf-8"))) == []
