"""Scikit-learn's other clusterers behind the contract of KMeans."""

from __future__ import annotations

import numpy as np
import pytest
from project import NO_TESTS
from shop import ALONE, LIGHT
from sklearn import cluster, mixture
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    silhouette_score,
)

from customer_segmentation import k_selection
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
