"""Words people write are kept without the numbers of persons in them; numbers of things stay."""

from __future__ import annotations

from datetime import date

import pytest

from park_workers.foundation.audit import AuditEvent
from park_workers.foundation.files import StoredFile, store_file
from park_workers.foundation.written_words import without_personal_numbers
from tests.conftest import Cast
from tests.park_workers.numbers import id_number

MAN, CARD = id_number(901), "6212280200141664948"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"身份证{MAN}已离职", f"身份证{MAN[:6]}********{MAN[-4:]}已离职"),
        ("电话13812345678，欠薪", "电话138****5678，欠薪"),
        (f"账号{CARD}不存在", "账号****4948不存在"),
        ("6212 2802 0014 1664 948", "****4948"),
    ],
)
def test_the_number_of_a_person_is_masked(written: str, kept: str) -> None:
    assert without_personal_numbers(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "凭证 20250301000012", "914418990000000782", "91441899000000019Y", "付款文件 2025-HIRE-01", "IMG_1700000000000.jpg",
        "流水号20250301123045678901", "示例花名册20250301.xlsx", "", "441899999913319010",
    ],
)  # fmt: skip
def test_the_number_of_a_thing_stays(written: str) -> None:
    assert without_personal_numbers(written) == written


@pytest.mark.django_db
def test_neither_the_audit_log_nor_the_name_of_a_file_keeps_one(cast: Cast) -> None:
    from park_workers.foundation.audit import record_event

    record_event(
        actor=cast.clerk, code="upload.withdrawn", subject=cast.alpha, note=f"{MAN} 报错了", day=date(2025, 1, 1)
    )
    stored = store_file(content=b"x", name=f"张三{MAN}.xlsx")
    assert MAN not in AuditEvent.objects.latest("pk").note
    assert StoredFile.objects.get(pk=stored.pk).original_name == f"张三{MAN[:6]}********{MAN[-4:]}.xlsx"
