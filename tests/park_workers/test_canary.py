"""Document numbers, phones and accounts are nowhere in plain: database, kept files, error copies, logs (I13)."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from park_workers.foundation.jobs import Job
from park_workers.models import PayeeAccount, Worker
from park_workers.services.uploads import write_marked_copy
from tests.conftest import Cast
from tests.foundation.workbooks import HIRED, roster
from tests.park_workers.files import give, staff, workbook
from tests.park_workers.numbers import id_number

DAY = date(2023, 5, 4)
PHONE, ACCOUNT, OLD_ACCOUNT = "19977712345", "990000777712345", "990000777700001"
GOOD, INTRODUCER, BAD = id_number(931), id_number(932), id_number(933)[:-1] + "?"
CANARIES = (GOOD, INTRODUCER, BAD[:17], PHONE, ACCOUNT, OLD_ACCOUNT)


def every_row() -> str:
    """Every table as text."""
    kept = []
    for model in apps.get_models(include_auto_created=True):
        kept.extend(str(row) for row in model._base_manager.values_list())
    return "\n".join(kept)


def state_files() -> dict[Path, bytes]:
    """Whatever this run wrote beneath its state folder, the database file and its journal included."""
    return {path: path.read_bytes() for path in Path(settings.STATE_DIR).rglob("*") if path.is_file()}


def load_everything(cast: Cast) -> None:
    lines = [
        staff("金丝雀", GOOD, HIRED, 手机号码=PHONE, 引工人证件号=INTRODUCER),
        staff("坏行", BAD, HIRED, 手机号码=PHONE + "9"),
    ]
    upload = give(cast.hr, "roster", roster(*lines), DAY)
    assert (upload.status, upload.accepted, upload.refused) == ("applied", 1, 1)
    assert BAD.encode() not in upload.file.path.read_bytes()
    write_marked_copy(actor=cast.hr, upload=upload)
    firm = {
        "企业名称": cast.alpha.organisation.name, "统一社会信用代码": cast.alpha.organisation.credit_code, "类型": "纺织服装企业",
        "手机": PHONE, "开户行": "示例银行", "对公账号": OLD_ACCOUNT,
    }  # fmt: skip
    assert give(cast.clerk, "enterprises", workbook(list(firm), [firm]), DAY).status == "applied"
    change = {
        "统一社会信用代码": firm["统一社会信用代码"], "原账号": OLD_ACCOUNT, "新账号": ACCOUNT, "开户行": "示例银行",
        "申请日期": "2023-05-04", "生效日期": "2023-05-10",
    }  # fmt: skip
    assert give(cast.clerk, "account_changes", workbook(list(change), [change]), DAY).status == "applied"


@pytest.mark.django_db(transaction=True)
def test_nothing_personal_is_in_plain_anywhere(committed_cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    load_everything(committed_cast)
    assert (Worker.objects.count(), PayeeAccount.objects.count()) == (2, 2)
    assert Worker.objects.get(name="金丝雀").open_id_number() == GOOD  # type: ignore[attr-defined]
    assert not Job.objects.filter(status="failed").exists()
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA wal_checkpoint")
    rows, files = every_row(), state_files()
    logged = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith("django.db.backends"))
    assert any(path.suffix == ".sealed" for path in files)
    for canary in CANARIES:
        assert canary not in rows
        assert canary not in logged
        assert [path.name for path, content in files.items() if canary.encode() in content] == []
