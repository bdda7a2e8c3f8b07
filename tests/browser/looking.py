"""What every page must be, wherever it is looked at: calm, readable, within the window, and ours alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request, ViewportSize
from playwright.sync_api import Error as PlaywrightError

from employer_app.domain.words import code_words_in

PICTURES = Path(__file__).resolve().parents[2] / "test-results" / "pages"
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

_SIZES = """() => {
    const wide = document.scrollingElement.scrollWidth;
    const beyond = [...document.querySelectorAll('main *, header *, footer *')]
        .filter((part) => part.getBoundingClientRect().right > innerWidth + 1 && part.getClientRects().length)
        .slice(0, 3).map((part) => part.outerHTML.slice(0, 90));
    return { wide, window: innerWidth, beyond, titles: document.querySelectorAll('h1').length };
}"""
_RUN_AXE = """([within, options]) =>
    axe.run(Object.keys(within).length ? within : document, options).then((done) => done.violations)"""
#: rows that are like those above them: looked at once, at the first width
_MORE_ROWS = (
    "tbody tr:nth-child(n+13)",
    ".list-rows li:nth-child(n+13)",
    ".board .card-row:nth-of-type(n+13)",
)
_END = "Math.ceil(document.querySelector('footer').getBoundingClientRect().bottom + scrollY)"
#: what a person sees, or hears from a screen reader, with everything unfolded
_WORDS = """() => {
    document.querySelectorAll('details').forEach((part) => { part.open = true; });
    const said = [...document.querySelectorAll('[aria-label], [title], [placeholder]')].flatMap((part) =>
        ['aria-label', 'title', 'placeholder'].map((name) => part.getAttribute(name) ?? ''));
    return [document.title, document.body.innerText, ...said].join('\\n');
}"""


@contextmanager
def watched(page: Page) -> Iterator[list[str]]:
    """What goes wrong while the page is there: errors of scripts, forbidden content, requests to others."""
    trouble: list[str] = []
    home: list[str] = []

    def console(message: ConsoleMessage) -> None:
        answer = message.location.get("url", "")
        refused_as_expected = message.text.startswith("Failed to load resource") and answer == page.url
        if message.type in {"error", "warning"} and not refused_as_expected:
            trouble.append(f"console: {message.text}")

    def request(asked: Request) -> None:
        parts = urlsplit(asked.url)
        if parts.scheme == "data":
            return
        if not home:
            home.append(parts.netloc)
        if parts.netloc != home[0]:
            trouble.append(f"request to another host: {asked.url}")

    def script(error: PlaywrightError) -> None:
        trouble.append(f"script: {error}")

    page.on("console", console)
    page.on("pageerror", script)
    page.on("request", request)
    try:
        yield trouble
    finally:
        page.remove_listener("console", console)
        page.remove_listener("pageerror", script)
        page.remove_listener("request", request)


def look(page: Page, *, dark: bool = False, deep: bool = True, all_rows: bool = True) -> list[str]:
    """Everything that is wrong with the page as it stands, at its present width; `deep` asks axe too."""
    found = page.evaluate(_SIZES)
    problems = []
    if found["titles"] != 1:
        problems.append(f"{found['titles']} h1")
    if found["wide"] > found["window"]:
        problems.append(f"scrolls sideways, {found['wide']} of {found['window']}: {found['beyond']}")
    if deep:
        problems += accessible(page, all_rows=all_rows)
        if dark:
            page.emulate_media(color_scheme="dark")
            problems += [f"dark: {problem}" for problem in accessible(page, "color-contrast", all_rows=False)]
            page.emulate_media(color_scheme="light")
    return problems


def words(page: Page) -> list[str]:
    """Code words that somebody would read."""
    return [f"code word: {word}" for word in code_words_in(page.evaluate(_WORDS))]


def accessible(page: Page, *rules: str, all_rows: bool = True) -> list[str]:
    """What axe finds, one line for each rule; only of these rules, if any are named."""
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = list(rules)
    within = {} if all_rows else {"exclude": [[rows] for rows in _MORE_ROWS]}
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(_RUN_AXE, [within, options])
    return [
        f"axe {one['id']}: {one['help']}: "
        + " | ".join(f"{node['html'][:140]} ({node['failureSummary'][-120:]})" for node in one["nodes"][:3])
        for one in found
    ]


def for_the_docs(page: Page, name: str) -> None:
    """The window as it is with script, when somebody asked for pictures: `EMPLOYER_SCREENSHOTS=docs/img`."""
    folder = os.environ.get("EMPLOYER_SCREENSHOTS")
    page.wait_for_load_state()
    if folder and page.evaluate("document.documentElement.classList.contains('js')"):
        page.reload()  # without the note about what was done just now
        page.set_viewport_size({"width": 1280, "height": min(1000, page.evaluate(_END))})
        page.screenshot(path=Path(folder) / f"{name}.png")
        page.set_viewport_size(DESK)


def picture(page: Page, folder: str, name: str) -> None:
    """Kept in test-results/ for a person to look at, when somebody asked for it: `EMPLOYER_PICTURES=1`."""
    if not os.environ.get("EMPLOYER_PICTURES"):
        return
    place = PICTURES / folder
    place.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=place / f"{name}.png", full_page=True)
