"""Figures of training: attendances are lines, people are counted once, hired afterwards means after the class."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from park_workers.models import Organisation, Role, TrainingBase
from park_workers.services.employments import register_employment
from park_workers.services.people import find_worker, merge_workers
from tests.conftest import Cast, make_member
from tests.park_workers.numbers import id_number
from tests.park_workers.test_employments import HIRE
from tests.training.lists import absent, certificate, earlier, failed, give_history, give_pass_list, passed, uncertified
from training.services.figures import training_figures

pytestmark = pytest.mark.django_db


def hire(cast: Cast, order: int, day: date) -> None:
    line: dict[str, Any] = {"id_number": id_number(900 + order), "hired_on": day, "contract_starts_on": day}
    register_employment(actor=cast.hr, enterprise=cast.alpha, request_id=f"r{order}", **(HIRE | line))


def test_nothing_loaded_is_nothing_trained(cast: Cast) -> None:
    figures = training_figures()
    assert {value for value in figures.values() if isinstance(value, int)} == {0}
    assert figures["by_base"] == {}


def test_attendances_people_and_results_are_counted_apart(cast: Cast) -> None:
    give_history(cast, [earlier(1), earlier(2, 状态="已离职"), earlier(2, 培训日期=date(2022, 11, 1))])
    give_pass_list(cast, [passed(1), uncertified(3), failed(4), absent(5)])
    figures = training_figures()
    counts = ("history", "history_left", "bases", "total_attendances", "distinct_people")
    assert [figures[key] for key in counts] == [3, 1, 4, 7, 5]
    assert [figures[key] for key in ("passed", "failed", "absent", "certificates")] == [2, 1, 1, 1]
    cell = {"trained": 4, "passed": 2, "certificates": 1}
    assert figures["by_base"] == {"一号基地": cell}
    assert figures["by_trade"] == {"平车": cell}
    assert figures["by_level"] == {"五级": cell}
    assert figures["by_class"] == {"1-平车": cell}


def test_levels_run_from_five_to_one(cast: Cast) -> None:
    give_pass_list(
        cast, [uncertified(1, 班次="三", 级别="三级"), uncertified(2), uncertified(3, 班次="四", 级别="四级")]
    )
    assert list(training_figures()["by_level"]) == ["五级", "四级", "三级"]


def test_hired_afterwards_means_after_the_last_day_of_a_class_passed(cast: Cast) -> None:
    give_pass_list(cast, [passed(1), passed(2), failed(3), passed(4)])
    hire(cast, 1, date(2023, 2, 18))
    hire(cast, 2, date(2023, 2, 17))
    hire(cast, 3, date(2023, 2, 18))
    assert training_figures()["passed_then_hired"] == 1


def test_who_passed_twice_and_was_hired_is_one_person(cast: Cast) -> None:
    other = passed(1, 班次="1-冚车", 工种="冚车", 证书编号=certificate(2))
    give_pass_list(cast, [passed(1), other])
    hire(cast, 1, date(2023, 2, 18))
    assert training_figures()["passed_then_hired"] == 1


def test_a_merged_person_is_one_whichever_record_facts_hang_on(cast: Cast) -> None:
    give_pass_list(cast, [passed(1), uncertified(2, 班次="1-冚车", 工种="冚车")])
    hire(cast, 2, date(2023, 2, 18))
    duplicate, into = find_worker(id_number(902)), find_worker(id_number(901))
    assert duplicate is not None and into is not None
    merge_workers(actor=cast.clerk, duplicate=duplicate, into=into, reason="同一人")
    figures = training_figures()
    assert (figures["distinct_people"], figures["passed_then_hired"]) == (1, 1)


def test_a_bureau_states_its_own_bases_and_classes_numbered_alike_stay_apart(cast: Cast) -> None:
    bureau = Organisation.objects.create(kind="district_bureau", name="示例二区人社局")
    organisation = Organisation.objects.create(kind="training_base", name="示例基地")
    base = TrainingBase.objects.create(organisation=organisation, bureau=bureau)
    give_pass_list(cast, [passed(1)])
    give_pass_list(cast, [passed(2), failed(3)], actor=make_member("other_base", base.organisation, Role.BASE_CLERK))
    give_history(cast, [earlier(4)])
    assert set(training_figures()["by_class"]) == {"一号基地 1-平车", "示例基地 1-平车"}
    here = training_figures(bureau=bureau)
    assert (here["history"], here["bases"], here["distinct_people"]) == (0, 2, 2)
    assert here["by_class"] == {"1-平车": {"trained": 2, "passed": 1, "certificates": 1}}


def test_runs_of_one_class_number_stay_apart_by_their_first_day(cast: Cast) -> None:
    give_pass_list(cast, [passed(1), failed(2, 开班日期=date(2023, 5, 8), 结业日期=date(2023, 5, 19))])
    assert list(training_figures()["by_class"]) == ["1-平车 2023-02-06", "1-平车 2023-05-08"]
