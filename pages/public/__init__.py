"""Pages that need no log-in."""
