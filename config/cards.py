"""Where printed codes lead, and how long sheets of cards are kept; part of the settings."""

from __future__ import annotations

import environ

env = environ.Env()

#: the address people reach the service under, such as https://yxt.example.gov.cn; empty: that of the page it is printed from
PUBLIC_ADDRESS = env.str("YXT_PUBLIC_ADDRESS", default="").rstrip("/")
#: days after which the PDF of a print of cards is deleted
CARD_PRINT_DAYS = env.int("YXT_CARD_PRINT_DAYS", default=7)
