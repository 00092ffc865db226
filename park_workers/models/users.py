"""People who log in, and the roles they act in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.search_hash import HASH_LENGTH
from park_workers.models.organisations import Organisation


class Role(models.TextChoices):
    """Roles; one person acts in one at a time."""

    ENTERPRISE_HR = "enterprise_hr", "企业人事"
    BASE_CLERK = "base_clerk", "基地经办"
    EXPERT = "expert", "评审专家"
    AGENCY_CLERK = "agency_clerk", "机构经办"
    CLERK = "clerk", "经办"
    REVIEWER = "reviewer", "复核"
    APPROVER = "approver", "审批"
    FINANCE = "finance", "财务"
    CITY_REVIEWER = "city_reviewer", "市局"
    AUDITOR = "auditor", "审计"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    LOG_ADMIN = "log_admin", "日志管理员"


#: The three administrators exclude each other and every business role; they see no business data.
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.LOG_ADMIN})
#: Roles that see the business of every enterprise and base (masked).
BUREAU_ROLES = frozenset({Role.CLERK, Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.CITY_REVIEWER, Role.AUDITOR})
#: Roles that log in with a second factor.
STAFF_ROLES = BUREAU_ROLES | ADMINISTRATORS | {Role.BASE_CLERK}
#: Roles that see what is their organisation's; an expert or administrator sits in the bureau and sees none of its business.
TENANT_ROLES = frozenset({Role.ENTERPRISE_HR, Role.BASE_CLERK, Role.AGENCY_CLERK})


class UserAccounts(BaseUserManager["User"]):
    """Creates users; there is no super-user, roles come from memberships."""

    def create_user(self, username: str, password: str | None = None, display_name: str = "") -> User:
        """A user with a hashed password (None = cannot log in)."""
        user = self.model(username=username, display_name=display_name or username)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A natural person who logs in."""

    username = models.CharField("登录名", max_length=60, unique=True)
    display_name = models.CharField("姓名", max_length=60)
    email = models.EmailField("邮箱", blank=True, default="")
    is_active = models.BooleanField("启用", default=True)
    recorded_at = models.DateTimeField("创建时间", auto_now_add=True)
    password_set_at = models.DateTimeField("密码设置时间", null=True, blank=True)
    #: part of every session's fingerprint: one more, and every session of the person is over
    session_epoch = models.PositiveIntegerField("会话批次", default=0)
    #: a telephone the person has shown to hold, by a code that was sent to it
    phone = EncryptedTextField("手机号", bound_to="username")
    phone_hash = models.CharField("手机号散列", max_length=HASH_LENGTH, null=True, unique=True)
    phone_proven_at = models.DateTimeField("手机号验证时间", null=True, blank=True)

    objects = UserAccounts()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        constraints = [
            models.CheckConstraint(
                name="user_phone_is_proven",
                condition=Q(phone="", phone_hash__isnull=True, phone_proven_at__isnull=True)
                | (~Q(phone="") & Q(phone_hash__isnull=False, phone_proven_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def set_password(self, raw_password: str | None) -> None:
        """Keep when the password was set, for those who must renew it."""
        super().set_password(raw_password)
        self.password_set_at = timezone.now()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session lives as long as the password and the epoch it began under."""
        salt = "park_workers.models.users.User.session_auth_hash"
        value = f"{self.password}:{self.session_epoch}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships."""

    def in_force(self) -> MembershipQuerySet:
        """Confirmed by a second person (or granted by the installer) and not ended."""
        is_confirmed = Q(granted_by__isnull=True) | Q(confirmed_by__isnull=False)
        return self.filter(is_confirmed, valid_to__isnull=True, user__is_active=True)

    def waiting(self) -> MembershipQuerySet:
        """Proposed by one person, not yet confirmed by a second."""
        return self.filter(granted_by__isnull=False, confirmed_by__isnull=True, valid_to__isnull=True)


class Membership(models.Model):
    """One person in one role at one organisation: the actor of every service."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name="用户")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships", verbose_name="单位")
    role = models.CharField("岗位", max_length=20, choices=Role)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    is_owner = models.BooleanField("企业主账号", default=False)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="授予人")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    recorded_at = models.DateTimeField("记录时间", auto_now_add=True)

    objects: ClassVar[MembershipQuerySet] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], condition=Q(valid_to__isnull=True), name="one_live_membership"
            ),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(is_owner=True, valid_to__isnull=True), name="one_live_owner"
            ),
            models.CheckConstraint(
                name="owner_is_of_an_enterprise", condition=Q(is_owner=False) | Q(role="enterprise_hr")
            ),
            models.CheckConstraint(
                name="membership_confirmed_by_another",
                condition=Q(granted_by__isnull=True) | Q(confirmed_by__isnull=True) | ~Q(granted_by=F("confirmed_by")),
            ),
            models.CheckConstraint(
                name="membership_span", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"

    @property
    def actor_id(self) -> int:
        """Number of this membership in the audit log."""
        return self.pk

    @property
    def is_waiting(self) -> bool:
        """Proposed and not yet confirmed."""
        return self.granted_by_id is not None and self.confirmed_by_id is None and self.valid_to is None

    @property
    def person_id(self) -> int:
        """The natural person: four-eyes rules compare persons, never roles."""
        return self.user_id

    @property
    def actor_label(self) -> str:
        """Shown in the audit log."""
        return f"{self.user.display_name}（{self.get_role_display()}，{self.organisation.name}）"

    @property
    def sees_business_of_all(self) -> bool:
        """Bureau staff and the auditor see every enterprise."""
        return self.role in BUREAU_ROLES

    @property
    def looks_after_people(self) -> bool:
        """Administrators of accounts and roles."""
        return self.role in (Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN)
