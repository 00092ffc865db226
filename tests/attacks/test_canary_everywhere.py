"""A document number, a phone and an account put in through every door are in plain nowhere that anything is kept (I13)."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from park_workers.foundation import jobs
from park_workers.foundation.jobs import Job
from park_workers.foundation.logs import JsonLines, Scrubber
from park_workers.models import Role, ScanEntry, Worker
from park_workers.services.consents import CURRENT
from park_workers.services.imports import SheetImport, all_imports
from park_workers.services.posters import issue_poster
from subsidies.models import PublicNotice
from subsidies.services.notices import publish_notice
from tests.api.doors import Door, door
from tests.api.test_employments import a_hire
from tests.attacks.people import one_of_every_role
from tests.attacks.test_double_submit import proposed_account
from tests.attacks.test_killed_worker import BROKERS, redis_url
from tests.attacks.traces import codings, database, memory, redis_content, state_files, traces
from tests.attacks.workers import Site, announce_on, site_on, wait_until_ended
from tests.conftest import Cast
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.subsidies import stage as road

NUMBER, INTRODUCER, OTHER = (id_number(970 + n) for n in range(3))
SCANNED = id_number(974)
BROKEN = id_number(973)[:-1] + "?"
PHONE, ACCOUNT = "19977712345", "6229990077771234567"
CANARIES = [NUMBER, INTRODUCER, OTHER, SCANNED, BROKEN[:17], PHONE, ACCOUNT]
CELLS = {
    "id_number": NUMBER, "phone": PHONE, "account": ACCOUNT, "name": "金丝雀", "date": "2023-05-04", "month": "2023-03",
    "money_yuan": "2000", "integer": "1", "certificate": "S000044000001235000001", "text": "平车",
}  # fmt: skip


@pytest.fixture
def log_file() -> Iterator[Path]:
    """Everything the process says, at its most talkative, written as on a server."""
    path = Path(settings.STATE_DIR) / "canary.log"
    way_out = logging.FileHandler(path)
    way_out.addFilter(Scrubber())
    way_out.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(way_out)
    root.setLevel(logging.DEBUG)
    yield path
    root.removeHandler(way_out)
    root.setLevel(level)
    way_out.close()
    path.unlink()


@pytest.fixture(params=BROKERS[-1:])
def site(request: pytest.FixtureRequest, committed_cast: Cast) -> Iterator[Site]:
    """An installation on the broker that belongs to the engine: Redis, or files."""
    with site_on(redis_url() if request.param == "redis" else request.param) as site:
        yield site


def list_of(declared: SheetImport, cast: Cast) -> bytes:
    """A file of a sheet: a row in form, a broken number, a number that was typed as a number."""
    book = Workbook()
    page = book.active
    assert page is not None
    columns = declared.sheet.columns
    page.append([column.header for column in columns])
    for number in (NUMBER, BROKEN, int(NUMBER[:17]) * 10):
        cells = CELLS | {"id_number": number, "credit_code": cast.alpha.organisation.credit_code}
        page.append([cells.get(column.kind) or (column.choices or ("",))[0] for column in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def give_every_list(cast: Cast, stage: road.Stage) -> int:
    """Each declared sheet, by somebody who may, with its marked copy; how many were taken."""
    people, taken = one_of_every_role(cast), 0
    scopes = {"applications": f"batch:{stage.batch.pk}", "city_answers": f"batch:{stage.batch.pk}"}
    for declared in all_imports():
        who = door(people[Role(sorted(declared.roles)[0])])
        given = who.upload(declared.sheet.kind, list_of(declared, cast), scope=scopes.get(declared.sheet.kind, ""))
        if given.status_code == 201:
            taken += 1
            who.get(f"uploads/{given.json()['id']}/issues/")
            who.get(f"uploads/{given.json()['id']}/marked-copy/")
    return taken


def use_the_api(cast: Cast, notice: PublicNotice) -> None:
    """Hire, be refused, reveal, look for, object."""
    hr = door(cast.hr)
    hire = a_hire(id_number=OTHER, phone=PHONE, introducer_id_number=INTRODUCER)
    hired = hr.post("employments/", hire)
    assert hired.status_code == 201, hired.json()
    assert hr.post("employments/", hire | {"id_number": BROKEN, "phone": PHONE + "9"}).status_code == 422
    assert hr.post(f"workers/{hired.json()['worker']['id']}/reveal/", {"reason": "核对"}).json()["id_number"] == OTHER
    for address in (f"workers/?name={NUMBER}", f"workers/?nothing={PHONE}", f"{NUMBER}/", f"batches/?cursor={ACCOUNT}"):
        hr.get(address)
    words = {"objector_name": "李四", "contact": PHONE, "text": "请核实"}
    assert Door().post(f"notices/{notice.reference}/objections/", words).status_code == 201
    Client().post(f"/notices/{notice.reference}/objection/", {"name": "王五", "contact": PHONE, "text": "请再核实"})


def scan_a_poster(cast: Cast) -> None:
    """By the poster's screen, with mistakes and without; HR confirms."""
    poster = issue_poster(actor=cast.hr, enterprise=cast.alpha, day=timezone.localdate())
    address = f"/s/{poster.signed_reference}/"
    screen = Client().get(address).context["screen"].token
    wrote = {"screen": screen, "name": "金丝雀", "id_number": SCANNED, "phone": PHONE, "consent": CURRENT.version}
    for wrong in ({"id_number": BROKEN}, {"phone": PHONE + "9"}, {"name": "", "trade": SCANNED}):
        assert Client().post(address, wrote | wrong).status_code == 422
    assert Client().post(address, wrote).status_code == 302
    browser, entry = Client(), ScanEntry.objects.get()
    browser.force_login(cast.hr.user)
    Client().get(f"/s/receipt/{entry.signed_reference}/")
    browser.get("/m/entries/")
    terms = {"hired_on": "2026-11-02", "contract_starts_on": "2026-11-02", "is_open_ended": "1", "form": "劳动合同"}
    assert browser.post(f"/m/entries/{entry.reference}/", terms).status_code == 302
    Client().get(f"/s/{SCANNED}/")


def use_the_pages(cast: Cast) -> None:
    """A roster by the page, a log-in with what is no log-in name, a search, an address there is not."""
    browser = Client()
    browser.force_login(cast.clerk.user)
    content = workbook(ROSTER_HEADER, [staff("金丝雀", OTHER, date(2023, 2, 1), 手机号码=PHONE)])
    form = {"kind": "roster", "sheet_kind": "roster", "organisation": cast.alpha.pk}
    browser.post("/uploads/new/", form | {"file": SimpleUploadedFile(f"{NUMBER}.xlsx", content)})
    for address in (f"/batches/?q={NUMBER}", f"/nowhere/{PHONE}/", f"/uploads/{ACCOUNT}/", f"/notices/?payee={NUMBER}"):
        browser.get(address)
    for name in (NUMBER, PHONE):
        Client().post("/log-in/", {"username": name, "password": "wrong-wrong-wrong"})


def break_things(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect whose words hold a number: in a request, and in a job."""

    def broken(*given: Any, **more: Any) -> Any:
        raise ValueError(f"cannot take {NUMBER} {PHONE} {ACCOUNT}")

    with monkeypatch.context() as patch:
        patch.setattr("api.v1.employments.register_employment", broken)
        assert door(cast.hr).post("employments/", a_hire(id_number=INTRODUCER)).status_code == 500
        patch.setattr("park_workers.services.rows_read.read_sheet", broken)
        door(cast.hr).upload("roster", workbook(ROSTER_HEADER, [staff("金丝雀", INTRODUCER, date(2023, 2, 2))]))


def announced_to_a_real_worker(cast: Cast, site: Site, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """A roster waits in the broker (looked into then) until a worker that tells everything has taken it."""
    monkeypatch.setattr(jobs, "announce", announce_on(site))
    monkeypatch.setenv("YXT_LOG_LEVEL", "DEBUG")
    rows = [staff("金丝雀", NUMBER, date(2023, 3, 1), 手机号码=PHONE), staff("坏行", BROKEN, date(2023, 3, 1))]
    given = door(cast.hr).upload("roster", workbook(ROSTER_HEADER, rows)).json()
    waiting = {f"waiting {k}": v for k, v in {**state_files(), **broker_content(site)}.items()}
    site.start("worker")
    job = wait_until_ended(Job.objects.get(pk=given["check_job"]))
    assert job.status == "done", job.reason
    return waiting


def broker_content(site: Site) -> dict[str, bytes]:
    """What stands in Redis; a broker of files is among the state files."""
    return redis_content(site.broker_url) if site.broker_url.startswith("redis") else {}


@pytest.mark.django_db(transaction=True)
def test_a_number_put_in_through_any_door_is_kept_nowhere_in_plain(
    committed_cast: Cast,
    site: Site,
    log_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: LazySettings,
    tmp_path: Path,
) -> None:
    cast = committed_cast
    stage = road.take_to(road.set_stage(cast), "approved")
    publish_notice(actor=cast.clerk, batch=stage.batch, day=timezone.localdate())
    assert give_every_list(cast, stage) >= len(all_imports()) - 3
    proposed_account(cast, ACCOUNT)
    use_the_api(cast, PublicNotice.objects.get())
    use_the_pages(cast)
    scan_a_poster(cast)
    break_things(cast, monkeypatch)
    waiting = announced_to_a_real_worker(cast, site, monkeypatch)
    assert Worker.objects.filter(name="张三").exists() and "金丝雀" not in json.dumps(list(waiting))
    call_command("backup", str(tmp_path / "backup.tar"), stdout=io.StringIO())
    kept = waiting | database() | state_files() | broker_content(site) | memory()
    kept |= {"backup.tar": (tmp_path / "backup.tar").read_bytes()}
    print(f"looked into {len(kept)} places of {sum(map(len, kept.values())):,} bytes")  # noqa: T201
    assert any(b"django.request" in content for name, content in kept.items() if name.endswith("canary.log"))
    assert traces(CANARIES, kept) == []


@pytest.mark.parametrize("hide", [
    lambda n: n.encode(), lambda n: n.encode("utf-16-le"), lambda n: b"x" + n.encode().hex().encode(),
    lambda n: workbook(["a"], [{"a": n}]),
])  # fmt: skip
def test_a_number_that_was_left_somewhere_would_be_found(hide: Any, tmp_path: Path) -> None:
    import base64
    import gzip

    content = hide(NUMBER)
    assert traces([NUMBER], {"place": content}) and traces([NUMBER], {"place": gzip.compress(content)})
    for before in (b"", b"a", b"ab"):
        text = base64.b64encode(before + NUMBER.encode() + os.urandom(5))
        assert any(coding in text for coding in codings(NUMBER))
    assert traces([NUMBER], {"place": INTRODUCER.encode()}) == []
