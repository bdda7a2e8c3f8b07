"""`make bench`: every section, or those that are named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping

from bench import (
    comparators,
    confirm,
    courtesy,
    delivery,
    fence,
    imports,
    latency,
    long_lists,
    memory,
    pace,
    web,
)
from bench.report import Line

SECTIONS: Mapping[str, Callable[[], Iterator[Line]]] = {
    "imports": imports.run,
    "courtesy": courtesy.run,
    "delivery": delivery.run,
    "comparators": comparators.run,
    "latency": latency.run,
    "fence": fence.run,
    "confirm": confirm.run,
    "memory": memory.run,
    "web": web.run,
    "long_lists": long_lists.run,
    "pace": pace.run,
}


def main(names: list[str]) -> int:
    """0, or 1 when a goal was missed."""
    missed = 0
    for name in names or SECTIONS:
        for line in SECTIONS[name]():
            print(line, flush=True)
            missed += not line.met
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
