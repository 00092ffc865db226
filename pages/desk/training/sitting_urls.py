"""Addresses of skill-level assessment at the desk: sittings, assessors, enterprises' own filings."""

from __future__ import annotations

from django.urls import URLPattern, path

from pages.desk.training import (
    assessment_filings,
    assessment_terms,
    assessors,
    sitting_figures,
    sitting_results,
    sittings,
)

urlpatterns: list[URLPattern] = [
    path("training/sittings/", sittings.sitting_list, name="sittings"),
    path("training/sittings/new/", sittings.new_sitting, name="new_sitting"),
    path("training/sittings/figures/", sitting_figures.figures_page, name="sitting_figures"),
    path("training/sittings/figures/sheet/", sitting_figures.figures_sheet, name="sitting_figures_sheet"),
    path("training/sittings/figures/export/", sitting_figures.export_figures, name="export_sitting_figures"),
    path("training/sittings/<slug:sitting>/", sittings.sitting_page, name="sitting"),
    path("training/sittings/<slug:sitting>/edit/", sittings.edit_sitting, name="edit_sitting"),
    path("training/sittings/<slug:sitting>/results/new/", sitting_results.new_result, name="new_sitting_result"),
    path(
        "training/sittings/<slug:sitting>/results/<int:result_pk>/correct/",
        sitting_results.correct,
        name="correct_sitting_result",
    ),
    path("training/sittings/<slug:sitting>/<slug:action>/", sittings.act, name="act_on_sitting"),
    path("training/assessors/codes/", assessors.code_list, name="assessor_codes"),
    path("training/assessors/", assessors.assessor_list, name="assessors"),
    path("training/assessors/new/", assessors.new_assessor, name="new_assessor"),
    path("training/assessors/terms/", assessment_terms.terms_page, name="assessment_terms"),
    path("training/assessors/terms/<int:terms_pk>/confirm/", assessment_terms.confirm, name="confirm_assessment_terms"),
    path("training/assessors/<int:assessor_pk>/", assessors.assessor_page, name="assessor"),
    path("training/assessors/<int:assessor_pk>/<slug:action>/", assessors.decide_assessor, name="decide_assessor"),
    path("training/assessment-filings/", assessment_filings.filing_list, name="assessment_filings"),
    path("training/assessment-filings/<slug:filing>/", assessment_filings.filing_page, name="assessment_filing"),
    path(
        "training/assessment-filings/<slug:filing>/materials/<int:material_pk>/",
        assessment_filings.material,
        name="assessment_filing_material",
    ),
    path(
        "training/assessment-filings/<slug:filing>/<slug:action>/",
        assessment_filings.decide_filing,
        name="decide_assessment_filing",
    ),
]
