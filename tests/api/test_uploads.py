"""Files: given, looked at, confirmed or withdrawn; wrong cells marked in the user's own file."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from park_workers.models import Employment, Upload
from tests.api.doors import Doors, fields_of, refused
from tests.conftest import Cast
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.subsidies.stage import HIRED_ON

pytestmark = pytest.mark.django_db


@pytest.fixture
def roster() -> bytes:
    """Two good rows and a wrong one."""
    rows = [staff(f"工人{n}", id_number(900 + n), HIRED_ON) for n in (1, 2)]
    return workbook(ROSTER_HEADER, [*rows, staff("工人三", "441899199005170013", HIRED_ON)])


def test_nothing_is_written_before_somebody_confirms(cast: Cast, roster: bytes, doors: Doors) -> None:
    given = doors(cast.hr).upload("roster", roster)
    found = given.json()
    assert (given.status_code, found["status"]) == (201, "checked")
    assert (found["rows"], found["accepted"], found["refused"], found["name"]) == (3, 2, 1, "名单.xlsx")
    (issue,) = doors(cast.hr).get(f"uploads/{found['id']}/issues/").json()["results"]
    assert (issue["row"], issue["severity"]) == (4, "error") and issue["message"] and issue["fix"]
    assert Employment.objects.count() == 0
    refused(doors(cast.hr).post(f"uploads/{found['id']}/confirm/", seen=found["version"] + 1), 412, "VERSION_CHANGED")
    doors(cast.hr).post(f"uploads/{found['id']}/confirm/", seen=found["version"])
    done = doors(cast.hr).get(f"uploads/{found['id']}/").json()
    assert (done["status"], done["result"]["new"], Employment.objects.count()) == ("applied", 2, 2)
    assert doors(cast.hr).get(f"jobs/{done['apply_job']}/").json()["status"] == "done"


def test_the_same_file_is_the_same_upload(cast: Cast, doors: Doors) -> None:
    good = workbook(ROSTER_HEADER, [staff("工人一", id_number(901), HIRED_ON)])
    first, again = (doors(cast.hr).upload("roster", good).json() for _ in range(2))
    assert first["id"] == again["id"] and Upload.objects.count() == 1


def test_a_file_with_refused_lines_is_judged_anew(cast: Cast, roster: bytes, doors: Doors) -> None:
    first, again = (doors(cast.hr).upload("roster", roster).json() for _ in range(2))
    assert doors(cast.hr).get(f"uploads/{first['id']}/").json()["status"] == "withdrawn"
    assert (again["status"], again["accepted"], again["refused"]) == ("checked", 2, 1)


def test_the_marked_copy_is_the_users_own_file_under_its_chinese_name(cast: Cast, roster: bytes, doors: Doors) -> None:
    given = doors(cast.hr).upload("roster", roster).json()
    copy = doors(cast.hr).get(f"uploads/{given['id']}/marked-copy/")
    assert copy["Content-Disposition"].endswith(
        "filename*=UTF-8''%E5%90%8D%E5%8D%95%EF%BC%88%E5%B7%B2%E6%A0%87%E6%B3%A8%EF%BC%89.xlsx"
    )
    page = load_workbook(io.BytesIO(copy.content)).worksheets[0]
    assert page.cell(1, page.max_column).value == "错误原因" and page.cell(4, page.max_column).value
    assert "no-store" in copy["Cache-Control"]


def test_a_file_is_withdrawn_before_it_goes_in(cast: Cast, roster: bytes, doors: Doors) -> None:
    given = doors(cast.hr).upload("roster", roster).json()
    taken = doors(cast.hr).post(f"uploads/{given['id']}/withdraw/", {"reason": "传错了"}, seen=given["version"])
    assert taken.json()["status"] == "withdrawn"
    refused(doors(cast.hr).post(f"uploads/{given['id']}/confirm/"), 409, "STATE_NOT_ALLOWED")


def test_what_is_no_workbook_is_refused_in_words(cast: Cast, doors: Doors) -> None:
    refused(doors(cast.hr).upload("roster", b""), 422, "FILE_EMPTY")
    answer = doors(cast.hr).upload("roster", b"PK\x03\x04 not really")
    assert answer.status_code == 422 and answer.json()["fix"]
    assert fields_of(doors(cast.hr).upload("no_such_sheet", b"x", scope="a b")) == {
        "sheet_kind": "invalid_choice", "scope": "invalid",
    }  # fmt: skip
    refused(doors(cast.hr).upload("insurance", b"x"), 403, "ROLE_NOT_ALLOWED")
    assert Upload.objects.count() == 0


def test_the_sheets_of_a_role_come_with_their_templates(cast: Cast, doors: Doors) -> None:
    kinds = {sheet["kind"] for sheet in doors(cast.hr).get("uploads/sheets/").json()}
    assert {"roster", "applications"} <= kinds and "insurance" not in kinds
    template = doors(cast.hr).get("uploads/sheets/roster/template/")
    assert load_workbook(io.BytesIO(template.content)).worksheets
    refused(doors(cast.hr).get("uploads/sheets/nothing/template/"), 404, "NOT_FOUND")


def test_an_enterprise_gives_nothing_in_anothers_name(cast: Cast, roster: bytes, doors: Doors) -> None:
    answer = doors(cast.hr).upload("roster", roster, organisation=cast.beta.pk)
    assert fields_of(answer) == {"organisation": "does_not_exist"}


def test_a_file_that_was_refused_was_not_kept_and_has_no_marked_copy(cast: Cast, doors: Doors) -> None:
    given = doors(cast.hr).upload("roster", workbook(["乱七八糟"], [{"乱七八糟": "1"}])).json()
    assert given["status"] == "refused"
    refused(doors(cast.hr).get(f"uploads/{given['id']}/marked-copy/"), 404, "FILE_NOT_KEPT")
