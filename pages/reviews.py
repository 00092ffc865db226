"""What forms of a review have in common, on the phone and at the desk: evidence with its kinds, refusals at their fields."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from pages.acting import member_of
from pages.downloads import file_response
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.file_judgement import FileRefused
from park_workers.foundation.pictures import DEFAULT_LIMITS
from training.models import ReviewEvidence
from training.services.review_applications import MOST_PICTURES, reveal_evidence

#: nothing of a document that somebody gave us runs, loads or asks, whatever a browser makes of it
NOTHING_RUNS = "sandbox; default-src 'none'"

#: refusals that belong to a field; any other stands above the form
FIELDS = {
    "ALREADY_APPLIED": "employment",
    "NOT_EMPLOYED_HERE": "employment",
    "PICTURES_MISSING": "pictures",
    "KIND_MISSING": "pictures",
}


def read_pictures(request: HttpRequest) -> list[tuple[str, bytes]]:
    """Kind and content of each picture or PDF of the form; of one that is too large only so much that it is refused."""
    found = []
    for n in range(1, MOST_PICTURES + 1):
        given = request.FILES.get(f"picture-{n}")
        if given is not None:
            found.append((request.POST.get(f"kind-{n}", ""), bytes(given.read(DEFAULT_LIMITS.bytes + 1))))
    return found


def said(refusal: RuleViolation | FileRefused) -> dict[str, str]:
    """The field a refusal belongs to, and its words."""
    field = "pictures" if isinstance(refusal, FileRefused) else FIELDS.get(refusal.code, "whole")
    return {field: refusal.sentences}


def evidence_response(request: HttpRequest, evidence: ReviewEvidence, name: str) -> HttpResponse:
    """A picture to be looked at; a PDF to be saved under a name that says nothing of whose it is; who looks and when is on both."""
    content = reveal_evidence(actor=member_of(request), evidence=evidence, now=timezone.localtime())
    if not evidence.is_pdf:
        return HttpResponse(content, content_type="image/jpeg")
    response = file_response(content, f"{name}.pdf", content_type="application/pdf")
    response["Content-Security-Policy"] = NOTHING_RUNS
    return response
