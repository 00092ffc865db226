"""Second floor: demand for labour, classes, attendance, pass lists, assessments, certificates."""

from training.models.attendance import Attendance, ClassSession
from training.models.changes import ClassChangeRequest
from training.models.classes import ClassTeacher, Enrolment, TrainingClass
from training.models.demands import LabourDemand
from training.models.results import Assessment, Certificate, EarlierTraining

__all__ = [
    "Assessment",
    "Attendance",
    "Certificate",
    "ClassChangeRequest",
    "ClassSession",
    "ClassTeacher",
    "EarlierTraining",
    "Enrolment",
    "LabourDemand",
    "TrainingClass",
]
