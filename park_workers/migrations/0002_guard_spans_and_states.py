"""Guards kept by the database itself: employments of one person at one enterprise never overlap (I10), states move along their tables (I6)."""

from django.db import migrations

from park_workers.foundation import triggers


class Migration(migrations.Migration):
    dependencies = [("park_workers", "0001_create_people_and_employments")]

    operations = [
        triggers.no_overlap(
            "employment_spans_never_overlap",
            table="park_workers_employment",
            same=["worker_id", "enterprise_id"],
            first="hired_on",
            last="left_on",
        ),  # fmt: skip
        triggers.allowed_moves(
            "upload_moves",
            table="park_workers_upload",
            moves=[
                ("uploaded", "checked"),
                ("uploaded", "refused"),
                ("checked", "refused"),
                ("confirmed", "refused"),
                ("checked", "confirmed"),
                ("confirmed", "applied"),
                ("confirmed", "checked"),
                ("uploaded", "withdrawn"),
                ("checked", "withdrawn"),
            ],
        ),  # fmt: skip
        triggers.allowed_moves(
            "payee_account_moves",
            table="park_workers_payeeaccount",
            moves=[
                ("proposed", "approved"),
                ("proposed", "refused"),
            ],
        ),  # fmt: skip
    ]
