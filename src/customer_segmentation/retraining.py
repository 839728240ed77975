"""Fit again without starting anew: from the approved centres, or around them.

``cold`` forgets the approved centres: :func:`kmeans.fit_kmeans`. ``warm`` begins
Lloyd's steps at them, so that as many clusters come back and follow their customers.
``combined`` keeps them where they are and adds clusters of the customers that all of
them fit badly.

Shapes: n rows (customers), d features in the scaled space, k approved centres, m new.

References
----------
Tukey, J. W. (1977). Exploratory Data Analysis, section 2D (outer fences: what lies
beyond three times the midspread from the hinges is far out).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from customer_segmentation import k_selection as selection
from customer_segmentation import kmeans
from customer_segmentation.kmeans import KMeansFit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COLD = "cold"
WARM = "warm"
COMBINED = "combined"

FAR_OUT = 3.0
"""Midspreads beyond the upper quartile of the distances at which a row fits badly. The
fence holds while fewer than a quarter of the rows are of a new kind."""

NO_DISTANCE = 1e-9
"""Distances below this share of the spread of the rows are rounding."""


@dataclass(frozen=True)
class Retrained:
    """Clusters that know which approved segment they come from.

    Attributes
    ----------
    fit : the partition; k approved centres and m new ones, in this order
    origins : (k + m,) number of the segment whose centre a cluster began as; 0 where
        it is new
    reason : what was done, after "k = 4 was "

    """

    fit: KMeansFit
    origins: Ints
    reason: str


def refit_warm(
    scaled: ArrayLike,
    centres: ArrayLike,
    segment_ids: ArrayLike,
    *,
    max_iter: int = 300,
    algorithm: str = "lloyd",
) -> Retrained:
    """Take Lloyd steps from the approved centres until no row changes its cluster.

    Parameters
    ----------
    scaled : (n, d) matrix without missing or infinite values
    centres : (k, d) approved centres, in the same space; k at most the number of
        distinct rows
    segment_ids : (k,) numbers of their segments
    max_iter, algorithm : as in ``kmeans.fit_kmeans``

    Raises
    ------
    ValueError : naming the parameter, what is allowed and what was given

    """
    matrix, start, numbers = _checked(scaled, centres, segment_ids)
    kmeans.check_k(len(start), matrix, "centres")
    with kmeans.one_thread():
        fit = kmeans.polish(matrix, start, max_iter=max_iter, algorithm=algorithm)
    reason = "kept from the approved segments, whose centres were the start (warm)"
    return Retrained(fit, numbers, reason)


def refit_combined(
    scaled: ArrayLike,
    centres: ArrayLike,
    segment_ids: ArrayLike,
    *,
    minimum_size: int,
    most_clusters: int = 8,
    random_state: int = 0,
    **options: Any,
) -> Retrained:
    """Keep the approved centres and add clusters of the rows that they fit badly.

    A row fits badly if its nearest approved centre is further away than the outer fence
    of all such distances. Those rows are clustered on their own: into the number with
    the best silhouette where that shows natural groups and the gap statistic too speaks
    for more than one (``k_selection.choose_k``), else into one. A cluster is added if
    it fits at least ``minimum_size`` of them: that many within the same fence. Others
    are scattered rows, which the nearest centre keeps.

    Parameters
    ----------
    scaled : (n, d) matrix without missing or infinite values, in hash order of key
    centres : (k, d) approved centres, in the same space
    segment_ids : (k,) numbers of their segments
    minimum_size : rows that a new cluster needs, at least 1
    most_clusters : the most that the badly fitted rows are divided into
    random_state : seed of the starts
    options : ``n_init``, ``max_iter``, ``tol``, ``algorithm``, as in
        ``kmeans.fit_kmeans``

    Raises
    ------
    ValueError : naming the parameter, what is allowed and what was given

    """
    matrix, kept, numbers = _checked(scaled, centres, segment_ids)
    if minimum_size < 1:
        raise ValueError(
            f"minimum_size: an integer of at least 1 is allowed; got {minimum_size!r}"
        )
    with kmeans.one_thread():
        distances, _ = nearest(matrix, kept)
        fence = outer_fence(distances)
        spread = math.sqrt(float(matrix.var(axis=0).sum()))
        far = matrix[distances > fence + NO_DISTANCE * spread]
        found = "nobody fits" if not len(far) else f"{len(far):,} fit"
        beyond = f"{found} badly (beyond {fence:.3g} from every one of them)"
        added = np.empty((0, matrix.shape[1]))
        if len(far) < minimum_size:
            why = f"{beyond}, and a new cluster needs {minimum_size:,}"
        else:
            clusters = _cluster(far, most_clusters, random_state, options)
            offsets = far - clusters.centroids[clusters.labels]
            is_like = np.sqrt(np.square(offsets).sum(axis=1)) <= fence
            held = np.bincount(clusters.labels[is_like], minlength=clusters.k)
            is_large = held >= minimum_size
            added = clusters.centroids[is_large]
            why = f"{beyond}, {held[is_large].sum():,} of them near a new one"
            if not len(added):
                why = f"{beyond}, no {minimum_size:,} of them near one another"
        every = np.vstack([kept, added])
        distances, labels = nearest(matrix, every)
    fit = KMeansFit(every, labels, float(np.square(distances).sum()))
    origins = np.append(numbers, np.zeros(len(added), dtype=np.int64))
    reason = (
        f"made of {len(kept)} approved centres, which stay, and {len(added)} new "
        f"(combined): {why}"
    )
    return Retrained(fit, origins, reason)


def outer_fence(distances: ArrayLike) -> float:
    """Return the upper quartile plus three times the midspread (Tukey 1977)."""
    lower, upper = np.percentile(np.asarray(distances, dtype=np.float64), [25, 75])
    return float(upper + FAR_OUT * (upper - lower))


def nearest(matrix: Floats, centres: Floats) -> tuple[Floats, Ints]:
    """Return (n,) distances to the nearest centre, and which it is; the first of ties.

    Parameters
    ----------
    matrix : (n, d)
    centres : (k, d)

    """
    best = np.full(len(matrix), np.inf)
    labels = np.zeros(len(matrix), dtype=np.int64)
    for number, centre in enumerate(centres):
        distances = np.square(matrix - centre).sum(axis=1)
        is_nearer = distances < best
        best[is_nearer], labels[is_nearer] = distances[is_nearer], number
    return np.sqrt(best), labels


def _cluster(
    far: Floats, most: int, random_state: int, options: dict[str, Any]
) -> KMeansFit:
    """Return the natural groups of the rows, or all of them as one."""
    evidence = selection.evaluate_k(
        far, range(1, most + 1), seed=random_state, **options
    )
    choice = selection.choose_k(evidence, choose_k_by="silhouette")
    is_divided = choice.has_natural_clusters and choice.gap_k != 1
    k = choice.k if is_divided else 1
    return kmeans.fit_kmeans(far, k, random_state=random_state, **options)


def _checked(
    scaled: ArrayLike, centres: ArrayLike, segment_ids: ArrayLike
) -> tuple[Floats, Floats, Ints]:
    matrix = kmeans.check_matrix(scaled)
    start = kmeans.check_matrix(centres, "centres")
    if start.shape[1] != matrix.shape[1]:
        raise ValueError(
            f"centres: {matrix.shape[1]} coordinates each, one per feature, are "
            f"allowed; got {start.shape[1]}"
        )
    numbers = np.asarray(segment_ids, dtype=np.int64)
    if len(np.unique(numbers)) != len(start) or numbers.min() < 1:
        raise ValueError(
            f"segment_ids: {len(start)} different numbers from 1, one per centre, are "
            f"allowed; got {numbers.tolist()}"
        )
    return matrix, start, numbers
