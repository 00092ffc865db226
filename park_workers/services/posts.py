"""What posts say about the park as a whole."""

from __future__ import annotations

from django.db import connection

#: from one trade to the next through the index, however many posts hold each
_TRADES = """
WITH RECURSIVE found (trade) AS (
    SELECT MIN(trade) FROM park_workers_postspan WHERE trade > ''
    UNION ALL
    SELECT (SELECT MIN(post.trade) FROM park_workers_postspan post WHERE post.trade > found.trade)
    FROM found WHERE found.trade IS NOT NULL
)
SELECT trade FROM found WHERE trade IS NOT NULL ORDER BY trade
"""


def trades_in_use() -> list[str]:
    """Every trade (工种) that a post of the park bears, each once, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_TRADES)
        return [trade for (trade,) in cursor.fetchall()]
