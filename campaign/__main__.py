"""`make campaign`: kill workers in every window on both databases, print the counts, and end with 1 if a
promise was broken."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

from campaign.lane import Lane
from campaign.tally import Tally
from campaign.windows import Window

POSTGRES = "EMPLOYER_TEST_POSTGRES_URL"


def fire(name: str, seed: int, kills: int, people: int, spread: int) -> Tally:
    """`kills` in each window on one database."""
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        url = os.environ[POSTGRES] if name == "postgres" else None
        rng = random.Random(f"{seed} {name}")
        windows = [window for window in Window for _ in range(kills)]
        lane = Lane(Path(folder), name, url, rng, windows, people, spread)
        try:
            return lane.run()
        except Exception as error:
            traceback.print_exc()
            lane.total.faults.append(f"{name}: the campaign broke off: {error}")
            return lane.total


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m campaign", description=__doc__)
    parser.add_argument("--kills", type=int, default=63, help="in each of the 8 windows, on each database")
    parser.add_argument("--people", type=int, default=1000, help="in each send list")
    parser.add_argument("--spread", type=int, default=60, help="letters between two kills, at most")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    chosen = parser.parse_args()
    names = chosen.database or ["sqlite", "postgres"]
    if POSTGRES not in os.environ and "postgres" in names:
        print(f"{POSTGRES} is not set: PostgreSQL is left out")
        names.remove("postgres")
    print(f"seed {chosen.seed}", flush=True)
    started, total = time.monotonic(), Tally()
    with suppress(KeyboardInterrupt), ProcessPoolExecutor(len(names) or 1) as pool:
        asked = [
            pool.submit(fire, name, chosen.seed, chosen.kills, chosen.people, chosen.spread) for name in names
        ]
        for name, found in zip(names, asked, strict=True):
            print(f"\n{name}\n" + "\n".join(found.result().lines()))
            total.add(found.result())
    print(f"\nall, in {(time.monotonic() - started) / 60:.1f} minutes, seed {chosen.seed}")
    print("\n".join(total.lines()))
    for words in total.broken():
        print(f"BROKEN: {words}")
    return 1 if total.broken() or not total.messages else 0


if __name__ == "__main__":
    sys.exit(main())
