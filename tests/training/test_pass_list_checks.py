"""What is found in a pass list, cell by cell: errors refuse a line, warnings keep it, good lines are never lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from park_workers.foundation.spreadsheets import read_sheet
from tests.conftest import Cast
from tests.park_workers.files import findings, give, workbook
from tests.park_workers.numbers import id_number
from tests.training.lists import DAY, PASS_HEADER, absent, certificate, failed, give_pass_list, passed, uncertified
from training.models import Certificate, Enrolment, TrainingClass
from training.pass_list.reader import SHEET, read_lines

pytestmark = pytest.mark.django_db
ERROR, WARNING = "error", "warning"


def found(cast: Cast, *lines: dict[str, Any]) -> list[tuple[int, str, str, str]]:
    """Findings in a list; lines from row 2 on."""
    return findings(give_pass_list(cast, lines))


def test_a_tidy_list_has_no_findings(cast: Cast) -> None:
    assert (
        found(
            cast, passed(1), uncertified(2), failed(3), absent(4), failed(5, 理论成绩=None, 实操成绩=None, 实到学时=8)
        )
        == []
    )


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (passed(证件号码=id_number(901)[:17] + "0"), "G", "ID_CHECKSUM"),
        (passed(证件号码="44189919900517901"), "G", "ID_LENGTH"),
        (passed(证件号码=441899199005179010), "G", "ID_NUMERIC_CELL"),
        (passed(证件号码=None), "G", "ID_MISSING"),
        (passed(姓名=None), "F", "NAME_MISSING"),
        (passed(班次=None), "A", "CLASS_MISSING"),
        (passed(班次="班" * 61), "A", "TEXT_TOO_LONG"),
        (passed(级别="六级"), "C", "LEVEL_UNKNOWN"),
        (passed(结论="优秀"), "M", "VERDICT_UNKNOWN"),
        (passed(开班日期="2023.2.30"), "D", "DATE_INVALID"),
        (uncertified(开班日期=date(2023, 2, 18)), "E", "CLASS_END_BEFORE_START"),
        (uncertified(结业日期=date(2023, 11, 7)), "E", "DATE_IN_FUTURE"),
        (passed(发证日期=date(2023, 11, 7)), "O", "DATE_IN_FUTURE"),
        (passed(计划学时=0), "I", "HOURS_INVALID"),
        (passed(实到学时=-1), "J", "HOURS_INVALID"),
        (passed(理论成绩=101), "K", "SCORE_OUT_OF_RANGE"),
        (passed(理论成绩="优"), "K", "NUMBER_INVALID"),
        (passed(实操成绩=None), "L", "SCORE_MISSING"),
        (passed(理论成绩=59), "M", "VERDICT_CONTRADICTS_SCORE"),
        (absent(理论成绩=70), "M", "VERDICT_CONTRADICTS_SCORE"),
        (failed(证书编号=certificate(1), 发证日期=date(2023, 3, 9)), "N", "CERT_WITHOUT_PASS"),
        (passed(证书编号=None), "N", "CERT_NUMBER_MISSING"),
        (passed(发证日期=None), "O", "CERT_DATE_MISSING"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_refused_at_its_cell_and_the_others_go_in(
    cast: Cast, line: dict[str, Any], column: str, code: str
) -> None:
    upload = give_pass_list(cast, [passed(2), line, passed(3)])
    assert findings(upload) == [(3, column, code, ERROR)]
    assert (upload.status, upload.accepted, upload.refused, upload.result["new"]) == ("applied", 2, 1, 2)


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (passed(证书编号=certificate(1, year=21)), "N", "CERT_YEAR_MISMATCH"),
        (passed(证书编号=certificate(1, level=1)), "N", "CERT_LEVEL_MISMATCH"),
        (passed(证书编号="2344001234567890"), "N", "CERT_NUMBER_FORMAT"),
        (passed(发证日期=date(2023, 2, 16)), "O", "CERT_BEFORE_CLASS_END"),
        (passed(手机号码="12345"), "H", "PHONE_INVALID"),
        (passed(实到学时=31), "J", "HOURS_SHORT"),
        (passed(实到学时=41), "J", "HOURS_ABOVE_PLAN"),
        (failed(理论成绩=60), "M", "VERDICT_BELOW_SCORES"),
    ],
)  # fmt: skip
def test_what_is_worth_a_look_is_said_and_the_line_kept(
    cast: Cast, line: dict[str, Any], column: str, code: str
) -> None:
    upload = give_pass_list(cast, [line])
    assert findings(upload) == [(2, column, code, WARNING)]
    assert upload.result["new"] == 1


def test_a_number_may_have_both_the_wrong_year_and_the_wrong_level(cast: Cast) -> None:
    codes = [code for _, _, code, _ in found(cast, passed(证书编号=certificate(1, year=21, level=1)))]
    assert codes == ["CERT_LEVEL_MISMATCH", "CERT_YEAR_MISMATCH"]


def test_eighty_percent_of_the_hours_and_sixty_in_both_examinations_are_enough(cast: Cast) -> None:
    assert found(cast, passed(实到学时=32, 理论成绩=60, 实操成绩=60)) == []


def test_a_number_of_another_kind_is_kept_as_it_was_written(cast: Cast) -> None:
    give_pass_list(cast, [passed(证书编号="r 44001234 ５６７8")])
    assert Certificate.objects.get().number == "R440012345678"


def test_a_long_number_typed_as_a_number_has_lost_its_last_digits_and_is_refused(cast: Cast) -> None:
    upload = give_pass_list(cast, [passed(证书编号=2344001234567890), passed(2)])
    assert (2, "N", "CERT_NUMERIC_CELL", ERROR) in findings(upload)
    assert upload.result["new"] == 1


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_line_that_says_something_else_about_its_class_is_refused_wherever_it_stands(cast: Cast, seed: int) -> None:
    lines = [passed(n) for n in range(1, 4)]
    lines.insert(seed, passed(4, 工种="冚车"))
    assert found(cast, *lines) == [(seed + 2, "B", "CLASS_FACTS_CONTRADICT", ERROR)]


@pytest.mark.parametrize(
    ("fact", "column"),
    [({"级别": "四级", "证书编号": certificate(2, level=4)}, "C"), ({"开班日期": date(2023, 2, 7)}, "D"),
     ({"结业日期": date(2023, 2, 18)}, "E"), ({"计划学时": 44}, "I")],
)  # fmt: skip
def test_each_fact_of_a_class_is_compared_with_what_is_recorded(cast: Cast, fact: dict[str, Any], column: str) -> None:
    give_pass_list(cast, [passed(1)])
    assert found(cast, passed(2, **fact)) == [(2, column, "CLASS_CONTRADICTS_RECORD", ERROR)]


def test_a_class_number_used_again_on_later_days_is_another_run(cast: Cast) -> None:
    again = {"开班日期": date(2023, 5, 8), "结业日期": date(2023, 5, 19), "级别": "四级"}
    first, second = [passed(1), passed(2)], [uncertified(1, **again), uncertified(3, **again)]
    assert found(cast, second[0], *first, second[1]) == []
    wanted = [(2, "D", "CLASS_CONTRADICTS_RECORD", ERROR), (3, "D", "CLASS_CONTRADICTS_RECORD", ERROR)]
    assert (
        found(cast, uncertified(4, **(again | {"开班日期": date(2023, 5, 9)})), passed(5, 开班日期=date(2023, 2, 7)))
        == wanted
    )
    assert list(TrainingClass.objects.order_by("starts_on").values_list("number", "level")) == [
        ("1-平车", 5),
        ("1-平车", 4),
    ]


def test_a_person_stands_once_in_a_class(cast: Cast) -> None:
    again = uncertified(1, 姓名="学员乙")
    assert found(cast, passed(1), again, passed(2)) == [(3, "G", "DUPLICATE_IN_FILE", ERROR)]


def test_of_two_lines_the_good_one_counts(cast: Cast) -> None:
    assert found(cast, passed(1, 理论成绩=50), passed(1)) == [(2, "M", "VERDICT_CONTRADICTS_SCORE", ERROR)]
    assert Enrolment.objects.count() == 1


def test_one_number_is_one_certificate_in_a_file(cast: Cast) -> None:
    assert found(cast, passed(1), passed(2, 证书编号=certificate(1))) == [(3, "N", "CERT_DUPLICATE", ERROR)]


def test_a_number_recorded_for_another_person_is_refused(cast: Cast) -> None:
    give_pass_list(cast, [passed(1)])
    assert found(cast, passed(2, 证书编号=certificate(1)), passed(3)) == [(2, "N", "CERT_DUPLICATE", ERROR)]
    assert Certificate.objects.get(number=certificate(1)).worker.name == "学员乙"


def test_a_number_recorded_for_another_class_of_the_same_person_is_refused(cast: Cast) -> None:
    give_pass_list(cast, [passed(1)])
    other = {"班次": "1-冚车", "工种": "冚车", "开班日期": date(2023, 3, 6), "结业日期": date(2023, 3, 8)}
    assert found(cast, passed(1, **other)) == [(2, "N", "CERT_DUPLICATE", ERROR)]


def test_a_recorded_result_is_not_changed_by_another_list(cast: Cast) -> None:
    give_pass_list(cast, [absent(1), passed(2), uncertified(3)])
    changed = [uncertified(1), passed(2, 证书编号=certificate(7)), uncertified(3, 实到学时=39), passed(4)]
    assert found(cast, *changed) == [
        (2, "K", "RESULT_CONTRADICTS_RECORD", ERROR),
        (3, "N", "CERT_CONTRADICTS_RECORD", ERROR),
        (4, "J", "RESULT_CONTRADICTS_RECORD", ERROR),
    ]
    assert found(cast, passed(2, 发证日期=date(2023, 3, 10))) == [(2, "O", "CERT_CONTRADICTS_RECORD", ERROR)]
    assert Enrolment.objects.count() == 4


def test_two_classes_at_once_and_a_level_passed_again_are_pointed_out(cast: Cast) -> None:
    overlapping = passed(
        1, 班次="1-平车-2", 证书编号=certificate(2), 开班日期=date(2023, 2, 17), 结业日期=date(2023, 2, 28)
    )
    wanted = [(3, "C", "LEVEL_PASSED_BEFORE", WARNING), (3, "D", "CLASS_OVERLAP", WARNING)]
    assert found(cast, passed(1), overlapping) == wanted


def test_a_higher_level_afterwards_is_no_repetition(cast: Cast) -> None:
    higher = {"班次": "1-四级", "级别": "四级", "开班日期": date(2023, 2, 18), "结业日期": date(2023, 3, 1)}
    assert found(cast, passed(1), passed(1, 证书编号=certificate(2, level=4), **higher)) == []


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("5", 5),
        (5, 5),
        ("初级工", 5),
        ("五级／初级工", 5),
        ("中级", 4),
        ("高级工（三级）", 3),
        ("技师", 2),
        ("一级/高级技师", 1),
    ],
)
def test_a_level_is_understood_as_people_write_it(written: Any, level: int) -> None:
    reading = read_sheet(SHEET, workbook(PASS_HEADER, [uncertified(级别=written)]))
    assert [line.level for line in read_lines([reading.clean(row) for row in reading.rows])] == [level]


def test_a_list_without_document_numbers_is_refused_as_a_whole(cast: Cast) -> None:
    header = [name for name in PASS_HEADER if name != "证件号码"]
    upload = give(cast.base_clerk, "pass_list", workbook(header, [passed(1)]), DAY, confirmed_by=cast.clerk)
    assert (upload.status, upload.refusal["code"]) == ("refused", "HEADER_NOT_FOUND")
    assert "证件号码" in upload.refusal["message"]
