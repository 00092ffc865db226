"""What a person may do with a round of reviews now: one confirm form per action, one service call behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pages.accounts.identity import freshly_confirmed
from pages.acting import page_for
from pages.desk.act_pages import Act, ActPage
from park_workers.foundation.business_day import business_day
from park_workers.models import Membership
from training.models import ReviewRound
from training.permissions import READERS, can_decide_round, can_move_round
from training.services.panels import draw_panel, start_scoring
from training.services.review_notices import finish_round, publish_results
from training.services.review_results import decide_round
from training.services.review_rounds import cancel_round, close_round, open_round

PHRASES = ("申报人数不足", "可抽取的专家不足", "评审安排有变，另行组织")


def _step(service: Callable[..., Any]) -> Callable[[Membership, ReviewRound, str, date], Any]:
    return lambda actor, round_, note, day: service(actor=actor, round_=round_, day=day, seen_version=round_.version)


def _cancel(actor: Membership, round_: ReviewRound, note: str, day: date) -> None:
    cancel_round(actor=actor, round_=round_, day=day, seen_version=round_.version, reason=note)


ACTS: tuple[Act, ...] = (
    Act("open", "open", "开始申报", "企业可以在手机上申报；同时生成抽取种子并密封，公布其承诺值，抽取时公开种子供核验。",
        _step(open_round), "已开始申报，种子承诺值已公布。"),
    Act("close", "close", "截止申报", "申报截止日次日起可以截止；受理工作可继续到抽取之前。", _step(close_round), "申报已截止。"),
    Act("draw", "draw", "抽取评委", "专家库、回避关系和候选人自此冻结，按公布的种子抽取，结果不能重抽；候选人同时编盲评编号。",
        _step(draw_panel), "评委已抽取，可在“评委”中核验。"),
    Act("start", "start", "开始评分", "评委自此可在各自手机上评分；全部封存后自动同时开封。", _step(start_scoring), "评分已开始。"),
    Act("decide", "decide", "确认结果", "您确认已核对评分、离群合议和等次。确认后结果不能更改。", _step(decide_round),
        "结果已确认，请经办公示。"),
    Act("publish", "publish", "公示结果", "姓名部分隐藏后向社会公开；发布当日不计入公示期，期满且无待处理异议后发放等次。",
        _step(publish_results), "结果已公示。"),
    Act("finish", "finish", "办结", "公示期满且没有待处理异议时，发放等次并办结。", _step(finish_round), "已办结，等次自今日生效。"),
    Act("cancel", "cancel", "取消评审", "取消后不能恢复，申报企业会看到原因。", _cancel, "已取消。", is_primary=False,
        needs_note=True, phrases=PHRASES),
    Act("break-off", "break_off", "中止评审", "评委抽取后只能由审批人中止；已封存的评分不再开封。", _cancel,
        "已中止。", is_primary=False, needs_note=True, phrases=PHRASES),
)  # fmt: skip
#: asked again who one is before these
WEIGHTY = frozenset({"draw", "decide", "publish"})


def may(act: Act, round_: ReviewRound, member: Membership) -> bool:
    """One rule for the button and for the form; days are left to the service, which says them."""
    if act.key == "decide":
        return can_decide_round(member, round_)
    if act.key == "close" and business_day() <= round_.apply_to:
        return False
    if act.key == "finish" and (round_.status != "in_notice" or business_day() <= round_.notice.last_day):
        return False
    return can_move_round(member, round_, act.move)


def _form(request: HttpRequest, round_: ReviewRound, chosen: Act, error: str) -> HttpResponse:
    context = {
        "here": "review_rounds", "round": round_, "act": chosen, "error": error, "phrases": chosen.phrases,
        "note": request.POST.get("note", ""),
        "waiting": round_.applications.filter(status="submitted").count(),
        "accepted": round_.applications.filter(status="accepted").count(),
    }  # fmt: skip
    return render(request, "desk/training/reviews/act.html", context, status=422 if error else 200)


PAGE = ActPage("评审批", ACTS, may, _form, lambda round_: redirect("review_round", round_pk=round_.pk))
acts_for = PAGE.offered


def _is_weighty(request: HttpRequest, action: str, **where: Any) -> bool:
    return request.method == "POST" and action in WEIGHTY


@page_for(READERS)
@freshly_confirmed(when=_is_weighty)
def act_on_round(request: HttpRequest, round_pk: int, action: str) -> HttpResponse:
    """One action on a round."""
    from pages.desk.training.review_rounds import round_of

    return PAGE.answer(request, round_of(request, round_pk), action)
