"""Entries by scan: how long they wait, how long what was written is kept, when a captcha is asked; part of the settings."""

from __future__ import annotations

import environ

env = environ.Env()

#: an entry nobody has decided on expires after so many days
SCAN_WAIT_DAYS = env.int("YXT_SCAN_WAIT_DAYS", default=30)
#: so many days after its end the names and numbers of an entry are gone
SCAN_ENTRY_DAYS = env.int("YXT_SCAN_ENTRY_DAYS", default=90)
#: so many entries of one source at one poster in an hour need no captcha
SCAN_FREE_TRIES = env.int("YXT_SCAN_FREE_TRIES", default=10)
