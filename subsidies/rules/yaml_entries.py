"""Reading YAML strictly: typed values of one mapping, every problem noted with its place, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from subsidies.rules.words import shown

#: larger figures are mistakes, and must not overflow a 64-bit number
MOST_YUAN = 10**12
MOST_WHOLE = 10**9
MOST_MONTHS = 1200
MOST_CHARACTERS = 500
_MISSING = object()


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice in one mapping; the second would silently win."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    content: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str | int | date):
            raise ValueError(f"第 {line} 行：{shown(key)} 不能作为键")
        if key in content:
            raise ValueError(f"第 {line} 行：{key!r} 重复出现")
        content[key] = loader.construct_object(value_node, deep=True)
    return content


def _scalar(loader: _Loader, node: yaml.ScalarNode) -> Any:
    read = yaml.SafeLoader.yaml_constructors[node.tag]
    try:
        return read(loader, node)
    except (ValueError, OverflowError) as error:
        kind = "日期" if node.tag.endswith("timestamp") else "数字"
        raise ValueError(f"第 {node.start_mark.line + 1} 行：{shown(node.value)} 不是有效的{kind}") from error


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
for _kind in ("timestamp", "int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _scalar)


def read_yaml(text: str) -> Any:
    """The content; ValueError says in Chinese why there is none."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        place = f"第 {error.problem_mark.line + 1} 行" if error.problem_mark else "某处"
        raise ValueError(f"不是有效的 YAML，{place}：{error.problem}") from error
    except (yaml.YAMLError, RecursionError, OverflowError) as error:
        raise ValueError(f"不是有效的 YAML：{error}") from error


class Entry:
    """One mapping of the file with its place; getters note a problem and answer with something harmless."""

    def __init__(self, content: Any, where: str, problems: list[str]) -> None:
        self.where, self.problems = where, problems
        self.content: Mapping[Any, Any] = content if isinstance(content, Mapping) else {}
        if not isinstance(content, Mapping):
            self.no("是空的" if content is None else f"{shown(content)} 应为一组“键: 值”")

    def no(self, what: str, key: str = "") -> None:
        """Note a problem."""
        self.problems.append(f"{self.where}{'.' if key else ''}{key}：{what}")

    def __contains__(self, key: str) -> bool:
        return self.content.get(key) is not None

    def only(self, *known: str) -> None:
        """Note every key that is not known."""
        for key in self.content:
            if key not in known:
                self.no(f"不认识的项 {shown(key)}")

    def _get(self, key: str, default: Any) -> Any:
        value = self.content.get(key)
        if value is not None:
            return value
        if default is _MISSING:
            self.no(f"缺少 {key}")
        return None

    def text(self, key: str, default: Any = _MISSING, choices: Iterable[str] = (), most: int = MOST_CHARACTERS) -> str:
        """A text that is not blank."""
        value = self._get(key, default)
        if value is None:
            return "" if default is _MISSING else str(default)
        known = tuple(choices)
        if not isinstance(value, str) or not value.strip():
            self.no(f"{key} {shown(value)} 应为文字")
        elif len(value) > most:
            self.no(f"{key} {shown(value)} 太长，最多 {most} 个字")
        elif known and value not in known:
            self.no(f"{key} {shown(value)} 应为 {'、'.join(known[:-1])} 或 {known[-1]}" if known[1:] else
                    f"{key} {shown(value)} 应为 {known[0]}")  # fmt: skip
        return str(value)

    def texts(self, key: str, default: Any = _MISSING) -> list[str]:
        """One text or a list of them; never an empty list, and none with the mark that joins lists."""
        value = self._get(key, default)
        if value is None:
            return [] if default is _MISSING else list(default)
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(v, str) and v.strip() and "|" not in v for v in values):
            self.no(f"{key} {shown(value)} 应为文字或文字列表（不含“|”）")
            return []
        return list(values)

    def whole(self, key: str, default: Any = _MISSING, least: int = 1, most: int = MOST_WHOLE) -> int:
        """A whole number between the two, both included."""
        value = self._get(key, default)
        if value is None:
            return least if default is _MISSING else int(default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            limit = "" if isinstance(value, bool) or not isinstance(value, int) or value < least else f"、不大于 {most}"
            self.no(f"{key} {shown(value)} 应为不小于 {least}{limit} 的整数")
            return least
        return value

    def flag(self, key: str, default: Any = _MISSING) -> bool:
        """true or false."""
        value = self._get(key, default)
        if value is None:
            return False if default is _MISSING else bool(default)
        if not isinstance(value, bool):
            self.no(f"{key} {shown(value)} 应为 true 或 false")
        return value is True

    def fen(self, key: str) -> int:
        """Exact fen from a number of yuan."""
        value = self._get(key, _MISSING)
        if value is None:
            return 0
        amount = (
            Decimal("NaN") if isinstance(value, bool) or not isinstance(value, int | float) else Decimal(str(value))
        )
        if not amount.is_finite() or not 0 <= amount <= MOST_YUAN or amount * 100 != int(amount * 100):
            self.no(f"{key}：金额 {shown(value)} 不是精确到分的非负数")
            return 0
        return int(amount * 100)

    def share(self, key: str) -> str:
        """A share between 0 and 1 as exact decimal text."""
        value = self._get(key, _MISSING)
        share = Decimal("NaN") if isinstance(value, bool) or not isinstance(value, int | float) else Decimal(str(value))
        if value is not None and (not share.is_finite() or not 0 < share <= 1):
            self.no(f"{key} {shown(value)} 应为大于 0、不大于 1 的比例")
        return str(share)

    def day(self, key: str, default: Any = _MISSING) -> date | None:
        """A date."""
        value = self._get(key, default)
        if value is not None and type(value) is not date:
            self.no(f"{key} {shown(value)} 不是日期")
            return None
        return value

    def part(self, key: str, name: str = "") -> Entry:
        """A mapping inside; the place is named by its own name, or by the key."""
        return Entry(self.content.get(key), name or f"{self.where}.{key}", self.problems)

    def parts(self, key: str) -> list[Entry]:
        """A list of mappings inside."""
        value = self.content.get(key)
        if not isinstance(value, list):
            self.no(f"缺少 {key}" if value is None else f"{key} 应为列表，现为 {shown(value)}")
            return []
        return [
            Entry(content, f"{self.where}.{key}[{number}]", self.problems) for number, content in enumerate(value, 1)
        ]
