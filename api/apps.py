"""Django app api."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """接口"""

    name = "api"
    verbose_name = "接口"
