"""Pure rules: (terms, facts) -> outcome per person with reasons.  Polars and the standard library only; never Django."""
