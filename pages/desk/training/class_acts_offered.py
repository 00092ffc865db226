"""What may be done with a class now: the same rule for the button and the action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from park_workers.models import Membership
from training.models import TrainingClass
from training.permissions import can_move_class


@dataclass(frozen=True)
class ClassAct:
    """One step: its word, whether it is the page's main button, whether it asks for a reason, and what it means."""

    key: str
    label: str
    explains: str = ""
    is_primary: bool = False
    needs_reason: bool = False
    phrases: tuple[str, ...] = ()


ACTS = (
    ClassAct("file", "提交备案", "提交后计划与名册即固定，之后的增减须申请变更。", is_primary=True),
    ClassAct("accept", "受理备案", "受理后基地可按计划开班。", is_primary=True),
    ClassAct("start", "开班", "确认班次已按计划开班。", is_primary=True),
    ClassAct("complete", "办理结业", "学时已齐，班次结束；名册不再变更。", is_primary=True),
    ClassAct("return", "退回备案", "退回后基地可以修改并重新提交。", needs_reason=True,
             phrases=("教学计划不完整", "教师资质请补充", "名册人员请核实", "学时安排与标准不符")),
    ClassAct("cancel", "取消班次", "取消后学员可以报其他班。", needs_reason=True,
             phrases=("报名人数不足", "教师或场地变动", "企业需求已变", "改期另行报备")),
)  # fmt: skip


def acts_offered(member: Membership, training_class: TrainingClass, today: date) -> list[ClassAct]:
    """Steps that state and role allow; those that wait for a day are not offered before it."""
    too_early = {"start": today < training_class.starts_on, "complete": today < training_class.ends_on}
    return [act for act in ACTS if can_move_class(member, training_class, act.key) and not too_early.get(act.key)]
