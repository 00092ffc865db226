"""Second floor: classes, pass lists, assessments, certificates, expert reviews."""

from training.models.classes import Assessment, Certificate, EarlierTraining, Enrolment, TrainingClass
from training.models.experts import Expert, ExpertAvailability, ExpertTie
from training.models.review_applications import ReviewApplication, ReviewEvidence
from training.models.review_results import ReviewGrade, ReviewNotice, ReviewObjection, ReviewResult
from training.models.review_rounds import PanelDraw, PanelSeat, ReviewRound
from training.models.review_scores import OpenedScore, OutlierNote, ScoreSheet
from training.models.rubrics import Rubric, RubricVersion

__all__ = [
    "Assessment",
    "Certificate",
    "EarlierTraining",
    "Enrolment",
    "Expert",
    "ExpertAvailability",
    "ExpertTie",
    "OpenedScore",
    "OutlierNote",
    "PanelDraw",
    "PanelSeat",
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
    "TrainingClass",
]
