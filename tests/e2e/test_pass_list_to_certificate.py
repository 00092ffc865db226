"""From a faulty list to a paper a stranger scans: the base mends the returned file, a second person confirms, a revocation shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from pages.downloads import XLSX
from park_workers.models import Role, Upload
from tests.conftest import Cast, make_member
from tests.e2e.browser import PHONE
from tests.e2e.conftest import Opened
from tests.e2e.test_batch_pages import FAULTS
from tests.park_workers.files import workbook
from tests.park_workers.numbers import id_number
from tests.training.lists import PASS_HEADER, certificate, failed, passed
from training.models import Amendment, CompletionCertificate

NUMBER = id_number(901)
FAULTY = [
    passed(1, 证件号码=NUMBER[:17] + ("0" if NUMBER[17] != "0" else "1")),
    passed(2, 理论成绩=50),
    passed(3, 证书编号=certificate(3, year=21)),
    failed(4),
]


def give_list(page: Page, path: Path) -> None:
    """Upload a list as a person does."""
    page.locator("input[type=file]").set_input_files(
        [{"name": path.name, "mimeType": XLSX, "buffer": path.read_bytes()}]
    )
    page.get_by_role("button", name="上传并检查").click()


def mended(path: Path) -> None:
    """Correct the red cells of the returned file in place: what the reasons in its last column say."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    reasons = {row: str(sheet.cell(row, len(PASS_HEADER) + 1).value or "") for row in (2, 3)}
    assert "校验位" in reasons[2] and "低于 60 分" in reasons[3]
    sheet.cell(2, PASS_HEADER.index("证件号码") + 1).value = NUMBER
    sheet.cell(3, PASS_HEADER.index("理论成绩") + 1).value = 65
    book.save(path)


def confirmed_by(opened: Opened, cast: Cast, upload: Upload) -> None:
    """The bureau's clerk looks at it and lets it in."""
    clerk = opened(f"/uploads/{upload.reference}/", cast.clerk)
    clerk.get_by_role("button", name="确认导入 4 行").click()
    expect(clerk.locator("h1")).to_contain_text("已导入")


def checked_and_mended(page: Page, path: Path, back: Path) -> None:
    """The list is given, its marked copy fetched, the wrong cells put right in it, and the copy given again."""
    give_list(page, path)
    expect(page.locator(".figure-value.bad")).to_contain_text("2")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标注错误的原表").click()
    download.value.save_as(back)
    mended(back)
    page.goto(page.url.split("/uploads/")[0] + "/uploads/new/?sheet=pass_list")
    give_list(page, back)
    expect(page.get_by_text("须由上传人以外的人确认")).to_be_visible()


def looked_up(stranger: Page, number: str, name: str) -> None:
    """By number and name, without a log-in."""
    stranger.get_by_label("证书编号").fill(number)
    stranger.get_by_label("持证人姓名").fill(name)
    stranger.get_by_role("button", name="查验").click()


def code_of(path: Path) -> str:
    """The address in the code of a PDF, read as a telephone reads it."""
    (found,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(str(path))[0].render(scale=2).to_pil())
    return str(found.text)


@pytest.mark.django_db(transaction=True)
def test_a_faulty_list_becomes_papers_and_a_revocation_shows_at_once(
    committed_cast: Cast, opened: Opened, tmp_path: Path, settings: Any
) -> None:
    cast, path = committed_cast, tmp_path / "合格名单.xlsx"
    colleague = make_member("base_colleague", cast.base.organisation, Role.BASE_CLERK)
    path.write_bytes(workbook(PASS_HEADER, FAULTY, sheet="考核结果"))

    page = opened("/uploads/new/?sheet=pass_list", cast.base_clerk)
    checked_and_mended(page, path, tmp_path / "改好.xlsx")
    confirmed_by(opened, cast, Upload.objects.order_by("-pk")[0])

    page.goto(page.url.split("/uploads/")[0] + "/training/completions/")
    page.get_by_role("link", name="1-平车").click()
    page.get_by_label("选学员乙").check()
    page.get_by_role("button", name="给勾选的学员发证").dblclick()
    page.get_by_role("link", name="学员乙").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载 PDF").click()
    paper = tmp_path / "结业证.pdf"
    download.value.save_as(paper)
    scanned = "/" + code_of(paper).split("/", 3)[3]
    stranger = opened(scanned, None, PHONE)
    expect(stranger.locator("h1")).to_have_text("证书有效")
    assert stranger.context.cookies() == [] and stranger.evaluate(FAULTS) == []

    page.get_by_role("link", name="作废").click()
    page.get_by_text("姓名或照片有误").click()
    page.get_by_role("button", name="提出作废").dblclick()
    expect(page.locator("h1")).to_contain_text("待确认")
    assert page.evaluate(FAULTS) == [] and CompletionCertificate.objects.filter(status="valid").count() == 1
    second = opened(f"/training/amendments/{Amendment.objects.get().pk}/", colleague)
    second.get_by_role("button", name="确认结业证作废").click()
    expect(second.locator("h1")).to_contain_text("已生效")
    again = opened("/verify/", None, PHONE)
    looked_up(again, CompletionCertificate.objects.get().number, "学员乙")
    expect(again.locator("h1")).to_have_text("证书已作废")
