"""The bar at the foot of the enterprise's pages: one place for each errand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tab:
    """One errand; pages whose address begins with one of `under` belong to it."""

    label: str
    icon: str
    url_name: str
    under: tuple[str, ...]


#: the first one whose `under` fits is the current one; home stands last there and first on the bar
TABS: tuple[Tab, ...] = (
    Tab("首页", "home", "phone_home", ("/m/",)),
    Tab("补贴", "cash", "phone_money", ("/m/money/", "/m/claims/")),
    Tab("登记", "user-plus", "phone_register_hire", ("/m/register/",)),
    Tab("员工", "users", "roster", ("/m/workers/", "/m/headcount/", "/m/uploads/")),
    Tab("我的", "user", "me", ("/m/me/", "/m/people/", "/m/assessment-filing/")),
)


def current_tab(address: str) -> Tab | None:
    """The errand a page belongs to, by the longest beginning of its address."""
    fitting = [(len(start), tab) for tab in TABS for start in tab.under if address.startswith(start)]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None
