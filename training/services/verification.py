"""What anybody may learn of a certificate: whether it stands, by its code or by number and name; masked, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from park_workers.foundation.identifiers import clean_name, clean_text
from park_workers.foundation.links import open_reference
from park_workers.foundation.masking import mask_id_number_for_public, mask_name
from park_workers.models import Worker
from park_workers.services.people import name_key
from training.models import Certificate, CompletionCertificate
from training.pass_list.reader import LEVEL_NAMES
from training.services.standing import with_present

VALID, REVOKED, CORRECTED = "valid", "revoked", "corrected"
LABELS = {VALID: "证书有效", REVOKED: "证书已作废", CORRECTED: "编号已更正"}


@dataclass(frozen=True)
class Verified:
    """One certificate as a stranger sees it."""

    state: str
    #: 结业证 or 职业技能等级证书
    kind: str
    number: str
    #: masked
    name: str
    id_number: str
    project: str
    institution: str
    issued_on: date
    revoked_on: date | None = None
    #: another one took its place
    is_replaced: bool = False
    #: known from what the base reported; the assessor's own register decides
    is_as_reported: bool = False

    @property
    def label(self) -> str:
        """The state in words."""
        return LABELS[self.state]


def verify_by_code(signed: str) -> Verified | None:
    """What a scanned code stands for; None when it was not given out here as a certificate's."""
    reference = open_reference(signed, purpose=CompletionCertificate.PURPOSE)
    if reference is None:
        return None
    found = CompletionCertificate.objects.select_related("worker").filter(reference=reference).first()
    return _completion(found) if found is not None else None


def verify_by_number(number: str, name: str) -> Verified | None:
    """The certificate of this number if it is borne by somebody of this name; None, whichever of the two is wrong."""
    wanted, called = "".join(clean_text(number).split()).upper()[:40], name_key(clean_name(name))
    if not wanted or not called:
        return None
    found = CompletionCertificate.objects.select_related("worker").filter(number=wanted).first()
    if found is not None:
        return _completion(found) if name_key(found.holder_name) == called else None
    seen = Certificate.objects.filter(
        Q(number=wanted) | Q(amendments__number=wanted, amendments__status="confirmed", amendments__kind="certificate")
    )
    rows = with_present(
        seen.select_related("worker__merged_into", "assessment__enrolment__training_class__base__organisation")
    )
    reported = rows.distinct().first()
    if reported is None:
        return None
    bearer: Worker = reported.worker.merged_into or reported.worker
    is_borne = called in {name_key(bearer.name), name_key(reported.worker.name)}
    return _official(reported, bearer, wanted) if is_borne else None


def _completion(found: CompletionCertificate) -> Verified:
    return Verified(
        state=REVOKED if found.status == CompletionCertificate.Status.REVOKED else VALID, kind="结业证",
        number=found.number, name=mask_name(found.holder_name), id_number=_masked(found.worker), project=found.project,
        institution=found.institution, issued_on=found.issued_on, revoked_on=found.revoked_on,
        is_replaced=found.successor is not None,
    )  # fmt: skip


def _official(found: Certificate, bearer: Worker, asked: str) -> Verified:
    present = {"number": found.number_now, "issued_on": found.issued_now, "revoked_on": found.revoked_on}  # type: ignore[attr-defined]
    state = REVOKED if present["revoked_on"] else CORRECTED if asked != present["number"] else VALID
    base = found.assessment.enrolment.training_class.base
    return Verified(
        state=state, kind="职业技能等级证书", name=mask_name(bearer.name), id_number=_masked(bearer),
        project=f"{found.trade}（{LEVEL_NAMES[found.level]}）", institution=base.organisation.name, is_as_reported=True,
        **present | {"number": asked},
    )  # fmt: skip


def _masked(worker: Worker) -> str:
    return mask_id_number_for_public(worker.open_id_number())  # type: ignore[attr-defined]
