"""A knot of the thread: one thing that happened on one day, in words, with where it is known from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from park_workers.models import Membership, Upload
from park_workers.models.uploads import UPLOADERS
from park_workers.services.imports import all_imports


@dataclass(frozen=True)
class Knot:
    """One thing: `role` is the colour of its sign (good, wait, bad, brand, calm), `order` ranks things of one day."""

    day: date
    title: str
    icon: str
    role: str = "calm"
    text: str = ""
    #: where it is known from, such as "花名册 2023-03.xlsx"; `source_href` where the viewer may open it
    source: str = ""
    source_href: str = ""
    who: str = ""
    href: str = ""
    link: str = ""
    amount_fen: int | None = None
    order: int = 5


def who_recorded(row: Any) -> str:
    """The person behind a row, or that a job did it."""
    return str(row.recorded_by.user) if row.recorded_by is not None else ""


class Sources:
    """Uploads as sources: named by sheet and file, a link for those who may open them."""

    def __init__(self, viewer: Membership) -> None:
        self.may_open = viewer.role in UPLOADERS
        self.titles = {declared.sheet.kind: declared.sheet.title for declared in all_imports()}

    def of(self, upload: Upload | None, otherwise: str = "") -> dict[str, Any]:
        """`source` and `source_href` of a knot."""
        if upload is None:
            return {"source": otherwise}
        title = self.titles.get(upload.sheet_kind, upload.sheet_kind)
        href = reverse("upload", args=[upload.reference]) if self.may_open else ""
        return {"source": f"{title}《{upload.file.original_name}》", "source_href": href}


def in_order(knots: Iterable[Knot]) -> list[Knot]:
    """The newest first; of one day the later step first, and of one step what was given last."""
    placed = sorted(enumerate(knots), key=lambda one: (one[1].day, one[1].order, one[0]), reverse=True)
    return [knot for _, knot in placed]
