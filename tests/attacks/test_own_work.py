"""Nobody signs their own work, by whatever door, hat, session, key or name they come (I3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from park_workers.foundation.errors import RuleViolation
from park_workers.models import Membership, PayeeAccount, Role, Upload
from park_workers.services.accounts import approve_account_change
from park_workers.services.memberships import confirm_membership, grant_membership, propose_membership
from park_workers.services.uploads import confirm_upload, receive_upload
from subsidies.models import Objection, PolicyVersion, PublicNotice, Review
from subsidies.services.batches import submit_batch
from subsidies.services.cancellations import cancel_batch, propose_cancellation
from subsidies.services.clawbacks import approve_clawback, propose_clawback
from subsidies.services.decisions import hold_line
from subsidies.services.objections import decide_objection, receive_objection
from subsidies.services.policies import load_policy_packs, publish_policy_version
from subsidies.services.reviews import approve_batch, review_batch
from tests.api.doors import Doors
from tests.attacks.test_double_submit import proposed_account
from tests.attacks.threads import database_refuses
from tests.conftest import FIRST_DAY, INSTALLER, Cast, make_member
from tests.park_workers.files import workbook
from tests.subsidies import stage as road
from tests.subsidies.stage import CLOCK, Day, Stage
from tests.training.lists import DAY, PASS_HEADER, passed

pytestmark = pytest.mark.django_db


def also(member: Membership, role: Role) -> Membership:
    """The same person in one more role, given as the installer gives it."""
    return grant_membership(
        actor=INSTALLER, user=member.user, organisation=member.organisation, role=role, day=FIRST_DAY
    )


def promoted(cast: Cast, member: Membership, role: Role) -> Membership:
    """The same person in one more role, proposed by one administrator and confirmed by another."""
    day = timezone.localdate()
    guard, system = (make_member(str(r), cast.bureau, r) for r in (Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN))
    proposed = propose_membership(actor=guard, user=member.user, organisation=cast.bureau, role=role, day=day)
    return confirm_membership(actor=system, membership=proposed, day=day, now=timezone.now())


def renamed(member: Membership) -> Membership:
    """The same person under another log-in name and another name."""
    member.user.username, member.user.display_name = "somebody_else", "另一人"
    member.user.save()
    return Membership.objects.select_related("user", "organisation").get(pk=member.pk)


def refuses(code: str, act: Callable[[], Any]) -> None:
    with pytest.raises(RuleViolation) as refused:
        act()
    assert refused.value.code == code


def signed_in_as(member: Membership) -> Client:
    """A session of its own, in that role."""
    client = Client()
    client.force_login(member.user)
    client.post("/role/", {"membership": str(member.pk)})
    return client


HATS: list[Callable[[Cast], Membership]] = [
    lambda cast: also(cast.clerk, Role.REVIEWER),
    lambda cast: promoted(cast, cast.clerk, Role.REVIEWER),
    lambda cast: renamed(also(cast.clerk, Role.REVIEWER)),
]


@pytest.mark.parametrize("hat", HATS, ids=["a second role", "a confirmed role", "another name"])
def test_the_maker_of_a_batch_reviews_it_by_no_door(cast: Cast, stage: Stage, doors: Doors, hat: Any) -> None:
    batch = road.take_to(stage, "submitted").batch
    maker = hat(cast)
    seen = batch.version
    refuses(
        "MAKER_MAY_NOT_REVIEW",
        lambda: review_batch(actor=maker, batch=batch, is_passed=True, note="", day=Day.REVIEWED),
    )
    by_key = doors(maker).post(f"batches/{batch.pk}/review/", {"is_passed": True}, seen=seen)
    assert (by_key.status_code, by_key.json()["code"]) == (403, "MAKER_MAY_NOT_REVIEW")
    for browser in (signed_in_as(maker), signed_in_as(maker)):
        browser.post(f"/batches/{batch.pk}/pass-review/", {"version": str(seen), "note": ""})
        by_session = browser.post(
            f"/api/v1/batches/{batch.pk}/review/", {"is_passed": True}, content_type="application/json",
            headers={"Idempotency-Key": "12345678", "If-Match": f'"{seen}"'},
        )  # fmt: skip
        assert by_session.status_code == 403
    batch.refresh_from_db()
    assert batch.status == "submitted" and not Review.objects.exists()


def test_the_reviewer_of_a_batch_does_not_approve_it_under_another_hat(cast: Cast, stage: Stage, doors: Doors) -> None:
    batch = road.take_to(stage, "reviewed").batch
    for hat in (also(cast.reviewer, Role.APPROVER), also(cast.clerk, Role.APPROVER)):
        answer = doors(hat).post(f"batches/{batch.pk}/approve/", {"is_passed": True}, seen=batch.version)
        assert (answer.status_code, answer.json()["code"]) in [(422, "ALREADY_SIGNED"), (403, "MAKER_MAY_NOT_REVIEW"),
                                                              (403, "ALREADY_SIGNED"), (409, "ALREADY_SIGNED")]  # fmt: skip
    assert not Review.objects.filter(step="approval").exists()


def test_who_held_a_line_does_not_review_its_batch(cast: Cast, stage: Stage) -> None:
    road.take_to(stage, "computed")
    editor = also(cast.reviewer, Role.CLERK)
    hold_line(actor=editor, line=stage.line_of(stage.hires[0]), reason="待核实", day=Day.APPLIED)
    submit_batch(actor=cast.clerk, batch=stage.batch, day=Day.APPLIED)
    batch, day = stage.batch, Day.REVIEWED
    refuses(
        "MAKER_MAY_NOT_REVIEW", lambda: review_batch(actor=cast.reviewer, batch=batch, is_passed=True, note="", day=day)
    )
    review_batch(actor=cast.reviewer_2, batch=batch, is_passed=True, note="", day=day)
    hat = also(cast.reviewer, Role.APPROVER)
    refuses("MAKER_MAY_NOT_REVIEW", lambda: approve_batch(actor=hat, batch=batch, is_passed=True, note="", day=day))


def test_who_drafted_a_policy_does_not_publish_it(cast: Cast, doors: Doors) -> None:
    (version,) = load_policy_packs(actor=cast.clerk, text=road.hire_pack(), day=Day.BEGIN)
    for hat in (also(cast.clerk, Role.APPROVER), renamed(cast.clerk)):
        answer = doors(hat).post(f"policy-versions/{version.pk}/publish/", seen=version.version)
        assert answer.status_code == 403
    hat = Membership.objects.get(user=cast.clerk.user, role=Role.APPROVER)
    refuses("SECOND_PERSON_NEEDED", lambda: publish_policy_version(actor=hat, version=version, day=Day.BEGIN))
    assert PolicyVersion.objects.get().status == "draft"


def test_who_proposed_an_account_does_not_approve_it(cast: Cast, doors: Doors) -> None:
    account = proposed_account(cast, "9900000000000011")
    hat = also(cast.clerk, Role.APPROVER)
    refuses("SECOND_PERSON_NEEDED", lambda: approve_account_change(actor=hat, account=account, day=Day.LATER))
    assert doors(hat).post(f"payee-accounts/{account.pk}/approve/", seen=1).status_code == 403
    assert PayeeAccount.objects.get().status == "proposed"
    alone = "UPDATE park_workers_payeeaccount SET status = 'approved', approved_on = proposed_on, approved_by_id = proposed_by_id"
    database_refuses("account_approved_by_another", alone)


def test_who_proposed_a_role_does_not_confirm_it_nor_does_who_gets_it(cast: Cast) -> None:
    day, now = timezone.localdate(), timezone.now()
    guard, other = (make_member(n, cast.bureau, Role.SECURITY_ADMIN) for n in ("guard", "guard_2"))
    proposed = propose_membership(
        actor=guard, user=cast.clerk.user, organisation=cast.bureau, role=Role.REVIEWER, day=day
    )
    for who in (guard, renamed(guard)):
        refuses(
            "SECOND_PERSON_NEEDED", lambda who=who: confirm_membership(actor=who, membership=proposed, day=day, now=now)
        )
    refuses("NOT_FOR_YOURSELF", lambda: propose_membership(
        actor=other, user=other.user, organisation=cast.bureau, role=Role.SECURITY_ADMIN, day=day))  # fmt: skip
    database_refuses(
        "membership_confirmed_by_another",
        "UPDATE park_workers_membership SET confirmed_by_id = granted_by_id WHERE granted_by_id IS NOT NULL",
    )
    assert not Membership.objects.in_force().filter(pk=proposed.pk).exists()


def test_who_proposed_a_cancellation_does_not_carry_it_out(cast: Cast, stage: Stage, doors: Doors) -> None:
    batch = road.take_to(stage, "submitted").batch
    propose_cancellation(actor=cast.clerk, batch=batch, reason="重复立项", day=Day.REVIEWED)
    hat = also(cast.clerk, Role.APPROVER)
    refuses("SECOND_PERSON_NEEDED", lambda: cancel_batch(actor=hat, batch=batch, day=Day.REVIEWED))
    batch.refresh_from_db()
    assert doors(hat).post(f"batches/{batch.pk}/cancel/", seen=batch.version).status_code == 403
    batch.refresh_from_db()
    assert batch.status == "submitted"


def test_who_asked_money_back_does_not_approve_it(cast: Cast, stage: Stage, doors: Doors) -> None:
    payment_file = road.send_file(road.take_to(stage, "answered"), road.make_file(stage))
    road.give_return(stage, payment_file, *road.bank_rows(payment_file))
    asked = propose_clawback(actor=cast.finance, line=stage.lines()[0], reason="骗取", day=Day.LATER)
    hat = also(cast.finance, Role.APPROVER)
    refuses("SECOND_PERSON_NEEDED", lambda: approve_clawback(actor=hat, clawback=asked, day=Day.LATER))
    assert doors(hat).post(f"clawbacks/{asked.pk}/approve/", seen=1).status_code == 403


def test_a_list_that_needs_a_second_person_is_not_confirmed_by_who_gave_it(cast: Cast, doors: Doors) -> None:
    content = workbook(PASS_HEADER, [passed(1)])
    upload = receive_upload(actor=cast.base_clerk, sheet_kind="pass_list", content=content, name="名单.xlsx", day=DAY)
    upload.refresh_from_db()
    at_the_bureau = grant_membership(
        actor=INSTALLER, user=cast.base_clerk.user, organisation=cast.bureau, role=Role.CLERK, day=FIRST_DAY
    )
    for hat in (cast.base_clerk, at_the_bureau, renamed(cast.base_clerk)):
        refuses("SECOND_PERSON_NEEDED", lambda hat=hat: confirm_upload(actor=hat, upload=upload, day=DAY))
        by_key = doors(hat).post(f"uploads/{upload.pk}/confirm/", seen=upload.version)
        assert (by_key.status_code, by_key.json()["code"]) == (422, "SECOND_PERSON_NEEDED")
        signed_in_as(hat).post(f"/uploads/{upload.reference}/confirm/", {"version": str(upload.version)})
    upload.refresh_from_db()
    assert upload.status == Upload.Status.CHECKED


def test_who_made_a_batch_does_not_decide_objections_to_it(cast: Cast, stage: Stage, doors: Doors) -> None:
    road.take_to(stage, "computed")
    editor = also(cast.reviewer_2, Role.CLERK)
    held = stage.line_of(stage.hires[1])
    hold_line(actor=editor, line=held, reason="待核实", day=Day.APPLIED)
    road.take_to(stage, "in_notice")
    words = {"objector_name": "李四", "contact": "13800005678", "text": "请核实"}
    for line in (stage.line_of(stage.hires[0]), None):
        receive_objection(actor=CLOCK, notice=PublicNotice.objects.get(), day=Day.REVIEWED, line=line, **words)
    first, second = Objection.objects.order_by("pk")
    verdict: dict[str, Any] = {"is_upheld": False, "note": "不成立", "day": Day.REVIEWED}
    for hat in (also(cast.clerk, Role.REVIEWER), cast.reviewer_2):
        refuses("MAKER_MAY_NOT_DECIDE", lambda hat=hat: decide_objection(actor=hat, objection=first, **verdict))
        answer = doors(hat).post(f"objections/{first.pk}/decide/", {"is_upheld": False, "note": "不成立"}, seen=1)
        assert answer.status_code == 403
    decide_objection(actor=cast.reviewer, objection=first, **verdict | {"is_upheld": True})
    # Having upheld one objection is no making of the batch: the next one is decided by the same reviewer.
    decide_objection(actor=cast.reviewer, objection=second, **verdict)
