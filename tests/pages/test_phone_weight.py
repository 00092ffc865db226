"""What a phone loads the first time, as the web process sends it: bytes counted, not timed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.whitenoise_files import CompressedFiles
from tests.conftest import Cast

MOST_BYTES = 150_000
PARTS = re.compile(r'(?:href|src)="(/static/[^"]+)"')
BROWSER = {"HTTP_ACCEPT_ENCODING": "gzip, br"}


@pytest.fixture(scope="module")
def files() -> CompressedFiles:
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # where nothing has been collected
    return CompressedFiles(lambda request: HttpResponse(status=404))


def weight(client: Client, address: str, files: CompressedFiles) -> int:
    """Bytes of a page and of every file it names."""
    page = client.get(address, **BROWSER)
    assert page.status_code == 200
    text = client.get(address).content.decode()
    total, named = len(page.content), set(PARTS.findall(text))
    assert any(name.endswith(".css") for name in named)
    for name in named:
        answer = files(RequestFactory().get(name, **BROWSER))
        assert answer.status_code == 200, name
        total += sum(len(part) for part in answer.streaming_content)
        answer.close()
    return total


@pytest.mark.parametrize("address", ["/log-in/", "/log-in/by-phone/", "/join/", "/notices/"])
def test_the_first_page_of_a_stranger_is_light(cast: Cast, files: CompressedFiles, address: str) -> None:
    assert weight(Client(), address, files) < MOST_BYTES / 3


@pytest.mark.parametrize("address", ["/m/", "/m/me/", "/m/register/"])
def test_the_first_page_of_an_enterprise_is_light(cast: Cast, files: CompressedFiles, address: str) -> None:
    client = Client()
    client.force_login(cast.hr.user)
    assert weight(client, address, files) < MOST_BYTES


@pytest.mark.django_db  # the end of an answer looks after the connection
def test_a_large_style_sheet_travels_compressed(files: CompressedFiles) -> None:
    answer = files(RequestFactory().get("/static/vendor/weui/weui.cut.css", **BROWSER))
    assert answer["Content-Encoding"] == "br" and int(answer["Content-Length"]) < 6_500
    answer.close()
    plain = files(RequestFactory().get("/static/vendor/weui/weui.cut.css"))
    assert "Content-Encoding" not in plain and int(plain["Content-Length"]) > 25_000
    plain.close()


def test_the_rules_that_were_left_out_are_those_no_page_uses() -> None:
    used = {
        block
        for page in (settings.BASE_DIR / "templates").rglob("*.html")
        for block in re.findall(r"weui-[a-z]+", page.read_text(encoding="utf-8"))
    }
    kept = (settings.BASE_DIR / "static/vendor/weui/weui.cut.css").read_text(encoding="utf-8")
    assert used and {block for block in used if f".{block}" not in kept} == set()
