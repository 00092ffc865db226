"""Django app training."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """培训"""

    name = "training"
    verbose_name = "培训"

    def ready(self) -> None:
        """Make the declared sheets and the clocks of reviews known."""
        from training import sheets
        from training.services import review_notices, review_rounds  # noqa: F401  (register ticks)

        sheets.register()
