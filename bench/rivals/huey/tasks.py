"""No results, a connection kept in each process; SQLite writes through to the disk as the app's own does."""

from __future__ import annotations

import os

from huey import RedisHuey, SqliteHuey

from bench.rivals.letters import Letter, Post

_store = os.environ["BENCH_STORE"]
if _store.startswith("sqlite"):
    huey = SqliteHuey(filename=_store.removeprefix("sqlite:///"), fsync=True, results=False, timeout=30)
else:
    huey = RedisHuey(url=_store, results=False)
_post = Post(int(os.environ["BENCH_PORT"]))


@huey.task()
def send(letter: Letter) -> None:
    _post.send(letter)
