"""Rows of long lists link by prefix instead of `url_for`; each such link must lead to a page that exists."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from werkzeug.exceptions import HTTPException

TEMPLATES = Path(__file__).parents[2] / "templates"
LINK = re.compile(r"""(?:href|action)="(/[^"]*)\"""")
VALUE = re.compile(r"{{.*?}}")


def test_every_link_by_prefix_leads_to_a_page(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    lost, found = [], 0
    for template in sorted(TEMPLATES.rglob("*.html")):
        for link in LINK.findall(template.read_text("utf-8")):
            path = VALUE.sub("1", link).split("?")[0].split("#")[0]
            found += 1
            try:
                adapter.match(path, method="GET")
            except HTTPException:
                lost.append(f"{template.name}: {link}")
    assert lost == []
    assert found > 5
