"""One-time codes sent to a telephone, and how many one telephone is sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.files import new_reference
from park_workers.foundation.search_hash import HASH_LENGTH
from park_workers.models.users import User

MOST_TRIES = 5


class OneTimeCode(models.Model):
    """A code for one purpose, known by its keyed hash only; whoever asked for it holds the reference, the telephone the code."""

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", "登录"
        JOIN = "join", "申请开通企业账号"
        LOOK_UP = "look_up", "查询申请"
        COLLEAGUE = "colleague", "接受同事邀请"
        OLD_PHONE = "old_phone", "更换手机号（原号码）"
        NEW_PHONE = "new_phone", "绑定手机号"
        CONFIRM = "confirm", "确认身份"

    reference = models.CharField("编号", max_length=20, unique=True, default=new_reference)
    purpose = models.CharField("用途", max_length=20, choices=Purpose)
    phone = EncryptedTextField("手机号", bound_to="reference")
    phone_hash = models.CharField("手机号散列", max_length=HASH_LENGTH)
    #: who asks, when signed in
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+", verbose_name="用户")
    #: empty until the code is made, which is when it is sent
    code_hash = models.CharField("验证码散列", max_length=HASH_LENGTH, default="", blank=True)
    tries = models.PositiveIntegerField("已试次数", default=0)
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True)
    recorded_at = models.DateTimeField("申请时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "手机验证码"
        indexes = [models.Index(fields=["recorded_at"], name="code_age")]
        constraints = [models.CheckConstraint(name="code_tries_are_few", condition=Q(tries__lte=MOST_TRIES))]

    def __str__(self) -> str:
        return f"OneTimeCode {self.pk}"


class CodeAllowance(models.Model):
    """When one telephone may be sent the next code, and how many it had within the hour and the day."""

    phone_hash = models.CharField("手机号散列", max_length=HASH_LENGTH, unique=True)
    next_at = models.DateTimeField("下次可发时间")
    hour_began_at = models.DateTimeField("本小时起")
    hour_count = models.PositiveIntegerField("本小时已发", default=0)
    day_began_at = models.DateTimeField("本日起")
    day_count = models.PositiveIntegerField("本日已发", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "验证码额度"

    def __str__(self) -> str:
        return f"CodeAllowance {self.pk}"
