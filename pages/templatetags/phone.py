"""The frame of the enterprise's phone pages."""

from __future__ import annotations

from typing import Any

from django import template

from pages.phone.tabs import TABS, current_tab

register = template.Library()


@register.inclusion_tag("phone/parts/tabs.html", takes_context=True)
def phone_tabs(context: dict[str, Any]) -> dict[str, Any]:
    """The bar of errands, the present one marked."""
    return {"tabs": TABS, "current": current_tab(context["request"].path)}
