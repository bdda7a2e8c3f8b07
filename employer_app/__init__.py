"""No applicant goes unanswered. `create_app` puts the floors together; nothing else lives here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from employer_app import config as settings
from employer_app import tasks, web
from employer_app.extensions import csrf, db, mail


def create_app(config: Mapping[str, Any] | None = None, instance: Path | None = None) -> Flask:
    """Build the app. `config` wins over file and environment; raises `BadSettings` when it must not start."""
    instance = instance or settings.instance_path()
    loaded = settings.load(instance, config or {})
    app = Flask(
        __name__,
        instance_path=str(instance),
        template_folder=str(settings.shipped("templates")),
        static_folder=str(settings.shipped("static")),
    )
    app.config.update(loaded, INSTANCE_PATH=str(instance))
    db.init_app(app)
    mail.init_app(app)
    csrf.init_app(app)
    tasks.init_app(app)
    web.init_app(app)
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app
