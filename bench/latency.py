"""D4: delivery over a network with a round trip of 20 ms, by what the round trips allow.

A letter takes two of them where the server offers PIPELINING, since the last look stands between the text
and the dot; else four.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from bench.close_out import delivery, mail_to
from bench.report import Line, Taken, medians
from bench.sink import Session, serve, sink
from bench.sizes import size
from bench.stores import apps
from employer_app.outbox import worker

PEOPLE = size("PEOPLE", 2000)
ROUNDS = 3
CONNECTIONS = 16
ROUND_TRIP = 0.020
_TRIPS = {"PIPELINING": 2, "plain": 4}


def run() -> Iterator[Line]:
    with ExitStack() as stack:
        ports = {way: stack.enter_context(sink("bench.latency", way)) for way in _TRIPS}
        stores = stack.enter_context(apps())
        work: dict[str, Callable[[], Taken]] = {}
        for name, app in stores.items():
            for way, port in ports.items():

                def measure(app=app, port=port) -> Taken:  # type: ignore[no-untyped-def]
                    mail_to(app, port)
                    return delivery(app, CONNECTIONS, PEOPLE)

                work[f"{way}, {name}"] = measure
        taken = medians(work, ROUNDS)
        worker.leave()
    for name in stores:
        for way, trips in _TRIPS.items():
            rate, law = PEOPLE / taken[f"{way}, {name}"].wall, CONNECTIONS / (trips * ROUND_TRIP)
            remark = f"{rate:,.0f} messages/s of {law:,.0f} over {CONNECTIONS} connections"
            yield Line(f"D4 20 ms away, {way}, {name}", rate / law, "of law", 0.85, remark=remark)


class _Late(asyncio.Transport):
    """What is written to it arrives a round trip later, in order."""

    def __init__(self, near: asyncio.Transport) -> None:
        super().__init__()
        self._near, self._loop = near, asyncio.get_running_loop()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._loop.call_later(ROUND_TRIP, self._near.write, bytes(data))


class _FarAway(Session):
    """Whose every answer comes late."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(_Late(transport))


class _Plain(_FarAway):
    def _answer(self, verb: bytes) -> bytes:
        return b"250-sink.example\r\n250 8BITMIME\r\n" if verb == b"EHLO" else super()._answer(verb)


if __name__ == "__main__":
    asyncio.run(serve({"PIPELINING": _FarAway, "plain": _Plain}[sys.argv[1]]))
