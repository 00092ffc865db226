"""Play a folder of a bureau's year through the services and compare with its expected.json."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from park_workers.foundation.money import format_fen
from subsidies.replay.comparison import compare, read_expected
from subsidies.replay.outcome import collect_outcome
from subsidies.replay.plan import PlanInvalid, read_plan
from subsidies.replay.playing import Played, play

BAR_WIDTH = 28
SHOWN_DIFFERENCES = 200


class Command(BaseCommand):
    """`manage.py replay_year FOLDER`; exit status 0 when everything agrees, 1 when something differs."""

    help = "按 FOLDER/plan.yaml 逐步回放一年的业务，并与 expected.json 逐项比较"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--no-progress", action="store_true", help="不显示进度条")

    def handle(self, *args: Any, **options: Any) -> None:
        """Play, then compare."""
        settings.JOBS_INLINE = True  # no worker needs to run; the job bodies are the same
        started = time.monotonic()
        try:
            plan = read_plan(options["folder"].resolve())
        except PlanInvalid as error:
            raise CommandError("资料不完整，未开始回放：\n  " + "\n  ".join(error.problems)) from error
        played = play(plan, progress=self._no_progress if options["no_progress"] else self._progress)
        self._report_run(played, time.monotonic() - started)
        expected = read_expected(plan.folder)
        if expected is None:
            self.stdout.write("该资料没有 expected.json，不作比较。")
        outcome = collect_outcome(played.player, expected or {})
        self._print_summary(outcome, expected)
        differences = compare(expected, outcome) if expected is not None else []
        for step, reason in played.refusals:
            self.stdout.write(self.style.ERROR(f"未能办理  第 {step.number} 步 {step}：{reason}"))
        for difference in differences[:SHOWN_DIFFERENCES]:
            self.stdout.write(self.style.ERROR(f"不一致    {difference}"))
        if len(differences) > SHOWN_DIFFERENCES:
            self.stdout.write(f"……另有 {len(differences) - SHOWN_DIFFERENCES} 处")
        if differences or played.refusals:
            self.stdout.write(
                self.style.ERROR(f"回放结束：{len(differences)} 处不一致，{len(played.refusals)} 步未能办理。")
            )
            sys.exit(1)
        if expected is not None:
            self.stdout.write(self.style.SUCCESS("回放结束：与 expected.json 全部一致。"))

    def _report_run(self, played: Played, seconds: float) -> None:
        if played.changed_nothing:
            self.stdout.write(f"此资料已回放过（{played.done_before} 步），本次未作任何更改。")
        else:
            before = f"（此前已办 {played.done_before} 步）" if played.done_before else ""
            self.stdout.write(f"办理 {played.done_now} 步{before}，用时 {seconds:.1f} 秒。")

    def _print_summary(self, outcome: dict[str, Any], expected: dict[str, Any] | None) -> None:
        """A table of the batches beside the expected figures."""
        wanted = {b["key"]: b for b in (expected or {}).get("batches", ())}
        head = f"{'批次':<10}{'截止日':<12}{'申请':>6}{'合格':>6}{'金额':>18}   应为"
        self.stdout.write("\n" + head + "\n" + "─" * 74)
        for row in outcome["batches"]:
            want = wanted.get(row["key"])
            target = f"{want['people']} 人 {format_fen(want['yuan'] * 100)}" if want else "—"
            mark = (
                ""
                if want is None
                else ("  ✓" if (row["people"], row["yuan"]) == (want["people"], want["yuan"]) else "  ✗")
            )
            self.stdout.write(
                f"{row['name']:<9}{row['cutoff']:<12}{row['applied']:>6}{row['people']:>8}"
                f"{format_fen(row['yuan'] * 100):>20}   {target}{mark}"
            )
        totals, total = outcome["totals"], (expected or {}).get("totals")
        target = f"{total['people']} 人 {format_fen(total['yuan'] * 100)}" if total else "—"
        self.stdout.write("─" * 74)
        self.stdout.write(
            f"合计 {len(outcome['batches'])} 批   {totals['people']} 人   {format_fen(totals['yuan'] * 100)}   应为 {target}\n"
        )
        self._print_counts(outcome)

    def _print_counts(self, outcome: dict[str, Any]) -> None:
        lines = []
        rosters = outcome["rosters"]
        lines.append(
            f"花名册 {rosters['files']} 份 {rosters['rows'] or 0} 行，拒收 {rosters['refused'] or 0} 行；"
            f"就业记录 {rosters['employments']} 条，{rosters['people']} 人"
        )
        if "register" in outcome:
            lines.append(
                "采集登记 {registered} 人，其中已享受补贴 {registered_and_paid} 人".format(**outcome["register"])
            )
        if "training" in outcome:
            t = outcome["training"]
            lines.append(
                f"培训 {t['total_attendances']} 人次（专班 {t['history']}＋基地 {t['bases']}），合格 {t['passed']} 人"
            )
        for fund in outcome["funds"]:
            lines.append(
                f"{fund['source']} {fund['year']}：到位 {format_fen(fund['received_yuan'] * 100)}，"
                f"已付 {format_fen(fund['paid_yuan'] * 100)}，结余 {format_fen(fund['left_yuan'] * 100)}"
            )
        self.stdout.write("\n".join(lines) + "\n")

    @staticmethod
    def _no_progress(done: int, total: int, text: str) -> None:
        return None

    def _progress(self, done: int, total: int, text: str) -> None:
        """One line that redraws itself on a terminal; every tenth part on a plain stream."""
        filled = BAR_WIDTH * done // max(total, 1)
        bar = "█" * filled + "░" * (BAR_WIDTH - filled)
        if sys.stderr.isatty():
            width = os.get_terminal_size(sys.stderr.fileno()).columns
            sys.stderr.write("\r" + f"{bar} {done}/{total} {text}"[: width - 12].ljust(width - 12))
            if done == total:
                sys.stderr.write("\n")
            sys.stderr.flush()
        elif done == total or done % max(1, total // 10) == 0:
            sys.stderr.write(f"{bar} {done}/{total} {text}".rstrip() + "\n")
            sys.stderr.flush()
