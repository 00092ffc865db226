"""Every page with somebody's row in its address, from the URL conf: for another tenant there is no such page (I11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from park_workers.foundation.audit import AuditEvent
from park_workers.models import (
    Membership,
)
from park_workers.services.card_prints import employed_people, order_card_print
from park_workers.services.posters import issue_poster
from tests.attacks.owned_rows import ROWS, asked, assessor_code, completion_print, list_export
from tests.conftest import Cast
from tests.park_workers.test_scan_entries import waiting
from tests.subsidies.stage import Day, Stage
from tests.training.sittings_stage import assessed

pytestmark = pytest.mark.django_db
#: pages for everybody, by name; what they show is masked
PUBLIC = {
    "notice",
    "object",
    "objection_receipt",
    "accept_invitation",
    "upload_template",
    "scanned_card",
    "scanned_poster",
    "scan_receipt",
    "class_sign_in",
    "withdraw_scan",
    "invited",
    "scanned_certificate",
    "public_review",
    "public_review_proof",
    "object_to_review",
    # a round that takes applications is there for every enterprise
    "phone_review_apply",
}
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
ACTIONS = ("submit", "hold", "confirm", "withdraw", "close", "end")


NOWHERE = {"int": "999999999", "slug": "ffffffffffffffffffff", "str": "x"}


def pages(patterns: list[Any], before: str = "/") -> Iterator[tuple[str, str]]:
    """(name, address with its parts) of every page with a row in its address."""
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from pages(pattern.url_patterns, text)
        elif PART.search(text) and pattern.callback.__module__.startswith("pages.") and pattern.name not in PUBLIC:
            yield str(pattern.name), text


def addresses(text: str, stage: Stage, *, is_there: bool) -> list[str]:
    """Addresses of a page, one for each thing to do on it, of alpha's row or of none."""
    first = text.split("/")[1]

    def fill(match: re.Match[str]) -> str:
        kind, name = match[1] or "str", match[2]
        if name == "action":
            return "ACTION"
        return str(ROWS[first, name](stage)) if is_there else NOWHERE[kind]

    filled = PART.sub(fill, text)
    return [filled.replace("ACTION", action) for action in (ACTIONS if "ACTION" in filled else ACTIONS[:1])]


def with_cards(cast: Cast, stage: Stage) -> None:
    """Alpha's poster, and a sheet of its people's cards."""
    issue_poster(actor=cast.hr, enterprise=cast.alpha, day=Day.LATER)
    workers = employed_people(cast.alpha, Day.LATER)
    order_card_print(
        actor=cast.hr, enterprise=cast.alpha, workers=workers, choice="全部在职员工", day=Day.LATER,
        address="http://testserver", request_id="k",
    )  # fmt: skip


def as_person(member: Membership) -> Client:
    """A browser."""
    client = Client()
    client.force_login(member.user)
    return client


def test_another_tenants_page_is_no_page(cast: Cast, settled: Stage) -> None:
    stage = settled
    waiting(cast)
    with_cards(cast, stage)
    asked(stage)
    completion_print(stage)
    assessor_code(stage)
    assessed(cast)
    list_export(stage)
    requests, before = 0, AuditEvent.objects.count()
    found = list(pages(get_resolver().url_patterns))
    for member in (cast.hr_beta, cast.base_clerk):
        client = as_person(member)
        for _, text in found:
            # A page of other roles is refused before its row is looked for, so it tells nothing of the row.
            is_own_kind = text.startswith(("/m/", "/uploads/")) and not text.startswith("/m/expert/")
            refusals = {404, 405} if member == cast.hr_beta and is_own_kind else {403, 404, 405}
            both = (addresses(text, stage, is_there=there) for there in (True, False))
            for theirs, nobodys in zip(*both, strict=True):
                for ask in (client.get, client.post):
                    status = ask(theirs).status_code
                    assert status == ask(nobodys).status_code and status in refusals, (theirs, status)
                    requests += 1
    print(f"{requests} requests to {len(found)} pages")  # noqa: T201
    assert len(found) >= 15 and requests > 100 and AuditEvent.objects.count() == before


def test_whoever_it_belongs_to_sees_the_page(cast: Cast, settled: Stage) -> None:
    """The matrix above would pass against pages that show nothing to anybody."""
    stage = settled
    waiting(cast)
    with_cards(cast, stage)
    seen: set[str] = set()
    clients = [as_person(member) for member in (cast.hr, cast.clerk, cast.finance, cast.reviewer)]
    for name, text in pages(get_resolver().url_patterns):
        there = addresses(text, stage, is_there=True)
        if any(client.get(address).status_code == 200 for address in there for client in clients):
            seen.add(name)
    assert len(seen) >= 8, seen
