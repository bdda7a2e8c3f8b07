"""Settings: where they come from, what they default to, and what refuses to start.

Order: defaults < `employer.toml` in the instance folder < environment. The prescribed names keep their Flask
meaning (`SECRET_KEY`, `SQLALCHEMY_DATABASE_URI`, `MAIL_*`) and may be given as `EMPLOYER_<NAME>`, which wins;
a name that ends in `_FILE` gives a file to read the value from. `DATABASE_URL` and `UNDO_SECONDS` are short
for longer names, which win over them. docs/configure.md lists them all.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from employer_app.defaults import DEFAULTS
from employer_app.domain import alarm, digest

PACKAGE = Path(__file__).parent
PREFIX = "EMPLOYER_"
PRESCRIBED = ("MAIL_", "SQLALCHEMY_DATABASE_URI", "SECRET_KEY")
_ON, _OFF = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
#: with nothing of these, nothing could be undone, taken back or confirmed
_UNDO = ("UNDO_SECONDS_UPDATE", "UNDO_SECONDS_DECISION", "UNDO_SECONDS_BULK", "UNDO_SECONDS_LARGE")
_AT_LEAST_ONE = (*_UNDO, "LEASE_SECONDS", "PLAN_HOURS", "CONNECTIONS")
#: one name for several, or a shorter one
_SHORT: Mapping[str, Sequence[str]] = {"DATABASE_URL": ("SQLALCHEMY_DATABASE_URI",), "UNDO_SECONDS": _UNDO}
_ENVELOPE = re.compile(
    r"[A-Za-z0-9._=+-]{0,30}\{token\}[A-Za-z0-9._=+-]{0,10}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_log = logging.getLogger(__name__)


class BadSettings(Exception):
    """The app does not start with these settings; the text says which and what to do."""


def shipped(name: str) -> Path:
    """A folder that ships with the app: inside the installed package, else beside it in a checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def instance_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the database, the key and dropped files live. Never the package's own folder."""
    return Path(environ.get("EMPLOYER_INSTANCE") or "instance").absolute()


def load(instance: Path, given: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """All settings in their order, `given` last; the folder is made if there is none.

    Raises BadSettings, which says what is wrong.
    """
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = _toml(instance / "employer.toml")
        settings: dict[str, Any] = {**DEFAULTS, **_in_full(file), **_environment(environ), **given}
        settings.setdefault("SECRET_KEY", _kept_secret(instance / "secret_key"))
        settings.setdefault("SECURITY_PASSWORD_SALT", _kept_secret(instance / "password_salt"))
    except OSError as error:
        raise unusable(instance, error) from error
    settings.setdefault("SQLALCHEMY_DATABASE_URI", f"sqlite:///{instance / 'employer.sqlite'}")
    settings["SQLALCHEMY_DATABASE_URI"] = _driver(settings["SQLALCHEMY_DATABASE_URI"])
    if settings["SEND_WINDOW"] == "off":  # there is none
        settings["SEND_WINDOW"] = "always"
    _check(settings)
    _warn_of_names_without_effect(environ)
    return settings


def unusable(instance: Path, error: OSError) -> BadSettings:
    return BadSettings(
        f"The instance folder {instance} cannot be used: {error.strerror}. Let the user who runs the app "
        "read and write there, or name another folder in EMPLOYER_INSTANCE."
    )


def _toml(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} cannot be read: {error}. Mend the file or remove it.") from error
    return {name.upper(): _checked(name.upper(), value) for name, value in values.items()}


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in sorted(environ, key=_weight):
        text = environ[name]
        bare = name.removeprefix(PREFIX)
        if bare == name and not name.startswith(PRESCRIBED):
            continue
        if bare.endswith("_FILE") and bare not in DEFAULTS:
            bare, text = bare.removesuffix("_FILE"), _secret_file(name, text)
        found |= dict.fromkeys(_SHORT.get(bare, (bare,)), _typed(bare, text))
    return found


def _weight(name: str) -> tuple[bool, bool, bool]:
    """The later wins: our own name after the common one, a long after a short one, a value after a file."""
    bare = name.removeprefix(PREFIX).removesuffix("_FILE")
    return name.startswith(PREFIX), bare not in _SHORT, not name.endswith("_FILE")


def _in_full(found: Mapping[str, Any]) -> dict[str, Any]:
    """Short names as the ones they stand for, which win where both are given."""
    full = {name: found[short] for short in _SHORT if short in found for name in _SHORT[short]}
    return {**full, **{name: value for name, value in found.items() if name not in _SHORT}}


def _warn_of_names_without_effect(environ: Mapping[str, str]) -> None:
    """`SEND_WINDOW=…` in the environment looks as if it did something."""
    for name in sorted(environ):
        bare = name.removesuffix("_FILE")
        if (bare in DEFAULTS or bare in _SHORT) and not name.startswith(PRESCRIBED):
            _log.warning("%s is not looked at in the environment. Did you mean %s%s?", name, PREFIX, name)


def _secret_file(name: str, path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except OSError as error:
        raise BadSettings(f"{name} names a file that cannot be read: {error}.") from error


def _checked(name: str, value: Any) -> Any:
    """A value of the file: of the kind that its default has, or text that can be read as one."""
    if isinstance(value, str):
        return _typed(name, value)
    default = DEFAULTS.get(name)
    if isinstance(default, bool | int) and type(value) is not type(default):
        kind = "true or false" if isinstance(default, bool) else "a whole number"
        raise BadSettings(f"{name} is {value!r}, but it must be {kind}.")
    return value


def _typed(name: str, text: str) -> Any:
    default = DEFAULTS.get(name)
    if isinstance(default, bool) or name == "SAFE_MODE":
        word = text.strip().lower()
        if word not in _ON | _OFF:  # a slip must not switch encryption off
            raise BadSettings(f"{name} is {text!r}, but it must be true or false.")
        return word in _ON
    if isinstance(default, int) or name == "UNDO_SECONDS":
        try:
            return int(text)
        except ValueError as error:
            raise BadSettings(f"{name} is {text!r}, but it must be a whole number.") from error
    if isinstance(default, dict):
        try:
            return dict(json.loads(text))
        except (ValueError, TypeError) as error:
            raise BadSettings(f"{name} must be a JSON object, such as {{}}.") from error
    return text


def _driver(url: str) -> str:
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            url = "postgresql+psycopg://" + url.removeprefix(plain)
    try:
        driver = make_url(url).drivername
    except (ArgumentError, ValueError):
        driver = ""
    if driver not in {"sqlite", "postgresql+psycopg"}:  # not repeated: it may hold a password
        raise BadSettings(
            "SQLALCHEMY_DATABASE_URI must read like postgresql://user:password@host/name. Leave it out for a "
            "database in the instance folder."
        )
    return url


def _kept_secret(path: Path) -> str:
    """Made once, on first start, readable by its owner alone.

    Web and worker may start together: the file comes into being whole, and the first one stays.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), "ascii")
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text("ascii").strip()


def _check(settings: Mapping[str, Any]) -> None:
    key = str(settings["SECRET_KEY"])
    if not settings.get("TESTING") and (len(key) < 32 or len(set(key)) < 8):
        raise BadSettings(
            "SECRET_KEY is too weak: it needs at least 32 characters that nobody can guess. "
            "Leave it out and one is made for you in the instance folder."
        )
    _check_mail(settings)
    for name in _AT_LEAST_ONE:
        if settings[name] < 1:
            raise BadSettings(f"{name} is {settings[name]}, but it must be at least 1.")
    for name in ("SECOND_PERSON_FROM", "PILOT_SIZE"):
        if settings[name] < 0:
            raise BadSettings(f"{name} is {settings[name]}, but it must be 0, for never, or a number.")
    if settings["TRUSTED_PROXIES"] < 0:
        raise BadSettings("TRUSTED_PROXIES must be 0 or the number of proxies in front.")
    address = urlsplit(settings["PUBLIC_URL"])
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise BadSettings(
            f"PUBLIC_URL is {settings['PUBLIC_URL']!r}, but it must be a whole address, such as "
            "https://jobs.brightwater.example."
        )
    if settings["SEND_WINDOW"] not in {"business", "always"}:
        raise BadSettings("SEND_WINDOW must be 'business', or 'always' (or 'off', which is the same).")
    try:
        digest.hour_of(str(settings["DIGEST_AT"]))
    except ValueError:
        raise BadSettings(
            f"DIGEST_AT is {settings['DIGEST_AT']!r}, but it must be an hour, such as '07:30', or 'off'."
        ) from None
    if settings["SAFE_MODE"] not in {None, True, False}:
        raise BadSettings("SAFE_MODE must be 'on' or 'off', or left out.")
    if (pattern := settings["ENVELOPE_TOKEN"]) and not _ENVELOPE.fullmatch(pattern):
        raise BadSettings(
            f"ENVELOPE_TOKEN is {pattern!r}, but it must be an address with {{token}} before its @, such as "
            "bounces+{token}@brightwater.example."
        )


def _check_mail(settings: Mapping[str, Any]) -> None:
    for mail in ("MAIL", "ALARM_MAIL"):
        if settings[f"{mail}_USE_TLS"] and settings[f"{mail}_USE_SSL"]:
            raise BadSettings(
                f"{mail}_USE_TLS and {mail}_USE_SSL are both on. Choose one: TLS for port 587, SSL for 465."
            )
        if not 0 < (port := settings[f"{mail}_PORT"]) < 65536:
            raise BadSettings(f"{mail}_PORT is {port}, but it must be from 1 to 65535.")
    if why := alarm.unusable(settings):
        raise BadSettings(why)
