"""What was put right in a file without being asked: each cell as it was written and as it was read."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pages.accounts.identity import freshly_confirmed
from pages.acting import member_of, page_for
from pages.uploads import shows_others, upload_seen
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.file_judgement import FileRefused
from park_workers.models.uploads import UPLOADERS
from park_workers.services.imports import import_for
from park_workers.services.upload_repairs import list_repairs

MOST = 500
#: signs that cannot be seen, made visible
UNSEEN = {
    " ": "␣",
    "\u3000": "␣",
    "\u00a0": "␣",
    "\t": "⇥",
    "\n": "⏎",
    "\u200b": "▯",
    "\ufeff": "▯",
    "\u200c": "▯",
    "\u200d": "▯",
}


def _visible(text: str) -> str:
    """The text with a sign for every blank at its ends and every sign without width."""
    inner = text.strip()
    at = text.find(inner) if inner else 0
    ends = (text[:at], text[at + len(inner) :])
    shown = "".join(UNSEEN.get(c, c) if c != " " else c for c in inner)
    return f"{''.join(UNSEEN.get(c, c) for c in ends[0])}{shown}{''.join(UNSEEN.get(c, c) for c in ends[1])}"


@page_for(UPLOADERS)
@freshly_confirmed(shows_others)
@require_safe
def repairs(request: HttpRequest, reference: str) -> HttpResponse:
    """The repaired cells of a file, read anew from the file itself."""
    upload = upload_seen(request, reference)
    try:
        found = list_repairs(actor=member_of(request), upload=upload, most=MOST)
    except (RuleViolation, FileRefused, FileNotFoundError) as refusal:
        messages.error(request, getattr(refusal, "message", "原文件已不在，无法查看。"))
        return redirect("upload", reference=reference)
    rows = [(f"{r.column}{r.row}", r.header, _visible(r.written), _visible(r.read)) for r in found]
    context = {
        "here": "uploads",
        "upload": upload,
        "declared": import_for(upload.sheet_kind),
        "rows": rows,
        "most": MOST,
    }
    return render(request, "desk/upload_repairs.html", context)
