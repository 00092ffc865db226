"""Guards kept by the database itself: the audit log is append-only, jobs move along their table."""

from django.db import migrations

from park_workers.foundation import triggers


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_create_ground_tables")]

    operations = [
        triggers.append_only("audit_event_append_only", table="foundation_auditevent"),
        triggers.append_only("audit_seal_append_only", table="foundation_auditseal"),
        triggers.allowed_moves(
            "job_moves",
            table="foundation_job",
            moves=[
                ("queued", "running"),
                ("running", "done"),
                ("queued", "failed"),
                ("running", "failed"),
                ("running", "queued"),
            ],
        ),  # fmt: skip
    ]
