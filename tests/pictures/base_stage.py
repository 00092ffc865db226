"""The desk of a training base for pictures: a list with errors, papers, a correction that waits, on the December day."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from PIL import Image, ImageDraw

from park_workers.foundation.actors import SystemActor
from park_workers.models import Membership, Role, TrainingBase, Upload, User
from park_workers.services.memberships import grant_membership
from park_workers.services.uploads import receive_upload
from tests.park_workers.files import workbook
from tests.park_workers.numbers import id_number
from tests.training.attending import MORNING, make_class
from tests.training.lists import PASS_HEADER, certificate, failed, passed
from training.models import Amendment, Certificate, CompletionCertificate, CompletionPrint, TrainingClass
from training.services.amendments import confirm_amendment, propose_completion_revocation, propose_revocation
from training.services.attendance import record_attendance
from training.services.class_sessions import SessionPlan, add_sessions
from training.services.completion_prints import order_completion_print
from training.services.completions import add_photo, issue_completions

INSTALLER = SystemActor("安装")
BASE_CLERK, ADDRESS = "base_clerk_1", "http://127.0.0.1:8000"
CLASS: dict[str, Any] = {"班次": "1-20231120-平车", "开班日期": date(2023, 11, 20), "结业日期": date(2023, 12, 1)}


@dataclass
class BaseStaged:
    """Rows the addresses name."""

    upload: Upload
    open_class: TrainingClass
    paper: CompletionCertificate
    revoked_paper: CompletionCertificate
    sheet: CompletionPrint
    certificate: Certificate
    waiting: Amendment
    running: TrainingClass


def set_base_stage(clerk: Membership, day: date) -> BaseStaged:
    """The first base gives a list with errors, issues papers to one class, and asks for a revocation."""
    base = TrainingBase.objects.order_by("pk")[0]
    user = User.objects.create_user(username=BASE_CLERK, display_name="何培")
    mine = grant_membership(
        actor=INSTALLER, user=user, organisation=base.organisation, role=Role.BASE_CLERK, day=date(2022, 1, 1)
    )
    first, second, *_ = TrainingClass.objects.filter(base=base).order_by("pk")
    papers = issue_completions(actor=mine, training_class=first, day=day)
    paper = add_photo(actor=mine, completion=papers[0], content=portrait())
    ended = propose_completion_revocation(actor=mine, completion=papers[1], reason="姓名或照片有误", day=day)
    confirm_amendment(actor=clerk, amendment=ended, day=day)
    sheet = order_completion_print(actor=mine, training_class=second, day=day, address=ADDRESS, request_id="pictures")
    found = Certificate.objects.filter(assessment__enrolment__training_class=first).order_by("pk")[2]
    waiting = propose_revocation(actor=mine, certificate=found, reason="评价机构已作废该证书", day=day)
    open_class = TrainingClass.objects.filter(base=base).order_by("pk")[2]
    running = _class_with_attendance(mine, base, day)
    return BaseStaged(_faulty_list(mine, day), open_class, paper, papers[1], sheet, found, waiting, running)


def _class_with_attendance(mine: Membership, base: TrainingBase, day: date) -> TrainingClass:
    """Ten people in the second week of a class: two mornings were marked, this one waits."""
    running = make_class(
        base, range(1, 11), "1-20231127-平车", starts_on=date(2023, 11, 27), ends_on=date(2023, 12, 8), planned_hours=40
    )
    days = [day - timedelta(days=2), day - timedelta(days=1), day]
    plans = [SessionPlan(one, *MORNING, 4, topic="平缝基础", place="一号车间") for one in days]
    sessions = add_sessions(actor=mine, training_class=running, plans=plans, day=day)
    seats = list(running.enrolments.order_by("pk").values_list("pk", flat=True))
    for session, absent in zip(sessions[:2], (seats[3], seats[7]), strict=True):
        marks = dict.fromkeys(seats, "present") | {absent: "absent", seats[0]: "late"}
        record_attendance(actor=mine, session=session, marks=marks, day=day, reason="补登")
    return running


def _faulty_list(mine: Membership, day: date) -> Upload:
    """Eight people, three of whose lines are wrong and one worth a look."""
    lines = [
        passed(n, **CLASS | {"证件号码": id_number(920 + n), "证书编号": certificate(900 + n), "发证日期": day})
        for n in range(1, 7)
    ]
    lines[1]["证件号码"] = lines[1]["证件号码"][:17] + ("0" if lines[1]["证件号码"][17] != "0" else "1")
    lines[2]["理论成绩"] = 52
    lines[3]["证书编号"] = lines[0]["证书编号"]
    lines[4]["证书编号"] = certificate(905, year=21)
    lines.append(failed(7, **CLASS | {"证件号码": id_number(927)}))
    content = workbook(PASS_HEADER, lines, sheet="考核结果")
    upload = receive_upload(
        actor=mine, sheet_kind="pass_list", content=content, name="1-20231120-平车合格名单.xlsx", day=day
    )
    upload.refresh_from_db()
    return upload


def portrait() -> bytes:
    """Nobody's face: a drawn head and shoulders."""
    picture = Image.new("RGB", (600, 840), "#dfe7f0")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((190, 170, 410, 430), fill="#e7c6a8")
    pen.pieslice((185, 150, 415, 400), 180, 360, fill="#2b2b33")
    pen.ellipse((80, 480, 520, 1100), fill="#1d4e89")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()
