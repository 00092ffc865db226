"""The Celery application; its one worker task is `foundation.run_job`."""

from __future__ import annotations

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("yixiantong")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]
def keep_our_log(**kwargs: Any) -> None:
    """Celery would put a log of its own in place of ours, which masks personal numbers."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
