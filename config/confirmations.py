"""When the enterprise's month has to be confirmed; part of the settings."""

from __future__ import annotations

import environ

env = environ.Env()

#: working days after the month's end within which an enterprise confirms who was there (在岗确认)
HEADCOUNT_CONFIRM_WORKING_DAYS = env.int("YXT_HEADCOUNT_CONFIRM_WORKING_DAYS", default=5)
