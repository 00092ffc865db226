"""Django app park_workers."""

from django.apps import AppConfig


class ParkWorkersConfig(AppConfig):
    """园区用工"""

    name = "park_workers"
    verbose_name = "园区用工"
