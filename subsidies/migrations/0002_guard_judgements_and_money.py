"""Guards kept by the database itself: frozen judgements (I4), four eyes (I3), order of states (I6), payments of accepted lines only (I5)."""

from django.db import migrations

from park_workers.foundation import triggers

#: SQL: the calculation named belongs to a batch that has been submitted
FROZEN_CALCULATION = (
    "EXISTS (SELECT 1 FROM subsidies_calculation made JOIN subsidies_batch owner ON owner.id = made.batch_id "
    "WHERE made.id = {} AND owner.status NOT IN ('draft', 'computed'))"
)
#: SQL: the signer computed, submitted or edited the batch (persons are compared, not roles)
REVIEWER_MADE_IT = (
    "EXISTS (SELECT 1 FROM subsidies_calculation made WHERE made.batch_id = NEW.batch_id "
    "AND made.computed_by_id = NEW.reviewer_id) "
    "OR EXISTS (SELECT 1 FROM subsidies_batch mine WHERE mine.id = NEW.batch_id AND mine.submitted_by_id = NEW.reviewer_id) "
    "OR EXISTS (SELECT 1 FROM subsidies_linedecision decision "
    "JOIN subsidies_lineitem line ON line.id = decision.line_id "
    "JOIN subsidies_calculation made ON made.id = line.calculation_id "
    "JOIN park_workers_membership editor ON editor.id = decision.recorded_by_id "
    "WHERE made.batch_id = NEW.batch_id AND editor.user_id = NEW.reviewer_id)"
)
#: SQL: reviewed or approved without as many different signatures as the amount band asks for
UNSIGNED = (
    "(NEW.status = 'reviewed' AND OLD.status = 'submitted' AND (SELECT COUNT(*) FROM subsidies_review seen "
    "WHERE seen.batch_id = NEW.id AND seen.round = NEW.round AND seen.step = 'review' AND seen.verdict = 'passed') "
    "< NEW.reviews_required) "
    "OR (NEW.status = 'approved' AND OLD.status = 'reviewed' AND (SELECT COUNT(*) FROM subsidies_review seen "
    "WHERE seen.batch_id = NEW.id AND seen.round = NEW.round AND seen.step = 'approval' AND seen.verdict = 'passed') "
    "< NEW.approvals_required)"
)


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0001_create_policies_batches_and_money")]

    operations = [
        triggers.no_overlap(
            "published_versions_never_overlap",
            table="subsidies_policyversion",
            same=["policy_id"],
            first="effective_from",
            last="effective_to",
            where="status = 'published'",
        ),  # fmt: skip
        triggers.row_guard(
            "published_terms_immutable",
            table="subsidies_policyversion",
            events=["UPDATE"],
            refuse_when=(
                "OLD.status <> 'draft' AND (OLD.digest <> NEW.digest OR OLD.policy_id <> NEW.policy_id "
                "OR OLD.number <> NEW.number OR OLD.effective_from <> NEW.effective_from "
                "OR CAST(OLD.terms AS TEXT) <> CAST(NEW.terms AS TEXT))"
            ),
        ),  # fmt: skip
        triggers.row_guard(
            "published_version_stays",
            table="subsidies_policyversion",
            events=["DELETE"],
            refuse_when="OLD.status <> 'draft'",
        ),
        triggers.row_guard(
            "line_frozen",
            table="subsidies_lineitem",
            events=["UPDATE", "DELETE"],
            refuse_when=FROZEN_CALCULATION.format("OLD.calculation_id"),
        ),  # fmt: skip
        triggers.insert_guard(
            "line_added_after_submission",
            table="subsidies_lineitem",
            refuse_new="fresh.corrects_id IS NULL AND " + FROZEN_CALCULATION.format("fresh.calculation_id"),
        ),  # fmt: skip
        triggers.row_guard(
            "claim_frozen",
            table="subsidies_claim",
            events=["UPDATE", "DELETE"],
            refuse_when=FROZEN_CALCULATION.format("OLD.calculation_id"),
        ),  # fmt: skip
        triggers.row_guard(
            "calculation_frozen",
            table="subsidies_calculation",
            events=["UPDATE", "DELETE"],
            refuse_when=FROZEN_CALCULATION.format("OLD.id"),
        ),  # fmt: skip
        triggers.row_guard(
            "decision_only_superseded",
            table="subsidies_linedecision",
            events=["UPDATE"],
            refuse_when=(
                "NOT (OLD.is_standing AND NOT NEW.is_standing AND OLD.kind = NEW.kind AND OLD.line_id = NEW.line_id "
                "AND OLD.reason = NEW.reason AND OLD.excludes = NEW.excludes)"
            ),
        ),  # fmt: skip
        triggers.row_guard(
            "entitlement_only_voided",
            table="subsidies_entitlement",
            events=["UPDATE"],
            refuse_when=(
                "OLD.voided_at IS NOT NULL OR OLD.worker_id <> NEW.worker_id OR OLD.period_key <> NEW.period_key "
                "OR OLD.line_id <> NEW.line_id OR " + 'OLD."group" <> NEW."group"'
            ),
        ),  # fmt: skip
        triggers.append_only("review_append_only", table="subsidies_review"),
        triggers.row_guard(
            "reviewer_is_not_maker", table="subsidies_review", events=["INSERT"], refuse_when=REVIEWER_MADE_IT
        ),
        triggers.row_guard(
            "batch_needs_signatures", table="subsidies_batch", events=["UPDATE"], on="OF status", refuse_when=UNSIGNED
        ),
        triggers.row_guard(
            "payment_of_accepted_lines_only",
            table="subsidies_disbursementline",
            events=["INSERT"],
            refuse_when=(
                "NOT EXISTS (SELECT 1 FROM subsidies_cityanswerline answer "
                "WHERE answer.line_id = NEW.line_id AND answer.is_accepted)"
            ),
        ),  # fmt: skip
        triggers.allowed_moves(
            "policy_version_moves",
            table="subsidies_policyversion",
            moves=[
                ("draft", "published"),
                ("published", "retired"),
            ],
        ),  # fmt: skip
        triggers.allowed_moves(
            "batch_moves",
            table="subsidies_batch",
            moves=[
                ("draft", "computed"),
                ("computed", "submitted"),
                ("submitted", "reviewed"),
                ("reviewed", "approved"),
                ("submitted", "computed"),
                ("reviewed", "computed"),
                ("approved", "in_notice"),
                ("notice_ended", "in_notice"),
                ("in_notice", "notice_ended"),
                ("notice_ended", "sent_to_city"),
                ("sent_to_city", "answered"),
                ("answered", "paying"),
                ("answered", "closed"),
                ("paying", "closed"),
                ("draft", "cancelled"),
                ("computed", "cancelled"),
                ("submitted", "cancelled"),
                ("reviewed", "cancelled"),
                ("approved", "cancelled"),
                ("in_notice", "cancelled"),
                ("notice_ended", "cancelled"),
            ],
        ),  # fmt: skip
        triggers.allowed_moves(
            "notice_moves",
            table="subsidies_publicnotice",
            moves=[
                ("open", "closed"),
                ("open", "superseded"),
                ("closed", "superseded"),
            ],
        ),  # fmt: skip
        triggers.allowed_moves(
            "objection_moves",
            table="subsidies_objection",
            moves=[
                ("received", "upheld"),
                ("received", "rejected"),
            ],
        ),  # fmt: skip
        triggers.allowed_moves(
            "payment_file_moves",
            table="subsidies_paymentfile",
            moves=[
                ("made", "sent"),
                ("sent", "returned"),
            ],
        ),  # fmt: skip
        triggers.allowed_moves(
            "disbursement_moves",
            table="subsidies_disbursement",
            moves=[
                ("pending", "paid"),
                ("pending", "bounced"),
            ],
        ),  # fmt: skip
        triggers.allowed_moves(
            "clawback_moves",
            table="subsidies_clawback",
            moves=[
                ("proposed", "approved"),
                ("proposed", "refused"),
            ],
        ),  # fmt: skip
    ]
