"""Asks the DNS, when a person wants to know something of it and never else. Tests put a table in its place.

Law: "there is none" is an empty answer; whatever else went wrong is None, for nobody knows then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from employer_app.domain.clock import monotonic
from employer_app.domain.sending_domain import Answer

#: seconds for one question, and for all of one look together
_EACH, _ALL = 3.0, 15.0


class Dns(Protocol):
    def txt(self, name: str) -> Answer: ...

    def mx(self, name: str) -> Answer: ...


class AskedDns:
    """The resolver of this machine, or the one that is named. For one look."""

    def __init__(self, servers: Sequence[str] = (), port: int = 53, *, most: float = _ALL) -> None:
        self._servers, self._port = servers, port
        self._until = monotonic() + most

    def txt(self, name: str) -> Answer:
        return self._ask(name, "TXT", lambda row: b"".join(row.strings).decode("utf-8", "backslashreplace"))

    def mx(self, name: str) -> Answer:
        return self._ask(name, "MX", lambda row: str(row.exchange).rstrip(".") or ".")

    def _ask(self, name: str, kind: str, read: Callable[..., str]) -> Answer:
        import dns.exception  # noqa: PLC0415 -- only whoever asks pays for it
        import dns.resolver  # noqa: PLC0415

        left = min(_EACH, self._until - monotonic())
        if left <= 0:
            return None
        try:
            resolver = dns.resolver.Resolver(configure=not self._servers)
            if self._servers:
                resolver.nameservers, resolver.port = list(self._servers), self._port
            found = resolver.resolve(f"{name}.", kind, lifetime=left, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError, ValueError):
            return None
        return sorted(read(row) for row in found)
