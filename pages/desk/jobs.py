"""Background work: what runs, how far it is, what failed and what to do then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pages.acting import member_of, page_for
from pages.desk.keyset import keyset_page
from pages.desk.navigation import JOB_ROLES
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.jobs import Job
from park_workers.models import ListExport, Membership, Role, Upload
from park_workers.models.uploads import UPLOADERS
from park_workers.permissions import can_export_lists
from park_workers.services.background_work import can_repeat_job, jobs_visible_to, repeat_job
from subsidies.models import Batch

#: kind -> what it does, and what to do when it failed
KINDS = {
    "uploads.check": ("检查文件", "没有写入任何内容。请重新执行；仍失败请撤回该文件，按原因修改后重新上传。"),
    "uploads.apply": ("导入文件", "没有写入任何内容。请重新执行；仍失败请联系系统管理员。"),
    "subsidies.compute_batch": ("测算批次", "原来的测算结果没有改变。请打开该批次重新测算。"),
    "subsidies.simulate_version": ("模拟测算政策", "没有写入任何结果。请打开该政策版本重新模拟。"),
    "cards.print": ("制作工牌打印文件", "已发的工牌不受影响。请在工牌页重新制作。"),
    "completions.print": ("制作结业证打印文件", "已发的结业证不受影响。请在班次的结业证页重新制作。"),
    "texts.send_code": ("发送手机验证码", "请检查短信发送设置；当事人可重新获取验证码。"),
    "texts.tell_applicant": ("短信告知开户结果", "请检查短信发送设置，并另行告知申请人。"),
    "texts.tell_colleague": ("短信邀请同事", "请检查短信发送设置；企业也可以转发邀请链接。"),
    "texts.remind_headcount": ("短信提醒在岗确认", "请检查短信发送设置后重新执行，或电话提醒该企业。"),
    "id_cards.read": ("识别证件照片", "没有影响：手工填写即可。反复失败请联系系统管理员查看识别服务。"),
    "lists.export": ("导出名单", "请回到名单重新导出。"),
    "headcount.snapshot": ("生成月末人数", "请重新执行；仍失败请联系系统管理员。"),
    "audit.verify": ("核验审计链", "请重新执行；仍失败请联系系统管理员。"),
}
UNKNOWN = ("后台任务", "请联系系统管理员。")
STATES = {"": "全部", "live": "进行中", "done": "已完成", "failed": "失败"}
ROLE_OF_STATE = {"queued": "wait", "running": "brand", "done": "good", "failed": "bad"}


@page_for(JOB_ROLES)
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """The jobs one may see, the newest first; htmx asks for the rows alone while any of them is under way."""
    member = member_of(request)
    rows, state = jobs_visible_to(member), request.GET.get("state", "")
    state = state if state in STATES else ""
    if state:
        rows = rows.filter(status__in=Job.LIVE if state == "live" else (state,))
    page = keyset_page(request, rows)
    described(page.rows, member)
    context = {
        "here": "jobs", "page": page, "state": state, "states": STATES,
        "is_live": any(job.is_live for job in page.rows), "may_export": can_export_lists(member),
    }  # fmt: skip
    is_part = request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
    return render(request, "desk/_jobs.html" if is_part else "desk/jobs.html", context)


@page_for(JOB_ROLES, UPLOADERS)
@require_POST
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask again for what failed; a second tap finds it done."""
    member = member_of(request)
    job = get_object_or_404(jobs_visible_to(member), pk=pk)
    try:
        repeat_job(actor=member, job=job)
    except RuleViolation as refusal:
        if refusal.code == "JOB_REPEATED":
            messages.info(request, "该任务已重新执行，无需重复操作。")
        else:
            messages.error(request, refusal.sentences)
    else:
        messages.success(request, "已重新执行，可离开本页，完成后即可看到结果。")
    upload = Upload.objects.visible_to(member).filter(pk=job.subject_id).first()
    if job.subject_kind == Upload._meta.label and upload is not None and member.role in UPLOADERS:
        if member.role == Role.ENTERPRISE_HR:
            return redirect("phone_upload", upload=upload.reference)
        return redirect("upload", reference=upload.reference)
    return redirect("jobs")


def described(jobs: list[Any], member: Membership) -> None:
    """Give each job its words, its subject with the way there, and who asked; a fixed number of queries."""
    subjects = _subjects(jobs, member)
    people = Membership.objects.select_related("user").in_bulk([job.actor_id for job in jobs if job.actor_id])
    for job in jobs:
        job.words, job.remedy = KINDS.get(job.kind, UNKNOWN)
        job.subject, job.href = subjects.get((job.subject_kind, job.subject_id), ("", ""))
        job.who = people[job.actor_id].user.display_name if job.actor_id in people else "系统"
        job.may_repeat = job.status == Job.Status.FAILED and can_repeat_job(member, job)
        job.colour = ROLE_OF_STATE.get(job.status, "calm")


def _subjects(jobs: list[Any], member: Membership) -> dict[tuple[str, int], tuple[str, str]]:
    """Name and address of what each job is about."""
    keys: dict[str, set[int]] = {}
    for job in jobs:
        keys.setdefault(job.subject_kind, set()).add(job.subject_id)
    uploads = Upload.objects.visible_to(member).select_related("file").in_bulk(keys.get(Upload._meta.label, set()))
    batches = Batch.objects.visible_to(member).select_related("policy").in_bulk(keys.get(Batch._meta.label, set()))
    way: Callable[[Any], str] = lambda one: reverse("upload", args=[one.reference]) if member.role in UPLOADERS else ""  # noqa: E731
    found = {(Upload._meta.label, pk): (one.file.original_name, way(one)) for pk, one in uploads.items()}
    found |= {
        (Batch._meta.label, pk): (f"{one.name} {one.policy.title}", reverse("batch", args=[pk])) for pk, one in batches.items()
    }  # fmt: skip
    exports = ListExport.objects.visible_to(member).in_bulk(keys.get(ListExport._meta.label, set()))
    return found | {
        (ListExport._meta.label, pk): (one.title, reverse("list_export", args=[one.reference])) for pk, one in exports.items()
    }  # fmt: skip
