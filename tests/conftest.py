"""The cast: a bureau, a city bureau, two enterprises, a base, and one person for every role."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as settings_of_examples

from park_workers.foundation.actors import SystemActor
from park_workers.foundation.file_judgement import FileLimits
from park_workers.foundation.spreadsheets import reader
from park_workers.models import Enterprise, Membership, Organisation, Role, TrainingBase, User
from park_workers.services.memberships import grant_membership, install_bureau
from tests.emptying import empty_tables
from tests.engines import shared_out
from tests.order import longest_first
from tests.reading import cells_of
from tests.ready_database import READY, copy_sqlite
from tests.standing import STANDINGS, layers_of, really_commits, run_hooks_at_once, standing

INSTALLER = SystemActor("安装")
# that a machine is busy says nothing of the domain
settings_of_examples.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings_of_examples.load_profile("suite")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """A file whose turn is on the other engine is not even read."""
    file = collection_path.relative_to(settings.BASE_DIR).as_posix()
    return (collection_path.suffix == ".py" and shared_out([f"{file}::"], connection.vendor) == [False]) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """When both engines take their turn, what needs only one runs on one (engines.py); the longest come first (order.py)."""
    runs_here = shared_out([item.nodeid for item in items], connection.vendor)
    config.hook.pytest_deselected(items=[item for item, here in zip(items, runs_here, strict=True) if not here])
    items[:] = [item for item, here in zip(items, runs_here, strict=True) if here]
    if hasattr(config, "workerinput"):
        items[:] = longest_first(items, config.workerinput["workercount"])


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: nobody need look through it for rubbish again and again."""
    gc.freeze()


FIRST_DAY = date(2022, 1, 1)
EXAMPLES = Path(settings.BASE_DIR) / "examples"


@dataclass
class Cast:
    """Everybody on stage, by name."""

    bureau: Organisation
    city: Organisation
    alpha: Enterprise
    beta: Enterprise
    base: TrainingBase
    clerk: Membership
    clerk_2: Membership
    reviewer: Membership
    reviewer_2: Membership
    approver_1: Membership
    approver_2: Membership
    finance: Membership
    city_reviewer: Membership
    auditor: Membership
    hr: Membership
    hr_beta: Membership
    base_clerk: Membership
    extra: dict[str, Any] = field(default_factory=dict)


def make_member(name: str, organisation: Organisation, role: Role) -> Membership:
    """A new person in a role."""
    user = User.objects.create_user(username=name, display_name=name)
    return grant_membership(actor=INSTALLER, user=user, organisation=organisation, role=role, day=FIRST_DAY)


def make_enterprise(bureau: Organisation, name: str, credit_code: str, position: int = 1, **more: Any) -> Enterprise:
    """A park textile firm admitted before everything."""
    organisation = Organisation.objects.create(kind="enterprise", name=name, credit_code=credit_code)
    fields = {"kind": Enterprise.Kind.TEXTILE, "park_name": "示例园区", "admitted_on": date(2021, 1, 1)} | more
    return Enterprise.objects.create(organisation=organisation, bureau=bureau, directory_position=position, **fields)


def fill_working_days() -> None:
    """What the migration has put into the table, again after a test that really commits has emptied every table."""
    if not apps.get_model("foundation", "CalendarDay").objects.exists():
        import_module("park_workers.foundation.migrations.0003_fill_working_days").fill(apps, None)


def make_cast() -> Cast:
    """Put everybody into the database."""
    bureau = install_bureau(actor=INSTALLER, name="示例区人力资源和社会保障局", city_name="示例市人力资源和社会保障局")
    city = bureau.parent
    assert city is not None
    alpha = make_enterprise(bureau, "示例甲制衣有限公司", "91441899000000019Y", 1)
    beta = make_enterprise(bureau, "示例乙服饰有限公司", "91441899000000027R", 2)
    base = TrainingBase.objects.create(
        organisation=Organisation.objects.create(kind="training_base", name="一号基地"), bureau=bureau
    )
    roles = {
        "clerk": Role.CLERK, "clerk_2": Role.CLERK, "reviewer": Role.REVIEWER, "reviewer_2": Role.REVIEWER,
        "approver_1": Role.APPROVER, "approver_2": Role.APPROVER, "finance": Role.FINANCE, "auditor": Role.AUDITOR,
    }  # fmt: skip
    return Cast(
        bureau=bureau, city=city, alpha=alpha, beta=beta, base=base,
        city_reviewer=make_member("city_reviewer", city, Role.CITY_REVIEWER),
        hr=make_member("hr", alpha.organisation, Role.ENTERPRISE_HR),
        hr_beta=make_member("hr_beta", beta.organisation, Role.ENTERPRISE_HR),
        base_clerk=make_member("base_clerk", base.organisation, Role.BASE_CLERK),
        **{name: make_member(name, bureau, role) for name, role in roles.items()},
    )  # fmt: skip


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Begin as a copy of the ready database, when the run has made one."""
    test = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        copy_sqlite(Path(test["NAME"]))
    elif READY in os.environ:
        test["TEMPLATE"] = os.environ[READY]


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """A copied file is not to be erased before it is used; it lies in a folder that goes with the run."""
    is_copied = READY in os.environ and connection.vendor == "sqlite"
    return is_copied or bool(request.config.getvalue("reuse_db"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A server notices the end of a killed worker or thread a little late; at the end it is told to let go of them."""
    yield
    with django_db_blocker.unblock():
        STANDINGS.end()
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def _django_db_helper(stands: None, _django_db_helper: None) -> None:
    """pytest-django's own, begun where the rows stand that the test asks for (standing.py)."""


@pytest.fixture
def stands(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> None:
    """The database in which the test begins."""
    with django_db_blocker.unblock():
        STANDINGS.begin(() if really_commits(request) else layers_of(request))


@pytest.fixture(scope="session", autouse=True)
def tables_are_emptied_quickly() -> Iterator[None]:
    """After a committing test the database is as the migrations made it (emptying.py)."""

    def empty_and_fill(operations: Any, statements: list[str]) -> None:
        empty_tables()
        fill_working_days()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connection.ops), "execute_sql_flush", empty_and_fill)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *given: None)  # content types are still there
        yield


@pytest.fixture(scope="session", autouse=True)
def a_file_is_read_once() -> Iterator[None]:
    """A file costs a process that reads it when it is given: here it is read by the same words (reading.py), and only once."""

    @lru_cache(maxsize=64)
    def found(content: bytes, limits: FileLimits) -> str:
        return json.dumps(cells_of(content, limits))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_read_cells", lambda content, limits: json.loads(found(content, limits)))
        yield


@pytest.fixture(autouse=True)
def requests_are_counted_anew() -> None:
    """Rates are counted in a memory that outlives a test."""
    cache.clear()


@pytest.fixture(autouse=True)
def jobs_run_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's own transaction nothing ever commits: run commit hooks where they are registered."""
    asks_for_rows = request.node.get_closest_marker("django_db") or {"db", "cast"} & set(request.fixturenames)
    if asks_for_rows and not really_commits(request):
        run_hooks_at_once(monkeypatch)


@standing
def cast(db: None) -> Cast:
    """Everybody, inside the test's transaction."""
    return make_cast()


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """Everybody, really committed: for threads and worker processes."""
    return make_cast()


@pytest.fixture
def is_postgresql() -> bool:
    """Whether this run is on PostgreSQL."""
    return connection.vendor == "postgresql"


@pytest.fixture
def year_folder() -> Path:
    """The packaged year."""
    return EXAMPLES / "year-2023"
