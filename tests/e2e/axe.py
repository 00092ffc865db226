"""axe-core on a page as it stands, at the size and in the colours in which it is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e.browser import DESK, PHONE

SOURCE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RUN = "options => axe.run(document, options).then(result => result.violations)"
#: what passed is not listed, and style sheets are not fetched a second time
ONLY_FAULTS: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
IS_AWAY = "typeof axe === 'undefined'"
SEVERE = ("serious", "critical")
Look = tuple[dict[str, int], str]
EVERY_LOOK: tuple[Look, ...] = ((PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark"))
#: what differs between the two is colour, and what a narrow screen stacks, cuts or scrolls: each is looked at once
AT_A_DESK: tuple[Look, ...] = ((DESK, "light"), (PHONE, "dark"))
#: rules whose answer hangs on colour or width; the others read the document, which is the same in every look
OF_THE_LOOK = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")


def complaints(page: Page, looks: Iterable[Look] = EVERY_LOOK, *, is_every_rule_in_each: bool = False) -> list[str]:
    """What axe finds serious on the page: by every rule in the first look, in the others by the rules that hang on the look.

    A page that folds its rows and its menu on a narrow screen is another document there: every rule in each look.
    """
    if page.evaluate(IS_AWAY):  # once; what this window opens next begins with it
        page.evaluate(SOURCE)
        page.add_init_script(SOURCE)
    found, kept = [], page.viewport_size
    for nth, (size, scheme) in enumerate(looks):
        if page.viewport_size != size:
            page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        rules = {} if not nth or is_every_rule_in_each else {"runOnly": {"type": "rule", "values": OF_THE_LOOK}}
        violations: list[dict[str, Any]] = page.evaluate(RUN, ONLY_FAULTS | rules)
        found += [
            f"{page.url} {size['width']} {scheme} {one['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
            for one in violations
            if one["impact"] in SEVERE
            for node in one["nodes"]
        ]
    if kept is not None and page.viewport_size != kept:
        page.set_viewport_size(kept)
    return found
