"""Results of a sitting one by one: entered, corrected by another row; and what is known of people and certificate numbers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.errors import RuleViolation, TransitionRefused
from park_workers.foundation.identifiers import IdentifierProblem, check_id_number, clean_name, clean_text
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.workflow import move
from park_workers.models import Membership, Worker
from park_workers.services.employments import FieldsInvalid
from park_workers.services.people import PersonLine, ensure_people, find_worker
from park_workers.services.rosters.hire import Problem
from training.models import AssessmentSitting, SittingResult
from training.pass_list.findings import ERROR
from training.permissions import check_can_write_sittings
from training.services.assessors import reason_given
from training.services.recorded_results import assessed_holders, reported_holders, with_merged
from training.services.sittings import terms_of
from training.sitting_rules import Flaw, SittingFacts, StatedResult, judge_result

OPEN = (AssessmentSitting.Status.HELD, AssessmentSitting.Status.RESULTS_ENTERED)
TAKEN = Flaw(
    "certificate_number", "CERT_DUPLICATE", "该证书编号已登记在他人名下", "一个编号只属于一本证书，请对照证书核对"
)


def facts_of(sitting: AssessmentSitting) -> SittingFacts:
    """What the results of a sitting are judged against; the pass mark is that of its day."""
    assessor = sitting.assessor
    terms = terms_of(assessor, sitting.held_on)
    return SittingFacts(sitting.level, sitting.held_on, assessor.kind, assessor.assessor_code, terms.pass_mark)


def certificate_holders(numbers: Collection[str], *, besides: int | None = None) -> dict[str, int]:
    """Canonical holder by certificate number, whether an assessor or a base has reported it; `besides` leaves one result out."""
    wanted = {number for number in numbers if number}
    return reported_holders(wanted) | assessed_holders(wanted, besides=besides)


def assessed_numbers(numbers: Collection[str], *, besides: int | None = None) -> set[str]:
    """Numbers that stand in another result of a sitting."""
    return set(assessed_holders({number for number in numbers if number}, besides=besides))


def cleaned_number(text: str) -> str:
    """A certificate number in one spelling."""
    return "".join(clean_text(text).split()).upper()


def check_open_for_results(sitting: AssessmentSitting) -> None:
    """Results come in once a sitting has been held and until they are confirmed; raises TransitionRefused."""
    if sitting.status not in OPEN:
        fix = "已确认的成绩请用“更正”办理" if sitting.status == "confirmed" else "请先备案并登记已开考"
        raise TransitionRefused("STATE_NOT_ALLOWED", f"当前状态为“{sitting.status_label()}”，不能录入成绩", fix)


def _problems(flaws: Collection[Flaw]) -> list[Problem]:
    return [Problem(one.field, one.code, one.message, one.fix, one.severity) for one in flaws]


def _check(flaws: list[Flaw]) -> list[Problem]:
    """Warnings; raises FieldsInvalid when there is an error among them."""
    errors = [one for one in flaws if one.severity == ERROR]
    if errors:
        raise FieldsInvalid(_problems(errors))
    return _problems(flaws)


def _number_flaws(stated: StatedResult, worker_id: int | None, *, besides: int | None = None) -> list[Flaw]:
    number = stated.certificate_number
    if not number:
        return []
    holder = certificate_holders([number], besides=besides).get(number)
    if holder is not None and holder != worker_id:
        return [TAKEN]
    if number in assessed_numbers([number], besides=besides):
        message = "该证书编号已登记在本人的另一场次"
        return [Flaw("certificate_number", "CERT_DUPLICATE", message, "一个编号只属于一本证书，请对照证书核对")]
    return []


@transaction.atomic
def enter_result(
    *, actor: Membership, sitting: AssessmentSitting, name: str, id_number: str, stated: StatedResult, day: date
) -> tuple[SittingResult, list[Problem]]:
    """One person's result, and what is worth a look; the same result again is the same row.

    Raises PermissionRefused, TransitionRefused, FieldsInvalid with every wrong field.
    """
    check_can_write_sittings(actor, sitting.assessor)
    check_open_for_results(sitting)
    flaws, name = judge_result(stated, facts_of(sitting), day=day), clean_name(name)[:80]
    number = ""
    try:
        number = check_id_number(id_number, day=day).number
    except IdentifierProblem as wrong:
        flaws.append(Flaw("id_number", wrong.code, wrong.message, wrong.fix))
    if len(name) < 2:
        flaws.append(Flaw("name", "NAME_MISSING", "没有填写姓名", "请填写考生姓名"))
    known = find_worker(number) if number else None
    before = sitting.results.current().filter(worker__in=same_person(known)).first() if known else None
    if before is not None and _as_stated(before) == stated:
        return before, []
    if before is not None:
        flaws.append(Flaw("id_number", "RESULT_KNOWN", "该考生在本场已有成绩", "录错的请在该行办理更正"))
    flaws += _number_flaws(stated, known.pk if known else None, besides=before.pk if before else None)
    warnings = _check(flaws)
    line = PersonLine(number, person_key(number), name)
    worker_id = ensure_people(people=[line], recorded_by=actor)[0][line.key]
    found = SittingResult(sitting=sitting, worker_id=worker_id, recorded_by=actor, **_fields(stated))
    _save(found)
    record_event(
        actor=actor, code="sitting.result_entered", subject=sitting, day=day, changes={"state": stated.verdict}
    )
    return found, warnings


def same_person(worker: Worker) -> list[int]:
    """The canonical record and those merged into it."""
    return sorted(with_merged([worker.canonical_id]))


def _fields(stated: StatedResult) -> dict[str, object]:
    return {
        "theory_score": stated.theory_score, "practice_score": stated.practice_score, "verdict": stated.verdict,
        "certificate_number": stated.certificate_number, "issued_on": stated.issued_on,
    }  # fmt: skip


def _as_stated(row: SittingResult) -> StatedResult:
    return StatedResult(row.theory_score, row.practice_score, row.verdict, row.certificate_number, row.issued_on)


def _save(row: SittingResult) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # somebody else's row has just come in
        raise RuleViolation("RESULT_TAKEN", "该考生或证书编号刚被登记", "请刷新页面核对后再办理") from error


@transaction.atomic
def correct_result(
    *, actor: Membership, result: SittingResult, stated: StatedResult, reason: str, day: date
) -> tuple[SittingResult, list[Problem]]:
    """Another row takes the place of a result; a confirmed sitting waits for a confirmation again.

    Raises PermissionRefused, TransitionRefused, FieldsInvalid, RuleViolation (REASON_MISSING, RESULT_UNCHANGED,
    RESULT_CORRECTED).
    """
    sitting = result.sitting
    check_can_write_sittings(actor, sitting.assessor)
    words = reason_given(reason)
    if _as_stated(result) == stated:
        raise RuleViolation("RESULT_UNCHANGED", "更正后的内容与原来相同", "请修改后再提交")
    if sitting.status == AssessmentSitting.Status.CONFIRMED:
        fields = {"results_by": actor.user, "results_on": day, "confirmed_by": None, "confirmed_on": None}
        move(sitting, "correct", actor=actor, day=day, note=words, with_fields=fields)
    check_open_for_results(sitting)
    flaws = judge_result(stated, facts_of(sitting), day=day)
    flaws += _number_flaws(stated, result.worker.canonical_id, besides=result.pk)
    warnings = _check(flaws)
    if not SittingResult.objects.filter(pk=result.pk, is_current=True).update(is_current=False):
        raise RuleViolation("RESULT_CORRECTED", "该成绩已被更正过", "请刷新页面，更正最新的一行")
    found = SittingResult(
        sitting=sitting, worker_id=result.worker_id, corrects=result, reason=words, recorded_by=actor, **_fields(stated)
    )
    _save(found)
    changes = {"state": [result.verdict, stated.verdict]}
    record_event(actor=actor, code="sitting.result_corrected", subject=sitting, day=day, note=words, changes=changes)
    return found, warnings
