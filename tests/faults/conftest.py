"""Workers as processes, and none of them outlives its test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from campaign.nursery import Nursery
from tests.faults.ground import Workers


@pytest.fixture(scope="session")
def _nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.fixture
def workers(_nursery: Nursery, app: Flask, tmp_path: Path) -> Iterator[Workers]:
    found = Workers(_nursery, app, tmp_path)
    yield found
    found.end_all()
