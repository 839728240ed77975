"""Trees to start the search from, written from their papers.

References
----------
Breiman, L., Friedman, J., Olshen, R., Stone, C. (1984). Classification and
regression trees.
Dasgupta, S., Frost, N., Moshkovitz, M., Rashtchian, C. (2020). Explainable
k-means and k-medians clustering. ICML 2020, algorithm 1 (IMM).
Laber, E., Murtinho, L. (2021). On the price of explainability for some clustering
problems. ICML 2021, section 4 (ExGreedy).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from customer_segmentation.tree_problem import Floats, Ints, Node, Problem, Split


def cart(problem: Problem, segments: Ints, weights: Floats, max_leaves: int) -> Node:
    """Scikit-learn's CART on the codes, which float32 holds exactly.

    ``segments`` (n,) are the classes, ``weights`` (n,) those of the rows.
    """
    if max_leaves < 2 or np.all(segments == segments[0]):
        return int(np.bincount(segments, weights).argmax())
    from sklearn.tree import DecisionTreeClassifier

    classifier = DecisionTreeClassifier(max_leaf_nodes=max_leaves, random_state=0)
    classifier.fit(problem.codes.T.astype(np.float32), segments, weights)
    return _converted(
        classifier.tree_,
        classifier.classes_[classifier.tree_.value[:, 0].argmax(axis=1)],
    )


def regression(problem: Problem, max_leaves: int) -> Node:
    """CART on the scaled rows themselves: each leaf is a segment of its own."""
    from sklearn.tree import DecisionTreeRegressor

    leaves = min(max_leaves, len(problem.losses))
    if leaves < 2:
        return 0
    regressor = DecisionTreeRegressor(max_leaf_nodes=leaves, random_state=0)
    codes = problem.codes.T.astype(np.float32)
    regressor.fit(codes, problem.points, problem.weights)
    nodes = regressor.apply(codes)
    # each leaf takes the segment that loses least there
    labels = np.zeros(regressor.tree_.node_count, dtype=np.int64)
    for node in np.unique(nodes):
        labels[node] = problem.losses[:, nodes == node].sum(axis=1).argmin()
    return _converted(regressor.tree_, labels)


def _converted(fitted, labels: Ints, node: int = 0) -> Node:
    """A fitted tree of scikit-learn as a node."""
    left, right = fitted.children_left[node], fitted.children_right[node]
    if left == -1:
        return int(labels[node])
    return Split(
        int(fitted.feature[node]),
        int(fitted.threshold[node]),
        _converted(fitted, labels, left),
        _converted(fitted, labels, right),
    )


def imm(problem: Problem, segments: Ints, centre_codes: Ints) -> Node:
    """IMM: at each node the cut that parts the fewest rows from their centre.

    ``centre_codes`` (d, k) are the codes of the centres, -1 for a segment that
    has none. A row parted from its centre is dropped.
    """

    def build(rows: Ints, present: Ints) -> Node:
        if present.size == 1:
            return int(present[0])
        own = centre_codes[:, segments[rows]]
        best: tuple[float, int, int] | None = None
        for feature, codes in enumerate(problem.codes[:, rows]):
            lowest, highest = np.sort(centre_codes[feature, present])[[0, -1]]
            if lowest == highest:
                continue
            # A cut in low..high-1 parts the row from its centre.
            low, high = np.minimum(codes, own[feature]), np.maximum(codes, own[feature])
            width = len(problem.cuts[feature]) + 1
            weights = problem.weights[rows]
            mistakes = np.cumsum(
                np.bincount(low, weights, width) - np.bincount(high, weights, width)
            )[lowest:highest]
            cut = int(mistakes.argmin())
            if best is None or mistakes[cut] < best[0]:
                best = (float(mistakes[cut]), feature, int(lowest) + cut)
        if best is None:
            return int(present[0])
        _, feature, cut = best
        is_left = problem.codes[feature, rows] <= cut
        is_own_left = centre_codes[feature, segments[rows]] <= cut
        is_kept = is_left == is_own_left
        is_present_left = centre_codes[feature, present] <= cut
        return Split(
            feature,
            cut,
            build(rows[is_left & is_kept], present[is_present_left]),
            build(rows[~is_left & is_kept], present[~is_present_left]),
        )

    return build(problem.every_row, np.unique(segments))


def exgreedy(problem: Problem, segments: Ints, centre_codes: Ints) -> Node:
    """ExGreedy: at each node the cut whose rows, each at the nearest of the centres
    left on its side, lose least.
    """

    def build(rows: Ints, present: Ints) -> Node:
        if present.size == 1:
            return int(present[0])
        losses = problem.losses[np.ix_(present, rows)]
        best: tuple[float, int, int] | None = None
        for feature in range(len(problem.cuts)):
            codes = problem.codes[feature, rows]
            places = centre_codes[feature, present]
            steps = np.unique(places)
            width = len(problem.cuts[feature]) + 1
            for start, end in pairwise(steps):
                # Between two centres the same ones lie left of every cut.
                is_left = places <= start
                left = losses[is_left].min(axis=0)
                right = losses[~is_left].min(axis=0)
                sums = np.cumsum(np.bincount(codes, left - right, width))[start:end]
                cut = int(sums.argmin())
                loss = float(sums[cut] + right.sum())
                if best is None or loss < best[0]:
                    best = (loss, feature, int(start) + cut)
        if best is None:
            return int(present[0])
        _, feature, cut = best
        is_left = problem.codes[feature, rows] <= cut
        is_present_left = centre_codes[feature, present] <= cut
        return Split(
            feature,
            cut,
            build(rows[is_left], present[is_present_left]),
            build(rows[~is_left], present[~is_present_left]),
        )

    return build(problem.every_row, np.unique(segments))
