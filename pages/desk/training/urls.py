"""Addresses of training, assessment, certificates, expert review and placement at the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("pages.desk.training.class_urls")),
    path("", include("pages.desk.training.attendance_urls")),
    path("", include("pages.desk.training.certificate_urls")),
    path("", include("pages.desk.training.sitting_urls")),
    path("", include("pages.desk.training.review_urls")),
    path("", include("pages.desk.training.placement_urls")),
]
