"""What a campaign counted, and whether every promise held."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

#: of all messages, before anybody settles what is in doubt
LEAST_ACCEPTED = 0.95


@dataclass
class Tally:
    """Of one database, or of several added up."""

    kills: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    #: by the mail server's log
    taken: int = 0
    second_copies: int = 0
    strangers: int = 0
    #: accepted by the database and never taken, or still lying about
    lost: int = 0
    #: taken, and the database says that it was not
    untold: int = 0
    #: by the database
    accepted: int = 0
    uncertain: int = 0
    held: int = 0
    other: int = 0
    #: connections that were open when their worker was killed
    alive: int = 0
    #: what else did not hold, in words
    faults: list[str] = field(default_factory=list)

    def add(self, more: Tally) -> None:
        self.kills += more.kills
        self.faults += more.faults
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(more, name))

    def broken(self) -> list[str]:
        """The promises that did not hold, in words."""
        found = list(self.faults)
        for name in ("second_copies", "strangers", "lost", "untold", "held", "other"):
            if count := getattr(self, name):
                found.append(f"{name.replace('_', ' ')}: {count}, and not 0")
        if self.uncertain > self.alive:
            found.append(f"uncertain: {self.uncertain}, with {self.alive} connections alive at the kills")
        if self.accepted < LEAST_ACCEPTED * self.messages:
            found.append(f"accepted: {self.accepted} of {self.messages}, less than {LEAST_ACCEPTED:.0%}")
        return found

    def lines(self) -> list[str]:
        windows = "  ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        share = self.accepted / self.messages if self.messages else 0
        return [
            f"kills           {self.kills.total():6,}   {windows}",
            f"messages        {self.messages:6,}",
            f"taken           {self.taken:6,}   by the mail server's log",
            f"second copies   {self.second_copies:6,}",
            f"lost            {self.lost:6,}",
            f"taken unnoticed {self.untold:6,}",
            f"strangers       {self.strangers:6,}",
            f"held            {self.held:6,}",
            f"uncertain       {self.uncertain:6,}   connections alive at the kills: {self.alive:,}",
            f"accepted        {self.accepted:6,}   {share:.1%} of all",
        ]


_NUMBERS = [name for name, kind in Tally.__annotations__.items() if kind == "int"]
