"""Addresses of attendance at the desk."""

from __future__ import annotations

from django.urls import path

from pages.desk.training import attendance, attendance_prints, session_codes, two_places

urlpatterns = [
    path("training/attendance/", attendance.day_list, name="attendance"),
    path("training/two-places/", two_places.two_places, name="two_places"),
    path("training/classes/<int:pk>/attendance/", attendance.class_attendance, name="class_attendance"),
    path("training/classes/<int:pk>/attendance/print/", attendance_prints.attendance_sheet, name="attendance_sheet"),
    path("training/classes/<int:pk>/sessions/new/", attendance.new_sessions, name="new_sessions"),
    path("training/sessions/<int:session_pk>/", attendance.session_page, name="class_session"),
    path("training/sessions/<int:session_pk>/cancel/", attendance.cancel, name="cancel_session"),
    path("training/sessions/<int:session_pk>/code/", session_codes.session_code, name="session_code"),
]
