"""The desk's menu: every entry once, with who sees it; a page that has no entry here is reached from another page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from park_workers.models import Membership, Role
from park_workers.models.uploads import UPLOADERS
from park_workers.models.users import BUREAU_ROLES
from training.models.sittings import WRITERS
from training.permissions import CERTIFICATE_READERS, READERS

#: bureau staff who look people and enterprises up; the city bureau sees what is sent up to it, as batches
DESK_ROLES = BUREAU_ROLES - {Role.CITY_REVIEWER}
#: whose work runs in the background, or who looks at it
JOB_ROLES = frozenset({*BUREAU_ROLES, Role.BASE_CLERK, Role.AGENCY_CLERK})
#: who reads from passing to staying
PLACEMENT_ROLES = frozenset({*DESK_ROLES, Role.BASE_CLERK})
ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
WORK, KNOWN, TRAINING, RULES, RECORDS, ACCOUNTS = "办理", "名录", "培训与就业", "政策与资金", "记录", "管理"


@dataclass(frozen=True)
class Entry:
    """One entry: the word, the icon beside it, the name of its address, who sees it, and under which heading it stands.

    `here` is what a page says of itself to be shown as the open one.  An entry `under` another (its `here`) stands on the pages of
    that one, not in the menu, as long as whoever acts sees both.
    """

    label: str
    icon: str
    url_name: str
    roles: frozenset[str]
    group: str
    here: str
    under: str = ""

    @property
    def address(self) -> str:
        """Where it leads."""
        return reverse(self.url_name)


def _entry(
    label: str, icon: str, url_name: str, roles: object, group: str, here: str = "", *, under: str = ""
) -> Entry:
    return Entry(label, icon, url_name, frozenset(roles), group, here or url_name, under)  # type: ignore[call-overload]


ENTRIES = (
    _entry("首页", "home", "phone_home", (Role.ENTERPRISE_HR,), WORK),
    _entry("今日", "home", "home", BUREAU_ROLES, WORK, "today"),
    _entry("今日", "home", "base_today", (Role.BASE_CLERK,), WORK),
    _entry("批次", "list-check", "batches", BUREAU_ROLES, WORK),
    _entry("公示", "speakerphone", "notices", BUREAU_ROLES, WORK),
    _entry("企业", "building", "enterprises", DESK_ROLES, KNOWN),
    _entry("人员", "users", "workers", DESK_ROLES, KNOWN),
    _entry("入职日期更正", "edit", "hire_date_requests", DESK_ROLES, KNOWN, under="workers"),
    _entry("开户申请", "user-plus", "account_requests", (Role.CLERK, Role.AUDITOR), KNOWN),
    _entry("用工需求", "target-arrow", "demands", (*DESK_ROLES, Role.BASE_CLERK), TRAINING),
    _entry("班次", "school", "training_classes", (*DESK_ROLES, Role.BASE_CLERK), TRAINING),
    _entry("认定场次", "certificate", "sittings", READERS | frozenset(map(Role, WRITERS)), TRAINING),
    _entry("认定统计", "chart-bar", "sitting_figures", READERS, TRAINING, under="sittings"),
    _entry("认定机构", "license", "assessors", READERS, TRAINING, under="sittings"),
    _entry("编号代码", "id", "assessor_codes", READERS, TRAINING, under="sittings"),
    _entry("认定申报", "clipboard-list", "assessment_filings", READERS, TRAINING, under="sittings"),
    _entry("考勤", "calendar-check", "attendance", (*READERS, Role.BASE_CLERK), TRAINING),
    _entry("同日两地", "map-pin", "two_places", READERS, TRAINING, under="attendance"),
    _entry("证书", "certificate", "certificates", CERTIFICATE_READERS, TRAINING),
    _entry("技术评审", "gavel", "review_rounds", READERS, TRAINING),
    _entry("评审专家", "user-check", "experts", READERS, TRAINING, under="review_rounds"),
    _entry("评分标准", "clipboard-list", "rubrics", READERS, TRAINING, under="review_rounds"),
    _entry("评审等次", "license", "review_grades", READERS, TRAINING, under="review_rounds"),
    _entry("我的评审", "gavel", "expert_home", (Role.EXPERT,), WORK),
    _entry("就业安置", "briefcase", "placements", PLACEMENT_ROLES, TRAINING),
    _entry("政策", "scale", "policies", BUREAU_ROLES, RULES),
    _entry("资金", "wallet", "funds", DESK_ROLES, RULES),
    _entry("拨付", "cash", "payments", BUREAU_ROLES, RULES),
    _entry("账号变更", "credit-card", "account_changes", DESK_ROLES, RULES),
    _entry("上传", "upload", "uploads", UPLOADERS, RECORDS),
    _entry("任务", "progress", "jobs", JOB_ROLES, RECORDS),
    _entry("审计", "shield-check", "audit", (Role.AUDITOR, Role.LOG_ADMIN), RECORDS),
    _entry("账号与岗位", "lock", "people", ADMINS, ACCOUNTS),
)


def seen_by(membership: Membership | None) -> list[Entry]:
    """Every entry of one role, in the order above."""
    return [entry for entry in ENTRIES if membership is not None and membership.role in entry.roles]


def family_of(here: str, membership: Membership | None) -> list[Entry]:
    """The open page's entry with those that stand beside it: the one in the menu first; empty when it stands alone."""
    seen = seen_by(membership)
    head = next((entry.under or entry.here for entry in seen if entry.here == here), "")
    family = [entry for entry in seen if head and head in (entry.here, entry.under)]
    return family if len(family) > 1 else []


def groups_for(membership: Membership | None) -> list[tuple[str, list[Entry]]]:
    """The menu of one role by heading, in the order above."""
    everything = seen_by(membership)
    heads = {entry.here for entry in everything}
    seen = [entry for entry in everything if entry.under not in heads]
    order = [WORK, KNOWN, TRAINING, RULES, RECORDS, ACCOUNTS]
    seen.sort(key=lambda entry: order.index(entry.group))
    return [(group, list(entries)) for group, entries in groupby(seen, key=lambda entry: entry.group)]
