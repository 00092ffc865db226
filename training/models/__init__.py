"""Second floor: classes, pass lists, assessments, certificates."""

from training.models.classes import Assessment, Certificate, EarlierTraining, Enrolment, TrainingClass

__all__ = ["Assessment", "Certificate", "EarlierTraining", "Enrolment", "TrainingClass"]
