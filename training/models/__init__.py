"""Second floor: classes, attendance, pass lists, assessments, certificates."""

from training.models.attendance import Attendance, ClassSession
from training.models.classes import Assessment, Certificate, EarlierTraining, Enrolment, TrainingClass

__all__ = [
    "Assessment",
    "Attendance",
    "Certificate",
    "ClassSession",
    "EarlierTraining",
    "Enrolment",
    "TrainingClass",
]
