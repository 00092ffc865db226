"""Texts leave by console, file or gateway; the gateway is a real server on this machine."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from park_workers.foundation.senders import NotSent, ShortText, chosen_sender
from park_workers.foundation.senders import gateway as gateway_module

TEXT = ShortText("code-1", "13900000001", "【一线通】验证码 123456")
SECRET = "a-secret-of-the-gateway"


@dataclass
class Gateway:
    """What came, and what is answered in turn (the last answer again and again)."""

    answers: list[tuple[int, str]]
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def gateway(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """A server that keeps what it is sent."""
    kept = Gateway([(200, '{"accepted": true}')])

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.came.append((dict(self.headers), body))
            status, words = kept.answers.pop(0) if len(kept.answers) > 1 else kept.answers[0]
            if status == 0:
                threading.Event().wait(1)
                return
            self.send_response(status)
            if status == 302:
                self.send_header("Location", kept.address)
            self.end_headers()
            self.wfile.write(words.encode())

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    kept.address = f"http://127.0.0.1:{server.server_port}/texts"
    settings.CODE_SENDER, settings.CODE_GATEWAY_URL = "gateway", kept.address
    settings.CODE_GATEWAY_KEY, settings.CODE_GATEWAY_SECRET, settings.CODE_GATEWAY_TIMEOUT = "bureau", SECRET, 0.3
    monkeypatch.setattr(gateway_module, "PAUSE_SECONDS", 0.01)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()


def test_the_gateway_is_sent_signed_json(gateway: Gateway) -> None:
    chosen_sender().send(TEXT)
    ((headers, body),) = gateway.came
    signed = hmac.new(SECRET.encode(), headers["X-Timestamp"].encode() + b"\n" + body, hashlib.sha256).hexdigest()
    assert headers["X-Signature"] == f"sha256={signed}" and headers["X-Key"] == "bureau"
    assert json.loads(body) == {"id": "code-1", "to": "13900000001", "text": "【一线通】验证码 123456"}


@pytest.mark.parametrize("first", [(503, ""), (429, ""), (0, "")])
def test_what_may_pass_is_tried_again_under_the_same_number(gateway: Gateway, first: tuple[int, str]) -> None:
    gateway.answers = [first, (200, '{"accepted": true}')]
    chosen_sender().send(TEXT)
    assert [json.loads(body)["id"] for _, body in gateway.came] == ["code-1", "code-1"]


@pytest.mark.parametrize(
    ("answer", "tries", "words"),
    [((400, ""), 1, "HTTP 400"), ((500, ""), 3, "HTTP 500"), ((200, "no json"), 1, "无法识别"),
     ((200, '{"accepted": false}'), 1, "没有接受"), ((302, ""), 1, "HTTP 302")],
)  # fmt: skip
def test_what_does_not_pass_is_given_up_with_a_reason(
    gateway: Gateway, answer: tuple[int, str], tries: int, words: str
) -> None:
    gateway.answers = [answer]
    with pytest.raises(NotSent, match=words) as refusal:
        chosen_sender().send(TEXT)
    assert len(gateway.came) == tries and "139" not in str(refusal.value)


def test_nobody_listens(settings: Any, gateway: Gateway) -> None:
    settings.CODE_GATEWAY_URL = "http://127.0.0.1:9/texts"
    with pytest.raises(NotSent, match="没有应答"):
        chosen_sender().send(TEXT)


@pytest.mark.parametrize("address", ["http://gateway.example/texts", "ftp://127.0.0.1/", "", "file:///etc/passwd"])
def test_only_https_leaves_the_machine(settings: Any, gateway: Gateway, address: str) -> None:
    settings.CODE_GATEWAY_URL = address
    with pytest.raises(NotSent):
        chosen_sender().send(TEXT)


def test_the_file_is_its_owners_only(settings: Any, tmp_path: Any) -> None:
    settings.CODE_SENDER, settings.CODE_FILE = "file", str(tmp_path / "texts.log")
    chosen_sender().send(TEXT)
    path = tmp_path / "texts.log"
    assert path.read_text() == "13900000001\t【一线通】验证码 123456\n" and path.stat().st_mode & 0o777 == 0o600


def test_the_console_shows_it_and_its_name_hides_it(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.CODE_SENDER = "console"
    chosen_sender().send(TEXT)
    assert "123456" in capsys.readouterr().out and repr(TEXT) == "ShortText(code-1)"
