"""Scikit-learn's other clusterers behind the contract of KMeans.

They label the rows of a sample; a cluster's centre is the mean of its rows, and noise
is cluster 0. Labels of the sample are kept, since for these algorithms a row need not
belong to its nearest centre; every other row goes to the nearest centre.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from customer_segmentation import kmeans

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

ALGORITHMS_WITH_K = ("gaussian_mixture", "agglomerative", "birch", "bisecting_kmeans")
"""Clusterers that are told the number of clusters."""

ALGORITHMS_WITHOUT_K = ("dbscan", "mean_shift")
"""Clusterers that find the number of clusters."""

MOST_ROWS = 10_000
"""Rows that they label: agglomerative clustering and mean shift compare all pairs."""

NOISE = -1
"""Label of a row that is in no cluster."""


def fit_labels(
    scaled: ArrayLike,
    algorithm: str,
    k: int | None = None,
    *,
    n_init: int = 10,
    max_iter: int = 300,
    random_state: int = 0,
    parameters: Mapping[str, Any] | None = None,
) -> NDArray[np.int64]:
    """Label rows by one of scikit-learn's clusterers.

    Parameters
    ----------
    scaled : (n, d) matrix without missing or infinite values, at most 10,000 rows
    algorithm : one of ``ALGORITHMS_WITH_K`` or ``ALGORITHMS_WITHOUT_K``
    k : number of clusters; required by the former, meaningless to the latter
    n_init, max_iter, random_state : as in ``kmeans.fit_kmeans``, where the clusterer
        has them
    parameters : further parameters of scikit-learn's class, such as ``eps`` and
        ``min_samples`` of DBSCAN

    Returns
    -------
    (n,) int64 : 0..k'-1 without gaps, ``NOISE`` for rows in no cluster

    Raises
    ------
    ValueError : naming the parameter, what is allowed and what was given

    """
    matrix = kmeans.check_matrix(scaled)
    if len(matrix) > MOST_ROWS:
        raise ValueError(
            f"scaled: at most {MOST_ROWS:,} rows are allowed; got {len(matrix):,}"
        )
    if algorithm in ALGORITHMS_WITH_K:
        if k is None:
            raise ValueError(f"k: {algorithm} needs a number of clusters; got None")
        kmeans.check_k(k, matrix)
    elif algorithm not in ALGORITHMS_WITHOUT_K:
        raise ValueError(
            "algorithm: one of "
            f"{', '.join(ALGORITHMS_WITH_K + ALGORITHMS_WITHOUT_K)} is allowed; "
            f"got {algorithm!r}"
        )
    clusterer = _clusterer(
        algorithm, k, n_init, max_iter, random_state, dict(parameters or {})
    )
    if algorithm in ALGORITHMS_WITH_K and k == 1:
        # birch would part its subclusters, of which there may be one
        return np.zeros(len(matrix), dtype=np.int64)
    with kmeans.one_thread():
        labels = np.asarray(clusterer.fit_predict(matrix), dtype=np.int64)
    return _without_gaps(labels)


def _clusterer(
    algorithm: str,
    k: int | None,
    n_init: int,
    max_iter: int,
    random_state: int,
    parameters: dict[str, Any],
) -> Any:
    """Return scikit-learn's estimator; what ``parameters`` names comes from there."""
    from sklearn import cluster, mixture

    classes = {
        "gaussian_mixture": mixture.GaussianMixture,
        "agglomerative": cluster.AgglomerativeClustering,
        "birch": cluster.Birch,
        "bisecting_kmeans": cluster.BisectingKMeans,
        "dbscan": cluster.DBSCAN,
        "mean_shift": cluster.MeanShift,
    }
    defaults: dict[str, dict[str, Any]] = {
        "gaussian_mixture": {
            "n_components": k,
            "n_init": n_init,
            "max_iter": max_iter,
            "random_state": random_state,
        },
        "agglomerative": {"n_clusters": k},
        "birch": {"n_clusters": k},
        "bisecting_kmeans": {
            "n_clusters": k,
            "n_init": n_init,
            "max_iter": max_iter,
            "random_state": random_state,
        },
        "dbscan": {},
        # without binning every row is a seed: minutes instead of seconds
        "mean_shift": {"bin_seeding": True},
    }
    known = classes[algorithm]().get_params()
    unknown = sorted(set(parameters) - set(known))
    if unknown:
        raise ValueError(
            f"algorithm_parameters: {algorithm} knows {', '.join(sorted(known))}; "
            f"got {', '.join(unknown)}"
        )
    return classes[algorithm](**{**defaults[algorithm], **parameters})


def _without_gaps(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the clusters from 0 without gaps; a component may have won no row."""
    numbered = np.full(len(labels), NOISE, dtype=np.int64)
    for number, label in enumerate(np.unique(labels[labels != NOISE])):
        numbered[labels == label] = number
    return numbered
