"""What leaves by the log: no personal numbers, whatever a library or a stack trace says; one JSON object a line on request.

Masked are document numbers (18 characters), phone numbers (11 digits) and account or card numbers (12 to 19 digits), also
when spaces or hyphens group them.  Job numbers, ports, times and amounts stay.
"""

from __future__ import annotations

import json
import logging
import logging.config
import re
from datetime import UTC, datetime
from typing import Any

#: 11 digits or more in a row, grouped at most by single spaces or hyphens; better a digest masked than a person told
PERSONAL = re.compile(r"\d(?:[ -]?\d){10,}[Xx]?")
MASK = "[已脱敏]"
#: what a record always has; everything else was given by the caller as `extra`
USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def scrub(text: str) -> str:
    """The text without personal numbers."""
    return PERSONAL.sub(MASK, text)


class Scrubber(logging.Filter):
    """Rewrites a record before it is written: its words, its stack trace, and what was given as `extra`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always let it pass, masked."""
        try:
            words = record.getMessage()
        except (TypeError, ValueError):
            words = f"{record.msg} {record.args}"
        record.msg, record.args = scrub(words), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = scrub(record.exc_text)
        if record.stack_info:
            record.stack_info = scrub(record.stack_info)
        for name in vars(record).keys() - USUAL:
            value = getattr(record, name)
            if not isinstance(value, bool | None):
                setattr(record, name, scrub(str(value)))
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, and what else the record carries."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "logger": record.name, "process": record.process, "message": record.getMessage(),
        }  # fmt: skip
        line |= {name: getattr(record, name) for name in sorted(vars(record).keys() - USUAL)}
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            line["trace"] = record.exc_text
        return json.dumps(line, ensure_ascii=False, default=str)


def logging_settings(*, form: str, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, scrubbed; `form` is "line" or "json"."""
    if form not in ("line", "json"):
        raise ValueError(f"YXT_LOG_FORMAT: line or json, not {form!r}")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"scrubber": {"()": "park_workers.foundation.logs.Scrubber"}},
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
            "json": {"()": "park_workers.foundation.logs.JsonLines"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form, "filters": ["scrubber"]}},
        "root": {"handlers": ["console"], "level": level},
    }
