"""Every tenant against every other, by every operation of the document: another's row is a row there is not (I11).

Rows come from the lists themselves: what a tenant's own list shows and the outsider's own does not.  tests/api/test_tenants.py
has the rows of the bureau.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from park_workers.foundation.audit import AuditEvent
from park_workers.models import Membership, Organisation, Role
from tests.api.doors import Door, Doors
from tests.api.test_openapi import document, operations
from tests.attacks.people import make_agency
from tests.conftest import Cast, make_member
from tests.park_workers.files import ROSTER_HEADER, staff, workbook
from tests.park_workers.numbers import id_number
from tests.standing import standing
from tests.subsidies.stage import HIRED_ON, Stage, hire

pytestmark = pytest.mark.django_db
NOWHERE = 10**15
#: which resource a number in a filter or in a body names; None: nothing that a tenant has of its own
NAMED_ROWS = {
    "enterprise": "enterprises", "organisation": "organisations", "worker": "workers", "employed_at": "enterprises",
    "claim": "claims", "line": "lines", "lines": "lines", "into": "workers", "batch": None, "calculation": None, "policy": None,
    "version": None, "payment_file": None, "repeats": None, "membership": None, "notice": None, "year": None, "position": None,
    "actor_id": None, "person_id": None, "subject_id": None, "limit": None, "receipt": None, "payment": None,
    "base": "training-bases", "training_class": "training-classes", "enrolment": "enrolments", "assessment": "assessments",
    "row": None, "level": None, "bureau": None, "demand": "demands", "heads": None, "planned_hours": None, "capacity": None,
    "session": "class-sessions", "hours": None, "number": None, "certificate": "certificates", "completion": "completions",
    "attended_hours": None, "theory_score": None, "practice_score": None, "assessor": "assessors",
    "sitting": "assessment-sittings", "lowest": None, "highest": None, "seats": None, "round": None,
    "application": "review-applications", "result": None,
    "rubric_version": None, "panel_size": None, "notice_days": None, "tie": None, "max_marks": None, "weight": None,
    "grade": "review-grades",
    "employment": "employments", "material": None, "id_card_picture": "id-card-pictures",
}  # fmt: skip
#: what several tenants see together: policies in force, batches in which each has a claim, reviews to apply for, and who was
#: referred by one to the other
FOR_SEVERAL = {"policies", "policy-versions", "batches", "review-rounds", "referrals"}
#: a pass list with a row of somebody, good enough to be an upload
PASS_LIST = workbook(("姓名", "身份证号"), [{"姓名": "张三", "身份证号": id_number(961)}])


@standing
def tenants(cast: Cast, settled: Stage) -> dict[str, Membership]:
    """Two enterprises, two bases and an agency, each with what such a body can have.

    Alpha has been paid and is to pay back, beta's payment has bounced.
    """
    agency = make_agency(cast)
    hire(cast, agency, 981)
    base = Organisation.objects.get(kind="training_base", name="二号基地")
    return {
        "alpha": cast.hr, "beta": cast.hr_beta, "base": cast.base_clerk,
        "base 2": make_member("base_clerk_2", base, Role.BASE_CLERK),
        "agency": make_member("agency", agency.organisation, Role.AGENCY_CLERK),
    }  # fmt: skip


def lists() -> list[tuple[str, str, dict[str, Any]]]:
    """(resource, address, operation) of every list of the document that a member reads."""
    found = [(path.split("/")[3], path, one) for method, path, one in operations() if method == "get"]
    return [
        (name, path, one) for name, path, one in found if path.count("/") == 4 and name not in {"session", "notices"}
    ]


def own_rows(door: Door) -> dict[str, dict[str, dict[str, Any]]]:
    """What a tenant's lists show: resource -> number in addresses -> row."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name, path, _ in lists():
        answer = door.get(path.removeprefix("/api/v1/"), limit=500).json()
        key = {"keys": "prefix", "review-evidence": "reference"}.get(name, "id")
        found[name] = {str(row[key]): row for row in answer.get("results", [])}
    return found


@pytest.fixture
def rows(cast: Cast, tenants: dict[str, Membership], doors: Doors) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    """Rows of each tenant, a file of each among them."""
    for number, (name, member) in enumerate(tenants.items()):
        kinds = [sheet["kind"] for sheet in doors(member).get("uploads/sheets/").json()]
        if kinds:
            row = staff("张三", id_number(961 + number), HIRED_ON)
            content = workbook(ROSTER_HEADER, [row]) if "roster" in kinds else PASS_LIST
            given = doors(member).upload("roster" if "roster" in kinds else kinds[0], content)
            assert given.status_code == 201, (name, given.json())
    return {name: own_rows(doors(member)) for name, member in tenants.items()}


def foreign(rows: dict[str, Any], owner: str, outsider: str, resource: str) -> tuple[str, dict[str, Any]] | None:
    """A row of the owner's: its number and what it shows; the outsider's own list does not have it."""
    if resource in FOR_SEVERAL:
        return None
    both = set(rows[owner][resource]) & set(rows[outsider][resource])
    assert not both, f"the list of {resource} shows {outsider} what is {owner}'s"
    return next(iter(rows[owner][resource].items()), None)


def test_a_row_of_another_tenant_is_found_by_no_operation(tenants: Any, rows: Any, doors: Doors) -> None:
    asked, wrong = 0, []
    before = AuditEvent.objects.count()
    for owner, outsider in permutations(tenants, 2):
        for method, path, _ in operations():
            row = foreign(rows, owner, outsider, path.split("/")[3]) if "{" in path and "notices" not in path else None
            if row is None:
                continue
            address = "/".join(row[0] if part.startswith("{") else part for part in path.split("/")[3:])
            door = doors(tenants[outsider])
            answer = door.get(address) if method == "get" else door.post(address, {"reason": "试试"}, seen=1)
            asked += 1
            if answer.status_code != 404:
                wrong.append((owner, outsider, method, address, answer.status_code))
    print(f"{asked} cells of {len(list(permutations(tenants, 2)))} pairs of tenants")  # noqa: T201
    assert not wrong, wrong
    assert asked > 340 and AuditEvent.objects.count() == before


def numbers_in(schema: dict[str, Any]) -> list[str]:
    """Fields of a body that hold the number of a row."""
    fields = (
        document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]["properties"] if "$ref" in schema else {}
    )
    return [
        name for name, field in fields.items() if "integer" in (field.get("type"), field.get("items", {}).get("type"))
    ]


def told(answer: Any) -> Any:
    """What a refusal tells, without the number that was asked for."""
    found = answer.json()
    return answer.status_code, found.get("code"), [(e["field"], e["code"]) for e in found.get("errors", [])]


def test_a_body_that_names_a_row_of_another_tenant_learns_nothing(tenants: Any, rows: Any, doors: Doors) -> None:
    asked = 0
    for method, path, one in operations():
        schemas = (
            [c["schema"] for c in one.get("requestBody", {}).get("content", {}).values()] if method == "post" else []
        )
        for field in {name for schema in schemas for name in numbers_in(schema)}:
            for owner, outsider in permutations(tenants, 2):
                row = foreign(rows, owner, outsider, NAMED_ROWS[field]) if NAMED_ROWS[field] else None
                own = next(iter(rows[outsider].get(path.split("/")[3], {"1": {}})), "1")
                if row is None:
                    continue
                address = "/".join(own if part.startswith("{") else part for part in path.split("/")[3:])
                bodies = [{field: [n] if field == "lines" else n, "reason": "试试"} for n in (int(row[0]), NOWHERE)]
                first, second = (told(doors(tenants[outsider]).post(address, body, seen=1)) for body in bodies)
                assert first == second, (path, field, owner, outsider)
                asked += 1
    print(f"{asked} bodies that name somebody else's row")  # noqa: T201
    assert asked > 60


def test_no_filter_and_no_search_shows_or_tells_of_another_tenants_row(tenants: Any, rows: Any, doors: Doors) -> None:
    asked = 0
    for resource, path, one in lists():
        for parameter in one.get("parameters", []):
            name, is_number = parameter["name"], parameter["schema"].get("type") == "integer"
            wanted = NAMED_ROWS[name] if is_number else resource
            for owner, outsider in permutations(tenants, 2) if wanted else ():
                row = foreign(rows, owner, outsider, wanted)
                value = row and (row[0] if is_number else row[1].get(name) or (row[1].get("worker") or {}).get(name))
                if not row or not isinstance(value, str):
                    continue
                ask = doors(tenants[outsider]).get
                found = ask(path.removeprefix("/api/v1/"), **{name: value}).json()["results"]
                if is_number and resource not in FOR_SEVERAL:
                    assert found == ask(path.removeprefix("/api/v1/"), **{name: NOWHERE}).json()["results"] == []
                assert {str(r.get("id")) for r in found} <= {
                    str(r.get("id")) for r in rows[outsider][resource].values()
                }
                asked += 1
    print(f"{asked} filters with somebody else's values")  # noqa: T201
    assert asked > 200
