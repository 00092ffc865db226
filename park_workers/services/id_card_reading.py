"""The front side of a resident identity card (居民身份证人像面): from lines of text to fields, with what a person should check.

Layout by GA 448: 姓名, 性别 民族, 出生 年 月 日, 住址 in up to three rows, 公民身份号码.
Knows nothing of pictures or rows of the database.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from park_workers.foundation.identifiers import IdentifierProblem, check_id_number, clean_id_number, clean_name
from park_workers.foundation.text_reading import TextLine

#: a line that the reader is less sure of (percent) is marked "please check"
SURE = 92
NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
LABELS = ("姓名", "性别", "出生", "住址", "公民身份号码")
BORN = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
HAN_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af·]{2,25}")


@dataclass(frozen=True)
class CardField:
    """A value as read, and whether a person should look at it again; an empty one was not found."""

    value: str = ""
    is_sure: bool = False


@dataclass(frozen=True)
class CardFields:
    """What a card says; `birth_on` as 1990-05-17."""

    name: CardField = CardField()
    sex: CardField = CardField()
    nation: CardField = CardField()
    birth_on: CardField = CardField()
    address: CardField = CardField()
    id_number: CardField = CardField()

    @property
    def found(self) -> int:
        """How many were found."""
        return sum(bool(one["value"]) for one in asdict(self).values())


@dataclass(frozen=True)
class _Row:
    """Lines at one height, joined."""

    text: str
    percent: int
    top: int


def read_card(lines_at: Callable[[int], Sequence[TextLine]]) -> CardFields:
    """Fields of the card; `lines_at(n)` reads the picture after n quarter turns and is asked until the card stands upright."""
    best = CardFields()
    for turns in (0, 2, 1, 3):
        lines = lines_at(turns)
        fields = parse_lines(lines)
        if fields.id_number.value and fields.name.value:
            return fields
        best = max(best, fields, key=lambda one: one.found)
    return best


def parse_lines(lines: Sequence[TextLine]) -> CardFields:
    """Fields of the lines of a card that stands roughly upright."""
    rows = _rows(lines)
    number = next((row for row in rows if NUMBER.search(_number_text(row.text))), None)
    at: dict[str, int] = {}
    for place, row in enumerate(rows):
        for label in LABELS:
            if label in row.text and label not in at:
                at[label] = place
    return _cross_checked(
        CardFields(
            name=_name(rows, at), sex=_sex(rows, at), nation=_after(rows, at, "性别", r"民族(.{1,10})"),
            birth_on=_birth(rows), address=_address(rows, at, number), id_number=_number(number),
        )
    )  # fmt: skip


def _rows(lines: Sequence[TextLine]) -> list[_Row]:
    """Lines side by side make a row; the tilt of the card is taken out first."""
    wide = [line for line in lines if _width(line) > 2 * _height(line)] or list(lines)
    if not wide:
        return []
    tilt = median(_angle(line) for line in wide)
    sine, cosine = math.sin(-tilt), math.cos(-tilt)
    placed = []
    for line in lines:
        x = sum(p[0] for p in line.corners) / 4
        y = sum(p[1] for p in line.corners) / 4
        placed.append((x * sine + y * cosine, x * cosine - y * sine - _width(line) / 2, line))
    placed.sort(key=lambda one: one[0])
    rows: list[list[tuple[float, float, TextLine]]] = []
    for one in placed:
        near = rows and abs(one[0] - rows[-1][-1][0]) < 0.6 * _height(one[2])
        if near:
            rows[-1].append(one)
        else:
            rows.append([one])
    return [_joined(row) for row in rows]


def _joined(row: list[tuple[float, float, TextLine]]) -> _Row:
    lines = [line for _, _, line in sorted(row, key=lambda one: one[1])]
    text = "".join("".join(line.text.split()) for line in lines)
    return _Row(text, min(line.percent for line in lines), int(row[0][0]))


def _width(line: TextLine) -> float:
    return math.dist(line.corners[0], line.corners[1])


def _height(line: TextLine) -> float:
    return max(1.0, math.dist(line.corners[0], line.corners[3]))


def _angle(line: TextLine) -> float:
    (left, top), (right, bottom) = line.corners[0], line.corners[1]
    return math.atan2(bottom - top, right - left)


def _number_text(text: str) -> str:
    return clean_id_number(text.replace("公民身份号码", ""))


def _number(row: _Row | None) -> CardField:
    if row is None:
        return CardField()
    found = NUMBER.search(_number_text(row.text))
    assert found is not None
    try:
        check_id_number(found.group())
    except IdentifierProblem:
        return CardField(found.group(), False)
    return CardField(found.group(), row.percent >= SURE)


def _after(rows: list[_Row], at: dict[str, int], label: str, pattern: str) -> CardField:
    if label not in at:
        return CardField()
    row = rows[at[label]]
    found = re.search(pattern, row.text)
    return CardField(found.group(1).strip("族"), row.percent >= SURE) if found else CardField()


def _name(rows: list[_Row], at: dict[str, int]) -> CardField:
    """Beside its label, or as a row of its own just above or below it; upside down the name stands last, and is none."""
    place = at.get("姓名")
    if place is None or place > min((at[label] for label in ("出生", "住址") if label in at), default=place):
        return CardField()
    for row in (rows[place], *rows[max(0, place - 1) : place], *rows[place + 1 : place + 2]):
        name = clean_name(row.text.split("姓名", 1)[-1])
        if name and not any(label in name for label in LABELS):
            return CardField(name[:80], row.percent >= SURE and HAN_NAME.fullmatch(name) is not None)
    return CardField()


def _sex(rows: list[_Row], at: dict[str, int]) -> CardField:
    return _after(rows, at, "性别", r"性别(男|女)")


def _birth(rows: list[_Row]) -> CardField:
    for row in rows:
        found = BORN.search(row.text)
        if found:
            year, month, day = found.groups()
            return CardField(f"{year}-{int(month):02d}-{int(day):02d}", row.percent >= SURE)
    return CardField()


def _address(rows: list[_Row], at: dict[str, int], number: _Row | None) -> CardField:
    if "住址" not in at:
        return CardField()
    # The first row of the address stands beside its label, at times just above it.
    first = at["住址"]
    label = rows[first]
    parts = [label.text.split("住址", 1)[1]]
    used = [label]
    if not parts[0] and first > 0 and not any(word in rows[first - 1].text for word in LABELS) and not BORN.search(
        rows[first - 1].text
    ):  # fmt: skip
        parts, used = [rows[first - 1].text], [rows[first - 1]]
    for row in rows[first + 1 :]:
        if row is number or "公民" in row.text or "身份号码" in row.text:
            break
        parts.append(row.text)
        used.append(row)
    text = "".join(parts)[:120]
    return CardField(text, bool(text) and min(row.percent for row in used) >= SURE)


def _cross_checked(fields: CardFields) -> CardFields:
    """A number that fits birth and sex as printed is sure; where they differ, both are to be checked."""
    try:
        number = check_id_number(fields.id_number.value)
    except IdentifierProblem:
        return fields
    fits_birth = fields.birth_on.value in ("", number.birth_on.isoformat())
    fits_sex = fields.sex.value in ("", number.sex)
    values = {name: CardField(**value) for name, value in asdict(fields).items()}
    if not (fits_birth and fits_sex):
        values["id_number"] = CardField(fields.id_number.value, False)
    for name, fits in (("birth_on", fits_birth), ("sex", fits_sex)):
        values[name] = CardField(values[name].value, values[name].is_sure and fits)
    return CardFields(**values)
