"""Second floor: demand for labour, classes, attendance, pass lists, assessments, certificates."""

from training.models.amendments import (
    Amendment,
)
from training.models.assessment_filings import (
    EnterpriseAssessmentFiling,
    FilingMaterial,
    FilingPlace,
    FilingScope,
    FilingStaff,
)
from training.models.assessors import (
    AssessmentTerms,
    AssessorOrganisation,
    AssessorScope,
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
from training.models.experts import (
    Expert,
    ExpertAbsence,
    ExpertAvailability,
    ExpertTie,
)
from training.models.kept_placements import (
    KeptPlacements,
    PlacementChange,
)
from training.models.placements import (
    Referral,
    ReferralHire,
)
from training.models.results import (
    Assessment,
    Certificate,
    EarlierTraining,
)
from training.models.review_applications import (
    ReviewApplication,
    ReviewEvidence,
)
from training.models.review_results import (
    GradeRevocation,
    ReviewGrade,
    ReviewNotice,
    ReviewObjection,
    ReviewResult,
)
from training.models.review_rounds import (
    PanelDraw,
    PanelSeat,
    ReviewRound,
)
from training.models.review_scores import (
    OpenedScore,
    OutlierNote,
    ScoreSheet,
)
from training.models.rubrics import (
    Rubric,
    RubricVersion,
)
from training.models.sittings import (
    AssessmentSitting,
    SittingExaminer,
    SittingResult,
)

__all__ = [
    "Amendment",
    "Assessment",
    "AssessmentSitting",
    "AssessmentTerms",
    "AssessorCode",
    "AssessorOrganisation",
    "AssessorScope",
    "Attendance",
    "Certificate",
    "ClassChangeRequest",
    "ClassSession",
    "ClassTeacher",
    "CompletionCertificate",
    "CompletionPrint",
    "EarlierTraining",
    "Enrolment",
    "EnterpriseAssessmentFiling",
    "Expert",
    "ExpertAbsence",
    "ExpertAvailability",
    "ExpertTie",
    "FilingMaterial",
    "FilingPlace",
    "FilingScope",
    "FilingStaff",
    "GradeRevocation",
    "KeptPlacements",
    "LabourDemand",
    "OpenedScore",
    "OutlierNote",
    "PanelDraw",
    "PanelSeat",
    "PassRule",
    "PlacementChange",
    "Referral",
    "ReferralHire",
    "ReviewApplication",
    "ReviewEvidence",
    "ReviewGrade",
    "ReviewNotice",
    "ReviewObjection",
    "ReviewResult",
    "ReviewRound",
    "Rubric",
    "RubricVersion",
    "ScoreSheet",
    "SittingExaminer",
    "SittingResult",
    "TrainingClass",
]
