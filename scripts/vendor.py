"""Fetch the assets that we ship but did not write, and hold them to their hashes.

`static/vendor/SRI.json` is the list: package, version, file in it, hash. `vendor.py` fetches what it names
with `npm pack` and writes nothing that differs from its hash; `--check` compares what is on disk, offline.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
LIST = VENDOR / "SRI.json"


def integrity(content: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def faults(wanted: dict[str, Any]) -> list[str]:
    """What is missing, changed, or lies there without being on the list."""
    present = {path.name for path in VENDOR.iterdir()} - {LIST.name}
    found = [f"{name}: nobody listed it" for name in sorted(present - wanted.keys())]
    for name, entry in wanted.items():
        path = VENDOR / name
        if not path.is_file():
            found.append(f"{name}: missing")
        elif integrity(path.read_bytes()) != entry["integrity"]:
            found.append(f"{name}: differs from {entry['package']} {entry['version']}")
    return found


def fetch(wanted: dict[str, Any]) -> None:
    """Write every listed file. Raises SystemExit before it would write one whose content is another."""
    packages: dict[str, list[str]] = defaultdict(list)
    for name, entry in wanted.items():
        packages[f"{entry['package']}@{entry['version']}"].append(name)
    with tempfile.TemporaryDirectory() as folder:
        for package, names in packages.items():
            command = ["npm", "pack", "--silent", "--pack-destination", folder, package]
            packed = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
            with tarfile.open(Path(folder) / packed.stdout.split()[-1]) as archive:
                for name in names:
                    member = archive.extractfile(f"package/{wanted[name]['file']}")
                    content = member.read() if member else b""
                    if integrity(content) != wanted[name]["integrity"]:
                        raise SystemExit(
                            f"{name}: {package} holds another content than listed. Nothing written."
                        )
                    (VENDOR / name).write_bytes(content)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare what is on disk, fetch nothing")
    wanted = json.loads(LIST.read_text(encoding="utf-8"))
    if not parser.parse_args().check:
        fetch(wanted)
    found = faults(wanted)
    print("\n".join(found) or f"{len(wanted)} files are as listed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
