"""The frame of the enterprise's phone pages and of the door."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pages.phone.tabs import TABS, current_tab
from pages.public.text_size import COOKIE, LARGE

register = template.Library()


@register.inclusion_tag("phone/parts/tabs.html", takes_context=True)
def phone_tabs(context: dict[str, Any]) -> dict[str, Any]:
    """The bar of errands, the present one marked."""
    return {"tabs": TABS, "current": current_tab(context["request"].path)}


@register.simple_tag(takes_context=True)
def text_size_address(context: dict[str, Any]) -> str:
    """Where a link leads that changes the size of the type and comes back to this page."""
    request = context["request"]
    size = "ordinary" if request.COOKIES.get(COOKIE) == LARGE else LARGE
    return reverse("text_size") + "?" + urlencode({"size": size, "next": request.get_full_path()})


@register.simple_tag(takes_context=True)
def text_size_link(context: dict[str, Any]) -> SafeString:
    """大字版, or back to ordinary type."""
    is_large = context["request"].COOKIES.get(COOKIE) == LARGE
    return format_html(
        '<a href="{}" rel="nofollow">{}</a>', text_size_address(context), "标准字号" if is_large else "大字版"
    )


@register.simple_tag
def help_phone() -> str:
    """The bureau's telephone."""
    return str(settings.HELP_PHONE)
