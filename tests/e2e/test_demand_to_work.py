"""An enterprise wants people; half a year later one of them is at work there: the whole way of training, by hand and by pages alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from park_workers.foundation.business_day import begin_practice, set_practice_day
from park_workers.models import Role
from tests.conftest import Cast, make_member
from tests.e2e.attending import roll_called, sessions_planned
from tests.e2e.classes import (
    child_number,
    class_written,
    demand_posted,
    enrolled,
    filed_and_accepted,
    refused_as_a_child,
    replaced,
    roster_of_the_class,
    stepped,
)
from tests.e2e.conftest import Opened
from tests.e2e.papers import address_on, looked_up, paper_issued, revocation_asked, revocation_confirmed, scanned
from tests.e2e.pass_lists import let_in, list_given, marked_copy, put_right
from tests.e2e.placing import board_says, funnel_names_the_base, hired, interview_agreed, referred
from tests.e2e.road import Road
from tests.park_workers.files import workbook
from tests.park_workers.numbers import id_number
from tests.training.lists import PASS_HEADER, certificate, passed

ASKED, FIRST, LAST, LISTED = date(2023, 1, 30), date(2023, 2, 6), date(2023, 2, 7), date(2023, 2, 13)
REFERRED, MEETING, THIRD, SIXTH = date(2023, 3, 1), date(2023, 3, 3), date(2023, 6, 2), date(2023, 9, 2)
YI, DING = id_number(902), id_number(904)


@pytest.fixture
def road(committed_cast: Cast, opened: Opened, tmp_path: Path, settings: Any) -> Road:
    """The cast at their desks, on a practice day."""
    settings.PRACTICE, settings.STATE_DIR = True, tmp_path / "state"
    begin_practice(ASKED)
    return Road(opened, committed_cast)


@pytest.mark.django_db(transaction=True)
def test_from_an_enterprises_demand_to_half_a_year_at_work(road: Road, tmp_path: Path) -> None:
    demand_posted(road, date(2023, 4, 1))
    class_for_it(road)
    held_and_attended(road)
    listed_with_mistakes_and_mended(road, tmp_path)
    paper_scanned_and_revoked(road, tmp_path)
    placed_and_stays(road)


def class_for_it(road: Road) -> None:
    """Written, three people, one of them a child; filed, accepted, one replaced."""
    class_written(road, FIRST, LAST)
    enrolled(road, "学员甲", id_number(901))
    enrolled(road, "学员乙", YI)
    refused_as_a_child(enrolled(road, "学员丙", child_number(903, ASKED.year)), seats=2)
    filed_and_accepted(road)
    replaced(road, "学员丁", DING)
    assert roster_of_the_class() == ["学员丁", "学员乙"]


def held_and_attended(road: Road) -> None:
    """Two days, the roll called on each; then the class is over."""
    set_practice_day(FIRST)
    stepped(road, "开班", "开班中")
    sessions_planned(road, FIRST, LAST)
    roll_called(road, {"学员丁": "迟到"})
    set_practice_day(LAST)
    roll_called(road, {})
    stepped(road, "办理结业", "已结业")


def listed_with_mistakes_and_mended(road: Road, folder: Path) -> None:
    """A wrong digit and a pass below the line: named, put right in the returned file, confirmed by a second person."""
    set_practice_day(LISTED)
    about = {"开班日期": FIRST, "结业日期": LAST, "计划学时": 16, "实到学时": 16, "发证日期": date(2023, 2, 10)}
    wrong_digit = YI[:17] + ("0" if YI[17] != "0" else "1")
    yi = passed(2, 姓名="学员乙", 证件号码=wrong_digit, 证书编号=certificate(2), **about)
    ding = passed(4, 姓名="学员丁", 证件号码=DING, 证书编号=certificate(4), 理论成绩=50, **about)
    path = folder / "合格名单.xlsx"
    path.write_bytes(workbook(PASS_HEADER, [yi, ding], sheet="考核结果"))
    copy = marked_copy(list_given(road, path), folder / "改好.xlsx", wrong=2)
    put_right(copy, {2: ("校验位", "证件号码", YI), 3: ("低于 60 分", "理论成绩", 65)})
    list_given(road, copy)
    let_in(road, lines=2)


def paper_scanned_and_revoked(road: Road, folder: Path) -> None:
    """A stranger scans the paper, and after two people have revoked it scans it again."""
    colleague = make_member("base_colleague", road.cast.base.organisation, Role.BASE_CLERK)
    address = address_on(paper_issued(road, "学员丁", folder / "结业证.pdf"))
    scanned(road, address, "证书有效")
    revocation_asked(road)
    scanned(road, address, "证书有效")
    revocation_confirmed(road, colleague)
    scanned(road, address, "证书已作废")
    looked_up(road, "学员丁", "证书已作废")


def placed_and_stays(road: Road) -> None:
    """Referred, interviewed, hired on the phone; three and six months later still there, and nobody has typed that."""
    set_practice_day(REFERRED)
    referred(road, "学员乙")
    board_says(road, {"已推荐": "1人", "已入职": "0人"})
    interview_agreed(road, "学员乙", MEETING, hidden=YI)
    set_practice_day(MEETING)
    hired(road, YI)
    board_says(road, {"已面试": "1人", "已入职": "1人"})
    board_says(road, {"满 3 个月在岗": "1人", "满 6 个月在岗": "0人"}, on=THIRD)
    board_says(road, {"满 3 个月在岗": "1人", "满 6 个月在岗": "1人"}, on=SIXTH)
    funnel_names_the_base(road)
