"""Signed references: given out here, for one purpose; and the codes that carry them."""

from __future__ import annotations

import io
import secrets

import pytest
import zxingcpp
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from park_workers.foundation.keys import KeyRing
from park_workers.foundation.links import new_link_reference, open_reference, qr_png, qr_rows, sign_reference


def test_a_reference_opens_for_its_purpose_only() -> None:
    reference = new_link_reference()
    signed = sign_reference(reference, purpose="card")
    assert open_reference(signed, purpose="card") == reference
    assert open_reference(signed.upper(), purpose="card") == reference
    assert open_reference(signed, purpose="poster") is None


@pytest.mark.parametrize("at", range(29))
def test_one_changed_sign_is_no_reference(at: int) -> None:
    signed = sign_reference(new_link_reference(), purpose="card")
    changed = signed[:at] + ("a" if signed[at] != "a" else "b") + signed[at + 1 :]
    assert open_reference(changed, purpose="card") is None


@given(st.text(max_size=60))
def test_whatever_is_typed_is_an_answer_and_no_error(text: str) -> None:
    assert open_reference(text, purpose="card") is None


def test_another_installation_does_not_open_it(settings: LazySettings) -> None:
    signed = sign_reference(new_link_reference(), purpose="card")
    mine = settings.KEY_RING
    settings.KEY_RING = KeyRing(mine.encryption_keys, mine.current_key_id, secrets.token_bytes(32), mine.django_secret)
    assert open_reference(signed, purpose="card") is None


def test_the_key_of_links_is_a_key_of_its_own(settings: LazySettings) -> None:
    ring = settings.KEY_RING
    assert len(ring.link_key) == 32 and ring.link_key not in (ring.search_hash_key, *ring.encryption_keys.values())


@pytest.mark.parametrize(
    "address", ["http://a.cn/c/", "https://yixiantong.example.gov.cn/c/", "https://例.cn/" + "长" * 90]
)
def test_a_code_is_read_back_at_any_length(address: str) -> None:
    text = address + sign_reference(new_link_reference(), purpose="card")
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr_png(text))))
    assert found.text == text


def test_the_size_of_a_code_follows_from_the_length_alone() -> None:
    sizes = {len(qr_rows(f"https://yxt.example.gov.cn/c/{secrets.token_hex(15)}/")) for _ in range(20)}
    assert sizes == {33}
