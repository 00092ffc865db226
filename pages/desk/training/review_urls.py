"""Addresses of the expert review at the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pages.desk.training import (
    experts,
    review_acts,
    review_applications,
    review_exports,
    review_grades,
    review_objections,
    review_panels,
    review_rounds,
    rubrics,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("training/experts/", experts.expert_list, name="experts"),
    path("training/experts/new/", experts.new_expert, name="new_expert"),
    path("training/experts/<int:expert_pk>/", experts.expert_page, name="expert"),
    path("training/rubrics/", rubrics.rubric_list, name="rubrics"),
    path("training/rubrics/new/", rubrics.new_rubric, name="new_rubric"),
    path("training/rubrics/<int:rubric_pk>/", rubrics.rubric_page, name="rubric"),
    path("training/grades/", review_grades.grade_list, name="review_grades"),
    path("training/grades/<int:grade_pk>/", review_grades.grade_page, name="review_grade"),
    path("training/reviews/", review_rounds.round_list, name="review_rounds"),
    path("training/reviews/new/", review_rounds.new_round, name="new_review_round"),
    path("training/reviews/<int:round_pk>/", review_rounds.round_page, name="review_round"),
    path("training/reviews/<int:round_pk>/panel/", review_panels.draw_page, name="review_draw"),
    path("training/reviews/<int:round_pk>/panel/proof/", review_panels.proof_file, name="review_proof"),
    path("training/reviews/<int:round_pk>/export/<slug:table>/", review_exports.export_round, name="export_review"),
    path("training/reviews/<int:round_pk>/minutes/", review_panels.minutes, name="review_minutes"),
    path("training/reviews/<int:round_pk>/apply/", review_applications.apply_at_desk, name="apply_at_desk"),
    path(
        "training/reviews/<int:round_pk>/applications/<int:application_pk>/",
        review_applications.application_page,
        name="desk_review_application",
    ),
    path(
        "training/reviews/<int:round_pk>/applications/<int:application_pk>/pictures/<int:evidence_pk>/",
        review_applications.evidence_picture,
        name="desk_review_picture",
    ),
    path("training/reviews/<int:round_pk>/seats/<int:seat_pk>/", review_panels.replace_seat, name="replace_seat"),
    path("training/reviews/<int:round_pk>/scores/<int:score_pk>/", review_panels.outlier_note, name="outlier_note"),
    path(
        "training/reviews/<int:round_pk>/objections/<int:objection_pk>/",
        review_objections.objection_page,
        name="desk_review_objection",
    ),
    path("training/reviews/<int:round_pk>/<slug:action>/", review_acts.act_on_round, name="act_on_review"),
]
