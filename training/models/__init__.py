"""Second floor: classes, pass lists, assessments, certificates."""

from training.models.assessment_filings import (
    EnterpriseAssessmentFiling,
    FilingMaterial,
    FilingPlace,
    FilingScope,
    FilingStaff,
)
from training.models.assessors import AssessmentTerms, AssessorOrganisation, AssessorScope
from training.models.classes import Assessment, Certificate, EarlierTraining, Enrolment, TrainingClass
from training.models.sittings import AssessmentSitting, SittingExaminer, SittingResult

__all__ = [
    "Assessment",
    "AssessmentSitting",
    "AssessmentTerms",
    "AssessorOrganisation",
    "AssessorScope",
    "Certificate",
    "EarlierTraining",
    "Enrolment",
    "EnterpriseAssessmentFiling",
    "FilingMaterial",
    "FilingPlace",
    "FilingScope",
    "FilingStaff",
    "SittingExaminer",
    "SittingResult",
    "TrainingClass",
]  # fmt: skip
