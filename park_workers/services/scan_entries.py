"""扫码登记, the worker's side: an entry by scan, and taking it back.

Nobody has an account here, so nothing is told that a stranger with somebody's document number could use: what stands of a
person is told to whoever also knows the phone it stands under (docs/decisions/0012-registering-by-scan.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation
from park_workers.foundation.identifiers import (
    IdentifierProblem,
    age_on,
    check_id_number,
    check_phone,
    clean_id_number,
    clean_name,
    clean_phone,
)
from park_workers.foundation.links import open_reference
from park_workers.foundation.search_hash import person_key, search_hash
from park_workers.foundation.workflow import move
from park_workers.models import Employment, Enterprise, Poster, ScanEntry, Worker, WorkerRegistration
from park_workers.models.scan_entries import ScanEntryQuerySet
from park_workers.services.consents import is_current
from park_workers.services.employments import FieldsInvalid
from park_workers.services.people import phone_hash
from park_workers.services.rosters.hire import MINIMUM_AGE, Problem

#: whoever scans a poster, in the audit log
SCANNER = SystemActor("扫码登记")
LONGEST_NAME, LONGEST_TRADE, KEY_LENGTH = 80, 40, 36


@dataclass(frozen=True)
class Stated:
    """What somebody wrote on the screen, cleaned; and when."""

    name: str
    id_number: str
    phone: str
    trade: str
    consent_version: str
    now: datetime
    day: date
    request_id: str

    @property
    def key(self) -> str:
        """The person, by the document number."""
        return person_key(self.id_number)

    @property
    def stored_request(self) -> str:
        """The filling-in of the screen and a keyed digest of its content: tells a repeated tap from a mended entry."""
        text = "\0".join((self.name, self.id_number, self.phone, self.trade))
        return f"{self.request_id[:KEY_LENGTH]}:{search_hash(text, purpose='scan_request')[:32]}"


@dataclass(frozen=True)
class Entered:
    """What came of it: the entry (None: registered here by another way), and what the sender may be told of before.

    `is_repeat`: it had been entered already.  `is_registered`: the person stands in the register here, and the phone proves it.
    """

    entry: ScanEntry | None
    is_repeat: bool = False
    is_registered: bool = False


def enter_by_scan(
    *,
    actor: SystemActor,
    poster: Poster,
    name: str,
    id_number: str,
    phone: str,
    trade: str,
    consent_version: str,
    now: datetime,
    day: date,
    request_id: str,
) -> Entered:
    """Take an entry by scan; it waits for the enterprise's HR.

    `request_id` names one filling-in of the screen: the same content under it is the same entry, a mended one replaces it.
    Raises RuleViolation POSTER_REVOKED; FieldsInvalid naming every wrong field; RuleViolation ENTRY_DISPUTED when too many
    enter one person at a time.
    """
    if not Poster.objects.standing().filter(pk=poster.pk).exists():
        raise RuleViolation("POSTER_REVOKED", "这张登记海报已作废", "请向企业人事索取新的登记二维码")
    stated = stated_entry(
        name=name, id_number=id_number, phone=phone, trade=trade, consent_version=consent_version, now=now, day=day,
        request_id=request_id,
    )  # fmt: skip
    problems = judge_entry(stated)
    if problems:
        raise FieldsInvalid(problems)
    for _ in range(3):
        try:
            with transaction.atomic():
                return _enter(actor, poster, stated)
        except IntegrityError:
            continue  # another tap or another phone was faster with the same person: look again, theirs is there now
    raise RuleViolation("ENTRY_DISPUTED", "同一时间的提交太多，这次没有记下", "请稍后再点一次“提交登记”")


def stated_entry(
    *,
    name: str,
    id_number: str,
    phone: str,
    trade: str,
    consent_version: str,
    now: datetime,
    day: date,
    request_id: str,
) -> Stated:
    """What was typed, cleaned."""
    return Stated(
        clean_name(name)[:LONGEST_NAME], clean_id_number(id_number), clean_phone(phone), trade.strip()[:LONGEST_TRADE],
        consent_version, now, day, request_id,
    )  # fmt: skip


def judge_entry(stated: Stated) -> list[Problem]:
    """Every wrong field in the order of the screen; says nothing of what is recorded."""
    problems = []
    if not stated.name:
        problems.append(Problem("name", "NAME_MISSING", "没有填写姓名", "请填写与证件一致的姓名"))
    try:
        known = check_id_number(stated.id_number, day=stated.day)
        # 劳动法第十五条; and nobody so young agrees to this by themselves.
        if age_on(known.birth_on, stated.day) < MINIMUM_AGE:
            fix = "号码无误的，请年满后再登记"
            problems.append(Problem("id_number", "AGE_UNDER_16", f"未满 {MINIMUM_AGE} 周岁，不能登记用工", fix))
    except IdentifierProblem as wrong:
        problems.append(Problem("id_number", wrong.code, wrong.message, wrong.fix))
    try:
        check_phone(stated.phone)
    except IdentifierProblem as wrong:
        problems.append(Problem("phone", wrong.code, wrong.message, wrong.fix))
    if not is_current(stated.consent_version):
        fix = "请阅读知情同意书后勾选；不同意的，请到企业人事处当面办理"
        problems.append(Problem("consent", "CONSENT_MISSING", "还没有勾选知情同意", fix))
    return problems


def _enter(actor: SystemActor, poster: Poster, stated: Stated) -> Entered:
    """The entry, new or the one that stands; IntegrityError when somebody is entering the same person just now."""
    enterprise = poster.enterprise
    here = ScanEntry.objects.filter(enterprise=enterprise)
    tapped = here.filter(request_id=stated.stored_request).first()
    if tapped is not None:
        return Entered(tapped, is_repeat=True)
    person, mine = here.filter(person_key=stated.key), phone_hash(stated.phone)
    waits = person.waiting().filter(phone_hash=mine).first()
    if waits is not None:
        return Entered(waits, is_repeat=True)
    worker = standing_here(enterprise, stated.key, stated.day)
    confirmed = person.filter(status="confirmed", phone_hash=mine).order_by("-pk").first()
    if worker is not None and (confirmed is not None or worker.phone_hash == mine):
        return Entered(confirmed, is_registered=True)
    _take_back_what_is_mended(actor, here, stated)
    entry = _write(poster, stated, is_unproven=worker is not None or person.waiting().exists())
    record_event(
        actor=actor, code="scan_entry.received", subject=entry, day=stated.day, to_state=entry.status,
        changes={"firm": enterprise.name, "consent": stated.consent_version, "poster": poster.reference},
    )  # fmt: skip
    return Entered(entry)


def standing_here(enterprise: Enterprise, key: str, day: date) -> Worker | None:
    """The person as this enterprise has them now: employed, or registered and not yet hired; None for who has left."""
    worker = Worker.objects.filter(person_key=key).select_related("merged_into").first()
    if worker is None:
        return None
    person = worker.merged_into or worker
    records = Worker.objects.filter(Q(pk=person.pk) | Q(merged_into=person))
    spans = Employment.objects.filter(enterprise=enterprise, worker__in=records)
    if spans.exists():
        return person if spans.filter(Q(left_on__isnull=True) | Q(left_on__gte=day)).exists() else None
    return person if WorkerRegistration.objects.filter(enterprise=enterprise, worker__in=records).exists() else None


def _take_back_what_is_mended(actor: SystemActor, here: ScanEntryQuerySet, stated: Stated) -> None:
    """Whoever went back to the same screen and sent it once more means the later entry alone."""
    for earlier in here.waiting().filter(request_id__startswith=f"{stated.request_id[:KEY_LENGTH]}:"):
        withdraw_entry(actor=actor, entry=earlier, day=stated.day, note="改正后重新提交")


def _write(poster: Poster, stated: Stated, *, is_unproven: bool) -> ScanEntry:
    entry = ScanEntry(
        status=ScanEntry.Status.WAITING, enterprise=poster.enterprise, poster=poster, person_key=stated.key, name=stated.name,
        phone_hash=phone_hash(stated.phone), trade=stated.trade, consent_version=stated.consent_version,
        consented_at=stated.now, entered_on=stated.day, request_id=stated.stored_request, is_unproven=is_unproven,
    )  # fmt: skip
    entry.seal_id_number(stated.id_number)  # type: ignore[attr-defined]
    entry.seal_phone(stated.phone)  # type: ignore[attr-defined]
    entry.save()
    return entry


@transaction.atomic
def withdraw_entry(*, actor: SystemActor, entry: ScanEntry, day: date, note: str = "") -> ScanEntry:
    """The worker takes back what still waits; whoever holds the receipt's link is the worker here.

    Raises TransitionRefused when it has been decided on.
    """
    move(entry, "withdraw", actor=actor, note=note, day=day, with_fields={"ended_on": day})
    return entry


def receipt_of(signed: str) -> ScanEntry | None:
    """The entry of a receipt's address; None for an address that was not given out here."""
    reference = open_reference(signed, purpose=ScanEntry.PURPOSE)
    if reference is None:
        return None
    seen = ScanEntry.objects.select_related(
        "enterprise__organisation", "enterprise__bureau", "poster", "registration__worker"
    )
    return seen.filter(reference=reference).first()


def earlier_refusal(entry: ScanEntry) -> ScanEntry | None:
    """The last refusal of the same person by the same phone here before this entry, to be told beside it."""
    before = ScanEntry.objects.filter(
        enterprise_id=entry.enterprise_id, person_key=entry.person_key, phone_hash=entry.phone_hash, status="refused",
        pk__lt=entry.pk,
    )  # fmt: skip
    return before.order_by("-pk").first() if entry.person_key else None
