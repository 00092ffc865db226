"""结业证, by hand: issued, opened as a PDF, its code read as a telephone reads it, revoked by two, asked for by strangers."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import zxingcpp
from playwright.sync_api import Page, expect

from park_workers.models import Membership
from tests.e2e.road import Road
from tests.e2e.test_batch_pages import FAULTS
from training.models import Amendment, CompletionCertificate


def paper_issued(road: Road, name: str, path: Path) -> Path:
    """Issued once by a double tap, and its PDF fetched in the browser."""
    base = road.at(road.cast.base_clerk, "/training/completions/")
    base.get_by_role("link", name="1-平车").click()
    base.get_by_label(name).check()
    base.get_by_role("button", name="给勾选的学员发证").dblclick()
    base.get_by_role("link", name=name).click()
    with base.expect_download() as download:
        base.get_by_role("button", name="下载 PDF").click()
    download.value.save_as(path)
    assert CompletionCertificate.objects.count() == 1
    return path


def address_on(path: Path) -> str:
    """Where the code of a PDF leads, read as a telephone reads it."""
    (found,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(str(path))[0].render(scale=2).to_pil())
    return "/" + str(found.text).split("/", 3)[3]


def scanned(road: Road, address: str, says: str) -> Page:
    """A stranger scans it: told at once, without a cookie."""
    stranger = road.at(None, address, phone=True)
    expect(stranger.locator("h1")).to_have_text(says)
    assert stranger.context.cookies() == [] and stranger.evaluate(FAULTS) == []
    return stranger


def looked_up(road: Road, name: str, says: str) -> None:
    """By the number and the name that stand on it."""
    stranger = road.at(None, "/verify/", phone=True)
    stranger.get_by_label("证书编号").fill(CompletionCertificate.objects.get().number)
    stranger.get_by_label("持证人姓名").fill(name)
    stranger.get_by_role("button", name="查验").click()
    expect(stranger.locator("h1")).to_have_text(says)


def revocation_asked(road: Road) -> None:
    """The base asks with a reason; until a second person agrees, the paper stands."""
    base = road.at(road.cast.base_clerk, f"/training/completions/{CompletionCertificate.objects.get().pk}/")
    base.get_by_role("link", name="作废").click()
    base.get_by_text("姓名或照片有误").click()
    base.get_by_role("button", name="提出作废").dblclick()
    expect(base.locator("h1")).to_contain_text("待确认")
    assert base.evaluate(FAULTS) == [] and CompletionCertificate.objects.get().status == "valid"


def revocation_confirmed(road: Road, colleague: Membership) -> None:
    """A colleague agrees."""
    page = road.at(colleague, f"/training/amendments/{Amendment.objects.get().pk}/")
    page.get_by_role("button", name="确认结业证作废").click()
    expect(page.locator("h1")).to_contain_text("已生效")
