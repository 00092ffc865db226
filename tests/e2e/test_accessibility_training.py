"""axe-core over every page of training, assessment, certificates, review and placement: desk, experts, and the enterprise's phone.

Addresses come from the URL conf, each template once, with a row behind it; whoever sees the page opens it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver
from playwright.sync_api import Page

from park_workers.foundation.business_day import business_day
from park_workers.models import Membership, Role, TrainingBase
from tests.api.test_tenants import settled_year
from tests.attacks.test_tenant_pages import addresses, as_person, pages
from tests.conftest import make_member
from tests.e2e.axe import AT_A_DESK, complaints
from tests.e2e.browser import DESK
from tests.e2e.conftest import Opened
from tests.e2e.test_accessibility import plain_addresses
from tests.engines import SHARED
from tests.subsidies.stage import Stage
from tests.training.attending import add, make_class, plan
from tests.training.reviews import Day, Review, employee, take_review_to
from training.models import ClassSession, Expert, RubricVersion, TrainingClass
from training.services.review_rounds import plan_round

#: whose pages they are: those of training, of experts, and of an enterprise's demands, referrals, filings and reviews
HERE = ("/training/", "/m/expert/", "/m/demands/", "/m/referrals/", "/m/assessment-filing/", "/m/reviews/")


@pytest.mark.django_db(transaction=True)
def test_axe_finds_nothing_serious_where_people_are_trained_reviewed_and_placed(stage: Stage, opened: Opened) -> None:
    viewers = whoever_looks(stage)
    wanted = [*with_rows(stage), *plain_addresses(get_resolver().url_patterns, under="/training/")]
    wanted += [*in_other_states(stage), *an_expert_at_work(stage, viewers)]
    seen, found = set(), []
    clients = {name: as_person(member) for name, member in viewers.items()}
    windows: dict[str, Page] = {}
    for address in wanted:
        who = next((name for name, client in clients.items() if shows_a_page(client, address)), None)
        if who is None:
            continue
        if who not in windows:
            windows[who] = opened("/", viewers[who], DESK)
        page = windows[who]
        page.goto("/".join(page.url.split("/", 3)[:3]) + address)
        looks = (AT_A_DESK[len(seen) % 2],) if os.environ.get(SHARED) == "1" else AT_A_DESK
        found += complaints(page, looks, is_every_rule_in_each=True)
        seen.add(address)
    assert len(seen) >= 85 and not found, "\n".join(found)


def whoever_looks(stage: Stage) -> dict[str, Membership]:
    """The people to try, in the order in which a page is theirs to work on."""
    settled_year(stage.cast, stage)
    base = TrainingBase.objects.get(organisation__name="二号基地")
    return {
        "base": make_member("base_two", base.organisation, Role.BASE_CLERK), "clerk": stage.cast.clerk,
        "reviewer": stage.cast.reviewer, "hr": stage.cast.hr,
    }  # fmt: skip


def with_rows(stage: Stage) -> Iterator[str]:
    """One address of each template that names a row."""
    for _, text in pages(get_resolver().url_patterns):
        if text.startswith(HERE) and not text.startswith("/m/expert/"):
            yield from addresses(text, stage, is_there=True)


def shows_a_page(client: Client, address: str) -> bool:
    """Whether the address answers with a page to this person, and not with a file, a refusal or another address."""
    answer = client.get(address)
    return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")


def in_other_states(stage: Stage) -> list[str]:
    """A class that is written, one that is held with a session today, and the tabs of both."""
    base, today = TrainingBase.objects.get(organisation__name="二号基地"), business_day()
    days = {"starts_on": today, "ends_on": today + timedelta(days=10)}
    held = make_class(base, (1, 2, 3), "3-平车", **days)
    (session,) = add(stage.cast, held, plan(today), day=today, actor=Membership.objects.get(user__username="base_two"))
    later = {name: day + timedelta(days=20) for name, day in days.items()}
    written = TrainingClass.objects.create(
        base=base, number="4-平车", trade="平车", level=5, planned_hours=40, status="draft", **later
    )
    at, marks = f"/training/classes/{held.pk}/", f"/training/sessions/{session.pk}/"
    tabs = [f"{at}?tab={tab}" for tab in ("changes", "attendance", "results", "filing", "history")]
    own = [f"/training/classes/{written.pk}/{part}" for part in ("", "edit/")]
    assert ClassSession.objects.filter(training_class=held).count() == 1
    return [at, *tabs, f"{at}sessions/new/", marks, f"{marks}code/", *own]


def an_expert_at_work(stage: Stage, viewers: dict[str, Membership]) -> list[str]:
    """A second round, in which an expert has still to score; the expert joins those who look."""
    cast = stage.cast
    round_ = plan_round(
        actor=cast.clerk, rubric_version=RubricVersion.objects.get(), title="平车技术评审第二批", apply_from=Day.APPLY_FROM,
        apply_to=Day.APPLY_TO, review_day=Day.REVIEW, panel_size=3, notice_days=5, day=Day.PLANNED,
    )  # fmt: skip
    review = Review(cast, round_, list(Expert.objects.order_by("pk")), [employee(cast, 102)])
    take_review_to(review, "scoring")
    viewers["expert"] = review.member(review.seats()[0])
    at, desk = f"/m/expert/{round_.reference}/", f"/training/reviews/{round_.pk}/"
    return ["/m/expert/", at, f"{at}decline/", f"{at}1/", desk, f"{desk}panel/"]
