"""Judging a roster (花名册) against itself and against what is recorded; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import CleanedRow, FileRefused
from park_workers.models import Enterprise
from park_workers.services.imports import CheckedRows, ImportContext
from park_workers.services.people import name_key
from park_workers.services.rosters.hire import ERROR, WARNING, Hire, Problem, judge_hire, notice_about_person
from park_workers.services.rosters.known import KnownStaff

YES = "是"


@dataclass
class JudgedRoster:
    """Good lines and what is recorded of their people: what applying needs."""

    enterprise: Enterprise
    known: KnownStaff
    lines: dict[int, Hire] = field(default_factory=dict)


@dataclass(slots=True)
class _Span:
    """One span at the enterprise as it will stand once the file is in."""

    hired_on: date
    left_on: date | None
    #: the line that brings or changes it, if any
    line: Hire | None
    is_new: bool


def enterprise_of(context: ImportContext) -> Enterprise:
    """The enterprise in whose name the roster was given; FileRefused when that is no enterprise of the directory."""
    found = Enterprise.objects.filter(pk=context.organisation.pk).select_related("organisation").first()
    if found is None:
        raise FileRefused("NOT_AN_ENTERPRISE", "花名册只能以企业名录中企业的名义上传", "请由企业上传，或选择所属企业")
    return found


def hire_of(row: CleanedRow) -> Hire:
    """A cleaned line as a stated employment."""
    v = row.values
    introducer = v["introducer_id_number"]
    return Hire(
        id_number=v["id_number"], key=person_key(v["id_number"]), name=v["name"], hired_on=v["hired_on"],
        left_on=v["left_on"], contract_starts_on=v["contract_starts_on"], contract_ends_on=v["contract_ends_on"],
        is_open_ended=v["is_open_ended"] == YES, form=v["form"] or "", trade=v["trade"],
        is_front_line=v["is_front_line"] == YES, id_type=v["id_type"] or "", sex=v["sex"] or "",
        origin=v["origin"], phone=v["phone"], introducer_id_number=introducer,
        introducer_key=person_key(introducer), number=row.number,
    )  # fmt: skip


def check_roster(context: ImportContext, rows: Sequence[CleanedRow]) -> CheckedRows:
    """Judge each line by itself, then in the file, then against what is recorded."""
    enterprise = enterprise_of(context)
    checked = CheckedRows()
    by_number = {row.number: row for row in rows}

    def report(number: int, problem: Problem) -> None:
        checked.issues.append(
            context.issue(
                by_number[number], problem.field, problem.code, problem.message, problem.fix, severity=problem.severity
            )
        )

    lines = list(_good_by_themselves(context.day, rows, report))
    keys = {line.key for line in lines} | {line.introducer_key for line in lines if line.introducer_key}
    known = KnownStaff.read(enterprise_id=enterprise.pk, keys=keys)
    refused = set()
    for number, problem in _overlaps_here(lines, known):
        report(number, problem)
        refused.add(number)
    judged = JudgedRoster(enterprise, known)
    for line in lines:
        if line.number in refused:
            continue
        judged.lines[line.number] = line
        checked.accepted.append(by_number[line.number])
        for problem in _notices(line, known):
            report(line.number, problem)
    checked.found = judged
    return checked


def _good_by_themselves(day: date, rows: Sequence[CleanedRow], report) -> Iterator[Hire]:  # type: ignore[no-untyped-def]
    """Lines without an error of their own; of two for the same person and hire date the first is kept."""
    seen: dict[tuple[str, date], int] = {}
    for row in rows:
        line = hire_of(row)
        problems = judge_hire(line, day=day)
        for problem in problems:
            report(line.number, problem)
        if problems:
            continue
        assert line.hired_on is not None
        first = seen.setdefault((line.key, line.hired_on), line.number)
        if first == line.number:
            yield line
        else:
            message = f"与第 {first} 行重复（证件号码和入职日期相同）"
            report(line.number, Problem("id_number", "DUPLICATE_IN_FILE", message, "请删除重复的一行"))


def _overlaps_here(lines: Sequence[Hire], known: KnownStaff) -> Iterator[tuple[int, Problem]]:
    """Lines after which a person's spans at the enterprise would overlap (I10): re-hired while still employed."""
    by_person: dict[str, list[Hire]] = {}
    for line in lines:
        by_person.setdefault(line.key, []).append(line)
    for key, own in by_person.items():
        if len(own) == 1 and next(known.here(key), None) is None:
            continue
        spans = {e.hired_on: _Span(e.hired_on, e.left_on, None, False) for e in known.here(key)}
        for line in own:
            assert line.hired_on is not None
            before = spans.get(line.hired_on)
            left = line.left_on or (before.left_on if before else None)
            spans[line.hired_on] = _Span(line.hired_on, left, line, before is None)
        yield from _clashes(sorted(spans.values(), key=lambda s: s.hired_on))


def _clashes(spans: Sequence[_Span]) -> Iterator[tuple[int, Problem]]:
    """Walk the spans in order of hiring; of two that overlap, the one the file brings is at fault, the later first."""
    standing: _Span | None = None
    for span in spans:
        if standing is None or (standing.left_on is not None and standing.left_on < span.hired_on):
            standing = span
            continue
        until = f"至 {standing.left_on}" if standing.left_on else "至今未离职"
        if span.is_new and span.line is not None:
            message = f"该员工 {standing.hired_on} 起在本企业在职{until}，与本行重叠"
            fix = "请先填报上一段的离职日期，或核对入职日期"
            yield span.line.number, Problem("hired_on", "EMPLOYMENT_SPANS_OVERLAP", message, fix)
            continue
        if standing.line is not None:
            message = f"该员工在本企业另有 {span.hired_on} 起的在职记录，与本行重叠"
            at = "hired_on" if standing.is_new else "left_on"
            yield standing.line.number, Problem(at, "EMPLOYMENT_SPANS_OVERLAP", message, "请核对入职、离职日期")
        standing = span


def _notices(line: Hire, known: KnownStaff) -> Iterator[Problem]:
    """Warnings about a good line; those about the hire itself only when it is new."""
    person = known.people.get(line.key)
    if person is not None and person.is_on_roster and name_key(person.name) != name_key(line.name):
        message = "同一证件号码此前登记的姓名不同，仍按原登记姓名记录"
        yield Problem("name", "NAME_DIFFERS", message, "请核对姓名与证件号码；如已更名请联系人社局", WARNING)
    assert line.hired_on is not None
    recorded = known.employment(line.key, line.hired_on)
    if recorded is not None:
        if recorded.left_on is not None and line.left_on is None:
            yield _leave_stands(recorded.left_on)
        return
    yield from notice_about_person(line)
    if next(overlaps_elsewhere(line, known), None) is not None:
        yield overlap_notice()


def _leave_stands(left_on: date) -> Problem:
    """The warning for a blank leaving date of somebody recorded as having left: a file takes no leaving back."""
    message = f"离职日期留空，但该员工已登记 {left_on} 离职；导入不会撤销离职登记"
    fix = "确已离职的请补填离职日期；仍在职的请在该员工资料页点“撤销离职登记”"
    return Problem("left_on", "LEAVE_DATE_BLANK", message, fix, WARNING)


def overlaps_elsewhere(line: Hire, known: KnownStaff) -> Iterator[int]:
    """Employments at other enterprises that share a day with the stated one."""
    assert line.hired_on is not None
    last = line.left_on or date.max
    for other in known.elsewhere(line.key):
        if other.hired_on <= last and (other.left_on or date.max) >= line.hired_on:
            yield other.pk


def overlap_notice() -> Problem:
    """The warning for somebody employed by two enterprises at once; the other firm is not named to this one."""
    message = "该员工在另一企业尚有同一时期的在职记录"
    return Problem("hired_on", "EMPLOYMENT_OVERLAP", message, "请核实是否已从原单位离职；本行照常导入", WARNING)


__all__ = ["ERROR", "JudgedRoster", "check_roster", "enterprise_of", "hire_of", "overlap_notice", "overlaps_elsewhere"]
