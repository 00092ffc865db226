"""培训合格名单: what a base reports of its classes.  Pure: the reader gives typed lines, the checker judges them."""
