"""From clusters to a small table of rules, and back to rows.

Three steps, each behind its own function, so that one may be replaced alone:

1. :func:`fit_tree` searches a decision tree that predicts the cluster;
2. :func:`rules_from_tree` turns any tree into rules with short thresholds that
   give every fitting row the label that the tree gave it;
3. :func:`rules_frame` lays the rules out as the table that SQL reads.

Everywhere a row goes left where ``x <= cut`` and right where ``x > cut``, in
float64. Scikit-learn itself compares float32 values, on which
``x <= threshold`` in SQL disagrees for ordinary amounts of money; so trees are
fitted on dense ranks, which float32 holds exactly, and are never exported with
scikit-learn's own thresholds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from customer_segmentation.thresholds import (
    decimal_text,
    integer_cut,
    nearest_short,
    shortest_between,
    significant_digits,
)
from customer_segmentation.trees import (
    LEAF,
    UNCLASSIFIED,
    Tree,
    check_count,
    checked_matrix,
    checked_rows,
    fold_small_leaves,
    most_frequent,
    rows_of_nodes,
    single_leaf,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

MISSING_VALUES = ("unclassified", "routed")
"""What becomes of a row with a missing feature.

``unclassified``: it satisfies no rule. ``routed``: at each cut that compares the
missing feature it goes to the side of more fitting rows, left where both hold the
same number; so it satisfies exactly one rule, like a complete row.
"""

READABLE_DIGITS = 3
"""A threshold of at most so many significant digits is read at a glance."""

FRAME_DTYPES = {
    "rule_id": "Int64",
    "segment_id": "Int64",
    "feature": "string",
    "includes_null": "boolean",
    "lower_text": "string",
    "upper_text": "string",
    "entity_count": "Int64",
    "agreement": "Float64",
    "held_out_fidelity": "Float64",
}
"""Nullable dtypes: DuckDB reads them as BIGINT, VARCHAR, DOUBLE and BOOLEAN even
where a column has no value at all, and a missing value as NULL."""


@dataclass(frozen=True)
class Bound:
    """``lower < x <= upper`` for one feature; None where a side is open.

    ``includes_null``: a missing value satisfies the bound too.
    """

    feature_index: int
    lower: float | None
    upper: float | None
    includes_null: bool = False


@dataclass(frozen=True)
class Rule:
    """One branch of the CASE.

    Attributes
    ----------
    label
        Cluster id that the rule stands for.
    bounds
        All of them must hold; at most one per feature, in feature order; none
        means that the rule holds for every row that is classified at all.
    entity_count
        Fitting rows for which the rule holds.
    agreement
        Share of those rows whose label is the rule's.
    """

    label: int
    bounds: tuple[Bound, ...]
    entity_count: int
    agreement: float


def fit_tree(
    values: ArrayLike,
    labels: ArrayLike,
    *,
    max_rules: int | None,
    minimum_rule_size: int = 1,
    random_state: int = 0,
) -> Tree:
    """A CART tree (Breiman et al. 1984) that predicts the labels.

    Grown best first to ``max_rules`` leaves by scikit-learn on the dense rank
    of each feature. The result depends neither on the order of the rows nor on
    threads.

    Parameters
    ----------
    values
        (n, d) finite features in original units, not scaled.
    labels
        (n,) cluster ids, integers from 1; 0 is noise, which gets leaves of its own.
    max_rules
        At most so many leaves; None grows the tree to the end.
    minimum_rule_size
        A leaf holds at least so many of the rows (if there are that many).
    random_state
        Seed that decides between equally good cuts.

    Returns
    -------
    Tree
        Each cut is a value of the data, to be placed within its gap by
        :func:`rules_from_tree`.

    Raises
    ------
    ValueError
        No rows, wrong shapes, a value that is not finite, a label below 0, or
        an option out of its range.
    """
    values, labels = checked_rows(values, labels)
    check_count("max_rules", max_rules, is_optional=True)
    check_count("minimum_rule_size", minimum_rule_size)
    if max_rules == 1 or np.all(labels == labels[0]):
        return single_leaf(most_frequent(labels))

    from sklearn.tree import DecisionTreeClassifier

    distinct_values = [np.unique(column) for column in values.T]
    ranks = np.column_stack(
        [
            np.searchsorted(distinct, column)
            for distinct, column in zip(distinct_values, values.T, strict=True)
        ]
    )
    # Gini rather than entropy: over 7 data sets x k = 3..8 its trees agree with
    # more rows (k, 2k, 3k, 4k leaves: .863 .937 .961 .975 against .852 .927 .958
    # .972) at the same price of explainability (within .003).
    classifier = DecisionTreeClassifier(
        criterion="gini",
        max_leaf_nodes=max_rules,
        min_samples_leaf=minimum_rule_size,
        random_state=random_state,
    ).fit(ranks.astype(np.float32), labels)
    fitted = classifier.tree_

    cuts = [
        # The threshold lies midway between two ranks of the node's rows.
        math.nan if left == LEAF else float(distinct_values[feature][int(threshold)])
        for left, feature, threshold in zip(
            fitted.children_left, fitted.feature, fitted.threshold, strict=True
        )
    ]
    predicted = classifier.classes_[fitted.value[:, 0, :].argmax(axis=1)]
    return Tree(
        feature=tuple(int(feature) for feature in fitted.feature),
        cut=tuple(cuts),
        left=tuple(int(child) for child in fitted.children_left),
        right=tuple(int(child) for child in fitted.children_right),
        label=tuple(int(label) for label in predicted),
    )


def rules_from_tree(
    tree: Tree,
    values: ArrayLike,
    labels: ArrayLike,
    *,
    minimum_rule_size: int = 1,
    max_moved_share: float = 0.0,
    missing_values: str = "unclassified",
) -> tuple[Rule, ...]:
    """The leaves of a tree as rules with short thresholds.

    Each cut moves to the shortest decimal in the gap between the neighbouring
    values of the rows in its node that would get another label on its other side;
    so every row keeps the label that the tree gave it. A branch that no row
    reaches is dropped, and a branch whose leaves all have one label becomes one
    rule. A rule for too few rows is folded into its neighbour.

    Parameters
    ----------
    tree
        Cuts in the units of ``values``.
    values, labels
        (n, d) and (n,), as in :func:`fit_tree`. The labels serve only to count
        agreement.
    minimum_rule_size
        A rule holds for at least so many of the rows, unless it is the last one
        of its label.
    max_moved_share
        At most this share of the rows may get another label for the sake of
        shorter thresholds, 0..1.
    missing_values
        One of :data:`MISSING_VALUES`. Where they are routed, a bound includes
        NULL if NULL goes the way of the rule at every cut of that feature.

    Returns
    -------
    tuple of Rule
        Ordered by label, then by size (bigger first), then by bounds. Every
        complete row satisfies exactly one of them.

    Raises
    ------
    ValueError
        As in :func:`fit_tree`.
    """
    values, labels = checked_rows(values, labels)
    check_count("minimum_rule_size", minimum_rule_size)
    if not 0 <= max_moved_share <= 1:
        raise ValueError(f"max_moved_share must be within 0..1, got {max_moved_share}")
    routes_missing = _is_routed(missing_values)
    if minimum_rule_size > 1:
        tree = fold_small_leaves(tree, values, minimum_rule_size)
    is_integer_feature = np.all(values == np.floor(values), axis=0)
    data = (values, labels, is_integer_feature)
    plain = _leaf_rules(tree, *data, routes_missing=routes_missing)
    if _has_small_rule(plain, minimum_rule_size):
        plain = _leaf_rules(tree, *data, routes_missing=routes_missing, keeps_leaf=True)
    most_moved = math.floor(max_moved_share * len(labels))
    if most_moved:
        short_cuts = _cuts_for_a_price(tree, values, is_integer_feature, most_moved)
        cuts = (short_cuts.get(node, cut) for node, cut in enumerate(tree.cut))
        shorter = replace(tree, cut=tuple(cuts))
        rules = _leaf_rules(
            shorter, *data, routes_missing=routes_missing, fixed_cuts=short_cuts
        )
        keeps_labels = {r.label for r in rules} == {r.label for r in plain}
        if keeps_labels and not _has_small_rule(rules, minimum_rule_size):
            return rules
    return plain


def _is_routed(missing_values: str) -> bool:
    """Whether rows with a missing feature satisfy a rule."""
    if missing_values not in MISSING_VALUES:
        raise ValueError(
            f"missing_values must be one of {MISSING_VALUES}, got {missing_values!r}"
        )
    return missing_values == "routed"


def _has_small_rule(rules: Sequence[Rule], minimum_rule_size: int) -> bool:
    """Whether a rule for too few rows is not the only one of its label."""
    labels = [rule.label for rule in rules]
    return any(
        rule.entity_count < minimum_rule_size and labels.count(rule.label) > 1
        for rule in rules
    )


def _leaf_rules(
    tree: Tree,
    values: NDArray[np.float64],
    labels: NDArray[np.int64],
    is_integer_feature: NDArray[np.bool_],
    *,
    routes_missing: bool,
    fixed_cuts: Mapping[int, float] = MappingProxyType({}),
    keeps_leaf: bool = False,
) -> tuple[Rule, ...]:
    """The rules of a tree; all cuts but the fixed ones are placed in their gaps.

    ``keeps_leaf``: rows stay in their leaf, not only with their label.
    """
    outcomes = _labels_of_nodes(tree, values)
    rules = []
    everybody = np.arange(len(labels))
    pending: list[tuple[int, NDArray[np.int64], dict[int, Bound]]] = [
        (0, everybody, {})
    ]
    while pending:
        node, rows, bounds = pending.pop()
        below = outcomes[node][rows]
        if below.min() == below.max():
            rules.append(_rule(int(below[0]), bounds, labels[rows]))
            continue
        left, right, feature = tree.left[node], tree.right[node], tree.feature[node]
        column = values[rows, feature]
        cut = fixed_cuts.get(node)
        if cut is None:
            # Rows that get the same label on both sides do not bound the gap.
            is_bound = keeps_leaf | (outcomes[left][rows] != outcomes[right][rows])
            is_left = column <= tree.cut[node]
            on_left, on_right = column[is_bound & is_left], column[is_bound & ~is_left]
            if not (on_left.size and on_right.size):
                pending.append((right if on_right.size else left, rows, bounds))
                continue
            cut = _short_cut(
                on_left.max(),
                on_right.min(),
                is_integer_feature=bool(is_integer_feature[feature]),
            )
        goes_left = column <= cut
        if goes_left.all() or not goes_left.any():
            pending.append((left if goes_left.all() else right, rows, bounds))
            continue
        outer = bounds.get(feature, Bound(feature, None, None, routes_missing))
        null_goes_left = 2 * int(np.count_nonzero(goes_left)) >= len(rows)
        # The rows of a node lie inside its bounds, and so does their gap:
        # the inner bound replaces the outer one.
        lower = Bound(feature, outer.lower, cut, outer.includes_null and null_goes_left)
        upper = Bound(
            feature, cut, outer.upper, outer.includes_null and not null_goes_left
        )
        pending.append((left, rows[goes_left], {**bounds, feature: lower}))
        pending.append((right, rows[~goes_left], {**bounds, feature: upper}))
    return tuple(sorted(rules, key=_reading_order))


def _labels_of_nodes(tree: Tree, values: NDArray[np.float64]) -> list[NDArray]:
    """Per node the label (n,) that each row would get below it."""
    count = len(tree.left)
    outcomes: list[NDArray] = [np.empty(0)] * count
    for node in reversed(range(count)):
        if tree.left[node] == LEAF:
            outcomes[node] = np.full(len(values), tree.label[node], dtype=np.int32)
        else:
            outcomes[node] = np.where(
                values[:, tree.feature[node]] <= tree.cut[node],
                outcomes[tree.left[node]],
                outcomes[tree.right[node]],
            )
    return outcomes


def _cuts_for_a_price(
    tree: Tree,
    values: NDArray[np.float64],
    is_integer_feature: NDArray[np.bool_],
    most_moved: int,
) -> dict[int, float]:
    """Shorter cuts of some nodes that move at most so many rows in all.

    Cuts that become readable come first, then the most digits saved per moved row. A
    row that ends in another
    leaf lies, at the first node that sends it elsewhere, between the old cut and
    the new one; so the moved rows are at most the sum over the nodes.
    """
    members = rows_of_nodes(tree, values)
    offers = []
    for node, left in enumerate(tree.left):
        if left == LEAF or members[node].size == 0:
            continue
        feature = tree.feature[node]
        column = values[members[node], feature]
        is_left = column <= tree.cut[node]
        if is_left.all() or not is_left.any():
            continue
        is_integer = bool(is_integer_feature[feature])
        free = _short_cut(
            column[is_left].max(), column[~is_left].min(), is_integer_feature=is_integer
        )
        digits = significant_digits(free)
        for fewer in range(1, digits):
            for cut in nearest_short(free, fewer, is_integer=is_integer):
                goes_left = column <= cut
                moved = int(np.count_nonzero(goes_left != is_left))
                if goes_left.any() and not goes_left.all():
                    is_wanted = digits > READABLE_DIGITS >= fewer
                    price = moved / (digits - fewer)
                    offers.append((not is_wanted, price, moved, node, cut))
    chosen: dict[int, tuple[int, float]] = {}
    for *_, moved, node, cut in sorted(offers):
        if node not in chosen and moved <= most_moved:
            chosen[node] = moved, cut
            most_moved -= moved
    return {node: cut for node, (_, cut) in chosen.items()}


def evaluate_rules(
    rules: Sequence[Rule],
    values: ArrayLike,
    *,
    missing_values: str = "unclassified",
) -> NDArray[np.int64]:
    """Which rule holds for each row, exactly as the CASE in SQL decides it.

    Parameters
    ----------
    rules
        In the order of the branches.
    values
        (n, d) features in original units; infinities are compared like any
        number, NaN stands for a missing value.
    missing_values
        One of :data:`MISSING_VALUES`. Where they are routed, a missing value
        satisfies a bound that includes NULL.

    Returns
    -------
    ndarray of int64, shape (n,)
        Position of the first rule that holds, from 1 (the ``rule_id``);
        :data:`UNCLASSIFIED` where no rule holds, and in mode ``unclassified``
        where any feature is missing, compared or not.

    Raises
    ------
    ValueError
        ``values`` is not a matrix, or has fewer columns than a rule names, or
        ``missing_values`` is none of the two.
    """
    values = checked_matrix(values)
    highest = max((b.feature_index for r in rules for b in r.bounds), default=-1)
    if highest >= values.shape[1]:
        raise ValueError(
            f"values must have at least {highest + 1} columns, one per feature of "
            f"the rules, got {values.shape[1]}"
        )
    positions = np.full(values.shape[0], UNCLASSIFIED, dtype=np.int64)
    is_missing = np.isnan(values)
    if _is_routed(missing_values):
        is_open = np.ones(values.shape[0], dtype=bool)
    else:
        is_open = ~is_missing.any(axis=1)
    for position, rule in enumerate(rules, start=1):
        holds = is_open.copy()
        for bound in rule.bounds:
            column = values[:, bound.feature_index]
            is_inside = ~is_missing[:, bound.feature_index]
            if bound.lower is not None:
                is_inside &= column > bound.lower
            if bound.upper is not None:
                is_inside &= column <= bound.upper
            if bound.includes_null:
                is_inside |= is_missing[:, bound.feature_index]
            holds &= is_inside
        positions[holds] = position
        is_open &= ~holds
    return positions


def rules_frame(
    rules: Sequence[Rule],
    feature_names: Sequence[str],
    *,
    held_out_fidelity: float,
) -> pd.DataFrame:
    """The rules as a table, one row per rule and feature that it bounds.

    A rule without bounds has one row whose feature is missing. Bounds are
    half-open on the left: ``lower_text`` < x <= ``upper_text``, numbers as SQL
    prints them; ``includes_null`` says that NULL satisfies the bound too, never so
    in mode ``unclassified``.

    Parameters
    ----------
    rules
        In the order of the branches; ``rule_id`` counts them from 1.
    feature_names
        One name per column of the values the rules were fitted on.
    held_out_fidelity
        0..1, repeated on every row; NaN where it is unknown.

    Returns
    -------
    DataFrame
        Columns and dtypes of :data:`FRAME_DTYPES`, also without rows.

    Raises
    ------
    ValueError
        A rule bounds a feature that has no name, or the fidelity is not a
        share.
    """
    import pandas as pd

    if not (math.isnan(held_out_fidelity) or 0 <= held_out_fidelity <= 1):
        raise ValueError(
            f"held_out_fidelity must be within 0..1 or NaN, got {held_out_fidelity!r}"
        )
    highest = max((b.feature_index for r in rules for b in r.bounds), default=-1)
    if highest >= len(feature_names):
        raise ValueError(
            f"feature_names must have at least {highest + 1} names, one per feature "
            f"of the rules, got {len(feature_names)}"
        )
    unbounded = Bound(LEAF, None, None)
    records = [
        {
            **_bound_record(bound, feature_names),
            "rule_id": rule_id,
            "segment_id": rule.label,
            "entity_count": rule.entity_count,
            "agreement": rule.agreement,
            "held_out_fidelity": (
                None if math.isnan(held_out_fidelity) else held_out_fidelity
            ),
        }
        for rule_id, rule in enumerate(rules, start=1)
        for bound in rule.bounds or (unbounded,)
    ]
    return pd.DataFrame(
        {
            column: pd.array([record[column] for record in records], dtype=dtype)
            for column, dtype in FRAME_DTYPES.items()
        }
    )


def _short_cut(
    largest_left: float, smallest_right: float, *, is_integer_feature: bool
) -> float:
    """The shortest threshold that parts the two values."""
    place = integer_cut if is_integer_feature else shortest_between
    return place(float(largest_left), float(smallest_right))


def _rule(label: int, bounds: Mapping[int, Bound], labels: NDArray[np.int64]) -> Rule:
    """The rule of one leaf, counted on the labels of its rows."""
    return Rule(
        label=label,
        bounds=tuple(bounds[feature] for feature in sorted(bounds)),
        entity_count=int(labels.size),
        agreement=float(np.mean(labels == label)),
    )


def _reading_order(rule: Rule) -> tuple:
    """Sort key: label, bigger first, then bounds (an open side is infinite)."""
    bounds = tuple(
        (
            bound.feature_index,
            -math.inf if bound.lower is None else bound.lower,
            math.inf if bound.upper is None else bound.upper,
        )
        for bound in rule.bounds
    )
    return rule.label, -rule.entity_count, bounds


def _bound_record(bound: Bound, feature_names: Sequence[str]) -> dict[str, object]:
    """The columns of one row of the rules table that describe a bound."""
    is_bounded = bound.feature_index != LEAF
    return {
        "feature": feature_names[bound.feature_index] if is_bounded else None,
        "includes_null": bound.includes_null,
        "lower_text": None if bound.lower is None else decimal_text(bound.lower),
        "upper_text": None if bound.upper is None else decimal_text(bound.upper),
    }
