"""Addresses of version 1."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import Route, SimpleRouter
from rest_framework.views import APIView

from api.documents import DocsView, SchemaView
from api.errors import problem
from api.v1.account_changes import PayeeAccounts
from api.v1.appropriations import Appropriations
from api.v1.assessment_filings import AssessmentFilings
from api.v1.assessors import Assessors
from api.v1.attendance import Attendances, ClassSessions
from api.v1.audit_events import AuditEvents
from api.v1.batches import Batches
from api.v1.cards import Cards, Posters
from api.v1.certificates import Amendments, Assessments, Certificates
from api.v1.claims import Claims
from api.v1.class_changes import ClassChanges
from api.v1.clawbacks import Clawbacks
from api.v1.completions import Completions, Verification
from api.v1.decisions import Decisions
from api.v1.demands import Demands
from api.v1.employments import Employments
from api.v1.experts import Experts
from api.v1.headcounts import Headcounts
from api.v1.hire_date_requests import HireDateRequests
from api.v1.id_card_pictures import IdCardPictures
from api.v1.insured_months import InsuredMonths
from api.v1.jobs import Jobs
from api.v1.keys import Keys
from api.v1.lines import Lines
from api.v1.notices import Notices
from api.v1.objections import Objections
from api.v1.organisations import Enterprises, Organisations
from api.v1.payment_files import Disbursements, PaymentFiles
from api.v1.policies import Policies, PolicyVersions
from api.v1.referrals import Referrals
from api.v1.registrations import Registrations
from api.v1.review_applications import Evidence, ReviewApplications
from api.v1.review_results import GradeRevocations, ReviewGrades, ReviewObjections, ReviewResults
from api.v1.review_rounds import PanelSeats, ReviewRounds
from api.v1.review_scores import OpenedScores, ScoreSheets
from api.v1.rubrics import RubricVersions
from api.v1.scan_entries import ScanEntries
from api.v1.session import Session
from api.v1.sittings import AssessmentSittings, SittingResults
from api.v1.training import (
    EarlierTrainings,
    TrainingBases,
)
from api.v1.training_classes import Enrolments, TrainingClasses
from api.v1.uploads import Uploads
from api.v1.workers import Workers
from api.v1.write_offs import WriteOffs


class Nothing(APIView):
    """An address there is not: said in the form of every other refusal."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """404, whatever the method."""
        self.headers = self.default_response_headers
        asked: Request = self.initialize_request(request, *args, **kwargs)
        answer: Response = problem(404, "NOT_FOUND", "没有这个地址", "请查阅 /api/v1/docs/")
        asked.accepted_renderer, asked.accepted_media_type = self.perform_content_negotiation(asked, force=True)
        return self.finalize_response(asked, answer, *args, **kwargs)


class Addresses(SimpleRouter):
    """One address a table and one a row; what may be ended as a whole (the session) takes DELETE at the table's."""

    routes = [
        route._replace(mapping=route.mapping | {"delete": "end"})
        if isinstance(route, Route) and not route.detail
        else route
        for route in SimpleRouter.routes
    ]


router = Addresses()
for resource, name in (
    (Session, "session"), (Keys, "keys"), (Organisations, "organisations"), (Enterprises, "enterprises"),
    (Workers, "workers"), (Employments, "employments"), (Registrations, "registrations"), (Uploads, "uploads"),
    (InsuredMonths, "insured-months"), (PayeeAccounts, "payee-accounts"), (Policies, "policies"),
    (PolicyVersions, "policy-versions"), (Batches, "batches"), (Claims, "claims"), (Lines, "lines"),
    (Decisions, "decisions"), (Notices, "notices"), (Objections, "objections"), (PaymentFiles, "payment-files"),
    (Disbursements, "payments"), (Clawbacks, "clawbacks"), (Appropriations, "appropriations"), (Jobs, "jobs"),
    (AuditEvents, "audit-events"), (TrainingBases, "training-bases"), (TrainingClasses, "training-classes"),
    (Enrolments, "enrolments"), (Assessments, "assessments"), (Certificates, "certificates"),
    (EarlierTrainings, "earlier-trainings"),
    (WriteOffs, "write-offs"), (Demands, "demands"), (ClassChanges, "class-changes"),
    (ClassSessions, "class-sessions"), (Attendances, "attendances"),
    (Amendments, "amendments"), (Completions, "completions"), (Verification, "verification"),
    (Assessors, "assessors"), (AssessmentSittings, "assessment-sittings"), (SittingResults, "sitting-results"),
    (AssessmentFilings, "assessment-filings"),
    (ReviewRounds, "review-rounds"), (ReviewApplications, "review-applications"),
    (ScoreSheets, "score-sheets"), (OpenedScores, "opened-scores"), (ReviewResults, "review-results"),
    (ReviewGrades, "review-grades"), (GradeRevocations, "grade-revocations"), (ReviewObjections, "review-objections"),
    (Experts, "experts"), (RubricVersions, "rubric-versions"), (PanelSeats, "panel-seats"), (Evidence, "review-evidence"),
    (Referrals, "referrals"),
    (Cards, "cards"), (Posters, "posters"), (IdCardPictures, "id-card-pictures"), (ScanEntries, "scan-entries"),
    (Headcounts, "headcounts"), (HireDateRequests, "hire-date-requests"),
):  # fmt: skip
    router.register(name, resource, basename=name)

app_name = "api"
urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(url_name="api:schema"), name="docs"),
    *router.urls,
    re_path(r"^.*$", Nothing.as_view()),
]
