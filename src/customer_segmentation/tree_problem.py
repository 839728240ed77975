"""What a tree search works on: weighted rows, candidate cuts, trees that grow.

A row is a combination of features, their scaled values and its cluster; equal
rows are one row of more weight. Cuts are positions in the sorted candidate cuts
of a feature, so that comparing them is exact.

Shapes: n rows, d features, k segments.

References
----------
Feldman, D., Langberg, M. (2011). A unified framework for approximating and
clustering data. STOC 2011 (sampling by sensitivity).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SMALLEST_GAIN = 1e-10
"""A change counts where it saves this share of the losses: less is rounding."""

SORTED_SHARE = 0.5
"""A node whose rows are fewer than this share of the cuts is sorted, not binned."""


EXTREMES = 8
"""Values at either end of a feature that are always candidate cuts."""

TIE_SHARE = 4.0
"""Between trees that agree with as many rows the cost decides: all of it counts as
a quarter of a row."""

TINY = 1e-300
"""Keeps a division by a sum of zeros defined."""


class Split(NamedTuple):
    """An inner node: rows whose code of the feature is at most ``cut`` go left."""

    feature: int
    cut: int
    left: Node
    right: Node


Node = Split | int
"""A leaf is the position of its segment."""


class LeafSplit(NamedTuple):
    """The best way to part the rows of one leaf."""

    gain: float
    node: Split


@dataclass(frozen=True)
class Problem:
    """Weighted rows, candidate cuts, and what each row loses in each segment.

    Attributes
    ----------
    cuts
        Per feature the ascending candidate cuts, in original units.
    codes
        (d, n): how many candidate cuts of the feature are below the value.
    points
        (n, p): the rows in the scaled space.
    weights
        (n,): how many rows of the data each one stands for.
    losses
        (k, n): weight times loss of the row in the segment.
    moves_centres
        Whether segments move to the centres of their rows, and the losses with
        them.
    minimum_size
        Weight that a cut leaves on either side.
    """

    cuts: tuple[Floats, ...]
    codes: NDArray[np.integer]
    points: Floats
    weights: Floats
    losses: Floats
    moves_centres: bool
    minimum_size: float

    def __post_init__(self) -> None:
        """Precompute what every scan needs."""
        widths = np.array([len(cuts) + 1 for cuts in self.cuts])
        offsets = np.concatenate([[0], np.cumsum(widths)])
        own = {
            "offsets": offsets,
            "flat_codes": (self.codes + offsets[:-1, None]).T.astype(np.intp),
            "feature_of": np.repeat(np.arange(len(widths)), widths),
            "squares": self.weights * np.einsum("ij,ij->i", self.points, self.points),
            "weighted": self.points * self.weights[:, None],
        }
        for name, value in own.items():
            object.__setattr__(self, name, value)

    @property
    def every_row(self) -> Ints:
        """Positions of all rows."""
        return np.arange(self.weights.size)

    def with_losses(self, losses: Floats) -> Problem:
        """The same rows and cuts with other losses; nothing is computed anew."""
        copy = object.__new__(Problem)
        copy.__dict__.update(self.__dict__, losses=losses)
        return copy

    def part(self, rows: Ints, node: Split) -> tuple[Ints, Ints]:
        """Rows that go left and rows that go right at a node."""
        goes_left = self.codes[node.feature].take(rows) <= node.cut
        return rows[goes_left], rows[~goes_left]

    def scan(self, rows: Ints, losses: Floats) -> tuple[Floats, Cuts]:
        """Sums of the losses left of each cut: (q, c) for losses (q, rows)."""
        width = self.offsets[-1]
        if rows.size * len(self.cuts) < SORTED_SHARE * width:
            codes = self.codes.take(rows, axis=1)
            order = codes.argsort(axis=1, kind="stable")
            codes = np.take_along_axis(codes, order, axis=1)
            features, places = (codes[:, :-1] != codes[:, 1:]).nonzero()
            sums = losses.take(order, axis=1).cumsum(axis=2)[:, features, places]
            return sums, Cuts(features, codes[features, places])
        flat = self.flat_codes.take(rows, axis=0).ravel()
        sums = np.empty((len(losses), width))
        for row, loss in zip(sums, losses, strict=True):
            repeated = loss.repeat(len(self.cuts))
            np.bincount(flat, repeated, minlength=width).cumsum(out=row)
        sums -= losses.sum(axis=1)[:, None] * self.feature_of
        return sums, Cuts(self.feature_of, None)

    def decode(self, cuts: Cuts, position: int) -> tuple[int, int]:
        """Feature and cut at a position of a scan."""
        feature = int(cuts.features[position])
        if cuts.codes is None:
            return feature, int(position - self.offsets[feature])
        return feature, int(cuts.codes[position])


class Cuts(NamedTuple):
    """What the columns of a scan are; all cuts in order where codes is None."""

    features: Ints
    codes: NDArray[np.integer] | None


def count_leaves(tree: Node) -> int:
    """How many leaves a tree has."""
    if isinstance(tree, int):
        return 1
    return count_leaves(tree.left) + count_leaves(tree.right)


def leaves(tree: Node, problem: Problem) -> Iterator[tuple[tuple[int, ...], int, Ints]]:
    """Path from the root (0 left, 1 right), segment and rows of each leaf."""
    waiting = [((), tree, problem.every_row)]
    while waiting:
        path, node, rows = waiting.pop()
        if isinstance(node, int):
            yield path, node, rows
            continue
        left, right = problem.part(rows, node)
        waiting.append(((*path, 1), node.right, right))
        waiting.append(((*path, 0), node.left, left))


def put(tree: Node, path: tuple[int, ...], node: Node) -> Node:
    """The tree with another node at a path."""
    if not path:
        return node
    if path[0] == 0:
        return tree._replace(left=put(tree.left, path[1:], node))
    return tree._replace(right=put(tree.right, path[1:], node))


def inner_paths(tree: Node, path: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """Paths of the inner nodes, parents first."""
    if isinstance(tree, int):
        return []
    return [
        path,
        *inner_paths(tree.left, (*path, 0)),
        *inner_paths(tree.right, (*path, 1)),
    ]


def at(tree: Node, path: tuple[int, ...]) -> Node:
    """The node at a path."""
    for step in path:
        tree = tree.right if step else tree.left
    return tree


def fold(tree: Node, problem: Problem) -> Node:
    """The tree without leaves below the minimum size, the smallest folded first.

    As :func:`customer_segmentation.trees.fold_small_leaves`, so that what a tree is
    judged by is what becomes of it.
    """
    while problem.minimum_size > 1:
        found = [
            (float(problem.weights[rows].sum()), path, label)
            for path, label, rows in leaves(tree, problem)
            if rows.size
        ]
        labels = [label for *_, label in found]
        small = [
            (size, path)
            for size, path, label in found
            if size < problem.minimum_size - 1e-9 and labels.count(label) > 1
        ]
        if not small:
            break
        *parent, side = min(small)[1]
        node = at(tree, tuple(parent))
        tree = put(tree, tuple(parent), node.left if side else node.right)
    return tree


# --- growing -------------------------------------------------------------------


def best_leaf_split(problem: Problem, rows: Ints) -> LeafSplit | None:
    """The cut, and the segments on both sides, that lose least; None without one."""
    if rows.size < 2:
        return None
    losses = problem.losses.take(rows, axis=1)
    # one row after the other, as a scan sums: rounding decides between equal cuts
    totals = losses.cumsum(axis=1)[:, -1]
    if problem.minimum_size > 1:
        losses = np.vstack([losses, problem.weights[rows]])
    below, cuts = problem.scan(rows, losses)
    if not below.shape[1]:
        return None
    size = below[-1] if problem.minimum_size > 1 else None
    below = below[: len(totals)]
    loss = below.min(axis=0) + (totals[:, None] - below).min(axis=0)
    if size is not None:
        weight = problem.weights[rows].sum()
        is_small = np.minimum(size, weight - size) < problem.minimum_size - 1e-9
        loss[is_small] = np.inf
    best = int(loss.argmin())
    gain = float(totals.min() - loss[best])
    if not gain > 0:
        return None
    left, right = below[:, best], totals - below[:, best]
    feature, cut = problem.decode(cuts, best)
    return LeafSplit(gain, Split(feature, cut, int(left.argmin()), int(right.argmin())))


def grow(tree: Node, problem: Problem, max_leaves: int) -> Node:
    """Split leaves, the greatest gain first, while it gains and leaves are free."""
    free = max_leaves - count_leaves(tree)
    if free <= 0:
        return tree
    smallest = SMALLEST_GAIN * float(problem.losses.min(axis=0).sum())
    nearest = problem.losses.argmin(axis=0)
    queue: list[tuple[float, tuple[int, ...], Split, Ints]] = []

    def offer(path: tuple[int, ...], rows: Ints) -> None:
        own = nearest.take(rows)
        if (own == own[:1]).all():
            return  # no cut helps where one segment is the best for every row
        found = best_leaf_split(problem, rows)
        if found is not None and found.gain > smallest:
            heapq.heappush(queue, (-found.gain, path, found.node, rows))

    for path, _, rows in leaves(tree, problem):
        offer(path, rows)
    while queue and free > 0:
        _, path, node, rows = heapq.heappop(queue)
        tree = put(tree, path, node)
        free -= 1
        if free > 0:
            for side, below in enumerate(problem.part(rows, node)):
                offer((*path, side), below)
    return tree


# --- rows ------------------------------------------------------------------------


@dataclass(frozen=True)
class Rows:
    """Distinct rows of the data, or a weighted sample of them.

    Attributes
    ----------
    values
        (n, d) original units.
    points
        (n, d) scaled, of a size whose squares are finite.
    segments
        (n,) position of the cluster.
    weights
        (n,) rows of the data that each one stands for.
    """

    values: Floats
    points: Floats
    segments: Ints
    weights: Floats


def distinct_rows(values: Floats, scaled: Floats, labels: Ints) -> tuple[Ints, Floats]:
    """Positions of the distinct rows and how often each occurs.

    They are ordered by a hash of their content, so neither the order of the data
    nor that of the values shows in a sample taken in this order.
    """
    mixed = np.zeros(len(labels), dtype=np.uint64)
    for column in (*values.T, *scaled.T, labels.astype(np.float64)):
        # + 0.0 turns -0.0 into 0.0: one number, one row
        mixed ^= (column + 0.0).view(np.uint64)
        mixed *= np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(32)
    order = np.argsort(mixed)
    ordered = mixed[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    counts = np.diff(np.append(starts, len(order)))
    return order[starts], counts.astype(np.float64)


def squared_distances(
    scaled: Floats, centres: Floats, segments: Ints, size: float
) -> Floats:
    """(n,) from each row to the centre of its segment, in units of ``size``.

    One column at a time: no second matrix of all rows is made.
    """
    squares = np.zeros(len(scaled))
    for column, places in zip(scaled.T, centres.T, strict=True):
        squares += (column / size - (places / size)[segments]) ** 2
    return squares


def coreset(
    squares: Floats, segments: Ints, weights: Floats, size: int, random_state: int
) -> tuple[Ints, Floats]:
    """Positions and weights of about ``size`` rows that stand for all of them.

    A row is drawn with a probability that is part uniform, part the same for
    every cluster, part proportional to its squared distance from its centre; its
    weight is divided by it. All rows where there are not more.
    """
    if len(weights) <= size:
        return np.arange(len(weights)), weights
    loss = weights * squares
    cluster_sizes = np.bincount(segments, weights)
    present = np.count_nonzero(cluster_sizes)
    total = max(float(loss.sum()), TINY)
    shares = weights / weights.sum() + loss / total
    shares += weights / (present * cluster_sizes)[segments]
    chances = np.minimum(1.0, size * shares / 3)
    start = np.random.default_rng(random_state).random()
    # Systematic sampling: every row of chance 1 is drawn, and nearly size in all.
    steps = np.floor(np.cumsum(chances) + start)
    drawn = np.flatnonzero(np.diff(steps, prepend=0.0) >= 1)
    return drawn, weights[drawn] / chances[drawn]


def candidate_cuts(column: Floats, centres: Floats, most: int) -> Floats:
    """Ascending cuts of one feature, in original units.

    All but the last of the distinct values where there are at most ``most``;
    otherwise quantiles, equal widths, the extremes of both sides and the middles
    between neighbouring ``centres`` (k,), each as the value just below: quantiles
    alone would not see a small cluster far away.
    """
    distinct = np.unique(column)
    if len(distinct) - 1 <= most:
        return distinct[:-1]
    ordered = np.sort(column)
    quantiles = ordered[np.linspace(0, len(ordered) - 1, most // 2).astype(int)]
    # halved, because the range of huge values may not be a float64
    widths = 2 * np.linspace(distinct[0] / 2, distinct[-1] / 2, most // 4)
    places = np.sort(centres)
    middles = places[:-1] / 2 + places[1:] / 2
    wanted = np.concatenate(
        [quantiles, widths, middles, distinct[:EXTREMES], distinct[-EXTREMES:]]
    )
    below = np.searchsorted(distinct, wanted, side="right") - 1
    return distinct[np.unique(np.clip(below, 0, len(distinct) - 2))]


def build_problem(
    rows: Rows,
    centres: Floats,
    *,
    objective: str,
    minimum_size: float,
    most_cuts: int,
) -> tuple[Problem, Ints]:
    """The problem, and the codes (d, k) of the centres among its cuts.

    ``centres`` (k, d) are scaled. The centre of a feature in original units is
    the least value whose scaled value reaches it.
    """
    cuts, codes, centre_codes = [], [], []
    for value, point, centre in zip(
        rows.values.T, rows.points.T, centres.T, strict=True
    ):
        order = np.argsort(value, kind="stable")
        reached = np.searchsorted(np.maximum.accumulate(point[order]), centre)
        places = value[order][np.minimum(reached, len(order) - 1)]
        candidates = candidate_cuts(value, places, most_cuts)
        cuts.append(candidates)
        codes.append(np.searchsorted(candidates, value))
        centre_codes.append(np.searchsorted(candidates, places))
    squares = np.sum((rows.points[None] - centres[:, None]) ** 2, axis=2)
    if objective == "fidelity":
        is_other = np.arange(len(centres))[:, None] != rows.segments
        regrets = np.maximum(squares - squares.min(axis=0), 0) * rows.weights
        # Ties are broken by the cost, by less than a row in all.
        regrets /= max(float(regrets.max(axis=0).sum()), TINY) * TIE_SHARE
        losses = is_other * rows.weights + regrets
    else:
        losses = squares * rows.weights
    most_codes = max(map(len, cuts))
    problem = Problem(
        cuts=tuple(cuts),
        codes=np.stack(codes).astype(np.int16 if most_codes < 2**15 else np.int32),
        points=rows.points,
        weights=rows.weights,
        losses=losses,
        moves_centres=objective == "cost",
        minimum_size=minimum_size,
    )
    return problem, np.stack(centre_codes)
