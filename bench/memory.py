"""D9: the memory of a worker, which must not depend on how much waits. BENCH_QUEUED sets how much that is."""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import Flask

from bench import many, processes
from bench.report import Line
from bench.sink import sink
from bench.sizes import size
from bench.stores import apps

MANY = size("QUEUED", 1_000_000)
FEW = min(10_000, MANY // 10)
#: seconds for which it delivers
_LONG = 8.0


def run() -> Iterator[Line]:
    with sink() as port, apps() as stores:
        for name, app in stores.items():
            few, many_ = (_peak(app, port, count) for count in (FEW, MANY))
            remark = f"{few:.0f} MiB with {FEW:,}"
            yield Line(
                f"D9 worker's peak, {MANY:,} queued, {name}", many_, "MiB", 120, most=True, remark=remark
            )
            yield Line(f"D9 the same, against {FEW:,}, {name}", many_ / few, "x few", 1.1, most=True)


def _peak(app: Flask, port: int, count: int) -> float:
    with app.app_context():
        many.queue(count)
        with many.delivering(app, port) as process_id:
            time.sleep(_LONG)
            return processes.peak(process_id)
