"""One database under fire: seed, confirm, deliver, kill, start again, until every window had its kills."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from campaign.judge import Books, judge
from campaign.nursery import Nursery
from campaign.tally import Tally
from campaign.traps import Traps
from campaign.windows import INSIDE, Window
from tests.smtp_faults import lose_then_drop
from tests.smtp_sink import WAIT, SmtpSink

_LOOK_EACH = 0.02
#: seconds without any movement after which a worker is ended and another one started
_PATIENCE = 15.0
#: seconds for all that is left, at the end of a round
_TO_FINISH = 300.0


@dataclass
class Lane:
    """`name` of the database; `url` of a PostgreSQL server, or None for files."""

    folder: Path
    name: str
    url: str | None
    rng: random.Random
    kills: Sequence[Window]
    people: int
    #: letters between two kills, at most
    spread: int
    nursery: Nursery = field(init=False)
    #: of the rounds that came to their end
    total: Tally = field(init=False, default_factory=Tally)

    def run(self) -> Tally:
        """All kills, in as many rounds as that takes."""
        left = list(self.kills)
        self.rng.shuffle(left)
        number = 0
        with Nursery() as self.nursery:
            while left:
                number += 1
                found = Round(self, self.folder / f"round{number}", number, self.url).run(left)
                self.total.add(found)
                done = found.kills.total()
                print(f"{self.name}, round {number}: {done} kills, {len(left)} to go", flush=True)
        return self.total


@dataclass
class Round:
    """One send list, from an empty instance folder to the last letter."""

    lane: Lane
    folder: Path
    number: int
    url: str | None
    port: int = 0

    def run(self, left: list[Window]) -> Tally:
        self.folder.mkdir(parents=True)
        with self._database() as url, Traps(self.lane.rng).serving() as (traps, sink):
            self.url, self.port = url, sink.port
            books = Books(url)
            confirmed = self._confirm()
            kills = Tally()
            while left and books.pending() and self._kill(left[-1], traps, sink, books, kills):
                left.pop()
            traps.disarm()
            self._finish(books, sink)
            tally = judge(books.states(), sink.accepted, confirmed)
            tally.add(kills)
            tally.faults += books.trouble()
            if self._command("ledger", "verify"):
                tally.faults.append("ledger verify found differences")
            books.close()
        return tally

    @contextmanager
    def _database(self) -> Iterator[str]:
        if self.url is None:
            yield f"sqlite:///{self.folder / 'campaign.sqlite'}"
            return
        from tests.factories import postgres_database  # noqa: PLC0415 - loads the app, which others need not

        with postgres_database(self.url) as url:
            yield url

    def _environment(self, connections: int = 4) -> dict[str, str]:
        kept = {
            name: text for name, text in os.environ.items() if not name.startswith(("EMPLOYER_", "MAIL_"))
        }
        return {
            **kept,
            "EMPLOYER_INSTANCE": str(self.folder / "instance"),
            "EMPLOYER_DATABASE_URL": self.url or "",
            "EMPLOYER_SAFE_MODE": "off",
            "EMPLOYER_SEND_WINDOW": "off",
            "EMPLOYER_UNDO_SECONDS": "1",
            "EMPLOYER_DIGEST_AT": "off",
            "EMPLOYER_LEAST_FREE_MIB": "1",
            "EMPLOYER_PURPOSE_HEADER": "1",
            "EMPLOYER_CONNECTIONS": str(connections),
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(self.port),
            "MAIL_USE_TLS": "false",
        }

    def _command(self, *argv: str, output: str = "commands.txt") -> int:
        nursery = self.lane.nursery
        return nursery.wait(nursery.start(argv, self._environment(), self.folder / output))

    def _confirm(self) -> int:
        """Seed and confirm; returns how many letters there are, all due."""
        people = str(self.lane.people)
        for argv in (("demo", "seed", "--people", people), ("close-out", "1", "--confirm", people, "--json")):
            if self._command(*argv, output="confirmed.txt"):
                raise RuntimeError(f"{argv[0]}: {(self.folder / 'confirmed.txt').read_text()}")
        seeded, batch = map(json.loads, (self.folder / "confirmed.txt").read_text().splitlines())
        if (seeded["people"], batch["messages"]) != (self.lane.people, self.lane.people):
            raise RuntimeError("not everybody was seeded and confirmed")
        time.sleep(1.0)  # the time to undo
        return int(batch["messages"])

    def _kill(self, window: Window, traps: Traps, sink: SmtpSink, books: Books, tally: Tally) -> bool:
        """One kill there; False when everything was delivered before the window was reached."""
        rng = self.lane.rng
        connections = rng.choice([1, 2, 4])
        turn = rng.randint(1, connections if window is Window.CONNECT else self.lane.spread)
        bell = self.folder / "bell"
        if not bell.exists():
            os.mkfifo(bell)
        listener = os.open(bell, os.O_RDONLY | os.O_NONBLOCK)
        held = (window, turn, bell) if window in INSIDE else None
        if held is None:
            traps.arm(window, turn, rng.choice([None, lose_then_drop]) if window is Window.DOT else None)
        pid = self._start(connections, held)
        try:
            reached = self._until(
                lambda: _rang(listener) if held else traps.reached.is_set(), pid, books, sink
            )
            if reached:
                tally.alive += sink.open_sessions
                tally.kills[window.value] += 1
                os.kill(pid, signal.SIGKILL)
        finally:
            os.close(listener)
        self._end(pid)
        traps.disarm()
        if not sink.wait_idle():
            tally.faults.append("a connection stayed open although its worker was dead")
        return reached

    def _start(self, connections: int, held: tuple[Window, int, Path] | None = None) -> int:
        output = self.folder / "worker.txt"
        return self.lane.nursery.start(["worker"], self._environment(connections), output, held)

    def _end(self, pid: int) -> int:
        if self.lane.nursery.look(pid) is None:
            os.kill(pid, signal.SIGTERM)
        return self.lane.nursery.wait(pid)

    def _until(self, there: Callable[[], bool], pid: int, books: Books, sink: SmtpSink) -> bool:
        """Wait for it; False when nothing is left to deliver, or nothing moves."""
        seen, moved = -1, time.monotonic()
        while not there():
            time.sleep(_LOOK_EACH)
            if len(sink.accepted) != seen:
                seen, moved = len(sink.accepted), time.monotonic()
            elif time.monotonic() - moved > 1 and not books.pending():
                return False
            if (code := self.lane.nursery.look(pid)) is not None:
                said = (self.folder / "worker.txt").read_text()
                raise RuntimeError(f"the worker ended by itself with {code}: {said}")
            if time.monotonic() - moved > _PATIENCE:
                return False
        return True

    def _finish(self, books: Books, sink: SmtpSink) -> None:
        """Two workers, side by side, until nothing is on its way; new ones where they wait for a minute."""
        deadline = time.monotonic() + _TO_FINISH
        while books.pending() and time.monotonic() < deadline:
            pids = [self._start(4), self._start(2)]
            moved = [self._until(lambda: not books.pending(), pid, books, sink) for pid in pids[:1]]
            for pid in pids:
                if code := self._end(pid):
                    raise RuntimeError(f"a worker that was told to stop answered {code}, {moved}")
        if not sink.wait_idle():
            raise RuntimeError(f"a connection stayed open for {WAIT:.0f} seconds")


def _rang(listener: int) -> bool:
    ready, _, _ = select.select([listener], [], [], 0)
    return bool(ready) and os.read(listener, 1) == b"!"
