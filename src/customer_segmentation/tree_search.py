"""Search for the small tree that explains given clusters best.

The objective is the real one, not a purity: the sum of squares of the segments
around their own centres (``cost``), or the number of rows that leave their
cluster (``fidelity``). Several trees are built as starts
(:mod:`customer_segmentation.tree_starts`); each is improved by tree alternating
optimisation and by moves of its structure, and the best go through a fixed
number of random restarts. Nothing depends on the clock, on threads or on the
order of the rows.

Shapes: n rows, d features, k segments.

References
----------
Dasgupta, S., Frost, N., Moshkovitz, M., Rashtchian, C. (2020). Explainable
k-means and k-medians clustering. ICML 2020, section 2.
Carreira-Perpinan, M., Tavallali, P. (2018). Alternating optimization of decision
trees, with application to learning sparse oblique trees. NeurIPS 2018, section 3.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SMALLEST_GAIN = 1e-10
"""A change counts where it saves this share of the losses: less is rounding."""

MOST_PASSES = 30
"""Alternating optimisation ends by itself, nearly always after fewer passes."""

SORTED_SHARE = 0.5
"""A node whose rows are fewer than this share of the cuts is sorted, not binned."""


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

    def reweighted(self, factors: Floats) -> Problem:
        """The same problem with other weights."""
        return replace(
            self, weights=self.weights * factors, losses=self.losses * factors
        )

    def scan(self, rows: Ints, losses: Floats) -> tuple[Floats, Cuts]:
        """Sums of the losses left of each cut: (q, c) for losses (q, rows)."""
        width = self.offsets[-1]
        if rows.size * len(self.cuts) < SORTED_SHARE * width:
            codes = self.codes[:, rows]
            order = np.argsort(codes, axis=1, kind="stable")
            codes = np.take_along_axis(codes, order, axis=1)
            is_cut = codes[:, :-1] != codes[:, 1:]
            sums = np.cumsum(losses[:, order], axis=2)[:, :, :-1][:, is_cut]
            return sums, Cuts(np.nonzero(is_cut)[0], codes[:, :-1][is_cut])
        flat = self.flat_codes[rows].ravel()
        sums = np.empty((len(losses), width))
        for row, loss in zip(sums, losses, strict=True):
            repeated = np.repeat(loss, len(self.cuts))
            np.cumsum(np.bincount(flat, repeated, minlength=width), out=row)
            row -= self.feature_of * loss.sum()
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


@dataclass(frozen=True)
class Solution:
    """A tree, what it loses, and the losses (k, n) it was judged by."""

    tree: Node
    loss: float
    problem: Problem


def count_leaves(tree: Node) -> int:
    """How many leaves a tree has."""
    if isinstance(tree, int):
        return 1
    return count_leaves(tree.left) + count_leaves(tree.right)


def assign(tree: Node, problem: Problem) -> Ints:
    """(n,) segment of each row."""
    segments = np.empty(problem.weights.size, dtype=np.int64)
    for _, label, rows in leaves(tree, problem):
        segments[rows] = label
    return segments


def leaves(
    tree: Node, problem: Problem, rows: Ints | None = None, path: tuple = ()
) -> Iterator[tuple[tuple[int, ...], int, Ints]]:
    """Path from the root (0 left, 1 right), segment and rows of each leaf."""
    rows = problem.every_row if rows is None else rows
    if isinstance(tree, int):
        yield path, tree, rows
        return
    goes_left = problem.codes[tree.feature, rows] <= tree.cut
    yield from leaves(tree.left, problem, rows[goes_left], (*path, 0))
    yield from leaves(tree.right, problem, rows[~goes_left], (*path, 1))


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


# --- growing -------------------------------------------------------------------


def best_leaf_split(problem: Problem, rows: Ints) -> LeafSplit | None:
    """The cut, and the segments on both sides, that lose least; None without one."""
    if rows.size < 2:
        return None
    losses = problem.losses[:, rows]
    totals = losses.sum(axis=1)
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
    queue: list[tuple[float, tuple[int, ...], Split, Ints]] = []

    def offer(path: tuple[int, ...], rows: Ints) -> None:
        found = best_leaf_split(problem, rows)
        if found is not None and found.gain > smallest:
            heapq.heappush(queue, (-found.gain, path, found.node, rows))

    for path, _, rows in leaves(tree, problem):
        offer(path, rows)
    while queue and free > 0:
        _, path, node, rows = heapq.heappop(queue)
        tree = put(tree, path, node)
        free -= 1
        goes_left = problem.codes[node.feature, rows] <= node.cut
        if free > 0:
            offer((*path, 0), rows[goes_left])
            offer((*path, 1), rows[~goes_left])
    return tree


# --- tree alternating optimisation ----------------------------------------------


def alternate(tree: Node, problem: Problem, rows: Ints) -> tuple[Node, Floats]:
    """One pass from the leaves to the root; also each row's loss below the node.

    With its subtrees fixed, each inner node takes the cut with the least loss. A
    node that sends all rows to one side is replaced by that side, and siblings of
    one segment become one leaf.
    """
    if isinstance(tree, int):
        if rows.size:
            tree = int(problem.losses[:, rows].sum(axis=1).argmin())
        return tree, problem.losses[tree]
    goes_left = problem.codes[tree.feature, rows] <= tree.cut
    if isinstance(tree.left, int) and isinstance(tree.right, int):
        found = best_leaf_split(problem, rows)
        if found is None or found.node.left == found.node.right:
            return alternate(tree.left, problem, rows)
        node = found.node
        losses = np.where(
            problem.codes[node.feature] <= node.cut,
            problem.losses[node.left],
            problem.losses[node.right],
        )
        return node, losses
    left, left_losses = alternate(tree.left, problem, rows[goes_left])
    right, right_losses = alternate(tree.right, problem, rows[~goes_left])
    difference = (left_losses - right_losses)[rows]
    total = float(difference.sum())
    wanted = difference[None]
    if problem.minimum_size > 1:
        wanted = np.vstack([difference, problem.weights[rows]])
    sums, cuts = problem.scan(rows, wanted)
    loss = sums[0]
    if problem.minimum_size > 1:
        weight = problem.weights[rows].sum()
        is_small = np.minimum(sums[1], weight - sums[1]) < problem.minimum_size - 1e-9
        loss = np.where(is_small, np.inf, loss)
    best = int(loss.argmin()) if loss.size else -1
    if best < 0 or loss[best] >= min(total, 0.0):
        return (left, left_losses) if total < 0 else (right, right_losses)
    feature, cut = problem.decode(cuts, best)
    losses = np.where(problem.codes[feature] <= cut, left_losses, right_losses)
    return Split(feature, cut, left, right), losses


def recentred(tree: Node, problem: Problem) -> Solution:
    """The loss of a tree, with centres moved to their rows where they move.

    A segment without rows takes over the leaf, of a segment with several, whose
    rows lie farthest from their centre: that never raises the cost.
    """
    segments = assign(tree, problem)
    if not problem.moves_centres:
        loss = float(problem.losses[segments, problem.every_row].sum())
        return Solution(tree, loss, problem)
    is_member = segments == np.arange(len(problem.losses))[:, None]
    weights = is_member @ problem.weights
    if not weights.all():
        spread = _with_another_segment(tree, problem, weights)
        if spread is not None:
            return recentred(spread, problem)
    sums = is_member @ problem.weighted
    has_rows = weights > 0
    loss = problem.squares.sum() - float(
        np.sum(np.sum(sums[has_rows] ** 2, axis=1) / weights[has_rows])
    )
    centres = sums[has_rows] / weights[has_rows, None]
    losses = problem.losses.copy()
    losses[has_rows] = point_losses(problem, centres)
    return Solution(tree, loss, _with_losses(problem, losses))


def point_losses(problem: Problem, centres: Floats) -> Floats:
    """(k, n) weight times squared distance of each row to each centre."""
    norms = np.einsum("ij,ij->i", centres, centres)
    return (
        problem.squares
        - 2 * (centres @ problem.weighted.T)
        + norms[:, None] * problem.weights
    )


def _with_losses(problem: Problem, losses: Floats) -> Problem:
    """The same rows with other losses; nothing is computed anew."""
    copy = object.__new__(Problem)
    copy.__dict__.update(problem.__dict__, losses=losses)
    return copy


def _with_another_segment(
    tree: Node, problem: Problem, weights: Floats
) -> Node | None:
    """The tree with one leaf handed to a segment that has none; None if none can be."""
    found = list(leaves(tree, problem))
    best: tuple[float, tuple[int, ...]] = (0.0, ())
    for path, label, rows in found:
        mine = float(problem.weights[rows].sum())
        others = float(weights[label]) - mine
        if mine <= 0 or others <= 1e-9 * mine:
            continue
        together = np.concatenate([r for _, other, r in found if other == label])
        own = problem.weighted[rows].sum(axis=0)
        rest = problem.weighted[together].sum(axis=0) - own
        apart = float(np.sum((own / mine - rest / others) ** 2))
        best = max(best, (mine * others / (mine + others) * apart, path))
    if best[0] <= SMALLEST_GAIN * float(problem.squares.sum()):
        return None
    return put(tree, best[1], int(np.flatnonzero(weights == 0)[0]))


# --- local search ---------------------------------------------------------------


def improve(tree: Node, problem: Problem, max_leaves: int) -> Solution:
    """Alternate, grow and recentre until nothing falls any more."""
    best = recentred(grow(tree, problem, max_leaves), problem)
    for _ in range(MOST_PASSES):
        tree, _ = alternate(best.tree, best.problem, problem.every_row)
        tree = grow(tree, best.problem, max_leaves)
        found = recentred(tree, best.problem)
        if found.loss >= best.loss * (1 - 1e-6):
            return min(best, found, key=lambda solution: solution.loss)
        best = found
    return best


def kick(
    solution: Solution, max_leaves: int, rng: np.random.Generator
) -> tuple[Node, Problem]:
    """A tree near the solution, and the losses to go on with."""
    problem, tree = solution.problem, solution.tree
    paths = inner_paths(tree)
    if not paths:
        return tree, problem
    kind = rng.integers(3)
    if kind == 0:
        # Move some cuts to those of random rows.
        for place in rng.choice(len(paths), min(len(paths), 1 + rng.integers(3)), replace=False):
            node = at(tree, paths[place])
            if isinstance(node, int):
                continue
            feature = int(rng.integers(len(problem.cuts)))
            cut = int(problem.codes[feature, rng.integers(problem.weights.size)])
            tree = put(tree, paths[place], node._replace(feature=feature, cut=cut))
    elif kind == 1:
        # Cut a branch off; what it had grows elsewhere.
        path = paths[rng.integers(len(paths))]
        node = at(tree, path)
        tree = put(tree, path, node.left if rng.random() < 0.5 else node.right)
    else:
        # Reweight the rows for a pass.
        factors = rng.exponential(size=problem.weights.size)
        noisy = _with_losses(problem, problem.losses * factors)
        tree, _ = alternate(tree, noisy, problem.every_row)
        tree = grow(tree, noisy, max_leaves)
    return tree, problem
