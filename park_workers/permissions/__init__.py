"""Who may do what on the first floor: `check_can_x` raises PermissionRefused, `can_x` answers; one rule for both."""

from __future__ import annotations

from park_workers.foundation.errors import PermissionRefused
from park_workers.models import (
    AccountRequest,
    Employment,
    Enterprise,
    Membership,
    Organisation,
    OwnerHandover,
    PayeeAccount,
    Role,
    ScanEntry,
    Worker,
)
from park_workers.permissions.hire_dates import (
    can_ask_hire_date,
    can_correct_hire_date,
    can_decide_hire_date,
    check_can_ask_hire_date,
    check_can_correct_hire_date,
    check_can_decide_hire_date,
)
from park_workers.permissions.roles import (
    CLERKS,
    FIGURE_KEEPERS,
    REVEALERS,
    answers,
    check_own_enterprise,
    check_own_organisation,
    check_role,
    check_second_person,
)

__all__ = [
    "CLERKS",
    "REVEALERS",
    "answers",
    "can_ask_hire_date",
    "can_correct_hire_date",
    "can_decide_hire_date",
    "check_can_ask_hire_date",
    "check_can_correct_hire_date",
    "check_can_decide_hire_date",
    "check_own_organisation",
    "check_role",
    "check_second_person",
]


def check_can_register_employment(actor: Membership, enterprise: Enterprise) -> None:
    """HR of the enterprise, or a bureau clerk."""
    check_own_enterprise(actor, enterprise.pk, "登记入职")


def check_can_register_workers(actor: Membership) -> None:
    """The bureau's clerk at the desk, for any enterprise."""
    check_role(actor, CLERKS, "登记人员")


def check_can_register_worker(actor: Membership, enterprise: Enterprise) -> None:
    """HR of the enterprise, or a bureau clerk."""
    check_own_enterprise(actor, enterprise.pk, "采集登记")


def check_can_decide_scan_entry(actor: Membership, entry: ScanEntry) -> None:
    """HR of the enterprise whose poster was scanned: they know who has come to work."""
    check_role(actor, frozenset({Role.ENTERPRISE_HR}), "确认扫码登记")
    check_own_enterprise(actor, entry.enterprise_id, "确认扫码登记")


def check_can_keep_directory(actor: Membership) -> None:
    """A bureau clerk."""
    check_role(actor, CLERKS, "企业名录")


def check_can_export_lists(actor: Membership) -> None:
    """Bureau staff, the auditor, and a base its own: the lists hold masked numbers only."""
    roles = frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR, Role.BASE_CLERK})
    check_role(actor, roles, "导出名单")


def check_can_record_leave(actor: Membership, employment: Employment) -> None:
    """HR of the enterprise, or a bureau clerk."""
    check_own_enterprise(actor, employment.enterprise_id, "登记离职")


def check_can_state_terms(actor: Membership, employment: Employment) -> None:
    """HR of the enterprise, or a bureau clerk."""
    check_own_enterprise(actor, employment.enterprise_id, "登记合同与岗位")


def check_can_correct_contact(actor: Membership, employment: Employment) -> None:
    """HR of the enterprise, or a bureau clerk."""
    check_own_enterprise(actor, employment.enterprise_id, "更正联系方式")


def check_can_correct_name(actor: Membership, employment: Employment) -> None:
    """A bureau clerk; HR of the enterprise as long as no other enterprise ever employed the person."""
    check_own_enterprise(actor, employment.enterprise_id, "更正姓名")
    elsewhere = Employment.objects.filter(worker=employment.worker_id).exclude(enterprise=employment.enterprise_id)
    if actor.role == Role.ENTERPRISE_HR and elsewhere.exists():
        raise PermissionRefused(
            "KNOWN_ELSEWHERE", "该员工也在其他企业登记过，姓名不能由一家企业更正", "请联系区人社局核对证件后更正"
        )


def check_can_confirm_headcount(actor: Membership, enterprise: Enterprise) -> None:
    """HR of the enterprise itself: the bureau does not confirm in its place."""
    check_role(actor, frozenset({Role.ENTERPRISE_HR}), "在岗确认")
    if actor.organisation_id != enterprise.pk:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能为其他企业办理“在岗确认”", "请切换到本企业岗位")


def check_can_reveal(actor: Membership, worker: Worker) -> None:
    """Bureau staff (not the auditor) unless another district alone knows the person; HR of an enterprise that knows them."""
    check_role(actor, REVEALERS, "查看完整证件号码")
    if not Worker.objects.visible_to(actor).filter(pk=worker.pk).exists():
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能查看其他单位人员的完整信息", "请切换到该单位岗位")
    if actor.sees_business_of_all and worker.is_known_only_outside(actor.organisation_id):
        raise PermissionRefused("NOT_YOUR_DISTRICT", "该人员只在其他区就业或登记过", "确需核实的，请联系该区人社局")


def check_can_reveal_contact(actor: Membership, enterprise: Enterprise) -> None:
    """Bureau staff but the auditor: they call the enterprise."""
    check_role(actor, REVEALERS - {Role.ENTERPRISE_HR}, "查看企业联系电话")
    if not Enterprise.objects.visible_to(actor).filter(pk=enterprise.pk).exists():
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能查看该企业的联系电话", "请切换到有权的岗位")


def check_can_merge_workers(actor: Membership) -> None:
    """A bureau clerk."""
    check_role(actor, CLERKS, "合并人员")


def check_can_decide_account_change(actor: Membership, account: PayeeAccount) -> None:
    """An approver who is not the person that proposed the change (I3)."""
    check_role(actor, frozenset({Role.APPROVER}), "审批账号变更")
    check_second_person(actor, {account.proposed_by_id}, "账号变更不能由申请人本人审批", "请由另一位审批人员办理")
    firm = Enterprise.objects.filter(pk=account.organisation_id).first()
    if firm is not None and firm.bureau_id != actor.organisation_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能审批其他单位企业的账号变更", "请切换到本单位岗位")


def check_can_propose_account_changes(actor: Membership) -> None:
    """A clerk."""
    check_role(actor, CLERKS, "申请账号变更")


def check_can_propose_account_change(actor: Membership, organisation: Organisation) -> None:
    """The firm's own HR, or a clerk for a firm of the own bureau; an approver of the bureau decides either way."""
    check_role(actor, CLERKS | {Role.ENTERPRISE_HR}, "申请账号变更")
    if actor.role == Role.ENTERPRISE_HR and actor.organisation_id == organisation.pk:
        return
    firm = Enterprise.objects.filter(pk=organisation.pk, bureau_id=actor.organisation_id)
    if not firm.exists():
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能为其他单位的企业申请账号变更", "请核对所选企业")


def check_can_check_insurance(actor: Membership) -> None:
    """A bureau clerk."""
    check_role(actor, CLERKS, "核查社保缴费名单")


def check_can_write_headcount_snapshots(actor: Membership) -> None:
    """Bureau staff who answer for figures."""
    check_role(actor, FIGURE_KEEPERS, "生成月末人数")


def check_can_look_after_people(actor: Membership) -> None:
    """The security administrator: who may come in, and in which role."""
    check_role(actor, frozenset({Role.SECURITY_ADMIN}), "账号与岗位")


def check_can_confirm_membership(actor: Membership, membership: Membership) -> None:
    """A second administrator, neither who proposed the role nor who gets it."""
    check_role(actor, frozenset({Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN}), "确认岗位")
    first = {membership.granted_by_id, membership.user_id}
    check_second_person(actor, first, "岗位须由另一位管理员确认", "请由提出人和本人以外的管理员确认")


def check_can_read_audit_log(actor: Membership) -> None:
    """The auditor, and the log administrator for what concerns access."""
    check_role(actor, frozenset({Role.AUDITOR, Role.LOG_ADMIN}), "查看审计日志")


def check_can_export_audit_log(actor: Membership) -> None:
    """The auditor: the file holds every event of the business."""
    check_role(actor, frozenset({Role.AUDITOR}), "导出审计包")


def check_can_decide_account_request(actor: Membership) -> None:
    """A bureau clerk."""
    check_role(actor, CLERKS, "开户申请")


def check_can_open_account(actor: Membership, request: AccountRequest) -> None:
    """A second clerk, neither who agreed to the request nor who gets the account."""
    check_can_decide_account_request(actor)
    first = {request.agreed_by_id, request.membership.user_id if request.membership else None}
    check_second_person(actor, first, "开户须由另一位经办确认", "请由同意人以外的经办确认")


def check_can_look_after_colleagues(actor: Membership, organisation_id: int | None = None) -> None:
    """The owner of an enterprise, for its own people."""
    check_role(actor, frozenset({Role.ENTERPRISE_HR}), "企业人员")
    if not actor.is_owner:
        raise PermissionRefused("OWNER_ONLY", "只有主账号可以管理企业人员", "请联系贵企业的主账号")
    if organisation_id is not None and organisation_id != actor.organisation_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能管理其他企业的人员", "请切换到本企业岗位")


def check_can_appoint_owner(actor: Membership, organisation_id: int) -> None:
    """The owner for the own enterprise; a bureau clerk for every one."""
    if actor.role != Role.CLERK:
        check_can_look_after_colleagues(actor, organisation_id)


def check_can_take_over(actor: Membership, offer: OwnerHandover) -> None:
    """The colleague to whom the owner's place was offered."""
    if actor.pk != offer.to_id:
        raise PermissionRefused("NOT_FOR_YOU", "主账号不是移交给您的", "请由接任人本人办理")


def check_can_keep_poster(actor: Membership, enterprise: Enterprise) -> None:
    """HR of the enterprise, or a bureau clerk."""
    check_own_enterprise(actor, enterprise.pk, "登记海报")


def check_can_keep_cards(actor: Membership, enterprise: Enterprise) -> None:
    """HR of the enterprise, or a bureau clerk."""
    check_own_enterprise(actor, enterprise.pk, "工牌")


can_decide_account_request = answers(check_can_decide_account_request)
can_open_account = answers(check_can_open_account)
can_look_after_colleagues = answers(check_can_look_after_colleagues)
can_keep_poster = answers(check_can_keep_poster)
can_keep_cards = answers(check_can_keep_cards)
can_register_employment = answers(check_can_register_employment)
can_register_workers = answers(check_can_register_workers)
can_register_worker = answers(check_can_register_worker)
can_decide_scan_entry = answers(check_can_decide_scan_entry)
can_read_audit_log = answers(check_can_read_audit_log)
can_export_audit_log = answers(check_can_export_audit_log)
can_keep_directory = answers(check_can_keep_directory)
can_export_lists = answers(check_can_export_lists)
can_record_leave = answers(check_can_record_leave)
can_state_terms = answers(check_can_state_terms)
can_correct_contact = answers(check_can_correct_contact)
can_correct_name = answers(check_can_correct_name)
can_confirm_headcount = answers(check_can_confirm_headcount)
can_reveal = answers(check_can_reveal)
can_reveal_contact = answers(check_can_reveal_contact)
can_merge_workers = answers(check_can_merge_workers)
can_decide_account_change = answers(check_can_decide_account_change)
can_propose_account_changes = answers(check_can_propose_account_changes)
can_propose_account_change = answers(check_can_propose_account_change)
can_check_insurance = answers(check_can_check_insurance)
can_write_headcount_snapshots = answers(check_can_write_headcount_snapshots)
can_look_after_people = answers(check_can_look_after_people)
can_confirm_membership = answers(check_can_confirm_membership)
