"""Addresses of training, assessment, certificates, expert review and placement at the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from pages.desk.training import certificate_urls

urlpatterns: list[URLPattern | URLResolver] = [*certificate_urls.urlpatterns]
