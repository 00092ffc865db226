"""Bank formats: rows in, bytes out; no ORM."""
