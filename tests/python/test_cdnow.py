"""CDNOW through dbt: the published summary and fit, and RFM by pandas.

Fader, P., Hardie, B., Lee, K. (2005) describe the sample of 2,357 customers and fit
BG/NBD to its purchases up to 1997-09-30.
"""

from __future__ import annotations

import csv

import duckdb
import numpy as np
import pandas as pd
import pytest
from project import PROJECT, Result, read_parquet

from customer_segmentation import lifetime

AS_OF = "1997-09-30"
HORIZON = 90 / 7
TABLES = "+customer_lifetime +lifetime_parameters +int_customer_rfm"
# each transaction is a line, all of a customer's day one order
COLUMNS = {
    "order_id": "customer_id || ' ' || strftime(date, '%Y-%m-%d')",
    "customer_id": "customer_id",
    "quantity": "1",
    "unit_price": "dollar_value",
    "ordered_at": "date",
}


@pytest.fixture(scope="module")
def build(dbt_build):
    """Return a function that builds from a file of CDNOW's transactions."""

    def build(file) -> Result:
        vars = {
            "inputs": {"order_lines": {"file": str(file), "columns": COLUMNS}},
            "as_of_date": AS_OF,
            "propensity_horizon_days": 90,
            # orders of 0 dollars are orders, and equal lines of a day two purchases
            "cleaning": {"zero_prices": "keep", "duplicates": "keep"},
        }
        options = ("--exclude-resource-type", "test", "unit_test")
        return dbt_build(vars, *options, select=TABLES).check()

    return build


@pytest.fixture(scope="module")
def cdnow(build, test_data) -> Result:
    return build(test_data / "cdnow_sample.parquet")


@pytest.fixture(scope="module")
def shuffled(build, test_data, tmp_path_factory) -> Result:
    """Return the build of the same rows in another order."""
    file = tmp_path_factory.mktemp("shuffled") / "cdnow.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select * exclude (file_row_number)
                from read_parquet(
                    '{test_data / "cdnow_sample.parquet"}', file_row_number = true
                )
                order by md5(file_row_number::varchar)
            ) to '{file}' (format parquet, row_group_size 2048)
        """)
    return build(file)


@pytest.fixture(scope="module")
def customers(cdnow) -> pd.DataFrame:
    """Return customer_lifetime, one row per customer of the scoring window."""
    return cdnow.frame("select * from customer_lifetime order by customer_id")


def purchases_of(customers: pd.DataFrame) -> list[np.ndarray]:
    columns = ["repeat_purchase_count", "btyd_recency_weeks", "age_weeks"]
    return [customers[column].to_numpy(float) for column in columns]


def parameters_of(cdnow: Result, model: str) -> dict[str, float]:
    return dict(
        cdnow.query(
            "select parameter, value from lifetime_parameters where model = ?", [model]
        )
    )


def test_the_summary_is_the_published_one(cdnow, test_data):
    published = pd.read_csv(test_data / "cdnow_customers_summary.csv").set_index("ID")
    found = cdnow.frame(
        "select customer_id::int as id, frequency, recency_weeks, age_weeks "
        "from int_lifetime_features where prediction_window = 'scoring'"
    ).set_index("id")
    assert len(found) == len(published) == 2357
    found = found.reindex(published.index)
    assert (found["frequency"] == published["frequency"]).all()
    # printed in weeks with two decimals; weeks of whole days are never halfway
    assert (found["recency_weeks"].round(2) == published["recency"]).all()
    assert (found["age_weeks"].round(2) == published["T"]).all()


def test_the_fit_is_the_published_one(cdnow):
    found = parameters_of(cdnow, "bg_nbd")
    published = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    assert {name: round(value, 3) for name, value in found.items()} == published
    ((likelihood, count, is_usable),) = cdnow.query(
        "select distinct log_likelihood, customer_count, is_usable "
        "from lifetime_parameters where model = 'bg_nbd'"
    )
    assert round(likelihood, 1) == -9582.4
    assert (count, is_usable) == (2357, True)


def test_sql_scores_every_customer_as_python_does(cdnow, customers):
    model = lifetime.PurchaseParameters(**parameters_of(cdnow, "bg_nbd"))
    value = lifetime.ValueParameters(**parameters_of(cdnow, "gamma_gamma"))
    purchases = purchases_of(customers)
    expected = {
        "probability_alive": lifetime.probability_alive(model, *purchases),
        "expected_purchases": lifetime.expected_purchases(model, HORIZON, *purchases),
        "expected_purchase_value": lifetime.expected_order_value(
            value, purchases[0], customers["repeat_purchase_value"].to_numpy(float)
        ),
    }
    expected["expected_value"] = (
        expected["expected_purchases"] * expected["expected_purchase_value"]
    )
    assert set(customers["horizon_days"]) == {90}
    for name, scores in expected.items():
        # a value that is missing is a difference too
        worst = np.abs(customers[name].to_numpy(float) - scores).max()
        assert worst <= 1e-9 * max(1, np.abs(scores).max()), name


@pytest.mark.thorough
def test_the_order_of_the_rows_changes_nothing(cdnow, shuffled):
    first_rows = [
        result.query("select order_id from stg_inputs__order_lines limit 5")
        for result in (cdnow, shuffled)
    ]
    assert first_rows[0] != first_rows[1]
    for table in ("int_customer_rfm", "customer_lifetime"):
        query = f"select * from {table} order by customer_id"
        before, after = (map(repr, result.query(query)) for result in (cdnow, shuffled))
        assert list(before) == list(after), table


def quintile(values: pd.Series, *, is_low_best: bool = False) -> pd.Series:
    """Return the score 1..5 by percent rank: those strictly worse of all others."""
    worse = (-values if is_low_best else values).rank(method="min").astype(int) - 1
    return (5 * worse // (len(values) - 1) + 1).clip(upper=5)


def test_rfm_is_that_of_pandas(cdnow, test_data):
    lines = read_parquet(test_data / "cdnow_sample.parquet")
    lines = lines[lines["date"] <= AS_OF]
    lines["cents"] = (lines["dollar_value"] * 100).round().astype("int64")
    by = lines.groupby("customer_id")
    scores = pd.DataFrame(
        {
            "recency_score": quintile(
                (pd.Timestamp(AS_OF) - by["date"].max()).dt.days, is_low_best=True
            ),
            "frequency_score": quintile(by["date"].nunique()),
            "monetary_score": quintile(by["cents"].sum()),
        }
    )
    scores["rfm_score"] = scores.astype(str).agg("".join, axis=1)
    with (PROJECT / "seeds/rfm_segments.csv").open(newline="") as file:
        names = {row["rfm_score"]: row["rfm_segment"] for row in csv.DictReader(file)}
    scores["rfm_segment"] = scores["rfm_score"].map(names)
    found = cdnow.frame("select * from int_customer_rfm").set_index("customer_id")
    assert len(found) == len(scores) == 2357
    for column in scores:
        assert (found[column].reindex(scores.index) == scores[column]).all(), column
    # half of the customers ordered once: equal customers have equal scores
    once = by["date"].nunique() == 1
    assert once.mean() > 0.5
    assert found["frequency_score"].reindex(once[once].index).nunique() == 1
