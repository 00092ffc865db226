"""No answer shows a whole document number, phone or account, but the few that are asked for it with a reason (I13)."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest

from park_workers.models import Membership, Worker
from tests.api.doors import Doors
from tests.api.test_openapi import operations
from tests.api.test_tenants import OBJECTS
from tests.conftest import Cast
from tests.subsidies.stage import Stage, account_number

pytestmark = pytest.mark.django_db
PLAIN = re.compile(r"(?<!\d)(\d{17}[\dXx]|1[3-9]\d{9}|\d{16,19})(?![\dA-Z])")
#: digests and references, as JSON and workbooks write them: digits of theirs are no number of anybody
DIGEST = re.compile(r'(?<=[">])[0-9a-f]{20,}(?=["<])')
IN_PLAIN = {"workers_reveal_create", "payment_files_content_retrieve", "uploads_marked_copy_retrieve"}


def readable(stage: Stage, member: Membership) -> list[str]:
    """Every address to read, with the objects on stage."""
    known = {name: str(of(stage)) for name, of in OBJECTS.items()} | {"notices": stage.batch.notices.get().reference}  # type: ignore[attr-defined]
    found = []
    for method, path, one in operations():
        if method != "get" or one["operationId"] in IN_PLAIN or "template" in path:
            continue
        resource = path.split("/")[3]
        parts = [known[resource] if part.startswith("{") else part for part in path.split("/")]
        found.append("/".join(parts).removeprefix("/api/v1/"))
    return found


def written_in(answer: Any) -> str:
    """The text of an answer: of a workbook all its parts, of a picture its bytes."""
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    return str(answer.content.decode("latin-1" if answer["Content-Type"].startswith("image/") else "utf-8"))


def test_nothing_to_read_shows_personal_data_in_plain(cast: Cast, settled: Stage, doors: Doors) -> None:
    numbers = [worker.open_id_number() for worker in Worker.objects.all()]  # type: ignore[attr-defined]
    secrets = [*numbers, account_number(cast.alpha), account_number(cast.beta), "13800005678"]
    looked = 0
    for member in (cast.clerk, cast.finance, cast.auditor, cast.hr):
        for path in readable(settled, member):
            answer = doors(member).get(path)
            if answer["Content-Type"] == "application/pdf":
                continue  # a paper made for the person it names; each copy leaves an event
            # of a picture only its bytes are looked through
            is_picture = answer["Content-Type"].startswith("image/")
            text = written_in(answer)
            assert not [secret for secret in secrets if secret in text], (member, path)
            assert is_picture or not PLAIN.search(DIGEST.sub("", text)), (
                member,
                path,
                PLAIN.search(text),
            )
            looked += 1
    assert looked > 150
