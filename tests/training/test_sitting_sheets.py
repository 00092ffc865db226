"""Results of a sitting from a workbook: taken row by row, refused cell by cell."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import Cast
from tests.park_workers.files import findings
from tests.training.sittings_stage import (
    AFTER,
    RESULT_HEADER,
    enter,
    give_results,
    held,
    line,
    make_assessor,
    number_of,
    stated,
)
from training.models import SittingResult
from training.services.sittings import (
    confirm_sitting,
)

pytestmark = pytest.mark.django_db


def test_a_sheet_brings_results_and_later_their_certificates(cast: Cast) -> None:
    sitting = held(cast, make_assessor(cast))
    bare = {"证书编号": None, "发证日期": None}
    upload = give_results(
        cast,
        sitting,
        [
            line(1, **bare),
            line(2, 结论="不合格", 实操成绩=40, **bare),
            line(3, 结论="缺考", 理论成绩=None, 实操成绩=None, **bare),
        ],
    )
    assert (upload.status, upload.result["new"], findings(upload)) == ("applied", 3, [])
    sitting.refresh_from_db()
    assert (sitting.status, sitting.results_by) == ("results_entered", cast.hr.user)
    confirm_sitting(actor=cast.clerk, sitting=sitting, day=AFTER)
    upload = give_results(cast, sitting, [line(1)])
    assert (upload.result["new"], upload.result["certificates"]) == (0, 1)
    sitting.refresh_from_db()
    assert sitting.status == "results_entered", "a certificate that follows is confirmed as well"
    again = give_results(cast, sitting, [line(1), line(1, 姓名="考生一")])
    assert again.result["unchanged"] == 1 and SittingResult.objects.current().count() == 3


def test_a_sheet_names_every_wrong_cell(cast: Cast) -> None:
    assessor = make_assessor(cast)
    sitting, other = held(cast, assessor), held(cast, assessor, session="pm")
    enter(cast, other, 905, stated(5))
    upload = give_results(
        cast, sitting,
        [line(1), line(1, 证书编号=number_of(11)), line(2, 证书编号=number_of(1)), line(3, 证书编号="1234567890123456"),
         line(4, 实操成绩=50), line(6, 证书编号=number_of(5)), line(7, 发证日期=date(2025, 12, 1))],
    )  # fmt: skip
    found = {(row, code) for row, _, code, _ in findings(upload)}
    assert found >= {
        (3, "DUPLICATE_IN_FILE"), (4, "CERT_DUPLICATE"), (5, "CERT_NUMBER_FORMAT"), (6, "VERDICT_CONTRADICTS_SCORE"),
        (7, "CERT_DUPLICATE"), (8, "CERT_BEFORE_SITTING"),
    }  # fmt: skip
    assert upload.result["new"] == 2


def test_a_sheet_for_a_sitting_of_another_firm_is_refused(cast: Cast) -> None:
    sitting = held(cast, make_assessor(cast))
    assert give_results(cast, sitting, [line(1)], actor=cast.hr_beta).refusal["code"] == "SITTING_UNKNOWN"
    assert RESULT_HEADER[0] == "姓名"
