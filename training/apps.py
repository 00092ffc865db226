"""Django app training."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """培训"""

    name = "training"
    verbose_name = "培训"
