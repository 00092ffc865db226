"""The way in: locks, second factor, confirming again, invitations, headers."""
