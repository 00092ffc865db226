"""Bodies and answers of signing in."""

from __future__ import annotations

from rest_framework import serializers

from api.fields import Body, NumberField, Out, PhoneField
from park_workers.models import Membership
from park_workers.services.sessions import LONGEST_NAME, LONGEST_PASSWORD


class SecretField(serializers.CharField):
    """A password or a code: blanks at its ends belong to it, and no document shows it back."""

    def __init__(self, **more: object) -> None:
        super().__init__(
            **{"max_length": LONGEST_PASSWORD, "trim_whitespace": False, "style": {"input_type": "password"}} | more
        )


class MembershipOut(Out):
    """One role at one organisation."""

    role = serializers.CharField()
    role_label = serializers.CharField(source="get_role_display")
    organisation_name = serializers.CharField(source="organisation.name")

    class Meta:
        model = Membership
        fields = ["id", "role", "role_label", "organisation", "organisation_name", "valid_from"]


class SessionOut(serializers.Serializer):
    """The person, the role requests act in (null: to be chosen), the roles there are, and the business day.

    `next` names what is still to be done: `second_factor`, `enrolment`, `role`, or nothing.
    """

    is_signed_in = serializers.BooleanField()
    next = serializers.ChoiceField(["", "second_factor", "enrolment", "role"])
    name = serializers.CharField()
    acting = MembershipOut(allow_null=True)
    memberships = MembershipOut(many=True)
    is_client_key = serializers.BooleanField()
    day = serializers.DateField()
    asks_again_after = serializers.IntegerField(help_text="seconds after which weighty operations ask again; 0 = never")
    csrf_token = serializers.CharField(help_text="for the header X-CSRFToken; it changes with every log-in")


class SignedInOut(SessionOut):
    """The same after the second factor; recovery codes only when a phone has just been bound, shown this once."""

    recovery_codes = serializers.ListField(child=serializers.CharField())


class SignInForm(Body):
    """Name and password."""

    username = serializers.CharField(max_length=LONGEST_NAME)
    password = SecretField()


class CodeForm(Body):
    """Six digits of the phone, or a recovery code."""

    code = SecretField(max_length=40)


class PhoneBindingOut(serializers.Serializer):
    """What goes into the phone: the secret, and the same as an otpauth address for a QR code."""

    secret = serializers.CharField()
    address = serializers.CharField()


class RoleChoice(Body):
    """Which role to act in."""

    membership = NumberField()


class ConfirmationForm(Body):
    """The password, or a code of the phone."""

    password = SecretField(required=False, allow_blank=True, default="")
    code = SecretField(max_length=40, required=False, allow_blank=True, default="")


class ConfirmationOut(serializers.Serializer):
    """Until when it is good; `confirmation` is for the header `Confirmation` of a client key, empty for a session."""

    confirmed_until = serializers.DateTimeField()
    confirmation = serializers.CharField(allow_blank=True)


class PasswordForm(Body):
    """The old password, and another one."""

    old = SecretField()
    new = SecretField()


class TelephoneForm(Body):
    """One's own telephone."""

    phone = PhoneField(max_length=40)


class CodeSentOut(serializers.Serializer):
    """A code is on its way, if somebody comes in by this telephone; until when it is good."""

    phone = serializers.CharField()
    valid_until = serializers.DateTimeField()
