"""How long things wait and are kept, and what forgets them every hour; part of the settings."""

from __future__ import annotations

import environ

env = environ.Env()

#: answers of the API are given again for so long, and it is kept for so long who signed in from where
ANSWER_DAYS = env.int("YXT_ANSWER_DAYS", default=30)
SIGN_IN_DAYS = env.int("YXT_SIGN_IN_DAYS", default=180)
#: an entry by scan nobody has decided on expires; so long after its end its names and numbers are gone
SCAN_WAIT_DAYS = env.int("YXT_SCAN_WAIT_DAYS", default=30)
SCAN_ENTRY_DAYS = env.int("YXT_SCAN_ENTRY_DAYS", default=90)
#: so many days after the hire was registered the picture of its identity card is deleted
CARD_PICTURE_DAYS = env.int("YXT_CARD_PICTURE_DAYS", default=30)
#: a picture whose hire was never sent, and what was read on it, is deleted after so many minutes
CARD_UNUSED_MINUTES = env.int("YXT_CARD_UNUSED_MINUTES", default=60)
#: working days after the month's end within which an enterprise confirms who was there (在岗确认)
HEADCOUNT_CONFIRM_WORKING_DAYS = env.int("YXT_HEADCOUNT_CONFIRM_WORKING_DAYS", default=5)
#: reminders of it by text: off unless switched on; the working days after the month's end on which each stage begins, 0 leaves it out
HEADCOUNT_REMINDERS = env.bool("YXT_HEADCOUNT_REMINDERS", default=False)
HEADCOUNT_REMINDER_DAYS = [
    max(0, int(days)) for days in env.list("YXT_HEADCOUNT_REMINDER_DAYS", default=["1", "4", "7"])
]
if len(HEADCOUNT_REMINDER_DAYS) != 3:
    raise ValueError(
        "YXT_HEADCOUNT_REMINDER_DAYS names three days: first reminder, before the term ends, after it, such as 1,4,7"
    )
#: seconds between two looks for the hires in which referrals have ended
PLACEMENT_LINK_SECONDS = env.float("YXT_PLACEMENT_LINK_SECONDS", default=300)
#: days after which the file of a long list that was exported is deleted
EXPORT_DAYS = env.int("YXT_EXPORT_DAYS", default=7)
#: seconds between two looks for enterprises whose heads of today are to be counted anew
HEADCOUNT_KEEP_SECONDS = env.float("YXT_HEADCOUNT_KEEP_SECONDS", default=15)
#: and people whose placement, and batches whose match of three lists
MATCH_KEEP_SECONDS = env.float("YXT_MATCH_KEEP_SECONDS", default=30)
PLACEMENT_KEEP_SECONDS = env.float("YXT_PLACEMENT_KEEP_SECONDS", default=15)
#: ticks that run every hour
HOURLY = (
    "api.forget_answers",
    "park_workers.forget_sign_ins",
    "park_workers.forget_pictures",
    "park_workers.forget_prints",
    "park_workers.forget_exports",
    "training.forget_prints",
    "park_workers.end_scan_entries",
    "park_workers.forget_ways_in",
    "park_workers.remind_headcounts",
    "training.expire_assessment_filings",
    "training.close_reviews",
    "training.finish_reviews",
)
