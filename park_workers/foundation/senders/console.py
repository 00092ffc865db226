"""The sender of a demo: texts stand on the screen of the worker.  Never on a server."""

from __future__ import annotations

import sys

from park_workers.foundation.senders import ShortText


class ConsoleSender:
    """Writes to standard output, past the log and its scrubber: the words are what somebody at this machine waits for."""

    def send(self, text: ShortText) -> None:
        """One line."""
        sys.stdout.write(f"[短信] {text.phone} {text.words}\n")
        sys.stdout.flush()
