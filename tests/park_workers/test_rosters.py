"""What a roster says of people already recorded: told in the preview, line by line, before anything goes in."""

from __future__ import annotations

from datetime import date
from typing import Any

from park_workers.models import Employment, Upload
from park_workers.services.employments import record_leave
from park_workers.services.uploads import receive_upload
from tests.conftest import Cast
from tests.foundation.workbooks import HIRED, roster
from tests.park_workers.files import ROSTER_HEADER, findings, give, staff
from tests.park_workers.numbers import id_number

DAY, LATER = date(2023, 5, 4), date(2023, 8, 4)
LEFT = date(2023, 6, 30)


def given_again(cast: Cast, *, header: Any = ROSTER_HEADER, **more: Any) -> Upload:
    """Two people are hired, the first leaves, and the next round of the roster comes in."""
    lines = [staff("张三", id_number(901), HIRED), staff("李四", id_number(902), HIRED)]
    give(cast.hr, "roster", roster(*lines), DAY)
    gone = Employment.objects.get(worker__name="张三")
    record_leave(actor=cast.hr, employment=gone, left_on=LEFT, reason="本人辞职", day=LEFT)
    content = roster(lines[0] | more, lines[1] | {"工种": "冚车"}, header=header)
    upload = receive_upload(actor=cast.hr, sheet_kind="roster", content=content, name="花名册.xlsx", day=LATER)
    upload.refresh_from_db()
    return upload


def test_a_blank_leaving_date_of_a_leaver_is_warned_of_and_takes_nothing_back(cast: Cast) -> None:
    upload = given_again(cast)
    assert findings(upload) == [(2, "L", "LEAVE_DATE_BLANK", "warning")]
    issue = upload.issues.get()  # type: ignore[attr-defined]
    assert "2023-06-30" in issue.message and "撤销离职登记" in issue.fix
    assert (upload.accepted, upload.refused) == (2, 0)
    assert Employment.objects.get(worker__name="张三").left_on == LEFT


def test_a_roster_without_the_column_of_leaving_dates_is_warned_of_too(cast: Cast) -> None:
    header = [column for column in ROSTER_HEADER if column != "离职日期"]
    assert findings(given_again(cast, header=header)) == [(2, "", "LEAVE_DATE_BLANK", "warning")]


def test_a_leaving_date_that_is_stated_is_no_matter_for_a_warning(cast: Cast) -> None:
    assert findings(given_again(cast, 离职日期=LEFT)) == []
