"""Django app subsidies."""

from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    """补贴"""

    name = "subsidies"
    verbose_name = "补贴"

    def ready(self) -> None:
        """Make the declared sheets, the kinds of background work and the clock of notices known."""
        from subsidies import sheets
        from subsidies.services import calculations, matching, notices, simulations  # noqa: F401  (register jobs and ticks)

        sheets.register()
