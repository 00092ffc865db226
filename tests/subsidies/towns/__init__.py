"""Other towns: their policies, random parks under them, and what must come out, counted person by person in plain Python."""
