"""Django app park_workers."""

from django.apps import AppConfig


class ParkWorkersConfig(AppConfig):
    """园区用工"""

    name = "park_workers"
    verbose_name = "园区用工"

    def ready(self) -> None:
        """Make the declared sheets and the kinds of background work known."""
        from park_workers import sheets
        from park_workers.services import (  # noqa: F401  (register jobs and ticks)
            account_requests,
            audit_log,
            card_prints,
            colleagues,
            exports,
            headcount,
            headcount_reminders,
            id_cards,
            kept_headcounts,
            phone_codes,
            retention,
            ways_in_retention,
        )

        sheets.register()
