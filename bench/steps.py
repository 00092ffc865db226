"""A batch from its computation to its payment file, step by step, with time and peak memory: `make bench ARGS="steps"`.

All steps in one process; the kernel's record of the highest memory is set back before each.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.contest import child, copy_of, keep_result, make_template, options_of, processor_seconds

SIZES = (10_000, 100_000)
ACCEPT_ALL = """
INSERT INTO subsidies_cityanswerline (answer_id, line_id, is_accepted, reason, row)
SELECT %s, id, true, '', row_number() OVER (ORDER BY position) FROM subsidies_lineitem WHERE calculation_id = %s AND is_eligible
"""
RICH_FEN = 10**13


def peak_mb() -> float:
    """The highest resident memory since `forget_peak`, in MB."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def forget_peak() -> None:
    """Set the kernel's record back to what is held now."""
    Path("/proc/self/clear_refs").write_text("5")


class Walk:
    """One batch on its way, with the people who take it along."""

    def __init__(self) -> None:
        from bench.park import BATCH, DAY
        from park_workers.models import Membership
        from subsidies.models import Batch

        self.batch = Batch.objects.select_related("policy_version").get(name=BATCH)
        self.day, self.later = DAY, DAY + timedelta(days=40)
        self.members = list(Membership.objects.select_related("organisation", "user").order_by("pk"))

    def member(self, role: str, place: int = 0) -> Any:
        """The first or a later one of a role."""
        return [member for member in self.members if member.role == role][place]

    def get_ready(self) -> None:
        """Money to pay from; not measured."""
        from subsidies.services.funds import receive_appropriation

        year = self.batch.cutoff_on.year
        for share in self.batch.policy_version.parsed_terms.funding:
            receive_appropriation(
                actor=self.member("finance"), source=share.source, year=year, amount_fen=RICH_FEN, day=self.day
            )

    def steps(self) -> dict[str, Callable[[], Any]]:
        """Name and act, in order."""
        from subsidies.services.batches import compute_batch, submit_batch
        from subsidies.services.city import send_to_city
        from subsidies.services.notices import close_due_notices, publish_notice
        from subsidies.services.reviews import approve_batch, review_batch
        from tests.subsidies.stage import CLOCK

        clerk, batch, day = self.member("clerk"), self.batch, self.day
        passed = {"batch": batch, "is_passed": True, "note": "", "day": day}
        return {
            "compute": lambda: compute_batch(actor=clerk, batch=batch, day=day),
            "submit": lambda: submit_batch(actor=clerk, batch=batch, day=day),
            "review": lambda: review_batch(actor=self.member("reviewer"), **passed),
            "first approval": lambda: approve_batch(actor=self.member("approver"), **passed),
            "second approval": lambda: (
                batch.status != "approved" and approve_batch(actor=self.member("approver", 1), **passed)
            ),
            "publish notice": lambda: publish_notice(actor=clerk, batch=batch, day=day),
            "end notice": lambda: close_due_notices(actor=CLOCK, day=self.later),
            "send to city": lambda: send_to_city(actor=clerk, batch=batch, day=self.later),
        }

    def answer_and_pay(self) -> dict[str, Callable[[], Any]]:
        """The payment file; the city's answer, which comes in workbooks of at most 200,000 lines, is written without one."""
        from subsidies.services.payments import make_payment_file

        self._accept_all()
        self._file_accounts()
        finance = self.member("finance")
        return {
            "payment file": lambda: make_payment_file(actor=finance, batch=self.batch, number="BENCH-1", day=self.later)
        }

    def _accept_all(self) -> None:
        from django.db import connection, transaction

        from park_workers.foundation.workflow import move
        from subsidies.models import CityAnswer

        with transaction.atomic(), connection.cursor() as cursor:
            answer = CityAnswer.objects.create(batch=self.batch, answered_on=self.later)
            cursor.execute(ACCEPT_ALL, [answer.pk, self.batch.current_id])
            move(self.batch, "answer", actor=self.member("city_reviewer"), day=self.later,
                 with_fields={"answered_on": self.later})  # fmt: skip

    def _file_accounts(self) -> None:
        from park_workers.services.accounts import file_account

        claims = self.batch.current.claims.filter(people__gt=0).select_related("organisation")  # type: ignore[union-attr]
        for number, claim in enumerate(claims):
            file_account(
                actor=self.member("clerk"), organisation=claim.organisation, account=f"9900000000{number:06d}",
                bank_name="示例银行", day=self.day,
            )  # fmt: skip


def walk() -> list[dict[str, Any]]:
    """In the child: take the batch along; figures of each step."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.JOBS_INLINE = True
    way = Walk()
    way.get_ready()
    found, backend = [], connection.connection.info.backend_pid

    def take(steps: dict[str, Callable[[], Any]]) -> None:
        for name, act in steps.items():
            way.batch.refresh_from_db()
            forget_peak()
            began, used = time.perf_counter(), processor_seconds(backend)
            act()
            found.append({"step": name, "seconds": time.perf_counter() - began,
                          "processor": processor_seconds(backend) - used, "peak_mb": peak_mb()})  # fmt: skip

    take(way.steps())
    way.batch.refresh_from_db()
    assert way.batch.status == "sent_to_city", way.batch.status
    take(way.answer_and_pay())
    way.batch.refresh_from_db()
    assert way.batch.status == "paying", way.batch.status
    return found


def main() -> None:
    """The parent: all sizes."""
    options = options_of("steps", sizes=SIZES, contenders=["steps"]).parse_args()
    if options.contender:
        json.dump(walk(), sys.stdout)
        return
    for people in options.sizes:
        template = f"park_{people}"
        make_template(template, "park", str(people))
        with copy_of(template) as copy:
            steps = json.loads(child("steps", "--contender", "steps", "--sizes", str(people), database=copy))
        print(f"\n{people:,} employments, one run\n\n| step | seconds | processor s | peak MB |\n|---|---:|---:|---:|")
        for one in steps:
            print(f"| {one['step']} | {one['seconds']:.2f} | {one['processor']:.2f} | {one['peak_mb']:.0f} |")
        print(flush=True)
        keep_result("steps", people, steps)


if __name__ == "__main__":
    main()
