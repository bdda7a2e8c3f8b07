"""The picture as one page of paper: one file without anything around it, and the same page as a PDF.

Law: the page asks for nothing from anywhere, neither network nor file; what it needs stands in it. It is made
without a request, so that the command line makes the very same one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template

from employer_app.domain import times
from employer_app.domain.clock import now
from employer_app.domain.picture import Picture
from employer_app.domain.role import Person
from employer_app.queries.audit.figures import zone
from employer_app.queries.picture import Of, Part, PersonRow, picture, picture_people

#: so many people fit on the page
FIRST = 6
#: and so many names of files
MOST_FILES = 4
#: no network, no file, not even data in an address
FETCHES: Mapping[str, Any] = {"allowed_protocols": (), "fail_on_errors": True}


class NoPdf(Exception):
    """What makes PDF files is not installed, or a library of the operating system is missing to it."""


@dataclass(frozen=True)
class ReadFile:
    """What a check read: rows = good + bad + twice."""

    name: str
    rows: int
    good: int
    bad: int
    twice: int


@dataclass(frozen=True)
class Paper:
    """`title` above the number, `made` is when it was counted, in words; `read` only of a check."""

    title: str
    found: Picture
    first: Sequence[PersonRow]
    made: str
    read: Sequence[ReadFile] = ()


def picture_paper(
    viewer: Person, title: str, of: Of, read: Sequence[ReadFile] = (), at: datetime | None = None
) -> Paper:
    """The page of everybody, of an import or of a job, as of `at` (now)."""
    at = at or now()
    first = picture_people(viewer, Part(grave=True), of, limit=FIRST, at=at).rows
    return Paper(title, picture(viewer, of, at), first, times.exact(at, zone()), read)


def as_html(paper: Paper) -> str:
    return render_template("picture/paper.html", paper=paper, found=paper.found, most_files=MOST_FILES)


def as_pdf(paper: Paper) -> bytes:
    """One A4 page. Raises NoPdf."""
    return pdf_of(as_html(paper))


def pdf_of(html: str) -> bytes:
    """The page as a PDF that says its own structure and language. Raises NoPdf."""
    try:
        from weasyprint import HTML  # noqa: PLC0415  # optional, and heavy
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise NoPdf(str(error)) from error
    document = HTML(string=html, url_fetcher=URLFetcher(**FETCHES))
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return made
