"""Django app api."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """接口"""

    name = "api"
    verbose_name = "接口"

    def ready(self) -> None:
        """Make the periodic work known."""
        from api import retention  # noqa: F401  (registers a tick)
