"""What a file was given for: the batch or payment file that the scope of an upload names."""

from __future__ import annotations

from park_workers.foundation.spreadsheets import FileRefused
from subsidies.models import Batch, PaymentFile


def _number_of(scope: str, kind: str) -> int | None:
    found, _, key = scope.partition(":")
    return int(key) if found == kind and key.isascii() and key.isdigit() and len(key) < 19 else None


def batch_of_scope(scope: str) -> Batch:
    """The batch a list was given for (`batch:<number>`); raises FileRefused."""
    number = _number_of(scope, "batch")
    batch = Batch.objects.select_related("bureau", "policy", "policy_version").filter(pk=number).first()
    if number is None or batch is None:
        raise FileRefused("SCOPE_UNKNOWN", "没有指明批次，或批次不存在", "请在批次页面上传")
    return batch


def payment_file_of_scope(scope: str) -> PaymentFile:
    """The payment file a bank return answers (`payment_file:<number>`); raises FileRefused."""
    number = _number_of(scope, "payment_file")
    payment_file = PaymentFile.objects.select_related("batch").filter(pk=number).first()
    if number is None or payment_file is None:
        raise FileRefused("SCOPE_UNKNOWN", "没有指明付款文件，或付款文件不存在", "请在批次的拨付页面上传")
    return payment_file
