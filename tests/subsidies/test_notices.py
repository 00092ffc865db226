"""The public notice, its clock, and objections to it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from subsidies.models import Objection, PublicNotice
from subsidies.services.city import send_to_city
from subsidies.services.notices import close_due_notices, publish_notice, republish_notice
from subsidies.services.objections import decide_objection, receive_objection
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies.stage import CLOCK, Day, Stage, set_stage, take_to

LAST_DAY = date(2023, 5, 11)


@standing
def stage(cast: Cast) -> Stage:
    return take_to(set_stage(cast), "in_notice")


def notice(stage: Stage) -> PublicNotice:
    return stage.batch.notices.order_by("edition").last()  # type: ignore[return-value]


def object_to(stage: Stage, day: date = LAST_DAY, **more: object) -> Objection:
    fields = {
        "actor": CLOCK,
        "notice": notice(stage),
        "objector_name": "王某",
        "contact": "19900000099",
        "text": "该人未在岗",
    }
    return receive_objection(**(fields | {"day": day} | more))  # type: ignore[arg-type]


def test_the_day_of_publishing_does_not_count_and_a_worked_saturday_does(stage: Stage) -> None:
    days = ["2023-05-06", "2023-05-08", "2023-05-09", "2023-05-10", "2023-05-11"]
    assert (notice(stage).counted_days, notice(stage).last_day) == (days, LAST_DAY)


def test_the_notice_is_not_ended_on_its_last_day_but_by_the_clock_after_it(stage: Stage) -> None:
    assert close_due_notices(actor=CLOCK, day=LAST_DAY) == []
    with pytest.raises(TransitionRefused):
        send_to_city(actor=stage.cast.clerk, batch=stage.batch, day=LAST_DAY)
    assert len(close_due_notices(actor=CLOCK, day=LAST_DAY + timedelta(days=1))) == 1
    assert close_due_notices(actor=CLOCK, day=LAST_DAY + timedelta(days=1)) == []
    stage.batch.refresh_from_db()
    assert (stage.batch.status, stage.batch.notice_ended_on) == ("notice_ended", date(2023, 5, 12))


def test_an_upheld_objection_takes_the_line_off_and_frees_its_person_and_money(stage: Stage) -> None:
    objection = object_to(stage, line=stage.line_of(stage.hires[0]))
    assert "19900000099" not in objection.contact
    close_due_notices(actor=CLOCK, day=Day.NOTICE_OVER)
    stage.batch.refresh_from_db()
    assert stage.batch.status == "in_notice"
    decide_objection(
        actor=stage.cast.reviewer, objection=objection, is_upheld=True, note="经核实已离岗", day=Day.NOTICE_OVER
    )
    stage.batch.refresh_from_db()
    assert (stage.batch.status, stage.money) == ("notice_ended", (4000, 0))
    send_to_city(actor=stage.cast.clerk, batch=stage.batch, day=Day.NOTICE_OVER)
    assert len(stage.lines()) == 2


def test_a_rejected_objection_changes_no_list(stage: Stage) -> None:
    decide_objection(
        actor=stage.cast.reviewer, objection=object_to(stage), is_upheld=False, note="情况不属实", day=LAST_DAY
    )
    assert len(stage.lines()) == 3
    with pytest.raises(TransitionRefused):
        decide_objection(
            actor=stage.cast.reviewer, objection=Objection.objects.get(), is_upheld=True, note="再议", day=LAST_DAY
        )


def test_objections_are_taken_within_the_term_and_complete_only(stage: Stage) -> None:
    with pytest.raises(RuleViolation) as late:
        object_to(stage, LAST_DAY + timedelta(days=1))
    assert late.value.code == "NOTICE_NOT_OPEN"
    with pytest.raises(RuleViolation) as incomplete:
        object_to(stage, contact=" ")
    assert incomplete.value.code == "OBJECTION_INCOMPLETE"


def test_only_a_reviewer_decides_an_objection(stage: Stage) -> None:
    objection = object_to(stage)
    for name in ("clerk", "approver_1", "finance", "hr"):
        with pytest.raises(PermissionRefused):
            decide_objection(
                actor=getattr(stage.cast, name), objection=objection, is_upheld=False, note="不成立", day=LAST_DAY
            )


def test_a_notice_published_again_runs_a_whole_new_term(stage: Stage) -> None:
    again = republish_notice(actor=stage.cast.clerk, batch=stage.batch, reason="公示内容有误", day=date(2023, 5, 9))
    assert (again.edition, again.published_on, again.last_day) == (2, date(2023, 5, 9), date(2023, 5, 16))
    assert stage.batch.notices.get(edition=1).status == "superseded"


def test_a_notice_is_published_once(stage: Stage) -> None:
    with pytest.raises(TransitionRefused):
        publish_notice(actor=stage.cast.clerk, batch=stage.batch, day=Day.REVIEWED)
    assert stage.batch.notices.count() == 1
