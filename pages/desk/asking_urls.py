"""Addresses of what the bureau asks of enterprises: confirmation of claims, corrections."""

from __future__ import annotations

from django.urls import path

from pages.desk import confirmations, corrections, hire_dates

urlpatterns = [
    path("batches/<int:pk>/confirmations/", confirmations.confirmations, name="batch_confirmations"),
    path("corrections/", corrections.correction_list, name="corrections"),
    path("corrections/new/", corrections.new_correction, name="new_correction"),
    path("corrections/<int:pk>/", corrections.correction_page, name="correction"),
    path("hire-dates/", hire_dates.request_list, name="hire_date_requests"),
    path("hire-dates/<int:pk>/", hire_dates.request_page, name="hire_date_request"),
]
