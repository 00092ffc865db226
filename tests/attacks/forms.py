"""Forms as a browser finds them on a page: where they go, what they hold, what they can be sent with."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class FoundForm:
    """A form: its address, its way, its fields with their values, and what its buttons send."""

    action: str
    method: str
    typed: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def shape(self) -> tuple[str, ...]:
        """What makes two forms the same one: their fields and buttons."""
        return (self.method, *sorted({*self.typed, *self.hidden}), *sorted(f"{n}={v}" for n, v in self.buttons))


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.found, self.open = address, list[FoundForm](), None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open: FoundForm | None = FoundForm(
                said.get("action") or self.address, said.get("method", "get").lower()
            )
            self.found.append(self.open)
        name = said.get("name", "")
        if self.open is None or not name or name == "csrfmiddlewaretoken":
            return
        if tag == "button" or said.get("type") == "submit":
            self.open.buttons.append((name, said.get("value", "")))
        elif tag in ("input", "select", "textarea") and said.get("type") != "file":
            where = self.open.hidden if said.get("type") == "hidden" else self.open.typed
            where[name] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None


def forms_of(html: str, address: str) -> list[FoundForm]:
    """Every form of a page that was asked for at `address`."""
    reader = _Reader(address)
    reader.feed(html)
    return reader.found
