"""Addresses of the phone's pages, all below /m/."""

from __future__ import annotations

from django.urls import path

from pages.phone import account, claims, confirming, corrections, home, id_cards, money, register, scan_entries

urlpatterns = [
    path("", home.home, name="phone_home"),
    path("register/", register.register_hire, name="phone_register_hire"),
    path("register/check/", register.check_hire, name="check_hire"),
    path("register/card/", id_cards.take_card, name="take_hire_card"),
    path("register/card/<slug:picture>/", id_cards.card_reading, name="hire_card"),
    path("register/code/", id_cards.scan_code, name="scan_hire_code"),
    path("register/<slug:reference>/", register.hire_registered, name="hire_registered"),
    path("entries/", scan_entries.entry_list, name="scan_entries"),
    path("entries/todos/", scan_entries.fresh_todos, name="phone_todos"),
    path("entries/<slug:entry>/", scan_entries.entry_page, name="scan_entry"),
    path("entries/<slug:entry>/refuse/", scan_entries.refuse, name="refuse_scan_entry"),
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
