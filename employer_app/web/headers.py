"""What every answer says to the browser: run nothing but ours, frame nothing, keep nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request

from employer_app.config import LOOPBACK

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
#: a mail has its styles inside it and nothing else that may do anything
MAIL_PREVIEW_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
ONE_YEAR = 365 * 24 * 3600
#: their address holds a token
_SECRET_PATHS = frozenset(
    {"account.link_page", "account.use_link", "manager_asks.by_link", "manager_asks.answer"}
)


def init_app(app: Flask) -> None:
    app.config["TRUSTED_HOSTS"] = app.config.get("TRUSTED_HOSTS") or _hosts(app.config["PUBLIC_URL"])
    app.after_request(_add)


def _hosts(public_url: str) -> list[str]:
    """Our own names: an address in a page or a mail is never made from a name that a stranger sent.

    The library compares names and IPv4 addresses; it knows no IPv6 address in brackets.
    """
    named = urlsplit(public_url).hostname
    return sorted({host for host in (*LOOPBACK, named) if host and ":" not in host})


def _add(response: Response) -> Response:
    preview = (request.endpoint or "").endswith("mail_preview")
    headers = response.headers
    headers["Content-Security-Policy"] = MAIL_PREVIEW_POLICY if preview else POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "SAMEORIGIN" if preview else "DENY"
    headers["Referrer-Policy"] = "no-referrer" if request.endpoint in _SECRET_PATHS else "same-origin"
    headers["Permissions-Policy"] = PERMISSIONS
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if request.endpoint != "static":
        headers["Cache-Control"] = "private, no-cache" if "ETag" in headers else "no-store"
    if request.is_secure:
        headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
    return response
