"""What a fit reads: a bounded sample, whatever is joined to it."""

from __future__ import annotations

import re

import duckdb
import numpy as np
import pytest
from project import NO_TESTS
from shop import ALONE, APPROVABLE, LIGHT, Shop, fixed

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


@pytest.mark.builds
def test_rules_of_a_sample_say_how_many_they_are(tmp_path):
    """In the CASE of those that were fitted, in the approved file of all."""
    settings = {**ALONE, "purchase_behaviour": {**fixed(3), "sample_rows": 200}}
    tables = (*APPROVABLE, "segment_rules")
    shop = Shop(tmp_path, {**LIGHT, "segmentations": settings}, tables=tables)
    built = shop.build(*NO_TESTS).check()
    pattern = r" then (\d)  -- .*: ([\d,]+) of ([\d,]+) customers, (\d+) % agree"
    fitted = re.findall(pattern, built.compiled("int_purchase_behaviour__segments"))
    assert {total for _, _, total, _ in fitted} == {"200"}
    assert sum(int(count) for _, count, _, _ in fitted) == 200
    shop.approve().check()
    approved = re.findall(pattern, shop.file.read_text())
    assert approved == [
        (str(segment), f"{count:,}", f"{total:,}", f"{agreement:.0f}")
        for segment, count, total, agreement in shop.query(
            "select segment_id, entity_count, sum(entity_count) over (), "
            "100 * agreement from segment_rules where rule_id > 0 order by rule_id"
        )
    ]
