"""What the Python models of a segmentation do, the same for every segmentation.

Each function reads DuckDB relations, on a bounded sample, and returns one small
frame with explicit dtypes. The sample is the rows with the lowest hash of their key,
so it is the same whatever the order of the rows; rows come in hash order too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from customer_segmentation import algorithms, identity, kmeans, rule_choice
from customer_segmentation import k_selection as selection
from customer_segmentation.frames import typed_frame

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyRelation
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Settings = Mapping[str, Any]

HELD_OUT_TENTHS = 3
"""Tenths of the keys, by hash, on which held-out fidelity is measured."""

KEY_TENTH = "CAST('0x' || substr(md5(entity_id), 25, 8) AS BIGINT) % 10"
"""Other digits of the hash than those which order the sample."""

KMEANS_OPTIONS = (
    "n_init",
    "max_iter",
    "tol",
    "algorithm",
    "starting_centroids",
    "averaged_runs",
)

LABEL_DTYPES = {"entity_id": "string", "cluster_id": "Int64"}

CENTROID_DTYPES = {
    "segmentation": "string",
    "cluster_id": "Int64",
    "feature": "string",
    "centroid": "Float64",
    "centroid_scaled": "Float64",
    "entity_count": "Int64",
}


@kmeans.one_thread()
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
    matrix = fetch_matrix(take_sample(scaled, settings), settings["features"])
    if is_kmeans(settings):
        evidence = selection.evaluate_k(
            matrix,
            candidate_ks(settings),
            seed=settings["random_state"],
            **kmeans_options(settings),
        )
    else:
        labelings = candidate_labelings(matrix, settings)
        if not labelings:
            return selection.empty_evidence_frame()
        evidence = selection.evaluate_labelings(matrix, labelings)
    finds_k = settings["algorithm"] in algorithms.ALGORITHMS_WITHOUT_K
    choice = selection.choose_k(
        evidence,
        choose_k_by=settings["choose_k_by"],
        k=evidence[0].k if finds_k else settings["k"],
        minimum_segment_share=settings["minimum_segment_share"],
        chooser=f"found by {settings['algorithm']}" if finds_k else "set by hand",
    )
    return selection.evidence_frame(name, evidence, choice)


@kmeans.one_thread()
def fit_labels(
    name: str,
    settings: Settings,
    *,
    k_selection: DuckDBPyRelation,
    features: DuckDBPyRelation,
    scaled: DuckDBPyRelation,
    approved: DuckDBPyRelation,
) -> pd.DataFrame:
    """Return one row per entity of the sample: its cluster, 0 where it is noise.

    No row for KMeans, whose clusters are the nearest centroids on every row.
    ``approved`` as in :func:`fit_centroids`.
    """
    chosen = fetch_columns(k_selection.filter("is_chosen"), ["k"])["k"]
    if is_kmeans(settings) or not len(chosen):
        return typed_frame([], LABEL_DTYPES)
    names = settings["features"]
    both = join_approved(join_on_entity(scaled, features, names), approved, name)
    sample = take_sample(both, settings)
    columns = [*scaled_columns(names), *value_columns(names), "approved_segment_id"]
    rows = fetch_matrix(sample, columns)
    matrix, values = rows[:, : len(names)], rows[:, len(names) : -1]
    labels = label_sample(matrix, settings, int(chosen[0]))
    is_clustered = labels != algorithms.NOISE
    centres = np.vstack(
        [matrix[labels == label].mean(axis=0) for label in range(labels.max() + 1)]
    )
    order = kmeans.number_clusters(
        centres,
        labels[is_clustered],
        values[is_clustered],
        names.index(settings["order_segments_by"]),
    )
    places = np.full(len(centres) + 1, -1)  # the last is noise
    places[order] = np.arange(len(centres))
    entity_ids = fetch_columns(sample, ["entity_id"])["entity_id"]
    ids = identity.match_clusters(
        places[labels[is_clustered]],
        np.nan_to_num(rows[is_clustered, -1]),
        len(centres),
        approved_ids(approved, name),
    )
    cluster_ids = np.append(ids, 0)[places]
    records = zip(entity_ids.tolist(), cluster_ids[labels].tolist(), strict=True)
    return typed_frame(list(records), LABEL_DTYPES)


@kmeans.one_thread()
def fit_centroids(
    name: str,
    settings: Settings,
    *,
    k_selection: DuckDBPyRelation,
    labels: DuckDBPyRelation,
    features: DuckDBPyRelation,
    scaled: DuckDBPyRelation,
    scaling: DuckDBPyRelation,
    approved: DuckDBPyRelation,
) -> pd.DataFrame:
    """Return one row per cluster and feature: its centre, scaled and in original units.

    Cluster 1 has the highest mean of the feature ``order_segments_by``. Where rules
    are approved, a cluster bears the number of the approved segment with which it
    shares most members. ``approved`` has a row per segmentation, approved segment and
    member, and one without a member for a segment that holds nobody. Centres of
    algorithms other than KMeans are the means of what they labelled.
    """
    chosen = fetch_columns(k_selection.filter("is_chosen"), ["k"])["k"]
    if not len(chosen):
        return typed_frame([], CENTROID_DTYPES)
    names = settings["features"]
    if is_kmeans(settings):
        both = join_approved(join_on_entity(scaled, features, names), approved, name)
        columns = [*scaled_columns(names), *value_columns(names), "approved_segment_id"]
        rows = fetch_matrix(take_sample(both, settings), columns)
        matrix, values = rows[:, : len(names)], rows[:, len(names) : -1]
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
        centres, sizes = fit.centroids, fit.sizes
        ids = identity.match_clusters(
            fit.labels,
            np.nan_to_num(rows[:, -1]),
            len(centres),
            approved_ids(approved, name),
        )
    else:
        labelled = scaled.join(labels.filter("cluster_id > 0"), "entity_id", "inner")
        sample = take_sample(labelled, settings)
        rows = fetch_matrix(sample, [*names, "cluster_id"])
        ids, members = np.unique(rows[:, -1].astype(np.int64), return_inverse=True)
        sizes = np.bincount(members)
        centres = np.vstack(
            [rows[members == i, :-1].mean(axis=0) for i in range(len(sizes))]
        )
    scales = read_scales(scaling)
    return typed_frame(
        [
            (
                name,
                int(ids[cluster]),
                feature,
                tidy(unscale(float(coordinate), scales[feature])),
                tidy(float(coordinate)),
                int(sizes[cluster]),
            )
            for cluster in np.argsort(ids)
            for feature, coordinate in zip(names, centres[cluster], strict=True)
        ],
        CENTROID_DTYPES,
    )


@kmeans.one_thread()
def fit_rule_candidates(
    name: str,
    settings: Settings,
    *,
    features: DuckDBPyRelation,
    scaled: DuckDBPyRelation,
    clusters: DuckDBPyRelation,
    centroids: DuckDBPyRelation,
) -> pd.DataFrame:
    """Return rules of several sizes with what each buys; those in force are chosen.

    One row per size, rule and bounded feature, as in ``candidates_frame``.
    """
    names = settings["features"]
    both = join_on_entity(scaled, features, names).join(
        clusters.project("entity_id, cluster_id"), "entity_id", "inner"
    )
    marked = both.project(f"*, {KEY_TENTH} < {HELD_OUT_TENTHS} AS is_held_out")
    columns = [
        *value_columns(names),
        *scaled_columns(names),
        "cluster_id",
        "is_held_out",
    ]
    rows = fetch_matrix(take_sample(marked, settings), columns)
    if not len(rows):
        return rule_choice.candidates_frame(name, None, names)
    ids, centres = fetch_centres(centroids, names)
    # a cluster of noise is number 0; others are counted from 1 while rules are fitted
    labels = np.searchsorted(ids, rows[:, -2], side="right")
    choice = rule_choice.choose_rules(
        rows[:, : len(names)],
        rows[:, len(names) : -2],
        labels,
        centres,
        held_out=rows[:, -1] > 0,
        **rule_choice.rule_options(settings),
    )
    return rule_choice.candidates_frame(name, choice.renumbered(ids), names)


def fetch_centres(
    centroids: DuckDBPyRelation, names: Sequence[str]
) -> tuple[NDArray[np.int64], Floats]:
    """Return (k,) ids of clusters, ascending, and their (k, d) scaled centres."""
    fetched = fetch_columns(centroids, ["cluster_id", "feature", "centroid_scaled"])
    ids = np.unique(fetched["cluster_id"].astype(np.int64))
    centres = np.zeros((len(ids), len(names)))
    for cluster, feature, place in zip(*fetched.values(), strict=True):
        centres[np.searchsorted(ids, cluster), names.index(feature)] = place
    return ids, centres


def join_approved(
    relation: DuckDBPyRelation, approved: DuckDBPyRelation, name: str
) -> DuckDBPyRelation:
    """Return the relation with the approved segment of each entity, NULL for none."""
    own = approved.filter(f"segmentation = '{name}' and entity_id is not null")
    members = own.project("entity_id, segment_id as approved_segment_id")
    return relation.join(members, "entity_id", "left")


def approved_ids(approved: DuckDBPyRelation, name: str) -> NDArray[np.int64]:
    """Return the numbers of the approved segments; empty where none are."""
    own = approved.filter(f"segmentation = '{name}' and segment_id > 0")
    ids = fetch_columns(own.project("segment_id").distinct(), ["segment_id"])
    return np.unique(ids["segment_id"].astype(np.int64))


def is_kmeans(settings: Settings) -> bool:
    """Return whether the algorithm is KMeans itself."""
    return settings["algorithm"] in algorithms.KMEANS_ALGORITHMS


def kmeans_options(settings: Settings) -> dict[str, Any]:
    """Return the settings that are parameters of scikit-learn's KMeans."""
    return {key: settings[key] for key in KMEANS_OPTIONS}


def candidate_ks(settings: Settings) -> list[int]:
    """Return the ks to look at: k_min..k_max, and a k that someone has fixed."""
    ks = set(range(settings["k_min"], settings["k_max"] + 1))
    if settings["k"] != "auto":
        ks.add(settings["k"])
    return sorted(ks)


def candidate_labelings(matrix: Floats, settings: Settings) -> list[NDArray[np.int64]]:
    """Return a labeling per k, or the one that an algorithm finds by itself.

    None where it finds no cluster at all, and none for a k above the distinct rows.
    """
    if settings["algorithm"] in algorithms.ALGORITHMS_WITHOUT_K:
        labelings = [label_sample(matrix, settings, None)]
    else:
        distinct = kmeans.count_distinct_rows(matrix)
        labelings = [
            label_sample(matrix, settings, k)
            for k in candidate_ks(settings)
            if k <= distinct
        ]
    return [labels for labels in labelings if (labels != algorithms.NOISE).any()]


def label_sample(
    matrix: Floats, settings: Settings, k: int | None
) -> NDArray[np.int64]:
    """Return the labels that the algorithm of the settings gives the rows."""
    return algorithms.fit_labels(
        matrix,
        settings["algorithm"],
        k,
        n_init=settings["n_init"],
        max_iter=settings["max_iter"],
        random_state=settings["random_state"],
        parameters=settings["algorithm_parameters"],
    )


def sample_limit(settings: Settings) -> int:
    """Return how many rows a fit may read."""
    if is_kmeans(settings):
        return settings["sample_rows"]
    return min(settings["sample_rows"], algorithms.MOST_ROWS)


def take_sample(relation: DuckDBPyRelation, settings: Settings) -> DuckDBPyRelation:
    """Return the rows with the lowest hashes of entity_id, in order of the hash."""
    ordered = relation.order("md5(entity_id), entity_id")
    return ordered.limit(sample_limit(settings))


def fetch_matrix(relation: DuckDBPyRelation, columns: Sequence[str]) -> Floats:
    """Return (n, d) float64 of the columns, rows in the relation's order, NULL NaN."""
    casts = ", ".join(
        f"CAST({quoted([column])} AS DOUBLE) AS column_{i}"
        for i, column in enumerate(columns)
    )
    fetched = relation.project(casts).fetchnumpy()
    return np.column_stack(
        [
            np.ma.filled(
                np.ma.asarray(fetched[f"column_{i}"], dtype=np.float64), np.nan
            )
            for i in range(len(columns))
        ]
    )


def scaled_columns(names: Sequence[str]) -> list[str]:
    """Return how ``join_on_entity`` calls the scaled features."""
    return [f"scaled_{i}" for i in range(len(names))]


def value_columns(names: Sequence[str]) -> list[str]:
    """Return how ``join_on_entity`` calls the features in original units."""
    return [f"value_{i}" for i in range(len(names))]


def join_on_entity(
    scaled: DuckDBPyRelation, features: DuckDBPyRelation, names: Sequence[str]
) -> DuckDBPyRelation:
    """Return one row per entity: scaled_0.. beside value_0.., in the order of names."""
    left = aliased(names, scaled_columns(names))
    right = aliased(names, value_columns(names))
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


def tidy(coordinate: float) -> float:
    """Return a coordinate without rounding noise: a mean of zeros is 0, not 1e-15."""
    return round(coordinate, 12) + 0.0


def fetch_columns(
    relation: DuckDBPyRelation, columns: Sequence[str]
) -> dict[str, NDArray[Any]]:
    """Return the columns of a small relation as arrays, in its order."""
    fetched = relation.project(quoted(columns)).fetchnumpy()
    return {column: np.asarray(fetched[column]) for column in columns}


def aliased(names: Sequence[str], aliases: Sequence[str]) -> str:
    """Return a select list that renames columns."""
    pairs = zip(names, aliases, strict=True)
    return ", ".join(f"{quoted([name])} AS {quoted([alias])}" for name, alias in pairs)


def quoted(names: Sequence[str]) -> str:
    """Return column names as SQL, quoted and joined by commas."""
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)
