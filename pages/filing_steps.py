"""An application to assess as dated steps, the same for the desk and the phone."""

from __future__ import annotations

from pages.desk.steps import Step
from training.models import EnterpriseAssessmentFiling

#: state -> how many steps are behind it
DONE = {
    "draft": 0,
    "returned": 0,
    "submitted": 1,
    "accepted": 2,
    "approved": 3,
    "expired": 3,
    "refused": 2,
    "withdrawn": 0,
}


def filing_steps(filing: EnterpriseAssessmentFiling) -> list[Step]:
    """填写提交, 受理, 审批."""
    done = DONE[filing.status]
    who = [
        filing.accepted_by.display_name if filing.accepted_by else "",
        filing.decided_by.display_name if filing.decided_by else "",
    ]
    plan = (
        ("填写提交", filing.sent_on, "", "待补正" if filing.status == "returned" else "待企业提交"),
        ("受理", filing.accepted_on, who[0], "待经办受理"),
        ("审批", filing.decided_on, who[1], "待复核或审批"),
    )
    steps = []
    for at, (name, day, person, note) in enumerate(plan):
        if at < done:
            steps.append(Step(name, "done", day, person))
        elif filing.status == "refused":
            steps.append(Step("不予备案", "stopped", day, person, filing.reason))
        elif filing.status == "withdrawn":
            return [*steps, Step("已撤回", "stopped", None, "", filing.reason)]
        else:
            steps.append(Step(name, "now" if at == done else "next", None, "", note if at == done else ""))
    if filing.status in ("approved", "expired"):
        state = "done" if filing.status == "approved" else "stopped"
        word = "备案有效" if filing.status == "approved" else "备案到期"
        steps.append(Step(word, state, filing.valid_from, "", f"至 {filing.valid_to}"))
    return steps
