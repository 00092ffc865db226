"""A real Chromium for tests and pictures: started without anything that reaches for the network."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=zh-CN",
)  # fmt: skip


@contextlib.contextmanager
def chromium(program: Path) -> Iterator[Browser]:
    """The browser, closed afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(program), args=list(FLAGS), env={"LANG": "zh_CN.UTF-8"}
        )
        try:
            yield browser
        finally:
            browser.close()


def context_for(
    browser: Browser, address: str, session_key: str = "", *, viewport: dict[str, int] | None = None
) -> BrowserContext:
    """A fresh window, signed in when a session is given; a phone is touched; still pictures, no motion."""
    context = browser.new_context(
        viewport=viewport or DESK, has_touch=viewport == PHONE, locale="zh-CN", reduced_motion="reduce"  # type: ignore[arg-type]
    )  # fmt: skip
    context.set_default_timeout(20_000)
    if session_key:
        context.add_cookies([{"name": "sessionid", "value": session_key, "url": address}])
    return context
