"""People and firms are found by what is typed, however they came in, and through an index."""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from park_workers.models import Employment, Enterprise, Organisation, PostSpan, Worker
from park_workers.services.employments import register_employment
from park_workers.services.people import PersonLine, ensure_people
from park_workers.services.posts import trades_in_use
from tests.conftest import Cast
from tests.park_workers.files import ROSTER_HEADER, give, staff, workbook
from tests.park_workers.numbers import id_number
from tests.park_workers.test_employments import HIRE
from tests.source_rules import FLOORS, sources
from tests.standing import standing

pytestmark = pytest.mark.django_db
DAY = date(2023, 6, 1)
DIRECTORY = ("企业名称", "统一社会信用代码", "类型", "所在园区", "入园日期", "联系人", "联系电话", "开户行", "对公账号")


def names(rows: object) -> list[str]:
    return sorted(str(row) for row in rows)  # type: ignore[attr-defined]


@standing
def roster(cast: Cast) -> None:
    """Three people by the bulk load, one of them an introducer whose name is not known yet."""
    people = [("单小华", 901), ("张三", 902), ("张思", 903)]
    rows = [staff(name, id_number(order), date(2023, 3, 1)) for name, order in people]
    rows[1]["引工人证件号"] = id_number(904)
    upload = give(cast.hr, "roster", workbook(ROSTER_HEADER, rows), DAY)
    assert upload.result["new"] == 3


@pytest.mark.parametrize(
    ("typed", "found"),
    [("zhangsan", ["张三"]), ("zhang", ["张三", "张思"]), ("Zhang S", ["张三", "张思"]), ("zs", ["张三", "张思"]), ("sxh", ["单小华"]),
     ("shanxiao", ["单小华"]), ("danxiao", []), ("张", ["张三", "张思"]), ("张 三", ["张三"]), ("三", []), (id_number(902)[-4:], ["张三"]),
     ("%", []), ("zhangsanfeng", [])],
)  # fmt: skip
def test_people_of_a_roster_are_found(cast: Cast, roster: None, typed: str, found: list[str]) -> None:
    assert names(Worker.objects.search(typed)) == found
    assert sorted(e.worker.name for e in Employment.objects.search(typed)) == found


def test_a_roster_that_names_an_introducer_makes_them_findable(cast: Cast, roster: None) -> None:
    assert names(Worker.objects.search("lijian")) == []
    row = staff("李建", id_number(904), date(2023, 4, 1))
    give(cast.hr, "roster", workbook(ROSTER_HEADER, [row]), DAY, name="二.xlsx")
    assert names(Worker.objects.search("lijian")) == ["李建"]


def test_a_hire_and_an_introducers_first_name_are_found(cast: Cast) -> None:
    register_employment(actor=cast.hr, enterprise=cast.alpha, request_id="r1", **HIRE)
    assert [row.name for row in Worker.objects.search(Worker.objects.get().name_initials)] == [HIRE["name"]]
    line = PersonLine(id_number(905), "key")
    ensure_people(people=[line], recorded_by=None)
    ensure_people(people=[PersonLine(id_number(905), "key", "曾云")], recorded_by=None)
    assert names(Worker.objects.search("zengyun")) == ["曾云"]


def test_firms_of_the_directory_are_found_by_a_part_of_the_name_and_follow_a_new_name(cast: Cast) -> None:
    assert names(Enterprise.objects.search("zhiyi")) == ["示例甲制衣有限公司"]
    assert names(Enterprise.objects.search("甲制衣")) == names(Enterprise.objects.search("slj"))
    assert names(Enterprise.objects.search("91441899000000027r")) == ["示例乙服饰有限公司"]
    row = {"企业名称": "新光纺织有限公司", "统一社会信用代码": cast.alpha.owner_key, "类型": "纺织服装企业"}
    give(cast.clerk, "enterprises", workbook(DIRECTORY, [row]), DAY)
    assert names(Organisation.objects.search("xgfz")) == ["新光纺织有限公司"]
    assert names(Organisation.objects.search("slj")) == []


def test_the_migration_spells_whoever_is_recorded_already(cast: Cast, roster: None) -> None:
    Worker.objects.update(name_pinyin=None, name_initials=None)
    Organisation.objects.update(name_pinyin=None, name_initials=None)
    import_module("park_workers.migrations.0006_fill_pinyin").fill(apps, SimpleNamespace(connection=connection))
    assert names(Worker.objects.search("sxh")) == ["单小华"]
    assert names(Organisation.objects.search("slj")) == ["示例甲制衣有限公司"]


@pytest.mark.parametrize(("typed", "index"), [("zhangs", "worker_pinyin"), ("张三", "name")])
def test_a_search_goes_through_an_index(cast: Cast, roster: None, typed: str, index: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Worker.objects.search(typed).explain()
    assert re.search(r"index", plan, re.IGNORECASE) and index in plan, plan


def test_trades_in_use_are_each_named_once(cast: Cast, roster: None) -> None:
    assert trades_in_use() == sorted(set(PostSpan.objects.values_list("trade", flat=True))) != []
    PostSpan.objects.filter(pk=PostSpan.objects.order_by("pk")[0].pk).update(trade="")
    assert "" not in trades_in_use()


def test_nobody_writes_a_name_without_its_spelling() -> None:
    careless = re.compile(r"UPDATE park_workers_(?:worker|organisation) SET name = %s WHERE|\.update\(name=")
    assert careless.search('cursor.execute("UPDATE park_workers_worker SET name = %s WHERE id = %s")')
    assert [source.path for source in sources(*FLOORS) if careless.search(source.text)] == []
