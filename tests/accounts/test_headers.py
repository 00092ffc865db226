"""Headers of every page, whatever it answers, and templates that need nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.accounts.conftest import signed_in
from tests.conftest import Cast

SAMPLES = {"int": "1", "slug": "x", "str": "x"}
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|\shx-on", re.IGNORECASE)


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
    found = []
    for pattern in patterns:
        text = before + re.sub(r"<(?:(\w+):)?\w+>", lambda m: SAMPLES.get(m[1] or "str", "x"), str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            found += addresses(pattern.url_patterns, text)
        elif "(?P" not in text and "^" not in text:
            found.append(text)
    return found


def check_headers(address: str, headers) -> None:
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy and "img-src 'self' data:" in policy, address
    assert headers["X-Content-Type-Options"] == "nosniff", address
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), address
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", address
    assert "camera=()" in headers["Permissions-Policy"], address


@pytest.mark.parametrize("name", ["clerk", "hr"])
def test_every_page_answers_with_the_headers_and_is_not_stored(cast: Cast, name: str) -> None:
    client = signed_in(getattr(cast, name))
    pages = [address for address in addresses(get_resolver().url_patterns) if "/static/" not in address]
    assert len(pages) > 30
    for address in pages:
        answer = client.get(address)
        assert answer.status_code < 500 or address.startswith("/health/"), address
        check_headers(address, answer.headers)
        is_public = address.startswith("/notices/")
        assert is_public or "no-store" in answer.headers.get("Cache-Control", ""), address
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            assert not INLINE.search(answer.content.decode()), address


def test_strangers_get_the_headers_too(db: None) -> None:
    for address in ("/log-in/", "/notices/", "/nowhere/", "/invitations/x/", "/api/v1/batches/"):
        check_headers(address, Client().get(address).headers)


def test_https_is_remembered_by_browsers(client: Client, db: None, settings) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    assert "max-age=31536000" in Client().get("/log-in/", secure=True).headers["Strict-Transport-Security"]


def test_no_template_has_an_inline_style_or_script() -> None:
    for path in sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html")):
        assert not INLINE.search(path.read_text(encoding="utf-8")), path


def test_the_api_page_brings_its_script_apart(cast: Cast) -> None:
    client = signed_in(cast.clerk)
    page = client.get("/api/v1/docs/").content.decode()
    assert not INLINE.search(page)
    script = re.findall(r'<script src="([^"]+)"', page)[-1].replace("&amp;", "&")
    answer = client.get(script)
    assert answer.status_code == 200 and "javascript" in answer.headers["Content-Type"]
