"""Where a page may send the browser next: to our own pages, and nowhere else."""

from __future__ import annotations

import re

from flask import request

_PLAIN = re.compile(r"/(?![/\\])[A-Za-z0-9/_.,~+%&=?:@!$'()*;-]*")
_ENCODED_TRICK = re.compile(r"%(?:0[0-9a-f]|1[0-9a-f]|2f|5c|7f)", re.IGNORECASE)


def own_path(target: str) -> str:
    """The path if it is plainly one of ours, else "/". An address of this very site is cut to its path.

    A list of what is allowed, because browsers read more into an address than any parser does: backslashes,
    tabs and line breaks in front of a host, missing slashes.
    """
    own = request.host_url.rstrip("/")
    if target.startswith(own + "/"):
        target = target[len(own) :]
    before_query = target.partition("?")[0]
    if not _PLAIN.fullmatch(target) or _ENCODED_TRICK.search(before_query) or "//" in before_query:
        return "/"
    return target
