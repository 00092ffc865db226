"""Addresses of the pages."""

from __future__ import annotations

from django.urls import path

from pages.desk import acts, batches, lines, sign_in, today
from pages.phone import claims
from pages.public import notices

urlpatterns = [
    path("", today.home, name="home"),
    path("log-in/", sign_in.log_in, name="log_in"),
    path("log-out/", sign_in.log_out, name="log_out"),
    path("role/", sign_in.choose_role, name="choose_role"),
    path("batches/", batches.batch_list, name="batches"),
    path("batches/<int:pk>/", batches.batch_page, name="batch"),
    path("batches/<int:pk>/progress/", batches.batch_progress, name="batch_progress"),
    path("batches/<int:pk>/lines/<int:line_pk>/", lines.line_page, name="line"),
    path("batches/<int:pk>/lines/<int:line_pk>/<slug:action>/", lines.decide, name="decide_line"),
    path("batches/<int:pk>/<slug:action>/", acts.act, name="act"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/<slug:reference>/", notices.notice_page, name="notice"),
    path("m/", claims.home, name="phone_home"),
    path("m/claims/<slug:reference>/", claims.claim_page, name="claim"),
    path("m/claims/<slug:reference>/lines/<int:line_pk>/", claims.claim_line, name="claim_line"),
]
