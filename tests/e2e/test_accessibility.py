"""axe-core over every page of the phone, of the public and of the door, in a real browser, in every look: nothing serious."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from park_workers.models import Employment, Membership
from park_workers.services.colleagues import invite_colleague
from subsidies.models import Claim, PublicNotice
from tests.accounts.phones import PHONE, with_phone
from tests.e2e.axe import complaints
from tests.e2e.browser import PHONE as PHONE_SIZE
from tests.e2e.conftest import Opened
from tests.subsidies.stage import Stage, take_to

#: pages that answer with a file or lead on at once; those of the experts are looked at with the desk of training
NOT_A_PAGE = ("/begin/", "/m/expert/", "/find/", "/todos/", "/check/", "/code/", "/register/card/", "/poster/withdraw/")
DOOR = ("/log-in/", "/log-in/by-phone/", "/join/", "/join/look-up/", "/notices/")


def plain_addresses(patterns: list[Any], before: str = "/", *, under: str = "/m/") -> list[str]:
    """Addresses without a row in them, beneath one place."""
    found = []
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += plain_addresses(pattern.url_patterns, text, under=under)
        elif isinstance(pattern, URLPattern) and text.startswith(under) and "<" not in text:
            found += [] if any(word in text for word in NOT_A_PAGE) else [text]
    return found


@pytest.mark.django_db(transaction=True)
def test_axe_finds_nothing_serious_on_the_enterprises_pages(stage: Stage, opened: Opened) -> None:
    take_to(stage, "in_notice")
    hr = stage.cast.hr
    Membership.objects.filter(pk=hr.pk).update(is_owner=True)
    hr.refresh_from_db()
    with_phone(hr)
    invite_colleague(actor=hr, name="王小红", phone="13900000002", now=timezone.now())
    claim = Claim.objects.filter(organisation=stage.cast.alpha.pk).latest("pk")
    line = claim.line_items.earliest("pk")
    addresses = plain_addresses(get_resolver().url_patterns)
    addresses += [f"/m/claims/{claim.reference}/", f"/m/claims/{claim.reference}/lines/{line.pk}/"]
    page, found = opened("/m/", hr, PHONE_SIZE), []
    for address in addresses:
        answer = page.goto(page.url.split("/m/")[0] + address)
        assert answer is not None
        if answer.status == 200 and "text/html" in answer.headers.get("content-type", ""):
            found += complaints(page)
    assert len(addresses) >= 7 and not found, "\n".join(found)


def pages_of(one: Employment) -> list[str]:
    """Everything an enterprise can do about one person."""
    person = f"/m/workers/{one.reference}/"
    parts = ("", "leave/", "hire-date/", *(f"correct/{part}/" for part in ("phone", "name", "post", "contract")))
    card = f"/m/cards/{one.worker.reference}/"
    return [*(person + part for part in parts), card, f"/m/register/{one.reference}/", "/m/headcount/month/"]


@pytest.mark.django_db(transaction=True)
def test_axe_finds_nothing_serious_about_a_person_nor_where_something_is_said(stage: Stage, opened: Opened) -> None:
    one = take_to(stage, "computed").hires[0]
    page, found = opened("/m/", stage.cast.hr, PHONE_SIZE), []
    home = page.url.split("/m/")[0]
    for address in pages_of(one):
        page.goto(home + address)
        found += complaints(page)
    page.goto(f"{home}/m/workers/{one.reference}/correct/post/")
    page.fill("#trade", "")
    for trade in ("", "裁床"):  # refused, then done
        page.fill("#trade", trade)
        page.locator(".m-bar button").click()
        page.locator("[aria-invalid], [role=status]").first.wait_for()
        found += complaints(page)
    assert not found, "\n".join(found)


@pytest.mark.django_db(transaction=True)
def test_axe_finds_nothing_serious_at_the_door_and_in_public(stage: Stage, opened: Opened) -> None:
    take_to(stage, "in_notice")
    hr = stage.cast.hr
    Membership.objects.filter(pk=hr.pk).update(is_owner=True)
    hr.refresh_from_db()
    invitation = invite_colleague(actor=hr, name="王小红", phone="13900000002", now=timezone.now())
    notice = PublicNotice.objects.latest("pk")
    addresses = [*DOOR, f"/notices/{notice.reference}/", f"/notices/{notice.reference}/objection/"]
    addresses += [f"/invited/{invitation.reference}/"]
    page, found = opened("/log-in/", None, PHONE_SIZE), []
    home = page.url.split("/log-in/")[0]
    for address in addresses:
        page.goto(home + address)
        found += complaints(page)
    page.goto(home + "/log-in/by-phone/")
    page.get_by_label("手机号").fill(PHONE)
    page.get_by_role("button", name="获取验证码").click()
    page.wait_for_url("**/code/")
    page.get_by_label("验证码").fill("000000")
    page.get_by_role("button", name="登录", exact=True).click()
    found += complaints(page)
    assert not found, "\n".join(found)
