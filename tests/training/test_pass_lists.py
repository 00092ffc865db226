"""What becomes of a pass list: who may give and confirm it, what it writes, and that it writes it once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.models import Employment, Organisation, Role, TrainingBase, Worker, WorkerRegistration
from park_workers.services.employments import register_employment
from park_workers.services.people import find_worker, merge_workers
from park_workers.services.uploads import confirm_upload, receive_upload
from tests.conftest import Cast, make_member
from tests.park_workers.files import findings, give, shuffled, workbook
from tests.park_workers.numbers import id_number
from tests.park_workers.test_employments import HIRE
from tests.training.lists import DAY, PASS_HEADER, absent, certificate, failed, give_pass_list, passed, uncertified
from training.models import Assessment, Certificate, Enrolment, TrainingClass

pytestmark = pytest.mark.django_db
TABLES = (Worker, TrainingClass, Enrolment, Assessment, Certificate)


def snapshot() -> list[list[object]]:
    return [list(table.objects.order_by("pk").values_list()) for table in TABLES]  # type: ignore[attr-defined]


def test_a_list_becomes_classes_people_results_and_certificates(cast: Cast) -> None:
    upload = give_pass_list(cast, [passed(1), uncertified(2), failed(3), absent(4)])
    counts = {"new": 4, "people": 4, "classes": 1, "certificates": 1, "unchanged": 0}
    assert {key: upload.result[key] for key in counts} == counts
    seat = Enrolment.objects.select_related("training_class", "assessment__certificate").order_by("pk")[0]
    the_class, result = seat.training_class, seat.assessment
    assert (the_class.base, the_class.number, the_class.trade, the_class.level) == (cast.base, "1-平车", "平车", 5)
    assert (the_class.starts_on, the_class.ends_on, the_class.planned_hours) == (
        date(2023, 2, 6),
        date(2023, 2, 17),
        40,
    )
    assert (seat.attended_hours, seat.order_enterprise_name, seat.upload) == (40, "示例甲制衣有限公司", upload)
    assert (result.theory_score, result.practice_score, result.verdict) == (80, 82, "合格")
    assert (result.certificate.number, result.certificate.issued_on) == (certificate(1), date(2023, 3, 9))
    assert result.certificate.worker.open_id_number() == id_number(901)  # type: ignore[attr-defined]
    assert list(Assessment.objects.order_by("pk").values_list("verdict", flat=True)) == [
        "合格",
        "合格",
        "不合格",
        "缺考",
    ]


def test_nothing_is_written_before_a_second_person_has_confirmed(cast: Cast) -> None:
    content = workbook(PASS_HEADER, [passed(1)])
    upload = receive_upload(actor=cast.base_clerk, sheet_kind="pass_list", content=content, name="名单.xlsx", day=DAY)
    upload.refresh_from_db()
    with pytest.raises(RuleViolation) as refusal:
        confirm_upload(actor=cast.base_clerk, upload=upload, day=DAY)
    assert refusal.value.code == "SECOND_PERSON_NEEDED"
    assert (upload.status, Enrolment.objects.count()) == ("checked", 0)


def test_a_colleague_at_the_base_may_be_the_second_person(cast: Cast) -> None:
    colleague = make_member("base_clerk_2", cast.base.organisation, Role.BASE_CLERK)
    assert give_pass_list(cast, [passed(1)], confirmed_by=colleague).status == "applied"


def test_an_enterprise_neither_gives_nor_confirms_a_pass_list(cast: Cast) -> None:
    with pytest.raises(PermissionRefused):
        give_pass_list(cast, [passed(1)], actor=cast.hr)
    with pytest.raises(PermissionRefused):
        give_pass_list(cast, [passed(1)], confirmed_by=cast.hr)


def test_the_same_list_shuffled_and_saved_anew_says_nothing_new_and_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    lines = [
        passed(1),
        uncertified(2),
        failed(3),
        absent(4),
        passed(1, 班次="1-冚车", 工种="冚车", 证书编号=certificate(9)),
    ]
    content = workbook(PASS_HEADER, lines)
    (tmp_path / "名单.xlsx").write_bytes(content)
    give_pass_list(cast, lines)
    before = snapshot()
    for seed in range(3):
        again = give(cast.base_clerk, "pass_list", shuffled(tmp_path / "名单.xlsx", seed), DAY, confirmed_by=cast.clerk)
        counts = [again.result[key] for key in ("new", "people", "classes", "certificates", "unchanged")]
        assert counts == [0, 0, 0, 0, 5]
    assert snapshot() == before


def test_certificates_issued_later_are_added_to_the_results(cast: Cast) -> None:
    give_pass_list(cast, [uncertified(1), uncertified(2)])
    upload = give_pass_list(cast, [passed(1), uncertified(2), passed(3)])
    counts = [upload.result[key] for key in ("new", "classes", "certificates", "unchanged")]
    assert counts == [1, 0, 2, 1]
    assert Certificate.objects.get(number=certificate(1)).assessment.enrolment.worker.name == "学员乙"
    without = give_pass_list(cast, [uncertified(1)])
    assert (findings(without), without.result["unchanged"], Certificate.objects.count()) == ([], 1, 2)


def test_two_bases_may_number_their_classes_alike(cast: Cast) -> None:
    organisation = Organisation.objects.create(kind="training_base", name="二号基地")
    other = TrainingBase.objects.create(organisation=organisation, bureau=cast.bureau)
    clerk = make_member("other_base", other.organisation, Role.BASE_CLERK)
    give_pass_list(cast, [passed(1)])
    assert findings(give_pass_list(cast, [passed(2, 工种="冚车")], actor=clerk)) == []
    assert set(TrainingClass.objects.values_list("base_id", "trade")) == {(cast.base.pk, "平车"), (other.pk, "冚车")}


def test_being_trained_registers_and_employs_nobody(cast: Cast) -> None:
    give_pass_list(cast, [passed(1)])
    assert (Worker.objects.count(), Employment.objects.count(), WorkerRegistration.objects.count()) == (1, 0, 0)


def test_a_trainee_is_known_by_number_and_another_name_is_pointed_out(cast: Cast) -> None:
    worker = register_employment(actor=cast.hr, enterprise=cast.alpha, request_id="r1", **HIRE).employment.worker
    upload = give_pass_list(cast, [passed(1, 证件号码=HIRE["id_number"], 姓名="别的名字"), passed(2)])
    assert findings(upload) == [(2, "F", "TRAINEE_NAME_MISMATCH", "warning")]
    worker.refresh_from_db()
    assert (worker.enrolments.count(), worker.name) == (1, HIRE["name"])


def test_a_person_whose_records_were_merged_is_not_enrolled_again(cast: Cast) -> None:
    give_pass_list(cast, [passed(1), uncertified(2, 班次="1-冚车", 工种="冚车")])
    duplicate, into = find_worker(id_number(901)), find_worker(id_number(902))
    assert duplicate is not None and into is not None
    merge_workers(actor=cast.clerk, duplicate=duplicate, into=into, reason="同一人")
    upload = give_pass_list(cast, [passed(1, 订单企业=None)])
    assert [code for _, _, code, severity in findings(upload) if severity == "error"] == []
    assert (upload.result["new"], upload.result["unchanged"]) == (0, 1)


def test_one_person_under_two_numbers_sits_in_a_class_once(cast: Cast) -> None:
    give_pass_list(cast, [passed(1), uncertified(2, 班次="1-冚车", 工种="冚车")])
    duplicate, into = find_worker(id_number(902)), find_worker(id_number(901))
    assert duplicate is not None and into is not None
    merge_workers(actor=cast.clerk, duplicate=duplicate, into=into, reason="同一人")
    later = {"班次": "1-裁床", "工种": "裁床", "开班日期": date(2023, 5, 8), "结业日期": date(2023, 5, 19)}
    upload = give_pass_list(cast, [uncertified(1, **later), uncertified(2, **later), uncertified(3, **later)])
    assert findings(upload) == [(3, "G", "DUPLICATE_IN_FILE", "error")]
    assert upload.result["new"] == 2


@pytest.mark.parametrize(
    ("wrong", "guard"),
    [
        ({"theory_score": 101}, "assessment_theory_mark"),
        ({"practice_score": None}, "passed_with_both_marks"),
        ({"verdict": "缺考"}, "absent_without_marks"),
    ],
)
def test_the_database_itself_refuses_impossible_results(cast: Cast, wrong: dict[str, object], guard: str) -> None:
    give_pass_list(cast, [passed(1)])
    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        Assessment.objects.update(**wrong)
