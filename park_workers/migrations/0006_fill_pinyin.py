"""How the people and organisations already recorded are typed."""

from django.db import migrations

from park_workers.foundation.pinyin import spell

CHUNK = 5_000


def fill(apps, schema_editor):
    """Every row that has no spelling yet, a few thousand at a time."""
    for kind, is_person in (("Worker", True), ("Organisation", False)):
        table = apps.get_model("park_workers", kind)._meta.db_table
        with schema_editor.connection.cursor() as cursor:
            last = 0
            while True:
                cursor.execute(
                    f"SELECT id, name FROM {table} WHERE id > %s AND name_pinyin IS NULL ORDER BY id LIMIT {CHUNK}", [last]
                )
                rows = cursor.fetchall()
                if not rows:
                    break
                last = rows[-1][0]
                cursor.executemany(
                    f"UPDATE {table} SET name_pinyin = %s, name_initials = %s WHERE id = %s",
                    [(*spell(name, is_person=is_person), pk) for pk, name in rows],
                )


class Migration(migrations.Migration):

    dependencies = [
        ('park_workers', '0005_search_people_by_pinyin'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
