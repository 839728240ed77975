"""What a fit reads: a bounded sample, whatever is joined to it."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from customer_segmentation import fits

ENTITIES, SAMPLED = 30_000, 6_000


@pytest.mark.parametrize("members", [0, 3, ENTITIES])
def test_a_sample_is_bounded_whoever_is_approved(members):
    """DuckDB forgets a limit above a left join whose other side is empty."""
    with duckdb.connect() as connection:
        connection.execute(
            "create table features as select cast(i as varchar) as entity_id, "
            f"i as sales from range({ENTITIES}) as t(i)"
        )
        connection.execute(
            "create table approved as select 'any' as segmentation, entity_id, "
            "2 as segment_id, true as is_in_force from features "
            f"where sales < {members}"
        )
        lowest = connection.execute(
            "select sales from features order by md5(entity_id), entity_id "
            f"limit {SAMPLED}"
        ).fetchnumpy()["sales"]
        sample = fits.take_sample(
            connection.table("features"),
            {"algorithm": "lloyd", "sample_rows": SAMPLED},
        )
        joined = fits.join_approved(sample, connection.table("approved"), "any")
        rows = fits.fetch_matrix(joined, ["sales", "approved_segment_id"])
    assert rows[:, 0].tolist() == lowest.tolist()
    assert np.array_equal(rows[:, 1] == 2, lowest < members)
