"""The past of the customers: as a build of that day had it, and as it stays.

Rules are approved once on the whole of Online Retail; every build after that has no
Python models, so that the same rules place everyone.
"""

from __future__ import annotations

import shutil
from datetime import date

import duckdb
import pandas as pd
import pytest
from project import NO_TESTS
from shop import ALONE, LIGHT, Shop, fixed

pytestmark = pytest.mark.builds

MONTHS = (date(2011, 2, 1), date(2011, 7, 1))
"""As-of dates of the past that are built again: an early month and one amid."""

HISTORY = "select * from segment_history order by period_start, customer_id"

COLUMNS = [
    "order_count",
    "total_sales",
    "average_order_value",
    "recency_days",
    "tenure_days",
    "spend_bucket",
    "rfm_score",
    "rfm_segment",
    "purchase_behaviour_segment_id",
    "purchase_behaviour_segment",
]


class Past(Shop):
    """A shop whose warehouse can be put aside."""

    def rows(self, query: str = HISTORY) -> pd.DataFrame:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(query).df()

    def build_in(self, name: str, vars: dict) -> None:
        """Build in a warehouse of that name, an empty one where there is none."""
        self.warehouse = self.folder / f"{name}.duckdb"
        self.build(*NO_TESTS, vars={"python_models": False, **vars}).check()


@pytest.fixture(scope="module")
def shop(online_retail_vars, tmp_path_factory) -> Past:
    window = {"feature_window_days": 180, **fixed(4)}
    vars = {
        "inputs": online_retail_vars["inputs"],
        "segmentations": {**ALONE, "purchase_behaviour": window},
        **LIGHT,
        "history": {"periods": None},
    }
    tables = ("segment_history", "served_segments", "customer_segments")
    shop = Past(tmp_path_factory.mktemp("history"), vars, tables=tables)
    shop.build().check()
    shop.approve().check()
    return shop


@pytest.fixture(scope="module")
def whole(shop) -> pd.DataFrame:
    """Return the history of all months, built at once."""
    shop.build_in("whole", {})
    return shop.rows()


@pytest.fixture(
    scope="module",
    params=[pytest.param(MONTHS[0], marks=pytest.mark.thorough), MONTHS[1]],
    ids=str,
)
def month(request, shop) -> tuple[date, pd.DataFrame]:
    """Return an as-of date and customer_segments as of then, from no later order."""
    as_of = request.param
    day = str(as_of)
    shop.build_in(day, {"as_of_date": day, "cleaning": {"orders_before": day}})
    return as_of, shop.rows("select * from customer_segments")


def test_a_month_is_what_a_build_of_its_last_day_says(whole, month):
    as_of, then = month
    past = whole[whole["as_of_date"].dt.date == as_of]
    assert len(past) > 500
    both = past.set_index("customer_id"), then.set_index("customer_id")
    past, then = (frame.sort_index()[COLUMNS] for frame in both)
    pd.testing.assert_frame_equal(past, then, check_exact=True)


def test_later_orders_change_no_month_that_is_over(shop, whole, month):
    as_of, _ = month
    shop.warehouse = shop.folder / f"{as_of}.duckdb"
    then = shop.rows()
    until = whole[whole["as_of_date"].dt.date <= as_of].reset_index(drop=True)
    pd.testing.assert_frame_equal(then, until, check_exact=True)


@pytest.mark.parametrize("month", MONTHS[1:2], indirect=True, ids=str)
def test_a_history_that_grew_is_the_one_built_at_once(shop, whole, month):
    as_of, _ = month
    shutil.copy(shop.folder / f"{as_of}.duckdb", shop.folder / "grown.duckdb")
    shop.build_in("grown", {})
    pd.testing.assert_frame_equal(shop.rows(), whole, check_exact=True)
    served = shop.rows("""
        select customer_id, count(*) as stretches,
            count(*) filter (where dbt_valid_to is null) as open_stretches
        from served_segments group by 1
    """)
    assert (served["open_stretches"] == 1).all()
    assert (served["stretches"] > 1).mean() > 0.1


@pytest.mark.thorough
def test_a_late_line_reaches_the_months_after_it(shop, whole, online_retail_vars):
    source = online_retail_vars["inputs"]["order_lines"]
    late = shop.folder / "late.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                from read_parquet('{source["file"]}')
                union all by name
                select * replace (
                    '999999' as InvoiceNo,
                    timestamp '2011-02-15 12:00:00' as InvoiceDate
                )
                from (
                    from read_parquet('{source["file"]}')
                    where CustomerID = 17850 and Quantity > 0
                    order by InvoiceDate, StockCode limit 1
                )
            ) to '{late}' (format parquet)
        """)
    inputs = {"inputs": {"order_lines": {**source, "file": str(late)}}}
    shutil.copy(shop.folder / "whole.duckdb", shop.folder / "corrected.duckdb")
    shop.build_in("corrected", inputs)
    corrected = shop.rows()
    shop.build_in("anew", inputs)
    pd.testing.assert_frame_equal(corrected, shop.rows(), check_exact=True)
    customer = corrected[corrected["customer_id"] == "17850"]
    before = whole[whole["customer_id"] == "17850"]
    more = customer["total_sales"].to_numpy() - before["total_sales"].to_numpy()
    is_later = (customer["period_start"] >= pd.Timestamp("2011-02-01")).to_numpy()
    assert (more[is_later] > 0).all() and is_later.any()
    assert (more[~is_later] == 0).all() and (~is_later).any()


@pytest.mark.thorough
def test_quarters_take_the_place_of_months(shop, whole):
    """A quarter ends with its last month, and begins before it."""
    vars = {"history": {"periods": None, "grain": "quarter"}}
    shutil.copy(shop.folder / "whole.duckdb", shop.folder / "regrained.duckdb")
    shop.build_in("regrained", vars)
    regrained = shop.rows()
    shop.build_in("quarters", vars)
    pd.testing.assert_frame_equal(regrained, shop.rows(), check_exact=True)
    both = set(regrained["as_of_date"]) & set(whole["as_of_date"])
    assert both
    assert regrained["period_start"].nunique() < whole["period_start"].nunique()


def test_ranks_over_all_months_at_once_are_others(shop, whole):
    """The published query ranks customer-months, not the customers of a month."""
    shop.warehouse = shop.folder / "whole.duckdb"
    naive = shop.rows("""
        select customer_id, period_start,
            least(1 + floor(5 * percent_rank() over (order by total_sales)), 5)
                as monetary_score
        from segment_history
    """)
    both = whole.merge(naive, on=["customer_id", "period_start"])
    assert (both["monetary_score_x"] != both["monetary_score_y"]).mean() > 0.05

    def swing(score: str) -> float:
        """Return how far the share of the best customers moves over the months."""
        shares = (both[score] == 5).groupby(both["period_start"]).mean()
        return shares.max() - shares.min()

    assert swing("monetary_score_x") < 0.02 < 0.05 < swing("monetary_score_y")


@pytest.mark.thorough
def test_netted_returns_pass_every_test(tmp_path):
    """Orders of returns alone are no orders, in no mart and in no month."""
    names = ("purchase_behaviour", "service_value", "demographics", "survey_priorities")
    shop = Shop(
        tmp_path,
        {
            **LIGHT,
            "cleaning": {"returns": "net"},
            "history": {"periods": 4},
            "segmentations": {name: fixed(3) for name in names},
        },
    )
    shop.build().check()
    alone = shop.query(
        """
        select count(*), count(distinct customer_id)
        from int_orders_totalled where not is_purchase
        """
    )
    assert alone[0][0] > 100
    counted = shop.query(
        """
        select
            (select sum(order_count) from int_history_periods),
            (
                select count(*) from int_orders_totalled
                where is_purchase and cast(ordered_at as date) between
                    (select min(period_start) from int_history_periods)
                    and (select max(period_end) from int_history_periods)
            )
        """
    )
    assert counted[0][0] == counted[0][1] > 0
    skipped = (
        "select segmentation, reason from segmentation_quality where status = 'skipped'"
    )
    assert shop.query(skipped) == []
    # fitted rules are in force: approving them would move nobody
    moved = "select distinct moved_share from segmentation_quality"
    assert shop.query(moved) == [(0,)]
    assert shop.query(
        "select min(products_purchased) from int_service_value__features"
    ) == [(0,)]


@pytest.mark.thorough
def test_features_of_customers_of_an_earlier_build_are_built_again(tmp_path):
    """A late line, and a build that leaves the customers of the periods out."""
    features = "int_purchase_behaviour__period_features"
    lines = [
        "order_id,customer_id,product_id,quantity,unit_price,ordered_at",
        *(f"A{i},K{i % 2},P,1,{i}.50,2024-0{i}-10" for i in range(1, 6)),
    ]
    file = tmp_path / "lines.csv"
    file.write_text("\n".join(lines))
    shop = Shop(
        tmp_path,
        {
            **LIGHT,
            "history": {"periods": None},
            "inputs": {"order_lines": {"file": str(file)}},
            "segmentations": ALONE,
        },
    )
    shop.run(command="run", select=f"+{features}").check()
    file.write_text("\n".join([*lines, "late,K1,P,1,90,2024-02-20"]))
    shop.run(command="run", select=f"+int_history_periods {features}").check()
    shop.run(command="run", select=f"+{features}").check()
    query = f"select * from {features} order by as_of_date, entity_id"
    kept = shop.query(query)
    shop.warehouse = tmp_path / "fresh.duckdb"
    shop.run(command="run", select=f"+{features}").check()
    assert kept == shop.query(query)
    assert any(row[3] > 90 for row in kept)
