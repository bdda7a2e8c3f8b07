"""Which copies are told apart from the installation that sends, and what stays the same one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from employer_app.outbox import instance


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file with the id of this machine."""
    file = tmp_path / "machine-id"
    file.write_text("0123456789abcdef0123456789abcdef\n")
    monkeypatch.setattr(instance, "_MACHINE_IDS", (file,))
    monkeypatch.setattr(instance, "_CONTAINERS", ())
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    return file


def _in(app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> instance.Installation:
    folder.mkdir(exist_ok=True)
    monkeypatch.setitem(app.config, "INSTANCE_PATH", str(folder))
    return instance.here()


def test_it_is_the_same_after_a_restart(
    app: Flask, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _in(app, tmp_path / "a", monkeypatch) == _in(app, tmp_path / "a", monkeypatch)


def test_copied_folder_is_another_one(
    app: Flask, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _in(app, tmp_path / "a", monkeypatch)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert _in(app, tmp_path / "b", monkeypatch).id != first.id


def test_new_folder_in_the_same_place_is_another_one(
    app: Flask, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _in(app, tmp_path / "a", monkeypatch)
    shutil.rmtree(tmp_path / "a")
    assert _in(app, tmp_path / "a", monkeypatch).id != first.id


@pytest.mark.parametrize("changed", ["machine", "host"])
def test_copied_machine_is_another_one(
    app: Flask, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    first = _in(app, tmp_path / "a", monkeypatch)
    if changed == "machine":
        machine.write_text("f" * 32)
    else:
        monkeypatch.setattr(instance.socket, "gethostname", lambda: "clone")
    assert instance.here().place != first.place


def test_container_is_the_same_one_under_a_new_host_name(
    app: Flask, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "_CONTAINERS", (machine,))
    first = _in(app, tmp_path / "a", monkeypatch)
    monkeypatch.setattr(instance.socket, "gethostname", lambda: "3f2a91c07b55")
    assert instance.here().place == first.place


def test_hosts_that_share_a_setting_are_one_installation_with_a_place_each(
    app: Flask, machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "INSTANCE_ID", "brightwater")
    first, second = _in(app, tmp_path / "a", monkeypatch), _in(app, tmp_path / "b", monkeypatch)
    assert (first.id, second.id) == ("brightwater", "brightwater")
    assert first.place != second.place
