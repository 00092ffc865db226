"""Nothing personal leaves by the log: not in words, arguments, extras or stack traces (I13)."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from park_workers.foundation.logs import MASK, Scrubber, logging_settings, scrub
from tests.park_workers.numbers import id_number

ID, PHONE, ACCOUNT, CARD = id_number(3), "13812345678", "440101040012345", "6222021234567890123"
NUMBERS = [ID, ID.lower(), ID[:17] + "X", ID[:17] + "x", PHONE, ACCOUNT, CARD, "123456789012"]
GROUPED = ["138 1234 5678", "138-1234-5678", "6222 0212 3456 7890 123"]
log = logging.getLogger("tests.scrubbed")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """The log as the settings make it, written as JSON to memory."""
    form: dict[str, Any] = logging_settings(form="json", level="INFO")
    out = io.StringIO()
    form["handlers"]["console"]["stream"] = out
    before = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(form)
    yield out
    logging.root.handlers[:], logging.root.level = before


@pytest.mark.parametrize("number", [*NUMBERS, *GROUPED])
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "人员{}已登记",
        "phone={};",
        "/workers/?q={}&x=1",
        '{{"n": "{}"}}',
        "+86{}",
        "No.{}",
        "ID{}张",
        "2026-04-01 {}",
    ],
)
def test_a_number_never_appears_in_what_caplog_caught(
    number: str, around: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(mask := Scrubber())
    log.warning(around.format(number).replace("%", "%%"))
    log.warning("argument %s and %r", number, [number])
    log.warning("extra", extra={"worker": {"id": number}})
    caplog.handler.removeFilter(mask)
    everything = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert number not in everything
    assert MASK in everything


def test_a_stack_trace_keeps_its_lines_and_loses_its_numbers(written: io.StringIO) -> None:
    try:
        raise ValueError(f"row of {ID}, phone {PHONE}")
    except ValueError:
        log.exception("reading failed for %s", CARD)
    line = json.loads(written.getvalue())
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "tests.scrubbed", f"reading failed for {MASK}")
    assert "raise ValueError" in line["trace"]
    assert not [number for number in NUMBERS if number in written.getvalue()]


def test_each_record_is_one_object_on_one_line(written: io.StringIO) -> None:
    log.info("two\nlines")
    log.info("size", extra={"rows": 12})
    first, second = (json.loads(line) for line in written.getvalue().splitlines())
    assert first["message"] == "two\nlines"
    assert second["rows"] == "12"


@pytest.mark.parametrize(
    "harmless",
    ["job compute#1234567 failed", "2026-04-01T08:15:30+08:00", "2026-04-01 08:15:30", "¥1,330,000.00", "127.0.0.1:8000",
     "batch 3f2a9c0d1e5b6a7c8d9e", "took 12.345678 s"],
)  # fmt: skip
def test_what_is_no_personal_number_stays(harmless: str) -> None:
    assert scrub(harmless) == harmless


@given(
    st.text(alphabet="某人：, ()", max_size=6),
    st.from_regex(r"\A[1-9][0-9]{10,18}\Z"),
    st.text(alphabet="，。; ", max_size=6),
)
def test_no_run_of_11_to_19_digits_survives(before: str, number: str, after: str) -> None:
    assert number not in scrub(f"{before}{number}{after}")


def test_an_unknown_form_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="YXT_LOG_FORMAT"):
        logging_settings(form="xml", level="INFO")
