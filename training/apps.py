"""Django app training."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """培训"""

    name = "training"
    verbose_name = "培训"

    def ready(self) -> None:
        """Make the declared sheets, jobs and ticks known."""
        from training import sheets
        from training.services import assessment_filings, completion_prints  # noqa: F401  (register a job and ticks)

        sheets.register()
