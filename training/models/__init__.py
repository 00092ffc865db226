"""Second floor: demand for labour, classes, attendance, pass lists, assessments, certificates."""

from training.models.amendments import (
    Amendment,
)
from training.models.attendance import (
    Attendance,
    ClassSession,
)
from training.models.certificates import (
    AssessorCode,
    CompletionCertificate,
    CompletionPrint,
    PassRule,
)
from training.models.changes import (
    ClassChangeRequest,
)
from training.models.classes import (
    ClassTeacher,
    Enrolment,
    TrainingClass,
)
from training.models.demands import (
    LabourDemand,
)
from training.models.results import (
    Assessment,
    Certificate,
    EarlierTraining,
)

__all__ = [
    "Amendment",
    "Assessment",
    "AssessorCode",
    "Attendance",
    "Certificate",
    "ClassChangeRequest",
    "ClassSession",
    "ClassTeacher",
    "CompletionCertificate",
    "CompletionPrint",
    "EarlierTraining",
    "Enrolment",
    "LabourDemand",
    "PassRule",
    "TrainingClass",
]
