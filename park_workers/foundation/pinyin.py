"""How a name is typed on a keyboard: its full pinyin and its initials, in small letters without tones or blanks.

A surname has its own reading (单 is shan, 曾 is zeng, 万俟 is moqi); given names are read sign by sign, and by pypinyin's
phrases where a sign has several common readings.  ü is typed as v (吕 = lv).  Latin names keep their letters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

LONGEST_FULL, LONGEST_INITIALS = 200, 80
#: readings of surnames that differ from the sign's usual one
SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "曾": "zeng", "区": "ou", "盖": "ge", "朴": "piao", "翟": "zhai",
    "任": "ren", "华": "hua", "缪": "miao", "覃": "qin", "召": "shao", "洗": "xian", "冼": "xian", "秘": "bi", "折": "she",
    "卜": "bu", "种": "chong", "逄": "pang", "郇": "xun", "员": "yun", "乐": "yue", "黑": "he", "繁": "po", "祭": "zhai",
    "牟": "mu", "隗": "wei", "藏": "zang", "瞿": "qu", "谌": "chen", "眭": "sui", "佴": "nai", "乜": "nie", "尉": "wei",
    "晁": "chao", "贲": "ben",
}  # fmt: skip
#: compound surnames whose signs are read otherwise when they stand alone or in front
COMPOUND = {
    "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "单于": ("chan", "yu"), "长孙": ("zhang", "sun"), "澹台": ("tan", "tai"),
    "亓官": ("qi", "guan"), "宰父": ("zai", "fu"), "尔朱": ("er", "zhu"),
}  # fmt: skip
#: signs of given names with several common readings: what stands beside them decides
HETERONYMS = frozenset("乐长重朝行单参调曾传相盛还降都强佛铺扎盖")
LETTERS = re.compile(r"[a-z]+")


def _readings(signs: str) -> list[str]:
    # Its dictionaries take 55 MB and a third of a second: a process that spells no name goes without.
    from pypinyin import lazy_pinyin

    return list(lazy_pinyin(signs))


class Spelling(NamedTuple):
    """`full` = zhangsan, `initials` = zs."""

    full: str
    initials: str


@lru_cache(maxsize=32_768)
def spell(name: str, *, is_person: bool = True) -> Spelling:
    """How a name is typed, a person's with the surname's own reading; an empty name is typed as nothing."""
    syllables = _syllables(name) if is_person else _given(name)
    full, initials = "".join(syllables), "".join(syllable[0] for syllable in syllables)
    return Spelling(full[:LONGEST_FULL], initials[:LONGEST_INITIALS])


def typed_key(text: str) -> str:
    """What somebody typed, as `spell` writes it; "" when it is not made of Latin letters (blanks, ' and - aside)."""
    letters = re.sub(r"[\s'’\-·.]", "", unicodedata.normalize("NFKC", text)).casefold().replace("ü", "v")
    return letters if letters.isascii() and letters.isalpha() else ""


def _syllables(name: str) -> list[str]:
    front = COMPOUND.get(name[:2])
    if front is not None:
        return [*front, *_given(name[2:])]
    if name[:1] in SURNAMES:
        return [SURNAMES[name[:1]], *_given(name[1:])]
    return _given(name)


def _given(signs: str) -> list[str]:
    if signs.isascii() or not signs.isalpha():
        return _by_words(signs)
    if HETERONYMS.isdisjoint(signs):
        return list(filter(None, map(READINGS.__getitem__, signs)))
    return list(_phrase(signs))


def _by_words(signs: str) -> list[str]:
    """Names with Latin letters, dots or blanks: a Latin word is one syllable, everything else is read sign by sign."""
    found: list[str] = []
    for part in re.findall(r"[A-Za-z]+|[^A-Za-z]", unicodedata.normalize("NFKC", signs)):
        reading = part.lower() if part.isascii() and part.isalpha() else READINGS[part]
        if reading:
            found.append(reading)
    return found


class _Readings(dict[str, str]):
    """The usual reading of each sign met so far ("" for a dot or a digit): a roster asks for the same few thousand."""

    def __missing__(self, sign: str) -> str:
        reading = "".join(LETTERS.findall(_readings(sign)[0].lower())) if sign.isalpha() else ""
        return self.setdefault(sign, reading)


READINGS = _Readings()


@lru_cache(maxsize=4_096)
def _phrase(signs: str) -> tuple[str, ...]:
    return tuple("".join(LETTERS.findall(reading)) for reading in _readings(signs) if LETTERS.search(reading))
