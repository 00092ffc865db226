"""Bring third-party styles and scripts into static/vendor, as manifest.json lists them.

    python static/vendor/fetch.py            # fetch every package with `npm pack`, write the files and their sha256
    python static/vendor/fetch.py --check    # no network: compare the committed files with the manifest

Only whoever raises a version runs this; the files are committed, so neither installation nor tests need npm.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MANIFEST = HERE / "manifest.json"
SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S+)\s*$")


def read_manifest() -> list[dict[str, Any]]:
    """Packages, each with version, licence and files (`from` inside the package, `to` in this folder, sha256)."""
    packages: list[dict[str, Any]] = json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]
    return packages


def differences() -> list[str]:
    """Files that are missing, changed or not in the manifest."""
    found, named = [], {"fetch.py", "manifest.json"}
    for package in read_manifest():
        for file in package["files"]:
            named.add(file["to"])
            path = HERE / file["to"]
            if not path.is_file():
                found.append(f"missing: {file['to']}")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
                found.append(f"changed: {file['to']}")
    present = {p.relative_to(HERE).as_posix() for p in HERE.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    return found + [f"not in the manifest: {name}" for name in sorted(present - named)]


def fetch() -> None:
    """Write every file of the manifest, without its source map, and note its digest."""
    packages = read_manifest()
    with tempfile.TemporaryDirectory() as folder:
        for package in packages:
            wanted = f"{package['package']}@{package['version']}"
            packed = subprocess.run(
                ["npm", "pack", "--silent", wanted], cwd=folder, check=True, capture_output=True, text=True
            )
            archive = tarfile.open(fileobj=io.BytesIO((Path(folder) / packed.stdout.strip()).read_bytes()))
            for file in package["files"]:
                member = archive.extractfile(f"package/{file['from']}")
                assert member is not None, file["from"]
                content = SOURCE_MAP.sub(b"\n", member.read())
                target = HERE / file["to"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                file["sha256"] = hashlib.sha256(content).hexdigest()
            print(wanted, len(package["files"]), "files")
    MANIFEST.write_text(json.dumps({"packages": packages}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        problems = differences()
        print("\n".join(problems) or "all files are as the manifest says")
        sys.exit(1 if problems else 0)
    fetch()
