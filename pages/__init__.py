"""The door for people: desk, phone and public pages."""
