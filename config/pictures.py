"""Pictures of identity cards: how long they and what was read on them are kept; part of the settings."""

from __future__ import annotations

import environ

env = environ.Env()

#: so many days after the hire was registered its picture is deleted
CARD_PICTURE_DAYS = env.int("YXT_CARD_PICTURE_DAYS", default=30)
#: a picture whose hire was never sent, and what was read on it, is deleted after so many minutes
CARD_UNUSED_MINUTES = env.int("YXT_CARD_UNUSED_MINUTES", default=60)
