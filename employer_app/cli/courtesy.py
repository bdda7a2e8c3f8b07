"""`employer-app courtesy check`: what the wording check says of a text, without any record or database.

Exit code 1 when something stops a message, or a line could not be checked.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import IO, Any

import click

from employer_app.cli.check_words import plain
from employer_app.cli.courtesy_facts import LONGEST, BadLine, asked, draft_of, kind_of
from employer_app.domain.courtesy import Complaint, Severity, check, score, send_ready

_STOPPED = 1
_WORDS = {Severity.STOPS: "error", Severity.WARNS: "warning", Severity.HINT: "hint"}


@click.group("courtesy")
def courtesy() -> None:
    """Is a text fit to be sent?"""


def _kind(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    del context, parameter
    try:
        return value and kind_of(value).value
    except BadLine as bad:
        raise click.BadParameter(str(bad)) from None


@courtesy.command("check")
@click.argument("file", required=False, type=click.File("rb"))
@click.option("--kind", callback=_kind, help="What kind of letter it is: reject_application, or K5.")
@click.option("--lang", "language", default="en", show_default=True, help="In which language it is.")
@click.option("--fragment", is_flag=True, help="It is a passage and not a whole letter.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--jsonl", is_flag=True, help="Read one text a line from standard input, as JSON.")
def check_text(
    file: IO[bytes] | None, kind: str | None, language: str, fragment: bool, as_json: bool, jsonl: bool
) -> None:
    """Check the text in FILE ("-" for standard input), or with --jsonl one text a line.

    A line: {"text": "...", "kind": "reject_application", "lang": "en"}, and if you like "fragment": true and
    "facts": {"greeting_name": "Rania", "role_title": "Cook", "met": false}.
    """
    if jsonl:
        if file is not None:
            raise click.UsageError("With --jsonl the texts come from standard input: name no FILE.")
        raise SystemExit(_lines(click.open_file("-", "rb")))
    if file is None:
        raise click.UsageError("Name a FILE, or “-” for standard input.")
    if kind is None:
        raise click.UsageError("Say what kind of letter it is: --kind reject_application.")
    try:
        text = file.read(4 * LONGEST + 4).decode("utf-8-sig")
        draft = draft_of(text, kind, language)
    except UnicodeDecodeError:
        raise click.UsageError("The file is not text in UTF-8.") from None
    except BadLine as bad:
        raise click.UsageError(str(bad)) from None
    found = check(draft, fragment=fragment)
    if as_json:
        click.echo(json.dumps(_document(found), indent=2))
    else:
        _say(text, found)
    raise SystemExit(_STOPPED if _stops(found) else 0)


def _lines(source: IO[bytes]) -> int:
    failed = False
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            one = asked(line.decode("utf-8-sig"))
            found = check(one.draft, fragment=one.fragment)
        except (BadLine, UnicodeDecodeError) as bad:
            why = str(bad) if isinstance(bad, BadLine) else "It is not text in UTF-8."
            answer: dict[str, Any] = {"error": f"Line {number}: {why}", "line": number}
            failed = True
        else:
            answer = _document(found)
            failed = failed or _stops(found)
        click.echo(json.dumps(answer))
        sys.stdout.flush()
    return _STOPPED if failed else 0


def _stops(found: Sequence[Complaint]) -> bool:
    return any(one.severity is Severity.STOPS for one in found)


def _document(found: Sequence[Complaint]) -> dict[str, Any]:
    return {
        "complaints": [
            {
                "rule": one.rule.value,
                "severity": _WORDS[one.severity],
                "start": one.start,
                "end": one.end,
                "why": one.why,
                "suggestion": one.fix,
            }
            for one in found
        ],
        "score": score(found),
        "send_ready": send_ready(found),
    }


def _say(text: str, found: Sequence[Complaint]) -> None:
    for one in found:
        where = f"line {text.count(chr(10), 0, one.start) + 1}: " if one.start is not None else ""
        quoted = f"“{plain(' '.join(one.words.split()))}” " if one.words else ""
        click.echo(f"{_WORDS[one.severity]}: {where}{quoted}{one.why} {one.fix}")
    ready = "It can be sent." if send_ready(found) else "It should not be sent like this."
    click.echo(f"{score(found)} of 100. {ready}")
