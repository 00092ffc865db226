"""A payment file's number is its bureau's; receipts stay; a payment is given up only once it has bounced."""

import django.db.models.deletion
from django.db import migrations, models

from park_workers.foundation import triggers

#: SQLite makes a changed table anew and forgets its guards; PostgreSQL keeps them
FORGOTTEN = [
    triggers.allowed_moves(
        "payment_file_moves", table="subsidies_paymentfile", moves=[("made", "sent"), ("sent", "returned")]
    ),
    triggers.row_guard(
        "paymentfile_begins_as_made", table="subsidies_paymentfile", events=["INSERT"],
        refuse_when="NEW.status <> 'made'",
    ),
]  # fmt: skip
NOT_BOUNCED = (
    "NOT EXISTS (SELECT 1 FROM subsidies_disbursement payment "
    "WHERE payment.id = NEW.disbursement_id AND payment.status = 'bounced')"
)
OTHER_BUREAU = "NEW.bureau_id <> (SELECT owner.bureau_id FROM subsidies_batch owner WHERE owner.id = NEW.batch_id)"


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0006_fill_receipts_and_bureaus")]

    operations = [
        migrations.AlterField(
            model_name="paymentfile", name="bureau",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="payment_files",
                to="park_workers.organisation", verbose_name="人社局",
            ),
        ),
        migrations.AlterField(
            model_name="paymentfile", name="number", field=models.CharField(max_length=40, verbose_name="付款文件编号")
        ),
        migrations.AddConstraint(
            model_name="paymentfile",
            constraint=models.UniqueConstraint(fields=("bureau", "number"), name="one_payment_file_per_number"),
        ),
        *(triggers.again_on_sqlite(guard) for guard in FORGOTTEN),
        triggers.row_guard(
            "payment_file_of_own_bureau", table="subsidies_paymentfile", events=["INSERT", "UPDATE"],
            refuse_when=OTHER_BUREAU,
        ),
        triggers.append_only("receipt_append_only", table="subsidies_receipt"),
        triggers.row_guard(
            "writeoff_begins_as_proposed", table="subsidies_writeoff", events=["INSERT"],
            refuse_when="NEW.status <> 'proposed'",
        ),
        triggers.row_guard(
            "write_off_of_bounced_payment", table="subsidies_writeoff", events=["INSERT"], refuse_when=NOT_BOUNCED
        ),
        triggers.allowed_moves(
            "write_off_moves", table="subsidies_writeoff",
            moves=[("proposed", "approved"), ("proposed", "refused")],
        ),
    ]  # fmt: skip
