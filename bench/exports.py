"""The lines of a batch as a workbook, through the writer that all exports use: `make bench ARGS="exports"`.

Rows come from a server-side cursor; a sheet takes 1,048,576 rows.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from bench.contest import child, keep_result, make_template, options_of, stopwatch

SIZES = (10_000, 100_000)
HEADERS = ("顺序", "企业名称", "姓名", "入职日期", "合同月数", "连续参保月数", "年龄", "结果", "金额（元）")
COLUMNS = ("position", "claim__organisation__name", "worker__name", "hired_on", "contract_months", "insured_run_months",
           "age_at_hire", "is_eligible", "amount_fen")  # fmt: skip
MOST_ROWS = 1_048_575


def export() -> dict[str, Any]:
    """In the child: write the workbook."""
    import django

    django.setup()
    from django.db import connection, transaction

    from bench.park import BATCH
    from park_workers.foundation.spreadsheets import write_rows
    from subsidies.models import Batch, LineItem

    batch = Batch.objects.get(name=BATCH)
    lines = LineItem.objects.filter(calculation_id=batch.current_id).order_by("position").values_list(*COLUMNS)

    def rows() -> Iterator[tuple[Any, ...]]:
        for *cells, is_eligible, amount_fen in lines[:MOST_ROWS].iterator(chunk_size=2_000):
            yield (*cells, "合格" if is_eligible else "不合格", f"{amount_fen / 100:.2f}")

    result: dict[str, Any] = {}
    with stopwatch(result, backend=connection.connection.info.backend_pid), transaction.atomic():
        content = write_rows("明细", HEADERS, rows())
    return result | {"megabytes": len(content) / 2**20, "rows": batch.current.lines if batch.current else 0}


def main() -> None:
    """The parent: all sizes."""
    options = options_of("exports", sizes=SIZES, contenders=["exports"]).parse_args()
    if options.contender:
        json.dump(export(), sys.stdout)
        return
    print("| lines | seconds | ms a line | processor s | peak MB | file MB |\n|---:|---:|---:|---:|---:|---:|")
    for people in options.sizes:
        template = f"lists_{people}"
        make_template(template, "lists", "--contender", "fill", "--sizes", str(people))
        found = json.loads(child("exports", "--contender", "exports", database=template))
        print(f"| {found['rows']:,} | {found['seconds']:.2f} | {found['seconds'] / found['rows'] * 1000:.3f} | "
              f"{found['processor']:.2f} | {found['peak_mb']:.0f} | {found['megabytes']:.1f} |", flush=True)  # fmt: skip
        keep_result("exports", people, found)


if __name__ == "__main__":
    main()
