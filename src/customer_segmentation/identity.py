"""Which new cluster is which segment that people know.

References
----------
Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research
Logistics Quarterly 2, 83-97.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment


def match_clusters(
    labels: ArrayLike,
    segments: ArrayLike,
    clusters: int,
    taken: ArrayLike,
    origins: ArrayLike | None = None,
) -> NDArray[np.int64]:
    """Numbers of clusters, so that most members keep the number that they have.

    The assignment of clusters to segments that shares the most members in all. A
    cluster that shares none with its segment, or for which no segment is left, takes
    the number that it comes from, if no other has it, and else the next free number
    above those taken.

    Parameters
    ----------
    labels
        (n,) cluster of each member, 0 to ``clusters`` - 1.
    segments
        (n,) number of the segment that each member has; 0 for none.
    clusters
        How many clusters there are.
    taken
        Numbers that segments have, with and without members; empty where there is no
        segment yet: then the clusters are numbered from 1 in their order.
    origins
        (clusters,) number of the segment at whose centre each cluster began, all
        different and among those taken; 0 for none. By default none has one.

    Returns
    -------
    ndarray of int64, shape (clusters,)
        The number of each cluster, all different.

    Raises
    ------
    ValueError
        ``labels`` and ``segments`` differ in length, or a member has a segment, or a
        cluster an origin, that is not among those taken.
    """
    labels = np.asarray(labels, dtype=np.int64)
    segments = np.asarray(segments, dtype=np.int64)
    taken = np.unique(np.asarray(taken, dtype=np.int64))
    if labels.shape != segments.shape:
        raise ValueError(
            f"labels and segments must be as many, got {len(labels)}, {len(segments)}"
        )
    unknown = np.setdiff1d(segments, np.append(taken, 0))
    if unknown.size:
        raise ValueError(f"segments must be 0 or one of {taken}, got {unknown}")
    came_from = np.zeros(clusters, dtype=np.int64)
    if origins is not None:
        came_from = np.asarray(origins, dtype=np.int64)
    unknown = np.setdiff1d(came_from, np.append(taken, 0))
    if unknown.size:
        raise ValueError(f"origins must be 0 or one of {taken}, got {unknown}")
    overlap = np.zeros((clusters, len(taken)), dtype=np.int64)
    is_member = segments > 0
    np.add.at(
        overlap, (labels[is_member], np.searchsorted(taken, segments[is_member])), 1
    )
    numbers = np.zeros(clusters, dtype=np.int64)
    matched = linear_sum_assignment(overlap, maximize=True)
    for cluster, segment in zip(*matched, strict=True):
        if overlap[cluster, segment]:
            numbers[cluster] = taken[segment]
    is_free = ~np.isin(came_from, numbers) & (numbers == 0)
    numbers[is_free] = came_from[is_free]
    is_new = numbers == 0
    highest = taken.max(initial=0)
    numbers[is_new] = highest + 1 + np.arange(np.count_nonzero(is_new))
    return numbers
