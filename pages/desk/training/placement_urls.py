"""Addresses of placement at the desk."""

from __future__ import annotations

from django.urls import path

from pages.desk.training import placements, referrals

urlpatterns = [
    path("training/placements/", placements.board, name="placements"),
    path("training/placements/funnel/", placements.funnel, name="placement_funnel"),
    path("training/placements/funnel/export/", placements.export_funnel, name="export_placement_funnel"),
    path("training/placements/export/", placements.export_people, name="export_placements"),
    path("training/placements/never-placed/", placements.worklist, name="never_placed"),
    path("training/placements/refer/", referrals.refer, name="refer_trainees"),
    path("training/referrals/", referrals.referral_list, name="referrals"),
    path("training/referrals/<slug:referral>/", referrals.referral_page, name="referral"),
    path("training/referrals/<slug:referral>/call/", referrals.call, name="referral_call"),
    path("training/referrals/<slug:referral>/<slug:action>/", referrals.act, name="referral_act"),
]
