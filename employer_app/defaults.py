"""Every setting and its default; `config` reads them, and docs/configure.md says what each is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: ten minutes to undo one decision, half an hour for a send list, an hour for a large one
DEFAULTS: Mapping[str, Any] = {
    "UNDO_SECONDS_UPDATE": 60,
    "UNDO_SECONDS_DECISION": 600,
    "UNDO_SECONDS_BULK": 1800,
    "UNDO_SECONDS_LARGE": 3600,
    "BULK_FROM": 2,
    "LARGE_FROM": 200,
    "TYPED_COUNT_FROM": 30,
    #: above so many bulk decisions of one sender in 24 hours a second person looks; 0: never
    "SECOND_PERSON_FROM": 200,
    #: of the first list that is larger, so many go first and the others wait for a word; 0: none do
    "PILOT_SIZE": 10,
    #: "business": 08:00 to 18:00 on the recipient's business days; "always": any time
    "SEND_WINDOW": "business",
    #: so many hours after the application a "no" leaves at the earliest, but for a date that we gave
    "DWELL_HOURS": 24,
    #: longer than all time limits of one hand-over up to the dot together (smtp/relay.py)
    "LEASE_SECONDS": 660,
    #: to the mail server at once
    "CONNECTIONS": 4,
    #: on the disk of the instance folder; below it nothing leaves
    "LEAST_FREE_MIB": 64,
    #: what the organisation says, or "on" or "off" whatever it says
    "SAFE_MODE": None,
    #: such as "bounces+{token}@brightwater.example": the envelope sender of each message, for its bounces
    "ENVELOPE_TOKEN": "",
    #: each message says in a header which applications it speaks of; for trials
    "PURPOSE_HEADER": False,
    #: the folder of the journal of what left; empty: `journal` in the instance folder
    "JOURNAL": "",
    #: the same on all hosts that send from one database; empty: worked out of the machine and the folder
    "INSTANCE_ID": "",
    "PLAN_HOURS": 24,
    "TRUSTED_PROXIES": 0,
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "MAX_CONTENT_LENGTH": 48 * 1024 * 1024,
    "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
    "MAX_FORM_PARTS": 30_000,
    "MAIL_SERVER": "",
    "MAIL_PORT": 587,
    "MAIL_USE_TLS": True,
    "MAIL_USE_SSL": False,
    "MAIL_USERNAME": None,
    "MAIL_PASSWORD": None,
    #: its name is the setting: read for each connection, and not once as other secrets' files are
    "MAIL_OAUTH_TOKEN_FILE": "",
    "MAIL_DEFAULT_SENDER": None,
    "MAIL_HELO_NAME": None,
    #: so many connections of a worker find one that is open
    "SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": 20},
    "ALARM_TO": "",
    "ALARM_FROM": "",
    "ALARM_MAIL_SERVER": "",
    "ALARM_MAIL_PORT": 587,
    "ALARM_MAIL_USE_TLS": True,
    "ALARM_MAIL_USE_SSL": False,
    "ALARM_MAIL_USERNAME": None,
    "ALARM_MAIL_PASSWORD": None,
    #: from when the mail of each working morning leaves, where the first place is; "off": to nobody
    "DIGEST_AT": "07:30",
    #: whoever sends it may read the figures at /metrics; empty: nobody
    "METRICS_TOKEN": "",
    "WTF_CSRF_TIME_LIMIT": None,
    #: a page whose address is a secret asks browsers for no referrer, and its form has to work all the same;
    #: the token is bound to a cookie that no other host can set
    "WTF_CSRF_SSL_STRICT": False,
    "SESSION_COOKIE_NAME": "__Host-employer",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_PATH": "/",
    "PERMANENT_SESSION_LIFETIME": 12 * 3600,
}
