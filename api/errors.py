"""Refusals of the API as application/problem+json: what, where, and what to do, in Chinese, every bad field at once."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

from park_workers.foundation.errors import PermissionRefused, RuleViolation, TransitionRefused
from park_workers.foundation.problems import MEDIA_TYPE, problem_body
from park_workers.foundation.spreadsheets import FileRefused
from park_workers.services.employments import FieldsInvalid
from park_workers.services.rosters.hire import Problem

log = logging.getLogger(__name__)
#: between a message and its remedy in an error of a field
REMEDY = "\x1f"
#: what to do about a field, by the code of what is wrong with it
REMEDIES = {
    "required": "请补充此栏目", "null": "请填写此栏目", "blank": "请填写此栏目", "invalid": "请按接口文档规定的格式填写",
    "invalid_choice": "请从接口文档列出的值中选择", "max_length": "请缩短内容", "does_not_exist": "请核对编号",
    "UNKNOWN_FIELD": "请删除该栏目，或核对拼写", "empty": "请选择非空文件",
}  # fmt: skip
#: refusals whose answer is not that of their class
STATUS_BY_CODE = {
    "IDEMPOTENCY_CONFLICT": 409, "ALREADY_REGISTERED": 409, "EMPLOYMENT_SPANS_OVERLAP": 409, "BATCH_EXISTS": 409,
    "NUMBER_TAKEN": 409, "CLAWBACK_EXISTS": 409, "FILE_NOT_KEPT": 404,
}  # fmt: skip


class Refused(exceptions.APIException):
    """A refusal of the door itself, such as a missing header; `status_code` is the answer's."""

    def __init__(self, status_code: int, code: str, message: str, fix: str = "") -> None:
        super().__init__(message, code)
        self.status_code, self.problem_code, self.message, self.fix = status_code, code, message, fix


class FormRefused(exceptions.APIException):
    """Fields of a body that cannot be read and fields a rule refuses, named together."""

    status_code = 422

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("FIELDS_INVALID")
        self.errors = errors


def field_errors(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Every field of a serializer's errors with code, message and remedy; nested fields by a dotted path."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = "" if name == "non_field_errors" else str(name)[:80]
            yield from field_errors(inner, ".".join(part for part in (path, here) if part))
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            is_nested = isinstance(inner, (dict, list))
            yield from field_errors(inner, f"{path}[{position}]" if is_nested else path)
    else:
        message, _, fix = str(detail).partition(REMEDY)
        code = str(getattr(detail, "code", "invalid"))
        yield {"field": path, "code": code, "message": message, "fix": fix or REMEDIES.get(code, "")}


def problem_errors(problems: list[Problem]) -> list[dict[str, str]]:
    """Problems a service found, as errors of fields."""
    return [{"field": p.field, "code": p.code, "message": p.message, "fix": p.fix} for p in problems]


def problem(status_code: int, code: str, detail: str, fix: str = "", errors: list[dict[str, str]] | None = None,
            headers: dict[str, str] | None = None) -> Response:  # fmt: skip
    """One answer in the form of RFC 9457."""
    body = problem_body(status_code, code, detail, fix, errors)
    return Response(body, status=status_code, headers=headers, content_type=MEDIA_TYPE)


def answer_problem(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to any exception of a view (REST_FRAMEWORK EXCEPTION_HANDLER)."""
    if isinstance(error, (RuleViolation, FileRefused)):
        return _of_rule(error, context)
    if isinstance(error, Refused):
        return problem(error.status_code, error.problem_code, error.message, error.fix)
    if isinstance(error, FormRefused):
        return _of_fields(error.errors)
    if isinstance(error, exceptions.ValidationError):
        return _of_fields(list(field_errors(error.detail)))
    if isinstance(error, RequestDataTooBig):
        return problem(413, "BODY_TOO_LARGE", "内容过大", "请分几次办理；文件请用 multipart/form-data 上传")
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, SuspiciousOperation):
        error = exceptions.ParseError()
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    if isinstance(error, OperationalError):
        log.warning("database busy: %s", error)
        return problem(
            503, "BUSY", "系统繁忙，本次请求未生效", "请稍候用同一请求编号重试", headers={"Retry-After": "2"}
        )
    log.exception("request failed", exc_info=error)
    return problem(500, "INTERNAL_ERROR", "系统错误，已记录", "请用同一请求编号重试；仍不成功请联系系统管理员")


def _of_fields(errors: list[dict[str, str]]) -> Response:
    detail = "；".join(f"{e['field']}：{e['message']}" if e["field"] else e["message"] for e in errors)
    return problem(422, "FIELDS_INVALID", detail, "请按提示修改列出的栏目", errors)


def _of_rule(error: RuleViolation | FileRefused, context: dict[str, Any]) -> Response:
    request = context.get("request")
    if isinstance(error, FieldsInvalid):
        return _of_fields(problem_errors(error.problems))
    code = STATUS_BY_CODE.get(error.code, 422)
    if isinstance(error, PermissionRefused):
        code = 403
    elif error.code == "VERSION_CHANGED" and request is not None and "If-Match" in request.headers:
        code = 412
    elif isinstance(error, TransitionRefused):
        code = 409
    return problem(code, error.code, error.message, error.fix)


def _of_framework(error: exceptions.APIException) -> Response:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if isinstance(error, exceptions.Throttled):
        wait = math.ceil(error.wait or 1)
        return problem(429, "THROTTLED", "请求过于频繁", f"请 {wait} 秒后重试", headers={"Retry-After": str(wait)})
    code, detail, fix = {
        status.HTTP_400_BAD_REQUEST: ("BODY_INVALID", "请求内容不是有效的 JSON 或表单", "请核对内容格式与编码（UTF-8）"),
        status.HTTP_401_UNAUTHORIZED: ("NOT_AUTHENTICATED", "尚未登录，或密钥无效", "请登录，或在 Authorization 头写明有效的 Api-Key"),
        status.HTTP_403_FORBIDDEN: ("NOT_ALLOWED", "不允许办理", "请由有权岗位办理"),
        status.HTTP_404_NOT_FOUND: ("NOT_FOUND", "没有这个对象，或不属于您的单位", "请核对编号"),
        status.HTTP_405_METHOD_NOT_ALLOWED: ("METHOD_NOT_ALLOWED", "该地址不支持此请求方法", "请查阅接口文档"),
        status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: ("MEDIA_TYPE_UNSUPPORTED", "不支持此内容格式", "请用 JSON；上传文件用 multipart/form-data"),
    }.get(error.status_code, (str(error.default_code).upper(), str(error.detail), "请查阅接口文档"))  # fmt: skip
    return problem(error.status_code, code, detail, fix, headers=headers)
