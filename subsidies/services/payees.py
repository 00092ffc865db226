"""Lines to be paid, gathered by payee, each with the account in force on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from park_workers.foundation.errors import RuleViolation
from park_workers.models import Enterprise, PayeeAccount
from park_workers.services.accounts import account_in_force
from subsidies.models import Claim
from subsidies.models.lines import LineItemQuerySet
from subsidies.payment_file.writer import PaymentRow


@dataclass
class PayeeLines:
    """One payee of a computation: its claim, the lines to be paid now, the account."""

    claim: Claim
    keys: list[int] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    workers: set[int] = field(default_factory=set)
    amount_fen: int = 0
    account: PayeeAccount | None = None

    def add(self, key: int, digest: str, worker_id: int | None, amount_fen: int) -> None:
        """Take one more line."""
        self.keys.append(key)
        self.digests.append(digest)
        self.amount_fen += amount_fen
        if worker_id is not None:
            self.workers.add(worker_id)

    @property
    def owner_key(self) -> str:
        """Natural key of the payee: credit code or person key."""
        return str(self.claim.organisation.credit_code if self.claim.organisation else self.claim.worker.person_key)  # type: ignore[union-attr]

    def find_account(self, day: date) -> None:
        """Look up the account in force on a day."""
        if self.claim.organisation is not None:
            self.account = account_in_force(organisation=self.claim.organisation, day=day)
        else:
            mine = PayeeAccount.objects.in_force_on(day).filter(worker=self.claim.worker)
            self.account = mine.order_by("-valid_from", "-pk").first()

    def as_row(self, batch: str, file_number: str, line_number: int) -> PaymentRow:
        """The line of the payment file, account in plain; a person's document number does not go to the bank."""
        assert self.account is not None
        organisation = self.claim.organisation
        return PaymentRow(
            batch=batch, file_number=file_number, line_number=line_number, payee_name=self.claim.payee_name,
            payee_code=str(organisation.credit_code) if organisation else "", bank_name=self.account.bank_name,
            account=self.account.open_account(), people=len(self.workers), amount_fen=self.amount_fen,  # type: ignore[attr-defined]
        )  # fmt: skip


def group_by_payee(lines: LineItemQuerySet) -> list[PayeeLines]:
    """Lines by claim: firms in the order of 企业名录, then other payees in the order of their claims."""
    claims = Claim.objects.filter(pk__in=lines.order_by().values("claim")).select_related("organisation", "worker")
    found = {claim.pk: PayeeLines(claim) for claim in claims}
    rows = lines.values_list("claim_id", "pk", "line_digest", "worker_id", "amount_fen")
    for claim_id, key, digest, worker_id, amount_fen in rows.iterator(chunk_size=20_000):
        found[claim_id].add(key, digest, worker_id, amount_fen)
    firms = {payee.claim.organisation_id for payee in found.values()}
    ordered = Enterprise.objects.filter(pk__in=firms - {None}).in_directory_order()
    places: dict[int | None, int] = {pk: place for place, pk in enumerate(ordered.values_list("pk", flat=True))}
    last = len(places)
    return sorted(
        found.values(), key=lambda p: (places.get(p.claim.organisation_id, last), p.claim.position, p.claim.pk)
    )


def check_accounts(payees: Iterable[PayeeLines], day: date) -> None:
    """Find every payee's account; raises RuleViolation ACCOUNT_MISSING naming all payees without one."""
    missing = []
    for payee in payees:
        payee.find_account(day)
        if payee.account is None:
            missing.append(payee.claim.payee_name)
    if missing:
        raise RuleViolation(
            "ACCOUNT_MISSING", f"{len(missing)} 个收款方在 {day} 没有有效账户：{'、'.join(missing)}",
            "请在企业名录中补登账户，或通过账号变更经审批后再制作付款文件",
        )  # fmt: skip
