"""评审专家库 at the desk: the list, a new entry, one entry with its ties and days, and the second person's yes."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.days import demanded_day, given_day, read_day
from pages.desk.tabs import numbered_page
from pages.field_errors import errors_of, said_in_one
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, Organisation, Role
from training.models import Expert, ExpertTie
from training.permissions import READERS, can_confirm_expert, can_keep_experts
from training.services import experts as service
from training.services.expert_absences import absences_of

STATES = Expert.Status.choices
ORGANISATIONS_OFFERED = 8


def _expert(request: HttpRequest, pk: int) -> Expert:
    seen = Expert.objects.visible_to(member_of(request)).select_related(
        "membership__user", "proposed_by", "confirmed_by", "bureau"
    )
    found: Expert = get_object_or_404(seen, pk=pk)
    return found


@page_for(READERS)
@require_safe
def expert_list(request: HttpRequest) -> HttpResponse:
    """By state, and by trade."""
    member = member_of(request)
    seen = Expert.objects.visible_to(member)
    chosen = request.GET.get("state", "confirmed")
    chosen = chosen if chosen in dict(STATES) else "confirmed"
    counts = [(key, label, seen.filter(status=key).count()) for key, label in STATES]
    trade = request.GET.get("trade", "")[:40]
    rows = seen.filter(status=chosen).select_related("membership__user", "proposed_by").prefetch_related("ties")
    found = [one for one in rows.order_by("membership__user__display_name", "pk") if not trade or trade in one.trades]
    context = {
        "here": "experts", "chosen": chosen, "counts": counts, "trade": trade, "trades": service.SHORTAGE_TRADES,
        "may_keep": can_keep_experts(member),
    } | numbered_page(request, found)  # fmt: skip
    return render(request, "desk/training/reviews/experts.html", context)


@page_for(Role.CLERK)
def new_expert(request: HttpRequest) -> HttpResponse:
    """Put the holder of an expert's account into the pool; what was typed is kept, but never the document number."""
    member = member_of(request)
    people = list(service.people_without_entry(bureau=member.organisation))
    typed = {key: request.POST.get(key, "").strip()[:80] for key in ("membership", "title", "id_number")}
    typed["available_from"] = request.POST.get("available_from", business_day().isoformat()).strip()[:20]
    trades = [trade for trade in request.POST.getlist("trades") if trade in service.SHORTAGE_TRADES]
    errors: dict[str, str] = {}
    if request.method == "POST":
        chosen = next((one for one in people if str(one.pk) == typed["membership"]), None)
        day, errors["available_from"] = read_day(typed["available_from"], "请填写可参评起始日。")
        errors["membership"] = "" if chosen else "请选择专家账号。"
        errors["trades"] = "" if trades else "请至少选择一个评审工种。"
        errors["id_number"] = "" if typed["id_number"] else "请填写证件号码，用于查找本人和亲属的回避关系。"
        errors = {key: words for key, words in errors.items() if words}
        if not errors and chosen is not None and day is not None:
            try:
                made = service.propose_expert(
                    actor=member, membership=chosen, id_number=typed["id_number"], trades=trades, title=typed["title"],
                    available_from=day, day=business_day(),
                )  # fmt: skip
            except RuleViolation as refusal:
                errors = errors_of(refusal)
            else:
                messages.success(request, f"{made.name}已提出入库，请补充关联单位后由另一人确认。")
                return redirect("expert", expert_pk=made.pk)
    context = {
        "here": "experts", "people": people, "typed": typed | {"id_number": ""}, "chosen": trades, "errors": errors,
        "trades": service.SHORTAGE_TRADES,
    }  # fmt: skip
    return render(request, "desk/training/reviews/new_expert.html", context, status=422 if errors else 200)


@page_for(READERS)
def expert_page(request: HttpRequest, expert_pk: int) -> HttpResponse:
    """One entry; a form that was sent back keeps what was typed and says at the top what is wrong."""
    member, expert, error = member_of(request), _expert(request, expert_pk), ""
    if request.method == "POST":
        act = ACTS.get(request.POST.get("action", ""))
        if act is None:
            raise Http404
        try:
            messages.success(request, act(request, member, expert))
            return redirect("expert", expert_pk=expert_pk)
        except RuleViolation as refusal:
            error = said_in_one(refusal)
            expert = _expert(request, expert_pk)
    wanted = " ".join(request.POST.get("organisation_text", "").split())[:60]
    offered = Organisation.objects.search(wanted).order_by("name")[:ORGANISATIONS_OFFERED] if wanted else []
    context = {
        "here": "experts", "expert": expert, "ties": expert.ties.select_related("organisation").order_by("-pk"),
        "spans": expert.availabilities.order_by("-starts_on"), "absences": absences_of(expert),
        "seats": expert.seats.select_related("round").order_by("-pk")[:20],
        "may_keep": can_keep_experts(member, expert), "may_confirm": can_confirm_expert(member, expert), "error": error,
        "kinds": ExpertTie.Kind.choices, "trades": service.SHORTAGE_TRADES, "offered": offered, "typed": request.POST,
        "today": business_day(),
    }  # fmt: skip
    return render(request, "desk/training/reviews/expert.html", context, status=422 if error else 200)


def _organisation(request: HttpRequest) -> Organisation | None:
    """The organisation chosen from those offered, or the only one that the text names."""
    pk = request.POST.get("organisation", "")
    if pk.isascii() and pk.isdigit() and len(pk) < 18:
        return Organisation.objects.filter(pk=int(pk)).first()
    text = " ".join(request.POST.get("organisation_text", "").split())[:60]
    found = list(Organisation.objects.search(text)[:2]) if text else []
    if len(found) == 2:
        raise RuleViolation("ORGANISATION_UNCLEAR", f"有多家单位的名称含“{text}”", "请在下方列出的单位中选择")
    return found[0] if found else None


def _confirm(request: HttpRequest, member: Membership, expert: Expert) -> str:
    version = request.POST.get("version", "")
    seen = int(version) if version.isdigit() and len(version) < 9 else None
    service.confirm_expert(actor=member, expert=expert, day=business_day(), seen_version=seen)
    return "已确认入库，可以参加抽取。"


def _retire(request: HttpRequest, member: Membership, expert: Expert) -> str:
    service.retire_expert(actor=member, expert=expert, reason=request.POST.get("reason", ""), day=business_day())
    return "已出库，不再参加抽取。"


def _trades(request: HttpRequest, member: Membership, expert: Expert) -> str:
    chosen, title = request.POST.getlist("trades"), request.POST.get("title", "")
    service.change_trades(actor=member, expert=expert, trades=chosen, title=title, day=business_day())
    return "资料已变更，待另一人确认后才参加抽取。"


def _tie(request: HttpRequest, member: Membership, expert: Expert) -> str:
    service.add_tie(
        actor=member, expert=expert, kind=request.POST.get("kind", ""), organisation=_organisation(request),
        id_number=request.POST.get("id_number", ""), note=request.POST.get("note", ""),
        starts_on=demanded_day(request.POST.get("starts_on", ""), "起始日"),
        ends_on=given_day(request.POST.get("ends_on", ""), "终止日"), day=business_day(),
    )  # fmt: skip
    return "关联已登记，待另一人确认。"


def _end_tie(request: HttpRequest, member: Membership, expert: Expert) -> str:
    pk = request.POST.get("tie", "")
    tie = get_object_or_404(
        expert.ties.select_related("expert__membership"), pk=int(pk) if pk.isdigit() and len(pk) < 18 else 0
    )
    service.end_tie(
        actor=member, tie=tie, ends_on=demanded_day(request.POST.get("ends_on", ""), "终止日"), day=business_day()
    )
    return "关联已终止，终止后一年内仍须回避。"


def _span(request: HttpRequest, member: Membership, expert: Expert) -> str:
    service.set_availability(
        actor=member, expert=expert, starts_on=demanded_day(request.POST.get("starts_on", ""), "起始日"),
        ends_on=given_day(request.POST.get("ends_on", ""), "终止日"), day=business_day(),
    )  # fmt: skip
    return "可参评时段已登记，待另一人确认。"


ACTS: dict[str, Callable[[HttpRequest, Membership, Expert], str]] = {
    "confirm": _confirm, "retire": _retire, "trades": _trades, "tie": _tie, "end-tie": _end_tie, "span": _span,
}  # fmt: skip
