"""The web server's own log, written like ours: gunicorn takes this class by name (`manage.py serve` says so)."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from gunicorn.glogging import Logger

from park_workers.foundation.logs import JsonLines, Scrubber


class WebServerLog(Logger):
    """gunicorn's log with our scrubber and our form."""

    def setup(self, cfg: Any) -> None:
        """As gunicorn sets it up; then nothing personal passes.  It asks for its log before it loads the service."""
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for way_out in log.handlers:
                way_out.addFilter(Scrubber())
                if settings.LOG_FORMAT == "json":
                    way_out.setFormatter(JsonLines())
