"""People at the desk: found without a number in any address, one thread for each, numbers in plain with a reason only."""

from __future__ import annotations

from datetime import date

import pytest

from park_workers.foundation.audit import AuditEvent
from park_workers.models import Employment, EmploymentOverlap, OtherSubsidy, Worker
from subsidies.services.decisions import hold_line
from tests.pages.clients import as_person, queries_of, text_of
from tests.park_workers.files import give, workbook
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import Day, Stage, hire, take_to
from tests.training.lists import PASS_HEADER, passed


def person(stage: Stage) -> Worker:
    return stage.hires[0].worker


def address(stage: Stage, more: str = "") -> str:
    return f"/workers/{person(stage).pk}/{more}"


def find(stage: Stage, q: str) -> str:
    """Where the search box leads."""
    answer = as_person(stage.cast.clerk).post("/workers/find/", {"q": q})
    return answer["Location"] if answer.status_code == 302 else f"{answer.status_code}"


def test_a_full_number_leads_to_the_person_and_stands_in_no_address(stage: Stage) -> None:
    number = id_number(901)
    assert find(stage, f" {number.lower()} ") == address(stage)
    assert number not in find(stage, number)


def test_four_digits_and_a_phone_become_keyed_hashes_in_the_address(stage: Stage) -> None:
    number = id_number(901)
    place = find(stage, number[-4:])
    assert number[-4:] not in place
    page = text_of(stage.cast.clerk, place)
    assert person(stage).name in page and str(stage.hires[1].worker) not in page
    assert "13800005678" not in find(stage, "138 0000 5678")


def test_an_unknown_number_is_said_to_be_unknown_and_kept_in_the_box(stage: Stage) -> None:
    answer = as_person(stage.cast.clerk).post("/workers/find/", {"q": id_number(777)})
    assert answer.status_code == 404
    assert "没有这个证件号码的人员" in answer.content.decode() and id_number(777) in answer.content.decode()


def test_a_name_and_a_state_are_filters_in_the_address(stage: Stage) -> None:
    answer = as_person(stage.cast.clerk).post("/workers/find/", {"q": person(stage).name, "state": "now"})
    assert answer["Location"].startswith("/workers/?") and "state=now" in answer["Location"]
    assert person(stage).name in text_of(stage.cast.clerk, answer["Location"])
    assert "没有符合条件的人员" in text_of(stage.cast.clerk, "/workers/?state=never")


def test_pages_of_people_begin_where_the_last_one_ended(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.desk.keyset.keyset_page.__defaults__", (2,))
    clerk = as_person(stage.cast.clerk)
    first = clerk.get("/workers/").context["page"]
    second = clerk.get(f"/workers/?before={first.older}").context["page"]
    assert [w.pk for w in [*first.rows, *second.rows]] == sorted(Worker.objects.values_list("pk", flat=True))[::-1]
    back = clerk.get(f"/workers/?after={second.newer}").context["page"]
    assert [w.pk for w in back.rows] == [w.pk for w in first.rows]


@pytest.mark.parametrize("role", ["city_reviewer", "hr", "base_clerk"])
def test_people_are_the_bureaus_business(stage: Stage, role: str) -> None:
    client = as_person(getattr(stage.cast, role))
    assert {client.get(one).status_code for one in ("/workers/", address(stage), "/enterprises/")} == {403}


def test_the_thread_tells_a_life_from_class_to_payment(stage: Stage) -> None:
    give(
        stage.cast.base_clerk, "pass_list", workbook(PASS_HEADER, [passed(1)]), date(2023, 11, 6), confirmed_by=stage.cast.clerk
    )  # fmt: skip
    OtherSubsidy.objects.create(worker=person(stage), name="以工代训补贴", month=date(2023, 3, 1), amount_fen=50_000)
    take_to(stage, "paying")
    page = text_of(stage.cast.clerk, address(stage))
    for words in ("培训开班：一号基地 1-平车", "考核合格", "取得证书", "入职：示例甲制衣有限公司", "享受其他补贴：以工代训补贴",
                  "企业申报", "第一批 招用工补贴：合格", "待支付", "2023 年"):  # fmt: skip
        assert words in page, words
    line = stage.line_of(stage.hires[0])
    assert f'href="/batches/{stage.batch.pk}/lines/{line.pk}/"' in page
    assert "申报名单《名单.xlsx》" in page


def test_the_thread_tells_what_was_decided_about_a_line(stage: Stage) -> None:
    take_to(stage, "computed")
    hold_line(actor=stage.cast.clerk, line=stage.lines()[0], reason="材料需核实", day=Day.APPLIED)
    page = text_of(stage.cast.auditor, address(stage))
    assert "第一批：暂缓" in page and "材料需核实" in page


def test_numbers_are_masked_until_a_reason_is_given_and_the_look_is_logged(stage: Stage) -> None:
    number, clerk = id_number(901), as_person(stage.cast.clerk)
    assert number not in clerk.get(address(stage)).content.decode()
    assert "请填写事由" in clerk.post(address(stage, "reveal/"), {}).content.decode()
    answer = clerk.post(address(stage, "reveal/"), {"phrase": "核对证件原件"})
    assert number in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.get(code="worker.revealed").note == "核对证件原件"
    assert number not in clerk.get(address(stage)).content.decode()


def test_the_auditor_sees_no_number_in_plain(stage: Stage) -> None:
    assert "查看完整号码" not in text_of(stage.cast.auditor, address(stage))
    assert as_person(stage.cast.auditor).post(address(stage, "reveal/"), {"phrase": "看看"}).status_code == 403
    assert not AuditEvent.objects.filter(code="worker.revealed").exists()


def test_a_clerk_merges_a_second_record_and_the_thread_is_one(stage: Stage) -> None:
    other = hire(stage.cast, stage.cast.beta, 911)  # the same invented name
    clerk = as_person(stage.cast.clerk)
    assert other.worker.reference in clerk.get(address(stage, "merge/")).content.decode()
    assert "请填写事由" in clerk.post(address(stage, "merge/"), {"other": other.worker_id}).content.decode()
    form = {"other": other.worker_id, "phrase": "同一人的两个证件号码"}
    page = clerk.post(address(stage, "merge/"), form, follow=True).content.decode()
    assert "合并重复记录" in page and "入职：示例乙服饰有限公司" in page
    assert clerk.get(f"/workers/{other.worker_id}/")["Location"] == address(stage)
    assert as_person(stage.cast.reviewer).get(address(stage, "merge/")).status_code == 403


def test_a_leaving_and_a_corrected_hire_date_are_recorded_from_the_page(stage: Stage) -> None:
    clerk, pk = as_person(stage.cast.clerk), stage.hires[0].pk
    wrong = clerk.post(address(stage, f"employments/{pk}/leave/"), {"day": "2020-01-01"})
    assert (
        wrong.status_code == 422
        and "早于入职日期" in wrong.content.decode()
        and 'value="2020-01-01"' in wrong.content.decode()
    )
    clerk.post(address(stage, f"employments/{pk}/leave/"), {"day": "2023-06-30", "phrase": "本人辞职"})
    clerk.post(address(stage, f"employments/{pk}/hire-date/"), {"day": "2023-02-02", "phrase": "企业填报有误"})
    found = Employment.objects.get(pk=pk)
    assert (found.left_on, found.leave_reason, found.hired_on) == (date(2023, 6, 30), "本人辞职", date(2023, 2, 2))
    page = text_of(stage.cast.clerk, address(stage))
    assert "离职：示例甲制衣有限公司" in page and "2023-02-01 改为 2023-02-02" in page
    assert "<span>登记离职</span><span>clerk</span>" in page  # who recorded it, not the file of the hire
    assert "更正离职日期" in page


def test_an_overlap_is_listed_on_the_persons_page(stage: Stage) -> None:
    hire(stage.cast, stage.cast.beta, 901)
    assert EmploymentOverlap.objects.count() == 1
    assert "同时在两家企业在职" in text_of(stage.cast.clerk, address(stage))


def test_queries_do_not_grow_with_people(stage: Stage) -> None:
    before = queries_of(stage.cast.clerk, "/workers/"), queries_of(stage.cast.clerk, address(stage))
    for order in range(920, 930):
        hire(stage.cast, stage.cast.alpha, order)
    for day in (date(2023, 7, 1), date(2023, 9, 1)):  # a longer life
        OtherSubsidy.objects.create(worker=person(stage), name="以工代训补贴", month=day, amount_fen=1)
    assert (queries_of(stage.cast.clerk, "/workers/"), queries_of(stage.cast.clerk, address(stage))) == before
