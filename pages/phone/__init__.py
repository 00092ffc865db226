"""Pages on the phone: enterprises."""
