"""Identity cards as the real reader reads them, and what a card's lines mean."""

from __future__ import annotations

import socket
from typing import Any, NoReturn

import pytest

from park_workers.foundation.pictures import clean_picture
from park_workers.foundation.text_reading import TextLine, is_reader_installed, read_lines
from park_workers.services.id_card_reading import CardFields, parse_lines, read_card
from tests.id_cards import Card, photograph
from tests.park_workers.numbers import id_number

needs_reader = pytest.mark.skipif(not is_reader_installed(), reason="requirements-ocr.txt is not installed")


def read(content: bytes) -> CardFields:
    """As the job does."""
    plain = clean_picture(content, watermark="样").plain
    return read_card(lambda turns: read_lines(plain, quarter_turns=turns))


@needs_reader
def test_a_tilted_and_blurred_card_is_read_and_nothing_leaves_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise AssertionError("the reader must not reach for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    fields = read(photograph(Card(), tilt=8, blur=2))
    assert (fields.name.value, fields.sex.value, fields.nation.value) == ("黄秀英", "女", "壮")
    assert fields.id_number.value == id_number(902) and fields.birth_on.value == "1990-05-17"
    assert fields.address.value == "广东省示例市示例区桥头镇织布路18号3栋502房"


@needs_reader
def test_a_card_upside_down_is_read_too() -> None:
    fields = read(photograph(Card(name="韦大明", sex="男", number=id_number(901)), tilt=183))
    assert (fields.name.value, fields.sex.value, fields.id_number.value) == ("韦大明", "男", id_number(901))


def line(text: str, y: int, percent: int = 99) -> TextLine:
    """A line of an upright card."""
    return TextLine(text, percent, ((0, y), (300, y), (300, y + 30), (0, y + 30)))


def card(
    *, number: str, born: str = "1990年5月17日", sex: str = "女", name: str = "黄秀英", sure: int = 99
) -> CardFields:
    """What is found on such lines."""
    rows = [f"姓名{name}", f"性别{sex}民族汉", f"出生{born}", "住址示例市", f"公民身份号码{number}"]
    return parse_lines([line(text, 60 * n, sure) for n, text in enumerate(rows)])


def test_a_number_that_fits_birth_and_sex_is_sure() -> None:
    assert card(number=id_number(902)).id_number.is_sure


def test_a_number_that_does_not_fit_is_to_be_checked() -> None:
    assert not card(number=id_number(902), born="1990年5月18日").id_number.is_sure
    assert not card(number=id_number(902), sex="男").id_number.is_sure
    wrong = id_number(902)[:16] + "4X"
    assert card(number=wrong).id_number.value == wrong and not card(number=wrong).id_number.is_sure


def test_what_the_reader_doubts_is_to_be_checked() -> None:
    assert card(number=id_number(902)).name.is_sure and not card(number=id_number(902), sure=80).name.is_sure
    assert not card(number=id_number(902), name="黄1英").name.is_sure


def test_a_picture_without_text_gives_nothing() -> None:
    assert read_card(lambda turns: []) == CardFields() and CardFields().found == 0
