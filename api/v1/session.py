"""Signing in and out, the second factor, the role to act in, confirming oneself again; and who one is."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from api import confirmation
from api.authentication import Acting, SessionMemberAuthentication
from api.errors import Refused
from api.throttles import CodeThrottle, SignInThrottle
from api.v1.session_forms import (
    CodeForm,
    CodeSentOut,
    ConfirmationForm,
    ConfirmationOut,
    MembershipOut,
    PasswordForm,
    PhoneBindingOut,
    RoleChoice,
    SessionOut,
    SignedInOut,
    SignInForm,
    TelephoneForm,
)
from park_workers.foundation.business_day import business_day
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.masking import mask_phone
from park_workers.models import User
from park_workers.services.acting import PersonActor, chosen_membership, live_memberships
from park_workers.services.own_phones import STRANGER, person_with_code
from park_workers.services.phone_codes import Purpose, ask_for_code
from park_workers.services.second_factors import (
    begin_enrolment,
    check_code,
    confirm_enrolment,
    enrolment_address,
    has_second_factor,
    secret_of,
)
from park_workers.services.sessions import (
    PHONE_CODE,
    SignInStep,
    act_as,
    begin_sign_in,
    complete_sign_in,
    pending_user,
    person_with_password,
    renew_password,
    sign_out,
)

#: unknown and known people are answered alike
WRONG = RuleViolation("SIGN_IN_WRONG", "登录名或密码不正确", "请检查大小写后重新输入")
ROLE = "role"
#: where the session keeps the reference of the code asked for last
CODE_KEY = "code_sign_in_by_api"


class Session(ViewSet):
    """The person behind the request."""

    is_open_without_role = True
    #: nothing here is done twice by being sent twice
    without_key = frozenset(
        {"create", "enrolment", "second_factor", "role", "confirmation", "password", "phone_code", "by_phone"}
    )
    #: operations that try a password or a code
    trying: ClassVar[frozenset[str]] = without_key - {"role", "phone_code"}

    def get_throttles(self) -> Any:
        """Tries are counted more strictly, and codes to telephones most."""
        more = [SignInThrottle()] if self.action in self.trying else []
        return [*super().get_throttles(), *more, *([CodeThrottle()] if self.action == "phone_code" else [])]

    @method_decorator(sensitive_post_parameters())
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Passwords stay out of reports of errors."""
        return super().dispatch(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What is said here stays in no cache."""
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, no_store=True, private=True)
        return response

    @extend_schema(responses=forced_singular_serializer(SessionOut), operation_id="session_retrieve")
    def list(self, request: Request) -> Response:
        """Who acts, and in which roles they could; gives everybody the CSRF token (cookie and `csrf_token`)."""
        return Response(SessionOut(self._shown(request)).data)

    @extend_schema(request=SignInForm, responses={200: SessionOut})
    def create(self, request: Request) -> Response:
        """Sign in with name and password; `next` says what is still to be done before the session acts."""
        form = self._body(request, SignInForm)
        user = person_with_password(request._request, username=form["username"], password=form["password"])
        if user is None:
            raise WRONG
        step = begin_sign_in(request._request, user)
        return Response(SessionOut(self._shown(request, None if step else user, step)).data)

    @extend_schema(request=None, responses=PhoneBindingOut)
    @action(detail=False, methods=["post"])
    def enrolment(self, request: Request) -> Response:
        """Bind a phone, when `next` is `enrolment`: the secret to put into it; its first code goes to second-factor/."""
        self._check_csrf(request)
        user = self._waiting(request)
        factor = begin_enrolment(actor=PersonActor(user), user=user)
        return Response(PhoneBindingOut({"secret": secret_of(factor), "address": enrolment_address(factor)}).data)

    @extend_schema(request=CodeForm, responses=SignedInOut)
    @action(detail=False, methods=["post"], url_path="second-factor")
    def second_factor(self, request: Request) -> Response:
        """The code of the phone, or a recovery code, after the password; the first code of a phone puts it in force."""
        code = self._body(request, CodeForm)["code"]
        user, codes = self._waiting(request), list[str]()
        actor, now = PersonActor(user), timezone.now()
        if has_second_factor(user):
            check_code(actor=actor, user=user, code=code, now=now)
        else:
            codes = confirm_enrolment(actor=actor, user=user, code=code, now=now)
        complete_sign_in(request._request, user, factor="code")
        return Response(SignedInOut(self._shown(request, user) | {"recovery_codes": codes}).data)

    @extend_schema(request=TelephoneForm, responses=CodeSentOut)
    @action(detail=False, methods=["post"], url_path="phone-code")
    def phone_code(self, request: Request) -> Response:
        """Have a code sent to one's own telephone (获取验证码); answered alike whether anybody comes in by it.

        The code is good in this session only: keep its cookie for `by-phone/`.  Enterprise staff come in so; others by password.
        """
        phone = self._body(request, TelephoneForm)["phone"]
        code = ask_for_code(actor=STRANGER, purpose=Purpose.SIGN_IN, phone=phone, now=timezone.now())
        request.session[CODE_KEY] = code.reference
        shown = {"phone": mask_phone(code.open_phone()), "valid_until": code.expires_at}  # type: ignore[attr-defined]
        return Response(CodeSentOut(shown).data)

    @extend_schema(request=CodeForm, responses=SessionOut)
    @action(detail=False, methods=["post"], url_path="by-phone")
    def by_phone(self, request: Request) -> Response:
        """Sign in with the code that came by telephone; `next` as after a password."""
        form, reference = self._body(request, CodeForm), str(request.session.get(CODE_KEY, ""))
        user = person_with_code(actor=STRANGER, reference=reference, code=form["code"], now=timezone.now())
        request.session.pop(CODE_KEY, None)
        step = begin_sign_in(request._request, user, factor=PHONE_CODE)
        return Response(SessionOut(self._shown(request, None if step else user, step)).data)

    @extend_schema(responses={204: None})
    def end(self, request: Request) -> Response:
        """Sign out; the session ends on the server."""
        self._session_only(request, "接口密钥没有会话可退出", "如不再使用，请停用该密钥")
        sign_out(request._request)
        return Response(status=204)

    @extend_schema(request=RoleChoice, responses=MembershipOut)
    @action(detail=False, methods=["post"])
    def role(self, request: Request) -> Response:
        """Act in another of one's roles from now on; the session's key changes with it."""
        if request.auth.key is not None:
            raise Refused(403, "CLIENT_KEY_HAS_ONE_ROLE", "接口密钥只对应一个岗位", "请为另一岗位另建密钥")
        wanted: Any = self._body(request, RoleChoice)["membership"]
        chosen = next((m for m in live_memberships(request.user) if m.pk == wanted), None)
        if chosen is None:
            raise Refused(404, "NOT_FOUND", "您没有这个岗位，或岗位已失效", "请用 GET /api/v1/session/ 查看可选岗位")
        act_as(request._request, chosen)
        return Response(MembershipOut(chosen).data)

    @extend_schema(request=ConfirmationForm, responses=ConfirmationOut)
    @action(detail=False, methods=["post"])
    def confirmation(self, request: Request) -> Response:
        """Confirm oneself again by password or code, for operations that answer `CONFIRM_AGAIN`.

        A session remembers it; a client key sends the answer's `confirmation` along in the header `Confirmation`.
        """
        form = self._body(request, ConfirmationForm)
        return Response(ConfirmationOut(confirmation.confirm(request, **form)).data)

    @extend_schema(request=PasswordForm, responses=SessionOut)
    @action(detail=False, methods=["post"])
    def password(self, request: Request) -> Response:
        """A new password for the old one; every other session of the person ends."""
        self._session_only(request, "接口密钥不能更改密码", "请登录后办理")
        form = self._body(request, PasswordForm)
        renew_password(request._request, request.user, old=form["old"], new=form["new"])
        return Response(SessionOut(self._shown(request, request.user)).data)

    # --- what they share ------------------------------------------------------------------------

    @sensitive_variables("judged")
    def _body(self, request: Request, form: type[Any]) -> dict[str, Any]:
        if request.auth is None:
            self._check_csrf(request)
        judged = form(data=request.data)
        judged.is_valid(raise_exception=True)
        found: dict[str, Any] = judged.validated_data
        return found

    def _check_csrf(self, request: Request) -> None:
        """Also whoever is not signed in yet proves that the request is theirs: nobody is signed in by a stranger's page."""
        SessionMemberAuthentication().enforce_csrf(request)

    def _session_only(self, request: Request, message: str, fix: str) -> None:
        if request.auth.key is not None:
            raise Refused(403, "SESSION_NEEDED", message, fix)

    def _waiting(self, request: Request) -> User:
        user = pending_user(request._request)
        if user is None:
            raise Refused(
                403, "SIGN_IN_NOT_BEGUN", "尚未输入密码，或等待验证码超时", "请重新用 POST /api/v1/session/ 登录"
            )
        return user

    def _shown(self, request: Request, user: User | None = None, step: SignInStep = SignInStep.IN) -> dict[str, Any]:
        """Who acts: the person given, or whoever the request comes from."""
        acting: Acting | None = request.auth if user is None and not step else None
        user = user or (request.user if acting else None)
        live = live_memberships(user) if user else []
        chosen = acting.membership if acting else chosen_membership(live, None)
        if acting is not None and acting.key is not None:
            live = [one for one in live if one == acting.membership]
        return {
            "is_signed_in": user is not None, "next": step or (ROLE if user and chosen is None else ""),
            "name": user.display_name if user else "", "acting": chosen, "memberships": live,
            "is_client_key": acting is not None and acting.key is not None, "day": business_day(),
            "asks_again_after": settings.CONFIRM_AGAIN_SECONDS, "csrf_token": get_token(request._request),
        }  # fmt: skip
