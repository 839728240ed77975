"""What the Python models of a segmentation do, the same for every segmentation.

Each function reads DuckDB relations, on a bounded sample, and returns one small
frame with explicit dtypes. The sample is the rows with the lowest hash of their key,
so it is the same whatever the order of the rows; rows come in hash order too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from customer_segmentation import algorithms, identity, kmeans, retraining, rule_choice
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

MOST_CUSTOMERS = 200_000
"""Customers whom a fit of what comes later reads; feature_sample holds as many."""

KMEANS_OPTIONS = (
    "n_init",
    "max_iter",
    "tol",
    "algorithm",
    "starting_centroids",
    "averaged_runs",
)

COLD_INSTEAD = (
    "the fit is cold although retraining is {retraining}: there is no approved centre "
    "to begin at, or there are more of them than different rows"
)

LABEL_DTYPES = {"entity_id": "string", "cluster_id": "Int64"}

CENTROID_DTYPES = {
    "segmentation": "string",
    "cluster_id": "Int64",
    "feature": "string",
    "centroid": "Float64",
    "centroid_scaled": "Float64",
}


@kmeans.one_thread()
def fit_k_selection(
    name: str,
    settings: Settings,
    *,
    eligibility: DuckDBPyRelation,
    scaled: DuckDBPyRelation,
    scaling: DuckDBPyRelation,
    approved: DuckDBPyRelation,
    approved_centroids: DuckDBPyRelation,
) -> pd.DataFrame:
    """Return the evidence for every k and the choice; no row where no fit is made.

    Where the setting ``retraining`` is warm or combined, k is what that makes of the
    approved centres. ``approved`` and ``approved_centroids`` as in
    :func:`fit_centroids`.
    """
    if not fetch_columns(eligibility, ["is_fittable"])["is_fittable"][0]:
        return selection.empty_evidence_frame()
    names = settings["features"]
    sample = join_approved(take_sample(scaled, settings), approved, name)
    rows = fetch_matrix(sample, [*names, "approved_segment_id"])
    matrix = rows[:, :-1]
    retrained = None
    if is_kmeans(settings):
        retrained = retrain(
            settings,
            matrix,
            rows[:, -1],
            approved_ids(approved, name),
            read_approved_centres(approved_centroids, name),
            read_scales(scaling),
        )
        made = None if retrained is None else retrained.fit
        ks = possible_ks(matrix, settings) + ([] if made is None else [made.k])
        evidence = selection.evaluate_k(
            matrix,
            ks,
            seed=settings["random_state"],
            made=made,
            **kmeans_options(settings),
        )
    else:
        labelings = candidate_labelings(matrix, settings)
        if not labelings:
            return selection.empty_evidence_frame()
        evidence = selection.evaluate_labelings(matrix, labelings)
    k, chooser = settings["k"], "set by hand"
    found = [row.k for row in evidence]
    if settings["algorithm"] in algorithms.ALGORITHMS_WITHOUT_K:
        k, chooser = evidence[0].k, f"found by {settings['algorithm']}"
    elif retrained is not None:
        k, chooser = retrained.fit.k, retrained.reason
    elif k != "auto" and k not in found:
        chooser = f"the nearest to {k} (set by hand) that {settings['algorithm']} found"
        k = min(found, key=lambda reached: (abs(reached - k), reached))
    choice = selection.choose_k(
        evidence,
        choose_k_by=settings["choose_k_by"],
        k=k,
        minimum_segment_share=settings["minimum_segment_share"],
        chooser=chooser,
    )
    if settings["retraining"] != retraining.COLD and retrained is None:
        reason = f"{choice.reason}; {COLD_INSTEAD.format(**settings)}"
        choice = replace(choice, reason=reason)
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
    approved_centroids: DuckDBPyRelation,
) -> pd.DataFrame:
    """Return one row per entity of the sample: its cluster, 0 where it is noise.

    No row for KMeans, whose clusters are the nearest centroids on every row.
    ``approved`` and ``approved_centroids`` as in :func:`fit_centroids`.
    """
    chosen = fetch_columns(k_selection.filter("is_chosen"), ["k"])["k"]
    if is_kmeans(settings) or not len(chosen):
        return typed_frame([], LABEL_DTYPES)
    names = settings["features"]
    both = take_sample(join_on_entity(scaled, features, names), settings)
    sample = join_approved(both, approved, name)
    columns = [*scaled_columns(names), *value_columns(names), "approved_segment_id"]
    rows = fetch_matrix(sample, columns)
    matrix, values = rows[:, : len(names)], rows[:, len(names) : -1]
    labels = labeling_of(matrix, settings, int(chosen[0]))
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
        taken_ids(approved, approved_centroids, name),
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
    approved_centroids: DuckDBPyRelation,
) -> pd.DataFrame:
    """Return one row per cluster and feature: its centre, scaled and in original units.

    Cluster 1 has the highest mean of the feature ``order_segments_by``. Where rules
    are approved, a cluster bears the number of the approved segment with which it
    shares most members. ``approved`` has a row per segmentation, approved segment and
    member, and one without a member for a segment that holds nobody;
    ``approved_centroids`` one per segmentation, approved segment and feature. Centres
    of algorithms other than KMeans are the means of what they labelled.

    A combined fit leaves approved centres, in their own units, exactly as they are.
    """
    chosen = fetch_columns(k_selection.filter("is_chosen"), ["k"])["k"]
    if not len(chosen):
        return typed_frame([], CENTROID_DTYPES)
    names = settings["features"]
    scales = read_scales(scaling)
    kept: dict[int, dict[str, float]] = {}
    if is_kmeans(settings):
        both = take_sample(join_on_entity(scaled, features, names), settings)
        columns = [*scaled_columns(names), *value_columns(names), "approved_segment_id"]
        rows = fetch_matrix(join_approved(both, approved, name), columns)
        matrix, values = rows[:, : len(names)], rows[:, len(names) : -1]
        segments = np.nan_to_num(rows[:, -1])
        approved_centres = read_approved_centres(approved_centroids, name)
        retrained = retrain(
            settings,
            matrix,
            rows[:, -1],
            approved_ids(approved, name),
            approved_centres,
            scales,
        )
        if retrained is None:
            fit = kmeans.fit_kmeans(
                matrix,
                int(chosen[0]),
                random_state=settings["random_state"],
                **kmeans_options(settings),
            )
            origins = np.zeros(fit.k, dtype=np.int64)
        else:
            fit, origins = retrained.fit, retrained.origins
            if settings["retraining"] == retraining.COMBINED:
                # a centre that stays keeps its number, whoever is near it today
                segments = np.zeros(len(matrix))
                kept = {
                    segment_id: centre
                    for segment_id, centre in approved_centres.items()
                    if segment_id in origins and set(names) <= set(centre)
                }
        order = kmeans.number_clusters(
            fit.centroids,
            fit.labels,
            values,
            names.index(settings["order_segments_by"]),
        )
        fit = kmeans.renumber(fit, order)
        centres = fit.centroids
        ids = identity.match_clusters(
            fit.labels,
            segments,
            len(centres),
            taken_ids(approved, approved_centroids, name),
            origins[order],
        )
    else:
        labelled = scaled.join(labels.filter("cluster_id > 0"), "entity_id", "inner")
        sample = take_sample(labelled, settings)
        rows = fetch_matrix(sample, [*names, "cluster_id"])
        ids, members = np.unique(rows[:, -1].astype(np.int64), return_inverse=True)
        centres = np.vstack(
            [rows[members == i, :-1].mean(axis=0) for i in range(len(ids))]
        )
    return typed_frame(
        [
            (
                name,
                int(ids[cluster]),
                feature,
                kept.get(int(ids[cluster]), {}).get(
                    feature, tidy(unscale(float(coordinate), scales[feature]))
                ),
                tidy(float(coordinate)),
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
    marked = both.project(
        f"*, {hash_tenth('entity_id')} < {HELD_OUT_TENTHS} AS is_held_out"
    )
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
    sample: DuckDBPyRelation, approved: DuckDBPyRelation, name: str
) -> DuckDBPyRelation:
    """Return the sample with the approved segment of each entity, NULL for none.

    Its rows come in order of the hash. Joined after it is taken: DuckDB 2.0.0 forgets
    a limit above a left join whose other side is known to be empty.
    """
    own = approved.filter(f"segmentation = '{name}' and entity_id is not null")
    members = own.project("entity_id, segment_id as approved_segment_id")
    return sort_by_hash(sample.join(members, "entity_id", "left"), "entity_id")


def approved_ids(approved: DuckDBPyRelation, name: str) -> NDArray[np.int64]:
    """Return the numbers of the approved segments; empty where none are."""
    return _numbers(approved.filter("is_in_force"), name)


def _numbers(approved: DuckDBPyRelation, name: str) -> NDArray[np.int64]:
    own = approved.filter(f"segmentation = '{name}' and segment_id > 0")
    ids = fetch_columns(own.project("segment_id").distinct(), ["segment_id"])
    return np.unique(ids["segment_id"].astype(np.int64))


def taken_ids(
    approved: DuckDBPyRelation, approved_centroids: DuckDBPyRelation, name: str
) -> NDArray[np.int64]:
    """Return the numbers that approved segments have or had, or an approved centre has.

    A centre whose cluster no rule reached has a number that is given to no other, as
    has a segment of an earlier approval.
    """
    centres = list(read_approved_centres(approved_centroids, name))
    of_centres = np.array(centres, dtype=np.int64)
    return np.union1d(_numbers(approved, name), of_centres)


def read_approved_centres(
    approved_centroids: DuckDBPyRelation, name: str
) -> dict[int, dict[str, float]]:
    """Return per approved segment its centre at approval: feature to value."""
    own = approved_centroids.filter(f"segmentation = '{name}'")
    rows = fetch_columns(own, ["segment_id", "feature", "centroid"])
    centres: dict[int, dict[str, float]] = {}
    for segment_id, feature, value in zip(*rows.values(), strict=True):
        centres.setdefault(int(segment_id), {})[feature] = float(value)
    return centres


def retrain(
    settings: Settings,
    matrix: Floats,
    segments: Floats,
    ids: NDArray[np.int64],
    approved_centres: Mapping[int, Mapping[str, float]],
    scales: Mapping[str, Mapping[str, Any]],
) -> retraining.Retrained | None:
    """Return what the setting ``retraining`` makes of the approved segments.

    An approved centre is a place in business units: it is looked up on today's scale.
    A segment without one (a person wrote it, or the features are others since) begins
    at the mean of its members.

    Parameters
    ----------
    settings
        Of the segmentation.
    matrix
        (n, d) in the scaled space.
    segments
        (n,) approved segment of each row, NaN for none.
    ids
        Numbers of the approved segments.
    approved_centres
        As from :func:`read_approved_centres`.
    scales
        As from :func:`read_scales`.

    Returns
    -------
    Retrained or None
        None for a cold fit: by the setting, or because nothing is approved, or more
        segments than the rows are different.
    """
    if settings["retraining"] == retraining.COLD:
        return None
    names = settings["features"]
    centres = {}
    for segment_id in ids.tolist():
        centre = approved_centres.get(segment_id, {})
        members = matrix[segments == segment_id]
        if set(names) <= set(centre):
            centres[segment_id] = [rescale(centre[f], scales[f]) for f in names]
        elif len(members):
            centres[segment_id] = members.mean(axis=0).tolist()
    k = len(centres)
    if not k or kmeans.count_distinct_rows(matrix, at_least=k) < k:
        return None
    start = np.array(list(centres.values()))
    if settings["retraining"] == retraining.WARM:
        return retraining.refit_warm(
            matrix,
            start,
            list(centres),
            max_iter=settings["max_iter"],
            algorithm=settings["algorithm"],
        )
    share = settings["minimum_segment_share"]
    return retraining.refit_combined(
        matrix,
        start,
        list(centres),
        minimum_size=max(settings["minimum_rows"], math.ceil(share * len(matrix))),
        most_clusters=settings["k_max"],
        random_state=settings["random_state"],
        **{key: settings[key] for key in ("n_init", "max_iter", "tol", "algorithm")},
    )


def is_kmeans(settings: Settings) -> bool:
    """Return whether the algorithm is KMeans itself."""
    return settings["algorithm"] in kmeans.ALGORITHMS


def kmeans_options(settings: Settings) -> dict[str, Any]:
    """Return the settings that are parameters of scikit-learn's KMeans."""
    return {key: settings[key] for key in KMEANS_OPTIONS}


def candidate_ks(settings: Settings) -> list[int]:
    """Return the ks to look at: k_min..k_max, and a k that someone has fixed."""
    ks = set(range(settings["k_min"], settings["k_max"] + 1))
    if settings["k"] != "auto":
        ks.add(settings["k"])
    return sorted(ks)


def possible_ks(matrix: Floats, settings: Settings) -> list[int]:
    """Return the ks to look at that there are different rows for, else how many.

    Scaling may make equal what differed.
    """
    ks = candidate_ks(settings)
    distinct = kmeans.count_distinct_rows(matrix, at_least=ks[-1])
    return [k for k in ks if k <= distinct] or [distinct]


def candidate_labelings(matrix: Floats, settings: Settings) -> list[NDArray[np.int64]]:
    """Return a labeling per k, or the one that an algorithm finds by itself.

    None where it finds no cluster at all. An algorithm may find fewer clusters than it
    is asked for: each number that it finds comes once, by the labeling asked for it,
    else by the first.
    """
    if settings["algorithm"] in algorithms.ALGORITHMS_WITHOUT_K:
        labelings = {None: label_sample(matrix, settings, None)}
    else:
        labelings = {
            k: label_sample(matrix, settings, k) for k in possible_ks(matrix, settings)
        }
    found: dict[int, NDArray[np.int64]] = {}
    for k, labels in labelings.items():
        reached = int(labels.max()) + 1
        if reached == k or reached not in found:
            found[reached] = labels
    return [labels for reached, labels in found.items() if reached]


def labeling_of(matrix: Floats, settings: Settings, k: int) -> NDArray[np.int64]:
    """Return the one of :func:`candidate_labelings` that has so many clusters."""
    if k in candidate_ks(settings):
        labels = label_sample(matrix, settings, k)
        if labels.max() + 1 == k:
            return labels
    labelings = candidate_labelings(matrix, settings)
    return next(labels for labels in labelings if labels.max() + 1 == k)


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
    return take_lowest(relation, "entity_id", sample_limit(settings))


def take_customers(features: DuckDBPyRelation) -> DuckDBPyRelation:
    """Return the rows with the lowest hashes of customer_id, in order of the hash."""
    return take_lowest(features, "customer_id", MOST_CUSTOMERS)


def take_lowest(relation: DuckDBPyRelation, key: str, count: int) -> DuckDBPyRelation:
    """Return so many rows with the lowest hashes of the key, in order of the hash."""
    return sort_by_hash(relation, key).limit(count)


def sort_by_hash(relation: DuckDBPyRelation, key: str) -> DuckDBPyRelation:
    """Return the rows in order of the hash of the key."""
    return relation.order(f"md5({key}), {key}")


def hash_tenth(key: str) -> str:
    """Return SQL of 0 to 9, by other digits of the hash than order a sample."""
    return f"CAST('0x' || substr(md5({key}), 25, 8) AS BIGINT) % 10"


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


def rescale(value: float, scale: Mapping[str, Any]) -> float:
    """Return a value of the feature's own units in the scaled space.

    As the SQL of ``segmentation_scaled`` does; the inverse of :func:`unscale` within
    the points of a rank map, and flat outside them.
    """
    scaling = scale["scaling"]
    if scaling in ("rank", "rank_first"):
        points = np.asarray(scale["value"], dtype=np.float64)
        return float(np.interp(value, points, np.asarray(scale["scaled_value"], float)))
    if scaling in ("log1p", "log1p_zscore"):
        value = float(np.log1p(value))
    if scaling in ("zscore", "log1p_zscore"):
        deviation = float(scale["standard_deviation"][0])
        return (value - float(scale["mean"][0])) / deviation if deviation else 0.0
    return value


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
