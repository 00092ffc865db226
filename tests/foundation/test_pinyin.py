"""How names are typed."""

from __future__ import annotations

import pytest

from park_workers.foundation.pinyin import spell, typed_key


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("张三", "zhangsan", "zs"), ("欧阳娜娜", "ouyangnana", "oynn"), ("吕布", "lvbu", "lb"), ("", "", ""),
        ("单雄信", "shanxiongxin", "sxx"), ("仇英", "qiuying", "qy"), ("解缙", "xiejin", "xj"), ("查良镛", "zhaliangyong", "zly"),
        ("曾国藩", "zengguofan", "zgf"), ("区小明", "ouxiaoming", "oxm"), ("盖叫天", "gejiaotian", "gjt"), ("朴树", "piaoshu", "ps"),
        ("尉迟恭", "yuchigong", "ycg"), ("万俟卨", "moqixie", "mqx"), ("单于飞", "chanyufei", "cyf"), ("长孙无忌", "zhangsunwuji", "zswj"),
        ("王单", "wangdan", "wd"), ("李朝阳", "lizhaoyang", "lzy"), ("陈重阳", "chenchongyang", "ccy"), ("㛃𬱟", "jiewei", "jw"),
        ("买买提·艾力", "maimaitiaili", "mmtal"), ("Anna Lee", "annalee", "al"), ("阿Q", "aq", "aq"), ("张1三", "zhangsan", "zs"),
    ],
)  # fmt: skip
def test_a_name_is_typed_as_its_bearer_would(name: str, full: str, initials: str) -> None:
    assert spell(name) == (full, initials)


def test_a_firm_has_no_surname() -> None:
    assert spell("解放制衣", is_person=False) == ("jiefangzhiyi", "jfzy")
    assert spell("解放制衣") == ("xiefangzhiyi", "xfzy")


def test_a_name_longer_than_its_columns_is_cut() -> None:
    full, initials = spell("张" * 90)
    assert (len(full), len(initials)) == (200, 80)


@pytest.mark.parametrize(
    ("typed", "key"),
    [("ZhangSan", "zhangsan"), ("zhang san", "zhangsan"), ("xi'an", "xian"), ("ｚｓ", "zs"), ("lü", "lv"), ("张三", ""),
     ("9011", ""), ("901X", ""), ("", ""), ("zs%", "")],
)  # fmt: skip
def test_what_is_typed_is_told_from_signs_and_numbers(typed: str, key: str) -> None:
    assert typed_key(typed) == key
