"""A4 sheets of worker cards, ten a page, from rows to PDF: `make bench ARGS="cards"`.

The yardstick is the usual way with the same libraries: every code a PNG of the QR library's own making, placed as a picture.  Texts,
places and sheets are the same; nobody has a photo.  The target is 1.5 ms a card.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

from bench.contest import (
    Contender,
    check_agreement,
    chosen,
    make_template,
    options_of,
    print_growth,
    print_table,
    run_contest,
    stopwatch,
)

SIZES = (1_000, 10_000)
ADDRESS = "https://yxt.example.gov.cn"
TARGET_MS = 1.5


def give_cards(count: int) -> list[Any]:
    """In the child, before the watch starts: cards of the first people of the park, and the font read as in a living worker."""
    from bench.park import DAY
    from park_workers.foundation.documents import font
    from park_workers.models import Employment, WorkerCard

    work = Employment.objects.order_by("pk").values_list("worker_id", "enterprise_id")[:count]
    WorkerCard.objects.bulk_create(
        [WorkerCard(status="valid", worker_id=w, enterprise_id=e, issued_on=DAY) for w, e in dict.fromkeys(work)]
    )
    font()
    seen = WorkerCard.objects.select_related("worker__photo", "enterprise__organisation")
    return list(seen.order_by("pk"))


def paper_of(name: str) -> Any:
    """The service's paper, or the one that places a PNG for every code."""
    import qrcode
    from reportlab.lib.utils import ImageReader

    from park_workers.foundation.documents import PdfPaper

    class PngCodes(PdfPaper):
        """Codes as pictures."""

        def qr(self, x: float, y: float, side: float, text: str) -> None:
            """A PNG made, written and read back."""
            out = io.BytesIO()
            qrcode.make(text, border=0).save(out)
            out.seek(0)
            points = 72 / 25.4
            self._canvas.drawImage(ImageReader(out), x * points, self._up(y + side), side * points, side * points)

    return PngCodes("工牌") if name == "png" else PdfPaper("工牌")


def contend(name: str, people: int) -> dict[str, Any]:
    """In the child: draw every card once."""
    import django

    django.setup()
    from django.db import connection

    from bench.park import DAY
    from park_workers.services.card_faces import PER_SHEET, card_sheet, faces_of

    cards = give_cards(people)
    result: dict[str, Any] = {}
    with stopwatch(result, backend=connection.connection.info.backend_pid):
        paper, faces = paper_of(name), list(faces_of(cards, day=DAY, address=ADDRESS))
        for start in range(0, len(faces), PER_SHEET):
            if start:
                paper.next_page()
            card_sheet(
                paper, faces[start : start + PER_SHEET], page=start // PER_SHEET + 1, pages=-(-len(faces) // PER_SHEET)
            )
        content = paper.content()
    return result | {
        "found": {
            "cards": len(faces),
            "kilobytes a card": len(content) / 1024 / len(faces),
        }
    }


def main() -> None:
    """The parent: all sizes."""
    options = options_of("cards", sizes=SIZES, contenders=["service", "png"]).parse_args()
    if options.contender:
        json.dump(contend(options.contender, options.sizes[0]), sys.stdout)
        return
    contests = []
    for people in options.sizes:
        contenders = [Contender("service", "the service"), Contender("png", "reportlab and a PNG a card", most_runs=3)]
        contenders = chosen(contenders, options.only)
        template = f"lists_{people}"
        make_template(template, "lists", "--contender", "fill", "--sizes", str(people))
        run_contest(contenders, module="cards", template=template, runs=options.runs, words=["--sizes", str(people)])
        check_agreement(contenders, "cards")
        print_table(contenders, yardstick="png", rows=people, script="cards")
        for one in contenders:
            print(f"{one.title}: {one.median / one.found['cards'] * 1000:.2f} ms a card "
                  f"({one.median_processor / one.found['cards'] * 1000:.2f} of processor), "
                  f"{one.found['kilobytes a card']:.2f} KB a card; target {TARGET_MS}", flush=True)  # fmt: skip
        contests.append(contenders)
    print_growth(options.sizes, contests)


if __name__ == "__main__":
    main()
