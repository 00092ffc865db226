"""Background work and the audit log as people see them."""

from __future__ import annotations

import io
import zipfile

import pytest

from pages.desk.jobs import KINDS
from pages.events import words_of
from park_workers.foundation import jobs
from park_workers.foundation.audit import AuditEvent, record_event
from park_workers.foundation.jobs import Job, enqueue
from park_workers.foundation.workflow import compare_and_set
from park_workers.models import Membership, Role
from park_workers.services.people import reveal
from tests.conftest import Cast, make_member
from tests.pages.clients import as_person, queries_of, text_of
from tests.standing import standing
from tests.subsidies.stage import Stage, take_to

LOG, JOBS = "/audit/", "/jobs/"


@standing
def log_admin(cast: Cast) -> Membership:
    return make_member("keeper", cast.bureau, Role.LOG_ADMIN)


def test_every_kind_of_background_work_has_words() -> None:
    assert set(jobs._kinds) - {kind for kind in jobs._kinds if kind.startswith("test")} <= set(KINDS)


def test_jobs_are_listed_with_subject_and_person(stage: Stage) -> None:
    take_to(stage, "computed")
    page = text_of(stage.cast.clerk, JOBS)
    assert "测算批次" in page and f'href="/batches/{stage.batch.pk}/"' in page and "名单.xlsx" in page


def test_a_failed_job_says_why_and_what_to_do(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("park_workers.foundation.jobs.announce", lambda pk: None)
    job = enqueue(actor=stage.cast.clerk, kind="subsidies.compute_batch", subject=stage.batch)
    taken = compare_and_set(job, "fail", where={}, with_fields={"reason": "名单为空", "finished_at": job.recorded_at})
    page = text_of(stage.cast.clerk, f"{JOBS}?state=failed")
    assert taken and "名单为空" in page and "请打开该批次重新测算" in page and "hx-trigger" not in page


def test_rows_are_asked_for_again_only_while_something_runs(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = as_person(stage.cast.clerk)
    assert "hx-trigger" not in clerk.get(JOBS).content.decode()
    monkeypatch.setattr("park_workers.foundation.jobs.announce", lambda pk: None)
    enqueue(actor=stage.cast.clerk, kind="subsidies.compute_batch", subject=stage.batch)
    part = clerk.get(JOBS, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" in part and "<html" not in part


def test_the_city_and_bases_see_their_own_jobs_only(stage: Stage) -> None:
    assert "没有任务" in text_of(stage.cast.city_reviewer, JOBS)
    assert "没有任务" in text_of(stage.cast.base_clerk, JOBS)
    assert as_person(stage.cast.hr).get(JOBS).status_code == 403


def test_the_auditor_reads_every_event_in_words(stage: Stage) -> None:
    take_to(stage, "submitted")
    page = text_of(stage.cast.auditor, LOG)
    assert "初审并提交复核" in page and f'href="/batches/{stage.batch.pk}/"' in page
    assert "初审并提交复核" not in text_of(stage.cast.auditor, f"{LOG}?noun=employment")
    assert "没有符合条件的事件" in text_of(stage.cast.auditor, f"{LOG}?until=2001-01-01")


def test_the_log_administrator_reads_of_access_and_of_looks_and_of_no_business(
    stage: Stage, log_admin: Membership
) -> None:
    take_to(stage, "submitted")
    reveal(actor=stage.cast.clerk, worker=stage.hires[0].worker, reason="核对证件原件")
    record_event(actor=stage.cast.clerk, code="sign_in.locked", subject=stage.cast.clerk.user)
    page = text_of(log_admin, LOG)
    assert words_of("sign_in.locked") in page and words_of("worker.revealed") in page
    for business in ("初审并提交复核", "登记入职", str(stage.hires[0].worker), "/workers/", "/batches/"):
        assert business not in page, business
    assert "初审并提交复核" not in text_of(log_admin, f"{LOG}?noun=batch")


@pytest.mark.parametrize("role", ["clerk", "reviewer", "finance", "hr", "city_reviewer"])
def test_the_log_is_nobody_elses(cast: Cast, role: str) -> None:
    client = as_person(getattr(cast, role))
    assert {client.get(LOG).status_code, client.post(f"{LOG}verify/").status_code} == {403}
    assert client.post(f"{LOG}export/").status_code == 403


def test_a_verification_runs_in_the_background_and_tells_what_it_saw(stage: Stage) -> None:
    auditor = as_person(stage.cast.auditor)
    assert "还没有核验过" in auditor.get(LOG).content.decode()
    page = auditor.post(f"{LOG}verify/", follow=True).content.decode()
    job = Job.objects.get(kind="audit.verify")
    assert job.status == "done" and ("核验通过" in page or "核验未通过" in page)
    assert "核验审计链" not in text_of(stage.cast.clerk, JOBS)


def test_the_bundle_goes_out_under_the_auditors_name_and_leaves_an_event(stage: Stage, log_admin: Membership) -> None:
    answer = as_person(stage.cast.auditor).post(f"{LOG}export/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert stage.cast.auditor.actor_label in archive.read("manifest.json").decode()
    assert AuditEvent.objects.filter(code="audit.exported").count() == 1
    assert "audit.exported" in archive.read("events.jsonl").decode()
    assert as_person(log_admin).post(f"{LOG}export/").status_code == 403


def test_queries_do_not_grow_with_jobs_or_events(stage: Stage) -> None:
    before = queries_of(stage.cast.clerk, JOBS), queries_of(stage.cast.auditor, LOG)
    for n in range(5):
        record_event(actor=stage.cast.clerk, code="employment.left", subject=stage.hires[n % 3])
        enqueue(actor=stage.cast.hr, kind="audit.verify")
    after = queries_of(stage.cast.clerk, JOBS), queries_of(stage.cast.auditor, LOG)
    assert after == before
