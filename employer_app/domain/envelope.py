"""The envelope sender that is different for each message, so that a bounce says which one did not arrive.

Law: nobody without our key can make a token, so nobody can report a bounce that did not happen; and a token
survives mail servers that change capital letters.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Final

_PURPOSE: Final = b"employer: envelope token\0"
#: 80 bits of the signature
_SIGNED: Final = 10
_TOKEN: Final = re.compile(r"(?P<number>[0-9]{1,18})-(?P<signature>[a-z2-7]{16})")
_PLACE: Final = "{token}"


def token_for(row_id: int, key: str) -> str:
    """Of letters, digits and a hyphen."""
    signature = hmac.digest(key.encode(), _PURPOSE + str(row_id).encode(), hashlib.sha256)[:_SIGNED]
    return f"{row_id}-{base64.b32encode(signature).decode('ascii').lower()}"


def row_of(token: str, key: str) -> int | None:
    """The row that a token was made for; None when it is not one of ours."""
    found = _TOKEN.fullmatch(token.lower())
    if found is None:
        return None
    row_id = int(found["number"])
    return row_id if hmac.compare_digest(token_for(row_id, key), token.lower()) else None


def address_with(pattern: str, token: str) -> str:
    """`bounces+{token}@brightwater.example` with the token in its place."""
    return pattern.replace(_PLACE, token)


def token_in(address: str, pattern: str) -> str | None:
    """What stands at the place of the token in an address that a bounce came to."""
    before, _, after = pattern.lower().partition(_PLACE)
    given = address.lower()
    if len(given) <= len(before) + len(after) or not (given.startswith(before) and given.endswith(after)):
        return None
    return given[len(before) : len(given) - len(after)]
