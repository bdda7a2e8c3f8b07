"""The documents say what the code does: settings, links, commands, moves of a message, deadlines, fields.

A document that has fallen behind is worse than none, for somebody will act on it.
"""

from __future__ import annotations

import json
import re
import shlex
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.cli import ScriptInfo

from employer_app import defaults
from employer_app.cli import main
from employer_app.domain.duty import HOUSE
from employer_app.domain.message import MOVES, MessageStatus

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
#: folders of one person's or one tool's machine; those of a service (/var, /opt, /run) are the reader's
OWN_MACHINE = re.compile(r"(?<![\w.])(?:/(?:home|root|work|tmp|Users|mnt)/|~/|[A-Z]:\\)")
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def rows(page: str, heading: str) -> Iterator[list[str]]:
    """The cells of the first table under a heading, without its own two lines."""
    section = (DOCS / page).read_text("utf-8").split(f"{heading}\n", 1)[1]
    lines = section[section.index("|") :].split("\n")
    for line in lines[2:]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def code(cell: str) -> str:
    found = CODE.fullmatch(cell)
    assert found, f"{cell} is not written as code"
    return found[1]


def test_configure_has_every_setting_with_its_default() -> None:
    told = {code(name): default for name, default, _ in rows("configure.md", "## All settings")}
    shown = {
        name: "not set" if value is None else f"`{json.dumps(value)}`"
        for name, value in defaults.DEFAULTS.items()
    }
    assert told == shown


def test_configure_names_no_worked_out_setting_that_the_code_does_not_read() -> None:
    told = {
        code(name)
        for name, _, _ in rows("configure.md", "These are worked out at the start unless you give them:")
    }
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "employer_app").rglob("*.py"))
    assert told == {name for name in told if f'"{name}"' in sources}


def anchors(page: Path) -> set[str]:
    """As the common forges make them of headings."""
    text = FENCE.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {
        "".join(
            char
            for char in heading.lower().replace(" ", "-")
            if char in "-_" or unicodedata.category(char)[0] in "LN"
        )
        for heading in headings
    }


@EVERY_PAGE
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for target in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            dead.append(target)
    assert dead == []


@EVERY_PAGE
def test_code_names_no_path_of_somebodys_machine(page: Path) -> None:
    text = page.read_text("utf-8")
    pieces = [*FENCE.findall(text), *CODE.findall(FENCE.sub("", text))]
    assert [piece for piece in pieces if OWN_MACHINE.search(piece)] == []


def calls(page: Path) -> Iterator[list[str]]:
    """The arguments of each `employer-app …` in code, with the options that it is given."""
    text = page.read_text("utf-8")
    lines = [line for block in FENCE.findall(text) for line in block.splitlines()]
    for piece in (*lines, *CODE.findall(FENCE.sub("", text))):
        found = re.match(r"(?:\w+=\S* )*(?:ExecStart=)?(?:\S*/)?employer-app(?: (.*))?$", piece.strip())
        if found and found[1]:
            yield shlex.split(found[1])


@EVERY_PAGE
def test_commands_exist_with_their_options(page: Path, app: Flask) -> None:
    context = click.Context(main, obj=ScriptInfo(create_app=lambda: app))
    wrong = []
    for arguments in calls(page):
        command: click.Command = main
        left = list(arguments)
        while left and isinstance(command, click.Group) and not left[0].startswith("--"):
            name = left.pop(0)
            there = command.get_command(context, name)
            if there is None:
                wrong.append(f"{' '.join(arguments)}: no {name}")
                break
            command = there
        else:
            known = {text for option in command.params for text in (*option.opts, *option.secondary_opts)}
            wrong += [
                f"{' '.join(arguments)}: no {word}"
                for word in left
                if word.startswith("--") and word not in known | {"--help"}
            ]
    assert wrong == []


def test_commands_of_the_documents_are_found_at_all() -> None:
    """So that the test above cannot pass by reading nothing."""
    named = {arguments[0] for page in PAGES for arguments in calls(page)}
    assert {"serve", "worker", "import", "close-out", "audit", "owed", "ledger", "outbox", "user"} <= named


@EVERY_PAGE
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = page.read_text("utf-8")
    pieces = [*CODE.findall(FENCE.sub("", text))]
    pieces += [line for block in FENCE.findall(text) for line in block.splitlines()]
    named = {found[1] for piece in pieces if (found := re.match(r"make ([a-z]+)\b", piece.strip()))}
    assert named - targets == set()


def test_outbox_has_every_state() -> None:
    told = [code(cells[0]) for cells in rows("outbox.md", "## States")]
    assert sorted(told) == sorted(status.value for status in MessageStatus)


def test_outbox_has_every_move() -> None:
    told = [(code(start), code(end)) for start, end, _ in rows("outbox.md", "## Moves")]
    assert len(told) == len(set(told))
    assert set(told) == {(start.value, end.value) for start, ends in MOVES.items() for end in ends}


def test_duties_has_every_clock() -> None:
    told = {
        code(cells[4]): (int(cells[2]), int(cells[3])) for cells in rows("duties.md", "# Answer deadlines")
    }
    assert told == {name.value: (clock.target, clock.breach) for name, clock in HOUSE.items()}
