"""Pages of the desk end to end: opening and cancelling a batch, objections, the bank's file, uploads."""

from __future__ import annotations

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from park_workers.foundation.audit import AuditEvent
from park_workers.models import Membership, Upload
from park_workers.services.employments import record_leave
from subsidies.models import Batch, Objection, PublicNotice
from subsidies.services.batches import compute_batch
from subsidies.services.decisions import hold_line
from subsidies.services.notices import publish_notice
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import (
    Day,
    Stage,
    answer,
    answer_list,
    application,
    application_list,
    bank_list,
    bank_rows,
    take_to,
)


def as_person(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def noticed_today(stage: Stage) -> PublicNotice:
    """A notice that is open on the day the test runs."""
    take_to(stage, "approved")
    publish_notice(actor=stage.cast.clerk, batch=stage.batch, day=timezone.localdate())
    return stage.batch.notices.get()  # type: ignore[attr-defined,no-any-return]


def new_batch_form(stage: Stage, **more: str) -> dict[str, str]:
    return {
        "policy": str(stage.policy.pk),
        "name": "第二批",
        "cutoff_on": "2023-06-30",
        "candidates": "applications",
    } | more


def test_two_taps_open_one_batch(stage: Stage) -> None:
    clerk = as_person(stage.cast.clerk)
    answers = [clerk.post("/batches/new/", new_batch_form(stage)) for _ in range(2)]
    opened = Batch.objects.get(name="第二批")
    assert [a["Location"] for a in answers] == [f"/batches/{opened.pk}/"] * 2


def test_a_batch_form_keeps_what_was_typed(stage: Stage) -> None:
    answer = as_person(stage.cast.clerk).post("/batches/new/", new_batch_form(stage, name="冬季批", cutoff_on="明天"))
    assert answer.status_code == 422
    assert 'value="冬季批"' in answer.content.decode()
    assert "“明天”不是有效日期" in answer.content.decode()


def test_only_a_clerk_opens_batches(stage: Stage) -> None:
    assert as_person(stage.cast.reviewer).get("/batches/new/").status_code == 403


def test_a_trial_pays_nothing(stage: Stage) -> None:
    as_person(stage.cast.clerk).post("/batches/new/", new_batch_form(stage, trial="1", name="试一试"))
    assert Batch.objects.get(name="试一试").is_trial


def take(client: Client, stage: Stage, key: str, **fields: str) -> str:
    """Press a button of the batch page; the page that follows."""
    stage.batch.refresh_from_db()
    form = {"version": str(stage.batch.version)} | fields
    return client.post(f"/batches/{stage.batch.pk}/{key}/", form, follow=True).content.decode()


def test_a_cancellation_is_asked_for_by_a_clerk_and_decided_by_an_approver(stage: Stage) -> None:
    clerk, approver = as_person(stage.cast.clerk), as_person(stage.cast.approver_1)
    assert "申请撤销" in clerk.get(f"/batches/{stage.batch.pk}/").content.decode()
    assert "请说明原因" in take(clerk, stage, "propose-cancel")
    assert "等待审批人决定" in take(clerk, stage, "propose-cancel", note="设置有误")
    assert "无需重复操作" in take(clerk, stage, "propose-cancel", note="设置有误")
    assert "批次已撤销" in take(approver, stage, "cancel")
    stage.batch.refresh_from_db()
    assert stage.batch.status == "cancelled"


def test_a_declined_cancellation_lets_the_batch_go_on(stage: Stage) -> None:
    take(as_person(stage.cast.clerk), stage, "propose-cancel", note="设置有误")
    assert "照常办理" in take(as_person(stage.cast.approver_1), stage, "decline-cancel", note="请继续")
    stage.batch.refresh_from_db()
    assert (stage.batch.status, stage.batch.cancel_proposed_by_id) == ("draft", None)


def test_lists_and_page_tell_the_same_sum_when_a_line_is_held(stage: Stage) -> None:
    take_to(stage, "computed")
    hold_line(actor=stage.cast.clerk, line=stage.lines()[0], reason="材料需核实", day=Day.APPLIED)
    clerk = as_person(stage.cast.clerk)
    for address in ("/", "/batches/", f"/batches/{stage.batch.pk}/"):
        assert "¥4,000.00" in clerk.get(address).content.decode(), address


def test_asking_to_cancel_is_no_task_on_the_desk(stage: Stage) -> None:
    take_to(stage, "submitted")
    assert "没有等您办理的批次" in as_person(stage.cast.clerk).get("/").content.decode()


OBJECTION = {"name": "陈某", "contact": "13800000001", "text": "名单中有人未在该企业上班"}


def test_the_public_objects_without_a_cookie_and_a_second_tap_is_the_same_objection(stage: Stage) -> None:
    address = f"/notices/{noticed_today(stage).reference}/objection/"
    public = Client(enforce_csrf_checks=True)
    receipts = {public.post(address, OBJECTION)["Location"] for _ in range(2)}
    objection = Objection.objects.get()
    assert receipts == {f"{address}{objection.reference}/"}
    assert objection.reference in public.get(receipts.pop()).content.decode()
    assert not public.cookies
    assert "13800000001" not in objection.contact


def test_an_incomplete_objection_keeps_what_was_typed(stage: Stage) -> None:
    address = f"/notices/{noticed_today(stage).reference}/objection/"
    answer = Client().post(address, OBJECTION | {"contact": ""})
    assert answer.status_code == 422
    assert OBJECTION["text"] in answer.content.decode()


def test_an_objection_after_the_term_is_not_taken(stage: Stage) -> None:
    take_to(stage, "in_notice")
    address = f"/notices/{stage.batch.notices.get().reference}/objection/"  # type: ignore[attr-defined]
    assert "现已不受理异议" in Client().get(address).content.decode()
    assert Client().post(address, OBJECTION).status_code == 422
    assert not Objection.objects.exists()


def test_a_reviewer_upholds_an_objection_and_the_line_leaves_the_list(stage: Stage) -> None:
    notice = noticed_today(stage)
    Client().post(f"/notices/{notice.reference}/objection/", OBJECTION)
    objection, line = Objection.objects.get(), stage.lines()[0]
    address = f"/batches/{stage.batch.pk}/objections/{objection.pk}/"
    reviewer = as_person(stage.cast.reviewer)
    assert "请选择异议成立或不成立" in reviewer.post(address, {"note": "已核实"}).content.decode()
    form = {"verdict": "uphold", "line": str(line.pk), "note": "已核实"}
    assert "处理意见已记录" in reviewer.post(address, form, follow=True).content.decode()
    assert "无需重复操作" in reviewer.post(address, form, follow=True).content.decode()
    assert line.pk not in {one.pk for one in stage.lines()}


def test_the_contact_of_an_objector_is_shown_to_the_reviewer_and_logged(stage: Stage) -> None:
    notice = noticed_today(stage)
    Client().post(f"/notices/{notice.reference}/objection/", OBJECTION)
    address = f"/batches/{stage.batch.pk}/objections/{Objection.objects.get().pk}/"
    assert "13800000001" not in as_person(stage.cast.reviewer).get(address).content.decode()
    assert "13800000001" in as_person(stage.cast.reviewer).post(address + "contact/", follow=True).content.decode()
    assert as_person(stage.cast.clerk).post(address + "contact/").status_code == 403
    assert AuditEvent.objects.filter(code="objection.contact_revealed").count() == 1


def test_finance_downloads_the_payment_file_under_its_chinese_name(stage: Stage) -> None:
    take_to(stage, "paying")
    payment_file = stage.batch.payment_files.get()  # type: ignore[attr-defined]
    address = f"/batches/{stage.batch.pk}/payment-files/{payment_file.pk}/"
    answer = as_person(stage.cast.finance).get(address)
    assert answer.content.startswith(b"PK")
    assert "filename*=UTF-8''%E4%BB%98%E6%AC%BE" in answer["Content-Disposition"]
    assert as_person(stage.cast.clerk).get(address).status_code == 403


def give(client: Client, content: bytes, sheet: str, scope: str) -> Upload:
    """Send a file through the page."""
    form = {"sheet": sheet, "scope": scope, "file": SimpleUploadedFile("名单.xlsx", content)}
    answer = client.post("/uploads/new/", form)
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.get(reference=answer["Location"].split("/")[2])


def test_finance_imports_a_bank_return_once(stage: Stage) -> None:
    take_to(stage, "paying")
    payment_file = stage.batch.payment_files.get()  # type: ignore[attr-defined]
    finance, content = as_person(stage.cast.finance), bank_list(*bank_rows(payment_file))
    upload = give(finance, content, "bank_returns", f"payment_file:{payment_file.pk}")
    assert give(finance, content, "bank_returns", f"payment_file:{payment_file.pk}") == upload
    assert f"确认导入 {upload.accepted} 行" in finance.get(f"/uploads/{upload.reference}/").content.decode()
    for _ in range(2):
        finance.post(f"/uploads/{upload.reference}/confirm/")
    stage.batch.refresh_from_db()
    assert stage.batch.status == "closed"
    assert "已导入" in finance.get("/uploads/").content.decode()


def test_an_enterprise_sees_its_errors_and_gets_its_own_file_back_marked(stage: Stage) -> None:
    hr = as_person(stage.cast.hr)
    wrong = application(stage.hires[0], 1) | {"证件号码": "441802199001010000"}
    upload = give(hr, application_list(wrong), "applications", f"batch:{stage.batch.pk}")
    page = hr.get(f"/uploads/{upload.reference}/").content.decode()
    assert "逐项问题" in page and "确认导入" not in page
    assert hr.get(f"/uploads/{upload.reference}/marked-copy/").content.startswith(b"PK")
    assert "自动整理" in hr.get(f"/uploads/{upload.reference}/repairs/").content.decode()
    assert as_person(stage.cast.hr_beta).get(f"/uploads/{upload.reference}/").status_code == 404
    assert "没有写入任何内容" in hr.post(f"/uploads/{upload.reference}/withdraw/", follow=True).content.decode()


def test_a_file_that_is_no_workbook_is_refused_with_the_choice_kept(stage: Stage) -> None:
    form = {"sheet": "applications", "scope": f"batch:{stage.batch.pk}", "file": SimpleUploadedFile("a.xlsx", b"hello")}
    answer = as_person(stage.cast.hr).post("/uploads/new/", form)
    assert answer.status_code == 422
    assert f'value="batch:{stage.batch.pk}" selected' in answer.content.decode()
    assert not Upload.objects.filter(file__original_name="a.xlsx").exists()


def test_a_template_is_downloaded(stage: Stage) -> None:
    assert as_person(stage.cast.hr).get("/uploads/templates/applications/").content.startswith(b"PK")


def test_a_reviewer_has_no_business_with_uploads(stage: Stage) -> None:
    assert as_person(stage.cast.reviewer).get("/uploads/").status_code == 403


def test_the_history_tells_what_a_new_computation_changed(stage: Stage) -> None:
    take_to(stage, "computed")
    history = f"/batches/{stage.batch.pk}/?tab=history"
    clerk = as_person(stage.cast.clerk)
    compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    assert "与第 1 次相比，每个人的结果都没有变化" in clerk.get(history).content.decode()
    record_leave(
        actor=stage.cast.hr, employment=stage.hires[0], left_on=date(2023, 4, 29), reason="辞职", day=Day.APPLIED
    )
    compute_batch(actor=stage.cast.clerk, batch=stage.batch, day=Day.APPLIED)
    page = clerk.get(history).content.decode()
    assert "与第 2 次相比，1 人的结果有变化" in page
    assert "截止日前离职" in page


def test_a_clerk_gives_a_roster_in_the_name_of_an_enterprise(stage: Stage) -> None:
    clerk, alpha = as_person(stage.cast.clerk), stage.cast.alpha
    content = workbook(ROSTER_HEADER, [staff("新工人", id_number(990), date(2023, 3, 1))])
    form = {"sheet": "roster", "file": SimpleUploadedFile("花名册.xlsx", content)}
    assert "请选择这份表是哪家企业的" in clerk.post("/uploads/new/", form | {"owner": "1 or 1"}).content.decode()
    content_again = {"file": SimpleUploadedFile("花名册.xlsx", content)}
    assert clerk.post("/uploads/new/", form | content_again | {"owner": str(alpha.pk)}).status_code == 302
    assert Upload.objects.get(sheet_kind="roster").organisation_id == alpha.pk


def test_a_line_the_city_never_agrees_to_leaves_the_batch_with_a_reason(stage: Stage) -> None:
    take_to(stage, "sent_to_city")
    answer(stage, answer_list(stage, returned=[stage.hires[0]]))
    clerk = as_person(stage.cast.clerk)
    assert "市局终不同意" in clerk.get(f"/batches/{stage.batch.pk}/").content.decode()
    assert "市局终不同意" not in as_person(stage.cast.reviewer).get(f"/batches/{stage.batch.pk}/").content.decode()
    assert "请说明原因" in take(clerk, stage, "reject-returned")
    assert "移出本批次" in take(clerk, stage, "reject-returned", phrase="材料无法补正")
    stage.batch.refresh_from_db()
    assert (stage.batch.status, len(stage.lines())) == ("answered", 2)
