"""What the door for machines remembers: keys of clients, and answers already given."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from rest_framework_api_key.models import AbstractAPIKey, APIKeyManager

from park_workers.foundation.encryption import EncryptedTextField
from park_workers.foundation.rows import Question
from park_workers.models import Membership


class ClientKeyManager(APIKeyManager):
    """Keys; one in use is read together with the membership it acts in."""

    def get_usable_keys(self) -> models.QuerySet[Any]:
        """Keys not taken back whose membership is in force."""
        usable: models.QuerySet[Any] = super().get_usable_keys()
        in_force = usable.filter(membership__in=Membership.objects.in_force())
        return in_force.select_related("membership__user", "membership__organisation__enterprise")

    def get_from_key(self, key: str) -> ClientKey:
        """The key in use with this text; raises ClientKey.DoesNotExist.  As the library does, by a query put together once."""
        found: ClientKey | None = USABLE.first(key.partition(".")[0])
        if found is None or not found.is_valid(key):
            raise ClientKey.DoesNotExist
        return found


class ClientKey(AbstractAPIKey):
    """A machine client's key, bound to one membership: it may what that person in that role may; only a hash is kept."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="client_keys", verbose_name="岗位")

    objects: ClassVar[Any] = ClientKeyManager()

    class Meta(AbstractAPIKey.Meta):
        verbose_name = verbose_name_plural = "接口密钥"

    def __str__(self) -> str:
        return f"{self.name} {self.prefix}"


USABLE = Question(lambda prefix: ClientKey.objects.get_usable_keys().filter(prefix=prefix))


class IdempotencyKey(models.Model):
    """A client's key of one request and the answer it got; written in the transaction of the change it caused.

    `owner` names whose key it is ("membership:12", or "public"); the body is kept as a keyed digest, the answer encrypted.
    """

    owner = models.CharField("归属", max_length=40)
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name="岗位")
    key = models.CharField("请求编号", max_length=64)
    operation = models.CharField("操作", max_length=300)
    body_digest = models.CharField("内容摘要", max_length=64)
    status_code = models.PositiveSmallIntegerField("应答码", null=True)
    headers = models.JSONField("应答头", default=dict)
    answer = EncryptedTextField("应答", bound_to="owner_key")
    recorded_at = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "请求编号"
        indexes = [models.Index(fields=["recorded_at"], name="idempotency_age")]
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.owner} {self.operation}"

    @property
    def owner_key(self) -> str:
        """Natural key the encrypted answer is bound to."""
        return f"{self.owner}:{self.key}"
