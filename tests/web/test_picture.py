"""The picture on its page: every number opens its people, for whoever may look; and one page of paper."""

from __future__ import annotations

import builtins
import csv
import io
import re
import zlib
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.imports.lists import keep, look, upload
from employer_app.domain.clock import now
from employer_app.domain.event import EventKind
from employer_app.domain.picture import Bucket
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.words import code_words_in, t
from employer_app.queries.picture import Of, picture
from employer_app.web import paper
from tests import factories
from tests.pango import needs_pango, weasyprint
from tests.web.pages import visible

HOSTILE = '<img src="https://evil.example/x.png">‮"><script>alert(1)</script>'


def world() -> int:
    job = factories.job("Deck Officer")
    for name, stage in (("Ana Prieto", StageKind.INTERVIEW), ("محمد علي", StageKind.FINAL)):
        factories.application(job, name=name, stage=stage, received=timedelta(days=90))
    for _ in range(3):
        factories.application(job, received=timedelta(days=40))
    factories.application(job, address=None)
    told = factories.application(job, name="Cy Doe")
    factories.happened(told, EventKind.DECISION_MADE, ago=timedelta(days=2), decision_id=1, disposition="X",
                       status="rejected", stage_kind="applied", owed=True)  # fmt: skip
    factories.happened(told, EventKind.TOLD_ELSEWHERE, ago=timedelta(days=1), tells=True)
    return job


def links(html: str) -> dict[str, int]:
    """Each link to people, with the number it stands on."""
    found = re.findall(r'href="(/picture/people[^"]*)">([\d,]+)</a>', html)
    return {href.replace("&amp;", "&"): int(number.replace(",", "")) for href, number in found}


def test_an_empty_app_says_what_comes_next(as_bob: FlaskClient) -> None:
    html = as_bob.get("/picture").text
    assert t("picture.empty") in visible(html)
    assert 'href="/import"' in html
    assert links(html) == {}


def test_the_page_says_how_many_wait_and_of_whom(as_bob: FlaskClient) -> None:
    world()
    text = visible(as_bob.get("/picture").text)
    assert "6 people wait for an answer" in text
    assert "7 people are here in all." in text
    assert "2 of them were met or decided on." in text
    assert text.index("Applied only") < text.index("Interviewed") < text.index("Live elsewhere")
    assert "Ana Prieto" in text
    assert code_words_in(text) == []


def test_every_number_opens_as_many_people(as_bob: FlaskClient) -> None:
    world()
    found = links(as_bob.get("/picture").text)
    assert len(found) > 10
    for href, number in found.items():
        answer = as_bob.get(href)
        assert answer.text.count("<tr data-row>") == number, href
        assert code_words_in(visible(answer.text)) == []


def test_only_a_late_answer_to_whoever_was_met_or_decided_on_is_red(as_bob: FlaskClient) -> None:
    """Everybody on an old list is late; if all were red, nobody would be."""
    world()
    html = as_bob.get("/picture").text
    red = [href.replace("&amp;", "&") for href in re.findall(r'<a class="late" href="([^"]*)"', html)]
    assert red == [
        "/picture/people?grave=1",
        "/picture/people?bucket=runner_up&late=1",
        "/picture/people?bucket=interviewed&late=1",
    ]


def test_the_list_as_a_file_holds_the_same_people(as_bob: FlaskClient) -> None:
    world()
    answer = as_bob.get("/picture/people.csv?waiting=1")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert sorted(row["Part of the picture"] for row in rows) == sorted(
        ["Interviewed", "Runners-up", "Not reached by mail", *["Applied only"] * 3]
    )
    assert {row["Job"] for row in rows} == {"Deck Officer"}
    for kind in ("xlsx", "ods"):
        assert as_bob.get(f"/picture/people.csv?format={kind}").data.startswith(b"PK")


def test_a_name_in_the_file_is_no_formula(as_bob: FlaskClient) -> None:
    factories.application(factories.job(), name="=cmd|' /C calc'!A0")
    text = as_bob.get("/picture/people.csv").data.decode("utf-8-sig")
    assert re.search(r"^\"?=", text, re.MULTILINE) is None


def test_what_the_address_does_not_mean_is_as_if_it_were_not_there(as_bob: FlaskClient) -> None:
    world()
    answer = as_bob.get("/picture/people?bucket=none&when=%00&wait=never&list=-1&job=9999999999999")
    assert answer.status_code == 200
    assert answer.text.count("<tr data-row>") == 7
    assert as_bob.get("/picture?job=4711").status_code == 404
    assert as_bob.get("/picture?list=4711").status_code == 404
    assert as_bob.get("/picture/people?after=x").status_code == 400


def test_an_import_has_a_picture_of_its_own_people(as_bob: FlaskClient, bob: Person) -> None:
    world()
    data = b"Name,Email,Job\nEva Smit,eva@post.example,Cook\nBo Lind,bo@post.example,Cook\n"
    number = upload(filename="three exports.csv", data=data, actor=bob)
    keep(list_id=number, digest=look(list_id=number, actor=bob).digest, actor=bob)
    done = as_bob.get(f"/import/{number}").text
    assert f'href="/picture?list={number}"' in done
    text = visible(as_bob.get(f"/picture?list={number}").text)
    assert "2 people wait for an answer" in text
    assert "three exports.csv" in text
    people = as_bob.get(f"/picture/people?list={number}&waiting=1").text
    assert people.count("<tr data-row>") == 2
    assert picture(bob, Of(list_id=number)).people == 2


def test_the_old_pile_is_planned_from_here(as_bob: FlaskClient, bob: Person) -> None:
    factories.place()
    long_ago = (now() - timedelta(days=200)).date()
    data = f"Name,Email,Job,Applied\nEva Smit,eva@post.example,Cook,{long_ago}\n".encode()
    number = upload(filename="old.csv", data=data, actor=bob)
    keep(list_id=number, digest=look(list_id=number, actor=bob).digest, actor=bob)
    html = as_bob.get("/picture").text
    form = re.search(r'<form class="inline" action="([^"]*old[^"]*)" method="post">', html)
    assert form is not None
    assert "Put 1 person of the old pile on the home list" in visible(html)
    as_bob.post(form[1].replace("&amp;", "&"))
    assert picture(bob).old_pile == 0
    assert "the old pile on the home list" not in visible(as_bob.get("/picture").text)


def test_the_home_page_leads_here(as_bob: FlaskClient) -> None:
    assert 'href="/picture"' in as_bob.get("/").text


ADDRESSES = ("/picture", "/picture/people", "/picture/people.csv", "/picture.pdf")


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_for_whoever_may_read(as_charlie: FlaskClient, client: FlaskClient, address: str) -> None:
    world()
    assert as_charlie.get(address).status_code == 403
    stranger = client.get(address)
    assert (stranger.status_code, urlsplit(stranger.location).path) == (303, "/sign-in")


def unpacked(pdf: bytes) -> bytes:
    """With what is packed in it laid open beside it."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    packed = [stream for stream in streams if stream[:1] == b"\x78"]
    return b"\n".join([pdf, *(zlib.decompressobj().decompress(stream) for stream in packed)])


def shown(app: Flask, bob: Person, *, name: str, title: str = "", files: int = 0) -> paper.Paper:
    """A full page: six people of such a name and job, and so many files."""
    job = factories.job(title or "Deck Officer")
    for _ in range(7):
        factories.application(job, name=name, stage=StageKind.FINAL, received=timedelta(days=90))
    found = paper.picture_paper(bob, "Brightwater Ferries", Of())
    read = [paper.ReadFile(f"{name}.csv", 9, 7, 1, 1) for _ in range(files)]
    return paper.Paper(found.title, found.found, found.first, found.made, read)


@needs_pango
def test_the_pdf_is_one_page_that_says_its_language(as_bob: FlaskClient) -> None:
    world()
    answer = as_bob.get("/picture.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == "attachment; filename=picture.pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"%PDF-")
    objects = unpacked(answer.data)
    assert re.findall(rb"/Lang \(([^)]*)\)", objects)[:1] == [b"en"]
    assert b"/MarkInfo" in objects
    assert len(re.findall(rb"/Type /Page\b(?!s)", objects)) == 1


@needs_pango
@pytest.mark.parametrize("name", ["M" * 200, HOSTILE, "王小明" * 60, "محمد علي " * 20, "é" * 190])
def test_whatever_the_names_are_it_stays_one_page(app: Flask, bob: Person, name: str) -> None:
    page = shown(app, bob, name=name, title="W" * 120, files=30)
    html = paper.as_html(page)
    assert len(weasyprint.HTML(string=html).render().pages) == 1


@needs_pango
def test_nothing_in_the_page_asks_for_anything(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attack: a name that is markup, which would make the server fetch an address or read a file."""
    asked: list[str] = []

    def fetch(_self: object, url: str, _headers: object = None) -> None:
        asked.append(url)
        raise ValueError(url)

    monkeypatch.setattr("weasyprint.urls.URLFetcher.fetch", fetch)
    page = shown(app, bob, name=HOSTILE, title='<link rel="stylesheet" href="file:///etc/passwd">', files=1)
    html = paper.as_html(page)
    assert paper.as_pdf(page).startswith(b"%PDF-")
    assert asked == []
    tags = re.findall(r"<(\w+)([^>]*)>", html)
    assert {tag for tag, _ in tags} & {"script", "img", "link", "iframe", "object", "a", "form"} == set()
    assert [said for _, said in tags if re.search(r"\b(?:src|href|style|srcset|on\w+)=", said)] == []
    assert re.findall(r"url\(|@import", html) == []


@needs_pango
def test_whatever_asks_all_the_same_gets_nothing(app: Flask, tmp_path) -> None:
    """The fetcher itself: network, files and data are all refused, so that a slip in a template stays one."""
    from weasyprint.urls import URLFetcher

    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    for url in (
        secret.as_uri(),
        "http://127.0.0.1:9/x",
        "https://evil.example/",
        "data:text/plain,x",
        "ftp://a/",
    ):
        with pytest.raises(ValueError, match="protocol"):
            URLFetcher(**paper.FETCHES).fetch(url)


@pytest.mark.parametrize("error", [ImportError("no weasyprint"), OSError("cannot load library 'libpango'")])
def test_without_what_makes_pdfs_the_page_says_how_to_get_one(
    as_bob: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    world()
    real: Callable[..., object] = builtins.__import__

    def without(name: str, *args: object, **kwargs: object) -> object:
        if name.startswith("weasyprint"):
            raise error
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    answer = as_bob.get("/picture.pdf")
    text = visible(answer.text)
    assert answer.status_code == 501
    assert t("picture.no_pdf_print") in text
    assert "pip install weasyprint" in text
    assert code_words_in(text) == []


def test_each_bucket_of_the_paper_has_its_words(app: Flask, bob: Person) -> None:
    html = paper.as_html(shown(app, bob, name="Ana Prieto"))
    for bucket in Bucket:
        assert t(f"picture.bucket.{bucket}") in visible(html)
    assert html.startswith('<!doctype html>\n<html lang="en">')
