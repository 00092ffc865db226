"""Take the pictures of docs/screenshots anew, from a replayed year: `make screenshots` (NAMES="home money" for some).

Copies the state that YXT_STATE_DIR names (the one `make demo` fills) into a temporary folder, goes to a December day on the
copy, sets what the pictures need beyond the year (stage.py), serves it on a free port and takes every page: those of the
phone at 390 by 844 and at 1440 by 900.  Nothing is written but the pictures.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURES = ROOT / "docs" / "screenshots"
DEMO = Path(os.environ.get("YXT_STATE_DIR", ROOT / "var"))
STATE = Path(tempfile.mkdtemp(prefix="yixiantong-pictures-"))

sys.path.insert(0, str(ROOT))
if DEMO.is_dir():
    shutil.copytree(DEMO, STATE, dirs_exist_ok=True)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ |= {
    "YXT_STATE_DIR": str(STATE), "YXT_HTTPS": "0", "YXT_REQUIRE_SECOND_FACTOR": "0", "YXT_CONFIRM_AGAIN_SECONDS": "0",
    "YXT_JOBS_INLINE": "1", "YXT_PRACTICE": "1", "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}  # fmt: skip

import django  # noqa: E402

django.setup()

from django.contrib.staticfiles.testing import StaticLiveServerTestCase  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.testcases import LiveServerThread  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402

from park_workers.foundation.business_day import begin_practice  # noqa: E402
from park_workers.models import Membership, User  # noqa: E402
from subsidies.models import Batch  # noqa: E402
from tests.e2e.browser import DESK, PHONE, chromium, context_for  # noqa: E402
from tests.pictures.addresses import (  # noqa: E402
    Shot,
    base_pages,
    claims_of,
    desk_pages,
    phone_pages,
    public_pages,
    review_pages,
    verification_pages,
)
from tests.pictures.base_stage import set_base_stage  # noqa: E402
from tests.pictures.review_stage import set_review_stage  # noqa: E402
from tests.pictures.stage import TODAY, set_pictures_stage  # noqa: E402
from tests.programs import find_chromium  # noqa: E402

Size = dict[str, int]
#: what is longer is cut: a list goes on as it began
TALLEST = 1700


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


def shots() -> dict[str, tuple[Shot, Size]]:
    """Name of each picture -> page and size."""
    batch = Batch.objects.filter(is_trial=False, current__isnull=False).order_by("pk").first()
    found = claims_of(batch) if batch else None
    if batch is None or found is None:
        sys.exit(
            "There is no computed batch here; run `make demo SERVE=0` first, or name the folder with YXT_STATE_DIR."
        )
    claim, line = found
    begin_practice(TODAY)
    hr = Membership.objects.in_force().get(organisation=claim.organisation_id, role="enterprise_hr")
    staged = set_pictures_stage(hr)
    address = f"/m/claims/{claim.reference}/"
    base = set_base_stage(staged.clerk, TODAY)
    reviewer = Membership.objects.in_force().filter(role="reviewer").order_by("pk")[0]
    review_desk, experts = review_pages(set_review_stage(staged.clerk, reviewer, hr, TODAY))
    phone = phone_pages(staged) | public_pages(staged, batch) | verification_pages(base) | experts
    phone |= {
        "claim": Shot(hr.user.username, address, is_whole=True),
        "line-why": Shot(hr.user.username, f"{address}lines/{line.pk}/", is_whole=True),
        "batch": Shot("approver_1", f"/batches/{batch.pk}/"),
    }
    taken = {name: (shot, DESK) for name, shot in (desk_pages(batch) | base_pages(base) | review_desk).items()}
    for name, shot in phone.items():
        taken[f"{name}-phone"] = shot, PHONE
        if name not in ("batch", "line-why", *experts):
            taken[f"{name}-wide"] = Shot(shot.person, shot.address), DESK
    return taken


def take(page: Page, name: str, shot: Shot, root: str) -> None:
    """Open one page and keep how it looks."""
    answer = page.goto(root + shot.address)
    if answer is None or not answer.ok:
        sys.exit(f"{name}: {shot.address} answered {answer.status if answer else 'nothing'}")
    # the day is that of a practice; the pictures show the page as it is on any other machine
    page.evaluate("document.querySelectorAll('.practice').forEach(note => note.remove())")
    if name == "batch-desk":  # from the title on, so that the reasons are in the picture
        page.evaluate("scrollTo(0, document.querySelector('.head-row').offsetTop - 8)")
    if shot.is_whole:  # a taller window instead of a stitched picture: what is fixed to its foot stays there
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size(
            {"width": page.evaluate("innerWidth"), "height": max(PHONE["height"], min(height, TALLEST))}
        )
    page.wait_for_load_state("networkidle")  # pictures further down come later
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
        path, optimize=True
    )  # a third of the bytes
    sys.stdout.write(f"{path.name}  {path.stat().st_size // 1024} KB\n")


def take_all(browser: Browser, root: str, wanted: list[str]) -> None:
    """Each page in a window of its own, signed in as whoever sees it."""
    sessions = {"": ""}
    for name, (shot, size) in shots().items():
        if wanted and not any(name.startswith(word) for word in wanted):
            continue
        if shot.person not in sessions:
            client = Client()
            client.force_login(User.objects.get(username=shot.person))
            sessions[shot.person] = client.cookies["sessionid"].value
        context = context_for(browser, root, sessions[shot.person], viewport=size)
        take(context.new_page(), name, shot, root)
        context.close()


def main(wanted: list[str]) -> None:
    """Take them all, or those whose names begin so."""
    program = find_chromium()
    if program is None:
        sys.exit("Chromium is not installed.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    try:
        with served() as root, chromium(program) as browser:
            take_all(browser, root, wanted)
    finally:
        shutil.rmtree(STATE, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
