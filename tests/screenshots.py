"""Pictures of the pages for docs/screenshots, from a replayed year: `make screenshots`.

Reads the database that YXT_STATE_DIR names (the one `make demo` fills), serves it on a free port, signs people in by a
session of their own and ends those sessions afterwards.  Nothing else is written but the pictures.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"

sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("YXT_HTTPS", "0")
os.environ.setdefault("YXT_REQUIRE_SECOND_FACTOR", "0")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django  # noqa: E402

django.setup()

from django.contrib.staticfiles.testing import StaticLiveServerTestCase  # noqa: E402
from django.db.models import Count, Q  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.testcases import LiveServerThread  # noqa: E402

from park_workers.models import User  # noqa: E402
from subsidies.models import Batch, Claim, LineItem, PublicNotice  # noqa: E402
from tests.e2e.browser import DESK, PHONE, chromium, context_for  # noqa: E402
from tests.programs import find_chromium  # noqa: E402


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The pages with their styles, on a free port of this machine."""
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    thread: Any = LiveServerThread("127.0.0.1", StaticLiveServerTestCase.static_handler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


def addresses() -> dict[str, tuple[str, str, dict[str, int], bool]]:
    """Name of each picture -> (log-in name, address, size, whether the whole page is wanted)."""
    batch = Batch.objects.filter(is_trial=False, current__isnull=False).order_by("pk").first()
    if batch is None:
        sys.exit(
            "There is no computed batch here; run `make demo SERVE=0` first, or name the folder with YXT_STATE_DIR."
        )
    refused = LineItem.objects.filter(calculation=batch.current, is_eligible=False).order_by("-fail_mask", "pk").first()
    claim = (
        Claim.objects.filter(calculation__batch=batch, organisation__isnull=False)
        .annotate(refused=Count("line_items", filter=Q(line_items__is_eligible=False)), all=Count("line_items"))
        .filter(refused__gt=0, people__gt=0, organisation__credit_code__in=User.objects.values("username"))
        .order_by("pk")
        .first()
    )
    notice = PublicNotice.objects.filter(batch=batch).order_by("-edition").first()
    line = f"?tab=ineligible&line={refused.pk}" if refused else ""
    found = {
        "batches-desk": ("clerk", "/batches/", DESK, False),
        "batch-desk": ("clerk", f"/batches/{batch.pk}/{line}", DESK, False),
        "line-why": ("clerk", f"/batches/{batch.pk}/lines/{refused.pk}/" if refused else "/", DESK, True),
        "today-desk": ("clerk", "/", DESK, False),
        "batch-phone": ("approver_1", f"/batches/{batch.pk}/", PHONE, False),
    }
    if claim is not None:
        person = str(claim.organisation.credit_code)
        wrong = claim.line_items.filter(is_eligible=False).order_by("pk").first()
        found["claim-phone"] = (person, f"/m/claims/{claim.reference}/", PHONE, False)
        found["line-why-phone"] = (person, f"/m/claims/{claim.reference}/lines/{wrong.pk}/", PHONE, False)
    if notice is not None:
        found["notice-phone"] = ("", f"/notices/{notice.reference}/", PHONE, False)
    return found


def main() -> None:
    """Take them all."""
    program = find_chromium()
    if program is None:
        sys.exit("Chromium is not installed.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    clients: dict[str, Client] = {}
    with served() as root, chromium(program) as browser:
        for name, (person, address, size, is_whole) in addresses().items():
            if person and person not in clients:
                clients[person] = Client()
                clients[person].force_login(User.objects.get(username=person))
            session = clients[person].cookies["sessionid"].value if person else ""
            context = context_for(browser, root, session, viewport=size)
            page = context.new_page()
            answer = page.goto(root + address)
            if answer is None or not answer.ok:
                sys.exit(f"{address} answered {answer.status if answer else 'nothing'}")
            if name == "batch-desk":  # from the title on, so that the reasons are in the picture
                page.evaluate("scrollTo(0, document.querySelector('.head-row').offsetTop - 8)")
            page.screenshot(path=PICTURES / f"{name}.png", full_page=is_whole)
            context.close()
            sys.stdout.write(f"{name}.png  {(PICTURES / f'{name}.png').stat().st_size // 1024} KB\n")
    for client in clients.values():
        client.logout()


if __name__ == "__main__":
    main()
