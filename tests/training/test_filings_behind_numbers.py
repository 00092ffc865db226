"""A certificate's number names its assessor, and the assessor's filing says for what and until when: both records meet."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.conftest import Cast
from tests.pages.clients import as_person, text_of
from tests.park_workers.files import findings
from tests.training.lists import give_pass_list, passed
from training.models import AssessorOrganisation, Certificate
from training.services.assessor_codes import codes_and_filings, filings_by_code
from training.services.assessors import FilingFacts, ScopeLine, confirm_assessor, end_assessor, propose_assessor
from training.services.pass_rules import add_assessor_code

pytestmark = pytest.mark.django_db
ENTERED = date(2023, 1, 4)
#: of an assessor S1207 with a site in Guangdong
OURS = "S120744000001"


def number(serial: int) -> str:
    return f"{OURS}235{serial:06d}"


def filed(cast: Cast, **more: Any) -> AssessorOrganisation:
    """一号基地's organisation is filed as S1207 for 平车 五级至三级 in 2023."""
    facts = {
        "kind": "S", "assessor_code": "1207", "filing_number": "备〔2023〕7号", "valid_from": date(2023, 1, 1),
        "valid_to": date(2023, 12, 31), "scopes": (ScopeLine("平车", 5, 3),),
    } | more  # fmt: skip
    found = propose_assessor(
        actor=cast.clerk, organisation=cast.base.organisation, facts=FilingFacts(**facts), day=ENTERED
    )
    return confirm_assessor(actor=cast.clerk_2, assessor=found, day=ENTERED)


def found_in(cast: Cast, serial: int, **more: Any) -> list[str]:
    """Codes of what is found about one line whose number is the assessor's."""
    line = passed(serial, **{"证书编号": number(serial)} | more)
    return [one[2] for one in findings(give_pass_list(cast, [line]))]


def test_a_filing_that_covers_the_class_says_nothing(cast: Cast) -> None:
    filed(cast)
    assert found_in(cast, 1) == []


def test_an_assessor_that_was_never_filed_here_is_none_of_ours(cast: Cast) -> None:
    filed(cast, assessor_code="9999")
    assert found_in(cast, 1) == []


def test_the_provincial_code_names_no_filing(cast: Cast) -> None:
    filed(cast, assessor_code="0000", valid_to=date(2023, 1, 2))
    assert "S0000" not in filings_by_code(cast.bureau) and found_in(cast, 1, 证书编号=f"S000044000001235{1:06d}") == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"valid_to": date(2023, 2, 10)}, "CERT_FILING_NOT_IN_FORCE"),
        ({"valid_from": date(2023, 6, 1)}, "CERT_FILING_NOT_IN_FORCE"),
        ({"scopes": (ScopeLine("裁床", 5, 3),)}, "CERT_OUTSIDE_FILING"),
        ({"scopes": (ScopeLine("平车", 4, 3),)}, "CERT_OUTSIDE_FILING"),
    ],
)  # fmt: skip
def test_what_the_filing_does_not_cover_is_warned_of_and_never_refused(cast: Cast, more: Any, code: str) -> None:
    filed(cast, **more)
    assert found_in(cast, 1) == [code] and Certificate.objects.count() == 1


def test_a_class_that_ended_in_time_may_have_its_certificate_issued_afterwards(cast: Cast) -> None:
    filed(cast, valid_to=date(2023, 2, 20))  # the class ended on 17 February, the certificate is of 9 March
    assert found_in(cast, 1) == []


def test_a_filing_that_was_ended_counts_until_its_end(cast: Cast) -> None:
    end_assessor(actor=cast.clerk, assessor=filed(cast), reason="机构申请终止", day=date(2023, 2, 1))
    assert found_in(cast, 1) == ["CERT_FILING_NOT_IN_FORCE"]


def test_the_certificates_page_and_the_page_of_codes_show_both_records(cast: Cast) -> None:
    filed(cast, valid_to=date(2023, 2, 10))
    add_assessor_code(actor=cast.clerk, base=cast.base, prefix=OURS, assessor_name="示例评价机构", day=ENTERED)
    add_assessor_code(actor=cast.clerk, base=cast.base, prefix="Y555544000001", assessor_name="别家", day=ENTERED)
    found_in(cast, 1)
    assert "备案有效期为" in text_of(cast.clerk, f"/training/certificates/{Certificate.objects.get().pk}/")
    assert [one.letter_and_code for one in codes_and_filings(cast.clerk)] == ["Y5555", "S1207"]
    page = text_of(cast.auditor, "/training/assessors/codes/")
    assert page.index("没有备案") < page.index("备〔2023〕7号") and OURS in page and "已过期" in page
    assert as_person(cast.base_clerk).get("/training/assessors/codes/").status_code == 403
