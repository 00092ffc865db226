"""A pass list, by hand: given with mistakes, its marked copy fetched and put right, given again, let in by a second person."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from pages.downloads import XLSX
from park_workers.models import Upload
from tests.e2e.road import Road
from tests.training.lists import PASS_HEADER

REASONS = len(PASS_HEADER) + 1


def list_given(road: Road, path: Path) -> Page:
    """Uploaded as a person does."""
    base = road.at(road.cast.base_clerk, "/uploads/new/?sheet=pass_list")
    base.locator("input[type=file]").set_input_files(
        [{"name": path.name, "mimeType": XLSX, "buffer": path.read_bytes()}]
    )
    base.get_by_role("button", name="上传并检查").click()
    return base


def marked_copy(base: Page, path: Path, *, wrong: int) -> Path:
    """So many lines are refused; the base's own file comes back with their cells red."""
    expect(base.locator(".figure-value.bad")).to_contain_text(str(wrong))
    with base.expect_download() as download:
        base.get_by_role("link", name="下载标注错误的原表").click()
    download.value.save_as(path)
    return path


def put_right(path: Path, mended: dict[int, tuple[str, str, object]]) -> None:
    """By row of the sheet: a word of the reason in the last column, the column, and what should stand there."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for row, (reason, column, value) in mended.items():
        assert reason in str(sheet.cell(row, REASONS).value), sheet.cell(row, REASONS).value
        assert any(cell.fill.fill_type == "solid" for cell in sheet[row]), "nothing is marked in the line"
        sheet.cell(row, PASS_HEADER.index(column) + 1).value = value
    book.save(path)


def let_in(road: Road, lines: int) -> None:
    """Whoever gave it cannot; the bureau's clerk looks at it and confirms."""
    upload = Upload.objects.order_by("-pk")[0]
    base = road.at(road.cast.base_clerk, f"/uploads/{upload.reference}/")
    expect(base.get_by_text("须由上传人以外的人确认")).to_be_visible()
    clerk = road.at(road.cast.clerk, f"/uploads/{upload.reference}/")
    clerk.get_by_role("button", name=f"确认导入 {lines} 行").click()
    expect(clerk.locator("h1")).to_contain_text("已导入")
