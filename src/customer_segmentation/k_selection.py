"""Collect the evidence on the number of clusters, then choose by a declared policy.

No method is right alone: on the same data the elbow, the silhouette and the gap may
name three different k. So every figure is computed for every k, one policy chooses,
and two questions are kept apart: *which k slices the data well* (``choose_k_by``) and
*are these slices natural groups* (``has_natural_clusters``).

Shapes: n rows, d features in the scaled space. Distances are Euclidean.

References
----------
Rousseeuw, P. (1987). Silhouettes. J. Comput. Appl. Math. 20, section 2.
Tibshirani, R., Walther, G., Hastie, T. (2001). Estimating the number of clusters in a
data set via the gap statistic. J. R. Statist. Soc. B 63, sections 3 and 4.
Davies, D., Bouldin, D. (1979). A cluster separation measure. IEEE PAMI 1.
Calinski, T., Harabasz, J. (1974). A dendrite method for cluster analysis. Commun.
Stat. 3.
Hennig, C. (2007). Cluster-wise assessment of cluster stability. CSDA 52, section 3.
Hubert, L., Arabie, P. (1985). Comparing partitions. J. Classification 2.
Grenander, U. (1956). On the theory of mortality measurement II; the unimodal density
of highest likelihood. Skand. Aktuarietidskr. 39.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from customer_segmentation import kmeans
from customer_segmentation.frames import typed_frame
from customer_segmentation.kmeans import Floats, Ints, KMeansFit

if TYPE_CHECKING:
    import pandas as pd

POLICIES = ("elbow", "silhouette", "gap", "consensus")

EXACT_SILHOUETTE_ROWS = 20_000
"""Up to here the silhouette is exact; its cost grows with the square of the rows."""

SILHOUETTE_ROWS = 10_000
"""Beyond, it is that of the first 10,000 rows (standard error below .003)."""

REFERENCE_ROWS = 2_000
"""Rows of the samples behind gap, stability and silhouette without clusters."""

REFERENCE_COUNT = 10
"""Uniform references of the gap statistic."""

UNCLUSTERED_COUNT = 4
"""References without clusters whose silhouettes are averaged."""

BOOTSTRAP_COUNT = 8
"""Refits behind the stability."""

REFIT_STARTS = 3
"""k-means++ starts of each fit to a reference or a bootstrap sample."""

MINIMUM_BEND = 0.05
"""An elbow needs an inertia at k + 1 that lies 5 % above the continued trend."""

MINIMUM_BEND_RATIO = 1.25
"""... and a slope before the elbow that is 1.25 times the slope behind it."""

ZERO_INERTIA = 1e-12
"""An inertia below this share of the largest one is zero but for rounding."""

NATURAL_MARGIN = 0.08
"""Natural clusters score a silhouette higher by this than data without clusters.

Uniform, normal, t, lognormal, Poisson and rank-transformed clouds stay below .08, but
for slices that a few outliers make, which do not come back in refits."""

NATURAL_STABILITY = 0.75
"""Natural clusters come back in refits (the bound of Hennig 2007, section 4, there for
the Jaccard coefficient); slices around a few outliers score about .5 or less."""

LATTICE_REPEATS = 5
"""A column whose values repeat this often on average keeps its values."""

MARGIN_CELLS = 200
"""Cells of equal mass behind a unimodal margin."""

MARGIN_TAIL_ROWS = 50
"""Rows at either end that get a cell of their own: a wide outer cell would thicken
the tail, and the silhouette of skewed data hangs on its tail."""

MARGIN_MODES = 64
"""Places at which the mode of a margin is tried."""


@dataclass(frozen=True)
class KEvidence:
    """What the data say about one k; NaN where a figure is not defined.

    Attributes
    ----------
    k : number of clusters
    inertia : within-cluster sum of squares, all rows
    silhouette : mean Euclidean silhouette over ``silhouette_rows`` rows, -1..1
    negative_silhouette_share : share of those rows that lie nearer to another cluster
    silhouette_without_clusters : mean silhouette of the same k on data with the same
        rank correlations and the same margins without bumps
    gap, gap_standard_error : Tibshirani et al. 2001, equations 3 and section 3 step 3
    davies_bouldin : 0 and up, lower is better, all rows
    calinski_harabasz : 0 and up, higher is better, all rows
    stability : mean adjusted Rand index of refits on bootstrap samples, up to 1
    smallest_cluster_share : rows of the smallest cluster / all rows
    silhouette_rows : number of rows behind the silhouette

    """

    k: int
    inertia: float
    silhouette: float = math.nan
    negative_silhouette_share: float = math.nan
    silhouette_without_clusters: float = math.nan
    gap: float = math.nan
    gap_standard_error: float = math.nan
    davies_bouldin: float = math.nan
    calinski_harabasz: float = math.nan
    stability: float = math.nan
    smallest_cluster_share: float = 1.0
    silhouette_rows: int = 0


@dataclass(frozen=True)
class KChoice:
    """The chosen k, what each method would have chosen, and why.

    ``elbow_k``, ``best_silhouette_k`` and ``gap_k`` are None where the method names
    no k; they look at every k evaluated, whatever its smallest cluster.
    """

    k: int
    elbow_k: int | None
    best_silhouette_k: int | None
    gap_k: int | None
    has_natural_clusters: bool
    reason: str


def evaluate_k(
    scaled: ArrayLike,
    ks: Iterable[int],
    *,
    n_init: int = 10,
    max_iter: int = 300,
    tol: float = 1e-4,
    algorithm: str = "lloyd",
    seed: int = 0,
    starting_centroids: ArrayLike | None = None,
    averaged_runs: int = 0,
    made: KMeansFit | None = None,
    reference_count: int = REFERENCE_COUNT,
    unclustered_count: int = UNCLUSTERED_COUNT,
    bootstrap_count: int = BOOTSTRAP_COUNT,
) -> list[KEvidence]:
    """Return the evidence for every k, in ascending order of k.

    Inertia, Davies-Bouldin, Calinski-Harabasz and the smallest share are those of the
    full fit (``kmeans.fit_kmeans`` with the same options and ``random_state=seed``).
    The silhouette is exact up to 20,000 rows and that of the first 10,000 beyond.
    Gap, stability and silhouette without clusters compare samples of at most 2,000
    rows, drawn with the seed.

    Ks above the number of distinct rows are left out: no such clustering exists.

    Parameters
    ----------
    scaled : (n, d) matrix without missing or infinite values
    ks : numbers of clusters, any order; 1 is allowed (only inertia and gap there)
    n_init, max_iter, tol, algorithm, starting_centroids, averaged_runs : as in
        ``kmeans.fit_kmeans``
    made : a partition of the same rows that was made elsewhere; at its k it stands in
        the place of the fit, and all figures are its own
    seed : of the starts, the references and the bootstrap samples
    reference_count : uniform references of the gap, at least 2, or 0 to leave it out
    unclustered_count : references without clusters, or 0 to leave them out
    bootstrap_count : refits behind the stability, or 0 to leave it out

    Raises
    ------
    ValueError : naming the parameter, what is allowed and what was given

    """
    matrix = kmeans.check_matrix(scaled)
    kmeans.check_options(n_init, max_iter, tol, algorithm)
    counts = {
        "reference_count": reference_count,
        "unclustered_count": unclustered_count,
        "bootstrap_count": bootstrap_count,
    }
    for name, count in counts.items():
        if not isinstance(count, int | np.integer) or count < 0:
            raise ValueError(
                f"{name}: an integer of at least 0 is allowed; got {count!r}"
            )
    if reference_count == 1:
        raise ValueError(
            "reference_count: 0 or at least 2 (for a standard error) is allowed; got 1"
        )
    possible = _possible_ks(ks, matrix)
    given = kmeans.check_start(starting_centroids, matrix.shape[1])

    with kmeans.one_thread():
        fits = [
            made
            if made is not None and k == made.k
            else kmeans.fit_unchecked(
                matrix,
                k,
                n_init=n_init,
                max_iter=max_iter,
                tol=tol,
                algorithm=algorithm,
                random_state=seed,
                starting_centroids=given,
                averaged_runs=averaged_runs,
            )
            for k in possible
        ]
        silhouette_rows = len(matrix)
        if silhouette_rows > EXACT_SILHOUETTE_ROWS:
            silhouette_rows = SILHOUETTE_ROWS
        silhouettes = silhouette_values(
            matrix[:silhouette_rows], [fit.labels[:silhouette_rows] for fit in fits]
        )
        # Independent streams: asking for more references of one kind leaves the
        # others as they were.
        streams = np.random.SeedSequence(seed).spawn(4)
        sample_rng, gap_rng, unclustered_rng, bootstrap_rng = map(
            np.random.default_rng, streams
        )
        rows = _sample_rows(len(matrix), sample_rng)
        sample = matrix[rows]
        # On all rows the fit to the sample is the fit itself.
        sample_fits = fits
        if len(sample) < len(matrix):
            sample_fits = [_sample_fit(sample, fit, gap_rng) for fit in fits]
        gaps = _gaps(sample, sample_fits, reference_count, gap_rng)
        unclustered = _silhouettes_without_clusters(
            sample, possible, unclustered_count, unclustered_rng
        )
        stabilities = _stabilities(
            sample, [fit.labels[rows] for fit in fits], bootstrap_count, bootstrap_rng
        )

        evidence = []
        for i, fit in enumerate(fits):
            scores = silhouettes[:, i]
            indices = dispersion_indices(matrix, fit.labels)
            evidence.append(
                KEvidence(
                    k=fit.k,
                    inertia=fit.inertia,
                    silhouette=float(scores.mean()),
                    negative_silhouette_share=(
                        math.nan if np.isnan(scores[0]) else float((scores < 0).mean())
                    ),
                    silhouette_without_clusters=float(unclustered[i]),
                    gap=float(gaps[i, 0]),
                    gap_standard_error=float(gaps[i, 1]),
                    davies_bouldin=indices[0],
                    calinski_harabasz=indices[1],
                    stability=float(stabilities[i]),
                    smallest_cluster_share=float(fit.sizes.min() / len(matrix)),
                    silhouette_rows=silhouette_rows,
                )
            )
    return evidence


def evaluate_labelings(scaled: ArrayLike, labelings: Sequence[Ints]) -> list[KEvidence]:
    """Return the evidence for labelings made elsewhere, by number of clusters.

    For clusterers other than KMeans. Inertia is around the means of the clusters; rows
    labelled below 0 are noise and enter no figure but the smallest share, which is of
    all rows. Gap, stability and silhouette without clusters would refit the clusterer
    many times and are left out.

    Parameters
    ----------
    scaled : (n, d) matrix without missing or infinite values, at most 20,000 rows
    labelings : (n,) integers each, clusters numbered from 0 without gaps

    """
    matrix = kmeans.check_matrix(scaled)
    if len(matrix) > EXACT_SILHOUETTE_ROWS:
        raise ValueError(
            f"scaled: at most {EXACT_SILHOUETTE_ROWS:,} rows are allowed; "
            f"got {len(matrix):,}"
        )
    evidence = []
    with kmeans.one_thread():
        for labels in labelings:
            is_clustered = labels >= 0
            rows, own = matrix[is_clustered], labels[is_clustered]
            means, sizes, _ = _means(rows, own)
            scores = silhouette_values(rows, [own])[:, 0]
            is_scored = not np.isnan(scores[0])
            indices = dispersion_indices(rows, own)
            evidence.append(
                KEvidence(
                    k=len(means),
                    inertia=float(np.square(rows - means[own]).sum()),
                    silhouette=float(scores.mean()),
                    negative_silhouette_share=(
                        float((scores < 0).mean()) if is_scored else math.nan
                    ),
                    davies_bouldin=indices[0],
                    calinski_harabasz=indices[1],
                    smallest_cluster_share=float(sizes.min() / len(matrix)),
                    silhouette_rows=len(rows),
                )
            )
    return sorted(evidence, key=lambda row: row.k)


def silhouette_values(
    scaled: Floats, labelings: Sequence[Ints], *, tile_rows: int = 500
) -> Floats:
    """Return the (n, K) Euclidean silhouettes of n rows under K labelings.

    All labelings share one pass: a tile of distances is made once, for its rows and,
    turned, for its columns, and a matrix product with the one-hot columns of all
    clusters of all labelings gives the sums of distances to each cluster. O(n^2 d)
    time; a tile of ``tile_rows`` squared stays in the processor's cache.

    A row alone in its cluster scores 0 (Rousseeuw 1987); a labeling with a single
    cluster scores NaN.
    """
    from scipy.spatial.distance import cdist

    n = len(scaled)
    scores = np.full((n, len(labelings)), np.nan)
    compact = [np.unique(labels, return_inverse=True)[1] for labels in labelings]
    used = [i for i, labels in enumerate(compact) if labels.max() > 0]
    if not used:
        return scores
    widths = [int(compact[i].max()) + 1 for i in used]
    starts = np.concatenate([[0], np.cumsum(widths)])
    member = np.zeros((n, starts[-1]))
    rows = np.arange(n)
    for column, i in zip(starts, used, strict=False):
        member[rows, column + compact[i]] = 1.0
    sizes = member.sum(axis=0)

    sums = np.zeros_like(member)
    tiles = [slice(first, first + tile_rows) for first in range(0, n, tile_rows)]
    for position, tile in enumerate(tiles):
        sums[tile] += cdist(scaled[tile], scaled[tile]) @ member[tile]
        for other in tiles[position + 1 :]:
            distances = cdist(scaled[tile], scaled[other])
            sums[tile] += distances @ member[other]
            sums[other] += distances.T @ member[tile]
    for j, i in enumerate(used):
        own = compact[i]
        to_cluster = sums[:, starts[j] : starts[j + 1]]
        size = sizes[starts[j] : starts[j + 1]]
        own_size = size[own]
        within = to_cluster[rows, own] / np.maximum(own_size - 1, 1)
        means = to_cluster / size
        means[rows, own] = np.inf
        nearest = means.min(axis=1)
        widest = np.maximum(within, nearest)
        score = np.zeros(n)
        np.divide(nearest - within, widest, out=score, where=widest > 0)
        scores[:, i] = np.where(own_size > 1, score, 0.0)
    return scores


def dispersion_indices(scaled: Floats, labels: Ints) -> tuple[float, float]:
    """Return the Davies-Bouldin and the Calinski-Harabasz index.

    Davies-Bouldin (1979, definition 5): the mean over clusters of the worst ratio
    (spread i + spread j) / distance of the centres, where spread is the mean distance
    of the members to their centre. NaN for one cluster.

    Calinski-Harabasz (1974): (B / (k - 1)) / (W / (n - k)). NaN for one cluster or for
    as many clusters as rows; infinite where W is zero.

    Both need every row's distance to the mean of its cluster: they share one pass.
    """
    from scipy.spatial.distance import cdist

    centres, sizes, own = _means(scaled, labels)
    n, k = len(scaled), len(centres)
    if k < 2:
        return math.nan, math.nan
    offsets = scaled - centres[own]
    squared = np.einsum("ij,ij->i", offsets, offsets)
    spread = np.bincount(own, weights=np.sqrt(squared)) / sizes
    between = cdist(centres, centres)
    np.fill_diagonal(between, np.inf)
    sums = spread[:, None] + spread[None, :]
    ratios = np.divide(sums, between, out=np.zeros_like(sums), where=between > 0)
    davies_bouldin = float(ratios.max(axis=1).mean())
    if k >= n:
        return davies_bouldin, math.nan
    within = float(squared.sum())
    if within == 0:
        return davies_bouldin, math.inf
    mean = (sizes[:, None] * centres).sum(axis=0) / n
    between_squares = float((sizes[:, None] * np.square(centres - mean)).sum())
    return davies_bouldin, between_squares / (k - 1) / (within / (n - k))


def adjusted_rand_index(left: Ints, right: Ints) -> float:
    """Return the agreement of two partitions (Hubert, Arabie 1985, equation 5).

    1 for equal partitions, 0 on average for unrelated ones. Equal trivial
    partitions (one cluster, or every row alone) agree by definition.
    """
    _, left = np.unique(left, return_inverse=True)
    _, right = np.unique(right, return_inverse=True)
    width = int(right.max()) + 1
    table = np.bincount(left * width + right)
    n = len(left)

    def pairs(counts: NDArray[np.int64]) -> float:
        return float((counts * (counts - 1.0)).sum() / 2)

    together = pairs(table)
    in_left, in_right = pairs(np.bincount(left)), pairs(np.bincount(right))
    expected = in_left * in_right / max(n * (n - 1) / 2, 1)
    highest = (in_left + in_right) / 2
    if highest == expected:
        return 1.0
    return (together - expected) / (highest - expected)


def data_without_clusters(
    scaled: Floats, rng: np.random.Generator, count: int
) -> list[Floats]:
    """Return ``count`` matrices like the given one, but without clusters.

    A Gaussian copula with the rank correlations of the data (Pearson's r from
    Spearman's rho by r = 2 sin(pi rho / 6)), so that skew, tails, ties and correlation
    stay. The margins are the unimodal ones nearest to the data: with the margins
    themselves, four clusters in the corners of a square would be reproduced and
    taken for "no clusters".

    Shapes: (n, d) in, ``count`` times (n, d) out.
    """
    from scipy.stats import rankdata

    n, d = scaled.shape
    ranks = rankdata(scaled, axis=0)
    centred = ranks - ranks.mean(axis=0)
    norms = np.sqrt(np.square(centred).sum(axis=0))
    centred /= np.where(norms > 0, norms, 1.0)
    correlation = 2 * np.sin(np.pi / 6 * (centred.T @ centred))
    np.fill_diagonal(correlation, 1.0)
    # The sine may leave the cone of correlation matrices: clip to the nearest in it.
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.clip(values, 0, None))
    margins = np.column_stack([unimodal_margin(column) for column in scaled.T])
    references = []
    for _ in range(count):
        normal = rng.standard_normal((n, d)) @ root.T
        order = np.argsort(np.argsort(normal, axis=0), axis=0)
        references.append(np.take_along_axis(margins, order, axis=0))
    return references


def unimodal_margin(column: Floats) -> Floats:
    """Return n ascending values, distributed like the column but with one mode.

    The unimodal density of highest likelihood (Grenander 1956) on about 200 cells:
    isotonic regression of the cells' densities, upwards to the mode and downwards
    behind it, for the mode that fits best. Columns of few repeated values (counts,
    answers 1..7, ranks with many ties) keep their values and get unimodal
    frequencies per unit of width.
    """
    from scipy.optimize import isotonic_regression

    n = len(column)
    low, span = float(column.min()), float(np.ptp(column))
    if span == 0:
        return np.sort(column)
    ordered = np.sort((column - low) / span)
    first = _first_of_equals(ordered)
    distinct, counts = ordered[first], np.diff(np.append(first, n))
    if len(distinct) < 3:
        return np.sort(column)
    is_lattice = n >= LATTICE_REPEATS * len(distinct)
    if is_lattice:
        middles = (distinct[1:] + distinct[:-1]) / 2
        # Outer cells are as wide outwards as inwards.
        outside = 2 * distinct[[0, -1]] - middles[[0, -1]]
        edges = np.concatenate([outside[:1], middles, outside[1:]])
        mass = counts / n
    else:
        inner = np.linspace(0, 1, MARGIN_CELLS + 1)
        outer = np.arange(min(MARGIN_TAIL_ROWS, n)) / (n - 1)
        probabilities = np.unique(np.concatenate([inner, outer, 1 - outer]))
        quantiles = np.quantile(ordered, probabilities)
        first = _first_of_equals(quantiles)
        edges = quantiles[first]
        # A repeated quantile is an atom: all its mass lies at or before the edge.
        last = np.append(first[1:] - 1, len(probabilities) - 1)
        mass = np.diff(probabilities[last])
        mass[0] += probabilities[last[0]]
    widths = np.diff(edges)
    density = mass / widths
    cells = len(density)
    modes = np.unique(np.linspace(0, cells, min(cells, MARGIN_MODES) + 1).astype(int))
    best, best_likelihood = density, -np.inf
    for mode in modes:
        fitted = np.empty(cells)
        if mode > 0:
            up = isotonic_regression(density[:mode], weights=widths[:mode])
            fitted[:mode] = up.x
        if mode < cells:
            down = isotonic_regression(
                density[mode:], weights=widths[mode:], increasing=False
            )
            fitted[mode:] = down.x
        likelihood = float((mass * np.log(np.maximum(fitted, 1e-300))).sum())
        if likelihood > best_likelihood + 1e-12:
            best, best_likelihood = fitted, likelihood
    cumulative = np.concatenate([[0.0], np.cumsum(best * widths)])
    cumulative /= cumulative[-1]
    positions = (np.arange(n) + 0.5) / n
    if is_lattice:
        cell = np.searchsorted(cumulative, positions, side="right") - 1
        return low + span * distinct[np.clip(cell, 0, cells - 1)]
    return low + span * np.interp(positions, cumulative, edges)


def _first_of_equals(ascending: Floats) -> Ints:
    """Return the positions of values that exceed the one before by more than 1e-9.

    Values of a column scaled to 0..1 that are nearer are equal but for rounding, and
    a cell between them would have no width.
    """
    return np.flatnonzero(np.diff(ascending, prepend=-1.0) > 1e-9)


def elbow(
    ks: Sequence[int],
    inertias: Sequence[float],
    allowed: Collection[int] | None = None,
) -> int | None:
    """Return the elbow of an inertia curve, or None on a flat or straight one.

    Data without structure in d dimensions lose inertia like k^(-2/d): a straight line
    of log inertia over log k. The elbow is the inner k whose slope before it is the
    largest multiple of the slope behind it, provided that the line bends: the slope
    falls to 1/1.25 or less, and the inertia at k + 1 is at least 5 % above the
    continued line.

    Why not the usual knees: that of plain inertia (Kneedle, ``kneed``) moves with the
    ends of the range (Online Retail 3 or 4, Mall 4 or 5 where 6 is published, service
    value 2 or 4 where 5 is), that of log inertia gives 4, 6 or nothing on Online
    Retail, and both name a k on k^(-2/d), which has no elbow at all. The slope ratio
    needs three neighbours only, so it does not depend on the range: Online Retail 4,
    Mall 6, service value 5 (4 on logarithms), survey 2, and the true k for 29 of 30
    sets of 3, 5 or 8 separated clusters.

    Parameters
    ----------
    ks : ascending numbers of clusters; the first and the last cannot be the elbow
    inertias : within-cluster sums of squares, same length
    allowed : numbers of clusters that may be the elbow, all by default; the others
        are still neighbours

    """
    strengths = {
        k: strength
        for k, strength in elbow_strengths(ks, inertias).items()
        if allowed is None or k in allowed
    }
    return max(strengths, key=lambda k: (strengths[k], -k), default=None)


def elbow_strengths(ks: Sequence[int], inertias: Sequence[float]) -> dict[int, float]:
    """Return slope before / slope behind for every k at which the curve bends."""
    if len(ks) < 3 or not inertias[0] > 0:
        return {}
    # Zero inertia (as many clusters as distinct rows) has no logarithm.
    floor = inertias[0] * ZERO_INERTIA
    log_inertia = np.log(np.maximum(np.asarray(inertias, dtype=float), floor))
    steps = np.diff(np.log(np.asarray(ks, dtype=float)))
    slopes = -np.diff(log_inertia) / steps
    strengths = {}
    for i in range(1, len(ks) - 1):
        before, behind = slopes[i - 1], max(slopes[i], 0.0)
        bend = (before - behind) * steps[i]
        ratio = before / behind if behind > 0 else math.inf
        if bend >= math.log1p(MINIMUM_BEND) and ratio >= MINIMUM_BEND_RATIO:
            strengths[int(ks[i])] = float(ratio)
    return strengths


def choose_k(
    evidence: Sequence[KEvidence],
    *,
    choose_k_by: str = "elbow",
    k: int | str = "auto",
    minimum_segment_share: float = 0.0,
    chooser: str = "set by hand",
) -> KChoice:
    """Choose k by a declared policy and say why.

    Policies, each among the ks whose smallest cluster holds at least
    ``minimum_segment_share`` of the rows (if none does: the smallest k):

    - ``elbow``: see ``elbow``; without one, the best silhouette
    - ``silhouette``: the highest one, the smaller k on a tie
    - ``gap``: the smallest k with gap(k) >= gap(k + 1) - s(k + 1) (Tibshirani et al.
      2001, section 3 step 3); without one, the best silhouette
    - ``consensus``: the median of the ks that elbow, silhouette and gap name (the
      smaller one of two), hence the majority where there is one

    ``has_natural_clusters``: at the chosen k, the silhouette is at least .08 above
    that of data without clusters (``data_without_clusters``), and refits come back to
    the same clusters (stability at least .75).

    Parameters
    ----------
    evidence : from ``evaluate_k``
    choose_k_by : policy
    k : ``auto``, or the number that someone has decided on
    minimum_segment_share : 0..1
    chooser : who has decided on a k that is a number, for the reason

    """
    if not evidence:
        raise ValueError("evidence: at least one evaluated k is allowed; got none")
    if choose_k_by not in POLICIES:
        raise ValueError(
            f"choose_k_by: one of {', '.join(POLICIES)} is allowed; got {choose_k_by!r}"
        )
    if not 0 <= minimum_segment_share <= 1:
        raise ValueError(
            "minimum_segment_share: a number in 0..1 is allowed; "
            f"got {minimum_segment_share!r}"
        )
    by_k = {row.k: row for row in sorted(evidence, key=lambda row: row.k)}
    ks = list(by_k)
    allowed = {i for i in ks if by_k[i].smallest_cluster_share >= minimum_segment_share}
    everywhere = _named_ks(by_k, set(ks))
    if k != "auto":
        if k not in by_k:
            raise ValueError(
                f"k: auto or one of the evaluated {ks} is allowed; got {k!r}"
            )
        chosen, why = int(k), f"k = {k} was {chooser}"
        if k not in allowed:
            why += f" although {_too_small(by_k[chosen], minimum_segment_share)}"
    elif not allowed:
        chosen = ks[0]
        why = (
            f"k = {chosen} is the smallest of {_span(ks)}: at every k the smallest "
            f"cluster holds less than {minimum_segment_share:.1%} of the rows "
            f"({by_k[chosen].smallest_cluster_share:.2%} here)"
        )
    else:
        chosen, why = _by_policy(choose_k_by, ks, _named_ks(by_k, allowed), allowed)
        if len(allowed) < len(ks):
            excluded = ", ".join(str(i) for i in ks if i not in allowed)
            why += (
                f" (without k = {excluded}, whose smallest cluster holds less than "
                f"{minimum_segment_share:.1%} of the rows)"
            )
    is_natural = _is_natural(by_k[chosen])
    return KChoice(
        k=chosen,
        elbow_k=everywhere["elbow"],
        best_silhouette_k=everywhere["silhouette"],
        gap_k=everywhere["gap"],
        has_natural_clusters=is_natural,
        reason=f"{why}; {_natural_sentence(by_k[chosen], is_natural)}",
    )


COLUMNS: dict[str, str] = {
    "segmentation": "string",
    "k": "Int64",
    "inertia": "Float64",
    "silhouette": "Float64",
    "silhouette_without_clusters": "Float64",
    "gap": "Float64",
    "gap_standard_error": "Float64",
    "davies_bouldin": "Float64",
    "calinski_harabasz": "Float64",
    "stability": "Float64",
    "smallest_cluster_share": "Float64",
    "negative_silhouette_share": "Float64",
    "is_elbow": "boolean",
    "is_best_silhouette": "boolean",
    "is_gap_choice": "boolean",
    "is_chosen": "boolean",
    "has_natural_clusters": "boolean",
    "choice_reason": "string",
}
"""Columns of the evidence frame, in order, with nullable pandas types: a missing
figure becomes NULL in the warehouse, where NaN would sort above every number."""


def evidence_frame(
    segmentation: str,
    evidence: Sequence[KEvidence],
    choice: KChoice | None = None,
) -> pd.DataFrame:
    """Return one row per k, typed also when there are no rows or no values.

    ``choice`` may be missing only where there is no evidence.
    """
    if evidence and choice is None:
        raise ValueError("choice: a KChoice is allowed beside evidence; got None")
    records = []
    for row in evidence:
        figures = {
            "segmentation": segmentation,
            "is_elbow": row.k == choice.elbow_k,
            "is_best_silhouette": row.k == choice.best_silhouette_k,
            "is_gap_choice": row.k == choice.gap_k,
            "is_chosen": row.k == choice.k,
            "has_natural_clusters": choice.has_natural_clusters,
            "choice_reason": choice.reason,
        }
        records.append(
            tuple(
                figures[name] if name in figures else getattr(row, name)
                for name in COLUMNS
            )
        )
    return typed_frame(records, COLUMNS)


def empty_evidence_frame() -> pd.DataFrame:
    """Return the evidence frame of a skipped segmentation: typed, no rows."""
    return evidence_frame("", [])


def _possible_ks(ks: Iterable[int], matrix: Floats) -> list[int]:
    wanted = sorted(set(ks))
    for k in wanted:
        if not isinstance(k, int | np.integer) or isinstance(k, bool) or k < 1:
            raise ValueError(f"ks: integers of at least 1 are allowed; got {k!r}")
    if not wanted:
        raise ValueError("ks: at least one number of clusters is allowed; got none")
    distinct = kmeans.count_distinct_rows(matrix, at_least=int(wanted[-1]))
    possible = [int(k) for k in wanted if k <= distinct]
    if not possible:
        raise ValueError(
            f"ks: at most the number of distinct rows ({distinct}) is allowed; "
            f"got {wanted[0]}..{wanted[-1]}"
        )
    return possible


def _means(scaled: Floats, labels: Ints) -> tuple[Floats, Ints, Ints]:
    """Return the (k, d) means, (k,) sizes and (n,) labels of non-empty clusters.

    ``labels`` are counted from 0; an empty cluster is left out.
    """
    sizes = np.bincount(labels)
    if not sizes.all():
        labels = (np.cumsum(sizes > 0) - 1)[labels]
        sizes = sizes[sizes > 0]
    sums = [np.bincount(labels, weights=column) for column in scaled.T]
    return np.column_stack(sums) / sizes[:, None], sizes, labels


def _refit(matrix: Floats, k: int, rng: np.random.Generator) -> KMeansFit:
    """Fit a sample with few starts; the caller limits the threads.

    Exchanges of rows would double the cost of the evidence on few rows and move a gap
    by about half its standard error at most.
    """
    return kmeans.fit_unchecked(
        matrix,
        k,
        n_init=REFIT_STARTS,
        max_iter=100,
        tol=1e-4,
        algorithm="lloyd",
        random_state=int(rng.integers(2**31)),
        exchanges=False,
    )


def _sample_rows(n: int, rng: np.random.Generator) -> Ints:
    """Return the positions of at most 2,000 rows, ascending.

    Drawn rather than the first ones, so that a caller who passes rows in key order
    (oldest customers first) gets the same answer.
    """
    if n <= REFERENCE_ROWS:
        return np.arange(n)
    return np.sort(rng.choice(n, size=REFERENCE_ROWS, replace=False))


def _sample_fit(sample: Floats, fit: KMeansFit, rng: np.random.Generator) -> KMeansFit:
    """Return the better of a fit to the sample and the full fit polished on it."""
    polished = kmeans.polish(sample, fit.centroids)
    if kmeans.count_distinct_rows(sample, at_least=fit.k) < fit.k:
        return polished
    return min(polished, _refit(sample, fit.k, rng), key=lambda fitted: fitted.inertia)


def _gaps(
    sample: Floats, fits: Sequence[KMeansFit], count: int, rng: np.random.Generator
) -> Floats:
    """Return (K, 2) gap and its standard error.

    gap(k) = mean of log W*(k) over uniform references - log W(k); references fill the
    box along the principal axes (Tibshirani et al. 2001, section 4, choice b). Both
    sides are fits to the same number of rows.
    """
    gaps = np.full((len(fits), 2), np.nan)
    centre = sample.mean(axis=0)
    _, _, axes = np.linalg.svd(sample - centre, full_matrices=False)
    rotated = (sample - centre) @ axes.T
    low, high = rotated.min(axis=0), rotated.max(axis=0)
    if count == 0 or not np.any(high > low):
        return gaps
    # As many clusters as rows leave no inertia to take the logarithm of.
    # An inertia of rounding errors has a logarithm that means nothing.
    floor = ZERO_INERTIA * float(np.square(sample - centre).sum())
    defined = [i for i, fit in enumerate(fits) if fit.k < len(sample)]
    logs = np.full((count, len(fits)), np.nan)
    for b in range(count):
        uniform = rng.uniform(low, high, size=rotated.shape)
        for i in defined:
            logs[b, i] = math.log(_refit(uniform, fits[i].k, rng).inertia)
    for i in defined:
        if fits[i].inertia > floor:
            gaps[i, 0] = logs[:, i].mean() - math.log(fits[i].inertia)
            gaps[i, 1] = logs[:, i].std() * math.sqrt(1 + 1 / count)
    return gaps


def _silhouettes_without_clusters(
    sample: Floats, ks: Sequence[int], count: int, rng: np.random.Generator
) -> Floats:
    """Return the (K,) mean silhouettes on data without clusters."""
    if count == 0 or len(sample) < 2:
        return np.full(len(ks), np.nan)
    scores = np.empty((count, len(ks)))
    for b, reference in enumerate(data_without_clusters(sample, rng, count)):
        distinct = kmeans.count_distinct_rows(reference, at_least=max(ks))
        labelings = [
            _refit(reference, k, rng).labels
            if 1 < k <= distinct
            else np.zeros(len(reference), np.int64)
            for k in ks
        ]
        scores[b] = silhouette_values(reference, labelings).mean(axis=0)
    return scores.mean(axis=0)


def _stabilities(
    sample: Floats, labelings: Sequence[Ints], count: int, rng: np.random.Generator
) -> Floats:
    """Return the (K,) mean adjusted Rand index of bootstrap refits.

    Each refit sees a bootstrap sample, labels the original rows by nearest centre, and
    is compared with the full fit on those rows. Refits start afresh: from the fitted
    centres they would agree too easily.
    """
    from scipy.spatial.distance import cdist

    stabilities = np.full(len(labelings), np.nan)
    resamples = [
        sample[rng.integers(len(sample), size=len(sample))] for _ in range(count)
    ]
    for i, labels in enumerate(labelings):
        k = int(labels.max()) + 1
        if k == 1:
            continue
        agreements = []
        for resample in resamples:
            if kmeans.count_distinct_rows(resample, at_least=k) < k:
                continue
            centres = _refit(resample, k, rng).centroids
            refitted = cdist(sample, centres, "sqeuclidean").argmin(axis=1)
            agreements.append(adjusted_rand_index(refitted, labels))
        if agreements:
            stabilities[i] = float(np.mean(agreements))
    return stabilities


def _named_ks(by_k: dict[int, KEvidence], allowed: set[int]) -> dict[str, int | None]:
    """Return the k that each method names among the allowed ones, or None.

    Curves are read over all ks: a k that is not allowed is still a neighbour.
    """
    ks = list(by_k)
    scored = [k for k in ks if k in allowed and not math.isnan(by_k[k].silhouette)]
    gap_k = None
    for k in ks:
        following = by_k.get(k + 1)
        if k in allowed and following is not None:
            bar = following.gap - following.gap_standard_error
            if by_k[k].gap >= bar:
                gap_k = k
                break
    return {
        "elbow": elbow(ks, [by_k[k].inertia for k in ks], allowed),
        "silhouette": max(scored, key=lambda k: (by_k[k].silhouette, -k), default=None),
        "gap": gap_k,
    }


def _by_policy(
    policy: str, ks: list[int], named: dict[str, int | None], allowed: set[int]
) -> tuple[int, str]:
    """Return the chosen k and the first half of the reason."""
    span = _span(ks)
    best = named["silhouette"]
    if policy == "consensus":
        votes = sorted(k for k in named.values() if k is not None)
        if votes:
            chosen = votes[(len(votes) - 1) // 2]
            words = ", ".join(
                f"{name} {'none' if k is None else k}" for name, k in named.items()
            )
            return chosen, f"k = {chosen} is the median vote within {span} ({words})"
    elif named[policy] is not None:
        chosen = named[policy]
        phrase = {
            "elbow": "is the elbow of inertia",
            "silhouette": "has the highest silhouette",
            "gap": "is the choice of the gap statistic",
        }[policy]
        return chosen, f"k = {chosen} {phrase} within {span}"
    elif best is not None:
        phrase = {
            "elbow": "inertia has no elbow",
            "gap": "the gap statistic names no k",
        }[policy]
        return best, f"k = {best} has the highest silhouette, as {phrase} within {span}"
    chosen = min(allowed)
    return chosen, f"k = {chosen} is the smallest of {span}: no method names another"


def _is_natural(row: KEvidence) -> bool:
    # A comparison with NaN is False: what was not examined is not claimed.
    return _is_above_reference(row) and row.stability >= NATURAL_STABILITY


def _is_above_reference(row: KEvidence) -> bool:
    return row.silhouette >= row.silhouette_without_clusters + NATURAL_MARGIN


def _natural_sentence(row: KEvidence, is_natural: bool) -> str:
    if row.k == 1:
        return "a single cluster divides nothing"
    figures = (row.silhouette, row.silhouette_without_clusters, row.stability)
    if any(math.isnan(figure) for figure in figures):
        return "whether these are natural groups was not examined"
    verdict = "natural groups" if is_natural else "useful slices, not natural groups"
    if _is_above_reference(row) and not is_natural:
        return (
            f"{verdict}: refits on resampled rows agree only to {_score(row.stability)}"
        )
    return (
        f"{verdict}: data without clusters would score "
        f"{_score(row.silhouette_without_clusters)} at k = {row.k}, yours "
        f"{_score(row.silhouette)}"
    )


def _score(value: float) -> str:
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"


def _too_small(row: KEvidence, minimum: float) -> str:
    return (
        f"its smallest cluster holds {row.smallest_cluster_share:.2%} of the rows, "
        f"less than {minimum:.1%}"
    )


def _span(ks: Sequence[int]) -> str:
    return f"{ks[0]}..{ks[-1]}" if len(ks) > 1 else str(ks[0])
