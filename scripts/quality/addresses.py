"""Whether addresses are judged as the validators of the collection judge them, and none is ever corrected.

Law: what is printed is a file and a place in it, counted from 0, never an address.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from email_validator import EmailNotValidError, validate_email

from employer_app.domain.address import BadAddress, UnsendableAddress, check_address
from employer_app.smtp.mime import Unbuildable, sendable
from scripts.quality.section import Section, percent, table

FIRST_WRONG = 5


@dataclass(frozen=True)
class Judged:
    """`mailbox` is empty if the address was refused; `said` is why."""

    place: int
    text: str
    verdicts: dict[str, str]
    mailbox: str = ""
    unsendable: bool = False
    said: str = ""

    @property
    def bare(self) -> bool:
        """Only an address: no name beside it, no quotation marks, no remark."""
        return not set(self.text) & set('"<>()')

    @property
    def named_invalid(self) -> bool:
        return "invalid" in {self.verdicts.get("email-validator"), self.verdicts.get("flanker-mailbox")}

    @property
    def doubly_invalid(self) -> bool:
        """By isemail, and by email-validator in the same text; both without the blanks around it."""
        return "ISEMAIL_ERR/" in self.verdicts.get("isemail", "") and not _valid(self.text.strip())


def addresses(data: Path) -> Section:
    """Nothing valid is refused, nothing that nobody can send to is mailed, and every refusal says why."""
    records = json.loads((data / "email-addresses" / "addresses.json").read_text(encoding="utf-8"))
    judged = [_judged(place, record) for place, record in enumerate(records)]
    valid = [one for one in judged if one.verdicts.get("email-validator") == "valid"]
    plain = [one for one in valid if one.bare and one.text.rpartition("@")[0].isascii()]
    foreign = [one for one in valid if one.bare and one not in plain]
    goals: Sequence[tuple[str, Sequence[Judged], Callable[[Judged], bool]]] = (
        ("valid, taken", plain, lambda one: bool(one.mailbox)),
        ("valid, but beyond the mail server: said so", foreign, lambda one: one.unsendable),
        ("invalid by name, not mailed", [o for o in judged if o.named_invalid], lambda one: not one.mailbox),
        ("invalid for two, not mailed", [o for o in judged if o.doubly_invalid], lambda one: not one.mailbox),
        ("refused in a sentence", [o for o in judged if not o.mailbox], lambda one: one.said.endswith(".")),
        ("taken: the same on the wire", [o for o in judged if o.mailbox], _same_on_the_wire),
    )
    rows, below = [], []
    for goal, members, met in goals:
        wrong = [one.place for one in members if not met(one)]
        right = len(members) - len(wrong)
        rows.append((goal, len(members), right, percent(right, len(members))))
        below += [f"{goal}: {len(wrong)} not, first {wrong[:FIRST_WRONG]}"] if wrong else []
    typed, kept = _domains(data)
    rows.append(("domains taken as typed or refused", typed, kept, percent(kept, typed)))
    below += [] if kept == typed else ["a domain was corrected"]
    beside = sum(1 for one in valid if not one.bare and not one.mailbox)
    lines = [
        *table([("of addresses", "all", "right", "share"), *rows]),
        f"also refused, in words: {beside} valid with a name, quotation marks or a remark beside the address",
    ]
    return Section("Addresses (goal: 100 % of each)", lines, below)


def _judged(place: int, record: dict[str, Any]) -> Judged:
    text, verdicts = record["address"], record["verdicts"]
    try:
        return Judged(place, text, verdicts, check_address(text).mailbox)
    except BadAddress as error:
        return Judged(place, text, verdicts, "", isinstance(error, UnsendableAddress), str(error))


def _valid(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _same_on_the_wire(one: Judged) -> bool:
    try:
        return sendable(one.mailbox) == one.mailbox
    except Unbuildable:
        return False


def _domains(data: Path) -> tuple[int, int]:
    """How many domains there are, mistyped and real, and how many did not become another one."""
    known = json.loads((data / "email-addresses" / "domain-typos.json").read_text(encoding="utf-8"))
    mistyped = [one["typed"] for one in known["typos"]]
    real = known["real_domains_that_must_not_be_corrected"]
    kept = 0
    for domain in mistyped + real:
        address = f"a@{domain}"
        mailbox = _judged(0, {"address": address, "verdicts": {}}).mailbox
        kept += mailbox == address or (not mailbox and domain not in real)
    return len(mistyped) + len(real), kept
