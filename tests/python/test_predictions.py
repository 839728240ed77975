"""Predictions on Online Retail through dbt: how good, the same in SQL, and no leak."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import pytest

from customer_segmentation import propensity

LAST_DAY = dt.date(2011, 12, 9)
ONE_DAY, HORIZON = dt.timedelta(days=1), dt.timedelta(days=90)
EVALUATION = LAST_DAY - HORIZON
TRAINING = EVALUATION - HORIZON
ACCEPTED = "Quantity > 0 and UnitPrice > 0 and CustomerID is not null"
# every table of what was known at a cutoff, and the columns of what came after it
KNOWN = {
    "int_prediction_features": "prediction_window <> 'scoring'",
    "int_lifetime_features": "prediction_window = 'evaluation'",
    "int_effectiveness_features": "true",
    "int_effectiveness_groupings": "true",
}
OUTCOMES = ["outcome_order_count", "outcome_sales", "outcome_purchases"]


@pytest.fixture(scope="module")
def file(online_retail_vars) -> str:
    return online_retail_vars["inputs"]["order_lines"]["file"]


@pytest.fixture(scope="module")
def another_future(dbt_build, online_retail_vars, file, tmp_path_factory):
    """Return the build of orders that are others after the evaluation's cutoff.

    Prices are tenfold, every customer orders once more, and new ones come.
    """
    changed = tmp_path_factory.mktemp("future") / "orders.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                with lines as (
                    select
                        * exclude (CustomerID), cast(CustomerID as bigint) as CustomerID
                    from '{file}'
                )
                select * replace (
                    case when cast(InvoiceDate as date) > '{EVALUATION}'
                        then 10 * UnitPrice else UnitPrice
                    end as UnitPrice
                )
                from lines
                union all by name
                select
                    'later ' || CustomerID as InvoiceNo, 'A' as StockCode,
                    'A' as Description, 7 as Quantity, 5.5 as UnitPrice,
                    timestamp '2011-10-01 12:00:00' as InvoiceDate,
                    any_value(Country) as Country, CustomerID
                from lines where CustomerID is not null group by CustomerID
                union all by name
                select
                    'new ' || CustomerID as InvoiceNo, 'A' as StockCode,
                    'A' as Description, 7 as Quantity, 5.5 as UnitPrice,
                    timestamp '2011-09-11 00:00:00' as InvoiceDate,
                    any_value(Country) as Country, CustomerID + 100000 as CustomerID
                from lines where CustomerID is not null group by CustomerID
            ) to '{changed}' (format parquet)
        """)
    columns = online_retail_vars["inputs"]["order_lines"]["columns"]
    return dbt_build(
        {"inputs": {"order_lines": {"file": str(changed), "columns": columns}}},
        *("--exclude-resource-type", "test", "unit_test"),
        select=" ".join(f"+{table}" for table in KNOWN),
    ).check()


def window_by_pandas(file: str, cutoff: dt.date) -> pd.DataFrame:
    """Return features up to the cutoff and outcomes of the 90 days after it."""
    lines = duckdb.sql(f"select distinct * from '{file}' where {ACCEPTED}").df()
    lines["sales"] = lines["Quantity"] * (lines["UnitPrice"] * 10_000).round()
    orders = lines.groupby(["CustomerID", "InvoiceNo"]).agg(
        sales=("sales", "sum"), day=("InvoiceDate", "min")
    )
    orders["day"] = orders["day"].dt.normalize()
    known_until, end = pd.Timestamp(cutoff), pd.Timestamp(cutoff + HORIZON)
    now = pd.Timestamp(cutoff + ONE_DAY)
    known = orders[orders["day"] <= known_until].groupby("CustomerID")
    later = orders[(orders["day"] > known_until) & (orders["day"] <= end)].groupby(
        "CustomerID"
    )
    first, last, count = known["day"].min(), known["day"].max(), known.size()
    gap = (last - first).dt.days / (count - 1).where(count > 1)
    frame = pd.DataFrame(
        {
            "order_count": count,
            "total_sales": known["sales"].sum() / 10_000,
            "recency_days": (now - last).dt.days,
            "tenure_days": (now - first).dt.days,
            "overdue_ratio": (now - last).dt.days / gap.where(gap > 0),
            "outcome_order_count": later.size().reindex(count.index, fill_value=0),
            "outcome_sales": later["sales"].sum().reindex(count.index, fill_value=0)
            / 10_000,
        }
    )
    frame.index = frame.index.astype("int64").astype(str)
    return frame.sort_index()


@pytest.mark.parametrize(
    ("window", "cutoff"), [("training", TRAINING), ("evaluation", EVALUATION)]
)
def test_features_look_back_and_outcomes_forward(
    online_retail_defaults, file, window, cutoff
):
    expected = window_by_pandas(file, cutoff)
    found = online_retail_defaults.frame(
        "select * from int_prediction_features "
        "where prediction_window = ? order by customer_id",
        [window],
    ).set_index("customer_id")
    assert set(found["last_known_date"].dt.date) == {cutoff}
    assert list(found.index) == list(expected.index)
    for column in expected:
        assert np.allclose(
            found[column].to_numpy(float),
            expected[column].to_numpy(float),
            rtol=1e-12,
            atol=1e-6,
            equal_nan=True,
        ), column


def test_nothing_known_at_a_cutoff_depends_on_what_came_after(
    online_retail_defaults, another_future
):
    for table, condition in KNOWN.items():
        query = f"select * from {table} where {condition}"
        before, after = (
            result.frame(query) for result in (online_retail_defaults, another_future)
        )
        known = before.columns.difference(OUTCOMES, sort=False)
        assert len(before) > 3000
        pd.testing.assert_frame_equal(
            before[known].sort_values(list(known), ignore_index=True),
            after[known].sort_values(list(known), ignore_index=True),
        )


def test_what_came_after_the_cutoff_is_another(online_retail_defaults, another_future):
    query = """
        select count(*), sum(outcome_order_count), sum(outcome_sales)
        from int_prediction_features where prediction_window = 'evaluation'
    """
    ((customers, orders, sales),) = online_retail_defaults.query(query)
    (changed,) = another_future.query(query)
    # an order of 7 pieces at 5.50 from everyone, and each price tenfold
    extra = customers * 7 * 5.5
    assert changed[:2] == (customers, orders + customers)
    assert float(changed[2]) == pytest.approx(10 * float(sales) + extra, rel=1e-12)


def test_online_retail_meets_its_bar(online_retail_defaults):
    rows = online_retail_defaults.frame("select * from propensity_quality")
    assert rows["is_used"].all()
    table = rows.set_index(["prediction_window", "model"])
    later = table.loc["later_window"]
    assert later.loc["propensity", "auc"] >= 0.72
    for other in ("recency_only", "base_rate"):
        assert later.loc["propensity", "log_loss"] < later.loc[other, "log_loss"]
    error = table["expected_calibration_error"]
    assert error["unseen_customers", "propensity"] <= 0.05
    assert error["later_window_shifted", "propensity"] <= 0.04


def test_sql_scores_every_customer_by_the_coefficients(online_retail_defaults):
    rows = online_retail_defaults.frame(
        "select * from propensity_coefficients where fit = 'scoring' order by term"
    )
    intercept, terms = rows.iloc[0], rows.iloc[1:]
    assert (intercept["term"], intercept["feature"]) == (0, "intercept")
    formula = propensity.Formula(
        intercept["coefficient"],
        tuple(
            propensity.Term(
                row.feature,
                row.transform,
                row.fill_value,
                row.coefficient,
                row.standard_deviation,
            )
            for row in terms.itertuples()
        ),
    )
    names = list(terms["feature"])
    scored = online_retail_defaults.frame(
        f"""
            select {", ".join(f"features.{name}::double as {name}" for name in names)},
                mart.purchase_propensity
            from customer_segments as mart
            left join int_prediction_features as features
                on mart.customer_id = features.customer_id
                and features.prediction_window = 'scoring'
        """
    )
    assert len(scored) == 4338
    # who ordered once has no gap between orders
    assert scored["overdue_ratio"].isna().sum() > 1000
    expected = propensity.probability(formula, names, scored[names].to_numpy(float))
    found = scored["purchase_propensity"].to_numpy(float)
    assert np.abs(found - expected).max() <= 1e-9
