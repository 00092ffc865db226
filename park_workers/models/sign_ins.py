"""How a person gets in: invitations, the second factor, and where they are signed in."""

from __future__ import annotations

from django.db import models

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.search_hash import HASH_LENGTH
from park_workers.models.users import User


class SecondFactor(models.Model):
    """One-time codes of a person's phone (RFC 6238); in force once a first code has shown that they arrive."""

    user = models.OneToOneField(User, models.PROTECT, related_name="second_factor", verbose_name="用户")
    secret = EncryptedTextField("密钥", bound_to="user_id")
    confirmed_at = models.DateTimeField("启用时间", null=True)
    #: the 30-second step of the last code taken: a code works once
    last_step = models.BigIntegerField("最近一次验证的时间步", null=True)
    wrong_tries = models.PositiveIntegerField("连续错误次数", default=0)
    tried_at = models.DateTimeField("最近一次尝试", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "第二因素"

    def __str__(self) -> str:
        return f"SecondFactor {self.user_id}"


class RecoveryCode(models.Model):
    """A code on paper for the day the phone is lost; only its keyed hash is kept, and it works once."""

    user = models.ForeignKey(User, models.PROTECT, related_name="recovery_codes", verbose_name="用户")
    code_hash = models.CharField("恢复码散列", max_length=HASH_LENGTH, unique=True)
    used_at = models.DateTimeField("使用时间", null=True)
    recorded_at = models.DateTimeField("创建时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"

    def __str__(self) -> str:
        return f"RecoveryCode {self.pk}"


class Invitation(models.Model):
    """A link with which a person sets the password; it ends with its first use, its term or the next link."""

    user = models.ForeignKey(User, models.PROTECT, related_name="invitations", verbose_name="用户")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发出人")
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True)
    replaced_at = models.DateTimeField("作废时间", null=True)
    recorded_at = models.DateTimeField("创建时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "邀请"

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


class SignIn(models.Model):
    """One log-in of one person on one device."""

    user = models.ForeignKey(User, models.PROTECT, related_name="sign_ins", verbose_name="用户")
    epoch = models.PositiveIntegerField("会话批次")
    address = models.CharField("来源地址", max_length=45)
    device = models.CharField("设备", max_length=200)
    signed_in_at = models.DateTimeField("登录时间")
    ended_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录记录"
        indexes = [models.Index(fields=["user", "-signed_in_at"], name="sign_ins_of_a_person")]

    def __str__(self) -> str:
        return f"SignIn {self.pk}"
