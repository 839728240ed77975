"""Fit from a sample of features: the same fit, without one order line."""

from __future__ import annotations

from hashlib import md5
from pathlib import Path

import duckdb
import pytest
from project import NO_TESTS, SEGMENTATIONS, Result, run_dbt
from shop import LIGHT, Shop

pytestmark = pytest.mark.builds

FITTED = (
    "int_active_rules",
    "segmentation_scaling",
    "segmentation_k_selection",
    *(f"int_{name}__centroids" for name in SEGMENTATIONS),
    *("propensity_coefficients", "propensity_quality"),
)
VARS = {
    **LIGHT,
    "segmentations": {
        name: {"k_min": 3, "k_max": 4, "effort": 0} for name in SEGMENTATIONS
    },
}
SET_SIZES = """
    select feature_set, count(distinct entity_id), min(as_of_date)
    from feature_sample group by 1 order by 1
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory) -> Result:
    """Return the build of the orders, which also writes the sample."""
    folder = tmp_path_factory.mktemp("there")
    vars = {**VARS, "sample_to": str(folder)}
    tables = (*FITTED, "feature_sample")
    return run_dbt(folder, vars, *NO_TESTS, tables=tables).check()


@pytest.fixture(scope="module")
def here(there, tmp_path_factory) -> Shop:
    """Return the shop that has nothing but the sample."""
    file = there.warehouse.parent / "feature_sample.parquet"
    vars = {**VARS, "inputs": {"feature_sample": {"file": str(file)}}}
    tables = (*FITTED, "segmentation_quality", "segments", "rule_findings")
    shop = Shop(tmp_path_factory.mktemp("here"), vars, tables=tables)
    shop.build().check()
    return shop


@pytest.mark.parametrize("table", FITTED)
def test_a_sample_of_everyone_gives_the_same_fit(table, there, here):
    query = f"select * from {table} order by all"
    is_same = there.query(query) == here.query(query)
    assert is_same and there.query(query)


@pytest.mark.thorough
def test_a_sample_as_csv_is_the_same(there, here, tmp_path):
    """As PostgreSQL gives it."""
    file = tmp_path / "feature_sample.csv"
    with duckdb.connect() as connection:
        sample = here.vars["inputs"]["feature_sample"]["file"]
        connection.execute(f"copy (from '{sample}') to '{file}' (format csv, header)")
    vars = {**VARS, "inputs": {"feature_sample": {"file": str(file)}}}
    table = "int_purchase_behaviour__features"
    result = run_dbt(tmp_path, vars, command="run", select=f"+{table}").check()
    query = f"select * from {table} order by all"
    is_same = result.query(query) == here.query(query)
    assert is_same and here.query(query)


def test_the_as_of_date_travels(there, here):
    query = "select as_of_date from int_as_of_date"
    assert here.query(query) == there.query(query)


def test_every_segmentation_is_fitted_without_an_order(here):
    assert here.query("select count(*) from int_order_lines_accepted") == [(0,)]
    assert here.query(
        "select count(*) from segmentation_quality where status = 'fitted'"
    ) == [(len(SEGMENTATIONS),)]


def test_what_nobody_gave_the_orders_of_was_sold_for_is_unknown(here):
    assert here.query(
        "select count(*) > 0, count(total_sales), count(sales_share) from segments"
    ) == [(True, 0, 0)]


def test_an_approval_names_the_sample(here):
    here.approve().check()
    (head,) = [line for line in here.file.read_text().split("\n") if "As of" in line]
    assert head.endswith(f"file {here.vars['inputs']['feature_sample']['file']}")


def test_those_with_the_lowest_hashes_are_chosen(there, tmp_path):
    """Counted here with hashlib; the other sets keep everyone."""
    few = {"segmentations": {"purchase_behaviour": {"sample_rows": 100}}}
    run_dbt(
        tmp_path,
        {**LIGHT, **few, "sample_to": str(tmp_path)},
        command="run",
        select="feature_sample",
        warehouse=there.warehouse,
    ).check()
    sample = tmp_path / "feature_sample.parquet"
    with duckdb.connect() as connection:
        chosen = connection.execute(
            f"select distinct entity_id from '{sample}' "
            "where feature_set = 'purchase_behaviour'"
        ).fetchall()
        sizes = connection.execute(
            f"with feature_sample as (from '{sample}') {SET_SIZES}"
        ).fetchall()
    everyone = there.query("select entity_id from int_purchase_behaviour__features")
    ids = sorted((row[0] for row in everyone), key=lambda i: md5(i.encode()).digest())
    assert len(ids) > 100
    assert {row[0] for row in chosen} == set(ids[:100])
    all_sizes = {row[0]: row for row in read_sizes(there)}
    assert {row[0]: row for row in sizes} == {
        **all_sizes,
        "purchase_behaviour": ("purchase_behaviour", 100, *sizes[-1][2:]),
    }


def read_sizes(there: Result) -> list[tuple]:
    """Return the sets of the sample of the first build."""
    file = there.warehouse.parent / "feature_sample.parquet"
    with duckdb.connect() as connection:
        return connection.execute(
            f"with feature_sample as (from '{file}') {SET_SIZES}"
        ).fetchall()


def refusal(tmp_path: Path, vars: dict) -> str:
    result = run_dbt(tmp_path, vars, command="run", select="int_as_of_date")
    assert result.exit_code and "Traceback" not in result.output
    return result.output


def test_a_folder_that_is_none_is_refused(tmp_path):
    output = refusal(tmp_path, {"sample_to": 7})
    assert "var sample_to: found 7; expected the name of a folder, or null" in output


def test_a_file_without_values_is_refused(tmp_path):
    file = tmp_path / "sample.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select 'purchase_behaviour' as feature_set, '1' as entity_id, "
            "'order_count' as feature, date '2026-01-01' as as_of_date) "
            f"to '{file}'"
        )
    output = refusal(tmp_path, {"inputs": {"feature_sample": {"file": str(file)}}})
    assert "feature_sample" in output and "value" in output


@pytest.mark.parametrize(
    ("vars", "message"),
    [
        (
            {"propensity_horizon_days": 30},
            "propensity_training: found numbers of 90 days ahead; expected 30 days",
        ),
        (
            {"segmentations": {"service_value": {"feature_window_days": 60}}},
            "service_value: found numbers of the last 365 days; expected the last 60",
        ),
    ],
)
def test_a_sample_of_other_settings_is_refused(here, tmp_path, vars, message):
    result = run_dbt(tmp_path, {**here.vars, **vars}, *NO_TESTS, tables=FITTED)
    assert result.exit_code
    assert message in " ".join(result.output.split())
