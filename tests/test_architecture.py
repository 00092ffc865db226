"""The house keeps its own rules.  Every rule is first shown to find what it forbids: a test that cannot fail is a defect."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source_rules import (
    FLOORS,
    ROOT,
    Rule,
    Source,
    banned_names,
    clock_reads,
    days_of_their_own,
    floats,
    service_signatures,
    signals,
    sizes,
    sources,
    status_writes,
)  # fmt: skip

#: A breach that stays, with its reason; one that is no longer there must leave the list.
ALLOWED: dict[str, str] = {
    "tests/conftest.py name": "the name that pytest-django gives its own fixture, begun otherwise here",
    "park_workers/services/employments.py register_employment()": "one registration is one transaction, read top to bottom",
}

SERVICES = [s for s in sources(*FLOORS) if "/services/" in s.path]
RULES = list(sources("subsidies/rules"))
EVERYTHING = list(sources(*FLOORS, "tests", "bench"))

SCOPES: dict[Rule, list[Source]] = {
    status_writes: list(sources(*FLOORS, "bench")),
    clock_reads: [
        *RULES,
        *SERVICES,
        *(s for s in sources("subsidies") if s.path in ("subsidies/facts.py", "subsidies/fact_tables.py")),
    ],
    days_of_their_own: list(sources(*FLOORS)),
    floats: list(sources("subsidies", skip="/management/")),  # a command may time itself
    service_signatures: SERVICES,
    sizes: EVERYTHING,
    banned_names: EVERYTHING,
    signals: list(sources(*FLOORS)),
}


def without_line(breach: str) -> str:
    """A breach as the allow-list names it: path and the first word, so that it survives an edit above."""
    place, what = breach.split(" ", 1)
    return f"{place.rsplit(':', 1)[0]} {what.split(' ')[0]}"


@pytest.mark.parametrize("rule", SCOPES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    assert SCOPES[rule], "the rule looks at no file"
    breaches = [breach for source in SCOPES[rule] for breach in rule(source)]
    problems = [breach for breach in breaches if without_line(breach) not in ALLOWED]
    assert not problems, "\n" + "\n".join(problems)


def test_every_allowed_breach_is_still_there() -> None:
    files = {breach.split(" ")[0] for breach in ALLOWED}
    looked_at = [(rule, source) for rule, scope in SCOPES.items() for source in scope if source.path in files]
    breaches = {without_line(breach) for rule, source in looked_at for breach in rule(source)}
    assert set(ALLOWED) - breaches == set()


SERVICE = "subsidies/services/x.py"
RULE_FILE = "subsidies/rules/x.py"
FORBIDDEN: list[tuple[Rule, str, str]] = [
    (status_writes, SERVICE, "batch.status = 'paid'"),
    (status_writes, SERVICE, "batch.name, batch.status = 'a', 'paid'"),
    (status_writes, SERVICE, "setattr(batch, 'status', 'paid')"),
    (status_writes, SERVICE, "Batch.objects.filter(pk=1).update(status='paid')"),
    (status_writes, SERVICE, "Batch.objects.update(**{'status': 'paid'})"),
    (status_writes, SERVICE, "Batch.objects.update(**dict(status='paid'))"),
    (status_writes, SERVICE, "Batch.objects.bulk_update(batches, ['status'])"),
    (status_writes, SERVICE, "Batch.objects.bulk_update(batches, fields=('note', 'status'))"),
    (status_writes, SERVICE, "batch.save(update_fields=['status'])"),
    (status_writes, SERVICE, "Batch.objects.bulk_create(rows, update_conflicts=True, update_fields=['status'])"),
    (status_writes, SERVICE, "Batch.objects.update_or_create(pk=1, defaults={'status': 'paid'})"),
    (status_writes, SERVICE, "cursor.execute('UPDATE batch SET note = 1, status = %s')"),
    (status_writes, SERVICE, "cursor.execute(f'UPDATE {table} set status = 2')"),
    (clock_reads, SERVICE, "day = date.today()"),
    (clock_reads, SERVICE, "day = datetime.now()"),
    (clock_reads, SERVICE, "day = datetime.datetime.utcnow()"),
    (clock_reads, SERVICE, "day = timezone.now().date()"),
    (clock_reads, SERVICE, "day = timezone.localdate()"),
    (clock_reads, SERVICE, "day = localdate()"),
    (clock_reads, SERVICE, "day = business_day()"),
    (days_of_their_own, "pages/desk/x.py", "day = timezone.localdate()"),
    (days_of_their_own, "api/v1/x.py", "from django.utils.timezone import localdate"),
    (days_of_their_own, "pages/desk/x.py", "day = date.today()"),
    (clock_reads, SERVICE, "days = map(date.today, ())"),
    (clock_reads, RULE_FILE, "at = timezone.now()"),
    (clock_reads, RULE_FILE, "at = time.time()"),
    (floats, RULE_FILE, "share = float(amount_fen)"),
    (floats, RULE_FILE, "share = amount_fen * 0.3"),
    (floats, RULE_FILE, "dtype = pl.Float64"),
    (floats, RULE_FILE, "def share(x: float) -> int: ..."),
    (service_signatures, SERVICE, "def end(*, actor, day: date) -> None:\n    'End it.'"),
    (service_signatures, SERVICE, "def end(*, actor: Actor):\n    'End it.'"),
    (service_signatures, SERVICE, "def end(*, actor: Actor) -> None: ..."),
    (service_signatures, SERVICE, "@transaction.atomic\ndef end(actor: Actor) -> None:\n    'End it.'"),
    (
        service_signatures,
        SERVICE,
        "def end(*, day: date, actor: Actor) -> None:\n    'End it.'\n    move(x, 'end', actor=actor)",
    ),
    (service_signatures, SERVICE, "def end(x: X) -> None:\n    'End it.'\n    record_event(subject=x)"),
    (sizes, SERVICE, "x = 1\n" * 301),
    (sizes, SERVICE, "def long() -> None:\n" + "    x = 1\n" * 40),
    (banned_names, "subsidies/utils.py", ""),
    (banned_names, "subsidies/batch_helper/__init__.py", ""),
    (banned_names, SERVICE, "class BatchManager: ..."),
    (banned_names, SERVICE, "def process_batch() -> None: ..."),
    (banned_names, SERVICE, "class UploadInfo: ..."),
    (signals, SERVICE, "from django.dispatch import receiver"),
    (signals, SERVICE, "from django.db.models.signals import post_save"),
    (signals, SERVICE, "from django.db.models import signals"),
    (signals, SERVICE, "import django.dispatch"),
]


@pytest.mark.parametrize(
    ("rule", "path", "text"), FORBIDDEN, ids=lambda part: getattr(part, "__name__", str(part)[:60])
)
def test_the_rule_finds_what_it_forbids(rule: Rule, path: str, text: str) -> None:
    assert rule(Source(path, text)) != []


FINE: list[tuple[Rule, str, str]] = [
    (status_writes, "park_workers/foundation/workflow.py", "rows.update(status='paid')"),
    (status_writes, SERVICE, "if batch.status == 'paid': Batch.objects.filter(status='paid').update(note='')"),
    (status_writes, SERVICE, "Batch.objects.create(status='draft'); sql = 'SELECT 1 WHERE status = 2'"),
    (status_writes, SERVICE, "sql = 'UPDATE batch SET note = 1 WHERE status = 2'"),
    (clock_reads, SERVICE, "at = timezone.now(); day = upload.checked_at.date(); first = date(2023, 1, 1)"),
    (clock_reads, SERVICE, "@tick('x')\ndef close_today() -> None: close(day=business_day())"),
    (days_of_their_own, "pages/urls.py", "path('', today.home)"),
    (floats, RULE_FILE, "share = amount_fen * 3 // 10"),
    (floats, RULE_FILE, "if isinstance(amount, float): raise TypeError"),
    (service_signatures, SERVICE, "def total(batch: Batch) -> int:\n    'Fen.'\n    return batch.total"),
    (service_signatures, SERVICE, "def load(run: JobRun) -> None:\n    'Body.'\n    record_event(actor=run.actor)"),
    (service_signatures, SERVICE, "def _inner(x): record_event(x)"),
    (banned_names, SERVICE, "class BatchManager(models.Manager[Batch]): ..."),
    (banned_names, SERVICE, "def database() -> None: ...\ndef reprocess() -> None: ..."),
    (signals, SERVICE, "from django.db.models import Sum"),
]


@pytest.mark.parametrize(("rule", "path", "text"), FINE, ids=lambda part: getattr(part, "__name__", str(part)[:60]))
def test_the_rule_leaves_the_rest_alone(rule: Rule, path: str, text: str) -> None:
    assert rule(Source(path, text)) == []


# --- import contracts --------------------------------------------------------------------------

TINY_HOUSE = (
    "config", "api", "pages",
    "park_workers.apps", "park_workers.services", "park_workers.permissions", "park_workers.models", "park_workers.foundation",
    "training.services", "training.permissions", "training.models",
    "subsidies.services", "subsidies.facts", "subsidies.permissions", "subsidies.models", "subsidies.rules",
)  # fmt: skip

WRONG_WAYS = [
    ("training", "subsidies.models"),
    ("park_workers.models", "training.models"),
    ("park_workers.foundation", "park_workers.models"),
    ("pages", "api"),
    ("api", "pages"),
    ("park_workers.models", "park_workers.services"),
    ("training.permissions", "training.services"),
    ("subsidies.models", "subsidies.permissions"),
    ("subsidies.permissions", "subsidies.services"),
    ("subsidies.rules", "django.db"),
    ("subsidies.rules", "subsidies.models"),
    ("subsidies.rules", "park_workers.foundation"),
    ("subsidies.services", "config"),
]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter with the project's contracts over the packages in a folder."""
    program = Path(sys.executable).parent / "lint-imports"
    command = [str(program), "--config", str(ROOT / "pyproject.toml"), "--no-cache", "--no-logo"]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def build_tiny_house(folder: Path) -> None:
    """Every floor of the contracts with nothing in it."""
    for name in TINY_HOUSE:
        place = folder / name.replace(".", "/")
        place.mkdir(parents=True, exist_ok=True)
        for package in (place, place.parent):
            if package != folder:
                (package / "__init__.py").touch()


def test_imports_point_down() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


def test_an_empty_house_breaks_no_contract(tmp_path: Path) -> None:
    build_tiny_house(tmp_path)
    done = lint_imports(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("importer", "imported"), WRONG_WAYS)
def test_an_import_against_the_way_is_found(tmp_path: Path, importer: str, imported: str) -> None:
    build_tiny_house(tmp_path)
    (tmp_path / importer.replace(".", "/") / "__init__.py").write_text(f"import {imported}\n", encoding="utf-8")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout
