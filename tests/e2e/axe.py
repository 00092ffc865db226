"""axe-core on a page as it stands, at the size and in the colours in which it is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e.browser import DESK, PHONE

SOURCE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SEVERE = ("serious", "critical")
Look = tuple[dict[str, int], str]
#: what differs between the two is colour, and what a narrow screen stacks, cuts or scrolls: each is looked at once
ON_A_PHONE: tuple[Look, ...] = ((PHONE, "light"), (PHONE, "dark"))
AT_A_DESK: tuple[Look, ...] = ((DESK, "light"), (PHONE, "dark"))
EVERY_LOOK: tuple[Look, ...] = ((DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark"))


def complaints(page: Page, looks: Iterable[Look] = ON_A_PHONE) -> list[str]:
    """What axe finds serious on the page, in each of these looks."""
    page.evaluate(SOURCE)
    found, kept = [], page.viewport_size
    for size, scheme in looks:
        if page.viewport_size != size:
            page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        violations: list[dict[str, Any]] = page.evaluate("() => axe.run(document).then(result => result.violations)")
        found += [
            f"{page.url} {size['width']} {scheme} {one['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
            for one in violations
            if one["impact"] in SEVERE
            for node in one["nodes"]
        ]
    if kept is not None and page.viewport_size != kept:
        page.set_viewport_size(kept)
    return found
