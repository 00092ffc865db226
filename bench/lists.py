"""Every list of the API and every page of the desk, near and far: `make bench ARGS="lists"`.

Addresses come from the URL configuration, so new ones are measured without a line here.  API lists: first page, hundredth,
last, and the first page under each filter that the first row has a value for.  Pages: as they open, and those in numbered
pages also hundredth and last; the page of a batch in each of its tabs.
"""

from __future__ import annotations

import base64
import json
import logging
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import unquote, urlencode

from bench.contest import child, keep_result, make_template, options_of, processor_seconds

SIZES = (10_000, 100_000)
TARGET_MS, QUERY_MS = 100, 50
PAGES_ON, TIMES = 99, 3
#: seats of classes, five in six of them passed
PASSED = 24_000
LIMIT = 50
LAST = base64.b64encode(b"r=1").decode()
#: filters whose value cannot be read off a row
KNOWN_VALUES = {
    "name": "建国",
    "search": "王",
    "employed_on": "2023-06-30",
    "hired_from": "2023-10-01",
    "hired_to": "2023-01-31",
}
#: pages that are looked at under their filters as well
FILTERS: dict[str, list[dict[str, str]]] = {
    "workers": [{}, {"state": "now"}, {"state": "left"}, {"state": "never"}, {"name": "建国"}],
    "enterprises": [{}, {"only": "owed"}, {"only": "employing"}, {"only": "no_account"}],
    "placement_funnel": [{"by": by} for by in ("base", "trade", "order", "class")],
    "placements": [{}, {"stage": "hired"}, {"stage": "kept_3"}],
}
#: pages that change something or leave when they are opened
NOT_OPENED = frozenset({"log_out"})


@dataclass
class Look:
    """One address asked for: median milliseconds by the clock, milliseconds of processor (ours and the database's,
    to about 3), statements sent to the database and the longest of them by the clock."""

    what: str
    where: str
    ms: float
    processor_ms: float
    queries: int
    longest_ms: float
    status: int


def fill(people: int) -> None:
    """In the child: the park with its batch computed."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from bench import park
    from park_workers.foundation.jobs import run_tick
    from park_workers.models import Membership, Organisation, Role
    from subsidies.models import Batch
    from subsidies.services.batches import compute_batch
    from tests.conftest import make_member

    settings.JOBS_INLINE = True
    park.fill(people, passed=min(PASSED, people // 5))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    clerk = Membership.objects.filter(role=Role.CLERK).order_by("pk")[0]
    compute_batch(actor=clerk, batch=Batch.objects.get(name=park.BATCH), day=park.DAY)
    make_member("hr_of_250", Organisation.objects.get(name="企业1"), Role.ENTERPRISE_HR)
    for keeping in ("training.link_hires", "training.keep_placements", "park_workers.keep_headcounts"):
        run_tick(keeping)


def look(client: Any, what: str, path: str, **query: Any) -> tuple[Look, Any]:
    """Ask once to warm up, a few times by the clock, and once more to count and time statements."""
    from django.db import connection

    answer, times = client.get(path, query), []
    backend = connection.connection.info.backend_pid
    used = processor_seconds(backend)
    for _ in range(TIMES):
        began = time.perf_counter()
        client.get(path, query)
        times.append((time.perf_counter() - began) * 1000)
    used = (processor_seconds(backend) - used) * 1000 / TIMES
    statements: list[float] = []

    def note(execute: Any, *rest: Any) -> Any:
        began = time.perf_counter()
        found = execute(*rest)
        statements.append((time.perf_counter() - began) * 1000)
        return found

    with connection.execute_wrapper(note):  # not the cursor of debugging: it cannot COPY
        client.get(path, query)
    where = f"{path}{'?' + urlencode(query) if query else ''}"
    longest = max(statements, default=0)
    return Look(what, where, statistics.median(times), used, len(statements), longest, answer.status_code), answer


def api_lists(client: Any, seen: set[str]) -> Iterator[Look]:
    """Every resource that lists something for this role and was not `seen` in another."""
    from api.v1.urls import router

    for prefix, resource, _ in router.registry:
        if prefix in seen or not hasattr(resource, "list"):
            continue
        path = f"/api/v1/{prefix}/"
        first, answer = look(client, "first", path, limit=LIMIT)
        if first.status != 200 or "results" not in answer.json():
            continue
        seen.add(prefix)
        yield first
        rows, following = answer.json()["results"], answer.json()["next"]
        for _ in range(PAGES_ON - 1):
            following = following and client.get(following).json()["next"]
        if following:
            cursor = dict(part.partition("=")[::2] for part in following.partition("?")[2].split("&"))["cursor"]
            yield look(client, "page 100", path, limit=LIMIT, cursor=unquote(cursor))[0]
        yield look(client, "last", path, limit=LIMIT, cursor=LAST)[0]
        for name in getattr(getattr(resource, "filterset_class", None), "base_filters", ()):
            value = KNOWN_VALUES.get(name) or (rows[0].get(name) if rows else None)
            if isinstance(value, str | int | bool) and value != "":
                yield look(client, f"by {name}", path, limit=LIMIT, **{name: value})[0]


def page_addresses(given: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """(name, path) of every page whose address can be made of what is given."""
    from django.urls import NoReverseMatch, get_resolver, reverse

    for name in sorted(str(key) for key in get_resolver().reverse_dict if isinstance(key, str)):
        if name in NOT_OPENED:
            continue
        try:
            yield name, reverse(name, kwargs=given.get(name, {}))
        except NoReverseMatch:
            continue


def desk_pages(client: Any, given: dict[str, dict[str, Any]]) -> Iterator[Look]:
    """Every page that opens; numbered ones also far."""
    from pages.desk.tabs import TABS

    for name, path in page_addresses(given):
        for query in [{"tab": tab} for tab in TABS] if name == "batch" else FILTERS.get(name, [{}]):
            tab = f" {' '.join(query.values())}" if query else ""
            first, answer = look(client, f"{name}{tab}", path, **query)
            if first.status != 200:
                continue
            yield first
            page = (getattr(answer, "context", None) or {}).get("page")
            if page is not None and getattr(page, "paginator", None) and page.paginator.num_pages > 1:
                yield look(client, f"{name}{tab} page 100", path, page=100, **query)[0]
                yield look(client, f"{name}{tab} last", path, page=page.paginator.num_pages, **query)[0]


def measure() -> list[Look]:
    """In the child: a clerk, an auditor and an enterprise look at everything they may see."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from bench.park import BATCH
    from park_workers.models import Membership, Role
    from subsidies.models import Batch

    logging.disable(logging.CRITICAL)  # pages that this role may not see say so
    settings.ALLOWED_HOSTS = ["testserver"]
    batch = Batch.objects.get(name=BATCH)
    line = batch.current.line_items.order_by("-position")[0]  # type: ignore[union-attr]
    given = {
        "batch": {"pk": batch.pk},
        "line": {"pk": batch.pk, "line_pk": line.pk},
        "batch_progress": {"pk": batch.pk},
    }
    found, seen = [], set[str]()
    for role in (Role.CLERK, Role.AUDITOR, Role.ENTERPRISE_HR):
        client = Client()
        # of the enterprises the last one: it has 250 people
        who = Membership.objects.filter(role=role).order_by("-pk" if role == Role.ENTERPRISE_HR else "pk")
        client.force_login(who[0].user)
        found += list(api_lists(client, seen))
        found += [replace(x, what=f"{role.label} {x.what}") for x in desk_pages(client, given)]
    return found


def print_looks(people: int, looks: list[Look], shown: int) -> None:
    """Those over the target, then the costliest of the rest, as a Markdown table."""
    looks = sorted(looks, key=lambda one: (-one.processor_ms, -one.ms))
    over = sum(one.processor_ms > TARGET_MS for one in looks)
    late = sum(one.ms > TARGET_MS for one in looks)
    print(
        f"\n{people:,} employments: {len(looks)} addresses, over {TARGET_MS} ms: {late} by the clock, {over} of processor\n"
    )
    slow = sum(one.longest_ms > QUERY_MS for one in looks)
    print(f"{slow} of them with a statement over {QUERY_MS} ms by the clock\n")
    print("| list or page | address | ms | processor ms | statements | longest ms |\n|---|---|---:|---:|---:|---:|")
    for one in looks[: max(over, shown)]:
        print(
            f"| {one.what} | `{one.where[:90]}` | {one.ms:.0f} | {one.processor_ms:.0f} | {one.queries} | {one.longest_ms:.0f} |"
        )
    print(flush=True)
    keep_result("lists", people, [asdict(one) for one in looks])


def main() -> None:
    """The parent: all sizes."""
    parser = options_of("lists", sizes=SIZES, contenders=["lists"])
    parser.add_argument("--shown", type=int, default=15, help="rows of the table beside those over the target")
    options = parser.parse_args()
    if options.contender == "fill":
        fill(options.sizes[0])
        return
    if options.contender:
        json.dump([asdict(one) for one in measure()], sys.stdout)
        return
    for people in options.sizes:
        template = f"lists_{people}"
        make_template(template, "lists", "--contender", "fill", "--sizes", str(people))
        looks = json.loads(child("lists", "--contender", "lists", database=template))
        print_looks(people, [Look(**one) for one in looks], options.shown)


if __name__ == "__main__":
    main()
