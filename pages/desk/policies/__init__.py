"""Policies: versions as an official reads them, what differs, drafts, simulations, publication."""
