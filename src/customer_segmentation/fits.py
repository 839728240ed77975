"""What the Python models of a segmentation do, the same for every segmentation.

Each function reads DuckDB relations, on a bounded sample, and returns one small
frame with explicit dtypes. The sample is the rows with the lowest hash of their key,
so it is the same whatever the order of the rows; rows come in hash order too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from customer_segmentation import k_selection as selection
from customer_segmentation import kmeans, rules

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyRelation
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Settings = Mapping[str, Any]

RULES_PER_CLUSTER = 3
"""``max_rules: auto``: on held-out rows three leaves per cluster agree with 93-97 %
of them, one leaf per cluster with 80-85 %."""

HELD_OUT_TENTHS = 3
"""Tenths of the keys, by hash, on which held-out fidelity is measured."""

CENTROID_DTYPES = {
    "segmentation": "string",
    "cluster_id": "Int64",
    "feature": "string",
    "centroid": "Float64",
    "centroid_scaled": "Float64",
    "entity_count": "Int64",
}


def fit_k_selection(
    name: str,
    settings: Settings,
    *,
    eligibility: DuckDBPyRelation,
    scaled: DuckDBPyRelation,
) -> pd.DataFrame:
    """Return the evidence for every k and the choice; no row where no fit is made."""
    if not fetch_columns(eligibility, ["is_fittable"])["is_fittable"][0]:
        return selection.empty_evidence_frame()
    matrix = read_sample(scaled, settings["features"], settings["sample_rows"])
    ks = set(range(settings["k_min"], settings["k_max"] + 1))
    if settings["k"] != "auto":
        ks.add(settings["k"])
    evidence = selection.evaluate_k(
        matrix, sorted(ks), seed=settings["random_state"], **kmeans_options(settings)
    )
    choice = selection.choose_k(
        evidence,
        choose_k_by=settings["choose_k_by"],
        k=settings["k"],
        minimum_segment_share=settings["minimum_segment_share"],
    )
    return selection.evidence_frame(name, evidence, choice)


def fit_centroids(
    name: str,
    settings: Settings,
    *,
    k_selection: DuckDBPyRelation,
    features: DuckDBPyRelation,
    scaled: DuckDBPyRelation,
    scaling: DuckDBPyRelation,
) -> pd.DataFrame:
    """Return one row per cluster and feature: its centre, scaled and in original units.

    Cluster 1 has the highest mean of the feature ``order_segments_by``.
    """
    chosen = fetch_columns(k_selection.filter("is_chosen"), ["k"])["k"]
    names = settings["features"]
    records: list[tuple] = []
    if len(chosen):
        both = join_on_entity(scaled, features, names)
        rows = read_sample(
            both,
            [f"scaled_{i}" for i in range(len(names))]
            + [f"value_{i}" for i in range(len(names))],
            settings["sample_rows"],
        )
        matrix, values = rows[:, : len(names)], rows[:, len(names) :]
        fit = kmeans.fit_kmeans(
            matrix,
            int(chosen[0]),
            random_state=settings["random_state"],
            **kmeans_options(settings),
        )
        order = kmeans.number_clusters(
            fit.centroids,
            fit.labels,
            values,
            names.index(settings["order_segments_by"]),
        )
        fit = kmeans.renumber(fit, order)
        scales = read_scales(scaling)
        for cluster, centre in enumerate(fit.centroids):
            for feature, coordinate in zip(names, centre, strict=True):
                records.append(
                    (
                        name,
                        cluster + 1,
                        feature,
                        unscale(float(coordinate), scales[feature]),
                        float(coordinate),
                        int(fit.sizes[cluster]),
                    )
                )
    return typed_frame(records, CENTROID_DTYPES)


def fit_segment_rules(
    settings: Settings,
    *,
    features: DuckDBPyRelation,
    clusters: DuckDBPyRelation,
) -> pd.DataFrame:
    """Return the rules that tell the clusters apart, over the original features."""
    names = settings["features"]
    labelled = clusters.project("entity_id, cluster_id AS label")
    both = features.project(f"entity_id, {quoted(names)}").join(
        labelled, "entity_id", "inner"
    )
    columns = [*names, "label", "is_held_out"]
    # other digits of the hash than those which order the sample
    tenth = "CAST('0x' || substr(md5(entity_id), 25, 8) AS BIGINT) % 10"
    rows = read_sample(
        both.project(f"*, {tenth} < {HELD_OUT_TENTHS} AS is_held_out"),
        columns,
        settings["sample_rows"],
    )
    if not len(rows):
        return rules.rules_frame((), names, held_out_fidelity=float("nan"))
    values = rows[:, : len(names)]
    labels = rows[:, len(names)].astype(np.int64)
    held_out = rows[:, len(names) + 1] > 0
    most = settings["max_rules"]
    options = {
        "max_rules": (
            RULES_PER_CLUSTER * len(np.unique(labels)) if most == "auto" else most
        ),
        "minimum_rule_size": settings["minimum_rule_size"],
        "random_state": settings["random_state"],
    }
    return rules.rules_frame(
        rules.fit_rules(values, labels, **options),
        names,
        held_out_fidelity=rules.held_out_fidelity(values, labels, held_out, **options),
    )


def kmeans_options(settings: Settings) -> dict[str, Any]:
    """Return the settings that are scikit-learn's own parameters."""
    return {key: settings[key] for key in ("n_init", "max_iter", "tol", "algorithm")}


def read_sample(
    relation: DuckDBPyRelation, columns: Sequence[str], limit: int
) -> Floats:
    """Return (n, d) float64: the ``limit`` rows with the lowest hash of entity_id."""
    casts = ", ".join(
        f"CAST({quoted([column])} AS DOUBLE) AS column_{i}"
        for i, column in enumerate(columns)
    )
    ordered = relation.order("md5(entity_id), entity_id").limit(limit).project(casts)
    fetched = ordered.fetchnumpy()
    return np.column_stack(
        [
            np.asarray(fetched[f"column_{i}"], dtype=np.float64)
            for i in range(len(columns))
        ]
    )


def join_on_entity(
    scaled: DuckDBPyRelation, features: DuckDBPyRelation, names: Sequence[str]
) -> DuckDBPyRelation:
    """Return one row per entity: scaled_0.. beside value_0.., in the order of names."""
    left = ", ".join(f"{quoted([n])} AS scaled_{i}" for i, n in enumerate(names))
    right = ", ".join(f"{quoted([n])} AS value_{i}" for i, n in enumerate(names))
    return scaled.project(f"entity_id, {left}").join(
        features.project(f"entity_id, {right}"), "entity_id", "inner"
    )


def read_scales(scaling: DuckDBPyRelation) -> dict[str, dict[str, Any]]:
    """Return per feature its scaling, moments and points, in order of value."""
    columns = [
        "feature",
        "scaling",
        "value",
        "scaled_value",
        "mean",
        "standard_deviation",
    ]
    rows = fetch_columns(scaling.order("feature, point"), columns)
    scales: dict[str, dict[str, Any]] = {}
    for feature in dict.fromkeys(rows["feature"]):
        of_feature = rows["feature"] == feature
        scale = {key: rows[key][of_feature] for key in columns[2:]}
        scales[feature] = {"scaling": rows["scaling"][of_feature][0], **scale}
    return scales


def unscale(coordinate: float, scale: Mapping[str, Any]) -> float:
    """Return a scaled coordinate in the feature's own units.

    ``rank`` and ``rank_first``: the value at that rank, between two stored points by
    interpolation; a log1p coordinate through expm1.
    """
    scaling = scale["scaling"]
    if scaling in ("rank", "rank_first"):
        points = np.asarray(scale["scaled_value"], dtype=np.float64)
        return float(np.interp(coordinate, points, np.asarray(scale["value"], float)))
    if scaling in ("zscore", "log1p_zscore"):
        deviation = float(scale["standard_deviation"][0])
        coordinate = float(scale["mean"][0]) + coordinate * deviation
    if scaling in ("log1p", "log1p_zscore"):
        coordinate = float(np.expm1(coordinate))
    return coordinate


def fetch_columns(
    relation: DuckDBPyRelation, columns: Sequence[str]
) -> dict[str, NDArray[Any]]:
    """Return the columns of a small relation as arrays, in its order."""
    fetched = relation.project(quoted(columns)).fetchnumpy()
    return {column: np.asarray(fetched[column]) for column in columns}


def quoted(names: Sequence[str]) -> str:
    """Return column names as SQL, quoted and joined by commas."""
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def typed_frame(records: Sequence[tuple], dtypes: Mapping[str, str]) -> pd.DataFrame:
    """Return records as a frame of nullable dtypes, typed also without rows."""
    import pandas as pd

    return pd.DataFrame(
        {
            column: pd.array([record[i] for record in records], dtype=dtype)
            for i, (column, dtype) in enumerate(dtypes.items())
        }
    )
