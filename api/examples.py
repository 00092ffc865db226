"""An example of every body and every answer in the OpenAPI document, made from its own schema: what a field is called says
what stands in it.  Where an operation has an example of its own, that one stays.
"""

from __future__ import annotations

from typing import Any

from api.example_values import ANSWERS, BODIES, LEFT_OUT, OF_COMPONENT, PROBLEMS
from park_workers.foundation.problems import MEDIA_TYPE, problem_body

DATE, INSTANT, WORD = "2026-11-02", "2026-11-02T09:30:00+08:00", "示例"
REFERENCE = "#/components/schemas/"
#: kinds of content that are no text
BINARY = "application/vnd."


def add_examples(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook of drf-spectacular."""
    schemas = result["components"]["schemas"]
    for path, operations in result["paths"].items():
        for operation in operations.values():
            body = operation.get("requestBody", {}).get("content", {})
            for content in body.values():
                _give(content, _example(content["schema"], schemas, BODIES))
            for code, answer in operation["responses"].items():
                for kind, content in answer.get("content", {}).items():
                    if kind == MEDIA_TYPE:
                        _give(content, _refusal(int(code)))
                    elif not kind.startswith(BINARY):
                        _give(content, _page_at(path, _example(content["schema"], schemas, ANSWERS)))
    return result


def _give(content: dict[str, Any], example: Any) -> None:
    if "example" not in content and "examples" not in content:
        content["example"] = example


def _refusal(status: int) -> dict[str, Any]:
    code, detail, fix, errors = PROBLEMS[status]
    return problem_body(status, code, detail, fix, errors)


def _page_at(path: str, example: Any) -> Any:
    """A page of a list names the next one by its own address."""
    if isinstance(example, dict) and set(example) == {"next", "previous", "results"}:
        return example | {"next": f"https://example.cn{path}?cursor=cD0yMDI2", "previous": None}
    return example


def _example(schema: dict[str, Any], schemas: dict[str, Any], values: dict[str, Any]) -> Any:
    """What the schema describes; `values` knows fields by name."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REFERENCE)
        return _object(schemas[name], schemas, values | OF_COMPONENT.get(name, {}))
    if "allOf" in schema:
        return _example(schema["allOf"][0], schemas, values)
    if "oneOf" in schema:
        return _example(next(one for one in schema["oneOf"] if one.get("enum") != [None]), schemas, values)
    if schema.get("type") == "object" or "properties" in schema:
        return _object(schema, schemas, values)
    if schema.get("type") == "array":
        return [_example(schema["items"], schemas, values)]
    return _plain(schema)


def _object(schema: dict[str, Any], schemas: dict[str, Any], values: dict[str, Any]) -> Any:
    if "properties" not in schema:
        return _plain(schema) if schema.get("type") not in (None, "object") else {}
    needed = set(schema.get("required", ()))
    return {
        name: values[name] if _fits(values.get(name), inner) and name in values else _example(inner, schemas, values)
        for name, inner in schema["properties"].items()
        if values.get(name) is not LEFT_OUT or name in needed
    }


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a field's usual value is of the kind this field has."""
    if value is None:
        return schema.get("nullable") is True
    kinds = {"integer": int, "string": str, "boolean": bool, "array": list, "object": dict}
    kind = kinds.get(schema.get("type", ""))
    return value is not LEFT_OUT and (
        kind is None or (isinstance(value, kind) and isinstance(value, bool) == (kind is bool))
    )


def _plain(schema: dict[str, Any]) -> Any:
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return next((value for value in schema["enum"] if value not in ("", None)), schema["enum"][0])
    of_format = {"date": DATE, "date-time": INSTANT, "uri": "https://example.cn/", "binary": "（文件内容）"}
    if schema.get("format") in of_format:
        return of_format[schema["format"]]
    return {"integer": 1, "boolean": False, "string": WORD}.get(schema.get("type", ""), {})
