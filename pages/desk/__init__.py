"""Pages of the desk: bureau staff."""
