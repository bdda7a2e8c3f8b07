"""`send_many`, then what the command `send_queued_mail` does. The store is sqlite:///FILE or postgresql://…

Large batches, a few threads that keep their connections, no log rows; on PostgreSQL two processes.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from bench.rivals.letters import Letter, measure


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        durable = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        name = url.removeprefix("sqlite:///")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": {"init_command": durable}}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
    }


def main() -> None:
    url = os.environ["BENCH_STORE"]
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        DATABASES={"default": _database(url)},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=int(os.environ["BENCH_PORT"]),
        POST_OFFICE={"BATCH_SIZE": 5000, "THREADS_PER_PROCESS": 2, "LOG_LEVEL": 0},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        LOGGING_CONFIG=None,
    )
    django.setup()
    logging.disable(logging.WARNING)
    mail = import_module("post_office.mail")
    call_command("migrate", verbosity=0)
    processes = 1 if url.startswith("sqlite") else 2

    def send_all(letters: Sequence[Letter]) -> None:
        mail.send_many(
            [
                {
                    "sender": letter["sender"],
                    "recipients": [letter["to"]],
                    "subject": letter["subject"],
                    "message": letter["text"],
                    "html_message": letter["html"],
                }
                for letter in letters
            ]
        )
        mail.send_queued(processes=processes, log_level=0)
        connections.close_all()  # its processes have ended this one's connection with their own

    measure(send_all)


if __name__ == "__main__":
    main()
