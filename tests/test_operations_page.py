"""docs/operations.md answers the twelve questions, names every setting, and draws the batch as the code has it."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests.state_diagrams import OPERATIONS, operations_with_table

ROOT = Path(__file__).resolve().parent.parent
PAGE = OPERATIONS.read_text(encoding="utf-8")
READ = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')
SETTINGS = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "config").glob("*.py")))


def test_the_page_has_the_twelve_headings_in_order() -> None:
    assert re.findall(r"^## (F\d+) ", PAGE, re.M) == [f"F{n}" for n in range(1, 13)]


def test_every_setting_that_is_read_stands_in_the_table_and_no_other() -> None:
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.M))
    assert listed == set(READ.findall(SETTINGS)) != set()


def test_the_batch_table_is_fresh() -> None:
    assert operations_with_table(PAGE) == PAGE, "stale: run make state-diagrams"


def test_every_page_it_links_is_there() -> None:
    links = {link.split("#")[0] for link in re.findall(r"\]\((?!https?:)([^)]+)\)", PAGE)}
    assert links
    assert not {link for link in links if not (OPERATIONS.parent / link).exists()}


def test_the_containers_know_no_password_and_run_as_nobody_special() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert set(services) == {"postgres", "redis", "migrate", "web", "worker", "beat"}
    for service in services.values():
        for name, value in service["environment"].items():
            assert "PASSWORD" not in name or value.startswith("${"), name
    assert re.search(r"^USER yixiantong$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M)
