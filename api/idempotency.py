"""One effect per client key: the key is written in the transaction of the change it causes, with the answer given.

The same key with the same body gets the same answer; with another body, or for another operation, it is refused with 409.
A refused request leaves no key: it may be sent again once its reason is gone.  Of copies that arrive at once one acts; the
others wait at the unique index (PostgreSQL) or at the write lock (SQLite) and then get the first one's answer.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import Refused
from api.models import IdempotencyKey
from park_workers.foundation.rows import insert_row, run_statement
from park_workers.foundation.search_hash import search_hash
from park_workers.models import Membership

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_HEADERS = ("ETag", "Location")
KEEP = "UPDATE api_idempotencykey SET status_code = %s, headers = %s, answer = %s WHERE id = %s"
WELL_FORMED = re.compile(r"[\x21-\x7e]{8,64}")


def key_of(request: Request) -> str:
    """The client's key of a request; raises Refused without a well-formed one."""
    key: str = request.headers.get(HEADER, "")
    if not WELL_FORMED.fullmatch(key):
        raise Refused(
            400, "IDEMPOTENCY_KEY_MISSING" if not key else "IDEMPOTENCY_KEY_INVALID",
            f"须在 {HEADER} 头写明请求编号（8 至 64 个可见 ASCII 字符）", "每件事用一个新的 UUID，重试时用原来的",
        )  # fmt: skip
    return key


def body_digest(content: Any) -> str:
    """Keyed digest of a parsed body: order of fields and multipart boundaries do not count, files count by content."""
    return search_hash(json.dumps(_canonical(content), sort_keys=True, ensure_ascii=False), purpose="api_body")


def _canonical(content: Any) -> Any:
    if isinstance(content, QueryDict):
        return {name: [_canonical(value) for value in values] for name, values in content.lists()}
    if isinstance(content, UploadedFile):
        digest = hashlib.sha256(b"".join(content.chunks())).hexdigest()
        content.seek(0)
        return [content.name, digest]
    if isinstance(content, Mapping):
        return {str(name): _canonical(value) for name, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [_canonical(value) for value in content]
    return content


def act_once(request: Request, membership: Membership | None, act: Callable[[], Response]) -> Response:
    """Run `act` in one transaction with the request's key, or give the answer that the key got before."""
    owner = f"membership:{membership.pk}" if membership else "public"
    claim = IdempotencyKey(
        owner=owner, membership=membership, key=key_of(request), operation=f"{request.method} {request.path}"[:300],
        body_digest=body_digest(request.data),
    )  # fmt: skip
    with transaction.atomic():
        known = _claim(claim)
        if known is not None:
            return _again(known, claim)
        response = act()
        _keep(claim, response)
    return response


def _claim(claim: IdempotencyKey) -> IdempotencyKey | None:
    """Put the key in; the row that holds it, if one does: somebody at the same moment is waited for."""
    if insert_row(claim, skip_known=True):
        return None
    return IdempotencyKey.objects.get(owner=claim.owner, key=claim.key)


def _keep(claim: IdempotencyKey, response: Response) -> None:
    claim.seal_answer(JSONRenderer().render(response.data).decode())  # type: ignore[attr-defined]
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    run_statement(KEEP, [response.status_code, json.dumps(headers), claim.answer, claim.pk])


def _again(known: IdempotencyKey, claim: IdempotencyKey) -> Response:
    if (known.operation, known.body_digest) != (claim.operation, claim.body_digest):
        raise Refused(
            409,
            "IDEMPOTENCY_CONFLICT",
            "同一请求编号已用于另一份内容",
            "另一件事请用新的请求编号；重试请发送原来的内容",
        )
    text = known.open_answer()  # type: ignore[attr-defined]
    answer = json.loads(text) if text else None
    return Response(answer, status=known.status_code, headers={**known.headers, REPLAYED: "true"})
