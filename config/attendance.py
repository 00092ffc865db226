"""Attendance of classes: when a code signs in; part of the settings.  All 待核定."""

from __future__ import annotations

import environ

env = environ.Env()

#: signing in by code opens so many minutes before a session begins
SIGN_IN_EARLY_MINUTES = env.int("YXT_SIGN_IN_EARLY_MINUTES", default=30)
#: whoever signs in more minutes than these after its beginning is late
SIGN_IN_GRACE_MINUTES = env.int("YXT_SIGN_IN_GRACE_MINUTES", default=10)
#: so many names of one source not found at one session in an hour need no captcha
SIGN_IN_FREE_MISSES = env.int("YXT_SIGN_IN_FREE_MISSES", default=5)
