"""For monitors and robots: is the app alive, can it serve, is mail stuck, in figures. No personal data, no
sign-in; the figures are for whoever has their token, and for anybody else there is no such page.
"""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from employer_app import schema
from employer_app.extensions import DatabaseTrouble, setting
from employer_app.outbox.obstacle import free_bytes, full_disk, least_free_bytes, stands_still
from employer_app.queries import health, metrics

blueprint = Blueprint("system", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    return {"status": "alive"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """503 while the database does not answer or is not at the version that this code expects."""
    try:
        current = schema.is_current()
    except DatabaseTrouble:
        return {"status": "no database"}, 503
    return (
        ({"status": "ready"}, 200)
        if current
        else ({"status": "database needs `employer-app db upgrade`"}, 503)
    )


@blueprint.get("/healthz/outbox")
def outbox_health() -> ResponseReturnValue:
    stuck = health.outbox_stuck() or full_disk() or stands_still()
    return ({"status": "stuck"}, 503) if stuck else ({"status": "flowing"}, 200)


@blueprint.get("/metrics", endpoint="metrics")
def figures() -> Response:
    if not _has_token():
        abort(404)
    found = metrics.figures(stuck=bool(full_disk() or stands_still()))
    disk = (
        metrics.gauge("employer_disk_free_bytes", "Free, on the fuller disk that we write to.", free_bytes()),
        metrics.gauge("employer_disk_needed_bytes", "Below it nothing leaves.", least_free_bytes()),
    )
    return Response(metrics.text((*found, *disk)), content_type=metrics.CONTENT_TYPE)


def _has_token() -> bool:
    """From this machine too: behind a proxy on it, everybody may look as if they were here."""
    token = setting("METRICS_TOKEN")
    said = f"Bearer {token}".encode()
    return bool(token) and hmac.compare_digest(request.headers.get("Authorization", "").encode(), said)


@blueprint.get("/robots.txt")
def robots() -> Response:
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
