"""Judging an attendance sheet: each line against the classes, sessions and people recorded.  Writes nothing.

Errors refuse a line, warnings keep it.  What has been marked stands; only the list page corrects it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from training.attendance_list.reader import MARK_NAMES, AttendanceLine
from training.attendance_list.recorded import ClassRun, Recorded, Trainee
from training.pass_list.findings import WARNING, Finding, shortened

#: session, enrolment
Seat = tuple[int, int]


@dataclass
class CheckedAttendance:
    """Where good lines belong, by row, and everything found."""

    seats: dict[int, Seat] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


class LineRefused(Exception):
    """A line has an error."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def check_lines(lines: Sequence[AttendanceLine], *, day: date, recorded: Recorded) -> CheckedAttendance:
    """Judge a sheet given on a day; of two lines for one person and session the first is kept."""
    checked = CheckedAttendance()
    first_rows: dict[Seat, tuple[int, str]] = {}
    warned: set[tuple[int, str]] = set()
    for line in lines:
        try:
            run = _run_of(line, day, recorded)
            session = _session_of(line, run, recorded)
            trainee = _trainee_of(line, run, recorded)
            _judge_repeat(line, (session, trainee.enrolment_id), first_rows, recorded)
        except LineRefused as refused:
            checked.findings.append(refused.finding)
            continue
        seat = session, trainee.enrolment_id
        first_rows[seat] = line.number, line.mark
        checked.seats[line.number] = seat
        for finding in _notices(line, trainee, recorded):
            if (trainee.enrolment_id, finding.code) not in warned:  # once a person, not once a session
                warned.add((trainee.enrolment_id, finding.code))
                checked.findings.append(finding)
    return checked


def _refuse(line: AttendanceLine, column: str, code: str, message: str, fix: str) -> LineRefused:
    return LineRefused(Finding(line.number, column, code, message, fix))


def _run_of(line: AttendanceLine, day: date, recorded: Recorded) -> ClassRun:
    runs = recorded.runs.get(line.class_number)
    if not runs:
        message = f"本基地没有班次“{shortened(line.class_number)}”"
        raise _refuse(line, "class_number", "CLASS_UNKNOWN", message, "请核对班次编号，与班次页上的一致")
    run = recorded.run_on(line.class_number, line.day)
    if run is None:
        spans = "、".join(f"{one.starts_on} 至 {one.ends_on}" for one in runs[:3])
        raise _refuse(line, "day", "DAY_OUTSIDE_CLASS", f"{line.day} 不在班次日期内", f"该班次为 {spans}，请核对日期")
    if run.not_held:
        fix = "受理备案之后、办理结业之前登记考勤；确有错误的，请联系区人社局"
        raise _refuse(line, "class_number", "CLASS_NOT_HELD", f"该班次状态为“{run.not_held}”", fix)
    if line.day > day:
        raise _refuse(
            line, "day", "DATE_IN_FUTURE", f"上课日期 {line.day} 晚于上传日 {day}", "请核对日期；上课之后再上传考勤"
        )
    return run


def _session_of(line: AttendanceLine, run: ClassRun, recorded: Recorded) -> int:
    session = recorded.sessions.get((run.pk, line.day, line.session))
    if session is None:
        message = f"该班次 {line.day} 没有第 {line.session} 节"
        raise _refuse(line, "session", "SESSION_UNKNOWN", message, "请核对日期和节次；没有排课的，请先在班次页添加节次")
    return session


def _trainee_of(line: AttendanceLine, run: ClassRun, recorded: Recorded) -> Trainee:
    """Who it is: by document number, else by name and last four."""
    if line.key:
        found = recorded.by_number.get((run.pk, line.key))
        if found is None:
            fix = "请核对证件号码；中途入班的，请先补报学员名单"
            raise _refuse(line, "id_number", "NOT_ENROLLED", "该证件号码不是本班学员", fix)
        return found
    if not line.name_key or not line.last_four_hash:
        column = "last_four" if line.name_key else "name"
        if line.last_four_hash is None:
            message, fix = "证件末四位不对", "请填证件号码的最后四位，末位可以是 X"
            raise _refuse(line, "last_four", "LAST_FOUR_INVALID", message, fix)
        fix = "请填写证件号码，或姓名和证件末四位"
        raise _refuse(line, column, "PERSON_MISSING", "看不出是哪位学员", fix)
    people = recorded.by_name.get((run.pk, line.name_key, line.last_four_hash), [])
    if not people:
        fix = "请核对姓名和末四位；中途入班的，请先补报学员名单"
        raise _refuse(line, "name", "NOT_ENROLLED", "本班没有这位学员", fix)
    if len(people) > 1:
        message = "本班有几位学员姓名和末四位相同"
        raise _refuse(line, "name", "PERSON_AMBIGUOUS", message, "请填写完整的证件号码")
    return people[0]


def _judge_repeat(
    line: AttendanceLine, seat: Seat, first_rows: dict[Seat, tuple[int, str]], recorded: Recorded
) -> None:
    before = first_rows.get(seat)
    if before is not None:
        row, mark = before
        said = "" if mark == line.mark else f"，那一行是“{MARK_NAMES[mark]}”"
        message = f"与第 {row} 行重复（同一人、同一节）{said}"
        raise _refuse(line, "mark", "DUPLICATE_IN_FILE", message, "请只留正确的一行")
    known = recorded.marks.get(seat)
    if known is not None and known != line.mark:
        message = f"该学员这一节已登记为“{MARK_NAMES[known]}”"
        raise _refuse(line, "mark", "MARK_CONTRADICTS_RECORD", message, "更正请在点名页办理并写明原因")


def _notices(line: AttendanceLine, trainee: Trainee, recorded: Recorded) -> Iterator[Finding]:
    """What is worth a look: another name than enrolled, there before the first hire or after the last leaving."""
    if line.key and line.name_key and line.name_key != trainee.name_key:
        message, fix = "姓名与本班学员名单上同一证件号码的姓名不同", "请对照证件核对；系统以号码识别本人"
        yield Finding(line.number, "name", "TRAINEE_NAME_MISMATCH", message, fix, WARNING)
    spans = recorded.employed.get(trainee.worker_id)
    if not spans or line.mark not in ("present", "late"):
        return
    first = spans[0][0]
    if line.day < first:
        message = f"上课日期早于入职日期 {first}"
        yield Finding(
            line.number, "day", "ATTENDED_BEFORE_HIRE", message, "岗前培训的可以确认；否则请核对日期", WARNING
        )
        return
    leaving = [last for _, last in spans if last is not None]
    if len(leaving) == len(spans) and line.day > max(leaving):
        message = f"上课日期晚于离职日期 {max(leaving)}"
        yield Finding(
            line.number,
            "day",
            "ATTENDED_AFTER_LEAVING",
            message,
            "请核对是否本人参加；确为再就业培训的可以确认",
            WARNING,
        )
