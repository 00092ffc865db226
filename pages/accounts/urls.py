"""Addresses of the way in and of the accounts."""

from __future__ import annotations

from django.urls import path

from pages.accounts import by_phone, identity, invitation, mine, people, second_factor
from pages.accounts.invited import accept as accept_colleague
from pages.public import join, text_size

urlpatterns = [
    path("log-in/code/", second_factor.verify, name="verify_second_factor"),
    path("log-in/phone/", second_factor.enrol, name="enrol_second_factor"),
    path("invitations/<str:link>/", invitation.accept, name="accept_invitation"),
    path("log-in/by-phone/", by_phone.ask, name="log_in_by_phone"),
    path("log-in/by-phone/code/", by_phone.enter, name="enter_phone_code"),
    path("invited/<slug:reference>/", accept_colleague, name="invited"),
    path("join/", join.begin, name="join"),
    path("join/code/", join.code, name="join_code"),
    path("join/form/", join.form, name="join_form"),
    path("join/credit-code/", join.check_code, name="join_check_code"),
    path("join/state/", join.state, name="join_state"),
    path("join/look-up/", join.look_up, name="join_look_up"),
    path("join/look-up/code/", join.look_up_code, name="join_look_up_code"),
    path("text-size/", text_size.choose, name="text_size"),
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
