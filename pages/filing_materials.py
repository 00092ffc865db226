"""A piece of an application's material as it is given out, on the phone and at the desk."""

from __future__ import annotations

from django.http import HttpResponse

from pages.downloads import file_response
from pages.reviews import NOTHING_RUNS
from training.models import FilingMaterial


def shown_material(material: FilingMaterial, content: bytes) -> HttpResponse:
    """A picture to be looked at; a PDF, which no browser is to open as ours, to be saved."""
    if material.is_pdf:
        download = file_response(content, f"{material.kind}.pdf", content_type="application/pdf")
        download["Content-Security-Policy"] = NOTHING_RUNS
        return download
    response = HttpResponse(content, content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="material.jpg"'
    return response
