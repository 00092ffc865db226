"""Fill the working-day table: the State Council's arrangements for 2023 to 2026, and 2027 as far as the law alone settles it."""

from datetime import date, timedelta

from django.db import migrations

SOURCE = "国务院办公厅关于{}年部分节假日安排的通知"
#: year -> ((first day off, last day off, name), ...), (weekend days worked)
ARRANGEMENTS = {
    2023: (
        (
            ("01-01", "01-02", "元旦"),
            ("01-21", "01-27", "春节"),
            ("04-05", "04-05", "清明"),
            ("04-29", "05-03", "劳动节"),
            ("06-22", "06-24", "端午"),
            ("09-29", "09-29", "中秋"),
            ("09-30", "10-06", "国庆节"),
            ("12-30", "12-31", "元旦"),
        ),
        ("01-28", "01-29", "04-23", "05-06", "06-25", "10-07", "10-08",),
    ),
    2024: (
        (
            ("01-01", "01-01", "元旦"),
            ("02-10", "02-17", "春节"),
            ("04-04", "04-06", "清明"),
            ("05-01", "05-05", "劳动节"),
            ("06-10", "06-10", "端午"),
            ("09-15", "09-17", "中秋"),
            ("10-01", "10-07", "国庆节"),
        ),
        ("02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12",),
    ),
    2025: (
        (
            ("01-01", "01-01", "元旦"),
            ("01-28", "02-04", "春节"),
            ("04-04", "04-06", "清明"),
            ("05-01", "05-05", "劳动节"),
            ("05-31", "06-02", "端午"),
            ("10-01", "10-05", "国庆节"),
            ("10-06", "10-06", "中秋"),
            ("10-07", "10-08", "国庆节"),
        ),
        ("01-26", "02-08", "04-27", "09-28", "10-11",),
    ),
    2026: (
        (
            ("01-01", "01-03", "元旦"),
            ("02-15", "02-23", "春节"),
            ("04-04", "04-06", "清明"),
            ("05-01", "05-05", "劳动节"),
            ("06-19", "06-21", "端午"),
            ("09-25", "09-27", "中秋"),
            ("10-01", "10-07", "国庆节"),
        ),
        ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10",),
    ),
}
#: The statutory days of 2027 (全国年节及纪念日放假办法, 2024 revision); days in exchange are not published yet.
STATUTORY_2027 = (
    ("01-01", "01-01", "元旦"),
    ("02-05", "02-08", "春节"),
    ("04-05", "04-05", "清明"),
    ("05-01", "05-02", "劳动节"),
    ("06-09", "06-09", "端午"),
    ("09-15", "09-15", "中秋"),
    ("10-01", "10-03", "国庆节"),
)


def days_of(year, spans):
    """Every day of the spans with its name."""
    for first, last, name in spans:
        day, end = date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last}")
        while day <= end:
            yield day, name
            day += timedelta(days=1)


def fill(apps, schema_editor):
    """Write the rows; the table is edited by people afterwards."""
    CalendarDay = apps.get_model("foundation", "CalendarDay")
    rows = []
    for year, (off, worked) in ARRANGEMENTS.items():
        source = SOURCE.format(year)
        rows += [CalendarDay(day=day, is_working=False, name=name, source=source) for day, name in days_of(year, off)]
        rows += [
            CalendarDay(day=date.fromisoformat(f"{year}-{day}"), is_working=True, name="调休上班", source=source)
            for day in worked
        ]
    rows += [
        CalendarDay(day=day, is_working=False, name=name, source="法定节日，调休安排尚未公布", is_provisional=True)
        for day, name in days_of(2027, STATUTORY_2027)
    ]
    CalendarDay.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_guard_audit_and_jobs")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
