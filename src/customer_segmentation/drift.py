"""How large a population stability index is without any change, and how sure a change.

The index of two periods over cells with shares p and q is ``sum((p - q) ln(p / q))``.
Read against fixed levels alone it cries wolf in small samples, and a p-value alone
shouts about a percent in large ones: this module gives the index that no change would
give at these sizes, and p-values that stay honest over the checks of a month. What is
called drift, SQL decides.

References
----------
Jeffreys, H. (1946). An invariant form for the prior probability in estimation
problems. Proceedings of the Royal Society A 186, 453-461 (the index, J).
Kullback, S. (1959). Information Theory and Statistics, chapter 6 (its law: with no
change J nm / (n + m) tends to chi squared with one degree of freedom less than cells).
Davison, A., Hinkley, D. (1997). Bootstrap Methods and their Application, section 4.3
(p-values of permutations, (1 + exceeding) / (1 + draws)).
Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
Journal of Statistics 6, 65-70.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from customer_segmentation.frames import typed_frame

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyRelation

QUANTILE = 0.99
"""Of the index under no change: what one comparison in a hundred exceeds by chance."""

EMPTY_CELL = 0.5
"""Entities that an empty cell counts as, since the index knows no share of 0."""

SMALLEST_EXPECTED = 100
"""From this expected count in the rarest cell on, chi squared is taken.

With 100 in each of ten cells the index exceeds the quantile of chi squared at 1 % in
1.07 % of comparisons and that at .05 % in .06 %; with 30 in 1.2 % and .07 %, with 10
in 1.9 % and .18 %: Holm's correction lives in that tail.
"""

DRAWS = 5_000
"""Deals that are drawn. The p-value keeps its promise however few they are; the
smallest, 1 in 5,001, is below 1 % after Holm's correction of up to 50 checks."""

SIGNIFICANCE_DTYPES = {
    "comparison_id": "Int64",
    "check_kind": "string",
    "check_name": "string",
    "psi_quantile": "Float64",
    "p_value": "Float64",
    "adjusted_p_value": "Float64",
}


@dataclass(frozen=True)
class NoChange:
    """What would be without a change, for one comparison.

    ``p_value``: chance of at least the index that was seen; ``psi_quantile``: the index
    that one comparison in a hundred exceeds.
    """

    p_value: float
    psi_quantile: float


def judge_checks(cells: DuckDBPyRelation) -> pd.DataFrame:
    """Return quantile and p-values of each check; those of a comparison are a family.

    ``cells`` has comparison_id, check_kind, check_name, cell, reference_count and
    current_count. A check of which a period has no entity has no row.
    """
    columns = "comparison_id, check_kind, check_name, cell"
    rows = (
        cells.project(f"{columns}, reference_count, current_count")
        .order(columns)
        .fetchall()
    )
    records = []
    for comparison, family in groupby(rows, key=itemgetter(0)):
        judged = []
        for check, found in groupby(family, key=itemgetter(1, 2)):
            *_, reference, current = zip(*found, strict=True)
            answer = no_change(reference, current)
            if not np.isnan(answer.p_value):
                judged.append((comparison, *check, answer.psi_quantile, answer.p_value))
        adjusted = holm([check[-1] for check in judged])
        records += [
            (*check, float(p_value))
            for check, p_value in zip(judged, adjusted, strict=True)
        ]
    return typed_frame(records, SIGNIFICANCE_DTYPES)


def psi(reference: ArrayLike, current: ArrayLike) -> NDArray[np.float64]:
    """Return the population stability index of counts in the same cells.

    An empty cell counts as :data:`EMPTY_CELL` entities; a cell that is empty in both
    periods does not count, nor is there any index where a period has no entity.

    Parameters
    ----------
    reference, current
        (..., cells) numbers of entities; both are broadcast.

    Returns
    -------
    ndarray of float64, shape (...)
        0 without a difference; NaN where a period is empty.
    """
    reference, current = np.broadcast_arrays(
        np.asarray(reference, dtype=float), np.asarray(current, dtype=float)
    )
    is_known = np.minimum(reference.sum(axis=-1), current.sum(axis=-1)) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        before = _shares(reference)
        now = _shares(current)
        terms = np.where(
            reference + current > 0, (before - now) * np.log(before / now), 0.0
        )
    return np.where(is_known, terms.sum(axis=-1), np.nan)


def no_change(reference: ArrayLike, current: ArrayLike) -> NoChange:
    """Return how the index of two periods lies among those without a change.

    Without a change the entities of both periods are one population, dealt to the two
    at random. With two cells each deal is counted (a hypergeometric law, as in Fisher's
    exact test); with more, deals are drawn, with a fixed seed, while the rarest cell
    expects fewer than :data:`SMALLEST_EXPECTED`; beyond, chi squared is taken.

    Parameters
    ----------
    reference, current
        (cells,) whole numbers of entities, 0 or more.

    Returns
    -------
    NoChange
        p-value 1 and quantile 0 where fewer than two cells are in use, since nothing
        can change; NaN where a period is empty.

    Raises
    ------
    ValueError
        The two differ in length, or hold a number that is negative or not whole.
    """
    reference, current = _counts(reference, current)
    n, m = int(reference.sum()), int(current.sum())
    if n == 0 or m == 0:
        return NoChange(np.nan, np.nan)
    is_used = reference + current > 0
    reference, current = reference[is_used], current[is_used]
    pooled = reference + current
    if len(pooled) < 2:
        return NoChange(1.0, 0.0)
    seen = float(psi(reference, current))
    if pooled.min() * min(n, m) / (n + m) >= SMALLEST_EXPECTED:
        from scipy.special import chdtrc, chdtri

        freedom, scale = len(pooled) - 1, 1 / n + 1 / m
        quantile = chdtri(freedom, 1 - QUANTILE) * scale
        return NoChange(float(chdtrc(freedom, seen / scale)), float(quantile))
    if len(pooled) == 2:
        return _counted(pooled, n, seen)
    return _drawn(pooled, n, seen)


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return Holm's adjusted p-values of one family of checks.

    Those below a level are the checks that may be called with that chance of any false
    call in the family, however the checks depend on one another.

    Parameters
    ----------
    p_values
        (checks,) of them; a NaN is no check, and stays.

    Returns
    -------
    ndarray of float64, shape (checks,)
        In the order of the checks, at most 1.
    """
    p_values = np.asarray(p_values, dtype=float)
    adjusted = np.full(p_values.shape, np.nan)
    checks = np.flatnonzero(~np.isnan(p_values))
    order = checks[np.argsort(p_values[checks], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * p_values[order]), 1)
    return adjusted


def _shares(counts: NDArray) -> NDArray:
    return np.maximum(counts, EMPTY_CELL) / counts.sum(axis=-1, keepdims=True)


def _counts(*periods: ArrayLike) -> list[NDArray[np.int64]]:
    given = [np.asarray(period, dtype=float) for period in periods]
    if given[0].shape != given[1].shape or given[0].ndim != 1:
        shapes = " and ".join(str(period.shape) for period in given)
        raise ValueError(f"two periods have the same cells, (cells,), got {shapes}")
    for period in given:
        wrong = period[~((period >= 0) & (period == np.floor(period)))]
        if wrong.size:
            raise ValueError(f"counts must be whole and at least 0, got {wrong[0]}")
    return [period.astype(np.int64) for period in given]


def _counted(pooled: NDArray, n: int, seen: float) -> NoChange:
    """Return the exact law of two cells: all ways to deal ``pooled`` to n and m."""
    from scipy.stats import hypergeom

    total = int(pooled.sum())
    first = int(pooled[0])
    counts = np.arange(max(0, n - (total - first)), min(first, n) + 1)
    dealt = np.column_stack([counts, n - counts])
    values = psi(dealt, pooled - dealt)
    chances = hypergeom.pmf(counts, total, first, n)
    p_value = chances[values >= seen * (1 - 1e-9)].sum()
    order = np.argsort(values, kind="stable")
    place = np.searchsorted(np.cumsum(chances[order]), QUANTILE * (1 - 1e-12))
    quantile = values[order][min(place, len(order) - 1)]
    return NoChange(min(float(p_value), 1.0), float(quantile))


def _drawn(pooled: NDArray, n: int, seen: float) -> NoChange:
    """Return the law of several cells from random deals of ``pooled``."""
    random = np.random.default_rng(0)
    dealt = random.multivariate_hypergeometric(
        pooled, n, size=DRAWS, method="marginals"
    )
    values = psi(dealt, pooled - dealt)
    exceeding = np.count_nonzero(values >= seen * (1 - 1e-9))
    quantile = np.quantile(values, QUANTILE)
    return NoChange((1 + exceeding) / (1 + DRAWS), float(quantile))
