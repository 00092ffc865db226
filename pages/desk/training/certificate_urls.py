"""Addresses of certificates, the bases' own papers, corrections and what lists are judged by."""

from __future__ import annotations

from django.urls import path

from pages.desk.training import amendments, certificates, completions, results, rules

urlpatterns = [
    path("training/certificates/", certificates.certificate_list, name="certificates"),
    path("training/certificates/<int:certificate>/", certificates.certificate_page, name="certificate"),
    path("training/certificates/<int:certificate>/revoke/", certificates.revoke_certificate, name="revoke_certificate"),
    path(
        "training/certificates/<int:certificate>/correct/", certificates.correct_certificate, name="correct_certificate"
    ),
    path("training/completions/", completions.completion_list, name="completions"),
    path("training/completions/class/<int:class_pk>/", completions.class_completions, name="class_completions"),
    path("training/completions/prints/<slug:sheet>/", completions.completion_print, name="completion_print"),
    path(
        "training/completions/prints/<slug:sheet>/file/",
        completions.completion_print_file,
        name="completion_print_file",
    ),
    path("training/completions/<int:completion>/", completions.completion_page, name="completion"),
    path("training/completions/<int:completion>/file/", completions.completion_file, name="completion_file"),
    path("training/completions/<int:completion>/photo/", completions.completion_photo, name="completion_photo"),
    path("training/completions/<int:completion>/revoke/", completions.revoke_completion, name="revoke_completion"),
    path("training/results/", results.result_list, name="results"),
    path("training/results/<int:assessment>/", results.result_page, name="result"),
    path("training/results/<int:assessment>/correct/", results.correct_result, name="correct_result"),
    path("training/amendments/", amendments.amendment_list, name="amendments"),
    path("training/amendments/<int:amendment>/", amendments.amendment_page, name="amendment"),
    path("training/bursts/", rules.burst_list, name="bursts"),
    path("training/rules/", rules.pass_rules, name="pass_rules"),
    path("training/rules/codes/<int:code>/end/", rules.end_code, name="end_assessor_code"),
]
