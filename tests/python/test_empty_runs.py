"""dbt's --empty builds every table without rows, as teams do to check a change."""

from __future__ import annotations

import duckdb
import pytest
from shop import ALONE, LIGHT, Shop, fixed

pytestmark = pytest.mark.builds

KEPT = (
    "int_customer_history",
    "int_purchase_behaviour__period_features",
    "int_purchase_behaviour__period_segments",
    "served_segments where dbt_valid_to is null",
)


def test_a_run_without_rows_succeeds_and_takes_nothing_away(tmp_path) -> None:
    """On a fresh warehouse, and on one whose history no build could make again."""
    segmentations = {**ALONE, "purchase_behaviour": fixed(3)}
    shop = Shop(
        tmp_path, {**LIGHT, "segmentations": segmentations, "history": {"periods": 2}}
    )
    published = shop.folder / "published/customer_segmentation.duckdb"
    shop.build("--empty").check()
    assert not published.exists()

    shop.build().check()
    counts = [shop.query(f"select count(*) from {table}") for table in KEPT]
    assert all(count > 1000 for ((count,),) in counts)

    result = shop.build("--empty").check()
    assert "nothing published" in result.output
    assert shop.query("select count(*) from customer_segments") == [(0,)]
    assert [shop.query(f"select count(*) from {table}") for table in KEPT] == counts
    with duckdb.connect(str(published), read_only=True) as connection:
        served = connection.execute("select count(*) from customer_segments").fetchall()
    assert served == counts[-1]
