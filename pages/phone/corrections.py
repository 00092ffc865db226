"""What the bureau asks the enterprise to correct: the list, and answering one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pages.acting import member_of, page_for
from pages.phone.waiting import Todo
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.models import Employment, Membership, Role
from park_workers.permissions import can_correct_name
from subsidies.models import CorrectionRequest
from subsidies.permissions import can_answer_correction
from subsidies.services.corrections import answer_correction

About = CorrectionRequest.About
ANSWER_PHRASES = ("已更正，请核对", "情况属实，无须更正", "已补缴，请核对缴费名单")


@dataclass(frozen=True)
class Place:
    """Where something is mended; `href` is empty where only the bureau can."""

    words: str
    link: str = ""
    href: str = ""


def place_of(correction: CorrectionRequest, member: Membership) -> Place:
    """Where the enterprise mends what it is asked about: the person's own page where a person is named."""
    about = correction.about
    if about == About.ACCOUNT:
        return Place("在收款账户页申请变更，区人社局批准后生效。", "去变更账户", reverse("phone_account"))
    if about == About.INSURANCE:
        return Place("请向社保经办机构补缴或更正；缴费名单由区人社局每月导入，完成后在这里答复。")
    employment = correction.employment or _newest_here(correction)
    if employment is not None and about != About.OTHER:
        return _at_person(about, employment, member)
    if about in (About.HIRE, About.IDENTITY):
        return Place("在员工页找到该员工，点“入职日期”或“姓名”更正。", "去员工页", reverse("roster"))
    if about == About.OTHER:
        person = reverse("roster_person", args=[employment.reference]) if employment else ""
        return Place("请按要求办理后在这里答复。", "去该员工的页面" if person else "", person)
    upload = f"{reverse('phone_new_upload')}?sheet=roster"
    return Place("更正花名册后重新上传即可，同一人的合同、岗位、离职会按新花名册更新。", "去上传花名册", upload)


def _newest_here(correction: CorrectionRequest) -> Employment | None:
    """The newest employment at this enterprise of the person asked about, if one is named."""
    if correction.worker_id is None:
        return None
    here = Employment.objects.filter(enterprise=correction.enterprise_id, worker=correction.worker_id)
    return here.order_by("-hired_on").first()


def _at_person(about: str, employment: Employment, member: Membership) -> Place:
    name, here = employment.worker.name, [employment.reference]
    if about == About.HIRE:
        return Place(f"在{name}的页面更正入职日期。", "去更正入职日期", reverse("roster_hire_date", args=here))
    if about == About.LEAVE:
        return Place(f"在{name}的页面登记或更正离职。", "去登记离职", reverse("roster_leave", args=here))
    if about == About.IDENTITY:
        if can_correct_name(member, employment):
            words = "姓名可以在这里更正；证件号码由区人社局更正，请在答复中写明依据材料，不要写证件号码全号。"
            return Place(words, "去更正姓名", reverse("roster_correct", args=[*here, "name"]))
        return Place("姓名、证件号码由区人社局更正：请在答复中写明正确的内容和依据材料，不要写证件号码全号。")
    what = "合同" if about == About.CONTRACT else "岗位"
    words = f"在{name}的页面点要更正的{what}。人多时也可以更正花名册后重新上传。"
    return Place(words, "去该员工的页面", reverse("roster_person", args=here))


def corrections_todo(member: Membership, today: date) -> Todo | None:
    """待更正, with the first day."""
    rows = CorrectionRequest.objects.visible_to(member).filter(status="open")
    n, until = rows.count(), rows.aggregate(first=Min("until"))["first"]
    if not n:
        return None
    href = reverse("phone_correction", args=[rows.get().reference]) if n == 1 else reverse("phone_corrections")
    return Todo("区人社局请您更正", n, href, "edit", until)


@page_for(Role.ENTERPRISE_HR)
@require_safe
def correction_list(request: HttpRequest) -> HttpResponse:
    """Open ones first, what ends first on top; then those answered and done."""
    seen = CorrectionRequest.objects.visible_to(member_of(request)).select_related("worker")
    context = {
        "open": seen.filter(status="open").order_by("until", "pk"), "today": business_day(),
        "done": seen.exclude(status="open").order_by("-pk")[:50],
    }  # fmt: skip
    return render(request, "phone/corrections.html", context)


@page_for(Role.ENTERPRISE_HR)
def correction_page(request: HttpRequest, correction: str) -> HttpResponse:
    """What is asked, where it is mended, and the answer."""
    member = member_of(request)
    seen = CorrectionRequest.objects.visible_to(member).select_related(
        "worker", "employment__worker", "answered_by", "enterprise"
    )
    asked = get_object_or_404(seen, reference=correction)
    note, error = request.POST.get("note", ""), ""
    if request.method == "POST":
        text = "；".join(filter(None, (request.POST.get("phrase", "").strip(), note.strip())))
        try:
            answer_correction(actor=member, correction=asked, answer=text, day=business_day())
        except RuleViolation as refusal:
            error = refusal.sentences
            if asked.status != "open":
                messages.info(request, f"该更正要求已是“{asked.status_label()}”，无需重复答复。")
                return redirect("phone_correction", correction=correction)
        else:
            messages.success(request, "已答复，区人社局会核对。")
            return redirect("phone_correction", correction=correction)
    context = {
        "correction": asked, "place": place_of(asked, member), "phrases": ANSWER_PHRASES, "note": note, "error": error,
        "may_answer": can_answer_correction(member, asked),
    }  # fmt: skip
    return render(request, "phone/correction.html", context, status=422 if error else 200)
