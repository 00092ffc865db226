"""Every code that the code can write to the log has words, and no words stand for a code that nobody writes."""

from __future__ import annotations

import ast
import re

from pages.events import SUBJECTS, WORDS
from park_workers.foundation.audit_chain import stateful_models
from subsidies.models import LineDecision, Review
from tests.source_rules import FLOORS, Source, sources

#: texts of the same shape: a kind of background work, a column
NOT_CODES = {"audit.verify", "line.amount_fen"}


def written_in(source: Source) -> set[str]:
    """Codes that stand as whole texts in a file that writes events: given as `code=`, or of a known noun."""
    found = set()
    given = {
        id(word.value) for node in ast.walk(source.tree) if isinstance(node, ast.Call) for word in node.keywords if word.arg == "code"
    }  # fmt: skip
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        noun, dot, past = node.value.partition(".")
        is_code = bool(dot) and past.replace("_", "").isalpha() and past.islower()
        if is_code and (id(node) in given or noun in SUBJECTS):
            found.add(node.value)
    return found


def every_code() -> set[str]:
    """Codes of services, of moves, and of the two that are put together."""
    told = [s for s in sources(*FLOORS) if re.search(r"record_event|_record\(|record_proposal", s.text)]
    codes = {code for source in told for code in written_in(source)}
    codes |= {f"{model.EVENT_NAME}.{action}" for model in stateful_models() for action in model.TRANSITIONS}
    codes |= {f"line.{kind}" for kind in LineDecision.Kind.values} | {
        f"batch.{step}_signed" for step in Review.Step.values
    }
    return codes - NOT_CODES


def test_every_code_has_words() -> None:
    assert every_code() - set(WORDS) == set()


def test_every_code_is_of_a_known_noun() -> None:
    assert {code.split(".")[0] for code in WORDS} == set(SUBJECTS)


def test_no_words_are_left_over() -> None:
    assert set(WORDS) - every_code() == set()


def test_the_search_finds_a_code_in_a_call_and_in_a_name() -> None:
    text = "record_event(code='batch.torn')\nX = 'line.cut'\nrecord_event(code='novel.thing')\nY = 'other.word'"
    assert written_in(Source("x.py", text)) == {"batch.torn", "line.cut", "novel.thing"}
