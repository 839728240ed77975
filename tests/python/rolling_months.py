"""Twelve months of Online Retail, and fits of them as the Python models make them.

Shapes: n customers, d features, k clusters.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from customer_segmentation import fits, identity, kmeans, retraining
from customer_segmentation import k_selection as selection

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEATURES = ("total_sales", "order_count", "average_order_value")

MONTHS = tuple(f"2011-{month:02d}-01" for month in range(1, 13))
"""As-of dates: the orders of a month count from the first of the next one on."""

SETTINGS: dict[str, Any] = {
    "features": list(FEATURES),
    "order_segments_by": "total_sales",
    "scaling": "rank",
    "retraining": "cold",
    "k": "auto",
    "k_min": 3,
    "k_max": 8,
    "choose_k_by": "elbow",
    "minimum_rows": 50,
    "minimum_segment_share": 0.01,
    "algorithm": "lloyd",
    "n_init": 10,
    "max_iter": 300,
    "tol": 1e-4,
    "random_state": 0,
    "starting_centroids": None,
    "averaged_runs": 0,
}


@dataclass(frozen=True)
class Month:
    """Who is known on a date: (n,) customers and their (n, d) features."""

    as_of: str
    customers: NDArray[Any]
    values: Floats


@dataclass(frozen=True)
class Model:
    """Centres with a stored scale: (k,) numbers, (k, d) places in both units."""

    numbers: Ints
    centres: Floats
    scaled_centres: Floats
    scales: dict[str, dict[str, Any]]
    reason: str = ""

    def scaled(self, values: Floats) -> Floats:
        """Return (n, d) features in the scaled space of the model."""
        return scale_values(values, self.scales)

    def labels(self, values: Floats) -> Ints:
        """Return the (n,) nearest centres, 1..k in their order."""
        _, nearest = retraining.nearest(self.scaled(values), self.scaled_centres)
        return nearest + 1

    def place(self, values: Floats) -> Ints:
        """Return the (n,) numbers of the nearest centres."""
        return self.numbers[self.labels(values) - 1]

    def inertia(self, values: Floats) -> float:
        """Return the sum of squared distances to the nearest centres."""
        distances, _ = retraining.nearest(self.scaled(values), self.scaled_centres)
        return float(np.square(distances).sum())


def read_months(
    file: Path, window_days: int | None = None, dates: Sequence[str] = MONTHS
) -> list[Month]:
    """Return the customers of each date, in hash order of their id.

    The features are over all orders before the date, or over those of the last
    ``window_days``; cleaning as in examples/online_retail.yml.
    """
    since = "" if window_days is None else f"- interval '{window_days} days'"
    found = []
    with duckdb.connect() as connection:
        for as_of in dates:
            date = f"timestamp '{as_of}'"
            fetched = connection.execute(
                f"""
                select
                    cast("CustomerID" as varchar) as customer_id,
                    cast(sum("Quantity" * cast("UnitPrice" as decimal(18, 4)))
                        as double) as total_sales,
                    cast(count(distinct "InvoiceNo") as double) as order_count
                from '{file}'
                where
                    "Quantity" > 0 and "CustomerID" is not null
                    and "InvoiceDate" < {date}
                    {f'and "InvoiceDate" >= {date} {since}' if since else ""}
                group by 1
                order by md5(customer_id), customer_id
                """
            ).fetchnumpy()
            sales, orders = fetched["total_sales"], fetched["order_count"]
            values = np.column_stack([sales, orders, sales / orders]).astype(float)
            found.append(Month(as_of, np.asarray(fetched["customer_id"]), values))
    return found


def learn_scales(values: Floats, scaling: str) -> dict[str, dict[str, Any]]:
    """Return the scale of each feature, as ``segmentation_scaling`` stores it.

    A rank map has a point per distinct value here, where the SQL keeps 1,000.
    """
    scales = {}
    for feature, column in zip(FEATURES, values.T, strict=True):
        scale: dict[str, Any] = {"scaling": scaling}
        if scaling == "rank":
            ranks = rankdata(column)
            scaled = (ranks - ranks.mean()) / ranks.std(ddof=1)
            scale["value"], first = np.unique(column, return_index=True)
            scale["scaled_value"] = scaled[first]
        else:
            logs = np.log1p(column) if scaling.startswith("log1p") else column
            scale["mean"] = [logs.mean()]
            scale["standard_deviation"] = [logs.std()]
        scales[feature] = scale
    return scales


def scale_values(values: Floats, scales: dict[str, dict[str, Any]]) -> Floats:
    """Return (n, d) features in the scaled space, each through ``fits.rescale``."""
    columns = []
    for feature, column in zip(FEATURES, values.T, strict=True):
        distinct, places = np.unique(column, return_inverse=True)
        scaled = [fits.rescale(float(value), scales[feature]) for value in distinct]
        columns.append(np.array(scaled)[places])
    return np.column_stack(columns)


def fit(values: Floats, approved: Model | None = None, **changed: Any) -> Model:
    """Fit the features of a day as the Python models of a segmentation do.

    With a model that is approved, its segments give the numbers; the setting
    ``retraining`` says where to start.
    """
    settings = {**SETTINGS, **changed}
    scales = learn_scales(values, settings["scaling"])
    matrix = scale_values(values, scales)
    options = fits.kmeans_options(settings)
    ids = np.empty(0, np.int64) if approved is None else approved.numbers
    members = np.zeros(len(values)) if approved is None else approved.place(values)
    retrained = None
    if approved is not None:
        centres = {
            int(number): dict(zip(FEATURES, centre.tolist(), strict=True))
            for number, centre in zip(ids, approved.centres, strict=True)
        }
        retrained = fits.retrain(settings, matrix, members, ids, centres, scales)
    if retrained is not None:
        fitted, origins = retrained.fit, retrained.origins
        reason = retrained.reason
        if settings["retraining"] == retraining.COMBINED:
            members = np.zeros(len(values))
    else:
        evidence = selection.evaluate_k(
            matrix,
            fits.candidate_ks(settings),
            reference_count=0,
            unclustered_count=0,
            bootstrap_count=0,
            **options,
        )
        choice = selection.choose_k(
            evidence,
            choose_k_by=settings["choose_k_by"],
            k=settings["k"],
            minimum_segment_share=settings["minimum_segment_share"],
        )
        fitted = kmeans.fit_kmeans(
            matrix, choice.k, random_state=settings["random_state"], **options
        )
        origins, reason = np.zeros(choice.k, np.int64), choice.reason
    order = kmeans.number_clusters(fitted.centroids, fitted.labels, values, 0)
    fitted = kmeans.renumber(fitted, order)
    numbers = identity.match_clusters(
        fitted.labels, members, fitted.k, ids, origins[order]
    )
    own = [
        [fits.unscale(x, scales[f]) for f, x in zip(FEATURES, centre, strict=True)]
        for centre in fitted.centroids.tolist()
    ]
    return Model(numbers, np.array(own), fitted.centroids, scales, reason)


def numbered_by_measure(model: Model) -> Model:
    """Return the model with the numbers that it would have without approval."""
    order = np.arange(1, len(model.numbers) + 1)
    return dataclasses.replace(model, numbers=order)


def numbered_as_found(values: Floats, model: Model, seed: int) -> Model:
    """Return the clusters that scikit-learn finds with that seed, in its own order."""
    from sklearn.cluster import KMeans

    fitted = KMeans(len(model.numbers), n_init=10, random_state=seed)
    centres = fitted.fit(model.scaled(values)).cluster_centers_
    order = np.arange(1, len(centres) + 1)
    return dataclasses.replace(model, numbers=order, scaled_centres=centres)


def most_that_can_stay(before: Ints, after: Ints) -> int:
    """Return how many keep their number under the best renumbering of ``after``.

    Every one-to-one assignment of the clusters to the numbers is tried.
    """
    old, new = np.unique(before), np.unique(after)
    table = np.array([[np.sum((before == i) & (after == j)) for j in new] for i in old])
    if len(new) < len(old):
        table = table.T
    few, many = table.shape
    return max(
        int(table[np.arange(few), list(choice)].sum())
        for choice in permutations(range(many), few)
    )
