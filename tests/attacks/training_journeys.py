"""Operations of classes, attendance, certificates, placement and skill-level assessment, each in fifty copies."""

from __future__ import annotations

from datetime import date

from tests.api.test_whole_batch import on
from tests.attacks.fifty import Copies
from tests.attacks.journeys import plays
from tests.conftest import Cast
from tests.park_workers.numbers import id_number
from tests.park_workers.test_photos import portrait
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
    FilingMaterial,
    LabourDemand,
    Referral,
    SittingResult,
    TrainingClass,
)
from training.services.assessors import propose_assessor
from training.services.filing_materials import KINDS
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


@plays(
    "assessment_filings_create", "assessment_filings_submit_create", "assessment_filings_return_create",
    "assessment_filings_accept_create", "assessment_filings_approve_create", "assessment_filings_refuse_create",
    "assessment_filings_withdraw_create", "assessment_filings_add_material_create", "assessment_filings_remove_material_create",
)  # fmt: skip
def enterprises_ask_to_assess(copies: Copies, cast: Cast) -> None:
    with on(TODAY):
        made = copies.fifty("assessment_filings_create", cast.hr_beta, body=FILING, makes=EnterpriseAssessmentFiling)
        shown = {"kind": KINDS[0]}
        given = copies.fifty(
            "assessment_filings_add_material_create",
            cast.hr_beta,
            made["id"],
            shown,
            file=portrait(),
            makes=FilingMaterial,
        )
        named = {"material": given["materials"][0]["id"]}
        copies.fifty("assessment_filings_remove_material_create", cast.hr_beta, made["id"], named)
        assert not FilingMaterial.objects.exists()
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
        found.refresh_from_db()
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
