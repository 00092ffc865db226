"""One browser for all tests here; without Chromium they are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from park_workers.models import Membership
from tests.conftest import Cast
from tests.e2e.browser import chromium, context_for
from tests.programs import find_chromium
from tests.subsidies.stage import Stage, set_stage

Opened = Callable[..., Page]


def is_answer(line: str) -> bool:
    """Whether what the browser says of an address is how the pages answer."""
    return any(f"of {status}" in line for status in (422, 410))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; its driver keeps a loop in this thread, beside which Django must be told that calls are safe."""
    program = find_chromium()
    if program is None:
        pytest.skip("Chromium is not installed")
    with pytest.MonkeyPatch.context() as patch, chromium(program) as found:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield found


@pytest.fixture
def stage(committed_cast: Cast) -> Stage:
    """The small year, really committed, so that the server sees it."""
    return set_stage(committed_cast)


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer) -> Iterator[Opened]:
    """Open a page as a person (or as nobody); anything the page complains about fails the test."""
    contexts, complaints = [], []

    def open_page(address: str, member: Membership | None = None, viewport: dict[str, int] | None = None) -> Page:
        session = ""
        if member is not None:
            client = Client()
            client.force_login(member.user)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context = context_for(browser, live_server.url, session, viewport=viewport)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        # A form sent back with its mistakes named (422), a paper that was revoked (410): answers, not complaints.
        page.on(
            "console",
            lambda line: complaints.append(line.text) if line.type == "error" and not is_answer(line.text) else None,
        )
        page.goto(live_server.url + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
