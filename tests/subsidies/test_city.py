"""Lists sent to the city bureau, answered line by line, sent again."""

from __future__ import annotations

from datetime import date

import pytest

from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from subsidies.services.city import reject_returned_lines, resend_to_city
from tests.conftest import Cast
from tests.standing import standing
from tests.subsidies.stage import Day, Stage, answer, answer_list, set_stage, take_to


@standing
def stage(cast: Cast) -> Stage:
    return take_to(set_stage(cast), "sent_to_city")


def codes(stage: Stage, content: bytes, day: date = Day.ANSWERED) -> list[str]:
    return list(answer(stage, content, day).issues.values_list("code", flat=True))


def test_a_batch_whose_every_line_is_accepted_is_answered(stage: Stage) -> None:
    assert codes(stage, answer_list(stage)) == []
    assert (stage.batch.status, stage.batch.answered_on) == ("answered", Day.ANSWERED)


def test_a_returned_line_goes_again_and_waits_for_its_second_answer(stage: Stage) -> None:
    answer(stage, answer_list(stage, returned=[stage.hires[0]]))
    assert stage.batch.status == "sent_to_city"
    assert resend_to_city(actor=stage.cast.clerk, batch=stage.batch, day=Day.MADE) == 1
    with pytest.raises(RuleViolation) as nothing:
        resend_to_city(actor=stage.cast.clerk, batch=stage.batch, day=Day.MADE)
    assert nothing.value.code == "NOTHING_RETURNED"
    answer(stage, answer_list(stage, day=Day.MADE), Day.MADE)
    assert stage.batch.status == "answered"


def test_a_returned_line_that_was_not_sent_again_is_not_answered_otherwise(stage: Stage) -> None:
    answer(stage, answer_list(stage, returned=[stage.hires[0]]))
    assert codes(stage, answer_list(stage, day=Day.MADE), Day.MADE) == ["NOT_RESUBMITTED"]


def test_a_line_given_up_frees_its_person_and_money(stage: Stage) -> None:
    answer(stage, answer_list(stage, returned=[stage.hires[0]]))
    reject_returned_lines(actor=stage.cast.clerk, batch=stage.batch, reason="不符合市级口径", day=Day.MADE)
    stage.batch.refresh_from_db()
    assert (stage.batch.status, stage.money, len(stage.lines())) == ("answered", (4000, 0), 2)


def test_the_same_answer_again_says_nothing_new(stage: Stage) -> None:
    content = answer_list(stage, returned=[stage.hires[0]])
    first = answer(stage, content)
    assert answer(stage, content).pk == first.pk
    assert stage.batch.city_answers.count() == 1


@pytest.mark.parametrize("name", ["reviewer", "finance", "hr", "auditor", "base_clerk"])
def test_others_neither_answer_nor_send_again(stage: Stage, name: str) -> None:
    from park_workers.services.uploads import receive_upload

    actor = getattr(stage.cast, name)
    with pytest.raises(PermissionRefused):
        receive_upload(
            actor=actor, sheet_kind="city_answers", content=answer_list(stage), name="批复.xlsx", day=Day.ANSWERED,
            scope=f"batch:{stage.batch.pk}",
        )  # fmt: skip
    with pytest.raises(PermissionRefused):
        resend_to_city(actor=actor, batch=stage.batch, day=Day.MADE)


def test_nothing_is_sent_again_before_it_is_sent(cast: Cast) -> None:
    early = take_to(set_stage(cast), "notice_ended")
    with pytest.raises(TransitionRefused):
        resend_to_city(actor=cast.clerk, batch=early.batch, day=Day.MADE)
