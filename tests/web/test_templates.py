"""The texts we ship: all of them listed, each with what a reader would get."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from employer_app.domain.starter import starters
from employer_app.domain.words import code_words_in
from tests.web.pages import visible


def test_library_lists_every_text(as_bob: FlaskClient) -> None:
    page = as_bob.get("/templates").text
    for letter in starters():
        assert f'href="/templates/{letter.key}"' in page
        assert letter.when in page or letter.tone != "warm"
    assert code_words_in(visible(page)) == []


@pytest.mark.parametrize("key", [letter.key for letter in starters()])
def test_each_text_is_shown_filled_in(as_bob: FlaskClient, key: str) -> None:
    page = as_bob.get(f"/templates/{key}").text
    assert "<mark>Rania" in page
    assert 'class="hole"' not in page
    mail = as_bob.get(f"/templates/{key}/mail")
    assert "Rania" in mail.text
    assert mail.headers["Content-Security-Policy"].startswith("sandbox;")


@pytest.mark.parametrize("key", ["nothing", "filled", "filled.loud", "..%2Fsecret"])
def test_unknown_text_is_not_found(as_bob: FlaskClient, key: str) -> None:
    assert as_bob.get(f"/templates/{key}").status_code == 404
