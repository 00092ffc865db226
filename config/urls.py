"""Addresses of the service."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("api.v1.urls")),
    path("", include("pages.accounts.urls")),
    path("", include("pages.urls")),
]
