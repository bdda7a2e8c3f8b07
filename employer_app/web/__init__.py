"""The pages. A view parses, calls one verb or one query, and answers; no SQL and no rule lives here.

One blueprint a noun; all of them are listed here and nowhere else.
"""

from __future__ import annotations

from flask import Flask

from employer_app.web import (
    account,
    applications,
    audit,
    batches,
    candidates,
    channels,
    errors,
    filters,
    frame,
    handovers,
    headers,
    import_readings,
    imports,
    jobs,
    manager_asks,
    merges,
    messages,
    pace,
    picture,
    rescue,
    restore,
    saved_filters,
    search,
    sending_check,
    settings,
    stopping,
    system,
    templates,
    waiting,
    wording,
    write_back,
)

BLUEPRINTS = (
    account.blueprint,
    applications.blueprint,
    audit.blueprint,
    batches.blueprint,
    candidates.blueprint,
    channels.blueprint,
    handovers.blueprint,
    import_readings.blueprint,
    imports.blueprint,
    jobs.blueprint,
    manager_asks.blueprint,
    merges.blueprint,
    messages.blueprint,
    pace.blueprint,
    picture.blueprint,
    rescue.blueprint,
    restore.blueprint,
    saved_filters.blueprint,
    search.blueprint,
    sending_check.blueprint,
    settings.blueprint,
    stopping.blueprint,
    system.blueprint,
    templates.blueprint,
    waiting.blueprint,
    wording.blueprint,
    write_back.blueprint,
)


def init_app(app: Flask) -> None:
    account.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    errors.init_app(app)
    filters.init_app(app)
    frame.init_app(app)
    headers.init_app(app)
