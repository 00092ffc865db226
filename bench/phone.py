"""How long a slow phone waits: Chromium with the processor slowed four times, over slow 4G, against a running service.

    python -m bench.phone http://127.0.0.1:8000 --user NAME --password-file FILE

Each page is opened with an empty cache, several times; the median is printed: bytes over the wire, first paint, largest paint, when
the page can be used (largest paint, or the end of the last long task when that is later), shifts of the layout, time blocked.
The figures are Lighthouse's, taken by the browser's own observers; Lighthouse itself is not needed.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from tests.e2e.browser import PHONE, chromium
from tests.programs import find_chromium

#: slow 4G as Lighthouse takes it: 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back; processor four times slower
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1_638_400 / 8, "uploadThroughput": 768_000 / 8}
SLOWER = 4
STRANGER = ("/log-in/", "/log-in/by-phone/", "/join/", "/notices/")
ENTERPRISE = ("/m/", "/m/register/", "/m/me/")
OBSERVE = """
window.__seen = {lcp: 0, cls: 0, tbt: 0, busy: 0};
const watch = (type, take) => new PerformanceObserver(list => list.getEntries().forEach(take)).observe({type, buffered: true});
watch('largest-contentful-paint', e => { __seen.lcp = e.startTime; });
watch('layout-shift', e => { if (!e.hadRecentInput) __seen.cls += e.value; });
watch('longtask', e => {
  __seen.tbt += Math.max(0, e.duration - 50);
  __seen.busy = e.startTime + e.duration;
});
"""
READ = """() => ({fcp: (performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime || 0, ...window.__seen})"""


def measure(browser: Browser, address: str, state: Any) -> dict[str, float]:
    """One page, once, with nothing in the cache."""
    context: BrowserContext = browser.new_context(viewport=PHONE, locale="zh-CN", storage_state=state)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(OBSERVE)
    session = context.new_cdp_session(page)
    came = {"bytes": 0.0}
    session.on("Network.loadingFinished", lambda event: came.update(bytes=came["bytes"] + event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(1000)
    found: dict[str, float] = page.evaluate(READ)
    context.close()
    return found | came | {"usable": max(found["lcp"], found["busy"])}


def signed_in(browser: Browser, home: str, user: str, password: str) -> Any:
    """Cookies of an enterprise's person."""
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(home + "/log-in/")
    page.get_by_label("登录名").fill(user)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/m/")
    state = context.storage_state()
    context.close()
    return state


def main() -> None:
    """Print one line for each page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("home")
    arguments.add_argument("--user", default="")
    arguments.add_argument("--password-file", type=Path)
    arguments.add_argument("--times", type=int, default=5)
    given = arguments.parse_args()
    program = find_chromium()
    assert program is not None, "Chromium is not installed"
    with chromium(program) as browser:
        pages = [(address, None) for address in STRANGER]
        if given.user:
            state = signed_in(browser, given.home, given.user, given.password_file.read_text(encoding="utf-8").strip())
            pages += [(address, state) for address in ENTERPRISE]
        print("page | KB | first paint ms | largest paint ms | usable ms | blocked ms | layout shift")  # noqa: T201
        for address, state in pages:
            runs = [measure(browser, given.home + address, state) for _ in range(given.times)]
            middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            print(  # noqa: T201
                f"{address} | {middle['bytes'] / 1000:.0f} | {middle['fcp']:.0f} | {middle['lcp']:.0f} | {middle['usable']:.0f}"
                f" | {middle['tbt']:.0f} | {middle['cls']:.3f}"
            )


if __name__ == "__main__":
    main()
