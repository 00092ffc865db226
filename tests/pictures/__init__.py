"""Pictures of the pages with the replayed year in them: `make screenshots`."""
