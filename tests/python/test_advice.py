"""Planted changes: what is called drift, what is named as its cause, what is advised.

A shop of 3,000 customers that order evenly for six months. The period from June is
compared with that from April, on features of the last 60 days, by rules that were
approved before anything changed.
"""

from __future__ import annotations

import re
from datetime import datetime

import duckdb
import numpy as np
import pandas as pd
import pytest
from project import NO_TESTS
from shop import ALONE, APPROVABLE, LIGHT, Shop, fixed

pytestmark = pytest.mark.builds

CUSTOMERS, PRODUCTS = 3_000, 40
CHANGED_AT = datetime(2025, 5, 1)
"""Between the windows of the reference and of the period."""

SETTINGS = {
    **fixed(4),
    "feature_window_days": 60,
    "effort": 0,
    "max_price": 1.5,
    "min_fidelity": 0.5,
}


def order_lines(price_factor: float = 1, new_customers: int = 0) -> pd.DataFrame:
    """Return lines from January to June 2025, an order a line."""
    random = np.random.default_rng(11)
    everyone = CUSTOMERS + new_customers
    rates = random.lognormal(0.3, 0.6, everyone)
    baskets = random.lognormal(1.0, 0.5, everyone)
    orders = random.poisson(6 * rates)
    customer = np.repeat(np.arange(everyone), orders)
    days = random.integers(0, 181, len(customer))
    ordered_at = np.datetime64("2025-01-01") + days.astype("timedelta64[D]")
    product = random.integers(0, PRODUCTS, len(customer))
    quantity = 1 + random.poisson(baskets[customer])
    is_new = customer >= CUSTOMERS
    quantity[is_new] *= 20
    is_late = ordered_at >= np.datetime64(CHANGED_AT)
    price = random.lognormal(1.5, 0.6, PRODUCTS).round(1)[product]
    lines = pd.DataFrame(
        {
            "order_id": np.arange(len(customer)).astype(str),
            "customer_id": np.char.add("C", customer.astype(str)),
            "product_id": np.char.add("P", product.astype(str)),
            "product_name": "",
            "quantity": quantity,
            "unit_price": (price * np.where(is_late, price_factor, 1)).round(4),
            "ordered_at": ordered_at.astype("datetime64[us]"),
            "country": "",
        }
    )
    return lines[is_late | ~is_new]


class Advised(Shop):
    """A shop that may sell something else the next time."""

    def sell(self, lines: pd.DataFrame) -> None:
        with duckdb.connect() as connection:
            connection.register("lines", lines)
            file = self.folder / "order_lines.parquet"
            connection.execute(f"copy lines to '{file}' (format parquet)")

    def decide(self, **settings) -> tuple[dict[str, dict], dict]:
        """Build, and return the checks of June by name, and the advice."""
        own = {**SETTINGS, **settings}
        segmentations = {**ALONE, "purchase_behaviour": own}
        self.build(*NO_TESTS, vars={"segmentations": segmentations}).check()
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            checks = connection.execute("""
                select * from segmentation_drift where period_start = '2025-06-01'
            """).df()
            (advice,) = (
                connection.execute("select * from retraining_advice")
                .df()
                .to_dict("records")
            )
        assert set(checks["reference_period_start"].dt.date.astype(str)) == {
            "2025-04-01"
        }
        return checks.set_index("check_name").to_dict("index"), advice


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Advised:
    folder = tmp_path_factory.mktemp("advice")
    vars = {
        "inputs": {"order_lines": {"file": str(folder / "order_lines.parquet")}},
        "segmentations": {**ALONE, "purchase_behaviour": SETTINGS},
        **LIGHT,
        "history": {"periods": 4, "reference": 2},
    }
    tables = ("retraining_advice", "segmentation_drift")
    shop = Advised(folder, vars, tables=tables)
    shop.sell(order_lines())
    shop.run(*NO_TESTS, tables=APPROVABLE).check()
    shop.approve().check()
    return shop


def drifted(checks: dict[str, dict]) -> dict[str, dict]:
    return {name: row for name, row in checks.items() if row["level"] != "stable"}


def test_without_a_change_the_rules_are_kept(shop):
    shop.sell(order_lines())
    checks, advice = shop.decide()
    assert len(checks) == 3 + 2 + 1 + 4 + 1
    assert not drifted(checks)
    assert advice["advice"] == "keep"
    assert advice["rule_source"] == "approved"
    assert "0 of 11 checks are not stable" in advice["reasons"]
    assert advice["price_gain"] == pytest.approx(
        advice["active_price"] - advice["proposed_price"], abs=1e-6
    )


@pytest.mark.thorough
def test_a_rise_of_prices_is_the_cause(shop):
    shop.sell(order_lines(price_factor=1.3))
    checks, advice = shop.decide()
    found = drifted(checks)
    assert {"total_sales", "average_order_value"} <= set(found)
    assert "order_count" not in found
    assert found["average_order_value"]["relative_change"] == pytest.approx(
        0.3, abs=0.05
    )
    for row in found.values():
        assert row["is_prices"], row
        assert "prices changed by +30.0 % over 40 products" in row["cause"]
        assert not row["is_longer_history"] and not row["is_new_customers"]
    assert advice["advice"] in ("watch", "retrain")
    assert "prices changed by +30.0 %" in advice["reasons"]


@pytest.mark.thorough
def test_a_new_type_of_customers_is_the_cause(shop):
    shop.sell(order_lines(new_customers=450))
    checks, advice = shop.decide()
    found = drifted(checks)
    assert {"total_sales", "average_order_value"} <= set(found)
    for row in found.values():
        assert row["is_new_customers"], row
        assert "new customers: without 14." in row["cause"]
        assert not row["is_longer_history"] and not row["is_prices"]
    assert advice["advice"] in ("watch", "retrain")
    assert "new customers: without" in advice["reasons"]


@pytest.mark.thorough
def test_of_many_customers_a_sample_is_compared(shop):
    constants = shop.project / "macros/drift/drift_thresholds.sql"
    written = constants.read_text()
    assert "'sampled_customers': 100000" in written
    # fewer than two thousand are no more than four thousand halved
    constants.write_text(written.replace("100000", "2000"))
    shop.sell(order_lines(new_customers=450))
    try:
        checks, _ = shop.decide()
    finally:
        constants.write_text(written)
    counts = {(row["reference_count"], row["current_count"]) for row in checks.values()}
    ((reference, current),) = counts
    assert 1_300 < reference < current < 2_000
    found = drifted(checks)
    assert {"total_sales", "average_order_value"} <= set(found)
    for name in ("total_sales", "average_order_value"):
        assert found[name]["is_new_customers"], found[name]
    causes = [row["cause"] for row in found.values() if row["is_new_customers"]]
    for cause in causes:
        assert re.search(r"without 1[2-6]\.\d % who came", cause)


@pytest.mark.thorough
def test_a_longer_history_is_no_reason_to_retrain(shop):
    shop.sell(order_lines())
    checks, advice = shop.decide(
        # rules of 60 days, which fit a lifetime badly
        feature_window_days=None,
        max_price=1_000,
        min_fidelity=0,
    )
    found = drifted(checks)
    assert {"total_sales", "order_count"} <= set(found)
    for row in found.values():
        assert row["is_longer_history"], row
        assert row["level_beyond_longer_history"] == "stable"
        assert "orders of 120 days, as many as the reference had" in row["cause"]
    assert advice["advice"] == "keep"
    assert advice["drifted_check_count"] == len(found)
    assert advice["drifted_beyond_history_count"] == 0
    assert "set feature_window_days" in advice["reasons"]
