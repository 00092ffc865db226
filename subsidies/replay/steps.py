"""What each step of a plan does: it calls the same services as pages and API, as the right role."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from park_workers.models import Enterprise, Membership, PayeeAccount, Upload
from park_workers.services.accounts import approve_account_change
from park_workers.services.insurance_checks import check_insurance
from park_workers.services.uploads import confirm_upload, receive_upload
from subsidies.models import Batch, PaymentFile, Policy, PolicyVersion
from subsidies.replay.actors import Actors
from subsidies.replay.plan import Plan, Step
from subsidies.services.batches import compute_batch, open_batch, submit_batch
from subsidies.services.city import resend_to_city, send_to_city
from subsidies.services.funds import receive_appropriation
from subsidies.services.notices import publish_notice
from subsidies.services.payments import make_payment_file, send_payment_file
from subsidies.services.policies import load_policy_packs, publish_policy_version
from subsidies.services.reviews import approve_batch, review_batch

StepBody = Callable[["Player", Step], None]
STEPS: dict[str, StepBody] = {}


class StepRefused(Exception):
    """A service or a file said no to a step; the message is for people."""


def step(*names: str) -> Callable[[StepBody], StepBody]:
    """Register the body of steps."""

    def register(body: StepBody) -> StepBody:
        for name in names:
            STEPS[name] = body
        return body

    return register


class Player:
    """What steps need: the plan, the people, and what came up on the way."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.actors = Actors(plan)
        #: upload numbers by the folder's file name, in the order of loading
        self.uploads: dict[str, list[int]] = {}

    def batch(self, key: str, *, day: date) -> Batch:
        """The batch of the plan, opened by the clerk when first named."""
        planned = self.plan.batches[key]
        policy = Policy.objects.get(bureau=self.actors.bureau, code=planned.policy)
        found = Batch.objects.filter(policy=policy, name=planned.name, cutoff_on=planned.cutoff).first()
        if found is None:
            version = policy.versions.order_by("-number").first() if planned.is_trial else None
            clerk = next(name for name, role in self.plan.actors.items() if role == "clerk")
            found = open_batch(
                actor=self.actors.staff(clerk), policy=policy, name=planned.name, cutoff_on=planned.cutoff,
                candidates=planned.candidates, is_trial=planned.is_trial, day=day, version=version,
            )  # fmt: skip
        return found

    def file_upload(
        self, step: Step, kind: str, actor: Membership, *, path: Path | None = None, scope: str = "",
        confirmed_by: Membership | None = None,
    ) -> Upload:  # fmt: skip
        """Give, check and confirm one file; a file without a good row stays unconfirmed."""
        path = path or self.plan.folder / step.options["file"]
        upload = receive_upload(
            actor=actor, sheet_kind=kind, content=path.read_bytes(), name=path.name, day=step.day, scope=scope
        )
        upload.refresh_from_db()
        name = path.relative_to(self.plan.folder).as_posix()
        self.uploads.setdefault(name, [])
        if upload.pk not in self.uploads[name]:
            self.uploads[name].append(upload.pk)
        if upload.status == Upload.Status.REFUSED:
            raise StepRefused(f"{name}：{upload.refusal.get('message', '')}{upload.refusal.get('fix', '')}")
        if upload.status == Upload.Status.CHECKED and upload.accepted:
            confirm_upload(actor=confirmed_by or actor, upload=upload, day=step.day)
            upload.refresh_from_db()
        return upload

    def enterprises(self) -> Iterable[Enterprise]:
        """Enterprises in the order of 企业名录."""
        return Enterprise.objects.filter(bureau=self.actors.bureau).in_directory_order().select_related("organisation")


@step("load_policies")
def load_policies(player: Player, step: Step) -> None:
    """Draft every policy of every pack."""
    text = (player.plan.folder / step.options["file"]).read_text(encoding="utf-8")
    load_policy_packs(actor=player.actors.staff(step.by), text=text, day=step.day)


@step("publish_policies")
def publish_policies(player: Player, step: Step) -> None:
    """Publish the drafts of the packs named."""
    from subsidies.rules.terms import load_packs

    packs = load_packs((player.plan.folder / "policies.yaml").read_text(encoding="utf-8"))
    codes = {terms.code for pack in packs if pack.key in step.options["packs"] for terms in pack.policies}
    drafts = PolicyVersion.objects.filter(
        policy__bureau=player.actors.bureau, policy__code__in=codes, status=PolicyVersion.Status.DRAFT
    )
    for version in drafts.order_by("pk"):
        publish_policy_version(actor=player.actors.staff(step.by), version=version, day=step.day)


@step("receive_funds")
def receive_funds(player: Player, step: Step) -> None:
    """The appropriation of that source and year."""
    source, year = step.options["source"], step.options["year"]
    entry = player.plan.appropriation(source, year)
    if entry is None:
        raise StepRefused(f"plan.yaml 的 appropriations 中没有 {source} {year} 年")
    receive_appropriation(
        actor=player.actors.staff(step.by), source=source, year=year, amount_fen=int(entry["yuan"]) * 100, day=step.day,
        note=str(entry.get("note", "")),
    )  # fmt: skip


CLERK_SHEETS = {
    "load_enterprises": "enterprises", "load_insurance": "insurance", "load_other_subsidies": "other_subsidies",
    "load_training_history": "training_history", "load_register": "register",
    "propose_account_changes": "account_changes", "load_agency_services": "agency_services",
}  # fmt: skip


@step(*CLERK_SHEETS)
def load_clerk_sheet(player: Player, step: Step) -> None:
    """One file of the clerk's."""
    try:
        player.file_upload(step, CLERK_SHEETS[step.do], player.actors.staff(step.by))
    except KeyError as error:
        raise StepRefused(f"本系统尚不支持此表（{step.do}）") from error


@step("load_rosters")
def load_rosters(player: Player, step: Step) -> None:
    """A round: every firm's file by that firm, in the order of 企业名录."""
    folder = player.plan.folder / step.options["folder"]
    files = {path.stem: path for path in folder.glob("*.xlsx")}
    for enterprise in player.enterprises():
        path = files.pop(enterprise.name, None)
        if path is not None:
            player.file_upload(step, "roster", player.actors.of_enterprise(enterprise), path=path)
    if files:
        raise StepRefused(f"花名册的企业不在企业名录中：{'、'.join(sorted(files))}")


@step("load_applications")
def load_applications(player: Player, step: Step) -> None:
    """The joint list of a batch: each firm files its own lines of it."""
    batch = player.batch(step.options["batch"], day=step.day)
    for enterprise in player.enterprises():
        actor = player.actors.of_enterprise(enterprise)
        player.file_upload(step, "applications", actor, scope=f"batch:{batch.pk}")


@step("load_training")
def load_training(player: Player, step: Step) -> None:
    """A base's pass list, confirmed by a second person."""
    base = player.actors.of_base(Path(step.options["file"]).stem)
    player.file_upload(step, "pass_list", base, confirmed_by=player.actors.staff(step.options["confirmed_by"]))


@step("approve_account_changes")
def approve_account_changes(player: Player, step: Step) -> None:
    """Approve what was proposed."""
    proposed = PayeeAccount.objects.filter(
        status=PayeeAccount.Status.PROPOSED, organisation__enterprise__bureau=player.actors.bureau
    )
    for account in proposed.order_by("pk"):
        approve_account_change(actor=player.actors.staff(step.by), account=account, day=step.day)


@step("compute", "submit", "publish_notice", "send_to_city", "resend_to_city")
def move_batch(player: Player, step: Step) -> None:
    """A clerk's step of a batch."""
    services: dict[str, Callable[..., Any]] = {
        "compute": compute_batch, "submit": submit_batch, "publish_notice": publish_notice,
        "send_to_city": send_to_city, "resend_to_city": resend_to_city,
    }  # fmt: skip
    batch = player.batch(step.options["batch"], day=step.day)
    services[step.do](actor=player.actors.staff(step.by), batch=batch, day=step.day)
    if step.do == "compute":
        batch.refresh_from_db()
        if batch.compute_job is not None and batch.compute_job.status == "failed":
            raise StepRefused(batch.compute_job.reason)


@step("review", "approve")
def sign(player: Player, step: Step) -> None:
    """One signature."""
    service = review_batch if step.do == "review" else approve_batch
    batch = player.batch(step.options["batch"], day=step.day)
    service(actor=player.actors.staff(step.by), batch=batch, is_passed=True, note="", day=step.day)


@step("city_answer")
def city_answer(player: Player, step: Step) -> None:
    """The city's answer as a file."""
    batch = player.batch(step.options["batch"], day=step.day)
    player.file_upload(step, "city_answers", player.actors.staff(step.by), scope=f"batch:{batch.pk}")


def _file(player: Player, number: str) -> PaymentFile:
    """The bureau's payment file of that number."""
    return PaymentFile.objects.get(bureau=player.actors.bureau, number=number)


@step("make_payment_file")
def make_file(player: Player, step: Step) -> None:
    """A payment file, or one that repeats the bounced lines of another."""
    batch = player.batch(step.options["batch"], day=step.day)
    repeats = step.options.get("repeats")
    make_payment_file(
        actor=player.actors.staff(step.by), batch=batch, number=step.options["number"], day=step.day,
        repeats=_file(player, repeats) if repeats else None,
    )  # fmt: skip


@step("pay")
def pay(player: Player, step: Step) -> None:
    """Hand the file to the bank."""
    payment_file = _file(player, step.options["number"])
    send_payment_file(actor=player.actors.staff(step.by), payment_file=payment_file, day=step.day)


@step("bank_return")
def bank_return(player: Player, step: Step) -> None:
    """The bank's answer as a file."""
    payment_file = _file(player, step.options["number"])
    player.file_upload(step, "bank_returns", player.actors.staff(step.by), scope=f"payment_file:{payment_file.pk}")


@step("check_insurance")
def check_insured(player: Player, step: Step) -> None:
    """Judge the insurance lists when all rosters are in."""
    check_insurance(actor=player.actors.staff(step.by), day=step.day)
