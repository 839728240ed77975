"""How much groups tell: shares and groups by hand, and figures of Online Retail."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.cluster import KMeans
from test_scaling import REFERENCES

from customer_segmentation import effectiveness


def floats(*values: float) -> np.ndarray:
    return np.array(values, float)


@pytest.mark.parametrize(
    ("labels", "outcome", "share"),
    [
        ([0, 0, 1, 1], [1, 1, 5, 5], 1),  # all of it lies between the groups
        ([0, 1, 0, 1], [1, 1, 5, 5], 0),  # both means are 3
        # total 1 + 1 + 9 + 9 = 20 around 4; means 3 and 5: 4 customers, each 1 away
        ([0, 0, 1, 1], [1, 5, 3, 7], 4 / 20),
        ([7, 7, 7, -2], [0, 0, 0, 4], 1),  # labels are names, of groups of any size
        # means 1 and 4 around 2: 2 * 1 + 1 * 4 of 4 + 0 + 4
        ([0, 0, 1], [0, 2, 4], 6 / 8),
        ([0, 0, 0], [1, 2, 3], 0),
        ([0, 1, 2], [1, 2, 3], 1),
    ],
)
def test_variance_explained_by_hand(labels, outcome, share):
    found = effectiveness.variance_explained(np.array(labels), floats(*outcome))
    assert found == pytest.approx(share, abs=1e-12)


def test_a_constant_outcome_has_no_variance_to_explain():
    constant = floats(2, 2, 2)
    assert math.isnan(effectiveness.variance_explained(np.array([0, 1, 1]), constant))


@pytest.mark.parametrize(
    ("labels", "outcome", "correlation"),
    [
        ([1, 2, 3, 4], [10, 20, 30, 1000], 1),
        ([1, 2, 3, 4], [4, 3, 2, 1], -1),
        # ranks 1.5 1.5 3.5 3.5 and 1 2 3 4: covariance 4, variances 4 and 5
        ([0, 0, 1, 1], [1, 2, 3, 4], 4 / math.sqrt(20)),
        ([1, 2, 2, 1], [1, 1, 2, 2], 0),
    ],
)
def test_rank_correlation_by_hand(labels, outcome, correlation):
    found = effectiveness.rank_correlation(np.array(labels), floats(*outcome))
    assert found == pytest.approx(correlation, abs=1e-12)


def test_rank_correlation_is_that_of_scipy():
    random = np.random.default_rng(3)
    labels, outcome = random.integers(0, 4, 200), random.poisson(2, 200).astype(float)
    found = effectiveness.rank_correlation(labels, outcome)
    assert found == pytest.approx(spearmanr(labels, outcome).statistic, abs=1e-12)


@pytest.mark.parametrize(
    ("labels", "outcome"), [([1, 1, 1], [1, 2, 3]), ([1, 2, 3], [1, 1, 1])]
)
def test_a_constant_has_no_rank_correlation(labels, outcome):
    found = effectiveness.rank_correlation(np.array(labels), floats(*outcome))
    assert math.isnan(found)


@pytest.mark.parametrize(
    ("values", "k", "groups"),
    [
        ([40, 10, 30, 20], 2, [1, 0, 1, 0]),
        ([6, 5, 4, 3, 2, 1], 3, [2, 2, 1, 1, 0, 0]),
        # 0 strictly worse for the three ties, 3 of 4 for the last: 3 * 2 // 4 = 1
        ([5, 5, 5, 9], 2, [0, 0, 0, 1]),
        # the ties reach from the first quarter on and stay in it
        ([0, 0, 0, 1], 4, [0, 0, 0, 3]),
        ([7, 7, 7], 3, [0, 0, 0]),
        ([1, 2, 3], 1, [0, 0, 0]),
    ],
)
def test_quantile_groups_by_hand(values, k, groups):
    found = effectiveness.quantile_groups(floats(*values), k)
    assert found.tolist() == groups


@pytest.mark.parametrize(
    ("k", "cells", "shape"),
    [
        (4, 4, (2, 2)),
        (6, 6, (3, 2)),
        (11, 10, (5, 2)),
        (12, 12, (4, 3)),
        (36, 36, (6, 6)),
        (5, 4, (2, 2)),
        (7, 6, (3, 2)),
        # two and three groups are those of recency
        (2, 2, (2, 1)),
        (3, 3, (3, 1)),
        (1, 1, (1, 1)),
    ],
)
def test_the_grid_has_k_cells_or_one_less_where_k_is_a_larger_prime(k, cells, shape):
    # 36 x 36 customers, every pair of places once
    recency, frequency = (
        values.ravel().astype(float) for values in np.meshgrid(range(36), range(36))
    )
    found = effectiveness.grid_groups(recency, frequency, k)
    assert len(np.unique(found)) == cells
    rows, columns = (
        len({*found[fixed]})
        for fixed in (frequency == frequency.min(), recency == recency.min())
    )
    assert (rows, columns) == shape


def test_noise_is_no_segment():
    """Two clusters far apart and a customer between them, who is in neither."""
    low, high = np.arange(20.0), np.arange(1000.0, 1020.0)
    settings = {
        "features": ["total_sales"],
        "scaling": "none",
        "algorithm": "dbscan",
        "algorithm_parameters": {"eps": 5, "min_samples": 5},
        "order_segments_by": "total_sales",
        "n_init": 1,
        "max_iter": 100,
        "max_rules": "auto",
        "objective": "cost",
        "max_price": 1.05,
        "min_fidelity": 0.95,
        "minimum_rule_size": 1,
        "max_moved_share": 0.0,
        "missing_values": "unclassified",
        "method": "search",
        "effort": 0,
        "random_state": 0,
    }
    values = np.concatenate([low, high, [500.0]])[:, None]
    found = effectiveness.segment_rows(values, 2, settings)
    # the first segment is the highest, as -1
    assert found.tolist() == [-2] * 20 + [-1] * 20 + [0]


def test_groups_are_measured_beside_baselines():
    # four customers: sales tell who buys, the groups only half of it
    known = np.array([[1, 10, 5], [1, 20, 5], [1, 30, 5], [1, 40, 5]], float)
    outcomes = np.array([[0, 0, 0], [0, 0, 0], [1, 1, 1], [1, 3, 1]], float)
    labels = np.array([2, 1, 1, 2])
    unranked = np.zeros(4, dtype=bool)
    rows = effectiveness.measure_groups(labels, known, outcomes, unranked)
    found = {row[:3:2]: row[1:2] + row[3:] for row in rows}
    assert len(rows) == len(found) == 4 * 3
    assert {outcome for _, outcome in found} == {"log_sales", "orders", "activity"}
    # the means of both groups are .5
    assert found["groups", "activity"][:3] == (2, 4, 0)
    assert math.isnan(found["groups", "activity"][3])
    # halves by sales: all of activity; of orders (0, 0, 1, 3; total 6) 1 and 1 away
    count, customers, share, correlation = found["sales_quantiles", "activity"]
    assert (count, customers, share, correlation) == (2, 4, 1, 1)
    assert found["sales_quantiles", "orders"][2] == pytest.approx(4 / 6)
    # everybody ordered once, on the same day: one cell, which tells nothing
    assert found["recency_frequency_grid", "orders"][:3] == (1, 4, 0)
    # every other row is in the other group: 0, 1 against 0, 3
    assert found["random", "orders"][:3] == (2, 4, pytest.approx(1 / 6))


def test_ordered_groups_are_correlated_with_the_outcome():
    known = np.column_stack([floats(1, 2, 3, 4)] * 3)
    outcomes = np.column_stack([floats(4, 3, 2, 1)] * 3)
    labels = np.array([1, 2, 3, 4])
    ranked = np.ones(4, dtype=bool)
    rows = effectiveness.measure_groups(labels, known, outcomes, ranked)
    by_method = {row[0]: row[-1] for row in rows}
    assert by_method["groups"] == pytest.approx(-1)
    assert by_method["sales_quantiles"] == pytest.approx(-1)
    assert math.isnan(by_method["recency_frequency_grid"])
    assert math.isnan(by_method["random"])


def test_who_has_no_rank_enters_no_correlation():
    # the last group is Unknown: it counts as a group, not as the highest one
    known = np.column_stack([floats(1, 2, 3, 4)] * 3)
    outcomes = np.column_stack([floats(1, 2, 3, 0)] * 3)
    labels, ranked = np.array([1, 2, 3, 4]), np.array([True, True, True, False])
    rows = effectiveness.measure_groups(labels, known, outcomes, ranked)
    groups = [row for row in rows if row[0] == "groups"]
    assert [row[-1] for row in groups] == [pytest.approx(1)] * 3
    assert [row[1] for row in groups] == [4] * 3
    assert [row[4] for row in groups] == [1] * 3  # the variance is that of all


# what the SQL does is tested against the same references
@pytest.mark.parametrize("scaling", [s for s in REFERENCES if s != "rank_first"])
def test_scale_matrix_is_the_scaling_of_the_sql(scaling):
    random = np.random.default_rng(4)
    values = np.column_stack(
        [random.lognormal(5, 2, 500), random.geometric(0.4, 500), np.full(500, 31)]
    )
    found = effectiveness.scale_matrix(values, ["a", "b", "c"], scaling)
    expected = np.column_stack([REFERENCES[scaling](column) for column in values.T])
    assert np.allclose(found, expected, rtol=0, atol=1e-9)


def test_rank_first_is_the_scaling_of_the_sql_but_for_ties():
    """The SQL breaks ties by the id, which is not known here: ties share a rank."""
    values = np.random.default_rng(5).lognormal(5, 2, (500, 1))
    found = effectiveness.scale_matrix(values, ["a"], "rank_first")
    assert np.allclose(found[:, 0], REFERENCES["rank_first"](values[:, 0]), atol=1e-9)
    tied = effectiveness.scale_matrix(floats(1, 1, 2)[:, None], ["a"], "rank_first")
    assert np.allclose(tied[:, 0], REFERENCES["rank"](floats(1, 1, 2)), atol=1e-12)


def test_each_feature_has_its_own_scaling():
    values = np.array([[1, 1], [3, 3], [8, 8]], float)
    found = effectiveness.scale_matrix(
        values, ["a", "b"], {"b": "none", "a": "log1p_zscore"}
    )
    assert np.allclose(found[:, 0], REFERENCES["log1p_zscore"](values[:, 0]))
    assert found[:, 1].tolist() == [1, 3, 8]


def eta_squared(groups, outcome: pd.Series) -> float:
    return outcome.groupby(np.asarray(groups)).transform("mean").var() / outcome.var()


def test_online_retail_is_beside_its_baselines(
    online_retail_defaults, online_retail_vars
):
    """Four segments explain .194 of next 90 days' log sales, quartiles of sales .208.

    Both are measured here from the raw orders, with pandas and scikit-learn.
    """
    file = online_retail_vars["inputs"]["order_lines"]["file"]
    lines = duckdb.sql(f"""
        select distinct * from '{file}'
        where Quantity > 0 and UnitPrice > 0 and CustomerID is not null
    """).df()
    # in ten-thousandths, as integers: ties stay ties
    price = (lines["UnitPrice"] * 10_000).round().astype("int64")
    lines["sales"] = lines["Quantity"] * price
    cutoff = pd.Timestamp("2011-12-09") - pd.Timedelta(days=90)
    is_known = lines["InvoiceDate"].dt.normalize() <= cutoff
    by = lines[is_known].groupby("CustomerID")
    sales, orders = by["sales"].sum(), by["InvoiceNo"].nunique()
    later = lines[~is_known].groupby("CustomerID")["sales"].sum()
    outcome = np.log1p(later.reindex(sales.index).fillna(0) / 10_000)

    quartiles = (sales.rank(method="min") - 1) * 4 // len(sales)
    ranks = pd.concat([sales, orders, sales / orders], axis=1).rank()
    clusters = KMeans(4, n_init=10, random_state=0).fit_predict(
        ((ranks - ranks.mean()) / ranks.std()).to_numpy()
    )
    expected = {
        "sales_quantiles": eta_squared(quartiles, outcome),
        "groups": eta_squared(clusters, outcome),
    }
    assert expected["sales_quantiles"] == pytest.approx(0.208, abs=0.001)
    assert expected["groups"] == pytest.approx(0.194, abs=0.01)

    rows = online_retail_defaults.frame(
        "select * from segment_effectiveness "
        "where grouping_name = 'purchase_behaviour' and outcome = 'log_sales'"
    ).set_index("method")
    found = rows["variance_explained"]
    assert set(rows["customer_count"]) == {len(sales)}
    assert set(rows["group_count"]) == {4}
    assert found["sales_quantiles"] == pytest.approx(
        expected["sales_quantiles"], abs=1e-9
    )
    # rules tell the clusters apart but for a few customers
    assert found["groups"] == pytest.approx(expected["groups"], abs=0.01)
    assert found["random"] < 0.01
    # segment 1 is the highest: a positive correlation says that it buys the most
    assert rows.loc["groups", "rank_correlation"] > 0.4


def test_who_took_back_more_than_was_bought_spent_nothing():
    with duckdb.connect() as connection:
        sample = connection.sql(
            "select 1 as order_count, 2 as total_sales, 3 as recency_days, "
            "-5 as outcome_sales, 0 as outcome_order_count"
        )
        known, outcomes = effectiveness.fetch_known(sample)
    assert known.tolist() == [[1, 2, 3]] and outcomes.tolist() == [[0, 0, 0]]
