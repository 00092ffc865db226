"""The ground app: tools that know nothing of parks, people or money."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Foundation app."""

    name = "park_workers.foundation"
    label = "foundation"
    verbose_name = "基础"
