"""Django app training."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """培训"""

    name = "training"
    verbose_name = "培训"

    def ready(self) -> None:
        """Make the declared sheets known."""
        from training import sheets

        sheets.register()
