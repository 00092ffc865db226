"""Addresses of the phone's pages, all below /m/."""

from __future__ import annotations

from django.urls import path

from pages.phone import (
    claims,
    corrections,
    headcount,
    home,
    id_cards,
    person,
    register,
    roster,
    scan_entries,
    uploads,
)

urlpatterns = [
    path("", home.home, name="phone_home"),
    path("register/", register.register_hire, name="phone_register_hire"),
    path("register/check/", register.check_hire, name="check_hire"),
    path("register/card/", id_cards.take_card, name="take_hire_card"),
    path("register/card/<slug:picture>/", id_cards.card_reading, name="hire_card"),
    path("register/code/", id_cards.scan_code, name="scan_hire_code"),
    path("register/<slug:reference>/", register.hire_registered, name="hire_registered"),
    path("workers/", roster.roster, name="roster"),
    path("workers/find/", roster.find, name="find_on_roster"),
    path("workers/<slug:employment>/", person.person, name="roster_person"),
    path("workers/<slug:employment>/leave/", corrections.leave, name="roster_leave"),
    path("workers/<slug:employment>/undo-leave/", corrections.undo, name="roster_undo_leave"),
    path("workers/<slug:employment>/correct/<slug:part>/", corrections.correct, name="roster_correct"),
    path("headcount/", headcount.months, name="headcount_months"),
    path("headcount/month/", headcount.month_page, name="headcount_month"),
    path("uploads/", uploads.upload_list, name="phone_uploads"),
    path("uploads/new/", uploads.new_upload, name="phone_new_upload"),
    path("uploads/<slug:upload>/", uploads.upload_page, name="phone_upload"),
    path("uploads/<slug:upload>/progress/", uploads.upload_progress, name="phone_upload_progress"),
    path("uploads/<slug:upload>/<slug:action>/", uploads.decide_upload, name="phone_decide_upload"),
    path("entries/", scan_entries.entry_list, name="scan_entries"),
    path("entries/todos/", scan_entries.fresh_todos, name="phone_todos"),
    path("entries/<slug:entry>/", scan_entries.entry_page, name="scan_entry"),
    path("entries/<slug:entry>/refuse/", scan_entries.refuse, name="refuse_scan_entry"),
    path("claims/<slug:reference>/", claims.claim_page, name="claim"),
    path("claims/<slug:reference>/lines/<int:line_pk>/", claims.claim_line, name="claim_line"),
]
