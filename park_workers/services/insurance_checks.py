"""Whom the insurance lists name, judged when all rosters are in: strangers and differing names.

These findings hold nobody back; people are matched by number only.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from park_workers.foundation.audit import record_event
from park_workers.foundation.search_hash import person_key
from park_workers.foundation.spreadsheets import Issue
from park_workers.models import Membership, Upload, UploadIssue
from park_workers.permissions import check_can_check_insurance
from park_workers.services.imports import as_upload_issues, context_of, import_for
from park_workers.services.people import find_people, name_key
from park_workers.services.rows_read import read_rows

SHEET_KIND = "insurance"


@transaction.atomic
def check_insurance(*, actor: Membership, day: date) -> list[UploadIssue]:
    """Read every imported insurance list again and report INSURANCE_PERSON_UNKNOWN (nobody with that number on any
    roster) and INSURANCE_NAME_MISMATCH (another name than the roster's).

    The findings replace those of an earlier check and are returned in the order of months and rows; a second check of
    unchanged records leaves everything as it was.
    """
    check_can_check_insurance(actor)
    lists = Upload.objects.filter(sheet_kind=SHEET_KIND, status=Upload.Status.APPLIED, business_day__lte=day)
    lists = lists.filter(organisation=actor.organisation)
    written: list[UploadIssue] = []
    changed = 0
    for upload in lists.select_related("file", "organisation", "recorded_by").order_by("business_day", "pk"):
        found = as_upload_issues(upload, _judge(upload), is_later_finding=True)
        standing = list(upload.issues.filter(is_later_finding=True))
        if {_place(issue) for issue in standing} == {_place(issue) for issue in found}:
            written.extend(standing)
            continue
        upload.issues.filter(is_later_finding=True).delete()
        written.extend(UploadIssue.objects.bulk_create(found, batch_size=2_000))
        changed += 1
    if changed:
        changes = {"findings": len(written), "lists_changed": changed}
        record_event(actor=actor, code="insurance.checked", subject=None, day=day, changes=changes)
    return written


def _place(issue: UploadIssue) -> tuple[int, str, str]:
    return issue.row, issue.column, issue.code


def _judge(upload: Upload) -> list[Issue]:
    assert upload.recorded_by is not None
    rows_read = read_rows(import_for(SHEET_KIND).sheet, upload.file)
    context = context_of(upload, actor=upload.recorded_by, rows_read=rows_read)
    rows = rows_read.good
    keys = {row.number: person_key(row.values["id_number"]) for row in rows}
    people = find_people(set(keys.values()))
    found = []
    for row in rows:
        person = people.get(keys[row.number])
        if person is None or not person.is_on_roster:
            message, fix = "该证件号码不在任何企业的花名册上", "请核对号码；确为园区员工的请补报花名册"
            found.append(context.issue(row, "id_number", "INSURANCE_PERSON_UNKNOWN", message, fix, severity="warning"))
        elif name_key(person.name) != name_key(row.values["name"] or ""):
            message, fix = "姓名与花名册不同（按证件号码认人）", "请核对社保登记与花名册的姓名"
            found.append(context.issue(row, "name", "INSURANCE_NAME_MISMATCH", message, fix, severity="warning"))
    return found
