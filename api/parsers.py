"""Bodies that can be taken: not too large, texts in UTF-8, nesting that ends."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser, MultiPartParser

from api.errors import Refused
from park_workers.foundation.file_judgement import DEFAULT_LIMITS

#: what a form may have besides its file
BESIDE_FILE = 1 << 20


def _check_length(parser_context: Any, most: int) -> None:
    """Refuse by what the client says it sends; the server hands over no more than that."""
    length = int(parser_context["request"].META.get("CONTENT_LENGTH") or 0)
    if length > most:
        raise Refused(
            413,
            "BODY_TOO_LARGE",
            f"内容有 {length / 1048576:.1f} MB，超过 {most / 1048576:.0f} MB",
            "请分几次办理，或拆成几份上传",
        )


class TextJSONParser(JSONParser):
    """JSON without lone surrogates and without bottomless nesting; neither could be stored or compared."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        _check_length(parser_context, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        try:
            found = super().parse(stream, media_type, parser_context)
            json.dumps(found, ensure_ascii=False).encode()
        except (UnicodeEncodeError, RecursionError) as error:
            raise ParseError from error
        return found


class FileParser(MultiPartParser):
    """A form with a file of at most the size the reader takes."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        _check_length(parser_context, DEFAULT_LIMITS.bytes + BESIDE_FILE)
        return super().parse(stream, media_type, parser_context)
