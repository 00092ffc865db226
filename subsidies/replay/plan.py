"""plan.yaml: the calendar, the actors, the batches and the steps of one folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

#: role words of plan.yaml -> kind of actor
ROLE_WORDS = (
    ("企业", "enterprise_hr"), ("基地", "base_clerk"), ("机构", "agency_clerk"), ("经办", "clerk"), ("复核", "reviewer"),
    ("审批", "approver"), ("财务", "finance"), ("市局", "city_reviewer"),
)  # fmt: skip
#: what each step must say besides day, do and by
STEP_OPTIONS: dict[str, tuple[str, ...]] = {
    "load_policies": ("file",), "publish_policies": ("packs",), "load_enterprises": ("file",),
    "receive_funds": ("source", "year"), "load_insurance": ("file",), "load_training_history": ("file",),
    "load_other_subsidies": ("file",), "load_register": ("file",), "load_agency_services": ("file",),
    "load_rosters": ("folder",), "load_applications": ("batch", "file"), "load_training": ("file", "confirmed_by"),
    "propose_account_changes": ("file",), "approve_account_changes": ("file",), "compute": ("batch",),
    "submit": ("batch",), "review": ("batch",), "approve": ("batch",), "publish_notice": ("batch",),
    "send_to_city": ("batch",), "resend_to_city": ("batch",), "city_answer": ("batch", "file"),
    "make_payment_file": ("batch", "number"), "pay": ("number",), "bank_return": ("number", "file"),
    "check_insurance": (),
}  # fmt: skip


#: the same steps in words, for whoever watches
STEP_WORDS = {
    "load_policies": "导入政策", "publish_policies": "发布政策", "load_enterprises": "导入企业名录", "receive_funds": "资金到位",
    "load_insurance": "导入社保缴费", "load_training_history": "导入专班培训", "load_other_subsidies": "导入已享受补贴",
    "load_register": "导入采集登记", "load_agency_services": "导入机构服务", "load_rosters": "企业上传花名册",
    "load_applications": "企业申报", "load_training": "基地报合格名单", "propose_account_changes": "申请账号变更",
    "approve_account_changes": "批准账号变更", "compute": "测算", "submit": "提交", "review": "复核", "approve": "审批",
    "publish_notice": "公示", "send_to_city": "上报市局", "resend_to_city": "重新上报", "city_answer": "市局批复",
    "make_payment_file": "制作付款文件", "pay": "送银行支付", "bank_return": "银行回盘", "check_insurance": "核查参保",
}  # fmt: skip


class PlanInvalid(Exception):
    """The folder cannot be played; every problem is named."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Step:
    """One step: on which day, what, by whom, with what."""

    number: int
    day: date
    do: str
    by: str
    options: dict[str, Any]

    def __str__(self) -> str:
        subject = self.options.get("batch") or self.options.get("number") or self.options.get("file") or ""
        return f"{self.day} {self.do} {subject}".strip()

    def in_words(self, batches: dict[str, PlannedBatch]) -> str:
        """As a person is told of it, the batch by its name."""
        batch = batches.get(str(self.options.get("batch", "")))
        subject = batch.name if batch else self.options.get("number") or self.options.get("file") or ""
        return f"{self.day} {STEP_WORDS.get(self.do, self.do)} {subject}".strip()


@dataclass(frozen=True)
class PlannedBatch:
    """A batch as the plan names it."""

    key: str
    name: str
    policy: str
    cutoff: date
    candidates: str
    is_trial: bool


@dataclass(frozen=True)
class Plan:
    """A readable plan."""

    folder: Path
    bureau: str
    city_bureau: str
    year: int
    calendar: dict[str, Any]
    actors: dict[str, str]
    appropriations: list[dict[str, Any]]
    batches: dict[str, PlannedBatch]
    steps: list[Step]

    def calendar_days(self) -> list[tuple[date, bool, str]]:
        """(day, is working, name) of the plan's holidays and the weekend days worked instead."""
        found: list[tuple[date, bool, str]] = []
        for holiday in self.calendar.get("holidays", ()):
            day = holiday["from"]
            while day <= holiday["to"]:
                found.append((day, False, holiday["name"]))
                day += timedelta(days=1)
            found += [(worked, True, "调休上班") for worked in holiday.get("working_instead", ())]
        return found

    def appropriation(self, source: str, year: int) -> dict[str, Any] | None:
        """The plan's entry of a source and year."""
        return next((a for a in self.appropriations if a["source"] == source and a["year"] == year), None)


def folder_digest(folder: Path) -> str:
    """SHA-256 over every input of the folder: same digest, same year.  expected.json is no input."""
    found = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "expected.json"):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def role_of(text: str) -> str | None:
    """Role of an actor by the plan's words."""
    return next((role for word, role in ROLE_WORDS if word in text), None)


def _read_steps(folder: Path, content: dict[str, Any], problems: list[str]) -> list[Step]:
    steps = []
    for number, raw in enumerate(content.get("steps") or (), 1):
        where = f"plan.yaml 第 {number} 步"
        options = {k: v for k, v in raw.items() if k not in ("day", "do", "by")}
        do, by, day = raw.get("do"), raw.get("by"), raw.get("day")
        if do not in STEP_OPTIONS:
            problems.append(f"{where}：不认识的步骤 {do!r}")
            continue
        if by not in content.get("actors", {}):
            problems.append(f"{where}：办理人 {by!r} 不在 actors 中")
        if not isinstance(day, date):
            problems.append(f"{where}：day 不是日期")
        missing = [name for name in STEP_OPTIONS[do] if name not in options]
        if missing:
            problems.append(f"{where}（{do}）：缺少 {'、'.join(missing)}")
        named = [options[k] for k in ("file", "folder") if k in options]
        problems += [f"{where}（{do}）：找不到 {name}" for name in named if not (folder / name).exists()]
        if "batch" in options and options["batch"] not in {b.get("key") for b in content.get("batches") or ()}:
            problems.append(f"{where}：批次 {options['batch']!r} 不在 batches 中")
        steps.append(Step(number, day, do, by, options))
    if any(a.day > b.day for a, b in pairwise(steps) if isinstance(a.day, date)):
        problems.append("plan.yaml：steps 未按日期先后排列")
    return steps


def read_plan(folder: Path) -> Plan:
    """Read and check plan.yaml; raises PlanInvalid with every problem."""
    path = folder / "plan.yaml"
    if not path.exists():
        raise PlanInvalid([f"{folder} 中没有 plan.yaml"])
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PlanInvalid([f"plan.yaml 无法读取：{error}"]) from error
    problems = [f"plan.yaml：缺少 {k}" for k in ("bureau", "year", "actors", "batches", "steps") if k not in content]
    if problems:
        raise PlanInvalid(problems)
    steps = _read_steps(folder, content, problems)
    batches = {}
    for raw in content["batches"]:
        batches[raw["key"]] = PlannedBatch(
            raw["key"], raw["name"], raw["policy"], raw["cutoff"], raw.get("candidates", "applications"),
            bool(raw.get("trial")),
        )  # fmt: skip
    actors = {}
    for key, actor in content["actors"].items():
        role = role_of(str(actor.get("role", "")))
        if role is None:
            problems.append(f"plan.yaml：办理人 {key} 的岗位 {actor.get('role')!r} 不认识")
        actors[key] = role or ""
    if problems:
        raise PlanInvalid(problems)
    return Plan(
        folder, content["bureau"], content.get("city_bureau", "市人力资源和社会保障局"), content["year"],
        content.get("calendar") or {}, actors, content.get("appropriations") or [], batches, steps,
    )  # fmt: skip
