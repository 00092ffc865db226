"""A double tap, fifty taps, a client that never hears an answer: of every operation one effect (client keys of invariants)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from api.models import ClientKey
from api.throttles import ObjectionThrottle
from park_workers.models import ContractSpan, Employment, PayeeAccount, PostSpan, Upload, Worker, WorkerRegistration
from park_workers.services.employments import register_employment
from subsidies.models import (
    Appropriation,
    Batch,
    Calculation,
    Clawback,
    LineDecision,
    Objection,
    PaymentFile,
    PolicyVersion,
    PublicNotice,
    Receipt,
    Simulation,
    WriteOff,
)
from subsidies.services.clawbacks import propose_clawback
from tests.api.test_employments import a_hire
from tests.api.test_whole_batch import on
from tests.attacks import review_journeys
from tests.attacks.fifty import COPIES, Copies, keyed_operations
from tests.conftest import Cast
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.subsidies import stage as road
from tests.subsidies.stage import Day
from tests.training.attending import make_class, seats
from tests.training.certificates import LATER, teach_a_class
from tests.training.placements import REFERRED, pass_people
from tests.training.sittings_stage import AFTER, HELD, TODAY, accepted_filing, filing_of, planned, sent_filing
from training.models import (
    Amendment,
    AssessmentSitting,
    AssessorOrganisation,
    Attendance,
    ClassChangeRequest,
    ClassSession,
    CompletionCertificate,
    Enrolment,
    EnterpriseAssessmentFiling,
    LabourDemand,
    Referral,
    SittingResult,
    TrainingClass,
)
from training.services.assessors import propose_assessor
from training.services.sittings import hand_in_results

#: bodies of skill-level assessment
ASKED = {"trade": "缝纫工", "lowest": 5, "highest": 3}
FILING = {
    "contact_name": "李人事", "contact_phone": "13800005678", "scopes": [ASKED],
    "staff": [{"name": "考评甲", "duty": "考评员", "card_number": "K-001"}], "places": [{"name": "一号车间", "seats": 30}],
}  # fmt: skip
FILED = {
    "kind": "Y", "assessor_code": "1234", "filing_number": "备1号", "valid_from": "2026-01-01", "valid_to": "2028-12-31",
    "scopes": [ASKED],
}  # fmt: skip
SITTING = {
    "trade": "缝纫工", "level": 5, "held_on": str(HELD), "session": "am", "place": "一号车间", "capacity": 30,
    "examiners": [{"name": "考评甲", "card_number": "K-001"}, {"name": "考评乙", "card_number": "K-002"}],
}  # fmt: skip
RESULT = {"theory_score": 80, "practice_score": 90, "verdict": "合格"}
Journey = Callable[[Copies, Cast], None]
JOURNEYS: dict[str, tuple[set[str], Journey]] = {}


def plays(*names: str) -> Callable[[Journey], Journey]:
    """Declares the operations a journey plays."""

    def declare(journey: Journey) -> Journey:
        JOURNEYS[journey.__name__] = (set(names), journey)
        return journey

    return declare


def version(batch: Batch) -> int:
    batch.refresh_from_db()
    return batch.version


@plays(
    "batches_create", "batches_compute_create", "lines_hold_create", "lines_release_create", "lines_remove_create",
    "batches_submit_create", "batches_review_create", "batches_approve_create",
)  # fmt: skip
def a_batch_is_signed(copies: Copies, cast: Cast) -> None:
    stage, clerk = road.set_stage(cast, alpha=4), cast.clerk
    batch = stage.batch
    with on(Day.APPLIED):
        another = {"policy": stage.policy.pk, "name": "第二批", "cutoff_on": "2023-06-30"}
        copies.fifty("batches_create", clerk, body=another, makes=Batch)
        copies.fifty("batches_compute_create", clerk, batch.pk, seen=version(batch), makes=Calculation)
        batch.refresh_from_db()
        first, second = (stage.line_of(hire).pk for hire in stage.hires[:2])
        copies.fifty("lines_hold_create", clerk, first, {"reason": "待核实"}, makes=LineDecision)
        copies.fifty("lines_release_create", clerk, first, {"reason": "已核实"}, makes=LineDecision)
        copies.fifty("lines_remove_create", clerk, second, {"reason": "重复"}, makes=LineDecision)
        copies.fifty("batches_submit_create", clerk, batch.pk, seen=version(batch))
    with on(Day.REVIEWED):
        passed = {"is_passed": True, "note": ""}
        copies.fifty("batches_review_create", cast.reviewer, batch.pk, passed, seen=version(batch))
        copies.fifty("batches_approve_create", cast.approver_1, batch.pk, passed, seen=version(batch))


@plays(
    "batches_publish_create", "notices_objections_create", "objections_decide_create", "batches_republish_create",
    "batches_end_notice_create", "batches_send_create", "payment_files_create", "payment_files_send_create",
    "clawbacks_create", "clawbacks_refuse_create", "clawbacks_approve_create",
)  # fmt: skip
def a_batch_is_paid(copies: Copies, cast: Cast) -> None:
    stage = road.take_to(road.set_stage(cast), "approved")
    batch, clerk, finance = stage.batch, cast.clerk, cast.finance
    with on(Day.REVIEWED):
        copies.fifty("batches_publish_create", clerk, batch.pk, seen=version(batch), makes=PublicNotice)
        notice = PublicNotice.objects.get()
        words = {"objector_name": "李四", "contact": "13800005678", "text": "请核实"}
        copies.fifty("notices_objections_create", None, notice.reference, words, makes=Objection)
        verdict = {"is_upheld": False, "note": "不成立"}
        copies.fifty("objections_decide_create", cast.reviewer, Objection.objects.get().pk, verdict, seen=1)
        copies.fifty(
            "batches_republish_create", clerk, batch.pk, {"reason": "补正"}, seen=version(batch), makes=PublicNotice
        )
    with on(Day.NOTICE_OVER):
        copies.fifty("batches_end_notice_create", clerk, batch.pk, seen=version(batch))
        copies.fifty("batches_send_create", clerk, batch.pk, seen=version(batch))
    road.take_to(stage, "answered")
    with on(Day.MADE):
        order = {"batch": batch.pk, "number": "2023-HIRE-01"}
        made = copies.fifty("payment_files_create", finance, body=order, makes=PaymentFile)
    with on(Day.SENT):
        copies.fifty("payment_files_send_create", finance, made["id"], seen=made["version"])
    payment_file = PaymentFile.objects.get()
    road.give_return(stage, payment_file, *road.bank_rows(payment_file))
    with on(Day.LATER):
        first, second = stage.lines()[:2]
        asked = copies.fifty("clawbacks_create", finance, body={"line": first.pk, "reason": "重复"}, makes=Clawback)
        copies.fifty("clawbacks_refuse_create", cast.approver_1, asked["id"], {"reason": "不足"}, seen=1)
        again = propose_clawback(actor=finance, line=second, reason="骗取", day=Day.LATER)
        copies.fifty("clawbacks_approve_create", cast.approver_1, again.pk, seen=1)
    assert stage.money == (4_000, 4_000)


@plays("write_offs_create", "write_offs_refuse_create", "write_offs_approve_create")
def a_payment_is_given_up(copies: Copies, cast: Cast) -> None:
    stage = road.take_to(road.set_stage(cast), "answered")
    payment_file = road.send_file(stage, road.make_file(stage))
    road.give_return(stage, payment_file, *road.bank_rows(payment_file, failed=[2]))
    asking = {"payment": payment_file.disbursements.get(status="bounced").pk, "reason": "企业已注销"}  # type: ignore[attr-defined]
    with on(Day.LATER):
        asked = copies.fifty("write_offs_create", cast.finance, body=asking, makes=WriteOff)
        copies.fifty("write_offs_refuse_create", cast.approver_1, asked["id"], {"reason": "请再联系"}, seen=1)
        again = copies.fifty("write_offs_create", cast.finance, body=asking, makes=WriteOff)
        copies.fifty("write_offs_approve_create", cast.approver_1, again["id"], seen=1)


@plays(
    "certificates_revoke_create", "certificates_correct_create", "assessments_correct_create", "completions_create",
    "completions_revoke_create", "amendments_confirm_create", "amendments_refuse_create", "amendments_withdraw_create",
)  # fmt: skip
def a_certificate_is_corrected_and_revoked(copies: Copies, cast: Cast) -> None:
    taught, why = teach_a_class(cast), {"reason": "录入有误"}
    first, of = taught.first, taught.the_class.pk
    result = why | {"attended_hours": 40, "theory_score": 90, "practice_score": 82, "verdict": "合格"}
    with on(LATER):
        asked = copies.fifty(
            "certificates_correct_create", cast.base_clerk, first.pk, why | {"issued_on": "2023-03-10"}, makes=Amendment
        )
        copies.fifty("amendments_refuse_create", cast.clerk, asked["id"], why, seen=1)
        asked = copies.fifty(
            "assessments_correct_create", cast.base_clerk, first.assessment_id, result, makes=Amendment
        )
        copies.fifty("amendments_withdraw_create", cast.base_clerk, asked["id"])
        asked = copies.fifty("certificates_revoke_create", cast.base_clerk, first.pk, why, makes=Amendment)
        copies.fifty("amendments_confirm_create", cast.clerk, asked["id"], seen=1)
        seat = first.assessment.enrolment_id
        wanted = {"training_class": of, "enrolment": seat}
        issued = copies.fifty("completions_create", cast.base_clerk, body=wanted, makes=CompletionCertificate)
        paper = issued["completions"][0]["id"]
        copies.fifty("completions_revoke_create", cast.base_clerk, paper, why, makes=Amendment)


@plays("batches_propose_cancellation_create", "batches_decline_cancellation_create", "batches_cancel_create")
def a_batch_is_given_up(copies: Copies, cast: Cast) -> None:
    batch = road.take_to(road.set_stage(cast), "submitted").batch
    with on(Day.REVIEWED):
        for operation, who in (("propose", cast.clerk), ("decline", cast.approver_1), ("propose", cast.clerk)):
            copies.fifty(
                f"batches_{operation}_cancellation_create", who, batch.pk, {"reason": "设置有误"}, seen=batch.version
            )
        copies.fifty("batches_cancel_create", cast.approver_1, batch.pk, seen=version(batch))


@plays("batches_resend_create", "batches_reject_returned_create", "batches_close_create")
def the_city_refuses_a_batch(copies: Copies, cast: Cast) -> None:
    stage = road.take_to(road.set_stage(cast), "sent_to_city")
    batch, clerk = stage.batch, cast.clerk
    road.answer(stage, road.answer_list(stage, returned=stage.hires))
    with on(Day.MADE):
        copies.fifty("batches_resend_create", clerk, batch.pk, {"reason": "已补正"}, seen=version(batch))
    road.answer(stage, road.answer_list(stage, returned=stage.hires, day=Day.MADE), Day.MADE)
    with on(Day.SENT):
        copies.fifty("batches_reject_returned_create", clerk, batch.pk, {"reason": "不符合"}, seen=version(batch))
        copies.fifty("batches_close_create", cast.finance, batch.pk, seen=version(batch))


@plays(
    "employments_create", "employments_leave_create", "employments_correct_hire_date_create", "workers_merge_create",
    "uploads_create", "uploads_confirm_create", "uploads_withdraw_create", "employments_undo_leave_create",
    "employments_contracts_create", "employments_posts_create", "registrations_create",
)  # fmt: skip
def people_come_and_go(copies: Copies, cast: Cast) -> None:
    hr, clerk, rows = cast.hr, cast.clerk, [staff("张三", id_number(921), road.HIRED_ON)]
    hired = copies.fifty("employments_create", hr, body=a_hire(), makes=Employment)
    leaving = {"left_on": "2023-05-31", "reason": "辞职"}
    corrected = {"hired_on": "2023-02-02", "reason": "合同为准"}
    copies.fifty("employments_correct_hire_date_create", clerk, hired["id"], corrected)
    copies.fifty("employments_leave_create", hr, hired["id"], leaving)
    copies.fifty("employments_undo_leave_create", clerk, hired["id"], {"reason": "登记错了人"})
    contract = {"starts_on": "2031-01-01", "ends_on": "2032-12-31"}
    copies.fifty("employments_contracts_create", hr, hired["id"], contract, makes=ContractSpan)
    post = {"starts_on": "2023-03-01", "trade": "裁床", "is_front_line": True}
    copies.fifty("employments_posts_create", hr, hired["id"], post, makes=PostSpan)
    person = {"name": "王五", "id_number": id_number(931), "registered_on": "2023-03-01", "consent_version": "2023-1"}
    copies.fifty("registrations_create", hr, body=person, makes=WorkerRegistration)
    twin = register_employment(
        actor=clerk, enterprise=cast.beta, name="张三", id_number=id_number(905), hired_on=date(2023, 7, 1),
        contract_starts_on=date(2023, 7, 1), is_open_ended=True, trade="", is_front_line=True, day=date(2023, 7, 2), request_id="twin",
    ).employment.worker_id  # fmt: skip
    copies.fifty("workers_merge_create", clerk, twin, {"into": hired["worker"]["id"], "reason": "同一人"})
    assert Worker.objects.filter(merged_into__isnull=False).count() == 1
    roster = {"sheet_kind": "roster"}
    given = copies.fifty("uploads_create", hr, body=roster, file=workbook(ROSTER_HEADER, rows), makes=Upload)
    seen = Upload.objects.get(pk=given["id"]).version
    copies.fifty("uploads_confirm_create", hr, given["id"], seen=seen)
    second = workbook(ROSTER_HEADER, [staff("李四", id_number(922), road.HIRED_ON)])
    given = copies.fifty("uploads_create", hr, body=roster, file=second, makes=Upload)
    seen = Upload.objects.get(pk=given["id"]).version
    copies.fifty("uploads_withdraw_create", hr, given["id"], {"reason": "传错了"}, seen=seen)


@plays("class_sessions_create", "class_sessions_marks_create", "class_sessions_cancel_create")
def attendance_is_taken(copies: Copies, cast: Cast) -> None:
    held, clerk = make_class(cast.base), cast.base_clerk
    plan = {"training_class": held.pk, "day": "2023-03-06", "from_time": "08:30", "to_time": "11:30"}
    made = copies.fifty("class_sessions_create", clerk, body=plan, makes=ClassSession)
    other = copies.fifty("class_sessions_create", clerk, body=plan | {"day": "2023-03-07"}, makes=ClassSession)
    marks = {"marks": [{"enrolment": seats(held)[0], "mark": "present"}]}
    copies.fifty("class_sessions_marks_create", clerk, made["id"], marks, makes=Attendance)
    copies.fifty("class_sessions_cancel_create", clerk, other["id"], {"reason": "停电停课"})


@plays(
    "appropriations_create", "payee_accounts_approve_create", "payee_accounts_refuse_create", "policy_versions_create",
    "policy_versions_publish_create", "policy_versions_retire_create", "keys_create", "keys_revoke_create",
    "appropriations_reverse_receipt_create", "payee_accounts_create", "policy_versions_simulate_create",
)  # fmt: skip
def the_bureau_keeps_house(copies: Copies, cast: Cast) -> None:
    money = {"source": road.SOURCE, "year": 2023, "amount": "100.00"}
    fund = copies.fifty("appropriations_create", cast.finance, body=money, makes=Appropriation)
    wrong = {"receipt": Receipt.objects.get().pk, "reason": "录错"}
    copies.fifty("appropriations_reverse_receipt_create", cast.finance, fund["id"], wrong, makes=Receipt)
    change = {"organisation": cast.beta.pk, "account": "9900000000000019", "bank_name": "示例银行", "reason": "换行",
              "effective_on": str(timezone.localdate()), "evidence": "书面申请"}  # fmt: skip
    copies.fifty("payee_accounts_create", cast.clerk, body=change, makes=PayeeAccount)
    approver, accounts = cast.approver_1, [proposed_account(cast, f"990000000000001{n}") for n in (1, 2)]
    copies.fifty("payee_accounts_approve_create", approver, accounts[0].pk, seen=1)
    copies.fifty("payee_accounts_refuse_create", approver, accounts[1].pk, {"reason": "不符"}, seen=1)
    (drafted,) = copies.fifty(
        "policy_versions_create", cast.clerk, body={"text": road.hire_pack()}, makes=PolicyVersion
    )
    trial = {"cutoff_on": "2023-11-30"}
    copies.fifty("policy_versions_simulate_create", cast.clerk, drafted["id"], trial, makes=Simulation)
    copies.fifty("policy_versions_publish_create", approver, drafted["id"], seen=drafted["version"])
    ending = {"reason": "到期"}
    copies.fifty("policy_versions_retire_create", approver, drafted["id"], ending, seen=drafted["version"] + 1)
    browser = Client()
    browser.force_login(cast.hr.user)
    session = browser.cookies["sessionid"].value
    issued = copies.fifty("keys_create", cast.hr, body={"name": "工资系统"}, makes=ClientKey, session=session)
    copies.fifty("keys_revoke_create", cast.hr, issued["prefix"], session=session)


@plays(
    "demands_create", "demands_withdraw_create", "demands_fill_create", "demands_close_create", "training_classes_create",
    "training_classes_rewrite_create", "training_classes_enrol_create", "training_classes_file_create",
    "training_classes_return_create", "training_classes_accept_create", "training_classes_start_create",
    "training_classes_complete_create", "training_classes_cancel_create", "enrolments_remove_create", "class_changes_create",
    "class_changes_grant_create", "class_changes_refuse_create", "class_changes_withdraw_create",
)  # fmt: skip
def a_class_is_held(copies: Copies, cast: Cast) -> None:
    base, clerk, hr = cast.base_clerk, cast.clerk, cast.hr
    wanted = {"trade": "平车", "heads": 20, "needed_by": "2023-12-31"}
    plan = {"number": "1-平车", "trade": "平车", "level": 5, "starts_on": "2023-11-13", "ends_on": "2023-11-24", "planned_hours": 40,
            "plan": "平缝 40 学时", "place": "一号车间", "capacity": 5,
            "teachers": [{"name": "钱老师", "qualification": "技师"}]}  # fmt: skip
    with on(date(2023, 11, 6)):
        for action, who, body in (("withdraw", hr, {}), ("fill", hr, {}), ("close", clerk, {"reason": "已停产"})):
            posted = copies.fifty("demands_create", hr, body=wanted, makes=LabourDemand)
            copies.fifty(f"demands_{action}_create", who, posted["id"], body, seen=1)
        pk = copies.fifty("training_classes_create", base, body=plan, makes=TrainingClass)["id"]
        copies.fifty("training_classes_rewrite_create", base, pk, plan | {"place": "二号车间"})
        for order in (941, 942):
            person = {"name": "学员甲", "id_number": id_number(order)}
            seat = copies.fifty("training_classes_enrol_create", base, pk, person, makes=Enrolment)["enrolment"]["id"]
        copies.fifty("enrolments_remove_create", base, seat)
        copies.fifty("training_classes_file_create", base, pk, seen=1)
        copies.fifty("training_classes_return_create", clerk, pk, {"reason": "请补实训"}, seen=2)
        copies.fifty("training_classes_file_create", base, pk, seen=3)
        copies.fifty("training_classes_accept_create", clerk, pk, seen=4)
        change = {"training_class": pk, "kind": "add", "name": "学员乙", "id_number": id_number(943), "reason": "补录"}
        for action, who, body in (
            ("withdraw", base, {}),
            ("refuse", clerk, {"reason": "不足"}),
            ("grant", clerk, {"reason": "同意"}),
        ):
            asked = copies.fifty("class_changes_create", base, body=change, makes=ClassChangeRequest)
            copies.fifty(f"class_changes_{action}_create", who, asked["id"], body, seen=1)
        other = copies.fifty("training_classes_create", base, body=plan | {"number": "2-平车"}, makes=TrainingClass)
        copies.fifty("training_classes_cancel_create", base, other["id"], {"reason": "改期"}, seen=1)
    with on(date(2023, 11, 13)):
        copies.fifty("training_classes_start_create", base, pk, seen=5)
    Enrolment.objects.filter(training_class=pk).update(attended_hours=40)
    with on(date(2023, 11, 24)):
        copies.fifty("training_classes_complete_create", base, pk, seen=6)


plays(*review_journeys.APPLICATIONS)(review_journeys.workers_are_put_forward)
plays(*review_journeys.SHEETS)(review_journeys.a_score_is_sealed)


@plays(
    "referrals_create", "referrals_agree_create", "referrals_interview_create", "referrals_offer_create",
    "referrals_refuse_create", "referrals_withdraw_create",
)  # fmt: skip
def trainees_are_placed(copies: Copies, cast: Cast) -> None:
    base, hr = cast.base_clerk, cast.hr
    seats = pass_people(cast, 1, 2, 3)
    with on(REFERRED):
        made = [
            copies.fifty(
                "referrals_create", base, body={"enrolment": s.pk, "enterprise": cast.alpha.pk}, makes=Referral
            )["id"]
            for s in seats
        ]
        copies.fifty("referrals_agree_create", hr, made[0], {"interview_on": str(REFERRED)}, seen=1)
        copies.fifty("referrals_interview_create", hr, made[0], seen=2)
        copies.fifty("referrals_offer_create", hr, made[0], seen=3)
        copies.fifty("referrals_refuse_create", hr, made[1], {"refusal": "pay"}, seen=1)
        copies.fifty("referrals_withdraw_create", base, made[2], {"reason": "本人改主意"}, seen=1)


def proposed_account(cast: Cast, number: str) -> PayeeAccount:
    """A change of alpha's account that waits for a second person."""
    change = PayeeAccount(
        status="proposed", organisation=cast.alpha.organisation, account_hash=number[-2:], last_four=number[-4:],
        bank_name="示例银行", valid_from=Day.LATER, proposed_on=Day.MADE, proposed_by=cast.clerk.user,
    )  # fmt: skip
    change.seal_account(number)  # type: ignore[attr-defined]
    change.save()
    return change


@plays(
    "assessment_filings_create", "assessment_filings_submit_create", "assessment_filings_return_create",
    "assessment_filings_accept_create", "assessment_filings_approve_create", "assessment_filings_refuse_create",
    "assessment_filings_withdraw_create",
)  # fmt: skip
def enterprises_ask_to_assess(copies: Copies, cast: Cast) -> None:
    with on(TODAY):
        made = copies.fifty("assessment_filings_create", cast.hr_beta, body=FILING, makes=EnterpriseAssessmentFiling)
        why = {"reason": "另行申报"}
        copies.fifty("assessment_filings_withdraw_create", cast.hr_beta, made["id"], why, seen=1)
        pk = sent_filing(cast).pk
        copies.fifty("assessment_filings_return_create", cast.clerk, pk, {"to_mend": ["补照片"]}, seen=2)
        copies.fifty("assessment_filings_submit_create", cast.hr, pk, seen=3)
        span = {"assessor_code": "1234", "filing_number": "备1号", "valid_from": "2026-01-01", "valid_to": "2028-12-31"}
        copies.fifty("assessment_filings_accept_create", cast.clerk, pk, span, seen=4)
        copies.fifty("assessment_filings_refuse_create", cast.approver_1, pk, {"reason": "条件不足"}, seen=5)
        pk = accepted_filing(cast).pk
        copies.fifty("assessment_filings_approve_create", cast.approver_1, pk, seen=3)


@plays(
    "assessors_create", "assessors_confirm_create", "assessors_refuse_create", "assessors_end_create",
    "assessment_sittings_create", "assessment_sittings_file_create", "assessment_sittings_hold_create",
    "assessment_sittings_hand_in_create", "assessment_sittings_confirm_create", "assessment_sittings_return_create",
    "assessment_sittings_cancel_create", "sitting_results_create", "sitting_results_correct_create",
)  # fmt: skip
def a_sitting_is_held(copies: Copies, cast: Cast) -> None:
    why, clerk, hr = {"reason": "核对有误"}, cast.clerk, cast.hr
    with on(TODAY):
        body = FILED | {"organisation": cast.alpha.pk}
        wrong = copies.fifty("assessors_create", clerk, body=body, makes=AssessorOrganisation)
        copies.fifty("assessors_refuse_create", cast.clerk_2, wrong["id"], why, seen=1)
        found = propose_assessor(actor=clerk, organisation=cast.alpha.organisation, facts=filing_of(), day=TODAY)
        copies.fifty("assessors_confirm_create", cast.clerk_2, found.pk, seen=1)
        plan = SITTING | {"assessor": found.pk}
        sitting = copies.fifty("assessment_sittings_create", hr, body=plan, makes=AssessmentSitting)["id"]
        copies.fifty("assessment_sittings_file_create", hr, sitting, seen=1)
        other = planned(cast, found, session="pm").pk
        copies.fifty("assessment_sittings_cancel_create", hr, other, why, seen=1)
    with on(AFTER):
        copies.fifty("assessment_sittings_hold_create", hr, sitting, seen=2)
        one = RESULT | {"sitting": sitting, "name": "考生甲", "id_number": id_number(901)}
        result = copies.fifty("sitting_results_create", hr, body=one, makes=SittingResult)["id"]
        right = RESULT | {"theory_score": 88, "reason": "复核"}
        copies.fifty("sitting_results_correct_create", hr, result, right, makes=SittingResult)
        copies.fifty("assessment_sittings_hand_in_create", hr, sitting, seen=3)
        copies.fifty("assessment_sittings_return_create", clerk, sitting, why, seen=4)
        hand_in_results(actor=hr, sitting=AssessmentSitting.objects.get(pk=sitting), day=AFTER)
        copies.fifty("assessment_sittings_confirm_create", clerk, sitting, seen=6)
        copies.fifty("assessors_end_create", clerk, found.pk, why, seen=2)


@pytest.fixture
def nobody_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty objections are more than one source may send in an hour."""
    monkeypatch.setattr(ObjectionThrottle, "THROTTLE_RATES", {"objection": "1000/min"})


@pytest.mark.usefixtures("nobody_is_told_to_wait")
@pytest.mark.parametrize("name", JOURNEYS)
def test_fifty_copies_of_a_request_have_one_effect(committed_cast: Cast, name: str) -> None:
    declared, journey = JOURNEYS[name]
    copies = Copies()
    journey(copies, committed_cast)
    assert set(copies.played) == declared
    print(f"{name}: {sum(copies.played.values())} requests in {COPIES} copies")  # noqa: T201


def test_every_operation_with_a_client_key_is_played() -> None:
    played = {name for names, _ in JOURNEYS.values() for name in names}
    assert played == set(keyed_operations()), "give it a `copies.fifty(...)` in a journey in which it succeeds"
    print(f"{len(played)} operations in {COPIES} copies each")  # noqa: T201
