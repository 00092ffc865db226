"""What is missing where a condition is not met, and who can supply it: one entry for each kind of condition."""

from __future__ import annotations

from dataclasses import dataclass

from subsidies.rules.evaluate import BASE_NOT_PAID

ENTERPRISE, INSURANCE, BUREAU, WORKER, TIME, NOBODY, AGENCY, BASE = (
    "企业", "社保缴费名单", "人社局", "员工本人", "时间", "无须补充", "人力资源机构", "培训基地",
)  # fmt: skip


@dataclass(frozen=True)
class Supply:
    """Who supplies it, what it is, and how; `is_ours` where the enterprise itself can do it."""

    who: str
    what: str
    how: str

    @property
    def is_ours(self) -> bool:
        """Whether the enterprise supplies it."""
        return self.who == ENTERPRISE

    @property
    def is_nobodys(self) -> bool:
        """Whether there is nothing to supply."""
        return self.who == NOBODY


SUPPLIES: dict[str, Supply] = {
    "on_or_before_cutoff": Supply(BUREAU, "企业入园日期", "由区人社局按入园协议登记；如已入园，请联系区人社局更正名录"),
    "equals": Supply(BUREAU, "企业类型", "由区人社局在企业名录登记；如登记有误，请联系区人社局更正"),
    "none_equals": Supply(
        ENTERPRISE, "用工形式或岗位", "如登记有误，请企业更正花名册；实际为劳务派遣的，须改由本企业直接签订合同"
    ),
    "in_window": Supply(ENTERPRISE, "入职日期", "如登记有误，请企业说明并由区人社局更正；入职日期属实的，不适用本政策"),
    "is_true": Supply(ENTERPRISE, "岗位是否一线", "请企业更正花名册中的岗位，或转岗后更新花名册"),
    "months_at_least": Supply(ENTERPRISE, "劳动合同起止日", "请企业续签、改签或补登合同，并更新花名册"),
    "consecutive_months_ending_in_cutoff_month": Supply(
        INSURANCE,
        "连续参保月份",
        "请企业按月为员工缴费；缴费名单由区人社局每月导入，已缴费而未显示的，请核对证件号码和费款所属期",
    ),
    "empty_or_on_or_after_cutoff": Supply(
        ENTERPRISE, "离职日期", "如离职登记有误，请企业更正；重新入职的按新的就业记录计"
    ),
    "age_at_hire_at_least": Supply(NOBODY, "入职时年龄", "以入职当日周岁为准；如证件号码或入职日期有误，请企业更正"),
    "age_at_hire_below": Supply(NOBODY, "入职时年龄", "以入职当日年龄为准；如证件号码或入职日期有误，请企业更正"),
    "not_paid_under": Supply(NOBODY, "享受记录", "每人只享受一次，不必补充材料"),
    "none_of": Supply(NOBODY, "其他补贴记录", "已享受其他互斥补贴的不重复享受；如名单有误，请联系区人社局核对"),
    "months_employed_at_least": Supply(
        TIME, "在职满月数", "在本企业继续在职，满期后自动符合；如离职日期有误，请企业更正"
    ),
    "matured_on_stated_date": Supply(TIME, "满期日", "到满期日后自动符合"),
    "differs": Supply(ENTERPRISE, "引工人", "请企业核对花名册中的引工人证件号；自荐不计"),
    "annual_cap": Supply(NOBODY, "年度名额", "当年名额已满，不必补充材料"),
    "on_or_before_stated_date": Supply(WORKER, "技能等级证书", "请员工提供证书，由培训基地或区人社局登记"),
    "in": Supply(WORKER, "目录内工种的证书", "请员工取得目录内工种的证书"),
    "expert_grade_in": Supply(WORKER, "技术评审等次", "请企业为员工申报区技术评审，取得等次并公示期满后符合"),
    "certificate_level_at_least": Supply(
        WORKER, "更高级别的证书", "请员工取得相应级别的证书，由培训基地或区人社局登记"
    ),
    "trade_level_at_least": Supply(WORKER, "该工种相应级别的证书", "请员工取得证书，由培训基地或区人社局登记"),
    "trained_hours_at_least": Supply(BASE, "培训学时", "由培训基地在合格名单中登记实到学时；登记有误的，请基地更正"),
    "placed_by_base": Supply(BASE, "就业推荐", "由培训基地推荐、本企业录用的才算；入职后自动接上推荐"),
    "placement_source_in": Supply(NOBODY, "就业来源", "按登记的来源认定；引工人登记有误的，请企业更正花名册"),
    "quota": Supply(NOBODY, "名额", "名额已满；有空出时按申请先后递补"),
    "headcount_kept": Supply(AGENCY, "介绍入职名单", "请人力资源机构报送名单，在职满月数的人数达到要求后计"),
}
#: of a policy that is paid for the lines of another one
BASE_SUPPLY = Supply(TIME, "所叠加补贴到账", "所叠加的补贴拨付到账后自动符合")


def supply_of(test: str, code: str = "") -> Supply:
    """The entry of a kind of condition, or of the reason code that no condition has."""
    return BASE_SUPPLY if code == BASE_NOT_PAID else SUPPLIES[test]
