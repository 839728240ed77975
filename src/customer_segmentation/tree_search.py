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

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from customer_segmentation import tree_starts
from customer_segmentation.tree_problem import (
    SMALLEST_GAIN,
    Floats,
    Ints,
    Node,
    Problem,
    Rows,
    Split,
    at,
    best_leaf_split,
    build_problem,
    coreset,
    count_leaves,
    distinct_rows,
    fold,
    grow,
    inner_paths,
    leaves,
    put,
    squared_distances,
)
from customer_segmentation.trees import (
    LEAF,
    UNCLASSIFIED,
    Tree,
    check_count,
    checked_rows,
)

OBJECTIVES = ("cost", "fidelity")

EXACT_ROWS = 20_000
"""Up to so many different rows all of them are looked at, with all their cuts;
beyond, a weighted sample of so many."""

SEARCH_ROWS = 6_000
"""Restarts look at a weighted sample of about so many rows."""

SEARCH_CUTS = 1_000
"""Restarts try at most about so many cuts of a feature; the last polish, all."""

RESTARTS = 240
"""Random restarts of one search at effort 1, where it looks at all rows."""

SAMPLED_RESTARTS = 60
"""The same where it looks at a sample: what further ones find is less than what
the sample hides."""

KICKS = ("cuts", "branches", "subtree", "anew", "weights", "weights", "centres")
"""Move some cuts to those of random rows; cut branches off, to grow elsewhere; build
a subtree anew for reweighted rows; build everything anew below a random first cut;
optimise for reweighted rows, or for centres that lie elsewhere."""

CENTRE_KICK = 0.3
"""How far centres move, in standard deviations of each scaled feature."""

POLISHED = 3
"""So many of the best trees are polished on the exact rows and cuts."""

MOST_PASSES = 30
"""Alternating optimisation ends by itself, nearly always after fewer passes."""


@dataclass(frozen=True)
class Solution:
    """A tree, what it loses, and the losses (k, n) it was judged by."""

    tree: Node
    loss: float
    problem: Problem


def assign(tree: Node, problem: Problem) -> Ints:
    """(n,) segment of each row."""

    def below(node: Node) -> Ints | int:
        if isinstance(node, int):
            return node
        goes_left = problem.codes[node.feature] <= node.cut
        return np.where(goes_left, below(node.left), below(node.right))

    return np.full(problem.weights.size, below(tree))


# --- tree alternating optimisation ----------------------------------------------


def alternate(tree: Node, problem: Problem, rows: Ints) -> tuple[Node, Floats]:
    """One pass from the leaves to the root; also each row's loss below the node.

    With its subtrees fixed, each inner node takes the cut with the least loss. A
    node that sends all rows to one side is replaced by that side, and siblings of
    one segment become one leaf.
    """
    if isinstance(tree, int):
        if rows.size:
            tree = int(problem.losses.take(rows, axis=1).sum(axis=1).argmin())
        return tree, problem.losses[tree]
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
    left_rows, right_rows = problem.part(rows, tree)
    left, left_losses = alternate(tree.left, problem, left_rows)
    right, right_losses = alternate(tree.right, problem, right_rows)
    difference = (left_losses - right_losses).take(rows)
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
    members = (segments == np.arange(len(problem.losses))[:, None]).astype(float)
    weights = members @ problem.weights
    if not weights.all():
        spread = _with_another_segment(tree, problem, weights)
        if spread is not None:
            return recentred(spread, problem)
    sums = members @ problem.weighted
    has_rows = weights > 0
    loss = problem.squares.sum() - float(
        np.sum(np.sum(sums[has_rows] ** 2, axis=1) / weights[has_rows])
    )
    centres = sums[has_rows] / weights[has_rows, None]
    losses = problem.losses.copy()
    losses[has_rows] = point_losses(problem, centres)
    return Solution(tree, loss, problem.with_losses(losses))


def point_losses(problem: Problem, centres: Floats) -> Floats:
    """(k, n) weight times squared distance of each row to each centre."""
    norms = np.einsum("ij,ij->i", centres, centres)
    losses = (-2 * centres) @ problem.weighted.T
    losses += problem.squares
    losses += norms[:, None] * problem.weights
    return losses


def _with_another_segment(tree: Node, problem: Problem, weights: Floats) -> Node | None:
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
    """Alternate, grow, fold and recentre until nothing falls any more."""
    best = recentred(fold(grow(tree, problem, max_leaves), problem), problem)
    for _ in range(MOST_PASSES):
        tree, _ = alternate(best.tree, best.problem, problem.every_row)
        tree = grow(tree, best.problem, max_leaves)
        found = recentred(fold(tree, best.problem), best.problem)
        if found.loss >= best.loss * (1 - 1e-6):
            return min(best, found, key=lambda solution: solution.loss)
        best = found
    return best


def kick(
    solution: Solution, max_leaves: int, rng: np.random.Generator
) -> tuple[Node, Problem]:
    """A tree near the solution, and the losses to go on with."""
    problem, tree = solution.problem, solution.tree
    kind = KICKS[rng.integers(len(KICKS))]
    if kind == "cuts":
        for path in _some_paths(tree, int(rng.choice([1, 3])), rng):
            feature = int(rng.integers(len(problem.cuts)))
            cut = int(problem.codes[feature, rng.integers(problem.weights.size)])
            tree = put(tree, path, at(tree, path)._replace(feature=feature, cut=cut))
    elif kind == "anew":
        feature = int(rng.integers(len(problem.cuts)))
        cut = int(problem.codes[feature, rng.integers(problem.weights.size)])
        # Labels that differ keep the two sides apart until they have grown.
        tree = Split(feature, cut, 0, len(problem.losses) - 1)
    elif kind == "branches":
        for _ in range(1 + rng.integers(2)):
            for path in _some_paths(tree, 1, rng):
                node = at(tree, path)
                tree = put(tree, path, (node.left, node.right)[rng.integers(2)])
    else:
        losses = problem.losses
        if kind == "centres":
            losses = point_losses(problem, _moved_centres(solution, rng))
        elif kind == "subtree":
            for path in _some_paths(tree, 1, rng):
                tree = put(tree, path, 0)
        if kind != "centres":
            losses = losses * rng.exponential(size=problem.weights.size)
        noisy = problem.with_losses(losses)
        if kind != "subtree":
            tree, _ = alternate(tree, noisy, problem.every_row)
        tree = grow(tree, noisy, max_leaves)
    return tree, problem


def _some_paths(
    tree: Node, count: int, rng: np.random.Generator
) -> list[tuple[int, ...]]:
    """Paths of at most so many inner nodes, at random."""
    paths = inner_paths(tree)
    return [paths[i] for i in rng.permutation(len(paths))[:count]]


def _moved_centres(solution: Solution, rng: np.random.Generator) -> Floats:
    """(k, p) the centres of the solution's segments, each moved a little at random.

    A segment without rows gets a random row.
    """
    problem = solution.problem
    segments = assign(solution.tree, problem)
    is_member = segments == np.arange(len(problem.losses))[:, None]
    weights = is_member @ problem.weights
    drawn = problem.points[rng.integers(problem.weights.size, size=len(weights))]
    means = (is_member @ problem.weighted) / np.where(weights > 0, weights, 1)[:, None]
    centres = np.where(weights[:, None] > 0, means, drawn)
    spread = CENTRE_KICK * problem.points.std(axis=0)
    return centres + rng.normal(size=centres.shape) * spread


def search_tree(
    values: ArrayLike,
    scaled: ArrayLike,
    labels: ArrayLike,
    centroids: ArrayLike,
    *,
    max_leaves: int,
    objective: str = "cost",
    minimum_rule_size: int = 1,
    starts: Sequence[Tree] = (),
    effort: float = 1.0,
    random_state: int = 0,
) -> Tree:
    """The best tree found that explains the clusters in so many leaves.

    Parameters
    ----------
    values
        (n, d) finite features in original units.
    scaled
        (n, d) the same features in the scaled space, finite.
    labels
        (n,) cluster ids, integers from 1; 0 is noise.
    centroids
        (k, d) scaled; row i is the centre of cluster i + 1. A cluster without
        rows gets no leaf.
    max_leaves
        At most so many leaves.
    objective
        ``cost``: the sum of squares of the segments around their own centres.
        ``fidelity``: rows whose segment is not their cluster; between equals the
        cost decides. Noise has no centre, so where there is noise the search is
        always for fidelity.
    minimum_rule_size
        A leaf holds at least so many rows, unless it is the last one of its segment:
        smaller ones are folded before a tree is judged.
    starts
        Further trees to start from. The result is never worse than any of them,
        up to the sampling of more than 20,000 different rows.
    effort
        Multiplies the number of random restarts; 0 is the local search alone. Mean
        price over seven data sets and k = 3..8 at k, 2k and 4k leaves: at effort .25
        1.059, 1.014 and 1.0039; at effort 1 1.057, 1.013 and 1.0026.
    random_state
        Seed of restarts and samples.

    Returns
    -------
    Tree
        Cuts are values of the data, to be placed within their gaps by
        :func:`customer_segmentation.rules.rules_from_tree`. The same for the
        same rows in any order.

    Raises
    ------
    ValueError
        As :func:`customer_segmentation.rules.fit_tree`; or scaled or centroids
        do not fit the values, or an option is out of its range.
    """
    values, labels = checked_rows(values, labels)
    scaled, centroids = checked_space(scaled, centroids, values, labels)
    check_count("max_leaves", max_leaves)
    check_count("minimum_rule_size", minimum_rule_size)
    if objective not in OBJECTIVES:
        raise ValueError(f"objective must be one of {OBJECTIVES}, got {objective!r}")
    if not (math.isfinite(effort) and effort >= 0):
        raise ValueError(f"effort must be a finite number from 0, got {effort!r}")

    ids = np.unique(labels)
    segments = np.searchsorted(ids, labels)
    if ids[0] == UNCLASSIFIED:
        objective = "fidelity"
        noise = scaled[labels == UNCLASSIFIED].mean(axis=0)
        centroids = np.vstack([noise, centroids[ids[1:] - 1]])
    else:
        centroids = centroids[ids - 1]
    options = {"objective": objective, "minimum_size": float(minimum_rule_size)}
    exact_rows, few_rows, centres, is_sample = sample_rows(
        values, scaled, segments, centroids, random_state
    )
    problem, centre_codes = build_problem(
        few_rows, centres, most_cuts=SEARCH_CUTS, **options
    )
    exact, _ = build_problem(exact_rows, centres, most_cuts=EXACT_ROWS, **options)

    given = [_to_node(tree, problem, ids) for tree in starts]
    built = build_starts(problem, few_rows, centre_codes, max_leaves)
    found = restart(
        [improve(tree, problem, max_leaves) for tree in [*given, *built]],
        max_leaves,
        round(effort * (SAMPLED_RESTARTS if is_sample else RESTARTS)),
        np.random.default_rng(random_state),
    )
    finalists = [_to_node(to_tree(s.tree, s.problem, ids), exact, ids) for s in found]
    given = [_to_node(tree, exact, ids) for tree in starts]
    polished = [improve(tree, exact, max_leaves) for tree in [*finalists, *given]]
    best = min(polished, key=lambda solution: solution.loss)
    if exact.moves_centres:
        best = _matched(best, exact_rows)
    return to_tree(best.tree, exact, ids)


def build_starts(
    problem: Problem, rows: Rows, centre_codes: Ints, max_leaves: int
) -> list[Node]:
    """Trees of at most so many leaves, each built in another way."""
    segments = rows.segments
    nobody = int(problem.losses.sum(axis=1).argmin())
    built = [
        grow(nobody, problem, max_leaves),
        tree_starts.cart(problem, segments, problem.weights, max_leaves),
    ]
    if len(problem.losses) > 1:
        second, first = np.partition(problem.losses, 1, axis=0)[[1, 0]]
        regrets = second - first
        if regrets.any():
            built.append(tree_starts.cart(problem, segments, regrets, max_leaves))
    built += [
        tree_starts.imm(problem, segments, centre_codes),
        tree_starts.exgreedy(problem, segments, centre_codes),
    ]
    if problem.moves_centres:
        built.append(tree_starts.regression(problem, max_leaves))
    return [tree for tree in built if count_leaves(tree) <= max_leaves]


def restart(
    solutions: Sequence[Solution],
    max_leaves: int,
    restarts: int,
    rng: np.random.Generator,
) -> list[Solution]:
    """Kick the best solution so often; return the best few, the best first."""
    best = sorted(solutions, key=lambda solution: solution.loss)[:POLISHED]
    for _ in range(restarts if max_leaves > 1 else 0):
        tree, problem = kick(best[0], max_leaves, rng)
        found = improve(tree, problem, max_leaves)
        if found.loss < best[0].loss * (1 - SMALLEST_GAIN):
            best = [found, *best[: POLISHED - 1]]
    return best


def to_tree(node: Node, problem: Problem, ids: Ints) -> Tree:
    """A node as a tree; ``ids`` (k,) are the cluster ids of the segments.

    A cut below or above all values stands for one of its sides.
    """
    nodes: list[list] = []

    def append(node: Node) -> int:
        position = len(nodes)
        if isinstance(node, int):
            nodes.append([LEAF, math.nan, LEAF, LEAF, int(ids[node])])
            return position
        cuts = problem.cuts[node.feature]
        if not 0 <= node.cut < len(cuts):
            return append(node.right if node.cut < 0 else node.left)
        cut = float(cuts[node.cut])
        nodes.append([node.feature, cut, LEAF, LEAF, UNCLASSIFIED])
        nodes[position][2] = append(node.left)
        nodes[position][3] = append(node.right)
        return position

    append(node)
    return Tree(*map(tuple, zip(*nodes, strict=True)))


def _to_node(tree: Tree, problem: Problem, ids: Ints, position: int = 0) -> Node:
    """A tree as a node of the problem, cut at the candidates just below."""
    if tree.left[position] == LEAF:
        return int(np.searchsorted(ids, tree.label[position]))
    feature, cut = tree.feature[position], tree.cut[position]
    return Split(
        feature,
        int(np.searchsorted(problem.cuts[feature], cut, side="right")) - 1,
        _to_node(tree, problem, ids, tree.left[position]),
        _to_node(tree, problem, ids, tree.right[position]),
    )


def _matched(solution: Solution, rows: Rows) -> Solution:
    """Segments renamed to the clusters with which they share the most rows."""
    from scipy.optimize import linear_sum_assignment

    segments = assign(solution.tree, solution.problem)
    shared = np.zeros((len(solution.problem.losses),) * 2)
    np.add.at(shared, (segments, rows.segments), rows.weights)
    _, names = linear_sum_assignment(shared, maximize=True)

    def renamed(node: Node) -> Node:
        if isinstance(node, int):
            return int(names[node])
        return node._replace(left=renamed(node.left), right=renamed(node.right))

    if shared[np.arange(len(names)), names].sum() <= np.trace(shared):
        return solution
    return Solution(renamed(solution.tree), solution.loss, solution.problem)


def checked_space(
    scaled: ArrayLike, centroids: ArrayLike, values: Floats, labels: Ints
) -> tuple[Floats, Floats]:
    """The scaled rows and the centroids as float64, finite and of fitting shapes."""
    scaled = np.asarray(scaled, dtype=np.float64)
    centroids = np.asarray(centroids, dtype=np.float64)
    if scaled.shape != values.shape:
        raise ValueError(f"scaled must have shape {values.shape}, got {scaled.shape}")
    least = max(int(labels.max()), 1)
    if (
        centroids.ndim != 2
        or centroids.shape[1] != values.shape[1]
        or len(centroids) < least
    ):
        raise ValueError(
            f"centroids must have shape (k, {values.shape[1]}) with k from {least}, "
            f"got {centroids.shape}"
        )
    for name, matrix in (("scaled", scaled), ("centroids", centroids)):
        if not np.isfinite(matrix).all():
            count = np.count_nonzero(~np.isfinite(matrix))
            raise ValueError(f"{name} must be finite, got {count} that are not")
    return scaled, centroids


def sample_rows(
    values: Floats,
    scaled: Floats,
    segments: Ints,
    centroids: Floats,
    random_state: int,
) -> tuple[Rows, Rows, Floats, bool]:
    """Rows for the polish, fewer of them for the restarts, the centres, and whether
    the polish sees a sample only.

    The scaled space is moved and divided by the same numbers everywhere, so that no
    square overflows.
    """
    largest = max(
        abs(float(end))
        for matrix in (scaled, centroids)
        for end in (matrix.min(), matrix.max())
    )
    size = largest if largest > 0 else 1.0
    first, counts = distinct_rows(values, scaled, segments)
    squares = np.zeros(len(first))
    if len(first) > SEARCH_ROWS:
        squares = squared_distances(scaled, centroids, segments, size)[first]
    exact, weights = coreset(squares, segments[first], counts, EXACT_ROWS, random_state)
    taken = first[exact]
    points = scaled[taken] / size
    middle = points.mean(axis=0)
    rows = Rows(values[taken], points - middle, segments[taken], weights)
    few, few_weights = coreset(
        squares[exact], rows.segments, weights, SEARCH_ROWS, random_state
    )
    few_rows = Rows(rows.values[few], rows.points[few], rows.segments[few], few_weights)
    return rows, few_rows, centroids / size - middle, len(exact) < len(first)
