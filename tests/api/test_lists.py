"""Organisations, the register, insured months, jobs and the log: read only."""

from __future__ import annotations

import pytest

from park_workers.models import Role, WorkerRegistration
from tests.api.doors import Doors, refused
from tests.conftest import Cast, make_member
from tests.subsidies.stage import Day, Stage, take_to

pytestmark = pytest.mark.django_db


def test_an_enterprise_sees_itself_the_bureau_the_directory(cast: Cast, doors: Doors) -> None:
    assert [e["id"] for e in doors(cast.hr).get("enterprises/").json()["results"]] == [cast.alpha.pk]
    assert [e["id"] for e in doors(cast.clerk).get("enterprises/").json()["results"]] == [cast.alpha.pk, cast.beta.pk]
    (found,) = doors(cast.clerk).get("enterprises/", credit_code=cast.beta.owner_key).json()["results"]
    assert found["name"] == cast.beta.name
    assert len(doors(cast.clerk).get("organisations/", kind="enterprise").json()["results"]) == 2
    assert [o["id"] for o in doors(cast.base_clerk).get("organisations/").json()["results"]] == [cast.base.pk]


def test_the_register_and_insured_months_are_filtered(cast: Cast, stage: Stage, doors: Doors) -> None:
    worker = stage.hires[0].worker
    WorkerRegistration.objects.create(worker=worker, enterprise=cast.alpha, registered_on=Day.BEGIN, method="qr")
    assert len(doors(cast.clerk).get("registrations/", method="qr").json()["results"]) == 1
    assert doors(cast.clerk).get("registrations/", registered_from="2024-01-01").json()["results"] == []
    months = doors(cast.clerk).get("insured-months/", worker=worker.pk, month_from="2023-03-01").json()["results"]
    assert [m["month"] for m in months] == ["2023-04-01", "2023-03-01"]
    codes = {m["credit_code"] for m in doors(cast.hr).get("insured-months/").json()["results"]}
    assert codes == {cast.alpha.owner_key}


def test_jobs_are_ones_own_or_the_bureaus(cast: Cast, stage: Stage, doors: Doors) -> None:
    take_to(stage, "computed")
    kinds = {job["kind"] for job in doors(cast.clerk).get("jobs/", status="done", limit=500).json()["results"]}
    assert {"subsidies.compute_batch", "uploads.apply"} <= kinds
    own = doors(cast.hr).get("jobs/").json()["results"]
    assert {job["kind"] for job in own} == {"uploads.check", "uploads.apply"} and len(own) == 2


def test_the_log_is_read_by_the_auditor_and_the_log_administrator_only(cast: Cast, stage: Stage, doors: Doors) -> None:
    take_to(stage, "computed")
    log_admin = make_member("log", cast.bureau, Role.LOG_ADMIN)
    (event,) = doors(cast.auditor).get("audit-events/", code="batch.compute").json()["results"]
    assert (event["from_state"], event["to_state"], event["role"]) == ("draft", "computed", "clerk")
    # The log administrator reads of access, not of the business.
    assert doors(log_admin).get("audit-events/", code="batch.").json()["results"] == []
    assert doors(log_admin).get("audit-events/", code="membership.").json()["results"] != []
    for member in (cast.auditor, log_admin):
        refused(doors(member).post("audit-events/"), 405, "METHOD_NOT_ALLOWED")
    refused(doors(cast.clerk).get("audit-events/"), 403, "ROLE_NOT_ALLOWED")
    assert doors(log_admin).get("batches/").json()["results"] == []
