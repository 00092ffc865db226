"""Telephones of people, one-time codes, requests for accounts, colleagues, and one owner for each enterprise."""

from typing import Any

import django.db.models.deletion
import park_workers.foundation.encryption
import park_workers.foundation.files
from django.conf import settings
from django.db import migrations, models

from park_workers.foundation.create_tables import CreateTables
from park_workers.foundation import triggers


def keep_the_first_owner(apps: Any, schema_editor: Any) -> None:
    """Each person of an enterprise was entered as its owner: the one who came first stays it."""
    owners = apps.get_model("park_workers", "Membership").objects.filter(is_owner=True)
    owners.exclude(role="enterprise_hr").update(is_owner=False)
    seen: set[int] = set()
    for owner in owners.filter(valid_to__isnull=True).order_by("pk"):
        if owner.organisation_id in seen:
            owners.filter(pk=owner.pk).update(is_owner=False)
        seen.add(owner.organisation_id)


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0004_record_signs_of_life"),
        ("park_workers", "0010_take_entries_by_scan"),
    ]

    operations = [
        migrations.RunPython(keep_the_first_owner, migrations.RunPython.noop),
        CreateTables([
            migrations.CreateModel(
                name="AccountRequest",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("status", models.CharField(max_length=20, verbose_name="状态")),
                    ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                    (
                        "reference",
                        models.CharField(
                            default=park_workers.foundation.files.new_reference,
                            max_length=20,
                            unique=True,
                            verbose_name="申请编号",
                        ),
                    ),
                    ("credit_code", models.CharField(max_length=18, verbose_name="统一社会信用代码")),
                    ("applicant_name", models.CharField(max_length=60, verbose_name="申请人")),
                    (
                        "phone",
                        park_workers.foundation.encryption.EncryptedTextField(
                            blank=True, bound_to="reference", default="", verbose_name="手机号"
                        ),
                    ),
                    ("phone_hash", models.CharField(blank=True, default="", max_length=64, verbose_name="手机号散列")),
                    ("consented_at", models.DateTimeField(verbose_name="同意时间")),
                    ("reason", models.CharField(blank=True, default="", max_length=200, verbose_name="退回原因")),
                    ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="申请时间")),
                    ("decided_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                    ("agreed_by", models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="同意人",
                    )),
                    ("licence", models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="foundation.storedfile",
                        verbose_name="营业执照照片",
                    )),
                    ("membership", models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="park_workers.membership",
                        verbose_name="开通的岗位",
                    )),
                    ("opened_by", models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    )),
                ],
                options={
                    "verbose_name": "开户申请",
                    "verbose_name_plural": "开户申请",
                    "indexes": [
                        models.Index(fields=["status", "recorded_at"], name="account_request_queue"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("status__in", ("waiting", "agreed"))),
                            fields=("credit_code", "phone_hash"),
                            name="one_open_account_request",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("status", "opened"), _negated=True),
                                models.Q(
                                    ("agreed_by__isnull", False),
                                    ("membership__isnull", False),
                                    ("opened_by__isnull", False),
                                    models.Q(("agreed_by", models.F("opened_by")), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="account_opened_by_two",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("status", "refused"), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="account_refused_with_reason",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("decided_at__isnull", True), ("status__in", ("waiting", "agreed"))),
                                models.Q(("decided_at__isnull", False), ("status__in", ("opened", "refused", "withdrawn"))),
                                _connector="OR",
                            ),
                            name="account_request_decided_at",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CodeAllowance",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("phone_hash", models.CharField(max_length=64, unique=True, verbose_name="手机号散列")),
                    ("next_at", models.DateTimeField(verbose_name="下次可发时间")),
                    ("hour_began_at", models.DateTimeField(verbose_name="本小时起")),
                    ("hour_count", models.PositiveIntegerField(default=0, verbose_name="本小时已发")),
                    ("day_began_at", models.DateTimeField(verbose_name="本日起")),
                    ("day_count", models.PositiveIntegerField(default=0, verbose_name="本日已发")),
                ],
                options={
                    "verbose_name": "验证码额度",
                    "verbose_name_plural": "验证码额度",
                },
            ),
            migrations.CreateModel(
                name="ColleagueInvitation",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("status", models.CharField(max_length=20, verbose_name="状态")),
                    ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                    (
                        "reference",
                        models.CharField(
                            default=park_workers.foundation.files.new_reference,
                            max_length=20,
                            unique=True,
                            verbose_name="编号",
                        ),
                    ),
                    ("name", models.CharField(max_length=60, verbose_name="姓名")),
                    (
                        "phone",
                        park_workers.foundation.encryption.EncryptedTextField(
                            blank=True, bound_to="reference", default="", verbose_name="手机号"
                        ),
                    ),
                    ("phone_hash", models.CharField(blank=True, default="", max_length=64, verbose_name="手机号散列")),
                    ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                    ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="邀请时间")),
                    ("invited_by", models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="park_workers.membership",
                        verbose_name="邀请人",
                    )),
                    ("membership", models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="park_workers.membership",
                        verbose_name="岗位",
                    )),
                    ("organisation", models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="park_workers.organisation",
                        verbose_name="企业",
                    )),
                ],
                options={
                    "verbose_name": "同事邀请",
                    "verbose_name_plural": "同事邀请",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("status", "accepted"), _negated=True), ("membership__isnull", False), _connector="OR"
                            ),
                            name="accepted_invitation_has_membership",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OneTimeCode",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    (
                        "reference",
                        models.CharField(
                            default=park_workers.foundation.files.new_reference,
                            max_length=20,
                            unique=True,
                            verbose_name="编号",
                        ),
                    ),
                    (
                        "purpose",
                        models.CharField(
                            choices=[
                                ("sign_in", "登录"),
                                ("join", "申请开通企业账号"),
                                ("look_up", "查询申请"),
                                ("colleague", "接受同事邀请"),
                                ("old_phone", "更换手机号（原号码）"),
                                ("new_phone", "绑定手机号"),
                                ("confirm", "确认身份"),
                            ],
                            max_length=20,
                            verbose_name="用途",
                        ),
                    ),
                    (
                        "phone",
                        park_workers.foundation.encryption.EncryptedTextField(
                            blank=True, bound_to="reference", default="", verbose_name="手机号"
                        ),
                    ),
                    ("phone_hash", models.CharField(max_length=64, verbose_name="手机号散列")),
                    ("code_hash", models.CharField(blank=True, default="", max_length=64, verbose_name="验证码散列")),
                    ("tries", models.PositiveIntegerField(default=0, verbose_name="已试次数")),
                    ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                    ("used_at", models.DateTimeField(null=True, verbose_name="使用时间")),
                    ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="申请时间")),
                    ("user", models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="用户",
                    )),
                ],
                options={
                    "verbose_name": "手机验证码",
                    "verbose_name_plural": "手机验证码",
                    "indexes": [
                        models.Index(fields=["recorded_at"], name="code_age"),
                    ],
                    "constraints": [
                        models.CheckConstraint(condition=models.Q(("tries__lte", 5)), name="code_tries_are_few"),
                    ],
                },
            ),
            migrations.CreateModel(
                name="OwnerHandover",
                fields=[
                    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                    ("status", models.CharField(max_length=20, verbose_name="状态")),
                    ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                    ("reason", models.CharField(blank=True, default="", max_length=200, verbose_name="原因")),
                    ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="提出时间")),
                    ("offered_by", models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="park_workers.membership",
                        verbose_name="提出人",
                    )),
                    ("organisation", models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="park_workers.organisation",
                        verbose_name="企业",
                    )),
                    ("to", models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="park_workers.membership",
                        verbose_name="接任人",
                    )),
                ],
                options={
                    "verbose_name": "主账号移交",
                    "verbose_name_plural": "主账号移交",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("status", "offered")), fields=("organisation",), name="one_offered_handover"
                        ),
                    ],
                },
            ),
        ]),
        migrations.AddField(
            model_name="user",
            name="phone",
            field=park_workers.foundation.encryption.EncryptedTextField(
                blank=True, bound_to="username", default="", verbose_name="手机号"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="phone_hash",
            field=models.CharField(max_length=64, null=True, unique=True, verbose_name="手机号散列"),
        ),
        migrations.AddField(
            model_name="user",
            name="phone_proven_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="手机号验证时间"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_owner", True), ("valid_to__isnull", True)),
                fields=("organisation",),
                name="one_live_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_owner", False), ("role", "enterprise_hr"), _connector="OR"),
                name="owner_is_of_an_enterprise",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phone", ""), ("phone_hash__isnull", True), ("phone_proven_at__isnull", True)),
                    models.Q(
                        models.Q(("phone", ""), _negated=True),
                        ("phone_hash__isnull", False),
                        ("phone_proven_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="user_phone_is_proven",
            ),
        ),
        triggers.allowed_moves(
            "account_request_moves",
            table="park_workers_accountrequest",
            moves=[
                ("waiting", "agreed"), ("agreed", "opened"), ("waiting", "refused"), ("agreed", "refused"), ("waiting", "withdrawn"),
            ],
        ),  # fmt: skip
        triggers.allowed_moves(
            "colleague_invitation_moves",
            table="park_workers_colleagueinvitation",
            moves=[("sent", "accepted"), ("sent", "withdrawn")],
        ),
        triggers.allowed_moves(
            "owner_handover_moves",
            table="park_workers_ownerhandover",
            moves=[("offered", "taken"), ("offered", "declined"), ("offered", "withdrawn")],
        ),
    ]
