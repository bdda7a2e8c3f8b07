"""Trains the models anew: `python -m scripts.courtesy_model [language …]`. Takes some minutes a language."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

from scripts.courtesy_model.corpus import DATA, examples, languages
from scripts.courtesy_model.limits import made


def _write(language: str) -> str:
    file = DATA / "model" / f"{language}.bin"
    file.parent.mkdir(exist_ok=True)
    content = made(examples(language))
    file.write_bytes(content)
    return f"{language}: {len(content):,} bytes"


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        for line in pool.map(_write, sys.argv[1:] or languages()):
            print(line, flush=True)
