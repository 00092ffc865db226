"""A revocation that was wrong is taken back by the correction that two persons make of its certificate."""

from django.db import migrations

from park_workers.foundation.triggers import Guard, allowed_moves, row_guard

FROZEN = " OR ".join(
    f"OLD.{column} IS DISTINCT FROM NEW.{column}"
    for column in (
        "kind", "base_id", "assessment_id", "certificate_id", "completion_id", "attended_hours", "theory_score",
        "practice_score", "verdict", "number", "issued_on", "reason", "proposed_on", "proposed_by_id", "recorded_by_id",
    )
)  # fmt: skip
BEFORE = (("proposed", "confirmed"), ("proposed", "refused"), ("proposed", "withdrawn"))
IS_LIFTED = "OLD.status = 'confirmed' AND OLD.kind = 'revocation' AND NEW.status = 'withdrawn'"


def guards(moves: tuple[tuple[str, str], ...], is_settled: str) -> tuple[Guard, Guard]:
    """The moves of an amendment, and what of it is never rewritten."""
    return (
        allowed_moves("amendment_moves", table="training_amendment", moves=moves),
        row_guard(
            "amendment_stays", table="training_amendment", events=["UPDATE"], refuse_when=f"({is_settled} OR {FROZEN})"
        ),
    )


OLD = guards(BEFORE, "OLD.status <> 'proposed'")
NEW = guards((*BEFORE, ("confirmed", "withdrawn")), f"(OLD.status <> 'proposed' AND NOT ({IS_LIFTED}))")


class Migration(migrations.Migration):
    dependencies = [("training", "0010_keep_placements")]

    operations = [
        *(migrations.RunPython(guard.reverse_code, guard.code) for guard in OLD),
        *NEW,
    ]
