"""Addresses of demand and of classes at the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pages.desk.training import base_today, change_list, class_acts, class_form, class_sheet, classes, demands

urlpatterns: list[URLPattern | URLResolver] = [
    path("training/today/", base_today.base_today, name="base_today"),
    path("training/demands/", demands.board, name="demands"),
    path("training/demands/new/", demands.new_demand, name="new_demand"),
    path("training/demands/<slug:reference>/", demands.demand_page, name="demand"),
    path("training/demands/<slug:reference>/<slug:action>/", demands.end, name="end_demand"),
    path("training/classes/", classes.class_list, name="training_classes"),
    path("training/classes/new/", class_form.new_class, name="new_training_class"),
    path("training/classes/changes/", change_list.change_list, name="class_changes"),
    path("training/classes/<int:pk>/", classes.class_page, name="training_class"),
    path("training/classes/<int:pk>/edit/", class_form.edit_class, name="edit_training_class"),
    path("training/classes/<int:pk>/sheet/", class_sheet.filing_sheet, name="class_filing_sheet"),
    path("training/classes/<int:pk>/enrol/", class_acts.enrol, name="enrol"),
    path("training/classes/<int:pk>/roster/<int:enrolment_pk>/remove/", class_acts.remove, name="remove_from_roster"),
    path("training/classes/<int:pk>/changes/", class_acts.ask, name="ask_class_change"),
    path(
        "training/classes/<int:pk>/changes/<int:change_pk>/<slug:action>/",
        class_acts.decide,
        name="decide_class_change",
    ),
    path("training/classes/<int:pk>/step/<slug:action>/", class_acts.act, name="class_step"),
]
