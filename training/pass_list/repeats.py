"""Lines of a pass list against one another and against what is recorded: the same person, the same certificate again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from park_workers.services.people import name_key
from training.pass_list.findings import WARNING, Finding
from training.pass_list.reader import PASSED, ClassKey, PassLine
from training.pass_list.recorded import Recorded, RecordedResult


def check_repeats(lines: Sequence[PassLine], recorded: Recorded) -> list[Finding]:
    """Of two lines that exclude one another the first is kept; what is recorded comes before any line."""
    found: list[Finding] = []
    people: dict[tuple[int | str, ClassKey], int] = {}
    certificates: dict[str, int] = {}
    sat_in: dict[int | str, list[PassLine]] = defaultdict(list)
    for line in lines:
        who = recorded.identity(line.key)
        errors = list(_judge_repeat(line, people, certificates, recorded))
        found += errors
        if errors:
            continue
        people[who, line.class_key] = line.number
        if line.certificate_number:
            certificates[line.certificate_number] = line.number
        found += _notices(line, sat_in[who], recorded)
        sat_in[who].append(line)
    return found


def _judge_repeat(
    line: PassLine, people: dict[tuple[int | str, ClassKey], int], certificates: dict[str, int], recorded: Recorded
) -> Iterator[Finding]:
    first = people.get((recorded.identity(line.key), line.class_key))
    if first is not None:
        message = f"与第 {first} 行重复（同一人、同一班次）"
        yield Finding(line.number, "id_number", "DUPLICATE_IN_FILE", message, "请删除重复的一行")
        return
    known = recorded.result(line.key, *line.class_key)
    if known is not None:
        yield from _judge_against(line, known)
    yield from _judge_certificate(line, known, certificates, recorded)


def _judge_against(line: PassLine, known: RecordedResult) -> Iterator[Finding]:
    """A recorded result stands; a certificate may be added to it.  Of a seat without one only hours may be recorded."""
    if known.is_awaited:
        is_kept = known.keeps_attendance or known.attended_hours
        if is_kept and line.attended_hours != known.attended_hours:
            message = f"该学员的考勤学时是“{known.attended_hours}”"
            yield Finding(
                line.number, "attended_hours", "HOURS_CONTRADICT_ATTENDANCE", message, "请按考勤记录填写实到学时"
            )
        return
    for name in ("attended_hours", "theory_score", "practice_score", "verdict"):
        said, holds = getattr(line, name), getattr(known, name)
        if said != holds:
            shown = "空" if holds is None else holds
            message = f"该学员在本班次已登记的是“{shown}”"
            fix = "已登记的结果不因再次上传而改变；补考请另编班次上报"
            yield Finding(line.number, name, "RESULT_CONTRADICTS_RECORD", message, fix)
            return


def _judge_certificate(
    line: PassLine, known: RecordedResult | None, certificates: dict[str, int], recorded: Recorded
) -> Iterator[Finding]:
    n, number = line.number, line.certificate_number
    if not number:
        return
    if number in certificates:
        message = f"与第 {certificates[number]} 行的证书编号相同"
        yield Finding(n, "certificate_number", "CERT_DUPLICATE", message, "一个编号只属于一本证书，请对照证书核对")
        return
    if known is not None and known.certificate_number:
        if known.revoked_on is not None:
            yield _revoked(line, known)
        elif number != known.certificate_number:
            message, fix = "该学员在本班次已登记了另一证书编号", "请对照证书核对编号"
            yield Finding(n, "certificate_number", "CERT_CONTRADICTS_RECORD", message, fix)
        elif line.issued_on != known.issued_on:
            message = f"该证书已登记的发证日期是 {known.issued_on}"
            yield Finding(n, "issued_on", "CERT_CONTRADICTS_RECORD", message, "请对照证书核对发证日期")
        return
    holder = recorded.certificates.get(number)
    if holder is not None:
        message = (
            "该证书编号已登记在本人的另一班次"
            if recorded.identity(line.key) == holder
            else "该证书编号已登记在他人名下"
        )
        yield Finding(n, "certificate_number", "CERT_DUPLICATE", message, "一个编号只属于一本证书，请对照证书核对")
    elif recorded.assessed.get(number, recorded.identity(line.key)) != recorded.identity(line.key):
        message = "该证书编号已登记在他人的认定成绩中"
        yield Finding(n, "certificate_number", "CERT_DUPLICATE", message, "一个编号只属于一本证书，请对照证书核对")


def _revoked(line: PassLine, known: RecordedResult) -> Finding:
    """A list brings no revoked certificate back, and no other one in its place: two persons restore it, or there was another class."""
    is_same = line.certificate_number == known.certificate_number
    message = f"该学员在本班次的证书 {known.certificate_number} 已于 {known.revoked_on} 作废"
    if is_same:
        fix = "再次上传不会恢复；不应作废的请在该证书页面提出恢复，请从名单中清空编号和发证日期"
        return Finding(line.number, "certificate_number", "CERT_REVOKED", message, fix, WARNING)
    fix = "同一次考核重新发证的，请在该证书页面按新编号提出恢复；重新考核的，请另编班次上报"
    return Finding(line.number, "certificate_number", "CERT_REVOKED", message, fix)


def _notices(line: PassLine, in_file: Sequence[PassLine], recorded: Recorded) -> Iterator[Finding]:
    """What is worth a look: another name than on the rosters, two classes at once, the same level passed again."""
    person = recorded.people.get(line.key)
    if person is not None and person.roster_name and name_key(person.roster_name) != name_key(line.name):
        message, fix = "姓名与花名册上同一证件号码的姓名不同", "请对照证件核对姓名与号码；系统以号码识别本人"
        yield Finding(line.number, "name", "TRAINEE_NAME_MISMATCH", message, fix, WARNING)
    elsewhere = [result for result in recorded.results_of(line.key) if not recorded.is_here(result, *line.class_key)]
    others = [(other.facts, other.verdict) for other in in_file]
    others += [(result.facts, result.verdict) for result in elsewhere]
    yield from _overlaps(line, in_file, elsewhere, recorded)
    passed = [(facts.trade, facts.level) for facts, verdict in others if verdict == PASSED]
    if line.verdict == PASSED and (line.trade, line.level) in passed:
        message = "该学员同一工种、同一级别在另一班次已合格"
        yield Finding(line.number, "level", "LEVEL_PASSED_BEFORE", message, "请核对是否重复培训", WARNING)


def _overlaps(
    line: PassLine, in_file: Sequence[PassLine], elsewhere: Sequence[RecordedResult], recorded: Recorded
) -> Iterator[Finding]:
    """Nobody sits in two classes on one day; at two bases it is worse, and said apart.  Which base is not told to another."""
    away = [r.facts for r in elsewhere if r.base_id != recorded.base_id and line.facts.overlaps(r.facts)]
    if away:
        first, last = max(line.starts_on, away[0].starts_on), min(line.ends_on, away[0].ends_on)
        message = f"该学员 {first} 至 {last} 同时列在另一基地的班次"
        yield Finding(line.number, "starts_on", "TWO_BASES_AT_ONCE", message, "请核对考勤记录", WARNING)
    here = [other.facts for other in in_file] + [r.facts for r in elsewhere if r.base_id == recorded.base_id]
    if any(line.facts.overlaps(facts) for facts in here):
        message = "该学员在同一时段还列入了另一班次"
        yield Finding(line.number, "starts_on", "CLASS_OVERLAP", message, "请核对考勤记录", WARNING)
