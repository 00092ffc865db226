"""The way in: second factor, confirming oneself, one's own account, and the administrators' pages."""
