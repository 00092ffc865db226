"""Rules of the house that a syntax tree can show.  Each takes one source file and names its breaches as "path:line what"."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("config", "api", "pages", "subsidies", "training", "park_workers")

LONGEST_FILE, LONGEST_FUNCTION = 300, 40
BANNED_WORDS = {"manager", "handler", "helper", "helpers", "data", "info", "process", "utils", "util"}
SIGNAL_MODULES = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.test.signals")
#: what the framework calls by its own name
HOOKS = {"process_view"}
CLOCKS = {"today", "utcnow", "localdate"}
OWN_DAY = re.compile(r"(^|\.)localdate$|^(datetime\.)?date(time)?\.today$")
SETS_STATUS = re.compile(r"\bSET\b(?:(?!\bWHERE\b)[^;])*?\bstatus\s*=", re.IGNORECASE | re.DOTALL)
WRITERS = {"move", "move_all", "record_event"}
#: The first parameter of a job body or of a sheet's apply function; both carry their actor.
CARRIERS = {"run", "context"}


@dataclass(frozen=True)
class Source:
    """One Python file: path from the root, text, tree."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text, filename=self.path)

    def at(self, node: ast.AST, what: str) -> str:
        """One breach."""
        return f"{self.path}:{getattr(node, 'lineno', 1)} {what}"


Rule = Callable[[Source], list[str]]


def sources(*folders: str, skip: str = "/migrations/") -> Iterator[Source]:
    """Python files beneath folders of the project, in order."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if skip not in f"/{name}":
                yield _source(name)


@cache
def _source(name: str) -> Source:
    """Read and parsed once, however many rules look at it."""
    return Source(name, (ROOT / name).read_text(encoding="utf-8"))


# --- states ------------------------------------------------------------------------------------


def status_writes(source: Source) -> list[str]:
    """A state changes in workflow.py only: no assignment, no update(), no SQL anywhere else."""
    if source.path == "park_workers/foundation/workflow.py":
        return []
    found: list[str] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and _assigns_status(node):
            found.append(source.at(node, "assigns .status"))
        elif isinstance(node, ast.Call) and _call_writes_status(node):
            found.append(source.at(node, f"writes status by {_called(node)}()"))
        elif isinstance(node, ast.Constant | ast.JoinedStr) and SETS_STATUS.search(_literal_text(node)):
            found.append(source.at(node, "sets status in SQL"))
    return found


def _assigns_status(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    parts = [part for target in targets for part in ast.walk(target)]
    return any(isinstance(p, ast.Attribute) and p.attr in {"status", "status_id"} for p in parts)


def _call_writes_status(node: ast.Call) -> bool:
    name = _called(node)
    named = {word.arg: word.value for word in node.keywords if word.arg}
    spread = [key for word in node.keywords if word.arg is None for key in _constants(word.value)]
    if name == "setattr":
        return "status" in _constants(node.args[1]) if len(node.args) > 1 else False
    if name == "update":
        given = [key for argument in node.args if isinstance(argument, ast.Dict) for key in _keys(argument)]
        return "status" in named or "status" in spread or "status" in given
    if name == "bulk_update":
        listed = [*node.args[1:2], *(value for key, value in named.items() if key == "fields")]
        return any("status" in _constants(part) for part in listed)
    if name in {"save", "asave", "bulk_create"}:
        return "update_fields" in named and "status" in _constants(named["update_fields"])
    if name in {"update_or_create", "aupdate_or_create"}:
        return "defaults" in named and "status" in _constants(named["defaults"])
    return False


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _constants(node: ast.AST) -> list[str]:
    """Texts anywhere in an expression, and the names of a dict(...) call."""
    texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return texts + [n.arg for n in ast.walk(node) if isinstance(n, ast.keyword) and n.arg]


def _keys(node: ast.Dict) -> list[str]:
    return [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]


def _literal_text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) and "\n\n" not in node.value else ""
    return "".join(str(p.value) if isinstance(p, ast.Constant) else " ? " for p in node.values)


# --- time and money ----------------------------------------------------------------------------


def clock_reads(source: Source) -> list[str]:
    """Business days are passed in, by the body of a tick at the latest; an instant may be stamped, but not in rules."""
    is_rule = source.path.startswith("subsidies/rules/")
    found = []
    ticks = [n for n in source.tree.body if isinstance(n, ast.FunctionDef) and _is_tick(n)]
    where_the_clock_enters = {id(node) for tick in ticks for node in ast.walk(tick)}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Attribute | ast.Name) or id(node) in where_the_clock_enters:
            continue
        name = node.attr if isinstance(node, ast.Attribute) else node.id
        owner = ast.unparse(node.value) if isinstance(node, ast.Attribute) else ""
        asks_door = isinstance(node, ast.Name) and name == "business_day"
        reads_day = asks_door or name in CLOCKS or (name == "date" and owner.endswith(("now()", "localtime()")))
        reads_instant = name == "now" and (is_rule or owner.split(".")[-1] in {"datetime", "date"})
        if reads_day or reads_instant or (is_rule and owner == "time"):
            found.append(source.at(node, f"reads the clock: {ast.unparse(node)}"))
    return found


def days_of_their_own(source: Source) -> list[str]:
    """One place asks the clock for the day; doors and ticks ask that place, so that a practice machine has one day everywhere."""
    if source.path == "park_workers/foundation/business_day.py":
        return []
    named = [n for n in ast.walk(source.tree) if isinstance(n, ast.Attribute | ast.Name | ast.alias)]
    asked = {n: ast.unparse(n) for n in named}
    return [source.at(n, f"asks for a day: {text}") for n, text in asked.items() if OWN_DAY.search(text)]


def _is_tick(node: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator).startswith("tick(") for decorator in node.decorator_list)


def floats(source: Source) -> list[str]:
    """Money and months are integers: no float in any form, except to recognise one that comes in."""
    found = []
    asks = [n for n in ast.walk(source.tree) if isinstance(n, ast.Call) and _called(n) == "isinstance"]
    recognised = {id(node) for ask in asks for node in ast.walk(ask)}
    for node in ast.walk(source.tree):
        if id(node) in recognised:
            continue
        is_name = isinstance(node, ast.Name) and node.id == "float"
        is_type = isinstance(node, ast.Attribute) and node.attr in {"Float32", "Float64", "FloatField"}
        is_value = isinstance(node, ast.Constant) and isinstance(node.value, float)
        if (is_name or is_type or is_value) and isinstance(node, ast.expr):
            found.append(source.at(node, f"uses a float: {ast.unparse(node)}"))
    return found


# --- services ----------------------------------------------------------------------------------


def service_signatures(source: Source) -> list[str]:
    """Public functions are annotated and explained; those that change something are keyword-only with `actor` first."""
    found = []
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        arguments = node.args
        positional = [a.arg for a in [*arguments.posonlyargs, *arguments.args]]
        keywords = [a.arg for a in arguments.kwonlyargs]
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        if any(a is not None and a.annotation is None for a in every) or node.returns is None:
            found.append(source.at(node, f"{node.name}() is not fully annotated"))
        if not ast.get_docstring(node):
            found.append(source.at(node, f"{node.name}() has no docstring"))
        if _is_entry(node) and positional[:1] != [] and positional[0] in CARRIERS:
            continue
        if _is_entry(node) and (positional or keywords[:1] != ["actor"]):
            found.append(source.at(node, f"{node.name}() changes something: keyword-only, `actor` first"))
    return found


def _is_entry(node: ast.FunctionDef) -> bool:
    is_atomic = any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list)
    return is_atomic or any(isinstance(n, ast.Call) and _called(n) in WRITERS for n in ast.walk(node))


# --- size and names ----------------------------------------------------------------------------


def sizes(source: Source) -> list[str]:
    """A file or function that outgrows its measure is split by noun."""
    found = []
    lines = source.text.count("\n")
    if lines > LONGEST_FILE:
        found.append(f"{source.path}:1 file has {lines} lines")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                found.append(source.at(node, f"{node.name}() has {length} lines"))
    return found


def banned_names(source: Source) -> list[str]:
    """Modules, classes and functions are named for what they are; only Django's own managers are managers."""
    found = []
    stem = Path(source.path).parent.name if source.path.endswith("__init__.py") else Path(source.path).stem
    if _words(stem) & BANNED_WORDS:
        found.append(f"{source.path}:1 module name {stem}")
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        # A test's name is a sentence, and a sentence may say "data".
        words = set() if node.name.startswith("test_") or node.name in HOOKS else _words(node.name) & BANNED_WORDS
        if isinstance(node, ast.ClassDef) and any("Manager" in ast.unparse(base) for base in node.bases):
            words -= {"manager"}
        if words:
            found.append(source.at(node, f"name {node.name}"))
    return found


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def signals(source: Source) -> list[str]:
    """No signals: an upper floor asks with a query, a lower one never tells."""
    found = []
    for node in ast.walk(source.tree):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        if any(name == banned or name.startswith(f"{banned}.") for name in modules for banned in SIGNAL_MODULES):
            found.append(source.at(node, "uses signals"))
    return found
