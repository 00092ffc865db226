"""Version 1 of the API: one resource, one file."""
