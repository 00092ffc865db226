"""Which pages are taken, as whom, and whether the whole page is wanted: name of the picture -> page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.urls import reverse

from park_workers.models import User
from park_workers.services.cards import standing_card
from subsidies.models import Batch, Claim, LineItem, PublicNotice
from tests.pictures.base_stage import BASE_CLERK, BaseStaged
from tests.pictures.review_stage import ReviewStaged
from tests.pictures.stage import Staged


@dataclass(frozen=True)
class Shot:
    """A page as somebody sees it; `person` empty: anybody.  Phone pages are taken at both sizes, desk pages at one."""

    person: str
    address: str
    is_whole: bool = False


def desk_pages(batch: Batch) -> dict[str, Shot]:
    """The first desk, on the first batch of the year."""
    refused = LineItem.objects.filter(calculation=batch.current, is_eligible=False).order_by("-fail_mask", "pk").first()
    line = f"?tab=ineligible&line={refused.pk}" if refused else ""
    return {
        "batches-desk": Shot("clerk", "/batches/"),
        "batch-desk": Shot("clerk", f"/batches/{batch.pk}/{line}"),
        "line-why": Shot("clerk", f"/batches/{batch.pk}/lines/{refused.pk}/" if refused else "/", is_whole=True),
        "today-desk": Shot("clerk", "/"),
        "headcounts-desk": Shot("clerk", "/enterprises/headcounts/"),
        "account-requests-desk": Shot("clerk", "/account-requests/"),
        "confirmations-desk": Shot("clerk", f"/batches/{Batch.objects.latest('pk').pk}/confirmations/"),
        "corrections-desk": Shot("clerk", "/corrections/"),
    }


def base_pages(staged: BaseStaged) -> dict[str, Shot]:
    """The desk of a training base, and what a stranger sees of its papers."""
    upload, of = staged.upload.reference, staged.open_class.pk
    return {
        "base-new-upload-desk": Shot(BASE_CLERK, "/uploads/new/?sheet=pass_list"),
        "base-upload-desk": Shot(BASE_CLERK, f"/uploads/{upload}/"),
        "base-today-desk": Shot(BASE_CLERK, "/training/today/"),
        "base-classes-desk": Shot(BASE_CLERK, "/training/classes/"),
        "base-held-class-desk": Shot(BASE_CLERK, f"/training/classes/{of}/"),
        "base-attendance-desk": Shot(BASE_CLERK, f"/training/classes/{staged.running.pk}/attendance/"),
        "base-session-desk": Shot(BASE_CLERK, f"/training/sessions/{staged.running.sessions.latest('day').pk}/"),
        "base-placements-desk": Shot(BASE_CLERK, "/training/placements/"),
        "base-never-placed-desk": Shot(BASE_CLERK, "/training/placements/never-placed/"),
        "base-completions-desk": Shot(BASE_CLERK, "/training/completions/"),
        "base-class-desk": Shot(BASE_CLERK, f"/training/completions/class/{of}/"),
        "base-paper-desk": Shot(BASE_CLERK, f"/training/completions/{staged.paper.pk}/"),
        "base-print-desk": Shot(BASE_CLERK, f"/training/completions/prints/{staged.sheet.reference}/"),
        "base-certificate-desk": Shot(BASE_CLERK, f"/training/certificates/{staged.certificate.pk}/"),
        "base-amendment-desk": Shot("clerk", f"/training/amendments/{staged.waiting.pk}/"),
        "certificates-desk": Shot("clerk", "/training/certificates/"),
        "pass-rules-desk": Shot("clerk", "/training/rules/"),
    }


def review_pages(staged: ReviewStaged) -> tuple[dict[str, Shot], dict[str, Shot]]:
    """A round at the clerk's desk, and on the phone of an expert who has sealed one sheet of it."""
    at, phone = f"/training/reviews/{staged.round.pk}/", f"/m/expert/{staged.round.reference}/"
    desk = {"review-round-desk": Shot("clerk", at), "review-draw-desk": Shot("clerk", f"{at}panel/")}
    return desk, {
        "expert-home": Shot(staged.expert, "/m/expert/"),
        "expert-panel": Shot(staged.expert, phone),
        "expert-score": Shot(staged.expert, f"{phone}2/", is_whole=True),
    }


def verification_pages(staged: BaseStaged) -> dict[str, Shot]:
    """A paper that stands, one that was revoked, and the form."""
    return {
        "verified": Shot("", f"/v/{staged.paper.signed_reference}/"),
        "verify": Shot("", "/verify/"),
    }


def claims_of(batch: Batch) -> tuple[Claim, LineItem] | None:
    """A firm with an account of its own that has people of both verdicts, and one of those refused."""
    claim = (
        Claim.objects.filter(
            calculation=batch.current_id, organisation__credit_code__in=User.objects.values("username")
        )
        .annotate(refused=Count("line_items", filter=Q(line_items__is_eligible=False)))
        .filter(refused__gt=0, people__gt=0)
        .order_by("pk")
        .first()
    )
    line = claim and claim.line_items.filter(is_eligible=False).order_by("pk").first()
    return (claim, line) if claim and line else None


def money_pages(staged: Staged) -> dict[str, str]:
    """The enterprise's money, what it is asked, and its own account."""
    return {
        "money": reverse("phone_money"),
        "money-paid": reverse("phone_money_people") + "?policy=HIRE&group=paid",
        "money-soon": reverse("phone_money_people") + "?policy=HIRE&group=soon",
        "money-not": reverse("phone_money_people") + "?policy=HIRE&group=refused",
        "money-person": reverse("phone_money_person", args=[staged.employment.pk]) + "?policy=HIRE",
        "account": reverse("phone_account"),
        "corrections": reverse("phone_corrections"),
        "correction": reverse("phone_correction", args=[staged.correction.reference]),
        "me": reverse("me"),
        "my-phone": reverse("my_phone"),
        "colleagues": reverse("colleagues"),
    }


def phone_pages(staged: Staged) -> dict[str, Shot]:
    """What an enterprise has on its phone."""
    hr = staged.hr.user.username
    person, who, left = staged.employment.reference, staged.worker.reference, staged.left.reference
    pages = {
        "home": reverse("phone_home"),
        "register": reverse("phone_register_hire"),
        "registered": reverse("hire_registered", args=[staged.newest.reference]),
        "entries": reverse("scan_entries"),
        "entry": reverse("scan_entry", args=[staged.entry.reference]),
        "refuse-entry": reverse("refuse_scan_entry", args=[staged.entry.reference]),
        "poster": reverse("poster"),
        "cards": reverse("cards"),
        "card": reverse("worker_card", args=[who]),
        "print-cards": reverse("new_card_print"),
        "printed-cards": reverse("card_print", args=[staged.sheet.reference]),
        "roster": reverse("roster"),
        "roster-left": reverse("roster") + "?tab=left",
        "person": reverse("roster_person", args=[person]),
        "leave": reverse("roster_leave", args=[person]),
        "undo-leave": reverse("roster_undo_leave", args=[left]),
        **{
            f"correct-{part}": reverse("roster_correct", args=[person, part])
            for part in ("phone", "name", "post", "contract")
        },
        "months": reverse("headcount_months"),
        "month": reverse("headcount_month") + "?month=2023-11",
        "uploads": reverse("phone_uploads"),
        "upload-new": reverse("phone_new_upload") + "?sheet=roster",
        "upload": reverse("phone_upload", args=[staged.upload.reference]),
    } | money_pages(staged)
    asked = Claim.objects.filter(
        batch=staged.batch, calculation=F("batch__current"), organisation=staged.hr.organisation, people__gt=0
    )
    if (claim := asked.first()) is not None:
        pages["claim-to-confirm"] = reverse("claim", args=[claim.reference])
    return {name: Shot(hr, address, is_whole=True) for name, address in pages.items()}


def public_pages(staged: Staged, batch: Batch) -> dict[str, Shot]:
    """What opens without an account."""
    notice = PublicNotice.objects.filter(batch=batch).order_by("-edition").first()
    card = standing_card(staged.worker, staged.newest.enterprise)
    pages = {
        "log-in": "/log-in/",
        "log-in-by-phone": reverse("log_in_by_phone"),
        "join": reverse("join"),
        "scan": reverse("scanned_poster", args=[staged.poster.signed_reference]),
        "receipt": reverse("scan_receipt", args=[staged.entry.signed_reference]),
        "scanned-card": reverse("scanned_card", args=[card.signed_reference if card else "-"]),
        "notices": "/notices/",
    }
    if notice is not None:
        pages |= {"notice": f"/notices/{notice.reference}/", "objection": f"/notices/{notice.reference}/objection/"}
    return {name: Shot("", address, is_whole=name != "notice") for name, address in pages.items()}
