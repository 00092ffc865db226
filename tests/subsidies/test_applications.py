"""Application lists: each firm files its own lines of a joint list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from park_workers.foundation.errors import PermissionRefused
from park_workers.models import Upload
from park_workers.services.people import merge_workers
from park_workers.services.uploads import receive_upload
from subsidies.models import Application, Batch
from subsidies.services import applications
from subsidies.services.batches import open_batch
from tests.conftest import Cast
from tests.park_workers.files import findings, give, workbook
from tests.park_workers.numbers import id_number
from tests.standing import standing
from tests.subsidies import stage as on
from tests.subsidies.stage import Day, Stage, application, application_list, apply_for


@standing
def stage(cast: Cast) -> Stage:
    """Two people at alpha, one at beta; nobody has applied in the second batch."""
    found = on.set_stage(cast)
    found.batch = open_batch(
        actor=cast.clerk, policy=found.policy, name="第二批", cutoff_on=date(2023, 6, 30), day=Day.APPLIED
    )
    return found


def joint_list(stage: Stage, **more: Any) -> bytes:
    return application_list(*(application(hire, n, **more) for n, hire in enumerate(stage.hires, 1)))


def applied(stage: Stage) -> list[tuple[int, int]]:
    return list(stage.batch.applications.order_by("sequence").values_list("employment", "sequence"))


def test_a_firm_takes_its_own_lines_and_leaves_the_others_alone(stage: Stage) -> None:
    upload = apply_for(stage.cast.hr, stage.batch, joint_list(stage))
    assert (upload.status, upload.accepted, upload.refused) == ("applied", 2, 0)
    assert upload.result["left_alone"] == 1 and upload.result["new"] == 2
    assert applied(stage) == [(stage.hires[0].pk, 1), (stage.hires[1].pk, 2)]
    apply_for(stage.cast.hr_beta, stage.batch, joint_list(stage))
    assert applied(stage)[-1] == (stage.hires[2].pk, 3)


def test_what_is_wrong_in_other_firms_lines_is_not_this_firms_to_mend(stage: Stage) -> None:
    own, _, other = (application(hire, n) for n, hire in enumerate(stage.hires, 1))
    content = application_list(own, other | {"证件号码": "44189919900517901"}, other | {"入职日期": "2023-02-30"})
    upload = apply_for(stage.cast.hr, stage.batch, content)
    assert findings(upload) == [] and upload.result["left_alone"] == 2
    beta = apply_for(stage.cast.hr_beta, stage.batch, content)
    assert findings(beta) == [(3, "E", "ID_LENGTH", "error"), (4, "F", "DATE_INVALID", "error")]


def test_the_same_list_again_brings_nothing_new(stage: Stage) -> None:
    first = apply_for(stage.cast.hr, stage.batch, joint_list(stage))
    assert apply_for(stage.cast.hr, stage.batch, joint_list(stage)).status == "applied"
    reordered = application_list(
        *(application(h, n, 申请金额=2000.0) for n, h in reversed(list(enumerate(stage.hires, 1))))
    )
    second = apply_for(stage.cast.hr, stage.batch, reordered)
    assert second.pk != first.pk and (second.result["new"], second.result["unchanged"]) == (0, 2)
    assert len(applied(stage)) == 2


def test_a_day_of_application_is_that_of_the_list_or_of_the_upload(stage: Stage) -> None:
    rows = application(stage.hires[0], 7, 申请日期="2023-05-01"), application(stage.hires[1], 8)
    apply_for(stage.cast.hr, stage.batch, application_list(*rows))
    days = list(stage.batch.applications.order_by("sequence").values_list("sequence", "applied_on", "amount_fen"))
    assert days == [(7, date(2023, 5, 1), 200_000), (8, Day.APPLIED, 200_000)]


def test_a_list_without_numbers_keeps_the_order_of_its_rows(stage: Stage) -> None:
    rows = [application(hire, 0) for hire in stage.hires[:2]]
    content = workbook(("统一社会信用代码", "姓名", "证件号码", "入职日期"), rows)
    apply_for(stage.cast.hr, stage.batch, content)
    assert applied(stage) == [(stage.hires[0].pk, 2), (stage.hires[1].pk, 3)]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"证件号码": id_number(977)}, ("E", "EMPLOYMENT_UNKNOWN")),
        ({"入职日期": "2023-02-02"}, ("F", "EMPLOYMENT_UNKNOWN")),
        ({"申请日期": "2053-01-01"}, ("H", "DATE_IN_FUTURE")),
        ({"序号": 0}, ("A", "NUMBER_INVALID")),
        ({"序号": 10**12}, ("A", "NUMBER_INVALID")),
        ({"申请金额": 0}, ("G", "AMOUNT_INVALID")),
        ({"申请金额": "1e30"}, ("G", "AMOUNT_INVALID")),
        ({"证件号码": None}, ("E", "ID_MISSING")),
        ({"入职日期": None}, ("F", "HIRE_DATE_MISSING")),
    ],
)
def test_a_wrong_line_is_refused_with_its_cell_and_the_good_ones_stay(
    stage: Stage, changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    wrong = application(stage.hires[1], 2) | changed
    upload = apply_for(stage.cast.hr, stage.batch, application_list(application(stage.hires[0], 1), wrong))
    assert findings(upload) == [(3, *expected, "error")]
    assert applied(stage) == [(stage.hires[0].pk, 1)]


def test_a_refusal_says_which_hire_dates_the_roster_has(stage: Stage) -> None:
    upload = apply_for(
        stage.cast.hr, stage.batch, application_list(application(stage.hires[0], 1, 入职日期="2023-03-01"))
    )
    issue = upload.issues.get()
    assert "2023-02-01" in issue.message and "经办" in issue.fix
    assert upload.status == Upload.Status.CHECKED and applied(stage) == []


def test_a_person_twice_in_the_file_is_taken_once(stage: Stage) -> None:
    row = application(stage.hires[0], 1)
    upload = apply_for(stage.cast.hr, stage.batch, application_list(row, row | {"序号": 2}))
    assert findings(upload) == [(3, "E", "DUPLICATE_IN_FILE", "error")]
    assert len(applied(stage)) == 1


@pytest.mark.parametrize(
    ("changed", "expected"), [({"姓名": "别名"}, ("D", "NAME_DIFFERS")), ({"申请金额": 3000}, ("G", "AMOUNT_DIFFERS"))]
)
def test_another_name_or_amount_is_reported_and_not_held_against_anyone(
    stage: Stage, changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    upload = apply_for(stage.cast.hr, stage.batch, application_list(application(stage.hires[0], 1) | changed))
    assert findings(upload) == [(2, *expected, "warning")]
    assert len(applied(stage)) == 1


def test_a_merged_person_is_found_under_both_numbers(stage: Stage) -> None:
    one, other = stage.hires[0], on.hire(stage.cast, stage.cast.beta, 961)
    merge_workers(actor=stage.cast.clerk, duplicate=other.worker, into=one.worker, reason="同一人两证")
    upload = apply_for(stage.cast.hr, stage.batch, application_list(application(one, 1, 证件号码=id_number(961))))
    assert applied(stage) == [(one.pk, 1)], findings(upload)


def test_a_closed_batch_takes_no_list(stage: Stage) -> None:
    apply_for(stage.cast.hr, stage.batch, joint_list(stage))
    first = Batch.objects.get(name="第一批")
    on.take_to(Stage(stage.cast, stage.policy, first), "submitted")
    upload = apply_for(stage.cast.hr, first, application_list(application(stage.hires[0], 9)))
    assert upload.status == Upload.Status.REFUSED
    assert upload.refusal["code"] == "BATCH_NOT_OPEN" and "待复核" in upload.refusal["message"]


def test_a_batch_submitted_between_check_and_load_takes_nothing_more(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = on.take_to(Stage(stage.cast, stage.policy, Batch.objects.get(name="第一批")), "computed").batch
    late = on.hire(stage.cast, stage.cast.alpha, 911)
    seen: list[int] = []

    def submitted_meanwhile(scope: str) -> Batch:
        batch = Batch.objects.get(pk=int(scope.partition(":")[2]))
        seen.append(batch.pk)
        if len(seen) == 3:  # checked, checked again on confirmation, and now the load
            on.take_to(Stage(stage.cast, stage.policy, batch), "submitted")
        return batch

    monkeypatch.setattr(applications, "batch_of_scope", submitted_meanwhile)
    upload = apply_for(stage.cast.hr, first, application_list(application(late, 9)))
    assert upload.refusal["code"] == "BATCH_NOT_OPEN"
    assert not Application.objects.filter(employment=late).exists()


def test_a_screening_of_everybody_takes_no_list(stage: Stage) -> None:
    trial = open_batch(
        actor=stage.cast.clerk, policy=stage.policy, name="试算", cutoff_on=on.CUTOFF, candidates="all", is_trial=True,
        day=Day.APPLIED,
    )  # fmt: skip
    upload = apply_for(stage.cast.hr, trial, joint_list(stage))
    assert upload.refusal["code"] == "BATCH_TAKES_NO_LIST"


@pytest.mark.parametrize("scope", ["", "batch:", "batch:0", "batch:x", "payment_file:1", f"batch:{10**30}", "batch:²"])
def test_a_list_for_no_batch_is_refused(stage: Stage, scope: str) -> None:
    upload = give(stage.cast.hr, "applications", joint_list(stage), Day.APPLIED, scope=scope)
    assert upload.refusal["code"] == "SCOPE_UNKNOWN"


def test_only_a_firm_files_its_list(stage: Stage) -> None:
    for actor in (stage.cast.clerk, stage.cast.base_clerk, stage.cast.finance, stage.cast.auditor):
        with pytest.raises(PermissionRefused, match="申报名单"):
            receive_upload(
                actor=actor, sheet_kind="applications", content=joint_list(stage), name="名单.xlsx", day=Day.APPLIED,
                scope=f"batch:{stage.batch.pk}",
            )  # fmt: skip


def test_a_person_refused_in_a_batch_may_apply_in_the_next_one(cast: Cast) -> None:
    stage = on.set_stage(cast, alpha=1, beta=1)
    late = on.hire(cast, cast.alpha, 921, months=on.MONTHS[1:])
    apply_for(cast.hr, stage.batch, application_list(application(late, 9)))
    on.take_to(stage, "computed")
    assert not stage.line_of(late).is_eligible
    second = open_batch(
        actor=cast.clerk, policy=stage.policy, name="第二批", cutoff_on=on.CUTOFF + timedelta(days=31), day=Day.LATER
    )
    upload = apply_for(cast.hr, second, application_list(application(late, 1)), day=Day.LATER)
    assert upload.result["new"] == 1 and findings(upload) == []
