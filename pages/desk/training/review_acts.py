"""What a person may do with a round of reviews now: one confirm form per action, one service call behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.typed_forms import reason_of
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership
from training.models import ReviewRound
from training.permissions import READERS, can_decide_round, can_move_round
from training.services.panels import draw_panel, start_scoring
from training.services.review_notices import finish_round, publish_results
from training.services.review_results import decide_round
from training.services.review_rounds import cancel_round, close_round, open_round

PHRASES = ("申报人数不足", "可抽取的专家不足", "评审安排有变，另行组织")


@dataclass(frozen=True)
class RoundAct:
    """One action as a button and a confirm form."""

    key: str
    move: str
    label: str
    explains: str
    run: Callable[..., Any]
    done: str
    is_primary: bool = True


ACTS: tuple[RoundAct, ...] = (
    RoundAct("open", "open", "开始申报", "企业可以在手机上申报；同时生成抽取种子并密封，公布其承诺值，抽取时公开种子供核验。",
             open_round, "已开始申报，种子承诺值已公布。"),
    RoundAct("close", "close", "截止申报", "申报截止日次日起可以截止；受理工作可继续到抽取之前。", close_round, "申报已截止。"),
    RoundAct("draw", "draw", "抽取评委", "专家库、回避关系和候选人自此冻结，按公布的种子抽取，结果不能重抽；候选人同时编盲评编号。",
             draw_panel, "评委已抽取，可在“评委”中核验。"),
    RoundAct("start", "start", "开始评分", "评委自此可在各自手机上评分；全部封存后自动同时开封。", start_scoring, "评分已开始。"),
    RoundAct("decide", "decide", "确认结果", "您确认已核对评分、离群合议和等次。确认后结果不能更改。", decide_round,
             "结果已确认，请经办公示。"),
    RoundAct("publish", "publish", "公示结果", "姓名部分隐藏后向社会公开；发布当日不计入公示期，期满且无待处理异议后发放等次。",
             publish_results, "结果已公示。"),
    RoundAct("finish", "finish", "办结", "公示期满且没有待处理异议时，发放等次并办结。", finish_round, "已办结，等次自今日生效。"),
    RoundAct("cancel", "cancel", "取消评审", "取消后不能恢复，申报企业会看到原因。", cancel_round, "已取消。", is_primary=False),
    RoundAct("break-off", "break_off", "中止评审", "评委抽取后只能由审批人中止；已封存的评分不再开封。", cancel_round,
             "已中止。", is_primary=False),
)  # fmt: skip
BY_KEY = {act.key: act for act in ACTS}
#: asked again who one is before these
WEIGHTY = frozenset({"draw", "decide", "publish"})
WITH_REASON = frozenset({"cancel", "break-off"})


def may(act: RoundAct, round_: ReviewRound, member: Membership) -> bool:
    """One rule for the button and for the form; days are left to the service, which says them."""
    if act.key == "decide":
        return can_decide_round(member, round_)
    if act.key == "close" and business_day() <= round_.apply_to:
        return False
    if act.key == "finish" and (round_.status != "in_notice" or business_day() <= round_.notice.last_day):
        return False
    return can_move_round(member, round_, act.move)


def acts_for(round_: ReviewRound, member: Membership) -> list[RoundAct]:
    """The buttons of a page, the main one last."""
    return sorted((act for act in ACTS if may(act, round_, member)), key=lambda act: act.is_primary)


def _is_weighty(request: HttpRequest, action: str, **where: Any) -> bool:
    return request.method == "POST" and action in WEIGHTY


@page_for(READERS)
@freshly_confirmed(when=_is_weighty)
def act_on_round(request: HttpRequest, round_pk: int, action: str) -> HttpResponse:
    """Confirm form of one action (GET) and the action itself (POST)."""
    from pages.desk.training.review_rounds import round_of

    round_, chosen = round_of(request, round_pk), BY_KEY.get(action)
    if chosen is None:
        raise Http404
    member = member_of(request)
    if request.method == "POST":
        return _take(request, round_, chosen, member)
    if not may(chosen, round_, member):
        messages.warning(request, f"当前状态为“{round_.status_label()}”，您现在不能办理“{chosen.label}”。")
        return redirect("review_round", round_pk=round_pk)
    return _form(request, round_, chosen)


def _form(request: HttpRequest, round_: ReviewRound, chosen: RoundAct, error: str = "") -> HttpResponse:
    context = {
        "here": "review_rounds", "round": round_, "act": chosen, "error": error, "phrases": PHRASES,
        "needs_reason": chosen.key in WITH_REASON, "note": request.POST.get("note", ""),
        "waiting": round_.applications.filter(status="submitted").count(),
        "accepted": round_.applications.filter(status="accepted").count(),
    }  # fmt: skip
    return render(request, "desk/training/reviews/act.html", context, status=422 if error else 200)


def _take(request: HttpRequest, round_: ReviewRound, chosen: RoundAct, member: Membership) -> HttpResponse:
    version = request.POST.get("version", "")
    seen = int(version) if version.isdigit() and len(version) < 9 else 0
    if seen != round_.version:
        messages.warning(request, f"该评审批刚被办理过，本次“{chosen.label}”未生效。请查看最新状态。")
        return redirect("review_round", round_pk=round_.pk)
    more = {"reason": reason_of(request)} if chosen.key in WITH_REASON else {}
    if more and not more["reason"]:
        return _form(request, round_, chosen, "请说明原因：选择一条常用原因，或填写具体情况。")
    try:
        chosen.run(actor=member, round_=round_, day=business_day(), seen_version=seen, **more)
    except RuleViolation as refusal:
        messages.error(request, refusal.sentences)
    else:
        messages.success(request, chosen.done)
    return redirect("review_round", round_pk=round_.pk)
