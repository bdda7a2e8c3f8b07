"""A browser that brings in a list: what it drops, what it would send back, what a person reads."""

from __future__ import annotations

import io
import re
from html import unescape

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from employer_app.extensions import db

LIST = """Name,Email,Stage,Notes
Ana Prieto,ana@post.example,Applied,
Bo Lind,bo@post.example,Sniff test,<b>shy</b>
"""
BAD = LIST + "Dora Vos,dora@@post.example,Applied,\n"


def drop(
    client: FlaskClient, data: bytes | str, filename: str = "people.csv", **fields: object
) -> TestResponse:
    data = data.encode() if isinstance(data, str) else data
    return client.post("/import", data={"file": (io.BytesIO(data), filename), **fields})


def text_of(answer: TestResponse) -> str:
    """What a person reads of the page."""
    html = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def controls(answer: TestResponse) -> MultiDict[str, str]:
    """What the browser would send with the form of the list, untouched."""
    found: MultiDict[str, str] = MultiDict()
    for tag in re.finditer(r"<(input|select)\b([^>]*)>(.*?)(?=<input|<select|<button|\Z)", answer.text, re.S):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag[2]))
        name, in_form = attributes.get("name", ""), attributes.get("form") == "list"
        if not name or not (in_form or name in {"digest", "good_only"}):
            continue
        if tag[1] == "select":
            options = re.search(r"<option[^>]*\bselected\b[^>]*>", tag[3]) or re.search(
                r"<option[^>]*>", tag[3]
            )
            found.add(name, unescape(re.search(r'value="([^"]*)"', options[0])[1]) if options else "")
        elif attributes.get("type") != "checkbox" or " checked" in tag[2]:
            found.add(name, unescape(attributes.get("value", "")))
    return found


def look(client: FlaskClient, data: bytes | str, **more: object) -> tuple[str, TestResponse]:
    answer = drop(client, data, **more)
    assert answer.status_code == 303, text_of(answer)
    return answer.location, client.get(answer.location)


def how_many(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
