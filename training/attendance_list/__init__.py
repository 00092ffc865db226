"""考勤表: who was there, as a base reports it.  Pure: the reader gives typed lines, the checker judges them."""
