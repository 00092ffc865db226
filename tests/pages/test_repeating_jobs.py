"""Background work that failed is done again from the list of jobs, where that is safe."""

from __future__ import annotations

import pytest
from django.utils import timezone

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.jobs import Job, enqueue
from park_workers.foundation.workflow import compare_and_set
from park_workers.models import Membership, Upload
from park_workers.services.uploads import confirm_upload, receive_upload
from tests.conftest import Cast
from tests.pages.clients import as_person, text_of
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import HIRED_ON, Day, set_stage

JOBS = "/jobs/?state=failed"


def failed(job: Job) -> Job:
    """The job, given up."""
    assert compare_and_set(job, "fail", where={}, with_fields={"reason": "处理进程中断", "finished_at": timezone.now()})
    job.refresh_from_db()
    return job


@pytest.fixture
def stuck(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Upload:
    """A roster that its firm has confirmed, and whose import failed."""
    content = workbook(ROSTER_HEADER, [staff("赵一", id_number(901), HIRED_ON)])
    upload = receive_upload(actor=cast.hr, sheet_kind="roster", content=content, name="花名册.xlsx", day=Day.APPLIED)
    upload.refresh_from_db()
    with monkeypatch.context() as patch:
        patch.setattr("park_workers.foundation.jobs.announce", lambda pk: None)
        confirm_upload(actor=cast.hr, upload=upload, day=Day.APPLIED)
    assert upload.apply_job is not None
    failed(upload.apply_job)
    return upload


def repeat(member: Membership, job: Job) -> str:
    """Press the button; the page that follows."""
    return as_person(member).post(f"/jobs/{job.pk}/repeat/", follow=True).content.decode()


@pytest.mark.django_db
def test_a_failed_import_is_done_again_once_and_leaves_an_event(stuck: Upload, cast: Cast) -> None:
    first = stuck.apply_job
    assert first is not None
    assert "重新执行" in text_of(cast.clerk, JOBS)
    assert "已重新执行" in repeat(cast.clerk, first)
    stuck.refresh_from_db()
    assert (stuck.status, stuck.apply_job_id == first.pk) == ("applied", False)
    assert "无需重复操作" in repeat(cast.clerk, first)
    assert Job.objects.filter(kind="uploads.apply").count() == 2
    event = AuditEvent.objects.get(code="job.repeated")
    assert event.person_id == cast.clerk.user_id
    assert f"/jobs/{first.pk}/repeat/" not in text_of(cast.clerk, JOBS)


@pytest.mark.django_db
def test_others_see_no_button_and_may_not_repeat(stuck: Upload, cast: Cast) -> None:
    assert stuck.apply_job is not None
    assert "/repeat/" not in text_of(cast.reviewer, JOBS)
    assert "不是您提交的" in repeat(cast.reviewer, stuck.apply_job)
    assert as_person(cast.hr_beta).post(f"/jobs/{stuck.apply_job.pk}/repeat/").status_code == 404
    assert Job.objects.filter(kind="uploads.apply").count() == 1


@pytest.mark.django_db
def test_a_computation_is_asked_for_anew_on_its_own_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = set_stage(cast)
    monkeypatch.setattr("park_workers.foundation.jobs.announce", lambda pk: None)
    job = failed(enqueue(actor=cast.clerk, kind="subsidies.compute_batch", subject=stage.batch))
    page = text_of(cast.clerk, JOBS)
    assert "请打开该批次重新测算" in page and "/repeat/" not in page
    assert "按当日情况重新测算" in repeat(cast.clerk, job)
