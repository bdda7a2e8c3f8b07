"""D6: what the fence costs at eight connections: the last look, its commit and its line in the journal.

The same code is measured with a stand-in that lets each dot follow at once, which no setting of the app can
do. What the mail server answers is kept in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any
from unittest import mock

import sqlalchemy as sa
from flask import Flask

from bench.close_out import PEOPLE, delivery, mail_to
from bench.report import Line, Taken, medians
from bench.sink import sink
from bench.stores import apps
from employer_app.domain.message import MessageStatus
from employer_app.extensions import UTCDateTime
from employer_app.models.prepared import Ids, Prepared
from employer_app.outbox import journal, keeper, settle, worker
from employer_app.outbox.fence import Ask

CONNECTIONS = 8


def run() -> Iterator[Line]:
    ways: dict[str, Callable[[], AbstractContextManager[object]]] = {
        "fenced": nullcontext,
        "no journal": lambda: mock.patch.object(journal, "append", _nothing),
        "bare": _no_fence,
    }
    with sink() as port, apps() as stores:
        work: dict[str, Callable[[], Taken]] = {}
        for name, app in stores.items():
            mail_to(app, port)
            for way, changed in ways.items():
                work[f"{way} {name}"] = lambda app=app, changed=changed: _deliver(app, changed)  # type: ignore[misc]
        taken = medians(work)
        worker.leave()
    for name in stores:
        fenced, no_journal, bare = (taken[f"{way} {name}"].wall for way in ways)
        remark = f"{PEOPLE / fenced:,.0f} of {PEOPLE / bare:,.0f} messages/s"
        remark += f"; {_lost(no_journal, bare):.0f} % but for the journal"
        yield Line(
            f"D6 price of the fence, {name}", _lost(fenced, bare), "% lost", 25, most=True, remark=remark
        )


def _lost(slow: float, fast: float) -> float:
    return (1 - fast / slow) * 100


def _deliver(app: Flask, changed: Callable[[], AbstractContextManager[object]]) -> Taken:
    with changed():
        return delivery(app, CONNECTIONS)


def _nothing(fences: Sequence[tuple[int, str]]) -> None:
    pass


def _always(before: MessageStatus, after: MessageStatus) -> bool:
    return True


def _may_go(_keeper: keeper.Keeper, _ask: Ask) -> bool:
    """Every dot may follow, and nobody looks or writes anything down before it."""
    return True


def _keeping(ids: Ids) -> sa.Executable:
    """The answer, for a row that never said that its letter was being handed over."""
    answer: Any = settle._keeping(ids)
    return answer.values(fenced_at=sa.bindparam("tried_at", type_=UTCDateTime()))  # type: ignore[no-any-return]


def _no_fence() -> ExitStack:
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(keeper.Keeper, "may_go", _may_go))
        stack.enter_context(mock.patch.object(settle, "may_move", _always))
        stack.enter_context(mock.patch.object(settle, "_keep", Prepared(_keeping)))
        return stack.pop_all()
