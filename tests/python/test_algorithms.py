"""Scikit-learn's other clusterers behind the contract of KMeans."""

from __future__ import annotations

from hashlib import md5

import duckdb
import numpy as np
import pandas as pd
import pytest
from project import NO_TESTS
from shop import ALONE, LIGHT
from sklearn import cluster, mixture
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    silhouette_score,
)

from customer_segmentation import fits, k_selection
from customer_segmentation.algorithms import (
    ALGORITHMS_WITH_K,
    MOST_ROWS,
    NOISE,
    fit_labels,
)


def blobs(seed: int = 0, rows_each: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Return three separated clusters in the plane and the cluster of each row."""
    rng = np.random.default_rng(seed)
    truth = np.repeat([0, 1, 2], rows_each)
    centres = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    return centres[truth] + rng.normal(size=(len(truth), 2)), truth


@pytest.mark.parametrize("algorithm", ALGORITHMS_WITH_K)
def test_separated_clusters_are_found_without_gaps(algorithm):
    matrix, truth = blobs()
    labels = fit_labels(matrix, algorithm, 3)
    assert adjusted_rand_score(truth, labels) == 1
    assert sorted(set(labels.tolist())) == [0, 1, 2]


def test_dbscan_and_mean_shift_find_the_number_and_dbscan_names_noise():
    matrix, truth = blobs()
    outlier = np.vstack([matrix, [[50.0, 50.0]]])
    labels = fit_labels(outlier, "dbscan", parameters={"eps": 1.5, "min_samples": 5})
    assert labels[-1] == NOISE
    assert adjusted_rand_score(truth, labels[:-1]) > 0.95
    found = fit_labels(matrix, "mean_shift", parameters={"bandwidth": 3.0})
    assert adjusted_rand_score(truth, found) == 1


def test_labels_are_those_of_scikit_learn():
    matrix, _ = blobs(seed=4)
    pairs = {
        "gaussian_mixture": mixture.GaussianMixture(3, n_init=10, random_state=0),
        "agglomerative": cluster.AgglomerativeClustering(3),
        "birch": cluster.Birch(n_clusters=3),
    }
    for algorithm, clusterer in pairs.items():
        labels = fit_labels(matrix, algorithm, 3, max_iter=100)
        assert adjusted_rand_score(clusterer.fit_predict(matrix), labels) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("kmeans", 3), "algorithm: one of gaussian_mixture.* got 'kmeans'"),
        (("birch", None), "k: birch needs a number of clusters; got None"),
        (("birch", 0), "k: an integer of at least 1"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        fit_labels(blobs()[0], *arguments)


def test_unknown_parameters_are_named():
    with pytest.raises(ValueError, match=r"algorithm_parameters: dbscan knows .* epsi"):
        fit_labels(blobs()[0], "dbscan", parameters={"epsi": 1})


def test_too_many_rows_are_refused():
    with pytest.raises(ValueError, match="at most 10,000 rows are allowed"):
        fit_labels(np.zeros((MOST_ROWS + 1, 1)), "dbscan")


def test_evidence_of_labelings_leaves_noise_out():
    matrix, truth = blobs(seed=2)
    labels = truth.copy()
    labels[:10] = NOISE
    (row,) = k_selection.evaluate_labelings(matrix, [labels])
    kept = labels >= 0
    assert row.k == 3
    assert row.silhouette == pytest.approx(silhouette_score(matrix[kept], labels[kept]))
    assert row.calinski_harabasz == pytest.approx(
        calinski_harabasz_score(matrix[kept], labels[kept])
    )
    inertia = sum(
        np.square(matrix[labels == i] - matrix[labels == i].mean(axis=0)).sum()
        for i in range(3)
    )
    assert row.inertia == pytest.approx(inertia)
    assert row.smallest_cluster_share == pytest.approx(70 / 240)
    choice = k_selection.choose_k([row], k=3, chooser="found by dbscan")
    assert choice.reason.startswith("k = 3 was found by dbscan")


SETTINGS = {
    "features": ["a", "b"],
    "order_segments_by": "a",
    "k": "auto",
    "k_min": 2,
    "k_max": 6,
    "choose_k_by": "elbow",
    "minimum_segment_share": 0.01,
    "sample_rows": 1_000,
    "algorithm": "birch",
    "algorithm_parameters": {},
    "retraining": "cold",
    "n_init": 3,
    "max_iter": 300,
    "tol": 1e-4,
    "random_state": 0,
    "starting_centroids": None,
    "averaged_runs": 0,
}


def fitted(matrix: np.ndarray, **changes) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the evidence on k and the labels of rows that are scaled already."""
    settings = {**SETTINGS, **changes}
    scaled = pd.DataFrame(matrix, columns=settings["features"])
    scaled.insert(0, "entity_id", [f"e{i}" for i in range(len(matrix))])
    eligibility = pd.DataFrame({"is_fittable": [True]})
    with duckdb.connect() as connection:
        for name, columns in {
            "scaling": "segmentation, feature, scaling, point, value, scaled_value, "
            "mean, standard_deviation",
            "approved": "segmentation, segment_id, entity_id, is_in_force",
            "centroids": "segmentation, segment_id, feature, centroid",
        }.items():
            nothing = ", ".join(f"null as {column}" for column in columns.split(", "))
            connection.execute(f"create table {name} as select {nothing} limit 0")
        approved = {
            "approved": connection.table("approved"),
            "approved_centroids": connection.table("centroids"),
        }
        rows = connection.from_df(scaled)
        evidence = fits.fit_k_selection(
            "shop",
            settings,
            eligibility=connection.from_df(eligibility),
            scaled=rows,
            scaling=connection.table("scaling"),
            **approved,
        )
        labels = fits.fit_labels(
            "shop",
            settings,
            k_selection=connection.from_df(evidence),
            features=rows.set_alias("features"),
            scaled=rows,
            **approved,
        )
    return evidence, labels


def likert(seed: int = 4) -> np.ndarray:
    """Return answers of which a mixture of 8 leaves one component without rows."""
    answers = np.random.default_rng(seed).integers(1, 6, (150, 2)).astype(float)
    return (answers - answers.mean(axis=0)) / answers.std(axis=0)


@pytest.mark.filterwarnings("ignore:Number of subclusters")
@pytest.mark.parametrize(
    ("changes", "k", "reason"),
    [
        (
            {"algorithm": "gaussian_mixture", "k": 8, "k_min": 8, "k_max": 8},
            7,
            "k = 7 was the nearest to 8 (set by hand) that gaussian_mixture found; ",
        ),
        (
            {"k": 4, "algorithm_parameters": {"threshold": 50}},
            1,
            "k = 1 was the nearest to 4 (set by hand) that birch found; a single",
        ),
        (
            {"algorithm_parameters": {"threshold": 50}},
            1,
            "k = 1 is the smallest of 1: no method names another; a single",
        ),
    ],
)
def test_a_number_that_is_not_reached_gives_the_nearest_and_says_so(changes, k, reason):
    evidence, labels = fitted(likert(), **changes)
    assert evidence["k"].is_unique
    (chosen,) = evidence[evidence["is_chosen"]].itertuples()
    assert chosen.k == k and chosen.choice_reason.startswith(reason)
    assert sorted(labels["cluster_id"].unique()) == list(range(1, k + 1))
    smallest = labels["cluster_id"].value_counts().min()
    assert smallest == round(chosen.smallest_cluster_share * 150)


def test_of_two_numbers_equally_near_the_smaller_is_taken(monkeypatch):
    """An algorithm that finds 2 or 4 clusters where 3 are asked for."""
    monkeypatch.setattr(
        fits,
        "label_sample",
        lambda matrix, _, k: np.arange(len(matrix)) % {2: 2, 3: 2, 4: 4}[k],
    )
    evidence, labels = fitted(likert(), k=3, k_min=2, k_max=4)
    (chosen,) = evidence[evidence["is_chosen"]].itertuples()
    assert chosen.k == 2 and labels["cluster_id"].nunique() == 2


@pytest.mark.parametrize(
    ("algorithm", "rows", "expected"),
    [
        ("lloyd", 200_000, 200_000),
        ("birch", 200_000, 10_000),
        ("birch", 300, 300),
    ],
)
def test_only_kmeans_reads_as_many_rows_as_the_setting_says(algorithm, rows, expected):
    settings = {**SETTINGS, "algorithm": algorithm, "sample_rows": rows}
    assert fits.sample_limit(settings) == expected


@pytest.mark.parametrize("algorithm", ["lloyd", "agglomerative"])
def test_rows_that_scaling_made_equal_have_fewer_clusters(algorithm):
    rows = np.repeat([[0.0, 0.0], [1.0, 2.0]], 60, axis=0)
    evidence, _ = fitted(rows, algorithm=algorithm, k_min=3, k=4)
    (chosen,) = evidence.itertuples()
    assert chosen.k == 2 and "nearest to 4 (set by hand)" in chosen.choice_reason


def test_a_sample_of_equal_rows_and_a_number_not_reached_fail_no_build(
    dbt_build, tmp_path
):
    """Of 3,000 rows 30 differ, but those that the sample of 100 holds are equal."""
    file = tmp_path / "features.csv"
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"entity_id": [f"r{i:05d}" for i in range(3_000)]})
    lowest = frame["entity_id"].map(lambda key: md5(key.encode()).hexdigest()).rank()
    differs = lowest > 2_970
    features = {
        "survey_priorities": ["a", "b"],
        "service_value": ["complaints", "money_spent"],
    }
    parts = []
    for name, columns in features.items():
        for column in columns:
            answers = rng.uniform(5, 9, 3_000).round(1)
            frame["value"] = np.where(differs, answers, 1.0)
            parts.append(frame.assign(feature=column, feature_set=name))
    pd.concat(parts).assign(as_of_date="2024-01-01").to_csv(file, index=False)
    settings = {
        name: {"features": columns, "order_segments_by": columns[0]}
        for name, columns in features.items()
    }
    birch = {"algorithm": "birch", "algorithm_parameters": {"threshold": 50}, "k": 4}
    vars = {
        **LIGHT,
        "inputs": {"feature_sample": {"file": str(file)}},
        "segmentations": {
            "purchase_behaviour": {"enabled": False},
            "demographics": {"enabled": False},
            "survey_priorities": {**settings["survey_priorities"], "sample_rows": 100},
            "service_value": {**settings["service_value"], **birch},
        },
    }
    build = dbt_build(vars, *NO_TESTS, tables=["segmentation_quality"]).check()
    assert build.query(
        "select segmentation, status, k, reason from segmentation_quality order by 1"
    ) == [
        (
            *("service_value", "fitted", 1),
            "k = 1 was the nearest to 4 (set by hand) that birch found; "
            "a single cluster divides nothing",
        ),
        (
            *("survey_priorities", "skipped", None),
            "only 1 of at least 2 different combinations of a, b, one per segment, "
            "among the 100 rows of the sample; see sample_rows",
        ),
    ]


@pytest.mark.thorough
def test_noise_is_unclassified_in_the_warehouse(dbt_build):
    """A build with DBSCAN: cluster 0 is noise, and rules explain it as segment 0."""
    settings = {
        "algorithm": "dbscan",
        "algorithm_parameters": {"eps": 0.12, "min_samples": 15},
        "max_rules": 40,
        "effort": 0,
    }
    vars = {**LIGHT, "segmentations": {**ALONE, "purchase_behaviour": settings}}
    build = dbt_build(vars, *NO_TESTS, tables=["segmentation_quality"]).check()
    ((price, proposed_price, fidelity, proposed_fidelity),) = build.query(
        "select price_of_explainability, proposed_price, fidelity, proposed_fidelity "
        "from segmentation_quality where segmentation = 'purchase_behaviour'"
    )
    assert price == pytest.approx(proposed_price, rel=1e-6)
    assert fidelity == pytest.approx(proposed_fidelity)
    ((status, k),) = build.query(
        "select status, k from segmentation_quality "
        "where segmentation = 'purchase_behaviour'"
    )
    assert status == "fitted"
    clusters = build.query(
        "select cluster_id, count(*) from segment_memberships "
        "where segmentation = 'purchase_behaviour' group by 1 order by 1"
    )
    assert [cluster_id for cluster_id, _ in clusters] == list(range(k + 1))
    assert build.query(
        "select distinct segment_name from segment_memberships "
        "where segmentation = 'purchase_behaviour' and segment_id = 0"
    ) == [("Unclassified",)]
