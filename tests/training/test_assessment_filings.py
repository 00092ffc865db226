"""企业认定申报: what must stand in it, who decides, and what it becomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.services.employments import FieldsInvalid
from tests.conftest import Cast
from tests.training.sittings_stage import CONTENT, TODAY, accepted_filing, planned, sent_filing
from training.models import EnterpriseAssessmentFiling, FilingScope, FilingStaff
from training.services.assessment_filings import (
    accept_filing,
    approve_filing,
    begin_filing,
    expire_filings,
    refuse_filing,
    return_filing,
    submit_filing,
    withdraw_filing,
)
from training.services.assessors import ScopeLine
from training.services.filing_contents import StaffLine, save_filing

pytestmark = pytest.mark.django_db


def test_an_unfinished_draft_is_kept_and_says_what_is_missing_when_it_is_sent(cast: Cast) -> None:
    filing = begin_filing(actor=cast.hr, enterprise=cast.alpha, day=TODAY)
    assert begin_filing(actor=cast.hr, enterprise=cast.alpha, day=TODAY).pk == filing.pk, "one open application"
    save_filing(actor=cast.hr, filing=filing, content=replace(CONTENT, contact_phone="", staff=()), day=TODAY)
    with pytest.raises(FieldsInvalid) as refusal:
        submit_filing(actor=cast.hr, filing=filing, day=TODAY)
    assert {p.field for p in refusal.value.problems} == {"contact_phone", "materials", "staff"}
    assert EnterpriseAssessmentFiling.objects.visible_to(cast.clerk).count() == 0, "a draft is the enterprise's own"
    turned = replace(CONTENT, scopes=(ScopeLine("缝纫工", 3, 5),), staff=(StaffLine("考评甲", "考评员", ""),))
    with pytest.raises(FieldsInvalid) as wrong:
        save_filing(actor=cast.hr, filing=filing, content=turned, day=TODAY)
    assert {p.code for p in wrong.value.problems} == {"LEVELS_TURNED", "CARD_MISSING"}


def test_what_has_been_sent_changes_only_after_it_was_returned(cast: Cast) -> None:
    filing = sent_filing(cast)
    with pytest.raises(TransitionRefused):
        save_filing(actor=cast.hr, filing=filing, content=CONTENT, day=TODAY)
    for attack in (
        lambda: FilingScope.objects.filter(filing=filing).delete(),
        lambda: FilingStaff.objects.create(filing=filing, name="别人", duty="考评员"),
        lambda: EnterpriseAssessmentFiling.objects.filter(pk=filing.pk).update(contact_name="别人"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attack()
    with pytest.raises(RuleViolation):
        return_filing(actor=cast.clerk, filing=filing, to_mend=[" "], day=TODAY)
    return_filing(actor=cast.clerk, filing=filing, to_mend=["补评价制度", "补场地照片"], day=TODAY)
    assert filing.to_mend == ["补评价制度", "补场地照片"]
    save_filing(actor=cast.hr, filing=filing, content=CONTENT, day=TODAY)
    submit_filing(actor=cast.hr, filing=filing, day=TODAY)
    assert (filing.status, filing.to_mend) == ("submitted", [])


def test_another_person_than_who_accepted_it_decides_and_it_becomes_an_assessor(cast: Cast) -> None:
    filing = accepted_filing(cast)
    with pytest.raises(PermissionRefused):
        approve_filing(actor=cast.clerk_2, filing=filing, day=TODAY)
    approve_filing(actor=cast.approver_1, filing=filing, day=TODAY)
    with pytest.raises(IntegrityError, match="decided_by_another"), transaction.atomic():
        EnterpriseAssessmentFiling.objects.filter(pk=filing.pk).update(decided_by=cast.clerk.user)
    assessor = filing.assessor
    assert assessor is not None
    assert (assessor.status, assessor.letter_and_code, assessor.proposed_by, assessor.confirmed_by) == (
        "confirmed", "Y1234", cast.clerk.user, cast.approver_1.user,
    )  # fmt: skip
    assert planned(cast, assessor).status == "planned"
    assert expire_filings(actor=SystemActor("到期"), day=date(2028, 12, 31)) == 0
    assert expire_filings(actor=SystemActor("到期"), day=date(2029, 1, 1)) == 1


def test_it_is_refused_with_a_reason_and_taken_back_only_before_it_is_decided(cast: Cast) -> None:
    filing = accepted_filing(cast)
    with pytest.raises(RuleViolation):
        refuse_filing(actor=cast.reviewer, filing=filing, reason=" ", day=TODAY)
    refuse_filing(actor=cast.reviewer, filing=filing, reason="考评员条件不足", day=TODAY)
    with pytest.raises(TransitionRefused):
        withdraw_filing(actor=cast.hr, filing=filing, reason="改期", day=TODAY)
    again = begin_filing(actor=cast.hr, enterprise=cast.alpha, day=TODAY)
    assert withdraw_filing(actor=cast.hr, filing=again, reason="改期", day=TODAY).status == "withdrawn"


def test_acceptance_names_code_number_and_span(cast: Cast) -> None:
    with pytest.raises(FieldsInvalid) as refusal:
        accept_filing(
            actor=cast.clerk, filing=sent_filing(cast), assessor_code="12", filing_number="", valid_from=TODAY,
            valid_to=date(2025, 1, 1), day=TODAY,
        )  # fmt: skip
    assert {p.field for p in refusal.value.problems} == {"assessor_code", "filing_number", "valid_to"}
