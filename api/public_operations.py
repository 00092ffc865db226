"""The operations that need no log-in: this list is all there is."""

from __future__ import annotations

from typing import Any

#: `<resource>.<action>`
PUBLIC_OPERATIONS = frozenset(
    {
        "schema.get",
        "docs.get",
        "session.list",
        "session.create",
        "session.enrolment",
        "session.second_factor",
        "session.phone_code",
        "session.by_phone",
        "notices.list",
        "notices.retrieve",
        "notices.lines",
        "notices.object",
        "verification.create",
    }
)


def operation_of(view: Any) -> str:
    """The name of what a view is about to do."""
    action = getattr(view, "action", None)
    request = getattr(view, "request", None)
    if action is None and request is not None:
        method = str(request.method).lower()
        action = getattr(view, "action_map", {}).get(method, method)
    return f"{getattr(view, 'basename', None) or getattr(view, 'resource', '')}.{action}"


def is_public(view: Any) -> bool:
    """Whether anybody may do it."""
    return operation_of(view) in PUBLIC_OPERATIONS
