"""The door for people."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Pages: desk for staff, phone for enterprises, public for everybody."""

    name = "pages"
    verbose_name = "页面"

    def ready(self) -> None:
        """Make known what long lists show, to the worker that writes them."""
        from pages.desk import exported_lists  # noqa: F401
