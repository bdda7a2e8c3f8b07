"""Two records that are, or may be, one person: what they have in common, and what one record of both says.

Law: nothing is merged by a rule. A rule only suggests, and says why; a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Part(StrEnum):
    """What a person may choose when two records become one: which of the two says it."""

    NAME = "name"
    CALL_NAME = "call_name"
    ADDRESS = "address"
    PHONE = "phone"
    LANGUAGE = "language"
    COUNTRY = "country"
    LOCATION = "location"


#: taken over where the kept record says nothing; the others change only by a person's choice
FILLED = (Part.CALL_NAME, Part.PHONE, Part.COUNTRY, Part.LOCATION)


@dataclass(frozen=True)
class Record:
    """What one record says; blank means nothing."""

    name: str
    call_name: str = ""
    address: str = ""
    second_address: str = ""
    phone: str = ""
    language: str = ""
    country: str = ""
    location: str = ""
    do_not_mail: bool = False


def together(kept: Record, merged: Record, chosen: Iterable[Part] = ()) -> Record:
    """What the kept record says afterwards; for the `chosen` parts it says what the merged one did.

    A second address is there for whichever address is left over first. Who asked either of us not to write
    by mail stays so.
    """
    parts = set(chosen)
    values: dict[str, str] = {}
    for part in Part:
        mine, other = getattr(kept, part), getattr(merged, part)
        takes = part in parts or (part in FILLED and not mine)
        values[part] = other if other and takes else mine
    addresses = [values["address"], kept.address, kept.second_address]
    addresses += [merged.address, merged.second_address]
    seconds = [each for each in addresses[1:] if each and not _same(each, addresses[0])]
    second = seconds[0] if values["address"] and seconds else ""
    return replace(kept, **values, second_address=second, do_not_mail=kept.do_not_mail or merged.do_not_mail)


def left_out(kept: Record, merged: Record, after: Record) -> list[str]:
    """Addresses for which there is no room: they stay in the record that was merged, and can be found."""
    given = (kept.address, kept.second_address, merged.address, merged.second_address)
    stays = (after.address, after.second_address)
    lost: list[str] = []
    for each in given:
        if each and not any(_same(each, other) for other in (*stays, *lost)):
            lost.append(each)
    return lost


def changes(before: Record, after: Record) -> Mapping[str, tuple[str | bool, str | bool]]:
    """Field to (before, after), where they differ."""
    return {
        field: (getattr(before, field), getattr(after, field))
        for field in before.__dataclass_fields__
        if getattr(before, field) != getattr(after, field)
    }


def undone(now: Record, changed: Mapping[str, Iterable[str | bool]]) -> Record:
    """`now` with each field as it was before `changed`, unless somebody has changed it since."""
    back = {field: was for field, (was, became) in changed.items() if getattr(now, field) == became}
    record = replace(now, **back)  # type: ignore[arg-type]
    if record.second_address and not record.address:
        record = replace(record, address=record.second_address, second_address="")
    if _same(record.second_address, record.address):
        record = replace(record, second_address="")
    return record


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


class Likeness(StrEnum):
    """Why two records may be one person; the strongest first."""

    NUMBER = "number"
    ADDRESS = "address"
    PHONE = "phone"
    SPELLING = "spelling"
    MASK = "mask"


_MASK_BEFORE = re.compile(
    r"(?:candidate|applicant|application|bewerber|bewerbung|reply|no-?reply|do-?not-?reply|relay|user|anon)"
    r"[-_.+]?(?=[a-z0-9]*\d)[a-z0-9._+-]*|no-?reply|do-?not-?reply"
)
_MASK_BEHIND = re.compile(
    r"(?:.+\.)?(?:reply|replies|relay|mask|masked|anon|anonymous|inmail|noreply)\d*\..+"
)


def given_by_a_board(address_key: str) -> bool:
    """Whether it looks like an address that a job board puts in place of the person's own."""
    local, _, domain = address_key.rpartition("@")
    return bool(_MASK_BEFORE.fullmatch(local) or _MASK_BEHIND.fullmatch(domain))
