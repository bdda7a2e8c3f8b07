"""Settings from an odd environment: what is meant wins, the unclear is refused, the demo stays by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from employer_app import defaults
from employer_app.cli import demo
from employer_app.config import BadSettings, load

#: the shell of somebody who runs the app for real on the same machine
REAL = {
    "EMPLOYER_MAIL_SERVER": "smtp.real.example",
    "MAIL_SERVER": "smtp.real.example",
    "MAIL_PORT": "465",
    "MAIL_USE_SSL": "true",
    "MAIL_USERNAME": "jobs",
    "MAIL_PASSWORD": "a real password",
    "SQLALCHEMY_DATABASE_URI": "postgresql://app@db.real.example/app",
    "SQLALCHEMY_DATABASE_URI_FILE": "/nowhere",
}


def test_demo_never_touches_the_real_database_or_mail_server(tmp_path: Path) -> None:
    given = demo._settings(tmp_path, 2525, 8000, 5)
    real = {name: value for name, value in REAL.items() if not name.endswith("_FILE")}
    here = load(tmp_path, given, real)
    # the worker is a process of its own, and reads the same from its environment
    there = load(tmp_path, {}, {**real, **demo._environment(given)})
    for settings in (here, there):
        assert settings["SQLALCHEMY_DATABASE_URI"].startswith(f"sqlite:///{tmp_path}")
        assert (settings["MAIL_SERVER"], settings["MAIL_PORT"]) == ("127.0.0.1", 2525)
        assert not settings["MAIL_USE_SSL"]
        assert not settings["MAIL_USE_TLS"]
        assert not settings["MAIL_USERNAME"]


@pytest.mark.parametrize(
    "names", [["MAIL_SERVER", "EMPLOYER_MAIL_SERVER"], ["EMPLOYER_MAIL_SERVER", "MAIL_SERVER"]]
)
def test_our_own_name_of_a_setting_wins_in_any_order(tmp_path: Path, names: list[str]) -> None:
    environ = {name: f"{name.lower().replace('_', '-')}.example" for name in names}
    assert load(tmp_path, {}, environ)["MAIL_SERVER"] == "employer-mail-server.example"


@pytest.mark.parametrize("text", ["ture", "", "enabled?", "2"])
def test_switch_that_is_neither_on_nor_off_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadSettings, match="MAIL_USE_TLS"):
        load(tmp_path, {}, {"MAIL_USE_TLS": text})


@pytest.mark.parametrize(("text", "on"), [("True", True), (" yes ", True), ("0", False), ("OFF", False)])
def test_switches_are_read_as_people_write_them(tmp_path: Path, text: str, on: bool) -> None:
    assert load(tmp_path, {}, {"MAIL_USE_TLS": text})["MAIL_USE_TLS"] is on


@pytest.mark.parametrize("line", ['mail_port = "smtp"', 'mail_use_tls = "perhaps"', "mail_port = true"])
def test_file_is_read_as_strictly_as_the_environment(tmp_path: Path, line: str) -> None:
    (tmp_path / "employer.toml").write_text(line)
    with pytest.raises(BadSettings, match="MAIL_"):
        load(tmp_path, {}, {})


@pytest.mark.parametrize(
    "name", ["UNDO_SECONDS_BULK", "UNDO_SECONDS_DECISION", "LEASE_SECONDS", "PLAN_HOURS"]
)
@pytest.mark.parametrize("value", ["0", "-5"])
def test_time_to_undo_is_never_nothing(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        load(tmp_path, {}, {f"EMPLOYER_{name}": value})


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    together = Barrier(8)

    def start(_number: int) -> str:
        together.wait()
        return str(load(tmp_path, {}, {})["SECRET_KEY"])

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(start, range(8)))
    assert keys == {(tmp_path / "secret_key").read_text()}
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"secret_key", "password_salt"}


def test_secrets_are_not_in_what_a_refusal_says(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as refused:
        load(tmp_path, {}, {"SECRET_KEY": "hunter2hunter2", "MAIL_PASSWORD": "a real password"})
    assert "hunter2" not in str(refused.value)
    assert defaults.DEFAULTS["MAIL_PASSWORD"] is None


def test_short_names_stand_for_long_ones_which_win(tmp_path: Path) -> None:
    environ = {
        "EMPLOYER_DATABASE_URL": "postgresql://app@db.example/short",
        "SQLALCHEMY_DATABASE_URI": "postgresql://app@db.example/common",
        "EMPLOYER_UNDO_SECONDS": "2",
        "EMPLOYER_UNDO_SECONDS_LARGE": "7",
        "EMPLOYER_SEND_WINDOW": "off",
        "EMPLOYER_CONNECTIONS": "9",
        "EMPLOYER_LEASE_SECONDS": "30",
        "EMPLOYER_SAFE_MODE": "off",
        "EMPLOYER_PURPOSE_HEADER": "1",
    }
    found = load(tmp_path, {}, environ)
    assert found["SQLALCHEMY_DATABASE_URI"].endswith("/short")
    undo = [found[f"UNDO_SECONDS_{name}"] for name in ("UPDATE", "DECISION", "BULK", "LARGE")]
    assert undo == [2, 2, 2, 7]
    names = ("SEND_WINDOW", "CONNECTIONS", "LEASE_SECONDS", "SAFE_MODE", "PURPOSE_HEADER")
    assert [found[name] for name in names] == ["always", 9, 30, False, True]
    full = {**environ, "EMPLOYER_SQLALCHEMY_DATABASE_URI": "postgresql://app@db.example/full"}
    assert load(tmp_path, {}, full)["SQLALCHEMY_DATABASE_URI"].endswith("/full")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("UNDO_SECONDS", "0"),
        ("UNDO_SECONDS", "soon"),
        ("SAFE_MODE", "perhaps"),
        ("SEND_WINDOW", "never"),
        ("DIGEST_AT", "in the morning"),
        ("CONNECTIONS", "0"),
        ("ENVELOPE_TOKEN", "bounces@brightwater.example"),
        ("ENVELOPE_TOKEN", "bounces+{token}@brightwater.example\r\nBcc: x@y.example"),
    ],
)
def test_settings_for_trials_are_refused_where_they_mean_nothing(
    tmp_path: Path, name: str, text: str
) -> None:
    with pytest.raises(BadSettings, match=name):
        load(tmp_path, {}, {f"EMPLOYER_{name}": text})


def test_a_name_without_our_prefix_is_not_passed_over_in_silence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = load(tmp_path, {}, {"SEND_WINDOW": "off", "UNDO_SECONDS": "1", "MAIL_PORT": "25", "PATH": "/bin"})
    assert (found["SEND_WINDOW"], found["UNDO_SECONDS_BULK"]) == ("business", 1800)
    assert [record.getMessage().split(" ")[0] for record in caplog.records] == ["SEND_WINDOW", "UNDO_SECONDS"]


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"EMPLOYER_ALARM_TO": "admin@x.example"}, "ALARM_MAIL_SERVER"),
        ({"EMPLOYER_ALARM_MAIL_SERVER": "smtp.other.example"}, "ALARM_TO"),
        ({"EMPLOYER_ALARM_TO": "admin@x.example, b@x.example"}, "ALARM_TO"),
        ({"EMPLOYER_ALARM_MAIL_PORT": "0"}, "ALARM_MAIL_PORT"),
        ({"EMPLOYER_ALARM_MAIL_USE_SSL": "on"}, "ALARM_MAIL_USE_TLS"),
        ({"EMPLOYER_METRICS_TOKEN": "short"}, "METRICS_TOKEN"),
    ],
)
def test_half_an_alarm_and_a_guessable_token_are_refused(
    tmp_path: Path, environ: dict[str, str], named: str
) -> None:
    with pytest.raises(BadSettings, match=named):
        load(tmp_path, {}, environ)


def test_the_file_of_the_access_token_is_named_and_not_read_at_the_start(tmp_path: Path) -> None:
    given = {"EMPLOYER_MAIL_OAUTH_TOKEN_FILE": "/nowhere/token"}
    assert load(tmp_path, {}, given)["MAIL_OAUTH_TOKEN_FILE"] == "/nowhere/token"
