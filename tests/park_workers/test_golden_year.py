"""The packaged year through the imports of this floor: every finding that is expected, and nothing else.

The year is loaded once; what came of it is kept as plain values and the database is left as it was.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from park_workers.foundation.actors import SystemActor
from park_workers.models import (
    ContractSpan,
    Employment,
    EmploymentOverlap,
    Enterprise,
    InsuredMonth,
    Membership,
    Organisation,
    OtherSubsidy,
    PayeeAccount,
    PostSpan,
    Role,
    Upload,
    UploadIssue,
    User,
    Worker,
    WorkerRegistration,
)
from park_workers.services.accounts import account_in_force, approve_account_change
from park_workers.services.headcount import headcount_on
from park_workers.services.insurance_checks import check_insurance
from park_workers.services.memberships import grant_membership, install_bureau
from tests.conftest import EXAMPLES
from tests.park_workers.files import give, shuffled
from tests.standing import undone

FOLDER = EXAMPLES / "year-2023"
CLERK_STEPS = {
    "load_enterprises": "enterprises", "load_insurance": "insurance", "load_other_subsidies": "other_subsidies",
    "load_register": "register", "propose_account_changes": "account_changes",
}  # fmt: skip
TABLES = (
    Organisation, Enterprise, PayeeAccount, Worker, Employment, ContractSpan, PostSpan, EmploymentOverlap, InsuredMonth,
    OtherSubsidy, WorkerRegistration,
)  # fmt: skip
INSTALLER = SystemActor("安装")
pytestmark = pytest.mark.django_db


@dataclass
class Year:
    """What came of loading the year."""

    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    findings: list[tuple[Any, ...]] = field(default_factory=list)
    insurance_findings: list[tuple[Any, ...]] = field(default_factory=list)
    insurance_findings_again: int = 0
    figures: dict[str, Any] = field(default_factory=dict)
    headcount: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    accounts: list[str | None] = field(default_factory=list)
    #: what a second load of every file, re-saved and shuffled, said was new or changed
    second_load: dict[str, dict[str, int]] = field(default_factory=dict)
    changed_tables: list[str] = field(default_factory=list)


class Loader:
    """Plays the loading steps of the plan."""

    def __init__(self) -> None:
        self.plan = yaml.safe_load((FOLDER / "plan.yaml").read_text(encoding="utf-8"))
        self.bureau = install_bureau(actor=INSTALLER, name="示例区局", city_name="示例市局")
        self.clerk = self.member("clerk", self.bureau, Role.CLERK)
        self.approver = self.member("approver", self.bureau, Role.APPROVER)
        self.hr: dict[int, Membership] = {}
        self.keys: dict[str, int] = {}
        self.order: list[tuple[str, str, Membership, date]] = []

    def member(self, name: str, organisation: Organisation, role: Role) -> Membership:
        user = User.objects.create_user(name)
        return grant_membership(actor=INSTALLER, user=user, organisation=organisation, role=role, day=date(2022, 1, 1))

    def hr_of(self, enterprise: Enterprise) -> Membership:
        if enterprise.pk not in self.hr:
            name = str(enterprise.organisation.credit_code)
            self.hr[enterprise.pk] = self.member(name, enterprise.organisation, Role.ENTERPRISE_HR)
        return self.hr[enterprise.pk]

    def load(self, kind: str, path: Path, actor: Membership, day: date) -> None:
        upload = give(actor, kind, path.read_bytes(), day, name=path.name)
        name = path.relative_to(FOLDER).as_posix()
        self.keys[name] = upload.pk
        self.order.append((kind, name, actor, day))

    def play(self) -> None:
        for step in self.plan["steps"]:
            day = step["day"]
            if step["do"] in CLERK_STEPS:
                self.load(CLERK_STEPS[step["do"]], FOLDER / step["file"], self.clerk, day)
            elif step["do"] == "load_rosters":
                for enterprise in Enterprise.objects.in_directory_order().select_related("organisation"):
                    path = FOLDER / step["folder"] / f"{enterprise.name}.xlsx"
                    if path.exists():
                        self.load("roster", path, self.hr_of(enterprise), day)
            elif step["do"] == "approve_account_changes":
                for account in PayeeAccount.objects.filter(status="proposed"):
                    approve_account_change(actor=self.approver, account=account, day=day)

    def name_of(self, pk: int) -> str:
        return next(name for name, key in self.keys.items() if key == pk)


def place(issue: UploadIssue, name: str) -> tuple[Any, ...]:
    return name, issue.sheet, issue.row, issue.column, issue.header, issue.code, issue.severity


def snapshot() -> dict[str, list[Any]]:
    return {table.__name__: list(table.objects.order_by("pk").values_list()) for table in TABLES}  # type: ignore[attr-defined]


def read_outcome(loader: Loader, expected: dict[str, Any]) -> Year:
    year = Year()
    for name, key in loader.keys.items():
        upload = Upload.objects.get(pk=key)
        year.uploads[name] = {
            "kind": upload.sheet_kind, "status": upload.status, "sheet": upload.sheet_name, "rows": upload.rows,
            "header_row": upload.header_row, "accepted": upload.accepted, "refused": upload.refused, **upload.result,
        }  # fmt: skip
    year.findings = [place(i, loader.name_of(i.upload_id)) for i in UploadIssue.objects.filter(is_later_finding=False)]
    later = check_insurance(actor=loader.clerk, day=date(2024, 4, 9))
    year.insurance_findings = [place(i, loader.name_of(i.upload_id)) for i in later]
    kept = {i.pk for i in later}
    again = check_insurance(actor=loader.clerk, day=date(2024, 4, 9))
    year.insurance_findings_again = len({i.pk for i in again} ^ kept)
    employments = Employment.objects.all()
    year.figures = {
        "employments": employments.count(),
        "people": employments.values("worker").distinct().count(),
        "people_without_round_2024Q1": employments.filter(hired_on__lte=date(2023, 11, 30)).values("worker").distinct().count(),
        "registered": WorkerRegistration.objects.values("worker").distinct().count(),
        "other_subsidies": OtherSubsidy.objects.count(),
        "overlaps": EmploymentOverlap.objects.count(),
        "enterprises": Enterprise.objects.count(),
        "names": {w.open_id_number(): w.name for w in Worker.objects.filter(employments__isnull=False).distinct()},  # type: ignore[attr-defined]
    }  # fmt: skip
    codes = dict(Enterprise.objects.values_list("pk", "organisation__credit_code"))
    for text in expected["headcount"]:
        found = headcount_on(day=date.fromisoformat(text))
        year.headcount[text] = {codes[pk]: list(heads) for pk, heads in found.items()}
    change = expected["account_changes"][0]
    firm = Organisation.objects.get(credit_code=change["uscc"])
    for day in (date(2023, 10, 29), date(2023, 10, 30)):
        account = account_in_force(organisation=firm, day=day)
        year.accounts.append(account and account.open_account())  # type: ignore[attr-defined]
    return year


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def year(django_db_setup: None, django_db_blocker: Any, expected: dict[str, Any]) -> Year:
    with django_db_blocker.unblock(), undone():
        loader = Loader()
        loader.play()
        found = read_outcome(loader, expected)
        before = snapshot()
        for kind, name, actor, day in loader.order:
            again = give(actor, kind, shuffled(FOLDER / name), day)
            figures = {
                k: v for k, v in again.result.items() if isinstance(v, int) and k not in ("unchanged", "repeated")
            }
            found.second_load[name] = {k: v for k, v in figures.items() if v and k != "left_alone"}
        after = snapshot()
        found.changed_tables = [table for table in before if before[table] != after[table]]
    return found


def test_every_finding_expected_is_found_and_nothing_else(year: Year, expected: dict[str, Any]) -> None:
    columns = ("file", "sheet", "row", "column", "header", "code", "severity")
    wanted = {tuple(f[c] for c in columns) for f in expected["import_findings"]}
    assert set(year.findings) == wanted
    assert len(year.findings) == len(wanted)


def test_every_roster_counts_as_expected(year: Year, expected: dict[str, Any]) -> None:
    columns = ("sheet", "header_row", "rows", "accepted", "refused")
    found = {name: {c: u[c] for c in columns} for name, u in year.uploads.items() if u["kind"] == "roster"}
    assert found == {f["file"]: {c: f[c] for c in columns} for f in expected["roster_files"]}
    totals = [sum(f[c] for f in found.values()) for c in ("rows", "accepted", "refused")]
    assert (len(found), *totals) == (126, 1296, 1254, 42)


def test_every_file_is_imported(year: Year) -> None:
    assert {u["status"] for u in year.uploads.values()} == {"applied"}


def test_employments_people_and_register_are_as_many_as_expected(year: Year, expected: dict[str, Any]) -> None:
    for key in ("employments", "people", "people_without_round_2024Q1"):
        assert year.figures[key] == expected["rosters"][key]
    assert year.figures["registered"] == expected["register"]["registered"]
    assert year.figures["enterprises"] == expected["enterprises"]["count"]
    assert year.figures["overlaps"] == expected["import_findings_by_code"]["EMPLOYMENT_OVERLAP"]


def test_names_are_those_of_the_rosters_whatever_the_insurance_lists_say(year: Year, expected: dict[str, Any]) -> None:
    named = {p["id"]: p["name"] for people in expected["labels"].values() for p in people if "name" in p}
    on_rosters = {number: name for number, name in named.items() if number in year.figures["names"]}
    assert len(on_rosters) > 50
    assert {number: year.figures["names"][number] for number in on_rosters} == on_rosters


def test_strangers_and_other_names_on_insurance_lists_are_found_when_all_rosters_are_in(
    year: Year, expected: dict[str, Any]
) -> None:
    columns = ("file", "sheet", "row", "column", "header", "code", "severity")
    assert year.insurance_findings == [tuple(f[c] for c in columns) for f in expected["insurance_findings"]]
    assert year.insurance_findings_again == 0


def test_every_month_end_has_the_heads_expected(year: Year, expected: dict[str, Any]) -> None:
    assert year.headcount == {day: figures["by_enterprise"] for day, figures in expected["headcount"].items()}


def test_the_account_changes_on_its_day(year: Year, expected: dict[str, Any]) -> None:
    change = expected["account_changes"][0]
    assert year.accounts == [change["old"], change["new"]]


def test_every_file_again_shuffled_and_saved_anew_says_nothing_new_and_changes_nothing(year: Year) -> None:
    assert {name: figures for name, figures in year.second_load.items() if figures} == {}
    assert year.changed_tables == []
