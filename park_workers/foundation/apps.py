"""The ground app: tools that know nothing of parks, people or money."""

from importlib import import_module

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Foundation app."""

    name = "park_workers.foundation"
    label = "foundation"
    verbose_name = "基础"

    def ready(self) -> None:
        """Make the sealer's clock known: nothing else imports it in a worker."""
        import_module("park_workers.foundation.audit_chain")
