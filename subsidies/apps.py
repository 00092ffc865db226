"""Django app subsidies."""

from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    """补贴"""

    name = "subsidies"
    verbose_name = "补贴"
