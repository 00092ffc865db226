"""Addresses of the pages."""

from __future__ import annotations

from django.urls import include, path

from pages.desk import (
    acts,
    batches,
    lines,
    new_batch,
    objections,
    payment_files,
    sign_in,
    today,
    upload_repairs,
    uploads,
)
from pages.public import certificates, class_sign_ins, health, notices, reviews, scan_receipts, scan_screen, scans
from pages.public import objections as public_objections

urlpatterns = [
    path("", today.home, name="home"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", health.metrics, name="metrics"),
    path("log-in/", sign_in.log_in, name="log_in"),
    path("log-out/", sign_in.log_out, name="log_out"),
    path("role/", sign_in.choose_role, name="choose_role"),
    path("", include("pages.desk.people_urls")),
    path("", include("pages.desk.training.urls")),
    path("batches/", batches.batch_list, name="batches"),
    path("batches/new/", new_batch.new_batch, name="new_batch"),
    path("batches/<int:pk>/", batches.batch_page, name="batch"),
    path("batches/<int:pk>/progress/", batches.batch_progress, name="batch_progress"),
    path("batches/<int:pk>/lines/<int:line_pk>/", lines.line_page, name="line"),
    path("batches/<int:pk>/lines/<int:line_pk>/<slug:action>/", lines.decide, name="decide_line"),
    path("batches/<int:pk>/objections/<int:objection_pk>/", objections.objection_page, name="objection"),
    path("batches/<int:pk>/objections/<int:objection_pk>/contact/", objections.contact, name="objection_contact"),
    path("batches/<int:pk>/payment-files/<int:file_pk>/", payment_files.download, name="payment_file"),
    path("", include("pages.desk.asking_urls")),
    path("batches/<int:pk>/<slug:action>/", acts.act, name="act"),
    path("", include("pages.desk.money_urls")),
    path("uploads/", uploads.upload_list, name="uploads"),
    path("uploads/new/", uploads.new_upload, name="new_upload"),
    path("uploads/templates/<slug:kind>/", uploads.template, name="upload_template"),
    path("uploads/<slug:reference>/", uploads.upload_page, name="upload"),
    path("uploads/<slug:reference>/repairs/", upload_repairs.repairs, name="upload_repairs"),
    path("uploads/<slug:reference>/progress/", uploads.upload_progress, name="upload_progress"),
    path("uploads/<slug:reference>/marked-copy/", uploads.marked_copy, name="marked_copy"),
    path("uploads/<slug:reference>/<slug:action>/", uploads.decide_upload, name="decide_upload"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/<slug:reference>/", notices.notice_page, name="notice"),
    path("notices/<slug:reference>/objection/", public_objections.objection_form, name="object"),
    path(
        "notices/<slug:reference>/objection/<slug:objection>/",
        public_objections.objection_receipt,
        name="objection_receipt",
    ),
    path("reviews/", reviews.review_list, name="public_reviews"),
    path("reviews/<slug:reference>/", reviews.review_page, name="public_review"),
    path("reviews/<slug:reference>/proof/", reviews.proof, name="public_review_proof"),
    path("reviews/<slug:reference>/objection/", reviews.object_form, name="object_to_review"),
    path("c/<str:signed>/", scans.card_page, name="scanned_card"),
    path("v/<str:signed>/", certificates.scanned_certificate, name="scanned_certificate"),
    path("verify/", certificates.verify, name="verify_certificate"),
    path("s/<slug:signed>/", scan_screen.scan_screen, name="scanned_poster"),
    path("s/receipt/<slug:signed>/", scan_receipts.scan_receipt, name="scan_receipt"),
    path("s/receipt/<slug:signed>/withdraw/", scan_receipts.withdraw_scan, name="withdraw_scan"),
    path("k/<slug:signed>/", class_sign_ins.class_sign_in, name="class_sign_in"),
    path("m/", include("pages.phone.urls")),
]
