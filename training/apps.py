"""Django app training."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """培训"""

    name = "training"
    verbose_name = "培训"

    def ready(self) -> None:
        """Make the declared sheets known, and register a tick."""
        from training import sheets
        from training.services import placement_links  # noqa: F401  (registers a tick)

        sheets.register()
