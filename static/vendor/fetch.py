"""Bring third-party styles and scripts into static/vendor, and the font of printed documents into the ground floor (where no
browser is served from), as the manifest.json of each folder lists them.

    python static/vendor/fetch.py            # fetch every package with `npm pack`, write the files and their sha256
    python static/vendor/fetch.py --check    # no network: compare the committed files with the manifest

A style sheet with `blocks` in its manifest is cut down to the rules of those blocks (`weui-cell` and so on) and of plain elements: phones
read every rule before the first letter appears.

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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
#: each with a manifest of its own
FOLDERS = (HERE, HERE.parents[1] / "park_workers" / "foundation" / "fonts")
SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S+)\s*$")


def read_manifest(folder: Path) -> list[dict[str, Any]]:
    """Packages, each with version, licence and files (`from` inside the package, `to` in the folder, sha256)."""
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    packages: list[dict[str, Any]] = json.loads(text)["packages"]
    return packages


def differences(folder: Path) -> list[str]:
    """Files of a folder that are missing, changed or not in its manifest."""
    found, named = [], {"fetch.py", "manifest.json"}
    for package in read_manifest(folder):
        for file in package["files"]:
            named.add(file["to"])
            path = folder / file["to"]
            if not path.is_file():
                found.append(f"missing: {file['to']}")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
                found.append(f"changed: {file['to']}")
    kept = (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    present = {p.relative_to(folder).as_posix() for p in kept}
    return found + [f"not in the manifest: {name}" for name in sorted(present - named)]


def rules_of(css: str) -> Iterator[tuple[str, str]]:
    """Each rule of a style sheet: what stands before its braces, and between them."""
    at = 0
    while (opens := css.find("{", at)) >= 0:
        depth, ends = 1, opens + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[ends], 0)
            ends += 1
        yield css[at:opens], css[opens + 1 : ends - 1]
        at = ends


def cut_down(css: str, prefix: str, blocks: list[str], without: list[str]) -> str:
    """The rules that speak of no other block than these, and of none of the words `without`."""
    named = re.compile(rf"{re.escape(prefix)}([a-z]+)")

    def is_kept(selector: str) -> bool:
        return set(named.findall(selector)) <= set(blocks) and not any(word in selector for word in without)

    kept = []
    for head, body in rules_of(css):
        if head.startswith("@media"):
            inner = cut_down(body, prefix, blocks, without)
            kept += [f"{head}{{{inner}}}"] if inner else []
        elif not head.startswith("@"):
            selectors = [one for one in head.split(",") if is_kept(one)]
            kept += [f"{','.join(selectors)}{{{body}}}"] if selectors else []
    return "".join(kept)


def fetch(goal: Path) -> None:
    """Write every file of a folder's manifest, without its source map, and note its digest."""
    packages = read_manifest(goal)
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
                content = member.read()
                if file["to"].endswith((".css", ".js")):
                    content = SOURCE_MAP.sub(b"\n", content)
                if "blocks" in file:
                    text = cut_down(content.decode(), file["prefix"], file["blocks"], file["without"])
                    content = text.encode() + b"\n"
                target = goal / file["to"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                file["sha256"] = hashlib.sha256(content).hexdigest()
            print(wanted, len(package["files"]), "files")
    text = json.dumps({"packages": packages}, ensure_ascii=False, indent=1)
    (goal / "manifest.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        problems = [problem for folder in FOLDERS for problem in differences(folder)]
        print("\n".join(problems) or "all files are as the manifest says")
        sys.exit(1 if problems else 0)
    for folder in FOLDERS:
        fetch(folder)
