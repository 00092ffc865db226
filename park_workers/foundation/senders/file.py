"""The sender of a demo or a test: texts stand in a file of this machine, readable by its owner only."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from park_workers.foundation.senders import ShortText


def file_of_texts() -> Path:
    """Where texts are written: `YXT_CODE_FILE`, or sent-texts.log in the state folder."""
    return Path(settings.CODE_FILE or Path(settings.STATE_DIR) / "sent-texts.log")


class FileSender:
    """Adds one line for each text: telephone, a tab, the words."""

    def send(self, text: ShortText) -> None:
        """Written in one piece, so that two workers never share a line."""
        descriptor = os.open(file_of_texts(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as out:
            out.write(f"{text.phone}\t{text.words}\n".encode())
