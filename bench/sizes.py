"""How much is measured. BENCH_PEOPLE=100 and the like make a section small, to see that it runs."""

from __future__ import annotations

import os


def size(name: str, usual: int) -> int:
    return int(os.environ.get(f"BENCH_{name}") or usual)
