"""How often one source, person or key may ask, and where it is counted; part of the settings."""

from __future__ import annotations

import environ

env = environ.Env()

#: Counters of requests live in each web process; the framework's 300 places would let a crowd push them out.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50_000}},
}
API_RATES = {
    "person": env.str("YXT_API_RATE_PERSON", default="600/min"),
    "client_key": env.str("YXT_API_RATE_CLIENT_KEY", default="1200/min"),
    "stranger": env.str("YXT_API_RATE_STRANGER", default="120/min"),
    "sign_in": env.str("YXT_API_RATE_SIGN_IN", default="60/min"),
    "objection": env.str("YXT_API_RATE_OBJECTION", default="20/hour"),
    "verify": env.str("YXT_API_RATE_VERIFY", default="30/min"),
    "picture": env.str("YXT_API_RATE_PICTURE", default="30/min"),
    "code": env.str("YXT_API_RATE_CODE", default="60/hour"),
}
#: public pages: so many from one source (objections sent, pages read, codes scanned, log-ins tried, …)
PAGE_RATES = {
    "objection": env.str("YXT_PAGE_RATE_OBJECTION", default="20/hour"),
    "reading": env.str("YXT_PAGE_RATE_READING", default="300/min"),
    "scanning": env.str("YXT_PAGE_RATE_SCANNING", default="240/min"),
    "log_in": env.str("YXT_PAGE_RATE_LOG_IN", default="120/min"),
    "code": env.str("YXT_PAGE_RATE_CODE", default="60/hour"),
    "join": env.str("YXT_PAGE_RATE_JOIN", default="20/hour"),
    # of one person who registers hires: answers while typing, pictures of cards
    "hire_check": env.str("YXT_PAGE_RATE_HIRE_CHECK", default="120/min"),
    "card": env.str("YXT_PAGE_RATE_CARD", default="30/min"),
    #: entries by scan: a whole factory may stand behind one address
    "scan": env.str("YXT_PAGE_RATE_SCAN", default="300/hour"),
    #: signing in to a session of a class: whole classes stand behind one address
    "class_sign_in": env.str("YXT_PAGE_RATE_CLASS_SIGN_IN", default="600/hour"),
    #: receipts look for news by themselves, many behind one address
    "receipt": env.str("YXT_PAGE_RATE_RECEIPT", default="1200/min"),
    #: certificates looked up by number and name
    "verify": env.str("YXT_PAGE_RATE_VERIFY", default="30/min"),
    #: addresses of posters, receipts and certificates that do not exist
    "guess": env.str("YXT_PAGE_RATE_GUESS", default="30/min"),
}
#: so many entries by scan of one source at one poster in an hour need no captcha
SCAN_FREE_TRIES = env.int("YXT_SCAN_FREE_TRIES", default=10)
