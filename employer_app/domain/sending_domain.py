"""What a domain says of whoever sends in its name, judged from its DNS records (RFC 7208, 6376, 9989).

Law: `missing` means that the answer was “there is none”; what could not be asked is `unasked`, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: TXT or MX values; None: it could not be asked
Answer = Sequence[str] | None

SELECTORS: Final = ("default", "selector1", "selector2", "google", "s1", "s2", "k1", "mail", "dkim")
_POLICIES = frozenset({"none", "quarantine", "reject"})


class Verdict(StrEnum):
    FOUND = "found"
    MISSING = "missing"
    WRONG = "wrong"
    UNASKED = "unasked"


@dataclass(frozen=True)
class Finding:
    """`said`: in plain words. `publish`: the record that is missing, as a line of a zone."""

    name: str
    verdict: Verdict
    said: str
    publish: str = ""


def unasked(name: str, what: str) -> Finding:
    return Finding(
        name, Verdict.UNASKED, f"{what} could not be asked. That says nothing about it: try again."
    )


def spf(domain: str, answer: Answer, source: str) -> Finding:
    """`source`: the mechanism that names the mail server, such as `include:_spf.google.com`."""
    if answer is None:
        return unasked("SPF", "The DNS")
    records = [text for text in answer if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]
    if not records:
        said = f"{domain} does not say which servers may send for it."
        return Finding("SPF", Verdict.MISSING, said, f'{domain}. IN TXT "v=spf1 {source} ~all"')
    if len(records) > 1:
        said = f"{domain} has {len(records)} SPF records. With more than one, none counts: make one of them."
        return Finding("SPF", Verdict.WRONG, said)
    record, words = records[0], records[0].lower().split()
    if "+all" in words or "all" in words:
        said = f"It lets everybody send for {domain}: “{record}”. End it with ~all or -all."
        return Finding("SPF", Verdict.WRONG, said)
    if source not in words:
        said = f"“{record}”. If our mail server is not among these, add {source} before the last word."
        return Finding("SPF", Verdict.FOUND, said)
    return Finding("SPF", Verdict.FOUND, f"“{record}”")


def dkim(domain: str, answers: Mapping[str, Answer], asked_for: str = "") -> Finding:
    """`answers` by selector. A wildcard's other texts are no keys."""
    keys = {selector: _key(answer or ()) for selector, answer in answers.items()}
    alive = [selector for selector, key in keys.items() if key]
    if alive:
        return Finding("DKIM", Verdict.FOUND, f"There is a key under {', '.join(alive)}.")
    if any(key == "" for key in keys.values()):
        gone = next(selector for selector, key in keys.items() if key == "")
        return Finding("DKIM", Verdict.WRONG, f"The key under {gone} was withdrawn: its p= is empty.")
    if any(answer is None for answer in answers.values()):
        return unasked("DKIM", "The DNS")
    publish = (
        f'{asked_for or "SELECTOR"}._domainkey.{domain}. IN TXT "v=DKIM1; k=rsa; p=KEY-OF-THE-MAIL-SERVER"'
    )
    if asked_for:
        return Finding("DKIM", Verdict.MISSING, f"There is no key under {asked_for}.", publish)
    said = "There is no key under the usual names. Ask for the mail server's selector, and look again."
    return Finding("DKIM", Verdict.MISSING, said, publish)


def _key(texts: Sequence[str]) -> str | None:
    for text in texts:
        tags = _tags(text)
        if "p" in tags and tags.get("v", "DKIM1").upper() == "DKIM1":
            return tags["p"]
    return None


def dmarc_of(answer: Answer) -> list[str]:
    """The records that are DMARC at all; others at that name do not count."""
    return [text for text in answer or () if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text)]


def dmarc(domain: str, answer: Answer) -> Finding:
    if answer is None:
        return unasked("DMARC", "The DNS")
    records = dmarc_of(answer)
    if not records:
        said = f"{domain} does not say what to do with mail that pretends to come from it."
        publish = f'_dmarc.{domain}. IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@{domain}"'
        return Finding("DMARC", Verdict.MISSING, said, publish)
    if len(records) > 1:
        return Finding("DMARC", Verdict.WRONG, "There is more than one DMARC record, so none counts.")
    if _tags(records[0]).get("p", "").lower() not in _POLICIES:
        said = f"Its p= is not none, quarantine or reject: “{records[0]}”."
        return Finding("DMARC", Verdict.WRONG, said)
    return Finding("DMARC", Verdict.FOUND, f"“{records[0]}”")


def alignment(sender: str, envelope: str, policy: Answer) -> Finding:
    """Whether an SPF pass for the envelope's domain counts for the sender's."""
    name = "From and envelope"
    if sender == envelope:
        return Finding(name, Verdict.FOUND, f"Both are {sender}.")
    related = sender.endswith(f".{envelope}") or envelope.endswith(f".{sender}")
    records = dmarc_of(policy)
    strict = bool(records) and _tags(records[0]).get("aspf", "").lower() == "s"
    if related and not strict:
        return Finding(name, Verdict.FOUND, f"{envelope} and {sender} belong together.")
    said = (
        f"Mail is from {sender}, and bounces go to {envelope}. SPF then proves nothing for {sender}: use an "
        "ENVELOPE_TOKEN under the sender's own domain, or see that DKIM signs for it."
    )
    return Finding(name, Verdict.WRONG, said)


def mx(domain: str, answer: Answer) -> Finding:
    name = "MX"
    if answer is None:
        return unasked(name, "The DNS")
    if not answer:
        said = f"{domain} names no server that takes mail, so answers may not arrive."
        return Finding(name, Verdict.MISSING, said, f"{domain}. IN MX 10 SERVER-OF-THE-MAILBOX.")
    if list(answer) == ["."]:
        said = f"{domain} says that it takes no mail at all, so no answer arrives."
        return Finding(name, Verdict.WRONG, said)
    return Finding(name, Verdict.FOUND, f"Answers go to {', '.join(answer)}.")


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {key.strip().lower(): "".join(value.split()) for key, sign, value in pairs if sign}
