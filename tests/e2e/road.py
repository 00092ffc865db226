"""Everybody at a desk of their own: a window for each person, and the batch they take on together by pages alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from park_workers.models import Employment, Membership
from subsidies.models import Batch, Policy
from tests.conftest import Cast
from tests.e2e.browser import DESK, PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import press
from tests.subsidies.stage import Stage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Road:
    """Who sits where, and the batch they take on."""

    opened: Opened
    cast: Cast
    windows: dict[tuple[int, bool], Page] = field(default_factory=dict)

    def at(self, member: Membership | None, address: str, *, phone: bool = False) -> Page:
        """The person's own window, at an address."""
        key = (member.pk if member else 0, phone)
        if key not in self.windows:
            self.windows[key] = self.opened(address, member, PHONE if phone else DESK)
            return self.windows[key]
        page = self.windows[key]
        page.goto("/".join(page.url.split("/", 3)[:3]) + address)
        return page

    @property
    def batch(self) -> Batch:
        return Batch.objects.get()

    def batch_page(self, member: Membership, tab: str = "") -> Page:
        """The batch as this person sees it."""
        return self.at(member, f"/batches/{self.batch.pk}/" + (f"?tab={tab}" if tab else ""))

    def step(self, member: Membership, label: str) -> Page:
        """One button of the batch, confirmed; what the page says afterwards is no refusal."""
        page = self.batch_page(member)
        press(page, label)
        expect(page.locator(".note-success")).to_be_visible()
        return page

    def give(self, page: Page, name: str, content: bytes, *, good: int) -> Page:
        """Choose the file on an upload form, look at the preview, confirm."""
        page.locator("input[type=file]").set_input_files([{"name": name, "mimeType": XLSX, "buffer": content}])
        page.get_by_role("button", name="上传并检查").click()
        page.get_by_role("button", name=re.compile(f"确认导入(合格的)? {good} 行")).click()
        expect(page.locator("h1 .state")).to_have_text("已导入")
        return page

    def stage(self) -> Stage:
        """What the makers of outside files want to know."""
        return Stage(self.cast, Policy.objects.get(), self.batch, list(Employment.objects.order_by("pk")))


def fill(page: Page, **typed: str) -> None:
    """Fields by their labels."""
    for label, text in typed.items():
        page.get_by_label(label, exact=True).fill(text)
