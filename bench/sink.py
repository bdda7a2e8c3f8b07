"""A mail server that takes everything as fast as it can, in a process of its own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_OFFER = b"250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n"


class Session(asyncio.Protocol):
    def __init__(self) -> None:
        self._unread = b""
        self._in_letter = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink.example\r\n")

    def data_received(self, data: bytes) -> None:
        self._unread += data
        answers = []
        while True:
            end = b"\r\n.\r\n" if self._in_letter else b"\r\n"
            head, found, rest = self._unread.partition(end)
            if not found:
                break
            self._unread = rest
            answers.append(self.taken() if self._in_letter else self._answer(head[:4].upper()))
            self._in_letter = not self._in_letter and head[:4].upper() == b"DATA"
        if answers:
            self._transport.write(b"".join(answers))

    def taken(self) -> bytes:
        """A letter has come, to its dot."""
        return b"250 Taken\r\n"

    def _answer(self, verb: bytes) -> bytes:
        if verb in {b"EHLO", b"HELO"}:
            return _OFFER
        if verb == b"DATA":
            return b"354 Go ahead\r\n"
        return b"221 Goodbye\r\n" if verb == b"QUIT" else b"250 Fine\r\n"


async def serve(session: type[Session]) -> None:
    """Says its port first."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def sink(*module: str) -> Iterator[int]:
    """Its port. Another module's, with its arguments, may serve sessions of another kind."""
    command = (sys.executable, "-m", *(module or ("bench.sink",)))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(serve(Session))
