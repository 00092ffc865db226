"""认定成绩表: the results of one sitting as a sheet, confirmed by a second person; certificates may follow in a later file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from park_workers.foundation.bulk import load_rows
from park_workers.foundation.identifiers import clean_text
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow, FileRefused
from park_workers.foundation.workflow import move
from park_workers.models import Membership
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import PersonLine, ensure_people, find_people, name_key, recorded_now, update_rows
from training.models import AssessmentSitting, SittingResult
from training.pass_list.findings import WARNING
from training.permissions import can_write_sittings
from training.services.sitting_results import assessed_numbers, certificate_holders, cleaned_number, facts_of
from training.sitting_rules import Flaw, StatedResult, judge_result

COLUMNS = (
    "sitting_id", "worker_id", "theory_score", "practice_score", "verdict", "certificate_number", "issued_on", "corrects_id",
    "reason", "is_current", "upload_id", "recorded_at", "recorded_by_id",
)  # fmt: skip
OPEN = (AssessmentSitting.Status.HELD, AssessmentSitting.Status.RESULTS_ENTERED, AssessmentSitting.Status.CONFIRMED)
CERTIFICATE_LATER = "补报证书"
ONCE = "一个编号只属于一本证书，请对照证书核对"


@dataclass
class JudgedResults:
    """Good lines by row, and the recorded results of the sitting by canonical worker."""

    sitting: AssessmentSitting
    lines: dict[int, StatedResult] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    known: dict[int, SittingResult] = field(default_factory=dict)


def sitting_of(context: ImportContext) -> AssessmentSitting:
    """The sitting a file is for; raises FileRefused when it is not the giver's or takes no results now."""
    kind, _, number = context.scope.partition(":")
    seen = AssessmentSitting.objects.visible_to(context.actor).select_related("assessor")
    pk = int(number) if kind == "sitting" and number.isdigit() else 0
    found = seen.filter(pk=pk).first()
    if found is None or not can_write_sittings(context.actor, found.assessor):
        raise FileRefused("SITTING_UNKNOWN", "没有选择认定场次，或场次不属于您的单位", "请从场次页面上传成绩表")
    owners = (found.assessor.organisation_id, found.assessor.bureau_id)
    if context.organisation.pk not in owners:
        raise FileRefused("SITTING_UNKNOWN", "该场次不属于上传单位", "请以认定机构或本局的名义上传")
    if found.status not in OPEN:
        raise FileRefused(
            "SITTING_NOT_HELD", f"本场当前为“{found.status_label()}”，不能上传成绩", "请先备案并登记已开考"
        )
    return found


def check_sitting_results(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """Judge every line by itself, against the others and against what is recorded; writes nothing."""
    sitting = sitting_of(context)
    facts, found = facts_of(sitting), JudgedResults(sitting)
    stated = _stated(rows)
    people = find_people({person_key(row.values["id_number"]) for row in rows})
    numbers = {one.certificate_number for one in stated.values()}
    holders, assessed = certificate_holders(numbers), assessed_numbers(numbers)
    current = SittingResult.objects.current().filter(sitting=sitting).select_related("worker")
    found.known = {one.worker.canonical_id: one for one in current}
    checked, seen_people, seen_numbers = CheckedRows(found=found), dict[str, int](), dict[str, int]()
    for row in rows:
        one, key = stated[row.number], person_key(row.values["id_number"])
        person = people.get(key)
        known = found.known.get(person.worker_id) if person else None
        flaws = judge_result(one, facts, day=context.day)
        flaws += _repeats(row, one, key, seen_people, seen_numbers)
        flaws += _against_record(one, known, person.worker_id if person else None, holders, assessed)
        if person is not None and person.is_on_roster and name_key(person.name) != name_key(row.values["name"]):
            message, fix = "姓名与花名册上同一证件号码的姓名不同", "请对照证件核对姓名与号码；系统以号码识别本人"
            flaws.append(Flaw("name", "TRAINEE_NAME_MISMATCH", message, fix, WARNING))
        checked.issues += [context.issue(row, f.field, f.code, f.message, f.fix, severity=f.severity) for f in flaws]
        if any(f.severity != WARNING for f in flaws):
            continue
        seen_people[key] = row.number
        if one.certificate_number:
            seen_numbers[one.certificate_number] = row.number
        found.lines[row.number], found.keys[row.number] = one, key
        checked.accepted.append(row)
    return checked


def _stated(rows: Sequence[CleanedRow]) -> dict[int, StatedResult]:
    """Lines by row; a certificate number of another scheme is kept as it was written."""
    found = {}
    for row in rows:
        v, raw = row.values, row.left_out.get("certificate_number")
        text = v["certificate_number"] or cleaned_number(clean_text(raw["d"] if isinstance(raw, dict) else raw))
        found[row.number] = StatedResult(v["theory_score"], v["practice_score"], v["verdict"], text, v["issued_on"])
    return found


def _repeats(
    row: CleanedRow, one: StatedResult, key: str, people: dict[str, int], numbers: dict[str, int]
) -> list[Flaw]:
    found = []
    if key in people:
        found.append(Flaw("id_number", "DUPLICATE_IN_FILE", f"与第 {people[key]} 行是同一人", "请删除重复的一行"))
    if one.certificate_number in numbers:
        message = f"与第 {numbers[one.certificate_number]} 行的证书编号相同"
        found.append(Flaw("certificate_number", "CERT_DUPLICATE", message, ONCE))
    return found


def _against_record(
    one: StatedResult, known: SittingResult | None, worker_id: int | None, holders: dict[str, int], assessed: set[str]
) -> list[Flaw]:
    """A recorded result stands; a certificate may be added to it."""
    if known is not None:
        fix = "已登记的成绩不因再次上传而改变；录错的请在该行办理更正"
        for name in ("theory_score", "practice_score", "verdict"):
            holds = getattr(known, name)
            if getattr(one, name) != holds:
                shown = "空" if holds is None else holds
                return [Flaw(name, "RESULT_CONTRADICTS_RECORD", f"该考生在本场已登记的是“{shown}”", fix)]
        if known.certificate_number:
            same = (one.certificate_number, one.issued_on) == (known.certificate_number, known.issued_on)
            is_less = not one.certificate_number
            message = "该考生在本场已登记了另一证书编号或发证日期"
            return [] if same or is_less else [Flaw("certificate_number", "CERT_CONTRADICTS_RECORD", message, fix)]
    number = one.certificate_number
    if number in holders and holders[number] != worker_id:
        return [Flaw("certificate_number", "CERT_DUPLICATE", "该证书编号已登记在他人名下", ONCE)]
    if number in assessed:
        return [Flaw("certificate_number", "CERT_DUPLICATE", "该证书编号已登记在本人的另一场次", ONCE)]
    return []


def apply_sitting_results(context: ImportContext, checked: CheckedRows) -> dict[str, Any]:
    """Results not recorded yet, and certificates that have come since; the sitting waits for its confirmation.

    Counts: `new` results, `people` not known before, `certificates`, `unchanged` lines.
    """
    judged: JudgedResults = checked.found
    giver = context.upload.recorded_by or context.actor
    people = [
        PersonLine(row.values["id_number"], judged.keys[row.number], row.values["name"]) for row in checked.accepted
    ]
    workers, people_added = ensure_people(people=people, recorded_by=context.actor)
    fresh: list[tuple[int, StatedResult, SittingResult | None]] = []
    for number, one in judged.lines.items():
        worker = workers[judged.keys[number]]
        known = judged.known.get(worker)
        if known is None or (one.certificate_number and not known.certificate_number):
            fresh.append((worker if known is None else known.worker_id, one, known))
    if fresh:
        _move_on(context, judged.sitting, giver)
        update_rows(
            "UPDATE training_sittingresult SET is_current = %s WHERE id = %s", [(False, k.pk) for *_, k in fresh if k]
        )
        _load(context, judged.sitting, giver, fresh)
    return {
        "new": sum(known is None for *_, known in fresh), "people": people_added,
        "certificates": sum(bool(one.certificate_number) for _, one, _ in fresh),
        "unchanged": len(judged.lines) - len(fresh),
    }  # fmt: skip


def _load(
    context: ImportContext, sitting: AssessmentSitting, giver: Membership,
    fresh: Sequence[tuple[int, StatedResult, SittingResult | None]],
) -> None:  # fmt: skip
    stamp = (context.upload.pk, recorded_now(), giver.pk)
    rows = (
        (
            sitting.pk, worker, one.theory_score, one.practice_score, one.verdict, one.certificate_number, one.issued_on,
            known.pk if known else None, CERTIFICATE_LATER if known else "", True, *stamp,
        )
        for worker, one, known in fresh
    )  # fmt: skip
    load_rows("training_sittingresult", COLUMNS, rows)


def _move_on(context: ImportContext, sitting: AssessmentSitting, giver: Membership) -> None:
    """Results that have come in wait for the bureau, also those added to a sitting that was confirmed."""
    fields = {"results_by": giver.user, "results_on": context.day, "reason": ""}
    if sitting.status == AssessmentSitting.Status.HELD:
        move(sitting, "enter_results", actor=context.actor, day=context.day, with_fields=fields)
    elif sitting.status == AssessmentSitting.Status.CONFIRMED:
        fields |= {"confirmed_by": None, "confirmed_on": None}
        move(sitting, "correct", actor=context.actor, day=context.day, note=CERTIFICATE_LATER, with_fields=fields)
