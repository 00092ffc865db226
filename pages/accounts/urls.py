"""Addresses of the way in and of the accounts."""

from __future__ import annotations

from django.urls import path

from pages.accounts import identity, invitation, mine, people, second_factor

urlpatterns = [
    path("log-in/code/", second_factor.verify, name="verify_second_factor"),
    path("log-in/phone/", second_factor.enrol, name="enrol_second_factor"),
    path("invitations/<str:link>/", invitation.accept, name="accept_invitation"),
    path("confirm/", identity.confirm, name="confirm_identity"),
    path("account/", mine.my_account, name="my_account"),
    path("account/password/", mine.new_password, name="change_password"),
    path("account/end-others/", mine.end_others, name="end_other_sessions"),
    path("accounts/", people.people, name="people"),
    path("accounts/new/", people.invite, name="invite"),
    path("accounts/<int:pk>/", people.person, name="person"),
    path("accounts/<int:pk>/propose/", people.propose, name="propose_membership"),
    path("accounts/<int:pk>/roles/<int:membership_pk>/<slug:action>/", people.decide, name="decide_membership"),
    path("accounts/<int:pk>/<slug:action>/", people.change, name="change_person"),
]
