"""One e-mail address in, one checked address out, or a plain sentence that says what is wrong.

Law: a text never yields two addresses, and never the first of two. Syntax only: nothing asks the network.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

LONGEST_ADDRESS = 254  # RFC 5321 4.5.3.1.3: a path of 256 octets less its angle brackets
_LONGEST_LOCAL = 64  # RFC 5321 4.5.3.1.1
_SHOWN = 60
_INSTEAD = "Ask for another address, or answer by phone or letter."
#: before the @, where a program takes it for an option, or mail programs for coded text; see smtp/mime.py
_UNSENDABLE = re.compile(r"^-|=\?[^?]*\?[bBqQ]\?.*?\?=")
_ZERO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_TWO = re.compile(r"[,;/|]|\s(?:and|or|und|et)\s", re.IGNORECASE)
#: needs no closer look before the @: RFC 5322 dot-atom in ASCII, of at most 64 characters
_PLAIN = re.compile(
    r"(?P<local>(?=.{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@(?P<domain>[A-Za-z0-9.-]+)"
)
_UNREAD = re.compile(r"(?:no|do-?not|dont|never)-?reply|unattended|unmonitored|noresponse")
_LOOKALIKE_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")


class BadAddress(ValueError):
    """The text is not one usable address; str() is a sentence for the person who typed it."""


class UnsendableAddress(BadAddress):
    """An address that can be right, and that no mail of ours can be sent to."""


@dataclass(frozen=True, slots=True)
class Address:
    """`given` is what a person wrote (trimmed, NFC), `mailbox` goes on the wire, `key` is for matching.

    In `mailbox` and `key` the domain is in its ASCII form (A-label); `key` is also casefolded. Dots and
    "+tags" stay in the key: for some mail systems they are different people.
    """

    given: str
    mailbox: str
    key: str


def check_address(text: str) -> Address:
    """The one address in `text`. Raises BadAddress, or its subclass UnsendableAddress."""
    given = _trimmed(text)
    plain = _PLAIN.fullmatch(given) if len(given) <= LONGEST_ADDRESS else None
    domain = _ascii_domain(plain["domain"]) if plain else None
    if plain and domain and not _UNSENDABLE.search(plain["local"]):
        mailbox = given if domain == plain["domain"] else f"{plain['local']}@{domain}"
        return Address(given=given, mailbox=mailbox, key=mailbox if mailbox.islower() else mailbox.casefold())
    _refuse_what_is_not_one_address(given)
    checked = _checked(given)
    if checked.ascii_email is None:
        raise UnsendableAddress(
            f"The address {_shown(given)} has letters before the @ that the mail server cannot take yet. "
            + _INSTEAD
        )
    local = checked.ascii_email.rpartition("@")[0]
    if len(local) > _LONGEST_LOCAL or _UNSENDABLE.search(local):
        raise UnsendableAddress(f"Mail servers do not take what {_shown(given)} has before the @. {_INSTEAD}")
    _refuse_lookalikes(given, checked.domain)
    return Address(given=given, mailbox=checked.ascii_email, key=checked.ascii_email.casefold())


def is_sendable(text: str) -> bool:
    """Whether mail servers take this address; what came in by a check is."""
    try:
        check_address(text)
    except BadAddress:
        return False
    return True


def loose_key(address: Address) -> str:
    """The key without dots and "+tag" before the @: equal for two spellings that are often one person.

    Only good for a hint; never merge two people on it.
    """
    local, _, domain = address.key.rpartition("@")
    if "." not in local and "+" not in local:
        return address.key
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


@lru_cache(maxsize=4096)
def _ascii_domain(domain: str) -> str | None:
    """The domain if it can be one. Few domains hold most addresses of a list, and checking one is slow."""
    try:
        return validate_email(f"a@{domain}", check_deliverability=False).ascii_domain
    except EmailNotValidError:
        return None


def _checked(given: str) -> ValidatedEmail:
    try:
        return validate_email(given, check_deliverability=False)
    except EmailNotValidError as error:
        raise BadAddress(f"The address {_shown(given)} cannot be right: {_sentence(error)}") from None


def _trimmed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().strip(_ZERO_WIDTH).strip()


def _refuse_what_is_not_one_address(given: str) -> None:
    """The common slips, each in its own words; what is left goes to the syntax check."""
    shown = _shown(given)
    if not given:
        raise BadAddress("There is no address.")
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for char in given):
        raise BadAddress(f"The address {shown} has a line break or an invisible character. Type it again.")
    if "@" not in given:
        raise BadAddress(f"{shown} is not an address: it has no @.")
    if given.count("@") > 1 and (_TWO.search(given) or " " in given):
        raise BadAddress(f"{shown} holds more than one address. Keep one here.")
    if "<" in given or ">" in given:
        raise BadAddress(f"{shown} has a name or brackets around the address. Keep only the address.")
    if given[0] == '"':
        raise BadAddress(f"The address {shown} is in quotation marks. Write it without them.")
    if "(" in given or ")" in given:
        raise BadAddress(f"The address {shown} has a remark in brackets. Keep only the address.")
    if any(char.isspace() for char in given):
        raise BadAddress(f"The address {shown} has a blank in it. Remove the blank.")
    if len(given) > LONGEST_ADDRESS:
        raise BadAddress(
            f"The address {shown} is longer than an address can be ({LONGEST_ADDRESS} characters)."
        )


def _refuse_lookalikes(given: str, domain: str) -> None:
    """A Cyrillic "а" in a Latin domain is another domain that nobody can tell apart by eye."""
    for label in domain.split("."):
        if len(scripts_mixed(label)) > 1:
            raise BadAddress(
                f"The address {_shown(given)} mixes look-alike letters of two alphabets after the @. "
                "Type it again."
            )


def scripts_mixed(word: str) -> set[str]:
    """Which of the alphabets with look-alike letters (Latin, Cyrillic, Greek) stand in `word`."""
    if word.isascii():
        return {"LATIN"}
    names = (unicodedata.name(char, "") for char in word if char.isalpha())
    return {script for name in names for script in _LOOKALIKE_SCRIPTS if name.startswith(script)}


def _shown(text: str) -> str:
    """The text in quotes, cut to a readable length, with nothing in it that breaks a line."""
    clean = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return f"“{clean if len(clean) <= _SHOWN else clean[: _SHOWN - 1] + '…'}”"


def _sentence(error: EmailNotValidError) -> str:
    text = str(error).replace("email address", "address")
    return text if text.endswith(".") else text + "."


def takes_replies(address: str) -> bool:
    """Whether the name of the mailbox leaves it open that somebody reads it: not "no-reply@…"."""
    return _UNREAD.match(re.sub(r"[._]", "-", address.split("@")[0].casefold())) is None
