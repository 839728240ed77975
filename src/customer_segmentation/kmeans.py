"""Fit KMeans the same way every time: bounded, single-threaded, deterministic.

Shapes: n rows (customers), d features in the scaled space, k clusters. Rows are
expected in hash order of their key, so that the first m rows are a random sample
that does not depend on how the warehouse happened to store them.

References
----------
Lloyd, S. (1982). Least squares quantization in PCM. IEEE Trans. Inf. Theory 28.
Arthur, D., Vassilvitskii, S. (2007). k-means++: the advantages of careful seeding.
SODA 2007, section 2.2.
Hartigan, J., Wong, M. (1979). Algorithm AS 136: a k-means clustering algorithm. J. R.
Statist. Soc. C 28, the optimal-transfer stage.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ALGORITHMS = ("lloyd", "elkan")

SAMPLE_ROWS = 20_000
"""Starts are drawn and fitted on at most this many rows: beyond it a start costs
more and finds no better basin."""

COMPARISON_ROWS = 50_000
"""The best starts are compared on at most this many rows."""

COMPARED_STARTS = 3
"""Polishing three starts on all rows would cost 2.2 times polishing one, so they
are compared on a sub-sample instead."""

COMPARISON_STEPS = 3
"""Lloyd steps that a start may take on the sub-sample before it is compared."""

HOPELESS = 0.02
"""A start whose inertia on 20,000 rows is 2 % above the best does not overtake it on
more rows: the inertia of a sample of that size is off by well below 1 %."""

POLISH_STEPS = 3
"""Lloyd steps over all rows beyond the sample: the start is an optimum of 20,000 rows
already, and steps to the very end would cost ten times more for .02 % of inertia."""

EXCHANGED_ROWS = 500
"""Up to so many distinct rows each start goes on by exchanging rows. On 33 distinct
answers Lloyd steps end at hundreds of optima, and one start in 200 at the best. With
more rows the chosen k did not hang on it, and exchanges would cost more than starts."""

NO_GAIN = 1e-12
"""An exchange that lowers the inertia by a smaller share is one of rounding errors."""

SAME_OPTIMUM = 1e-4
"""Starts whose inertias differ by a smaller share are taken for one optimum."""

ONE_FIT = RLock()
"""Held by the thread that fits; a fit may call another."""


@dataclass(frozen=True)
class KMeansFit:
    """A partition of n rows.

    Attributes
    ----------
    centroids : (k, d) float64, in the scaled space
    labels : (n,) int64 in 0..k-1, the nearest centroid of each row
    inertia : within-cluster sum of squares over all n rows
    """

    centroids: Floats
    labels: Ints
    inertia: float

    @property
    def k(self) -> int:
        """Return the number of clusters."""
        return len(self.centroids)

    @property
    def sizes(self) -> Ints:
        """Return the (k,) number of rows in each cluster."""
        return np.bincount(self.labels, minlength=self.k)


def fit_kmeans(
    scaled: ArrayLike,
    k: int,
    *,
    n_init: int = 10,
    max_iter: int = 300,
    tol: float = 1e-4,
    algorithm: str = "lloyd",
    random_state: int = 0,
    starting_centroids: ArrayLike | None = None,
    averaged_runs: int = 0,
) -> KMeansFit:
    """Fit k clusters to the rows of a matrix.

    Up to 20,000 rows: the best of ``n_init`` k-means++ starts, then Lloyd steps
    from its centres until no row changes its cluster. Beyond: the starts are fitted
    on the first 20,000 rows, the best three different ones compared on the first
    50,000, and the winner takes a few Lloyd steps over all rows.

    Where at most 500 of the first 20,000 rows are distinct, starts are fitted on those,
    with weights, and go on by exchanging rows (Hartigan, Wong 1979); neither the order
    of rows nor that of features counts there.

    The last run has no tolerance on purpose: with scikit-learn's default the same
    data stop at inertias that differ in the sixth digit from seed to seed.

    Parameters
    ----------
    scaled : (n, d) matrix without missing or infinite values, in hash order of key
    k : number of clusters, 1..number of distinct rows
    n_init : number of k-means++ starts
    max_iter : Lloyd steps per run
    tol : a start stops when its centres move less than this, relative to the
        variance of the features; the last run ignores it
    algorithm : ``lloyd`` or ``elkan``; same result, other speed
    random_state : seed of the starts
    starting_centroids : (k, d) in the scaled space, a warm start: the last run begins
        there and no other start is tried; left aside where it has not k rows
    averaged_runs : so many fits of shuffled halves of the sample, their centres matched
        and averaged, are the start of the last run; 0 for none

    Raises
    ------
    ValueError : naming the parameter, what is allowed and what was given

    """
    matrix = check_matrix(scaled)
    check_options(n_init, max_iter, tol, algorithm)
    check_k(k, matrix)
    given = check_start(starting_centroids, matrix.shape[1])
    with one_thread():
        return fit_unchecked(
            matrix,
            k,
            n_init=n_init,
            max_iter=max_iter,
            tol=tol,
            algorithm=algorithm,
            random_state=random_state,
            starting_centroids=given,
            averaged_runs=averaged_runs,
        )


def number_clusters(
    centroids: ArrayLike, labels: ArrayLike, values: ArrayLike, order_by: int
) -> Ints:
    """Order clusters by the mean of one original feature, highest first.

    Ties go to the bigger cluster, then to the lexicographically smaller centroid,
    so that the numbers never depend on the order in which KMeans found the clusters.
    Means are compared at 12 significant digits: a sum over reordered rows differs
    behind that. A cluster without members, or without a known value, comes last.

    Parameters
    ----------
    centroids : (k, d) in the scaled space
    labels : (n,) integers in 0..k-1
    values : (n, m) features in original units
    order_by : column of ``values``

    Returns
    -------
    permutation : (k,) int64; ``permutation[0]`` is the present index of the cluster
        that becomes cluster 1. ``renumber`` applies it to a fit.

    """
    centres = check_matrix(centroids, "centroids")
    members = np.asarray(labels)
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or len(table) != len(members):
        raise ValueError(
            f"values: a matrix of {len(members)} rows, one per label, is allowed; "
            f"got shape {table.shape}"
        )
    if not 0 <= order_by < table.shape[1]:
        raise ValueError(
            f"order_by: a column number in 0..{table.shape[1] - 1} is allowed; "
            f"got {order_by!r}"
        )
    k = len(centres)
    if len(members) and (members.min() < 0 or members.max() >= k):
        raise ValueError(
            f"labels: integers in 0..{k - 1} are allowed; "
            f"got {members.min()}..{members.max()}"
        )
    column = table[:, order_by]
    known = ~np.isnan(column)
    counts = np.bincount(members[known], minlength=k)
    sums = np.bincount(members[known], weights=column[known], minlength=k)
    means = np.full(k, -np.inf)
    np.divide(sums, counts, out=means, where=counts > 0)
    sizes = np.bincount(members, minlength=k)
    keys = [
        (-_significant(means[i]), -int(sizes[i]), tuple(centres[i].tolist()), i)
        for i in range(k)
    ]
    return np.array([key[-1] for key in sorted(keys)], dtype=np.int64)


def renumber(fit: KMeansFit, permutation: ArrayLike) -> KMeansFit:
    """Return the same partition with cluster ``permutation[i]`` numbered i."""
    order = np.asarray(permutation, dtype=np.int64)
    if sorted(order.tolist()) != list(range(fit.k)):
        raise ValueError(
            f"permutation: each of 0..{fit.k - 1} once is allowed; got {order.tolist()}"
        )
    new_number = np.empty(fit.k, dtype=np.int64)
    new_number[order] = np.arange(fit.k)
    return KMeansFit(fit.centroids[order], new_number[fit.labels], fit.inertia)


def check_matrix(matrix: ArrayLike, name: str = "scaled") -> Floats:
    """Return the matrix as contiguous float64, or say what is wrong with it."""
    table = np.ascontiguousarray(matrix, dtype=np.float64)
    if table.ndim != 2 or 0 in table.shape:
        raise ValueError(
            f"{name}: a matrix with at least one row and one column is allowed; "
            f"got shape {np.shape(matrix)}"
        )
    bad = ~np.isfinite(table)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise ValueError(
            f"{name}: finite numbers are allowed; got {table[row, column]} in row "
            f"{row}, column {column} ({int(bad.sum())} such values)"
        )
    return table


def check_start(starting_centroids: ArrayLike | None, columns: int) -> Floats | None:
    """Return given centres as a matrix, or say what is wrong with them."""
    if starting_centroids is None:
        return None
    given = check_matrix(starting_centroids, "starting_centroids")
    if given.shape[1] != columns:
        raise ValueError(
            f"starting_centroids: {columns} coordinates each, one per feature, are "
            f"allowed; got {given.shape[1]}"
        )
    return given


def check_k(k: int, matrix: Floats, name: str = "k") -> None:
    """Refuse a k that is no integer in 1..number of distinct rows."""
    is_integer = isinstance(k, int | np.integer) and not isinstance(k, bool)
    if not is_integer or k < 1:
        raise ValueError(f"{name}: an integer of at least 1 is allowed; got {k!r}")
    distinct = count_distinct_rows(matrix, at_least=int(k))
    if k > distinct:
        raise ValueError(
            f"{name}: at most the number of distinct rows ({distinct}) is allowed; "
            f"got {k}"
        )


def count_distinct_rows(matrix: Floats, at_least: int | None = None) -> int:
    """Count distinct rows; with ``at_least``, stop once that many are seen.

    Sorting a million rows costs more than the fit, and the first hundred nearly
    always answer the question.
    """
    for first in (100, 1_000) if at_least is not None else ():
        some = len(np.unique(matrix[:first], axis=0))
        if some >= at_least:
            return some
    return len(np.unique(matrix, axis=0))


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit BLAS and OpenMP to one thread, and fits to one at a time; also a decorator.

    Sums over several threads differ in the last digits from run to run, and on a
    busy machine OpenMP made small fits 59 times slower. dbt fits several models at a
    time, each in a thread of its own. OpenMP has a limit per thread. OpenBLAS has one
    for the process, which threadpoolctl lets only the first thread change that asks:
    so it is not lifted again, or the next thread would fit with all cores.

    Two fits side by side would pass Python's own lock to and fro, at every call of a
    few microseconds: with 2,000 rows each, two took 7.1 s together and 3.8 s one
    after the other. SQL models go on meanwhile.
    """
    pools = _thread_pools()
    pools.select(user_api="blas").limit(limits=1)
    with ONE_FIT, pools.select(user_api="openmp").limit(limits=1):
        yield


@cache
def _thread_pools() -> ThreadpoolController:
    # The controller knows only libraries that are loaded when it is made.
    import scipy.linalg  # noqa: F401
    import sklearn.cluster  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def fit_unchecked(
    matrix: Floats,
    k: int,
    *,
    n_init: int,
    max_iter: int,
    tol: float,
    algorithm: str,
    random_state: int,
    starting_centroids: Floats | None = None,
    averaged_runs: int = 0,
    exchanges: bool = True,
) -> KMeansFit:
    """Fit without checks; the caller limits the threads.

    Without ``exchanges`` few distinct rows are fitted like many.
    """
    options: dict[str, Any] = {"max_iter": max_iter, "algorithm": algorithm}
    if k == 1:
        return _single_cluster(matrix)
    if starting_centroids is not None and len(starting_centroids) == k:
        return polish(matrix, starting_centroids, **options)
    sample, weights = _starting_sample(matrix, k)
    few = None
    if exchanges and weights is None and not averaged_runs:
        few = _few_distinct_rows(sample)
    if averaged_runs:
        start = _averaged_start(
            sample, weights, k, averaged_runs, tol=tol, seed=random_state, **options
        )
    elif few is not None:
        start = _exchanged_start(*few, k, n_init, tol=tol, seed=random_state, **options)
    elif len(matrix) <= SAMPLE_ROWS:
        start = _run(
            sample,
            k,
            init="k-means++",
            n_init=n_init,
            tol=tol,
            seed=random_state,
            weights=weights,
            **options,
        ).cluster_centers_
    else:
        starts = [
            _run(
                sample,
                k,
                init="k-means++",
                n_init=1,
                tol=tol,
                seed=seed,
                weights=weights,
                **options,
            )
            for seed in _seeds(random_state, n_init)
        ]
        start = _best_start(starts, matrix[:COMPARISON_ROWS], k, algorithm)
    if len(matrix) > SAMPLE_ROWS and not averaged_runs:
        options["max_iter"] = min(max_iter, POLISH_STEPS)
    return polish(matrix, start, **options)


def polish(
    matrix: Floats,
    centroids: Floats,
    *,
    max_iter: int = 300,
    algorithm: str = "lloyd",
) -> KMeansFit:
    """Take Lloyd steps from given centres until no row changes its cluster."""
    final = _run(
        matrix,
        len(centroids),
        init=centroids,
        n_init=1,
        max_iter=max_iter,
        tol=0.0,
        algorithm=algorithm,
    )
    return KMeansFit(
        centroids=np.asarray(final.cluster_centers_, dtype=np.float64),
        labels=final.labels_.astype(np.int64),
        inertia=float(final.inertia_),
    )


def _run(
    matrix: Floats,
    k: int,
    *,
    init: str | Floats,
    n_init: int,
    max_iter: int,
    tol: float,
    algorithm: str,
    seed: int | None = None,
    weights: Floats | None = None,
) -> Any:
    from sklearn import config_context
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    model = KMeans(
        n_clusters=k,
        init=init,
        n_init=n_init,
        max_iter=max_iter,
        tol=tol,
        algorithm=algorithm,
        random_state=seed,
    )
    # Everything has been checked before, and checks cost more than a small fit.
    unchecked = config_context(assume_finite=True, skip_parameter_validation=True)
    with unchecked, warnings.catch_warnings():
        # A start on a few repeated rows may find fewer than k clusters; the last
        # run, over all rows, repairs that or the caller sees an empty cluster.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(matrix, sample_weight=weights)


def _single_cluster(matrix: Floats) -> KMeansFit:
    centre = matrix.mean(axis=0)
    inertia = float(np.square(matrix - centre).sum())
    return KMeansFit(centre[None, :], np.zeros(len(matrix), np.int64), inertia)


def _starting_sample(matrix: Floats, k: int) -> tuple[Floats, Floats | None]:
    """Return the first rows, or all distinct rows with weights if those are too few.

    A sample that holds fewer than k distinct rows cannot give k starting centres.
    """
    sample = matrix[:SAMPLE_ROWS]
    if count_distinct_rows(sample, at_least=k) >= k:
        return sample, None
    rows, counts = np.unique(matrix, axis=0, return_counts=True)
    return rows, counts.astype(np.float64)


def _few_distinct_rows(sample: Floats) -> tuple[Floats, Floats] | None:
    """Return ascending distinct rows and the counts of each, or None if they are many.

    Shapes: (n, d) in, (m, d) and (m,) out with m up to 500.
    """
    # One column of the first rows shows nearly always that they are many.
    first = np.sort(sample[: 2 * EXCHANGED_ROWS], axis=0)
    if np.count_nonzero(np.diff(first, axis=0), axis=0).max() >= EXCHANGED_ROWS:
        return None
    # np.unique sorts rows as records, which takes five times as long.
    ordered = sample[np.lexsort(sample.T[::-1])]
    is_new = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))
    if np.count_nonzero(is_new) > EXCHANGED_ROWS:
        return None
    places = np.flatnonzero(np.append(is_new, True))
    return ordered[is_new], np.diff(places).astype(np.float64)


def _exchanged_start(
    rows: Floats, weights: Floats, k: int, n_init: int, *, seed: int, **options: Any
) -> Floats:
    """Return the (k, d) centres of the best start on (m, d) rows after exchanges.

    Features and rows are put in the order of their values, so that the same data in
    another order meet the same starts.
    """
    counted = [sorted(zip(c, weights.tolist(), strict=True)) for c in rows.T.tolist()]
    columns = sorted(range(len(counted)), key=counted.__getitem__)
    order = np.lexsort(rows[:, columns[::-1]].T)
    rows, weights = np.ascontiguousarray(rows[order][:, columns]), weights[order]
    exchanged = []
    for run_seed in _seeds(seed, n_init):
        start = _run(
            rows,
            k,
            init="k-means++",
            n_init=1,
            seed=run_seed,
            weights=weights,
            **options,
        )
        exchanged.append(
            _exchange(rows, weights, start.labels_, start.cluster_centers_)
        )
    centres, _ = min(exchanged, key=lambda made: made[1])
    return centres[:, np.argsort(columns)]


def _exchange(
    rows: Floats, weights: Floats, labels: Ints, centres: Floats
) -> tuple[Floats, float]:
    """Move one row at a time where the inertia falls most, until no move lowers it.

    A move of weight w from a cluster of weight a at distance s to one of weight b at
    distance t changes the inertia by t^2 w b / (b + w) - s^2 w a / (a - w), as both
    centres follow the row. A Lloyd step leaves that out, so where no exchange gains, no
    Lloyd step does, and not the other way round.

    Parameters
    ----------
    rows : (m, d) distinct rows
    weights : (m,) number of rows that are equal to each; they move together
    labels : (m,) cluster of each row at the start
    centres : (k, d) of which only those of clusters without rows count

    Returns
    -------
    centres, inertia : (k, d) means at the end and the weighted sum of squares

    """
    labels, centres = labels.astype(np.int64), centres.copy()
    numbers = np.arange(len(rows))
    sizes = np.zeros(len(centres))
    squared = np.empty((len(rows), len(centres)))
    changed: Sequence[int] = range(len(centres))
    while True:
        for cluster in changed:
            members = labels == cluster
            sizes[cluster] = weights[members].sum()
            if sizes[cluster] > 0:
                centres[cluster] = weights[members] @ rows[members] / sizes[cluster]
            squared[:, cluster] = np.square(rows - centres[cluster]).sum(axis=1)
        own, within = sizes[labels], weights * squared[numbers, labels]
        # A row that is its cluster alone stays.
        gains = np.zeros(len(rows))
        np.divide(within * own, own - weights, out=gains, where=own > weights)
        costs = squared * (weights[:, None] * sizes / (sizes + weights[:, None]))
        costs[numbers, labels] = np.inf
        targets = costs.argmin(axis=1)
        changes = costs[numbers, targets] - gains
        row, inertia = changes.argmin(), float(within.sum())
        if not changes[row] < -NO_GAIN * inertia:
            return centres, inertia
        changed = (int(labels[row]), int(targets[row]))
        labels[row] = targets[row]


def _averaged_start(
    sample: Floats,
    weights: Floats | None,
    k: int,
    runs: int,
    *,
    seed: int,
    **options: Any,
) -> Floats:
    """Return the mean of the matched centres of fits to shuffled halves of the sample.

    A centre that only one half of the rows supports is drawn towards the others.
    """
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    rng = np.random.default_rng(seed)
    total = np.zeros((k, sample.shape[1]))
    first: Floats | None = None
    for run_seed in _seeds(seed, runs):
        rows = rng.permutation(len(sample))[: max(len(sample) // 2, k)]
        if count_distinct_rows(sample[rows], at_least=k) < k:
            rows = np.arange(len(sample))
        centres = _run(
            sample[rows],
            k,
            init="k-means++",
            n_init=1,
            seed=run_seed,
            weights=None if weights is None else weights[rows],
            **options,
        ).cluster_centers_
        if first is None:
            first = centres
        _, order = linear_sum_assignment(cdist(first, centres, "sqeuclidean"))
        total += centres[order]
    return total / runs


def _compared_starts(starts: list[Any]) -> list[Any]:
    """Return the best starts that differ from one another and may yet win."""
    compared: list[Any] = []
    for start in sorted(starts, key=lambda fitted: fitted.inertia_):
        if not compared:
            compared.append(start)
        elif start.inertia_ > compared[0].inertia_ * (1 + HOPELESS):
            break
        elif start.inertia_ > compared[-1].inertia_ * (1 + SAME_OPTIMUM):
            compared.append(start)
    return compared[:COMPARED_STARTS]


def _best_start(
    starts: list[Any], comparison: Floats, k: int, algorithm: str
) -> Floats:
    """Return the centres with the lowest inertia on the comparison rows."""
    candidates = _compared_starts(starts)
    if len(candidates) == 1:
        return candidates[0].cluster_centers_
    polished = [
        _run(
            comparison,
            k,
            init=candidate.cluster_centers_,
            n_init=1,
            max_iter=COMPARISON_STEPS,
            tol=0.0,
            algorithm=algorithm,
        )
        for candidate in candidates
    ]
    return min(polished, key=lambda fitted: fitted.inertia_).cluster_centers_


def _seeds(random_state: int, count: int) -> list[int]:
    return np.random.SeedSequence(random_state).generate_state(count).tolist()


def _significant(number: float) -> float:
    return float(f"{number:.12g}")


def check_options(n_init: int, max_iter: int, tol: float, algorithm: str) -> None:
    """Refuse options of a fit that are out of range, naming the first such one."""
    for name, value in (("n_init", n_init), ("max_iter", max_iter)):
        if not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(
                f"{name}: an integer of at least 1 is allowed; got {value!r}"
            )
    if not tol >= 0:
        raise ValueError(f"tol: a number of at least 0 is allowed; got {tol!r}")
    if algorithm not in ALGORITHMS:
        raise ValueError(
            f"algorithm: one of {', '.join(ALGORITHMS)} is allowed; got {algorithm!r}"
        )
