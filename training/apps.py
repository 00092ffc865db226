"""Django app training."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """培训"""

    name = "training"
    verbose_name = "培训"

    def ready(self) -> None:
        """Make the declared sheets, jobs and ticks known."""
        from training import sheets
        from training.services import (  # noqa: F401  (each registers a job or ticks)
            assessment_filings,
            completion_prints,
            kept_placements,
            placement_links,
            review_notices,
            review_rounds,
        )

        sheets.register()
