"""The look at the sending domain and the mail server before the first send. Asks others only when called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from employer_app.domain import sending_domain as domain
from employer_app.domain.errors import Refused
from employer_app.domain.pace import Preset, limits_of
from employer_app.domain.pace_words import figures
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.sending_domain import Answer, Finding, Verdict
from employer_app.extensions import db, setting
from employer_app.models import Organisation
from employer_app.outbox import relay
from employer_app.outbox.dns import AskedDns, Dns

_SELECTOR = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
_SOURCES = {
    Preset.WORKSPACE: "include:_spf.google.com",
    Preset.GMAIL: "include:_spf.google.com",
    Preset.MICROSOFT_365: "include:spf.protection.outlook.com",
    Preset.SES_START: "include:amazonses.com",
}
_OFFERS = (
    ("SIZE", "size", "It does not say how large a message may be."),
    (
        "SMTPUTF8",
        "smtputf8",
        "Addresses with letters such as ü before the @ cannot be reached. All others can.",
    ),
    ("PIPELINING", "pipelining", "Each message takes a little longer. Nothing else changes."),
)


@dataclass(frozen=True)
class Checked:
    """`hand_over`: a text for the mail administrators; empty when there is nothing to publish."""

    sender: str
    findings: Sequence[Finding]
    hand_over: str

    @property
    def fine(self) -> bool:
        return all(one.verdict is Verdict.FOUND for one in self.findings)


def look(*, actor: Person, selector: str = "", dns: Dns | None = None) -> Checked:
    """Ask the DNS and the mail server. Raises Refused without a sender address, or for no selector."""
    require(actor, Verb.ADMINISTER)
    selector = selector.strip().lower()
    if selector and not _SELECTOR.fullmatch(selector):
        raise Refused("This is no selector.", "It is a short name such as selector1.", "selector")
    row = db.session.get(Organisation, 1)
    if row is None or not row.sender_address:
        raise Refused("There is no sender address yet.", "Fill it in under Organisation first.")
    address = row.sender_address
    preset, pace = Preset(row.pace_preset or Preset.NO_LIMIT), figures(limits_of(row))
    db.session.rollback()  # nothing of the database is held while others are waited for
    found = _of_domain(address.rpartition("@")[2].lower(), selector, preset, dns or AskedDns())
    found += [*_of_server(), Finding("Pace", Verdict.FOUND, f"{pace}.")]
    return Checked(address, found, _for_administrators(address, found))


def _of_domain(sender: str, selector: str, preset: Preset, dns: Dns) -> list[Finding]:
    envelope = (setting("ENVELOPE_TOKEN") or sender).rpartition("@")[2].lower()
    source = _SOURCES.get(preset, f"a:{setting('MAIL_SERVER') or 'NAME-OF-THE-MAIL-SERVER'}").lower()
    keys = {
        one: dns.txt(f"{one}._domainkey.{sender}") for one in ([selector] if selector else domain.SELECTORS)
    }
    policy = _policy(sender, dns)
    return [
        domain.spf(envelope, dns.txt(envelope), source),
        domain.dkim(sender, keys, selector),
        domain.dmarc(sender, policy),
        domain.alignment(sender, envelope, policy),
        domain.mx(sender, dns.mx(sender)),
    ]


def _policy(sender: str, dns: Dns) -> Answer:
    """Of the domain itself, or else of the nearest above it that has one."""
    labels = sender.split(".")
    for start in range(max(1, len(labels) - 1)):
        answer = dns.txt("_dmarc." + ".".join(labels[start:]))
        if answer is None or domain.dmarc_of(answer):
            return answer
    return ()


def _of_server() -> list[Finding]:
    try:
        offered = relay.offers()
    except Refused as refused:
        return [Finding("Mail server", Verdict.UNASKED, f"It could not be asked. {refused.message}")]
    encrypted = setting("MAIL_USE_TLS") or setting("MAIL_USE_SSL")
    if encrypted:
        found = [
            Finding("Encryption", Verdict.FOUND, "The connection is encrypted and its certificate fits.")
        ]
    elif "starttls" in offered:
        found = [Finding("Encryption", Verdict.WRONG, "STARTTLS is offered and not used: set MAIL_USE_TLS.")]
    else:
        found = [Finding("Encryption", Verdict.MISSING, "It offers no STARTTLS: mail travels in clear.")]
    for name, key, without in _OFFERS:
        known = key in offered
        said = f"Up to {int(offered[key]):,} bytes." if key == "size" and _size(offered) else "Offered."
        found.append(Finding(name, Verdict.FOUND if known else Verdict.MISSING, said if known else without))
    return found


def _size(offered: dict[str, str]) -> bool:
    said = offered.get("size", "")
    return said.isascii() and said.isdigit() and int(said) > 0


def _for_administrators(address: str, findings: Sequence[Finding]) -> str:
    todo = [one for one in findings if one.publish or one.verdict is Verdict.WRONG]
    if not todo:
        return ""
    lines = [f"We send mail to applicants from {address}. Please look at these records:", ""]
    for one in todo:
        lines += [f"{one.name}: {one.said}", *([f"    {one.publish}"] if one.publish else []), ""]
    return "\n".join(lines).strip()
