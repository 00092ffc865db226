"""A refusal as application/problem+json (RFC 9457): one shape, whoever writes it, a view or what stands before all views."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "请求格式不正确", 401: "尚未登录", 403: "不允许办理", 404: "未找到", 405: "不支持的请求方法", 406: "不支持的应答格式",
    409: "与当前状态冲突", 412: "版本已变化", 413: "内容过大", 415: "不支持的内容格式", 422: "内容不符合要求", 428: "须注明所见版本",
    429: "请求过于频繁", 500: "系统错误", 503: "系统繁忙",
}  # fmt: skip


def problem_body(
    status_code: int, code: str, detail: str, fix: str = "", errors: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """What every refusal says: what, where (`errors`: field, code, message, fix) and what to do."""
    return {
        "type": f"urn:yixiantong:problem:{code.lower()}", "title": TITLES.get(status_code, "不能办理"),
        "status": status_code, "detail": detail, "code": code, "fix": fix, "errors": errors or [],
    }  # fmt: skip


def problem_response(
    status_code: int, code: str, detail: str, fix: str = "", headers: dict[str, str] | None = None
) -> JsonResponse:
    """A refusal given before or after any view of the API; no cache keeps it."""
    body = problem_body(status_code, code, detail, fix)
    answer = JsonResponse(body, status=status_code, content_type=MEDIA_TYPE, headers=headers)
    answer["Cache-Control"] = "no-store, private"
    return answer
