"""What the books held before: one receipt for each appropriation, and the bureau of each payment file."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery

OPENING = "启用到位记录前的合计"


def fill(apps: Any, schema_editor: Any) -> None:
    """The sum received so far as the first receipt; files take the bureau of their batch."""
    receipt = apps.get_model("subsidies", "Receipt")
    for one in apps.get_model("subsidies", "Appropriation").objects.filter(amount_fen__gt=0):
        receipt.objects.create(
            appropriation=one, amount_fen=one.amount_fen, received_on=one.received_on, note=one.note or OPENING,
            recorded_by_id=one.recorded_by_id,
        )  # fmt: skip
    owner = apps.get_model("subsidies", "Batch").objects.filter(pk=OuterRef("batch")).values("bureau")
    apps.get_model("subsidies", "PaymentFile").objects.update(bureau=Subquery(owner))


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0005_keep_receipts_write_offs_and_simulations")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
