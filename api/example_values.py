"""What stands in the examples of the OpenAPI document, by the name of a field: invented, well-formed, masked where answers mask."""

from __future__ import annotations

from typing import Any

from park_workers.foundation.jobs import Job
from park_workers.models import HireDateRequest, PayeeAccount, Poster, ScanEntry, Upload, WorkerCard
from subsidies.models import Batch, Clawback, Disbursement, Objection, PaymentFile, PolicyVersion, PublicNotice
from training.models import (
    Amendment,
    AssessmentSitting,
    AssessorOrganisation,
    ClassChangeRequest,
    CompletionCertificate,
    EnterpriseAssessmentFiling,
    Expert,
    GradeRevocation,
    LabourDemand,
    PanelSeat,
    Referral,
    ReviewApplication,
    ReviewObjection,
    ReviewRound,
    RubricVersion,
    TrainingClass,
)

#: a field of a body that is left out of its example
LEFT_OUT = ...
COMMON: dict[str, Any] = {
    "name": "张三", "trade": "平车", "is_front_line": True, "hired_on": "2026-11-02", "starts_on": "2026-11-02",
    "contract_starts_on": "2026-11-02", "contract_ends_on": "2029-11-01", "ends_on": "2029-11-01", "left_on": "2026-11-20",
    "id_type": "居民身份证", "sex": "女", "origin": "示例省示例市", "reason": "材料已核实", "note": "材料齐全", "amount": "2000.00",
    "source": "市级就业专项资金", "year": 2026, "number": "2026-HIRE-01", "objector_name": "李四", "text": "该员工已于三月离职",
    "registered_on": "2026-11-02", "consent_version": "2026-01", "scope": "batch:1", "sheet_kind": "roster",
    "cutoff_on": "2026-10-31", "is_passed": True, "position": 3, "username": "zhangsan",
}  # fmt: skip
#: bodies: values that the operations accept
BODIES: dict[str, Any] = COMMON | {
    "account": "990000000000001", "bank_name": "示例银行示例支行", "evidence": "企业来函",
    "id_number": "441899199005179011", "introducer_id_number": LEFT_OUT, "phone": "13800005678", "contact": "13800005678",
    "enterprise": LEFT_OUT, "is_open_ended": False, "password": "门前老槐树开花那年", "code": "492817", "old": "门前老槐树开花那年",
    "new": "后院石榴结果那天", "organisation": LEFT_OUT, "repeats": LEFT_OUT, "version": LEFT_OUT, "line": 12, "lines": [12, 15],
    "into": 7, "membership": 3, "scope": LEFT_OUT, "attended_hours": 56, "theory_score": 80, "practice_score": 91, "enrolment": LEFT_OUT,
    "training_class": 12,
}  # fmt: skip
#: answers: as their readers see them
ANSWERS: dict[str, Any] = COMMON | {
    "id": 12, "id_number": "441899********9011", "phone": "138****5678", "contact_phone": "138****5678", "account": "****5678",
    "reference": "7f3a9c51d2e84b06a1f0", "enterprise_name": "示例甲制衣有限公司", "organisation_name": "示例甲制衣有限公司",
    "payee_name": "示例甲制衣有限公司", "bank_name": "示例银行示例支行", "credit_code": "91441899000000019Y", "birth_on": "1990-05-17",
    "merged_into": None, "left_on": None, "leave_reason": "", "warnings": [], "bureau_name": "示例区人力资源和社会保障局",
    "policy_title": "企业吸纳就业补贴", "policy_code": "HIRE", "batch_name": "第一批", "title": "企业吸纳就业补贴", "version": 3,
    "is_eligible": True, "reason_codes": ["INSURED_RUN_SHORT"], "reasons": {"INSURED_RUN_SHORT": 2}, "decision": "", "people": 287,
    "lines": 300, "rows": 300, "accepted": 287, "refused": 13, "sheet_name": "花名册", "header_row": 2, "refusal": {}, "done": 300,
    "total": 300, "percent": 100, "attempt": 1, "needs_second_person": False, "sheet": "花名册", "row": 17, "column": "B",
    "header": "证件号码", "severity": "error", "role": "clerk", "role_label": "经办", "actor_label": "王五（经办，示例区人社局）",
    "next": "", "is_signed_in": True, "is_standing": True, "recovery_codes": ["K7MPQ-3XWYD"], "csrf_token": "4Kq0…（64 位）",
    "asks_again_after": 600, "confirmation": "confirmed:1wQ3xY:8f2…", "confirmed_until": "2026-11-02T09:40:00+08:00",
    "secret": "JBSWY3DPEHPK3PXP", "address": "otpauth://totp/…", "key": "Ab12Cd34.…（仅此一次显示）", "prefix": "Ab12Cd34",
    "introducer": None, "parent": None, "voided_at": None, "void_reason": "", "failure_reason": "", "cancel_reason": "",
    "cancelled_on": None, "closed_on": None, "valid_to": None, "effective_to": None, "decision_note": "",
    "level": 5, "planned_hours": 60, "attended_hours": 56, "theory_score": 80, "practice_score": 91, "class_number": "2026-01",
    "base_name": "一号基地", "institution": "一号基地", "holder_name": "张三", "project": "平车（五级）", "hours": 60,
    "order_enterprise_name": "示例甲制衣有限公司", "contact": "13800005678", "contact_name": "示例联系人",
    "park_name": "示例产业园", "digest": "9c1f…（64 位）", "line_digest": "9c1f…（64 位）", "sha256": "9c1f…（64 位）", "round": 1,
    "period_key": "2026", "kind_label": "暂缓", "headers": ["姓名", "证件号码", "入职日期"], "field": "id_number",
    "message": "校验码不正确", "fix": "请与证件核对第 18 位", "code": "ID_CHECKSUM", "terms": {"conditions": []}, "current": None,
    "needs": "连续参保不少于 6 个月", "value": "5 个月", "passed": False, "sentence": "连续参保 5 个月，少于 6 个月", "clause": "第三条",
    "remedy": "继续参保 1 个月后符合", "batch_status": "computed", "count": 2,
    "result": {"new": 287}, "changes": {"left_on": [None, "2026-11-20"]},
    "from_state": "draft", "to_state": "computed", "subject_kind": "subsidies.Batch", "subject_id": 1, "request_id": "",
    "directory_position": 1, "reviews_required": 1, "approvals_required": 2, "compute_job": 9, "check_job": 8, "apply_job": None,
}  # fmt: skip


def _state(model: type[Any]) -> dict[str, Any]:
    """The first state of a life."""
    first = next(iter(model.Status))
    return {"status": str(first.value), "status_label": str(first.label)}


#: steps a batch in its first state has still before it
DATES_AHEAD = (
    "computed_on",
    "submitted_on",
    "reviewed_on",
    "approved_on",
    "published_on",
    "notice_ended_on",
    "sent_on",
    "answered_on",
)
CLASS_DAYS = {"starts_on": "2026-12-01", "ends_on": "2026-12-12", "planned_hours": 60, "demand": None}
CLASS_DATES: dict[str, Any] = CLASS_DAYS | dict.fromkeys(("filed_on", "decided_on", "started_on", "completed_on"))
DEMAND: dict[str, Any] = {"level": 5, "heads": 20, "wage_from": "4500.00", "wage_to": "6000.00", "needed_by": "2026-12-31",
                          "ended_on": None, "end_reason": "", "note": "计件，两班倒"}  # fmt: skip
CHANGE: dict[str, Any] = {"kind": "add", "kind_label": "增补", "enrolment": None, "reason": "补录漏报学员"}
TEACHER = {"name": "钱老师", "qualification": "缝纫工高级技师"}
FIRM: dict[str, Any] = {"name": "示例甲制衣有限公司"}
#: skill-level assessment
ASSESSOR: dict[str, Any] = {
    "kind": "Y", "assessor_code": "1207", "filing_number": "备〔2026〕1号", "valid_from": "2026-01-01", "valid_to": "2028-12-31",
}  # fmt: skip
SCOPE: dict[str, Any] = {"trade": "缝纫工", "lowest": 5, "highest": 3}
EXAMINER: dict[str, Any] = {"name": "张三", "card_number": "4418A0231", "duty": "both"}
SITTING: dict[str, Any] = {
    "trade": "缝纫工", "level": 5, "held_on": "2026-11-16", "session": "am", "place": "一号车间", "capacity": 30,
}  # fmt: skip
RESULT: dict[str, Any] = {
    "theory_score": 80, "practice_score": 91, "verdict": "合格", "certificate_number": "Y120744000001265000001",
    "issued_on": "2026-11-20",
}  # fmt: skip
STAFF: dict[str, Any] = {"name": "张三", "duty": "考评员", "card_number": "4418A0231"}
PLACE: dict[str, Any] = {"name": "一号车间", "seats": 30}
#: technical review
REVIEW_DATES = ("scores_opened_on", "decided_on", "noticed_on", "notice_last_day", "finished_on")
EVIDENCE = {"kind": "work", "media": "picture"}
EXPERT: dict[str, Any] = {"name": "钱师傅", "trades": ["平车", "裁床"], "title": "高级技师"}
SEAT: dict[str, Any] = {"expert": "7f3a9c51d2e84b06a1f0", "expert_name": "钱师傅", "place": 1, "replaces": None, "declined_on": None,
                        "decline_reason": ""}  # fmt: skip
TIE: dict[str, Any] = {"kind": "employer", "starts_on": "2020-03-01", "ends_on": None, "note": "技术顾问"}
AWAY: dict[str, Any] = {"starts_on": "2026-12-07", "ends_on": "2026-12-18", "note": "出差"}
ITEM: dict[str, Any] = {"label": "缝制质量", "max_marks": 100, "weight": 100}
GRADE: dict[str, Any] = {"name": "甲等", "pass_line": "85.00"}
RUBRIC: dict[str, Any] = {"mean_kind": "trimmed", "outlier_allowance": "15.00", "basis": "区技术评审办法"}
#: what enterprises do on the phone
PAPER: dict[str, Any] = {
    "reference": "k3v7pqa2mzt5r6ya",
    "code": "k3v7pqa2mzt5r6ya8f2c…",
    "revoked_at": None,
    "revoke_reason": "",
    "replaces": None,
}
READ = {"value": "黄秀英", "is_sure": True}
CARD: dict[str, Any] = dict.fromkeys(("name", "sex", "nation", "birth_on", "address"), READ) | {
    "id_number": {"value": "", "is_sure": False}
}
ENTRY: dict[str, Any] = {"reference": "k3v7pqa2mzt5r6ya"} | {
    "ended_on": None,
    "refusal_reason": "",
    "registration": None,
    "employment": None,
    "is_unproven": False,
}
HIRE_DATE: dict[str, Any] = {
    "before": "2026-11-12",
    "hired_on": "2026-11-02",
    "reason": "合同原件为 11 月 2 日",
    "decided_on": None,
}
MONTH_DIGEST = "9c1f" * 16
#: where a name means something else in one component
OF_COMPONENT: dict[str, dict[str, Any]] = {
    "BatchOut": _state(Batch) | {"name": "第一批"} | dict.fromkeys(DATES_AHEAD), "UploadOut": _state(Upload) | {"name": "花名册.xlsx"},
    "PolicyVersionOut": _state(PolicyVersion) | {"number": 1},
    "PaymentFileOut": _state(PaymentFile), "DisbursementOut": _state(Disbursement),
    "ClawbackOut": _state(Clawback) | {"amount": "-2000.00"}, "ObjectionOut": _state(Objection),
    "PayeeAccountOut": _state(PayeeAccount),
    "JobOut": _state(Job) | {"kind": "subsidies.compute_batch", "reason": ""},
    "NoticeOut": _state(PublicNotice), "EnterpriseOut": FIRM, "OrganisationOut": FIRM,
    "PolicyOut": {"code": "HIRE", "level": "city"},
    "CalculationOut": {"number": 1}, "NoticeLineOut": {"name": "张*", "id_number": "**************9011"},
    "RevealedOut": {"id_number": "441899199005179011", "phone": "13800005678"}, "KeyOut": {"name": "工资系统"},
    "IssuedKeyOut": {"name": "工资系统"}, "KeyFormRequest": {"name": "工资系统"}, "BatchFormRequest": {"name": "第一批"},
    "SheetOut": {"kind": "roster", "title": "花名册"}, "AuditEventOut": {"code": "batch.computed"},
    "ConditionOut": {"code": "INSURED_RUN_SHORT", "source": "参保名单"},
    "TrainingBaseOut": {"name": "一号基地"},
    "TrainingClassOut": _state(TrainingClass) | CLASS_DATES | {"number": "2026-01"}, "ClassFormRequest": {"number": "2026-01"} | CLASS_DAYS,
    "DemandOut": _state(LabourDemand) | DEMAND, "DemandFormRequest": DEMAND,
    "ClassChangeOut": _state(ClassChangeRequest) | CHANGE, "ClassChangeFormRequest": CHANGE,
    "TeacherOut": TEACHER, "TeacherFormRequest": TEACHER,
    "AttendanceOut": {"source": "list"},
    "CertificateOut": {"number": "S000044000001265000012", "number_now": "S000044000001265000012", "revoked_on": None},

    "AssessorOut": _state(AssessorOrganisation) | ASSESSOR | {"reason": ""}, "AssessorFormRequest": ASSESSOR | {"organisation": 12},
    "ScopeOut": SCOPE, "AskedScopeOut": SCOPE, "ScopeFormRequest": SCOPE, "ExaminerOut": EXAMINER, "ExaminerFormRequest": EXAMINER,
    "SittingOut": _state(AssessmentSitting) | SITTING | {"reason": "", "results_on": None, "confirmed_on": None, "filed_on": None},
    "SittingFormRequest": SITTING | {"assessor": 3}, "SittingResultOut": RESULT | {"corrects": None, "reason": "", "is_current": True},
    "SittingResultFormRequest": RESULT | {"sitting": 5}, "CorrectionFormRequest": RESULT,
    "AssessmentFilingOut": _state(EnterpriseAssessmentFiling) | {"reason": "", "assessor": None, "to_mend": []},
    "StaffOut": STAFF, "StaffFormRequest": STAFF, "PlaceOut": PLACE, "PlaceFormRequest": PLACE, "MaterialOut": {"kind": "营业执照"},
    "ContentFormRequest": {"contact_name": "李人事", "contact_phone": "13800005678", "statement": "已有评价制度"},
    "AcceptFormRequest": {key: ASSESSOR[key] for key in ("assessor_code", "filing_number", "valid_from", "valid_to")},
    "MendFormRequest": {"to_mend": ["营业执照照片不清楚"]},
    "EmploymentOut": {"source": "form"}, "RegisteredOut": {"source": "form"},
    "ConfirmationFormRequest": {"code": LEFT_OUT}, "ObjectionFormRequest": {"text": "该员工已于三月离职"},
    "PackFormRequest": {"text": "packs:\n  - key: …\n    policies: […]\n"}, "LineOut": {"reason_codes": []},
    "AssessmentOut": {"verdict": "合格"}, "ResultFormRequest": {"verdict": "合格"},
    "AmendmentOut": _state(Amendment) | {"kind": "revocation", "kind_label": "证书作废", "verdict": "", "number": "", "issued_on": None,
                                         "attended_hours": None, "theory_score": None, "practice_score": None, "completion": None},
    "CompletionOut": _state(CompletionCertificate) | {"number": "JY202600300012", "replaces": None, "revoked_on": None},
    "VerifiedOut": {"state": "valid", "label": "证书有效", "kind": "结业证", "number": "JY202600300012", "name": "张*",
                    "id_number": "**************9011", "project": "平车（五级）", "revoked_on": None},
    "VerifyFormRequest": {"number": "JY202600300012", "code": LEFT_OUT}, "CertificateFormRequest": {"number": "S000044000001265000012"},
    "ReviewRoundOut": _state(ReviewRound) | {"title": "平车技术评审第一批", "review_day": "2026-11-16", "panel_size": 5, "seed": "",
                                             "pool_digest": "", "notice": "", **dict.fromkeys(REVIEW_DATES)},
    "ReviewRoundFormRequest": {"rubric_version": 4, "title": "平车技术评审第一批", "review_day": "2026-11-16", "apply_from": "2026-11-02",
                               "apply_to": "2026-11-10", "panel_size": 5, "notice_days": 5},
    "ProofOut": {"pool": {"round": "7f3a9c51d2e84b06a1f0"}, "seed": "5a1c…（32 位）", "commitment": "9c1f…（64 位）"},
    "CandidateOut": {"number": 1}, "ShownEvidenceOut": EVIDENCE, "EvidenceOut": EVIDENCE | {"is_blind": True},
    "ScoreRowOut": {"number": 1, "total": "86.50", "median": "86.00", "grade": "甲等"},
    "MarkOut": {"score": 31, "expert_name": "钱师傅", "total": "86.50", "note": ""},
    "OutlierNoteFormRequest": {"note": "该评委认为线迹不齐，维持评分"},
    "PanelSeatOut": _state(PanelSeat) | SEAT, "ExpertOut": _state(Expert) | EXPERT | {"confirmed_on": None},
    "TieOut": TIE | {"organisation_name": "示例甲制衣有限公司"}, "TieFormRequest": TIE | {"organisation": 12, "id_number": LEFT_OUT},
    "EndTieFormRequest": {"tie": 8}, "AbsenceOut": AWAY | {"withdrawn_on": None}, "AbsenceFormRequest": AWAY,
    "WithdrawAbsenceFormRequest": {"absence": "7f3a9c51d2e84b06a1f0"}, "SpanFormRequest": {"ends_on": None},
    "TradesFormRequest": {"trades": ["平车", "裁床"], "title": "高级技师"},
    "ExpertFormRequest": {"trades": ["平车", "裁床"], "title": "高级技师", "membership": 31, "available_from": "2026-11-02"},
    "RubricVersionOut": _state(RubricVersion) | RUBRIC | {"number": 1, "published_on": None},
    "RubricFormRequest": RUBRIC, "ItemOut": ITEM | {"key": "item-1"}, "ItemFormRequest": ITEM, "GradeOut": GRADE, "GradeFormRequest": GRADE,
    "GradeRevocationOut": _state(GradeRevocation) | {"cause": "forged", "cause_label": "佐证材料虚假", "decided_on": None},
    "GradeRevokeFormRequest": {"cause": "forged", "reason": "照片为他人作品"},
    "ReviewObjectionOut": _state(ReviewObjection) | {"blind_number": 1, "decided_on": None},
    "ReviewVerdictFormRequest": {"is_upheld": False, "note": "经核实不成立"},
    "ReviewApplicationOut": _state(ReviewApplication) | {"blind_number": None, "reason": ""},
    "ReviewResultOut": {"total": "86.50", "grade": "甲等"}, "ReviewGradeOut": {"grade": "甲等", "revoked_on": None},
    "OpenedScoreOut": {"total": "86.50", "marks": {"item-1": 88}, "note": ""}, "ScoreFormRequest": {"number": 1, "marks": {"item-1": 88}},
    "ReviewApplicationFormRequest": {f"{name}_{n}": LEFT_OUT for name in ("file", "kind") for n in range(2, 7)},
    "ApplicationAcceptFormRequest": {"blind": ["7f3a9c51d2e84b06a1f0"]},
    "ReferralOut": _state(Referral) | dict.fromkeys(("agreed_on", "interview_on", "interviewed_on", "offered_on", "ended_on"))
    | {"reference": "k3v7pqa2mzt5r6ya", "hired_on": None, "employment": None, "refusal": "", "refusal_label": "", "demand": None,
       "marks": [80, 91], "note": "可住宿"},
    "ReferFormRequest": {"enterprise": 4, "enrolment": 12, "demand": None, "note": "可住宿"},
    "InterviewFormRequest": {"interview_on": "2026-11-05"},
    "CardOut": _state(WorkerCard) | PAPER | {"has_photo": True}, "PosterOut": _state(Poster) | PAPER,
    "CardFormRequest": {"worker": 12}, "IdCardPictureOut": {"state": "reading"}, "IdCardReadingOut": {"state": "read"},
    "CardFieldOut": READ, "CardFieldsOut": CARD,
    "ScanEntryOut": _state(ScanEntry) | ENTRY, "ConfirmedOut": _state(ScanEntry) | ENTRY,
    "HireDateRequestOut": _state(HireDateRequest) | HIRE_DATE, "HireDateRequestFormRequest": HIRE_DATE | {"employment": 12},
    "HeadcountOut": {"month": "2026-10", "digest": MONTH_DIGEST, "left": 3},
    "HeadcountFormRequest": {"month": "2026-10", "digest": MONTH_DIGEST},
    "MonthOut": {"month": "2026-10", "digest": MONTH_DIGEST, "left": 3},
    "ChangeOut": {"kind": "joined", "kind_label": "入职", "employment": 12},
    "ContractFormRequest": {"form": "劳动合同", "instead_of": LEFT_OUT}, "PostFormRequest": {"instead_of": LEFT_OUT},
    "TelephoneOut": {"phone": "13800005678"}, "FunnelRowOut": {"label": "一号基地"}, "FunnelOut": {"by": "base", "day": "2026-11-20"},
}  # fmt: skip
#: (code, detail, fix, errors) of a refusal by its status
PROBLEMS: dict[int, tuple[str, str, str, list[dict[str, str]]]] = {
    400: ("IDEMPOTENCY_KEY_MISSING", "须在 Idempotency-Key 头写明请求编号（8 至 64 个可见 ASCII 字符）",
          "每件事用一个新的 UUID，重试时用原来的", []),
    401: ("NOT_AUTHENTICATED", "尚未登录，或密钥无效", "请登录，或在 Authorization 头写明有效的 Api-Key", []),
    403: ("ROLE_NOT_ALLOWED", "您的岗位不能办理“审批”", "请由有权岗位办理", []),
    404: ("NOT_FOUND", "没有这个对象，或不属于您的单位", "请核对编号", []),
    406: ("NOT_ACCEPTABLE", "不支持的应答格式", "请查阅接口文档", []),
    413: ("BODY_TOO_LARGE", "内容过大", "请分几次办理；文件请用 multipart/form-data 上传", []),
    415: ("MEDIA_TYPE_UNSUPPORTED", "不支持此内容格式", "请用 JSON；上传文件用 multipart/form-data", []),
    503: ("BUSY", "系统繁忙，本次请求未生效", "请稍候用同一请求编号重试", []),
    409: ("IDEMPOTENCY_CONFLICT", "同一请求编号已用于另一份内容", "另一件事请用新的请求编号；重试请发送原来的内容", []),
    412: ("VERSION_CHANGED", "该记录刚被他人办理过，本次操作未生效", "请重新读取后再办理", []),
    422: ("FIELDS_INVALID", "id_number：校验码不正确", "请按提示修改列出的栏目",
          [{"field": "id_number", "code": "ID_CHECKSUM", "message": "校验码不正确", "fix": "请与证件核对第 18 位"}]),
    428: ("VERSION_REQUIRED", "须在 If-Match 头写明您所核对的版本", "请先读取该记录，把应答的 ETag 原样带回", []),
    429: ("THROTTLED", "请求过于频繁", "请 7 秒后重试", []),
}  # fmt: skip
