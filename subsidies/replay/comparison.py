"""Compares what came out with expected.json, difference by difference."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: keys of expected.json that say how the folder was made, or that restate other sections
NOT_OUTCOMES = {"seed", "scale", "kind", "import_order", "stated_date", "labels"}


@dataclass(frozen=True)
class Difference:
    """One place where the outcome is not what was expected."""

    where: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.where}：应为 {_short(self.expected)}，实为 {_short(self.found)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 160 else text[:157] + "…"


def compare(expected: Any, found: Any, where: str = "") -> list[Difference]:
    """Every difference; lists of rows are compared as sets of rows, so that one missing row is one difference."""
    if isinstance(expected, dict) and isinstance(found, dict):
        differences = []
        for key in expected:
            place = f"{where}.{key}" if where else str(key)
            if key not in found:
                differences.append(Difference(place, expected[key], None))
            else:
                differences += compare(expected[key], found[key], place)
        return differences
    if isinstance(expected, list) and isinstance(found, list):
        return _compare_lists(expected, found, where)
    return [] if expected == found else [Difference(where, expected, found)]


def _name_of(row: Any) -> str | None:
    """What names a row within its list, if anything does."""
    if not isinstance(row, dict):
        return None
    for key in ("number", "key", "file", "batch", "uscc", "line", "source"):
        if key in row and not isinstance(row[key], dict | list):
            return f"{key}={row[key]}"
    return None


def _compare_lists(expected: list[Any], found: list[Any], where: str) -> list[Difference]:
    names, other_names = [_name_of(r) for r in expected], [_name_of(r) for r in found]
    if None not in names and len(set(names)) == len(names) and len(set(other_names)) == len(other_names):
        by_name = dict(zip(other_names, found, strict=True))
        differences = []
        for name, row in zip(names, expected, strict=True):
            place = f"{where}[{name}]"
            differences += compare(row, by_name.pop(name), place) if name in by_name else [Difference(place, row, None)]
        return differences + [Difference(f"{where}[{name}]", None, row) for name, row in by_name.items()]
    left, right = _counted(expected), _counted(found)
    missing = [row for key, rows in left.items() for row in rows[len(right.get(key, ())) :]]
    extra = [row for key, rows in right.items() for row in rows[len(left.get(key, ())) :]]
    return [Difference(where, row, None) for row in missing] + [Difference(where, None, row) for row in extra]


def _counted(rows: list[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str), []).append(row)
    return found


def read_expected(folder: Path) -> dict[str, Any] | None:
    """expected.json of a folder, or None; read only after everything has been played."""
    path = folder / "expected.json"
    if not path.exists():
        return None
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for row in content.get("roster_files", ()):
        row.pop("mess", None)  # how the file was made, not what came of it
    for section in ("insurance_findings", "certificate_findings"):
        for row in content.get(section, content.get("training", {}).get(section, ())):
            for key in ("id", "certificate"):
                row.pop(key, None)  # the place names the row
    return {key: value for key, value in content.items() if key not in NOT_OUTCOMES}
