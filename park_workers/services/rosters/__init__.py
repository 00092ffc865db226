"""花名册: who works at an enterprise, as the enterprise reports it round by round."""

from park_workers.services.rosters.apply import apply_roster
from park_workers.services.rosters.check import check_roster

__all__ = ["apply_roster", "check_roster"]
