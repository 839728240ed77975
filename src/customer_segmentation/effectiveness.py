"""How much of what customers do next is told by the group that they are in.

Groups are made from what was known at a cutoff and measured on the horizon after it,
beside baselines with as many groups that cost nothing: quantiles of sales, a grid of
recency and frequency, and chance.

References
----------
Fisher, R. (1925). Statistical Methods for Research Workers, section 45 (the
correlation ratio, eta squared: the share of variance between groups).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from customer_segmentation import kmeans, rule_choice
from customer_segmentation.algorithms import NOISE
from customer_segmentation.fits import (
    MOST_CUSTOMERS,
    fetch_columns,
    fetch_matrix,
    is_kmeans,
    kmeans_options,
    label_sample,
    quoted,
    sample_limit,
    take_customers,
    take_lowest,
)
from customer_segmentation.frames import typed_frame
from customer_segmentation.rules import evaluate_rules
from customer_segmentation.trees import UNCLASSIFIED

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyRelation
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Labels = NDArray[np.int64]

KNOWN = ["order_count", "total_sales", "recency_days"]
OF_A_LIFETIME = {
    *("order_count", "total_sales", "average_order_value"),
    *("recency_days", "tenure_days", "quantity"),
}
"""Features that are known as of the cutoff without a window alone."""

OUTCOMES = ["log_sales", "orders", "activity"]

EFFECTIVENESS_DTYPES = {
    "grouping_kind": "string",
    "grouping_name": "string",
    "method": "string",
    "group_count": "Int64",
    "outcome": "string",
    "customer_count": "Int64",
    "variance_explained": "Float64",
    "rank_correlation": "Float64",
}


@kmeans.one_thread()
def measure_segmentation(
    name: str,
    settings: Mapping[str, Any],
    *,
    k_selection: DuckDBPyRelation,
    features: DuckDBPyRelation,
) -> pd.DataFrame:
    """Return the effectiveness of a segmentation fitted again as of the cutoff.

    With the k, scaling and algorithm of today, clusters and their rules are fitted to
    the features as of the cutoff. No row where the segmentation has no fit, or one of
    its features is not known as of the cutoff, or not in its window.
    """
    names = settings["features"]
    chosen = fetch_columns(k_selection.filter("is_chosen"), ["k"])["k"]
    has_window = settings.get("feature_window_days") and OF_A_LIFETIME & set(names)
    if not len(chosen) or has_window or not set(names) <= set(features.columns):
        return typed_frame([], EFFECTIVENESS_DTYPES)
    complete = features.filter(
        " AND ".join(f"{quoted([feature])} IS NOT NULL" for feature in names)
    )
    count = min(MOST_CUSTOMERS, sample_limit(settings))
    sample = take_lowest(complete, "customer_id", count)
    values = fetch_matrix(sample, names)
    if len(values) < settings["minimum_rows"]:
        return typed_frame([], EFFECTIVENESS_DTYPES)
    known, outcomes = fetch_known(sample)
    segments = segment_rows(values, int(chosen[0]), settings)
    rows = measure_groups(segments, known, outcomes, segments != UNCLASSIFIED)
    return _frame("segmentation", name, rows)


@kmeans.one_thread()
def measure_groupings(
    *, groupings: DuckDBPyRelation, features: DuckDBPyRelation
) -> pd.DataFrame:
    """Return the effectiveness of the columns of ``groupings``, each a place in order.

    ``groupings`` has customer_id, grouping_kind, grouping_name, place and is_ranked,
    one row per customer and grouping. A grouping with one group tells nothing: no row.
    """
    import pandas as pd

    found = fetch_columns(
        groupings.aggregate(
            "grouping_kind, grouping_name", "grouping_kind, grouping_name"
        ).order("grouping_kind, grouping_name"),
        ["grouping_kind", "grouping_name"],
    )
    frames = [typed_frame([], EFFECTIVENESS_DTYPES)]
    for kind, grouping in zip(*found.values(), strict=True):
        name = grouping.replace("'", "''")
        places = groupings.filter(
            f"grouping_kind = '{kind}' AND grouping_name = '{name}'"
        ).project("customer_id, place, CAST(is_ranked AS INTEGER) AS is_ranked")
        sample = take_customers(features.join(places, "customer_id", "inner"))
        labels, is_ranked = fetch_matrix(sample, ["place", "is_ranked"]).T
        labels = labels.astype(np.int64)
        if len(np.unique(labels)) < 2:
            continue
        known, outcomes = fetch_known(sample)
        rows = measure_groups(labels, known, outcomes, is_ranked > 0)
        frames.append(_frame(kind, grouping, rows))
    return pd.concat(frames, ignore_index=True)


def measure_groups(
    labels: Labels, known: Floats, outcomes: Floats, is_ranked: NDArray[np.bool_]
) -> list[tuple]:
    """Return one tuple per method and outcome: groups, shares and correlations.

    Parameters
    ----------
    labels
        (n,) group of each customer; their order is that of the groups where
        ``is_ranked``.
    known
        (n, 3) as of the cutoff: :data:`KNOWN`.
    outcomes
        (n, 3) after it: :data:`OUTCOMES`.
    is_ranked
        (n,) whether the group of a customer has a place in their order; the rank
        correlation is that of these customers.
    """
    order_count, total_sales, recency_days = known.T
    k = len(np.unique(labels))
    nobody = np.zeros(len(labels), dtype=bool)
    methods = {
        "groups": (labels, is_ranked),
        "sales_quantiles": (quantile_groups(total_sales, k), ~nobody),
        "recency_frequency_grid": (grid_groups(-recency_days, order_count, k), nobody),
        # rows come in the order of a hash, so their number is chance
        "random": (np.arange(len(labels)) % k, nobody),
    }
    return [
        (
            method,
            len(np.unique(groups)),
            outcome,
            len(labels),
            variance_explained(groups, column),
            rank_correlation(groups[ranked], column[ranked]),
        )
        for method, (groups, ranked) in methods.items()
        for outcome, column in zip(OUTCOMES, outcomes.T, strict=True)
    ]


def variance_explained(labels: Labels, outcome: Floats) -> float:
    """Return the share 0..1 of the outcome's variance between groups; NaN if none."""
    centred = outcome - outcome.mean()
    total = float(centred @ centred)
    if total == 0:
        return math.nan
    _, groups = np.unique(labels, return_inverse=True)
    sums = np.bincount(groups, weights=centred)
    return float((sums**2 / np.bincount(groups)).sum() / total)


def rank_correlation(labels: Labels, outcome: Floats) -> float:
    """Return Spearman's correlation of group and outcome; NaN where one is constant."""
    from scipy.stats import rankdata

    ranks = np.vstack([rankdata(labels), rankdata(outcome)])
    if (ranks == ranks[:, :1]).all(axis=1).any():
        return math.nan
    return float(np.corrcoef(ranks)[0, 1])


def quantile_groups(values: Floats, k: int) -> Labels:
    """Return (n,) groups 0..k-1 of equal size; equal values share one."""
    from scipy.stats import rankdata

    worse = rankdata(values, method="min") - 1
    return (worse * k // len(values)).astype(np.int64)


def grid_groups(recency: Floats, frequency: Floats, k: int) -> Labels:
    """Return (n,) cells of a grid with k cells, or k - 1 where k is prime above 3."""
    cells = k if k < 4 or _widest_divisor(k) > 1 else k - 1
    width = _widest_divisor(cells)
    height = cells // width
    return quantile_groups(recency, height) * width + quantile_groups(frequency, width)


def segment_rows(values: Floats, k: int, settings: Mapping[str, Any]) -> Labels:
    """Return (n,) segments: clusters of the scaled rows, told by their rules."""
    names = settings["features"]
    scaled = scale_matrix(values, names, settings["scaling"])
    k = min(k, kmeans.count_distinct_rows(scaled))
    if is_kmeans(settings):
        fit = kmeans.fit_kmeans(
            scaled, k, random_state=settings["random_state"], **kmeans_options(settings)
        )
        clusters = fit.labels
    else:
        clusters = label_sample(scaled, settings, k)
    measure = values[:, names.index(settings["order_segments_by"])]
    found = np.setdiff1d(clusters, NOISE)
    if not len(found):
        return np.full(len(values), UNCLASSIFIED, dtype=np.int64)
    means = [measure[clusters == label].mean() for label in found]
    by_measure = found[np.argsort(-np.asarray(means), kind="stable")]
    labels = np.full(len(values), UNCLASSIFIED, dtype=np.int64)
    for place, label in enumerate(by_measure, start=1):
        labels[clusters == label] = place
    centres = [scaled[clusters == label].mean(axis=0) for label in by_measure]
    chosen = rule_choice.choose_rules(
        values,
        scaled,
        labels,
        np.vstack(centres),
        **{**rule_choice.rule_options(settings), "effort": 0},
    )
    segments = np.array([UNCLASSIFIED, *(rule.label for rule in chosen.rules)])
    # segment 1 is the highest
    return -segments[evaluate_rules(chosen.rules, values)]


def scale_matrix(
    values: Floats, names: Sequence[str], scaling: str | Mapping[str, str]
) -> Floats:
    """Return (n, d) values in the scaled space, the scale learned from these rows."""
    from scipy.stats import rankdata

    def scale(column: Floats, kind: str) -> Floats:
        if kind in ("rank", "rank_first"):
            return _standardised(rankdata(column), ddof=1)
        if kind.startswith("log1p"):
            column = np.log1p(column)
        return _standardised(column, ddof=0) if kind.endswith("zscore") else column

    return np.column_stack(
        [
            scale(column, scaling if isinstance(scaling, str) else scaling[name])
            for name, column in zip(names, values.T, strict=True)
        ]
    )


def fetch_known(sample: DuckDBPyRelation) -> tuple[Floats, Floats]:
    """Return what was known at the cutoff, (n, 3), and what came after it, (n, 3)."""
    rows = fetch_matrix(sample, [*KNOWN, "outcome_sales", "outcome_order_count"])
    sales, orders = rows[:, 3], rows[:, 4]
    outcomes = [np.log1p(np.maximum(sales, 0)), orders, (orders > 0).astype(float)]
    return rows[:, :3], np.column_stack(outcomes)


def _standardised(column: Floats, ddof: int) -> Floats:
    if np.ptp(column) == 0:  # the deviation of equal numbers is not always 0
        return column * 0
    return (column - column.mean()) / column.std(ddof=ddof)


def _widest_divisor(k: int) -> int:
    """Return the largest divisor of k that is not above its square root."""
    return max(d for d in range(1, math.isqrt(k) + 1) if k % d == 0)


def _frame(kind: str, grouping: str, rows: Sequence[tuple]) -> pd.DataFrame:
    return typed_frame([(kind, grouping, *row) for row in rows], EFFECTIVENESS_DTYPES)
