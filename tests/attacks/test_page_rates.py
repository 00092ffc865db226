"""Nobody floods the public pages: a source is told to wait, in Chinese, and an invented address makes no new source."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from subsidies.models import Objection, PublicNotice
from subsidies.services.notices import publish_notice
from tests.conftest import Cast
from tests.subsidies.stage import set_stage, take_to

#: probes of monitors come often, and from this machine
PROBES = {"health_live", "health_ready", "metrics"}


@pytest.fixture
def notice(cast: Cast, settings: LazySettings) -> PublicNotice:
    """Open today; three objections an hour, four pages a minute."""
    settings.PAGE_RATES = {"objection": "3/hour", "reading": "4/min", "log_in": "3/min"}
    stage = take_to(set_stage(cast), "approved")
    publish_notice(actor=cast.clerk, batch=stage.batch, day=timezone.localdate())
    return PublicNotice.objects.get()


def object_to(notice: PublicNotice, number: int, **more: str) -> int:
    """Another objection; the status of the answer."""
    words = {"name": "李四", "contact": "13800005678", "text": f"请核实第 {number} 条"}
    return int(Client().post(f"/notices/{notice.reference}/objection/", words, **more).status_code)


def test_a_source_objects_only_so_often_in_an_hour(notice: PublicNotice) -> None:
    assert [object_to(notice, n) for n in range(5)] == [302, 302, 302, 429, 429]
    assert Objection.objects.count() == 3
    assert object_to(notice, 9, REMOTE_ADDR="198.51.100.9") == 302


def test_an_invented_address_makes_no_new_source(notice: PublicNotice, settings: LazySettings) -> None:
    statuses = [object_to(notice, n, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}") for n in range(5)]
    assert statuses == [302, 302, 302, 429, 429]
    settings.TRUSTED_PROXIES = 1  # what the proxy of our own has added stands last
    statuses = [object_to(notice, n, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 198.51.100.7") for n in range(5, 10)]
    assert statuses == [302, 302, 302, 429, 429]


def test_who_has_to_wait_is_told_so_in_chinese(notice: PublicNotice) -> None:
    answers = [Client().get("/notices/") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    page = answers[-1].content.decode()
    assert "请求过于频繁" in page and "分钟后再试" in page and "没有提交" not in page
    assert 0 < int(answers[-1]["Retry-After"]) <= 60 and answers[-1]["Cache-Control"] == "no-store"
    assert object_to(notice, 1) == 302, "reading and objecting are counted apart"


def test_a_source_tries_only_so_many_accounts(notice: PublicNotice) -> None:
    form = {"username": "nobody", "password": "wrong-wrong-wrong"}
    statuses = [Client().post("/log-in/", form | {"username": f"nobody-{n}"}).status_code for n in range(4)]
    assert statuses == [422, 422, 422, 429]


def public_pages(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Pages that need no log-in, from the addresses themselves."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from public_pages(pattern.url_patterns)
        elif not getattr(pattern.callback, "login_required", True) and pattern.callback.__module__.startswith("pages."):
            yield pattern


def test_every_public_page_has_a_rate() -> None:
    pages = {
        str(page.name): getattr(page.callback, "page_rates", {}) for page in public_pages(get_resolver().url_patterns)
    }
    assert len(pages) > 8
    assert {name for name, rates in pages.items() if not rates} == PROBES
