"""Tables of the ground floor, each defined beside the tool it serves."""

from park_workers.foundation.audit import AuditEvent, AuditSeal
from park_workers.foundation.calendar import CalendarDay
from park_workers.foundation.files import StoredFile
from park_workers.foundation.jobs import Job
from park_workers.foundation.pulse import Pulse

__all__ = ["AuditEvent", "AuditSeal", "CalendarDay", "Job", "Pulse", "StoredFile"]
