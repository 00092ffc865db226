"""More guards kept by the database itself: rows of the money's history stay, nothing begins half-way, what was signed stays."""

from django.db import migrations

from park_workers.foundation import triggers

#: SQL: the calculation named belongs to a batch that has been submitted
FROZEN_CALCULATION = (
    "EXISTS (SELECT 1 FROM subsidies_calculation made JOIN subsidies_batch owner ON owner.id = made.batch_id "
    "WHERE made.id = {} AND owner.status NOT IN ('draft', 'computed'))"
)
#: SQL: the batch has been submitted, and what is judged, how often it was submitted or who must sign is changed afterwards
SIGNED_TERMS_CHANGED = (
    "OLD.status NOT IN ('draft', 'computed') AND (OLD.current_id <> NEW.current_id "
    "OR OLD.policy_version_id <> NEW.policy_version_id OR OLD.cutoff_on <> NEW.cutoff_on OR OLD.round <> NEW.round "
    "OR OLD.submitted_by_id <> NEW.submitted_by_id OR OLD.reviews_required <> NEW.reviews_required "
    "OR OLD.approvals_required <> NEW.approvals_required)"
)
#: SQL: reviewed or approved without any signature, whatever the amount band asks for
NOBODY_SIGNED = " OR ".join(
    f"(NEW.status = '{target}' AND OLD.status = '{source}' AND NOT EXISTS (SELECT 1 FROM subsidies_review seen "
    f"WHERE seen.batch_id = NEW.id AND seen.round = NEW.round AND seen.step = '{step}' AND seen.verdict = 'passed'))"
    for source, target, step in (("submitted", "reviewed", "review"), ("reviewed", "approved", "approval"))
)


def begins_as(status: str, *, of: str) -> triggers.Guard:
    """A row with a life begins at its beginning."""
    return triggers.row_guard(
        f"{of}_begins_as_{status}", table=f"subsidies_{of}", events=["INSERT"], refuse_when=f"NEW.status <> '{status}'"
    )


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0002_guard_judgements_and_money")]

    operations = [
        begins_as("draft", of="batch"),
        begins_as("draft", of="policyversion"),
        begins_as("open", of="publicnotice"),
        begins_as("made", of="paymentfile"),
        begins_as("pending", of="disbursement"),
        begins_as("proposed", of="clawback"),
        triggers.row_guard(
            "signed_terms_stay", table="subsidies_batch", events=["UPDATE"], refuse_when=SIGNED_TERMS_CHANGED
        ),
        triggers.row_guard(
            "approved_digest_stays", table="subsidies_batch", events=["UPDATE"], on="OF list_digest",
            refuse_when=(
                "OLD.status NOT IN ('draft', 'computed', 'submitted', 'reviewed') AND OLD.list_digest <> NEW.list_digest"
            ),
        ),
        triggers.row_guard(
            "batch_needs_a_signature", table="subsidies_batch", events=["UPDATE"], on="OF status",
            refuse_when=NOBODY_SIGNED,
        ),
        triggers.row_guard(
            "line_moved_into_frozen", table="subsidies_lineitem", events=["UPDATE"], on="OF calculation_id",
            refuse_when=FROZEN_CALCULATION.format("NEW.calculation_id"),
        ),
        triggers.row_guard("entitlement_stays", table="subsidies_entitlement", events=["DELETE"], refuse_when="1 = 1"),
        triggers.row_guard("decision_stays", table="subsidies_linedecision", events=["DELETE"], refuse_when="1 = 1"),
        triggers.row_guard("funding_stays", table="subsidies_linefunding", events=["DELETE"], refuse_when="1 = 1"),
        triggers.row_guard(
            "funding_only_released", table="subsidies_linefunding", events=["UPDATE"],
            refuse_when=(
                "OLD.released_at IS NOT NULL OR OLD.line_id <> NEW.line_id OR OLD.appropriation_id <> NEW.appropriation_id "
                "OR OLD.amount_fen <> NEW.amount_fen"
            ),
        ),
        triggers.row_guard(
            "only_bounced_lines_leave_a_payment", table="subsidies_disbursementline", events=["UPDATE", "DELETE"],
            refuse_when=(
                "NOT OLD.is_live OR NOT EXISTS (SELECT 1 FROM subsidies_disbursement payment "
                "WHERE payment.id = OLD.disbursement_id AND payment.status = 'bounced')"
            ),
        ),
    ]
