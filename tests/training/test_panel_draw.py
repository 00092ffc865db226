"""The draw: the same seed gives the same panel in any order and elsewhere; nobody with a tie is drawn."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training import panel_draw
from training.panel_draw import TooFewExperts, commitment_of, differences, draw, key_of, pool_digest_of, refusals_of

REVIEW_DAY = date(2023, 5, 16)
PARTIES = ("firm-a", "firm-b", "person-1", "firm-c", "firm-d")
days = st.dates(REVIEW_DAY - timedelta(days=900), REVIEW_DAY + timedelta(days=60)).map(date.isoformat)
ends = st.none() | days


@st.composite
def spans(draw_: Any, *before: Any) -> list[Any]:
    """[…, first, last or open], in order."""
    first, last = draw_(days), draw_(ends)
    return [*(draw_(part) for part in before), *((first, last) if last is None or first <= last else (last, first))]


experts = st.fixed_dictionaries(
    {
        "trades": st.lists(st.sampled_from(["平车", "冚车", "裁床", "打边"]), max_size=3),
        "available": st.lists(spans(), max_size=3),
        "ties": st.lists(spans(st.sampled_from(PARTIES)), max_size=2),
        "away": st.lists(spans().filter(lambda span: span[1] is not None), max_size=2),
    }
)


@st.composite
def pools(draw_: Any) -> dict[str, Any]:
    """A pool of up to thirty experts, among them always five whom nothing keeps away."""
    rows = draw_(st.lists(experts, max_size=25))
    free = {"trades": ["平车"], "available": [["2023-01-01", None]], "ties": []}
    found = [row | {"reference": f"expert-{n:02d}"} for n, row in enumerate([*rows, *[free] * 5])]
    return {
        "round": "r" * 20, "trade": "平车", "review_day": REVIEW_DAY.isoformat(), "size": 5, "tie_days": 365,
        "parties": list(PARTIES[:3]), "experts": found,
    }  # fmt: skip


seeds = st.text("0123456789abcdef", min_size=8, max_size=32)


@given(pools(), seeds, st.randoms())
def test_the_same_seed_draws_the_same_panel_in_whatever_order_the_pool_is_given(
    pool: dict[str, Any], seed: str, chance: random.Random
) -> None:
    shuffled = json.loads(json.dumps(pool))
    of_each = (
        expert[name]
        for expert in shuffled["experts"]
        for name in ("trades", "available", "ties", "away")
        if name in expert
    )
    for rows in (shuffled["experts"], shuffled["parties"], *of_each):
        chance.shuffle(rows)
    assert draw(shuffled, seed) == draw(pool, seed)


def is_tied(expert: dict[str, Any], pool: dict[str, Any]) -> bool:
    """Said without the module: a party of a candidate, and not over for longer than a year."""
    for party, _, last in expert["ties"]:
        over_for = 0 if last is None else (REVIEW_DAY - date.fromisoformat(last)).days
        if party in pool["parties"] and over_for <= 365:
            return True
    return False


@given(pools(), seeds)
def test_nobody_with_a_tie_is_drawn_and_every_seat_is_filled_with_somebody_of_the_trade_on_the_day(
    pool: dict[str, Any], seed: str
) -> None:
    drawn = draw(pool, seed)
    by_reference = {expert["reference"]: expert for expert in pool["experts"]}
    assert len(set(drawn.panel)) == 5 and drawn.order[:5] == drawn.panel
    for reference in drawn.order:
        expert = by_reference[reference]
        assert "平车" in expert["trades"] and not is_tied(expert, pool)
        assert any(
            a <= REVIEW_DAY.isoformat() and (b is None or REVIEW_DAY.isoformat() <= b) for a, b in expert["available"]
        )
        assert not any(a <= REVIEW_DAY.isoformat() <= b for a, b in expert.get("away", ()))
    assert set(drawn.order) | set(drawn.refused) == set(by_reference)
    assert not set(drawn.order) & set(drawn.refused)


def test_a_tie_counts_for_a_year_after_its_end_and_not_longer() -> None:
    pool = {"trade": "平车", "review_day": REVIEW_DAY.isoformat(), "tie_days": 365, "parties": ["firm-a"]}
    for end, tied in ((REVIEW_DAY - timedelta(days=365), True), (REVIEW_DAY - timedelta(days=366), False)):
        expert = {
            "trades": ["平车"],
            "available": [["2023-01-01", None]],
            "ties": [["firm-a", "2020-01-01", end.isoformat()]],
        }
        assert (panel_draw.TIED in refusals_of(expert, pool)) is tied


def a_proof(size: int = 5, experts: int = 9) -> dict[str, Any]:
    free = {"trades": ["平车"], "available": [["2023-01-01", None]], "ties": []}
    pool = panel_draw.in_order({
        "round": "r1", "trade": "平车", "review_day": "2023-05-16", "size": size, "tie_days": 365, "parties": ["firm-a"],
        "experts": [free | {"reference": f"e{n}"} for n in range(experts)],
    })  # fmt: skip
    drawn = draw(pool, "seed")
    return {
        "pool": pool, "seed": "seed", "commitment": commitment_of(round_reference="r1", seed="seed"),
        "pool_digest": drawn.pool_digest, "order": list(drawn.order), "panel": list(drawn.panel),
    }  # fmt: skip


def test_another_seed_or_another_pool_is_another_order() -> None:
    proof = a_proof()
    assert draw(proof["pool"], "another").order != tuple(proof["order"])
    smaller = proof["pool"] | {"parties": ["firm-b"]}
    assert pool_digest_of(smaller) != proof["pool_digest"] and draw(smaller, "seed").order != tuple(proof["order"])


def test_the_key_is_what_the_description_says() -> None:
    """printf 'yxt-panel-2\\np\\ns\\ne' | sha256sum; before that, yxt-panel-1"""
    now = "cdb38836135cfde65c8cecb644ff9b1f63854c50d8db6419bcfafd9a369c0d2e"
    before = "91a7d9f51f4b6556b4af5e2ffbe7b682a6cc7d397634cd4d35ae4751ea29b485"
    assert key_of(pool_digest="p", seed="s", reference="e") == now
    assert key_of(pool_digest="p", seed="s", reference="e", algorithm="yxt-panel-1") == before


def test_too_few_experts_are_no_panel() -> None:
    with pytest.raises(TooFewExperts) as few:
        a_proof(size=5, experts=4)
    assert (few.value.eligible, few.value.size) == (4, 5)


@pytest.mark.parametrize("part", ["commitment", "pool_digest", "order", "panel"])
def test_a_proof_that_was_touched_is_told(part: str) -> None:
    proof = a_proof()
    assert differences(proof) == []
    proof[part] = list(reversed(proof[part])) if isinstance(proof[part], list) else "0" * 64
    assert part in differences(proof)


def test_a_proof_is_recomputed_elsewhere_without_the_project(tmp_path: Path) -> None:
    proof = a_proof()
    (tmp_path / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    module = tmp_path / "panel_draw.py"
    module.write_bytes(Path(panel_draw.__file__).read_bytes())
    command = [sys.executable, "-I", str(module), str(tmp_path / "proof.json")]
    told = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONHASHSEED": "7", "LANG": "C.UTF-8"},
        check=False,
    )
    assert told.returncode == 0 and told.stdout.splitlines()[1:] == proof["panel"]


def the_recipe() -> str:
    """The program of the recipe as it is printed, which knows nothing of this project."""
    page = Path(__file__).resolve().parents[2] / "docs" / "recipes" / "draw-a-panel-again.md"
    return page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]


def strangers_answer(proof: dict[str, Any], folder: Path) -> list[str]:
    """What a stranger's Python prints of a proof."""
    (folder / "again.py").write_text(the_recipe(), encoding="utf-8")
    (folder / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    command = [sys.executable, "-I", "again.py", "proof.json"]
    told = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=True)
    return told.stdout.splitlines()


def test_a_stranger_draws_the_same_panel_with_the_program_of_the_recipe(tmp_path: Path) -> None:
    proof = a_proof()
    assert strangers_answer(proof, tmp_path) == ["the proof is right", *proof["panel"]]
    assert strangers_answer(proof | {"seed": "other"}, tmp_path)[0] == "THE PROOF IS WRONG"
    old = json.loads((Path(__file__).parent / "proof-yxt-panel-1.json").read_text(encoding="utf-8"))
    assert strangers_answer(old, tmp_path) == ["the proof is right", *old["panel"]]
    assert sum(bool(line) for line in the_recipe().splitlines()) <= 32 and "training" not in the_recipe()


@given(pools(), seeds)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_recipe_and_the_module_never_differ(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, pool: dict[str, Any], seed: str
) -> None:
    ordered, drawn = panel_draw.in_order(pool), draw(pool, seed)
    proof = {
        "pool": ordered, "seed": seed, "commitment": commitment_of(round_reference=pool["round"], seed=seed),
        "pool_digest": drawn.pool_digest, "order": list(drawn.order), "panel": list(drawn.panel),
    }  # fmt: skip
    (tmp_path / "proof.json").write_text(json.dumps(proof), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["again.py", str(tmp_path / "proof.json")])
        exec(compile(the_recipe(), "again.py", "exec"), {"__name__": "__main__"})  # noqa: S102
    assert capsys.readouterr().out.splitlines() == ["the proof is right", *drawn.panel]
