"""Decision trees over the original features, and the rows that they are fitted on.

Everywhere a row goes left where ``x <= cut`` and right where ``x > cut``, in
float64.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

UNCLASSIFIED = 0
"""What a row with a missing feature gets instead of a rule."""

LEAF = -1
"""Child of a leaf in a :class:`Tree`."""

MOST_FLOAT32_RANKS = 2**24
"""Float32 holds every whole number up to here, so ranks stay exact."""


@dataclass(frozen=True)
class Tree:
    """A binary decision tree as parallel tuples, one item per node.

    The root is node 0 and every child comes after its parent.

    Attributes
    ----------
    feature
        Column that an inner node compares; unused in a leaf.
    cut
        Original units: ``x <= cut`` goes left. Unused in a leaf.
    left, right
        Positions of the children, :data:`LEAF` in a leaf.
    label
        Cluster id that a leaf predicts; unused in an inner node.
    """

    feature: tuple[int, ...]
    cut: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    label: tuple[int, ...]


def checked_matrix(values: ArrayLike) -> NDArray[np.float64]:
    """``values`` as a float64 matrix."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 2:
        raise ValueError(f"values must have shape (n, d), got {values.shape}")
    return values


def checked_rows(
    values: ArrayLike, labels: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Values and labels that rules can be fitted on."""
    values, labels = checked_matrix(values), np.asarray(labels)
    if values.shape[0] == 0 or values.shape[1] == 0:
        raise ValueError(
            "values must have at least one row and one column, "
            f"got shape {values.shape}"
        )
    if values.shape[0] > MOST_FLOAT32_RANKS:
        raise ValueError(
            f"values must have at most {MOST_FLOAT32_RANKS} rows (fit on a sample), "
            f"got {values.shape[0]}"
        )
    if not np.isfinite(values).all():
        raise ValueError(
            "values must be finite, "
            f"got {np.count_nonzero(~np.isfinite(values))} that are not"
        )
    if labels.shape != values.shape[:1]:
        raise ValueError(
            f"labels must have shape {values.shape[:1]}, got {labels.shape}"
        )
    if labels.dtype.kind not in "iu" or labels.min() < UNCLASSIFIED:
        lowest = labels.min() if labels.dtype.kind in "iu" else labels.dtype
        raise ValueError(
            f"labels must be integers from 1, or 0 for noise, got {lowest}"
        )
    return values, labels.astype(np.int64)


def check_count(name: str, value: int | None, *, is_optional: bool = False) -> None:
    """A whole number from 1 (or None where that is allowed)."""
    if is_optional and value is None:
        return
    is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_whole or value < 1:
        allowed = "an integer from 1" + (" or None" if is_optional else "")
        raise ValueError(f"{name} must be {allowed}, got {value!r}")


def most_frequent(labels: NDArray[np.int64]) -> int:
    """The commonest label, the smallest of equals."""
    distinct, counts = np.unique(labels, return_counts=True)
    return int(distinct[counts.argmax()])


def single_leaf(label: int) -> Tree:
    """A tree that predicts one label for every row."""
    return Tree((LEAF,), (math.nan,), (LEAF,), (LEAF,), (label,))


def rows_of_nodes(tree: Tree, values: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Positions of the rows that reach each node."""
    nobody = np.empty(0, dtype=np.int64)
    members = [nobody] * len(tree.left)
    members[0] = np.arange(values.shape[0])
    for node, left in enumerate(tree.left):
        if left != LEAF:
            rows = members[node]
            goes_left = values[rows, tree.feature[node]] <= tree.cut[node]
            members[left] = rows[goes_left]
            members[tree.right[node]] = rows[~goes_left]
    return members


def fold_small_leaves(
    tree: Tree, values: NDArray[np.float64], minimum_size: int
) -> Tree:
    """The tree without leaves of fewer rows, as far as every label keeps a leaf.

    The smallest such leaf goes first; its rows fall to the other side of its
    parent. The last leaf of a label that holds rows stays, however small.
    """
    while True:
        members = rows_of_nodes(tree, values)
        parents = {
            child: node
            for node, left in enumerate(tree.left)
            if left != LEAF
            for child in (left, tree.right[node])
        }
        reached = [
            node
            for node, left in enumerate(tree.left)
            if left == LEAF and members[node].size
        ]
        labels = [tree.label[node] for node in reached]
        small = [
            (members[node].size, node)
            for node in reached
            if members[node].size < minimum_size and labels.count(tree.label[node]) > 1
        ]
        if not small:
            return tree
        _, leaf = min(small)
        parent = parents[leaf]
        sibling = tree.left[parent] + tree.right[parent] - leaf
        tree = _with_node_replaced(tree, parent, sibling)


def _with_node_replaced(tree: Tree, node: int, by: int) -> Tree:
    """The tree whose node is replaced by one of those below it."""
    order: list[int] = []
    pending = [0]
    while pending:
        position = pending.pop()
        position = by if position == node else position
        order.append(position)
        if tree.left[position] != LEAF:
            pending += [tree.right[position], tree.left[position]]
    places = {position: place for place, position in enumerate(order)}
    places[node] = places[by]

    def moved(children: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(
            LEAF if children[i] == LEAF else places[children[i]] for i in order
        )

    return Tree(
        feature=tuple(tree.feature[i] for i in order),
        cut=tuple(tree.cut[i] for i in order),
        left=moved(tree.left),
        right=moved(tree.right),
        label=tuple(tree.label[i] for i in order),
    )
