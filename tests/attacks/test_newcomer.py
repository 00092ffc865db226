"""Somebody who has only the README and the recipe takes a batch from an empty database to money paid, over the API alone."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from subsidies.models import Appropriation, Batch
from tests.attacks.test_serve import Service, broker_url, end_whatever_runs
from tests.attacks.workers import site_on

ROOT = Path(settings.BASE_DIR)
RECIPE = (ROOT / "docs" / "recipes" / "practise-a-batch.md").read_text(encoding="utf-8")
INSTALL = (
    "install_bureau 示例区人力资源和社会保障局 --city 示例市人力资源和社会保障局 --base 一号基地 --practice 2023-01-03"
)
ROLES = "clerk reviewer approver finance auditor expert city_reviewer base_clerk system_admin security_admin log_admin"
PROGRAM = "examples/clients/first_batch.py"
#: enough to see the road; all 32 are played by hand
FIRMS = 3


@pytest.fixture
def service(transactional_db: None) -> Iterator[Service]:
    """An installation on an empty database, for practice, as the recipe sets it."""
    with site_on(broker_url()) as site:
        site.more |= {"YXT_PRACTICE": "1", "YXT_HTTPS": "0", "YXT_REQUIRE_SECOND_FACTOR": "0"}
        service = Service(site, "")
        try:
            yield service
        finally:
            end_whatever_runs(service)


def run(service: Service, *command: str) -> str:
    """A command in the installation's environment; what it printed."""
    told = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=service.site.environment, capture_output=True, text=True, timeout=540
    )
    assert told.returncode == 0, f"{command}: {told.stdout[-2000:]}{told.stderr[-2000:]}\n{service.site.logs()}"
    return told.stdout


#: the command of the recipe for each of them, without starting Python anew for each
ADD_PEOPLE = """
from django.core.management import call_command
for name, role in {people!r}:
    call_command("add_person", name, role=role)
"""


def one_person_of_every_role(service: Service) -> Path:
    """What `add_person` prints, in a file."""
    people = [(f"{role}_1", role) for role in ROLES.split()] + [("approver_2", "approver")]
    (name, role), *others = people
    first = run(service, "manage.py", "add_person", name, "--role", role)
    printed = first + run(service, "manage.py", "shell", "--no-imports", "-c", ADD_PEOPLE.format(people=others))
    log_ins = service.site.state / "log-ins.txt"
    log_ins.write_text(printed, encoding="utf-8")
    return log_ins


def test_the_recipe_says_what_is_done_here() -> None:
    for words in (
        INSTALL,
        ROLES,
        PROGRAM,
        "add_person ${role}_1 --role $role",
        "add_person approver_2 --role approver",
    ):
        assert words in RECIPE


@pytest.mark.skipif(connection.vendor == "sqlite", reason="once is enough, on the engines of production")
def test_a_newcomer_takes_a_batch_from_draft_to_closed_over_the_api_alone(service: Service) -> None:
    run(service, "manage.py", *shlex.split(INSTALL))
    log_ins = one_person_of_every_role(service)
    service.start()
    told = run(service, PROGRAM, f"http://127.0.0.1:{service.port}", str(log_ins), str(FIRMS))
    people, yuan = expected_of_the_first_firms()
    batch = Batch.objects.get()
    assert batch.status == "closed"
    assert (batch.current.people, batch.current.amount_fen) == (people, yuan * 100) != (0, 0)
    assert f"{people} 人，¥{yuan}.00" in told and "不符合：" in told
    assert Appropriation.objects.get().paid_fen == yuan * 100


def expected_of_the_first_firms() -> tuple[int, int]:
    """People and yuan of the first batch at the first firms of the directory."""
    expected = json.loads((ROOT / "examples" / "year-2023" / "expected.json").read_text(encoding="utf-8"))
    (first,) = (batch for batch in expected["batches"] if batch["key"] == "B1")
    firms = first["by_enterprise"][:FIRMS]
    return sum(firm["people"] for firm in firms), sum(firm["yuan"] for firm in firms)
