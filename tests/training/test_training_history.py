"""The earlier task force's list: counted as trained, leavers included; people may come again to a base."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from park_workers.foundation.errors import PermissionRefused
from park_workers.models import Employment, Worker, WorkerRegistration
from park_workers.services.people import find_worker, merge_workers
from tests.conftest import Cast
from tests.park_workers.files import findings, give, workbook
from tests.park_workers.numbers import id_number
from tests.training.lists import DAY, HISTORY_HEADER, earlier, give_history, give_pass_list, passed
from training.models import EarlierTraining

pytestmark = pytest.mark.django_db


def test_everybody_listed_was_trained_and_nobody_is_registered_or_employed(cast: Cast) -> None:
    upload = give_history(cast, [earlier(1), earlier(2, 状态="已离职"), earlier(2, 培训日期=date(2022, 11, 1))])
    assert (upload.result["new"], upload.result["people"]) == (3, 2)
    first = EarlierTraining.objects.order_by("pk")[0]
    assert (first.enterprise_name, first.trade, first.trained_on, first.is_leaver, first.upload) == (
        "示例甲制衣有限公司", "平车", date(2022, 9, 30), False, upload,
    )  # fmt: skip
    assert EarlierTraining.objects.filter(is_leaver=True).count() == 1
    assert (Employment.objects.count(), WorkerRegistration.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (earlier(1, 姓名=None), "B", "NAME_MISSING"),
        (earlier(1, 证件号码=None), "C", "ID_MISSING"),
        (earlier(1, 证件号码=441899199005179010), "C", "ID_NUMERIC_CELL"),
        (earlier(1, 培训日期=None), "F", "TRAINING_DATE_MISSING"),
        (earlier(1, 培训日期=date(2023, 11, 7)), "F", "DATE_IN_FUTURE"),
        (earlier(1, 状态="借调"), "G", "STATE_UNKNOWN"),
        (earlier(1, 工种="平" * 41), "E", "TEXT_TOO_LONG"),
        (earlier(2), "C", "DUPLICATE_IN_FILE"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_refused_at_its_cell_and_the_others_go_in(
    cast: Cast, line: dict[str, Any], column: str, code: str
) -> None:
    upload = give_history(cast, [earlier(2), line, earlier(3)])
    assert findings(upload) == [(3, column, code, "error")]
    assert upload.result["new"] == 2


def test_the_same_list_in_another_order_changes_nothing(cast: Cast) -> None:
    give_history(cast, [earlier(1), earlier(2)])
    before = list(EarlierTraining.objects.order_by("pk").values_list())
    upload = give_history(cast, [earlier(2), earlier(1)])
    assert [upload.result[key] for key in ("new", "people", "leavers", "unchanged")] == [0, 0, 0, 2]
    assert list(EarlierTraining.objects.order_by("pk").values_list()) == before


def test_who_has_left_since_is_marked_and_an_older_list_does_not_take_it_back(cast: Cast) -> None:
    give_history(cast, [earlier(1), earlier(2)])
    assert give_history(cast, [earlier(1, 状态="离职"), earlier(2)]).result["leavers"] == 1
    assert give_history(cast, [earlier(2), earlier(1)]).result["leavers"] == 0
    assert EarlierTraining.objects.filter(is_leaver=True).count() == 1


def test_a_person_who_comes_again_to_a_base_is_one_person(cast: Cast) -> None:
    give_history(cast, [earlier(1)])
    upload = give_pass_list(cast, [passed(1)])
    assert (upload.result["new"], upload.result["people"], Worker.objects.count()) == (1, 0, 1)


def test_one_person_under_two_numbers_is_counted_once(cast: Cast) -> None:
    give_history(cast, [earlier(1), earlier(2)])
    duplicate, into = find_worker(id_number(902)), find_worker(id_number(901))
    assert duplicate is not None and into is not None
    merge_workers(actor=cast.clerk, duplicate=duplicate, into=into, reason="同一人")
    later = {"培训日期": date(2022, 11, 1)}
    upload = give_history(cast, [earlier(1, **later), earlier(2, **later)])
    assert (upload.result["new"], upload.result["unchanged"]) == (1, 1)


def test_only_the_bureau_gives_the_list(cast: Cast) -> None:
    with pytest.raises(PermissionRefused):
        give(cast.base_clerk, "training_history", workbook(HISTORY_HEADER, [earlier(1)]), DAY)
