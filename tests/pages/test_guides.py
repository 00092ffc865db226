"""What a guide prints in bold is a word of the pages: a reader who looks for a button finds it under that very name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDES = sorted((ROOT / "docs" / "guide").glob("*.zh.md"))
#: where words of the interface stand
WORDED = ("templates/**/*.html", "static/js/*.js", "pages/**/*.py", "training/**/*.py", "park_workers/**/*.py")
#: what stands between two names of a way, for what a page fills in, and before the reason that every refusal asks for
BETWEEN = re.compile(r" → |\s*…+\s*|，说明原因")


@pytest.fixture(scope="module")
def words() -> str:
    """Everything the pages may say."""
    found = (path for pattern in WORDED for path in sorted(ROOT.glob(pattern)) if "migrations" not in path.parts)
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_name_in_bold_is_on_a_page(guide: Path, words: str) -> None:
    named = re.findall(r"\*\*(.+?)\*\*", guide.read_text(encoding="utf-8"))
    pieces = {piece for name in named for piece in BETWEEN.split(name) if piece}
    assert len(pieces) >= 8 and not {piece for piece in pieces if piece not in words}
