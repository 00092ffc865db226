"""Who may do what with sittings: `check_can_x` raises PermissionRefused, `can_x` answers."""

from __future__ import annotations

from park_workers.foundation.errors import PermissionRefused
from park_workers.models import Membership, Organisation, Role
from park_workers.permissions import answers, check_own_organisation, check_role, check_second_person
from training.models import AssessmentSitting, AssessmentTerms, AssessorOrganisation, EnterpriseAssessmentFiling
from training.models.assessment_filings import DECIDERS
from training.models.assessors import CONFIRMERS
from training.models.sittings import CONFIRMERS as RESULT_CONFIRMERS
from training.models.sittings import WRITERS
from training.permissions.roles import READERS

# --- 技能等级认定: assessors, sittings, enterprises' own filings ---------------------------------------


def _check_is_another(actor: Membership, first: int | None, action: str) -> None:
    check_second_person(actor, {first}, f"“{action}”须由另一人办理", "请另一位同事登录后办理")


def check_can_keep_assessors(actor: Membership) -> None:
    """A bureau clerk."""
    check_role(actor, frozenset({Role.CLERK}), "认定机构备案")


def check_can_confirm_assessor(actor: Membership, assessor: AssessorOrganisation) -> None:
    """Bureau staff other than who entered it."""
    check_role(actor, frozenset(map(Role, CONFIRMERS)), "确认认定机构备案")
    check_own_organisation(actor, assessor.bureau_id, "确认认定机构备案")
    _check_is_another(actor, assessor.proposed_by_id, "确认认定机构备案")


def check_can_end_assessor(actor: Membership, assessor: AssessorOrganisation) -> None:
    """Bureau staff."""
    check_role(actor, frozenset(map(Role, CONFIRMERS)), "终止认定机构备案")
    check_own_organisation(actor, assessor.bureau_id, "终止认定机构备案")


def check_can_propose_terms(actor: Membership) -> None:
    """A bureau clerk."""
    check_role(actor, frozenset({Role.CLERK}), "认定参数")


def check_can_confirm_terms(actor: Membership, terms: AssessmentTerms) -> None:
    """Bureau staff other than who entered them."""
    check_role(actor, frozenset(map(Role, CONFIRMERS)), "确认认定参数")
    check_own_organisation(actor, terms.bureau_id, "确认认定参数")
    _check_is_another(actor, terms.proposed_by_id, "确认认定参数")


def check_can_write_sittings(actor: Membership, assessor: AssessorOrganisation) -> None:
    """The assessor's own people, or a clerk of its bureau."""
    check_role(actor, frozenset(map(Role, WRITERS)), "认定场次")
    if actor.role == Role.CLERK:
        check_own_organisation(actor, assessor.bureau_id, "认定场次")
    elif actor.organisation_id != assessor.organisation_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能办理其他机构的认定场次", "请切换到本单位岗位")


def check_can_confirm_results(actor: Membership, sitting: AssessmentSitting) -> None:
    """A clerk or reviewer of the bureau who neither entered the results nor handed them in."""
    check_role(actor, frozenset(map(Role, RESULT_CONFIRMERS)), "确认认定成绩")
    check_own_organisation(actor, sitting.assessor.bureau_id, "确认认定成绩")
    _check_is_another(actor, sitting.results_by_id, "确认认定成绩")
    mine = sitting.results.filter(is_current=True, recorded_by__user_id=actor.person_id)
    if mine.exists():
        raise PermissionRefused("SECOND_PERSON_NEEDED", "本场有您录入的成绩，须由另一人确认", "请另一位同事登录后办理")


def check_can_write_filing(actor: Membership, enterprise_id: int) -> None:
    """HR of the enterprise itself."""
    check_role(actor, frozenset({Role.ENTERPRISE_HR}), "认定申报备案")
    if actor.organisation_id != enterprise_id:
        raise PermissionRefused("NOT_YOUR_ORGANISATION", "不能为其他企业申报", "请切换到本企业岗位")


def check_can_receive_filing(actor: Membership, filing: EnterpriseAssessmentFiling) -> None:
    """A clerk of the enterprise's bureau accepts it or returns it for completion."""
    check_role(actor, frozenset({Role.CLERK}), "受理认定申报")
    check_own_organisation(actor, filing.enterprise.bureau_id, "受理认定申报")


def check_can_decide_filing(actor: Membership, filing: EnterpriseAssessmentFiling) -> None:
    """A reviewer or approver of the bureau, other than who accepted it."""
    check_role(actor, frozenset(map(Role, DECIDERS)), "审批认定申报")
    check_own_organisation(actor, filing.enterprise.bureau_id, "审批认定申报")
    _check_is_another(actor, filing.accepted_by_id, "审批认定申报")


def check_can_read_sitting_figures(actor: Membership, bureau: Organisation) -> None:
    """Bureau staff of that bureau, the auditor among them."""
    check_role(actor, READERS, "认定统计")
    check_own_organisation(actor, bureau.pk, "认定统计")


can_keep_assessors = answers(check_can_keep_assessors)
can_confirm_assessor = answers(check_can_confirm_assessor)
can_end_assessor = answers(check_can_end_assessor)
can_propose_terms = answers(check_can_propose_terms)
can_confirm_terms = answers(check_can_confirm_terms)
can_write_sittings = answers(check_can_write_sittings)
can_confirm_results = answers(check_can_confirm_results)
can_write_filing = answers(check_can_write_filing)
can_receive_filing = answers(check_can_receive_filing)
can_decide_filing = answers(check_can_decide_filing)
can_read_sitting_figures = answers(check_can_read_sitting_figures)
