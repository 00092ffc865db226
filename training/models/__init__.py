"""Second floor: classes, pass lists, assessments, certificates."""

from training.models.amendments import Amendment
from training.models.certificates import AssessorCode, CompletionCertificate, CompletionPrint, PassRule
from training.models.classes import Assessment, Certificate, EarlierTraining, Enrolment, TrainingClass

__all__ = [
    "Amendment",
    "Assessment",
    "AssessorCode",
    "Certificate",
    "CompletionCertificate",
    "CompletionPrint",
    "EarlierTraining",
    "Enrolment",
    "PassRule",
    "TrainingClass",
]
