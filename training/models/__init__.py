"""Second floor: classes, pass lists, assessments, certificates, placement."""

from training.models.classes import Assessment, Certificate, EarlierTraining, Enrolment, TrainingClass
from training.models.placements import Referral, ReferralHire

__all__ = ["Assessment", "Certificate", "EarlierTraining", "Enrolment", "Referral", "ReferralHire", "TrainingClass"]
