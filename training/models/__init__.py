"""Second floor: demand for labour, classes, pass lists, assessments, certificates."""

from training.models.changes import ClassChangeRequest
from training.models.classes import ClassTeacher, Enrolment, TrainingClass
from training.models.demands import LabourDemand
from training.models.results import Assessment, Certificate, EarlierTraining

__all__ = [
    "Assessment",
    "Certificate",
    "ClassChangeRequest",
    "ClassTeacher",
    "EarlierTraining",
    "Enrolment",
    "LabourDemand",
    "TrainingClass",
]
