"""Every form of every page, filled with what nobody means: each gets an answer, none breaks the page."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from park_workers.models import Membership
from tests.api.contract import share
from tests.attacks.forms import FoundForm, forms_of
from tests.attacks.owned_rows import asked, assessor_code, completion_print, list_export
from tests.attacks.test_tenant_pages import PART, PUBLIC, addresses, pages, waiting, with_cards
from tests.conftest import Cast
from tests.subsidies.stage import Stage
from tests.training.sittings_stage import assessed

pytestmark = pytest.mark.django_db
HOLE = "\0张"
#: nothing, a day that never was, numbers beyond every column, what a workbook or a page would run
ODD = ("", "2023-02-30", "9" * 40, "-1", "１２３", "1e309", "=HYPERLINK(1)", "<b>'\"%00", "😀" * 400)


def plain_addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Pages without a row in their address."""
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from plain_addresses(pattern.url_patterns, text)
        elif not PART.search(text) and pattern.callback.__module__.startswith("pages.") and pattern.name not in PUBLIC:
            yield text


def browser(member: Membership) -> Client:
    """A browser that shows a broken page instead of stopping the test."""
    client = Client(raise_request_exception=False)
    client.force_login(member.user)
    return client


def send(client: Client, form: FoundForm, fields: dict[str, str]) -> int:
    """Send a form and take back whatever it did."""
    where = urlsplit(form.action)
    with transaction.atomic():
        way = client.post if form.method == "post" else client.get
        status = way(where.path + (f"?{where.query}" if where.query else ""), fields).status_code
        transaction.set_rollback(True)
    return status


def fillings(form: FoundForm, turn: int) -> Iterator[dict[str, str]]:
    """A hole in the text and a few of the other odd texts in every typed field, by each of the buttons in turn; at last the hole
    in the hidden fields as well."""
    buttons = [{name: value} for name, value in form.buttons] or [{}]
    for number, odd in enumerate((HOLE, *share(ODD, turn, 4))):
        yield dict.fromkeys(form.typed, odd) | form.hidden | buttons[number % len(buttons)]
    yield dict.fromkeys({**form.typed, **form.hidden}, HOLE) | buttons[0]


def test_no_form_breaks_whatever_is_typed_into_it(cast: Cast, settled: Stage) -> None:
    stage = settled
    waiting(cast)
    with_cards(cast, stage)
    asked(stage)
    completion_print(stage)
    assessor_code(stage)
    assessed(cast)
    list_export(stage)
    known: set[tuple[str, ...]] = set()
    broken: list[str] = []
    sent = 0
    patterns = get_resolver().url_patterns
    owned = [address for _, text in pages(patterns) for address in addresses(text, stage, is_there=True)]
    for member in (cast.hr, cast.base_clerk, cast.clerk, cast.reviewer, cast.approver_1, cast.finance, cast.auditor):
        client = browser(member)
        for address in [*plain_addresses(patterns), *owned]:
            answer = client.get(address)
            if answer.status_code >= 500 and address != "/health/ready":
                broken.append(f"{member.role} {address}")
            if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
                continue
            for form in forms_of(answer.content.decode(), address):
                if form.shape in known or form.action.startswith("/log-out"):
                    continue
                known.add(form.shape)
                for fields in fillings(form, len(known)):
                    sent += 1
                    if (status := send(client, form, fields)) >= 500:
                        broken.append(f"{member.role} {form.method} {form.action} on {address}: {fields} → {status}")
    print(f"{len(known)} forms, {sent} sent")  # noqa: T201
    assert not broken, "\n".join(broken)
    assert len(known) > 60


def test_a_hole_in_an_address_a_question_or_a_cookie_breaks_nothing(cast: Cast) -> None:
    client = browser(cast.clerk)
    assert client.get("/enterprises/%00/").status_code == client.get("/m/workers/a%00/").status_code == 404
    assert client.get("/workers/?q=%00张").status_code == 200
    stranger = Client(raise_request_exception=False, headers={"Cookie": 'sessionid="\\000aaaaaaaaaaaa"'})
    assert stranger.get("/log-in/").status_code == 200 and stranger.get("/workers/").status_code == 302
    assert stranger.get("/api/v1/workers/").status_code in (401, 403)
