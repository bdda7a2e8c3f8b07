"""As a mail queue should be set: acknowledged late, no results, many fetched ahead, a connection kept."""

from __future__ import annotations

import os

from celery import Celery

from bench.rivals.letters import Letter, Post

app = Celery("letters", broker=os.environ["BENCH_STORE"])
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    worker_prefetch_multiplier=64,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 3600},
)
_post = Post(int(os.environ["BENCH_PORT"]))


@app.task
def send(letter: Letter) -> None:
    _post.send(letter)
