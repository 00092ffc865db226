"""Short texts to telephones: one small protocol, and which sender the settings name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

NAMED = {
    "console": "park_workers.foundation.senders.console.ConsoleSender",
    "file": "park_workers.foundation.senders.file.FileSender",
    "gateway": "park_workers.foundation.senders.gateway.GatewaySender",
}


@dataclass(frozen=True)
class ShortText:
    """One text to one telephone; the same `number` again is the same text, to be delivered once."""

    number: str
    phone: str
    words: str

    def __repr__(self) -> str:
        """Neither telephone nor words: a text must not slip into a log."""
        return f"ShortText({self.number})"


class NotSent(Exception):
    """The text could not be handed over; the message says why, in Chinese, without telephone or words."""


class Sender(Protocol):
    """Hands texts over to whoever delivers them; raises NotSent."""

    def send(self, text: ShortText) -> None: ...


def chosen_sender() -> Sender:
    """The sender of `YXT_CODE_SENDER`: a name above, or the dotted path of a class."""
    sender: Sender = import_string(NAMED.get(settings.CODE_SENDER, settings.CODE_SENDER))()
    return sender
