"""Install what each of them needs into .venv-bench, and find it there. Quick when nothing changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("post_office", "celery", "huey")
_HERE = Path(__file__).parent
_FOLDER = _HERE.parents[1] / ".venv-bench"


class Missing(Exception):
    """It cannot be measured here; the text says why."""


def install() -> None:
    """What cannot be installed is left out, and its reason is kept for whoever asks for it."""
    for name in NAMES:
        wanted, folder = _wanted(name), _FOLDER / name
        if _stamp(name).exists() and _stamp(name).read_text("utf-8") == wanted:
            continue
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run((sys.executable, "-m", "venv", str(folder)), check=True)
        pip = (str(_python(name)), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r")
        done = subprocess.run(
            (*pip, str(_HERE / name / "requirements.txt")), capture_output=True, text=True, check=False
        )
        if done.returncode:
            _why(name).write_text(_last_line(done.stderr), "utf-8")
        else:
            _stamp(name).write_text(wanted, "utf-8")


def python_of(name: str) -> str:
    """The interpreter that has it. Raises Missing."""
    if _stamp(name).exists() and _stamp(name).read_text("utf-8") == _wanted(name):
        return str(_python(name))
    if _why(name).exists():
        raise Missing(f"it could not be installed: {_why(name).read_text('utf-8')}")
    raise Missing("it is not installed; `make bench` does that")


def _wanted(name: str) -> str:
    return (_HERE / name / "requirements.txt").read_text("utf-8")


def _python(name: str) -> Path:
    return _FOLDER / name / "bin" / "python"


def _stamp(name: str) -> Path:
    return _FOLDER / name / "installed.txt"


def _why(name: str) -> Path:
    return _FOLDER / name / "why-not.txt"


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "the installer gave no reason"


if __name__ == "__main__":
    install()
