"""`employer-app courtesy check`, as somebody types it, and as another program uses it line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from employer_app.cli import main
from employer_app.cli.courtesy import check_text
from employer_app.domain.message import Kind
from tests.domain.courtesy.drafts import LETTER

GOOD = {"text": "We have decided not to take your application forward.", "kind": "K5", "lang": "en"}


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(check_text, arguments, input=given)


def lines(*entries: Any) -> tuple[list[dict[str, Any]], int]:
    """What is answered to these lines, and the exit code."""
    given = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in entries)
    result = run("--jsonl", given=given)
    return [json.loads(line) for line in result.stdout.splitlines()], result.exit_code


def test_file_that_is_fine_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(LETTER, encoding="utf-8")
    result = run(str(path), "--kind", "reject_application")
    assert (result.stdout, result.exit_code) == ("100 of 100. It can be sent.\n", 0)


def test_file_that_stops_is_said_so_with_the_line_and_the_words() -> None:
    result = run("-", "--kind", "K5", given=LETTER.replace("If you", "We will keep your CV on file. If you"))
    first, last = result.stdout.splitlines()
    assert first.startswith("error: line 7: “keep your CV on file” ")
    assert last == "75 of 100. It should not be sent like this."
    assert result.exit_code == 1


def test_words_from_the_file_move_no_cursor() -> None:
    result = run("-", "--kind", "K5", given=LETTER.replace("If you", "\x1b[2J{{ \x1b[2J }} If you"))
    assert "\x1b" not in result.stdout


def test_json_is_one_document() -> None:
    result = run("-", "--kind", "K5", "--fragment", "--json", given="Dear Applicant,\n")
    assert json.loads(result.stdout) == {
        "complaints": [
            {
                "rule": "C4",
                "severity": "error",
                "start": 5,
                "end": 14,
                "why": "The greeting could be to anyone.",
                "suggestion": "Greet by name.",
            }
        ],
        "score": 75,
        "send_ready": False,
    }
    assert result.exit_code == 1


def test_unknown_names_role_and_company_are_not_missed() -> None:
    (answer,), code = lines(
        {"text": LETTER.replace("Data Analyst, Timetables", "Cook"), "kind": "K5", "lang": "en"}
    )
    assert answer == {"complaints": [], "score": 100, "send_ready": True}
    assert code == 0


def test_facts_are_the_fields_of_a_draft() -> None:
    facts = {
        "greeting_name": "Rania",
        "full_name": "Rania Khoury",
        "role_title": "Cook",
        "company": "Brightwater Ferries",
        "subject": "Your application",
        "send_on": "2026-11-24",
        "depth": "applied",
        "met": False,
        "promised": ["2026-11-27"],
        "recipient": {"hired": True},
        "others": {"names": ["Jun-ho Park"], "titles": []},
    }
    text = LETTER.replace("If you", "Jun-ho Park says it was good to meet you, we hear. If you")
    (answer,), code = lines({"text": text, "kind": "reject_application", "lang": "en-GB", "facts": facts})
    assert [one["rule"] for one in answer["complaints"] if one["severity"] == "error"] == [
        "P4",
        "C6",
        "C3",
        "C10",
    ]
    assert code == 1


def test_words_for_severity_and_places_in_the_text() -> None:
    text = "Unfortunately you are overqualified, and you are too old."
    (answer,), code = lines({"text": text, "kind": "K5", "lang": "en", "fragment": True})
    said = [(one["severity"], text[one["start"] : one["end"]]) for one in answer["complaints"]]
    assert said == [("error", "too old"), ("warning", "overqualified"), ("hint", "Unfortunately")]
    assert (answer["score"], answer["send_ready"], code) == (65, False, 1)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "It is not JSON."),
        ("[]", "It is not an object."),
        ("[" * 100_000, "It is not JSON."),
        ({"kind": "K5", "lang": "en"}, "The text is lacking."),
        (GOOD | {"text": 5}, "The text is lacking."),
        (GOOD | {"text": "x" * 50_001}, "The text has more than 50000 characters."),
        (GOOD | {"kind": "K19"}, "The kind is not known. Give one of: "),
        (GOOD | {"kind": None}, "The kind is not known. Give one of: "),
        (GOOD | {"lang": ""}, "The language is lacking."),
        (GOOD | {"fragment": "yes"}, "“fragment” is true or false."),
        (GOOD | {"facts": []}, ""),
        (GOOD | {"facts": [1]}, "The facts are not an object."),
        (GOOD | {"facts": {"colour": "blue"}}, "There is no fact “colour”."),
        (GOOD | {"facts": {"met": "no"}}, "The fact “met” cannot be read."),
        (GOOD | {"facts": {"send_on": "tomorrow"}}, "The fact “send_on” cannot be read."),
        (GOOD | {"facts": {"recipient": [True]}}, "The fact “recipient” cannot be read."),
        (GOOD | {"facts": {"recipient": {"rich": True}}}, "The fact “recipient” cannot be read."),
        (GOOD | {"facts": {"depth": "cellar"}}, "The fact “depth” cannot be read."),
        (GOOD | {"txt": ""}, "There is no field “txt”."),
    ],
)
def test_bad_line_is_answered_and_the_next_one_is_read(line: Any, why: str) -> None:
    answers, code = lines(GOOD | {"fragment": True}, line, GOOD | {"fragment": True})
    assert [answers[0]["score"], answers[2]["score"]] == [100, 100]
    if why:
        assert answers[1]["error"].startswith(f"Line 2: {why}")
        assert answers[1]["line"] == 2
        assert code == 1


def test_line_that_is_no_text_is_answered() -> None:
    result = run("--jsonl", given=b"\xff\xfe\n" + json.dumps(GOOD | {"fragment": True}).encode() + b"\n")
    first, second = map(json.loads, result.stdout.splitlines())
    assert first == {"error": "Line 1: It is not text in UTF-8.", "line": 1}
    assert second["score"] == 100


@pytest.mark.parametrize("number", range(1, 19))
def test_kinds_go_by_name_and_by_number(number: int) -> None:
    by_number, by_name = lines(GOOD | {"kind": f"K{number}"}, GOOD | {"kind": list(Kind)[number - 1].value})[
        0
    ]
    assert by_number == by_name
    assert "error" not in by_number


@pytest.mark.parametrize(
    "arguments",
    [("-",), (), ("--kind", "K5"), ("-", "--kind", "K0"), ("no-such-file", "--kind", "K5"), ("-", "--jsonl")],
)
def test_bad_usage_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments, given="x").exit_code == 2


def test_file_that_is_no_text_is_bad_usage() -> None:
    assert run("-", "--kind", "K5", given=b"\xff\xfe\x00").exit_code == 2


def test_command_is_registered_and_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLALCHEMY_DATABASE_URI", "sqlite:////no/such/folder/app.db")
    result = CliRunner().invoke(main, ["courtesy", "check", "-", "--kind", "K5"], input=LETTER)
    assert result.exit_code == 0, result.output


def test_what_the_job_lets_its_letters_tell_is_a_fact_like_the_others() -> None:
    text = "You scored 62 points. You are on our reserve list until 30 June 2099."
    asked = {"text": text, "kind": "reject_interview", "lang": "en", "fragment": True}
    (answer,), code = lines(asked)
    assert ({one["rule"] for one in answer["complaints"]}, code) == ({"L8", "L11"}, 1)
    (answer,), code = lines({**asked, "facts": {"tells_score": True, "tells_reserve": True}})
    assert (answer["complaints"], code) == ([], 0)
