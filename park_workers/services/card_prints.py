"""Sheets of cards for many people at once: ordered, drawn by a job with progress, fetched, forgotten after some days."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.documents import PdfPaper, missing_signs
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.files import fetch_kept_file, forget_kept_files, store_file
from park_workers.foundation.jobs import JobRun, enqueue, job_kind, tick
from park_workers.models import CardPrint, Employment, Enterprise, Membership, WorkerCard
from park_workers.permissions import check_can_keep_cards
from park_workers.services.card_faces import PER_SHEET, card_sheet, faces_of
from park_workers.services.cards import issue_cards

KIND = "cards.print"
#: people of one print
MOST = 5_000
AT_ONCE = 200
CLEANER = SystemActor("工牌打印清理")


def employed_people(
    enterprise: Enterprise, day: date, *, since: date | None = None, chosen: Collection[int] | None = None
) -> list[int]:
    """Canonical persons employed there on a day, perhaps only those hired from `since` on or among the `chosen` employments."""
    work = Employment.objects.filter(enterprise=enterprise).employed_on(day)
    if since is not None:
        work = work.filter(hired_on__gte=since)
    if chosen is not None:
        work = work.filter(pk__in=list(chosen))
    rows = work.order_by("worker__name_pinyin", "pk").values_list("worker_id", "worker__merged_into_id")
    return list(dict.fromkeys(merged or own for own, merged in rows))


@transaction.atomic
def order_card_print(
    *, actor: Membership, enterprise: Enterprise, workers: list[int], choice: str, day: date, address: str,
    request_id: str,
) -> CardPrint:  # fmt: skip
    """Ask for sheets of these people's cards, who are given cards where they have none; a job draws them.

    `choice` says in words who they are, `address` where codes lead; the same `request_id` again is the same order.
    Raises PermissionRefused; RuleViolation NOBODY_CHOSEN, TOO_MANY_CARDS.
    """
    check_can_keep_cards(actor, enterprise)
    if not workers:
        raise RuleViolation("NOBODY_CHOSEN", "没有符合条件的在职人员", "请换一个范围，或先登记入职")
    if len(workers) > MOST:
        raise RuleViolation(
            "TOO_MANY_CARDS", f"共 {len(workers):,} 人，一次最多打印 {MOST:,} 人", "请按入职日期分批打印"
        )
    Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    again: CardPrint | None = CardPrint.objects.filter(enterprise=enterprise, request_id=request_id).first()
    if again is not None:
        return again
    issue_cards(actor=actor, enterprise=enterprise, workers=workers, day=day)
    made = CardPrint.objects.create(
        enterprise=enterprise, choice=choice[:60], day=day, cards=len(workers), recorded_by=actor, request_id=request_id
    )
    made.job = enqueue(actor=actor, kind=KIND, subject=made, parameters={"workers": workers, "address": address})
    made.save(update_fields=["job"])
    changes = {"people": choice, "count": len(workers)}
    record_event(actor=actor, code="card_print.ordered", subject=made, changes=changes, day=day)
    return made


@job_kind(KIND)
def draw_cards(run: JobRun) -> None:
    """Body of the job: draw ten cards a sheet, keep the PDF encrypted."""
    made = CardPrint.objects.select_related("enterprise__organisation").get(pk=run.job.subject_id)
    workers, address = run.parameters["workers"], run.parameters["address"]
    cards, lacking = _cards_of(made.enterprise, workers), []
    paper, pages, done = PdfPaper(f"{made.enterprise.name} 工牌"), -(-len(cards) // PER_SHEET), 0
    for faces in _sheets(cards, made.day, address):
        if done:
            paper.next_page()
        card_sheet(paper, faces, page=done // PER_SHEET + 1, pages=pages)
        lacking += [face.name for face in faces if missing_signs(face.name)]
        done += len(faces)
        if done % AT_ONCE == 0 or done == len(cards):
            run.progress(done, len(cards))
    content = paper.content()
    result: dict[str, Any] = {"cards": len(cards), "pages": pages, "lacking": len(lacking)}
    with run.load(result):
        made.file = store_file(content=content, name=f"工牌-{made.reference}.pdf")
        made.save(update_fields=["file"])


def _cards_of(enterprise: Enterprise, workers: list[int]) -> list[WorkerCard]:
    """Standing cards in the order of the people; one revoked since the order is left out."""
    standing = WorkerCard.objects.standing().filter(enterprise=enterprise)
    seen = standing.select_related("worker__photo", "enterprise__organisation")
    found = {card.worker.canonical_id: card for card in seen}
    return [found[pk] for pk in workers if pk in found]


def _sheets(cards: list[WorkerCard], day: date, address: str) -> Iterator[list[Any]]:
    for start in range(0, len(cards), AT_ONCE):
        faces = list(faces_of(cards[start : start + AT_ONCE], day=day, address=address))
        for first in range(0, len(faces), PER_SHEET):
            yield faces[first : first + PER_SHEET]


@transaction.atomic
def fetch_card_print(*, actor: Membership, card_print: CardPrint) -> bytes:
    """The PDF; each fetching leaves an event.  Raises PermissionRefused; RuleViolation NOT_READY, FILE_FORGOTTEN."""
    check_can_keep_cards(actor, card_print.enterprise)
    return fetch_kept_file(
        actor=actor, kept=card_print, code="card_print.fetched", changes={"count": card_print.cards},
        anew="请重新制作，已发的工牌不受影响",
    )  # fmt: skip


@tick("park_workers.forget_prints")
def forget_old_prints() -> int:
    """Every hour: prints older than `YXT_CARD_PRINT_DAYS`, at the least a day."""
    return forget_kept_files(actor=CLEANER, kept=CardPrint, days=settings.CARD_PRINT_DAYS, code="card_print.forgotten")
