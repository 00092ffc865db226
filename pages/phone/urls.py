"""Addresses of the phone's pages, all below /m/."""

from __future__ import annotations

from django.urls import path

from pages.phone import account, claims, confirming, corrections, home, money, register

urlpatterns = [
    path("", home.home, name="phone_home"),
    path("register/", register.register_hire, name="phone_register_hire"),
    path("register/<slug:reference>/", register.hire_registered, name="hire_registered"),
    path("money/", money.money_page, name="phone_money"),
    path("money/people/", money.money_people, name="phone_money_people"),
    path("money/people/<int:employment_pk>/", money.money_person, name="phone_money_person"),
    path("money/account/", account.account_page, name="phone_account"),
    path("corrections/", corrections.correction_list, name="phone_corrections"),
    path("corrections/<slug:correction>/", corrections.correction_page, name="phone_correction"),
    path("claims/<slug:reference>/confirm/", confirming.confirm, name="confirm_claim"),
    path("claims/<slug:reference>/", claims.claim_page, name="claim"),
    path("claims/<slug:reference>/lines/<int:line_pk>/", claims.claim_line, name="claim_line"),
]
