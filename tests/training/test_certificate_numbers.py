"""What is found around certificates beyond one line: whose assessor, two bases at once, bursts, the pass line as a rule."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from park_workers.foundation.errors import PermissionRefused, RuleViolation
from park_workers.foundation.identifiers import IdentifierProblem, check_certificate_number
from park_workers.models import Organisation, Role, TrainingBase
from tests.conftest import Cast, make_member
from tests.park_workers.files import findings
from tests.training.lists import DAY, certificate, give_pass_list, passed, uncertified
from training.models import Certificate, PassRule
from training.pass_list.certificate_numbers import busiest_span
from training.pass_list.limits import PassLimits
from training.services.amendments import confirm_amendment, propose_revocation
from training.services.bursts import find_bursts
from training.services.pass_rules import add_assessor_code, end_assessor_code, limits_on, set_pass_rule

#: the first thirteen signs of tests' numbers
OURS = certificate(1)[:13]


def another_base(cast: Cast) -> TrainingBase:
    """A second base of the bureau."""
    return TrainingBase.objects.create(
        organisation=Organisation.objects.create(kind="training_base", name="二号基地"), bureau=cast.bureau
    )


def known(cast: Cast, base: TrainingBase, prefix: str) -> None:
    """The assessor's code stands in the bureau's list."""
    add_assessor_code(actor=cast.clerk, base=base, prefix=prefix, assessor_name="示例评价机构", day=date(2023, 1, 4))


@pytest.mark.parametrize(
    ("number", "words"),
    [("2344001234567890", "旧版"), ("ST00440000001230000012", "特级技师"), ("R12345", "不是22位"),
     ("Y" + "1" * 14 + "6" + "1" * 6, "第16位是“6”，应为级别 1 至 5"), ("R" + "1" * 14 + "5" + "1" * 6, "第1位是“R”"),
     ("S00004400O001235000012", "第10位是“O”"), (certificate(1)[:-1], "应为22位，现为21位"), (f"{certificate(1)}0", "现为23位")],
)  # fmt: skip
def test_a_number_of_another_kind_says_of_which(number: str, words: str) -> None:
    with pytest.raises(IdentifierProblem, match=words) as refusal:
        check_certificate_number(number)
    assert refusal.value.code == "CERT_NUMBER_FORMAT"


@pytest.mark.django_db
def test_an_unknown_assessor_is_warned_of_once_the_bases_codes_are_known_and_never_refused(cast: Cast) -> None:
    assert findings(give_pass_list(cast, [passed(1)])) == []
    known(cast, cast.base, "S000044000009")
    assert findings(give_pass_list(cast, [passed(2)])) == [(2, "N", "CERT_ASSESSOR_UNKNOWN", "warning")]
    known(cast, cast.base, OURS)
    assert findings(give_pass_list(cast, [passed(3)])) == []
    assert Certificate.objects.count() == 3


@pytest.mark.django_db
def test_an_assessor_of_another_base_is_warned_of(cast: Cast) -> None:
    known(cast, another_base(cast), OURS)
    assert findings(give_pass_list(cast, [passed(1)])) == [(2, "N", "CERT_ASSESSOR_MISMATCH", "warning")]


@pytest.mark.django_db
def test_a_code_is_thirteen_signs_known_once_and_ends(cast: Cast) -> None:
    for wrong in ("S00004400000", "X000044000001", "S0000440000O1"):
        with pytest.raises(RuleViolation, match="代码格式"):
            known(cast, cast.base, wrong)
    known(cast, cast.base, " s000044000001 ")
    with pytest.raises(RuleViolation, match="已登记"):
        known(cast, cast.base, OURS)
    with pytest.raises(PermissionRefused):
        add_assessor_code(actor=cast.base_clerk, base=cast.base, prefix=OURS, assessor_name="甲", day=DAY)
    code = cast.base.assessor_codes.get()  # type: ignore[attr-defined]
    assert end_assessor_code(actor=cast.clerk, code=code, day=DAY).until == DAY


@pytest.mark.django_db
def test_nobody_sits_at_two_bases_on_one_day_and_a_number_of_another_base_is_refused(cast: Cast) -> None:
    clerk = make_member("base_clerk_2", another_base(cast).organisation, Role.BASE_CLERK)
    give_pass_list(cast, [passed(1)])
    twice = uncertified(1, 班次="2-冚车", 工种="冚车", 开班日期=date(2023, 2, 16), 结业日期=date(2023, 3, 1))
    assert findings(give_pass_list(cast, [twice], actor=clerk)) == [(2, "D", "TWO_BASES_AT_ONCE", "warning")]
    taken = passed(2, 证书编号=certificate(1), 班次="2-平车")
    assert findings(give_pass_list(cast, [taken], actor=clerk)) == [(2, "N", "CERT_DUPLICATE", "error")]


@pytest.mark.django_db
def test_the_pass_line_is_a_rule_of_the_bureau_from_a_day_on(cast: Cast) -> None:
    wanted = {"limits": PassLimits(70, 90, 200, 7), "basis": "示例文件（待核定）"}
    with pytest.raises(RuleViolation, match="早于今天"):
        set_pass_rule(actor=cast.clerk, effective_on=DAY - timedelta(days=1), day=DAY, **wanted)  # type: ignore[arg-type]
    set_pass_rule(actor=cast.clerk, effective_on=DAY, day=DAY, **wanted)  # type: ignore[arg-type]
    assert limits_on(cast.bureau, DAY - timedelta(days=1)).pass_mark == 60
    found = findings(give_pass_list(cast, [passed(1, 理论成绩=69), passed(2, 实到学时=35)]))
    assert found == [(2, "M", "VERDICT_CONTRADICTS_SCORE", "error"), (3, "J", "HOURS_SHORT", "warning")]


@pytest.mark.django_db
def test_certificates_in_a_burst_are_told_with_the_first_line_and_listed_with_their_numbers(cast: Cast) -> None:
    PassRule.objects.create(
        bureau=cast.bureau, effective_on=DAY, burst_days=7, burst_certificates=2, basis="待核定", recorded_by=cast.clerk
    )
    assert findings(give_pass_list(cast, [passed(1), passed(2)])) == []
    third = passed(3, 发证日期=date(2023, 3, 15))
    assert findings(give_pass_list(cast, [third])) == [(2, "O", "CERT_BURST", "warning")]
    assessor, base = find_bursts(viewer=cast.clerk, limits=limits_on(cast.bureau, DAY))
    assert (base.name, base.first, base.last, base.count) == ("一号基地", date(2023, 3, 9), date(2023, 3, 15), 3)
    assert assessor.name == OURS and [n for _, n in base.numbers] == [certificate(n) for n in (1, 2, 3)]


@given(st.lists(st.dates(date(2023, 1, 1), date(2023, 3, 1)), max_size=40), st.integers(1, 10))
def test_the_busiest_span_is_what_counting_every_span_finds(days: list[date], length: int) -> None:
    found = busiest_span(Counter(days), length)
    spans = [sum(start <= day < start + timedelta(days=length) for day in days) for start in days]
    assert (found[2] if found else 0) == max(spans, default=0)


@pytest.mark.django_db
def test_a_list_brings_no_revoked_certificate_back_nor_another_in_its_place(cast: Cast) -> None:
    give_pass_list(cast, [passed(1)])
    asked = propose_revocation(
        actor=cast.base_clerk, certificate=Certificate.objects.get(), reason="评价机构已作废该证书", day=DAY
    )
    confirm_amendment(actor=cast.clerk, amendment=asked, day=DAY)
    again = give_pass_list(cast, [passed(1), passed(2)])
    assert findings(again) == [(2, "N", "CERT_REVOKED", "warning")]
    other = give_pass_list(cast, [passed(1, 证书编号=certificate(7)), passed(3)])
    assert findings(other) == [(2, "N", "CERT_REVOKED", "error")]
    told = other.issues.get()  # type: ignore[attr-defined]
    assert f"{certificate(1)} 已于 {DAY} 作废" in told.message and "提出恢复" in told.fix
    fresh = passed(
        1,
        班次="1-平车补考",
        证书编号=certificate(7),
        开班日期=date(2023, 4, 3),
        结业日期=date(2023, 4, 7),
        发证日期=date(2023, 4, 20),
    )
    assert (2, "N", "CERT_REVOKED", "error") not in findings(give_pass_list(cast, [fresh]))
    assert Certificate.objects.filter(number=certificate(7)).exists()
