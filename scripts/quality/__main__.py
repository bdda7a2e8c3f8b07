"""`make quality`: measures on the files that EMPLOYER_TEST_DATA (or --data) names; fails below a goal."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.quality import addresses, columns, courtesy, names, vendors
from scripts.quality.section import Section

#: Each takes the folder of the files. One file a subject, one function a section.
SECTIONS: Sequence[Callable[[Path], Section]] = (
    columns.headers,
    columns.vendor_tables,
    vendors.payloads,
    names.names,
    addresses.addresses,
    courtesy.own_phrases,
    courtesy.model,
    courtesy.published_phrases,
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make quality", description=__doc__)
    parser.add_argument(
        "--data", default=os.environ.get("EMPLOYER_TEST_DATA", ""), help="the folder of the files"
    )
    folder = parser.parse_args().data
    if not folder or not Path(folder, "csv-exports").is_dir():
        print("Nothing measured: EMPLOYER_TEST_DATA names no folder with real lists (csv-exports, ats-…).")
        return 0
    failed = False
    for measure in SECTIONS:
        section = measure(Path(folder))
        print(f"\n{section.title}\n")
        print(*section.lines, sep="\n")
        for goal in section.below_goal:
            print(f"BELOW THE GOAL: {goal}")
        failed = failed or bool(section.below_goal)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
