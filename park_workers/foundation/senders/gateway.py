"""A gateway of short messages reached by HTTPS: one signed POST with JSON for each text (docs/operations.md, F13)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from park_workers.foundation.senders import NotSent, ShortText

TRIES, PAUSE_SECONDS = 3, 0.5
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_ANSWER = 4096


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A gateway that sends us elsewhere is not the one we signed for."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class GatewaySender:
    """Signs, sends, tries again what may pass by itself (no answer, 429, 5xx), and gives up with a reason on the rest."""

    def __init__(self) -> None:
        self.address, self.key, self.secret = (
            settings.CODE_GATEWAY_URL, settings.CODE_GATEWAY_KEY, settings.CODE_GATEWAY_SECRET,
        )  # fmt: skip
        place = urlsplit(self.address)
        if not (place.hostname and self.key and self.secret):
            raise NotSent("短信网关没有配置完整（YXT_CODE_GATEWAY_URL、_KEY、_SECRET）")
        if place.scheme != "https" and not (place.scheme == "http" and place.hostname in LOOPBACK):
            raise NotSent("短信网关地址必须是 https")
        self.opener = urllib.request.build_opener(_NoRedirects)

    def send(self, text: ShortText) -> None:
        """Hand one text over; the same number is sent along with each try, so that the gateway delivers it once."""
        body = json.dumps(
            {"id": text.number, "to": text.phone, "text": text.words}, ensure_ascii=False, separators=(",", ":")
        ).encode()
        reason = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
            reason, may_pass = self._try(body)
            if not reason:
                return
            if not may_pass:
                break
        raise NotSent(reason)

    def _try(self, body: bytes) -> tuple[str, bool]:
        """One request: why it failed ("" = accepted), and whether another try may succeed."""
        stamp = str(int(time.time()))
        signature = hmac.new(self.secret.encode(), stamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(  # noqa: S310 - the scheme was judged above
            self.address, data=body, method="POST",
            headers={
                "Content-Type": "application/json; charset=utf-8", "X-Key": self.key, "X-Timestamp": stamp,
                "X-Signature": f"sha256={signature}",
            },
        )  # fmt: skip
        try:
            with self.opener.open(request, timeout=settings.CODE_GATEWAY_TIMEOUT) as answer:
                return self._judge(answer.read(LONGEST_ANSWER))
        except urllib.error.HTTPError as refused:
            may_pass = refused.code == 429 or refused.code >= 500
            return f"短信网关拒绝发送（HTTP {refused.code}）", may_pass
        except (TimeoutError, OSError, HTTPException) as silent:
            return f"短信网关没有应答（{type(silent).__name__}）", True

    def _judge(self, answer: bytes) -> tuple[str, bool]:
        try:
            found = json.loads(answer)
        except ValueError:
            return "短信网关的应答无法识别", False
        if isinstance(found, dict) and found.get("accepted") is True:
            return "", False
        return "短信网关没有接受该短信", False
