"""Two records of one person hold one live entitlement together (I1): neither a merge nor a reservation makes a second."""

from django.db import migrations

from park_workers.foundation import triggers

#: SQL: somebody of the person merged into holds what the merged record holds
BOTH_HOLD = (
    "NEW.merged_into_id IS NOT NULL AND EXISTS (SELECT 1 FROM subsidies_entitlement mine "
    'JOIN subsidies_entitlement theirs ON theirs."group" = mine."group" AND theirs.period_key = mine.period_key '
    "JOIN park_workers_worker holder ON holder.id = theirs.worker_id "
    "WHERE mine.worker_id = NEW.id AND mine.voided_at IS NULL AND theirs.voided_at IS NULL AND holder.id <> NEW.id "
    "AND (holder.id = NEW.merged_into_id OR holder.merged_into_id = NEW.merged_into_id))"
)
#: SQL: reserved for a record that stands for another, or for a person one of whose records holds it already
HELD_BY_ANOTHER_RECORD = (
    "fresh.voided_at IS NULL AND (EXISTS (SELECT 1 FROM park_workers_worker self WHERE self.id = fresh.worker_id "
    "AND self.merged_into_id IS NOT NULL) OR EXISTS (SELECT 1 FROM park_workers_worker record "
    "JOIN subsidies_entitlement held ON held.worker_id = record.id WHERE record.merged_into_id = fresh.worker_id "
    'AND held."group" = fresh."group" AND held.period_key = fresh.period_key AND held.voided_at IS NULL))'
)


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0003_keep_reservations_and_signed_terms")]

    operations = [
        triggers.row_guard(
            "merged_people_hold_once", table="park_workers_worker", events=["UPDATE"], on="OF merged_into_id",
            refuse_when=BOTH_HOLD,
        ),
        triggers.insert_guard(
            "record_of_person_holds_it", table="subsidies_entitlement", refuse_new=HELD_BY_ANOTHER_RECORD
        ),
    ]
