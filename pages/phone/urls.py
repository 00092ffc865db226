"""Addresses of the phone's pages, all below /m/."""

from __future__ import annotations

from django.urls import path

from pages.phone import card_prints, cards, claims, home, id_cards, me, people, poster, register, scan_entries

urlpatterns = [
    path("", home.home, name="phone_home"),
    path("me/", me.me, name="me"),
    path("me/phone/", me.phone, name="my_phone"),
    path("me/password/", me.first_password, name="first_password"),
    path("me/owner/<int:pk>/<slug:action>/", people.answer, name="answer_handover"),
    path("people/", people.people, name="colleagues"),
    path("people/<int:pk>/<slug:action>/", people.decide, name="decide_colleague"),
    path("people/invitations/<int:pk>/withdraw/", people.withdraw, name="withdraw_colleague"),
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
    path("poster/", poster.poster, name="poster"),
    path("poster/withdraw/", poster.withdraw_poster, name="withdraw_poster"),
    path("poster/file/<slug:form>/", poster.poster_file, name="poster_file"),
    path("cards/", cards.card_list, name="cards"),
    path("cards/print/", card_prints.new_print, name="new_card_print"),
    path("cards/print/<slug:sheet>/", card_prints.card_print, name="card_print"),
    path("cards/print/<slug:sheet>/file/", card_prints.card_print_file, name="card_print_file"),
    path("cards/<slug:worker>/", cards.card, name="worker_card"),
    path("cards/<slug:worker>/withdraw/", cards.withdraw_card, name="withdraw_card"),
    path("cards/<slug:worker>/picture/<slug:form>/", cards.card_picture, name="card_picture"),
    path("claims/<slug:reference>/", claims.claim_page, name="claim"),
    path("claims/<slug:reference>/lines/<int:line_pk>/", claims.claim_line, name="claim_line"),
]
