"""Rules put every row where the tree put it, in Python and in SQL alike."""

from __future__ import annotations

import dataclasses
import itertools
import math
import subprocess
import sys
from collections import Counter

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from project import read_parquet
from sklearn.tree import DecisionTreeClassifier

from customer_segmentation import trees as trees_module
from customer_segmentation.rules import (
    FRAME_DTYPES,
    LEAF,
    UNCLASSIFIED,
    Bound,
    Rule,
    Tree,
    evaluate_rules,
    fit_tree,
    rules_frame,
    rules_from_tree,
)

ULP = 2.0**-52
FLOAT32_TWINS = [72.23, 72.22999786, 72.23000001, 72.24, 72.23999786]
ULP_NEIGHBOURS = [1.0, 1.0 + ULP, 1.0 + 2 * ULP, 1.0 + 3 * ULP]
VALUES = st.one_of(
    st.integers(-5, 5).map(float),
    st.integers(-1_000, 1_000).map(lambda cents: cents / 100),
    st.sampled_from(FLOAT32_TWINS + ULP_NEIGHBOURS),
    st.sampled_from([0.0, -0.0, 5e-324, 2.0**53, 2.0**53 + 2, -1.7e308, 1.7e308]),
    st.floats(allow_nan=False, allow_infinity=False),
)
SHARED_VALUES = st.sampled_from([0.0, 1.0, 2.0, 72.23, 72.22999786, -3.5, 1e9])


@st.composite
def labelled_rows(draw, most_labels=4):
    """Values with many ties and duplicates, and labels that follow no pattern."""
    shape = (draw(st.integers(1, 40)), draw(st.integers(1, 3)))
    elements = draw(st.sampled_from([VALUES, SHARED_VALUES]))
    values = draw(hnp.arrays(np.float64, shape, elements=elements))
    labels = draw(hnp.arrays(np.int64, shape[0], elements=st.integers(1, most_labels)))
    return values, labels


MAX_RULES = st.none() | st.integers(1, 12)


def clusters_of_money(rows=400, seed=7):
    """Integer and decimal features, and labels that a few cuts explain badly."""
    generator = np.random.default_rng(seed)
    orders = generator.geometric(0.2, rows).astype(np.float64)
    sales = np.round(generator.lognormal(5, 1, rows) * orders, 2)
    score = np.log(sales) + np.log(orders)
    labels = np.digitize(score, np.quantile(score, [0.25, 0.5, 0.75])) + 1
    return np.column_stack([sales, orders]), labels


def fit_rules(values, labels, *, minimum_rule_size=1, **options):
    """The rules of scikit-learn's tree, as method cart has them."""
    size = {"minimum_rule_size": minimum_rule_size}
    tree = fit_tree(values, labels, **size, **options)
    return rules_from_tree(tree, values, labels, **size)


def holds(rule, values):
    """The bounds of one rule on their own, read from the definition."""
    return np.array(
        [
            all(
                (bound.includes_null and math.isnan(row[bound.feature_index]))
                or (
                    (bound.lower is None or row[bound.feature_index] > bound.lower)
                    and (bound.upper is None or row[bound.feature_index] <= bound.upper)
                )
                for bound in rule.bounds
            )
            for row in values.tolist()
        ],
        dtype=bool,
    )


def labels_of_rules(rules, values):
    labels = np.array([UNCLASSIFIED, *(rule.label for rule in rules)])
    return labels[evaluate_rules(rules, values)]


def thresholds_of(rules):
    return {
        (bound.feature_index, threshold)
        for rule in rules
        for bound in rule.bounds
        for threshold in (bound.lower, bound.upper)
        if threshold is not None
    }


def dense_ranks(values):
    return np.column_stack(
        [np.unique(column, return_inverse=True)[1] for column in values.T]
    )


def boundary_rows(rules, values, generator):
    """Rows on, just above and just below each threshold, infinite and missing."""
    columns = []
    for feature in range(values.shape[1]):
        thresholds = [cut for index, cut in thresholds_of(rules) if index == feature]
        columns.append(
            np.array(
                [
                    near
                    for cut in thresholds
                    for near in (
                        cut,
                        math.nextafter(cut, math.inf),
                        math.nextafter(cut, -math.inf),
                    )
                ]
                + values[:20, feature].tolist()
                + [math.inf, -math.inf, math.nan]
            )
        )
    return np.column_stack([generator.choice(column, 600) for column in columns])


# --- every row, exactly one rule ---------------------------------------------


@given(labelled_rows(), MAX_RULES, st.integers(1, 5))
@settings(deadline=None)
def test_every_complete_row_satisfies_exactly_one_rule(rows, max_rules, smallest):
    values, labels = rows
    rules = fit_rules(values, labels, max_rules=max_rules, minimum_rule_size=smallest)
    unseen = boundary_rows(rules, values, np.random.default_rng(0))
    unseen = unseen[~np.isnan(unseen).any(axis=1)]
    for some_values in (values, unseen):
        holding = np.array([holds(rule, some_values) for rule in rules])
        assert (holding.sum(axis=0) == 1).all()
        positions = evaluate_rules(rules, some_values)
        assert positions.dtype == np.int64
        np.testing.assert_array_equal(positions, holding.argmax(axis=0) + 1)


@given(labelled_rows(), MAX_RULES, st.integers(1, 5))
@settings(deadline=None)
@example((np.array([[v] for v in FLOAT32_TWINS]), np.array([1, 2, 1, 2, 1])), None, 1)
@example((np.array([[v] for v in ULP_NEIGHBOURS]), np.array([1, 2, 1, 2])), None, 1)
def test_rules_agree_with_scikit_learn_on_every_row(rows, max_rules, smallest):
    """On ranks, scikit-learn's own ``predict`` loses nothing to float32."""
    values, labels = rows
    rules = fit_rules(values, labels, max_rules=max_rules, minimum_rule_size=smallest)
    if max_rules == 1:
        distinct, counts = np.unique(labels, return_counts=True)
        expected = np.full(labels.shape, distinct[counts.argmax()])
    else:
        ranks = dense_ranks(values)
        expected = (
            DecisionTreeClassifier(
                max_leaf_nodes=max_rules, min_samples_leaf=smallest, random_state=0
            )
            .fit(ranks, labels)
            .predict(ranks)
        )
    np.testing.assert_array_equal(labels_of_rules(rules, values), expected)


@given(labelled_rows())
@settings(deadline=None)
def test_a_full_tree_tells_all_different_rows_apart(rows):
    values, labels = rows
    # + 0.0 because 0 and -0 are the same number with different bytes.
    _, first, position = np.unique(
        values + 0.0, axis=0, return_index=True, return_inverse=True
    )
    labels = labels[first][position]
    rules = fit_rules(values, labels, max_rules=None)
    np.testing.assert_array_equal(labels_of_rules(rules, values), labels)
    assert all(rule.agreement == 1 for rule in rules)


@given(labelled_rows(), MAX_RULES, st.integers(1, 5))
@settings(deadline=None)
def test_counts_and_agreement_are_those_of_the_rows(rows, max_rules, smallest):
    values, labels = rows
    rules = fit_rules(values, labels, max_rules=max_rules, minimum_rule_size=smallest)
    for rule in rules:
        own_labels = labels[holds(rule, values)]
        assert rule.entity_count == len(own_labels)
        assert rule.entity_count >= min(smallest, len(labels))
        assert rule.agreement == pytest.approx(np.mean(own_labels == rule.label))
    assert sum(rule.entity_count for rule in rules) == len(labels)
    assert max_rules is None or len(rules) <= max_rules


# --- determinism and shape of the result -------------------------------------


@given(labelled_rows(), MAX_RULES, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_rows_does_not_matter(rows, max_rules, shuffler):
    values, labels = rows
    order = list(range(len(labels)))
    shuffler.shuffle(order)
    assert fit_rules(values, labels, max_rules=max_rules) == fit_rules(
        values[order], labels[order], max_rules=max_rules
    )


@pytest.mark.parametrize("seed", range(20))
def test_equally_good_features_are_chosen_by_the_seed_not_by_the_rows(seed):
    """Three identical columns: every cut is a three-way tie."""
    generator = np.random.default_rng(seed)
    column = generator.integers(0, 30, 200) / 4
    values = np.column_stack([column, column, column])
    labels = (column * 4).astype(int) % 3 + 1
    order = generator.permutation(200)
    first = fit_rules(values, labels, max_rules=10, random_state=seed)
    assert first == fit_rules(values, labels, max_rules=10, random_state=seed)
    shuffled = fit_rules(values[order], labels[order], max_rules=10, random_state=seed)
    assert first == shuffled
    assert len(first) > 1


@given(labelled_rows(), MAX_RULES, st.sampled_from([2, 4]))
@settings(deadline=None)
def test_rows_that_occur_more_often_change_counts_only(rows, max_rules, times):
    """Powers of two, because they scale every sum of squares exactly."""
    values, labels = rows
    repeated = fit_rules(
        np.repeat(values, times, axis=0), np.repeat(labels, times), max_rules=max_rules
    )
    assert repeated == tuple(
        dataclasses.replace(rule, entity_count=times * rule.entity_count)
        for rule in fit_rules(values, labels, max_rules=max_rules)
    )


def test_rules_are_ordered_by_label_then_size_then_bounds():
    values = np.arange(12.0)[:, None]
    labels = np.array([2, 1, 1, 2, 2, 1, 2, 2, 2, 1, 1, 2])
    rules = fit_rules(values, labels, max_rules=None)
    assert [(rule.label, rule.entity_count) for rule in rules] == [
        (1, 2),
        (1, 2),
        (1, 1),
        (2, 3),
        (2, 2),
        (2, 1),
        (2, 1),
    ]
    assert [rule.bounds[0] for rule in rules] == [
        Bound(0, 0, 2),
        Bound(0, 8, 10),
        Bound(0, 4, 5),
        Bound(0, 5, 8),
        Bound(0, 2, 4),
        Bound(0, None, 0),
        Bound(0, 10, None),
    ]


def test_bounds_of_one_feature_are_merged_in_feature_order():
    values, labels = clusters_of_money()
    # Sales last: the root compares them, so the tree does not go by position.
    rules = fit_rules(values[:, ::-1], labels, max_rules=None)
    assert len(rules) > 20
    for rule in rules:
        features = [bound.feature_index for bound in rule.bounds]
        assert features == sorted(set(features))
        assert all(
            bound.lower is None or bound.upper is None or bound.lower < bound.upper
            for bound in rule.bounds
        )
        assert all((b.lower, b.upper) != (None, None) for b in rule.bounds)


# --- special inputs ----------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "labels", "max_rules"),
    [
        ([[1.0, 2.0]], [3], 12),
        ([[1.0], [2.0], [3.0]], [3, 3, 3], 12),
        ([[1.0], [2.0], [3.0]], [3, 5, 3], 1),
        ([[7.0], [7.0], [7.0]], [5, 3, 3], 12),
    ],
    ids=["one row", "one label", "one rule", "constant column"],
)
def test_one_rule_without_conditions(values, labels, max_rules):
    (rule,) = fit_rules(values, labels, max_rules=max_rules)
    assert (rule.label, rule.bounds) == (3, ())
    assert rule.entity_count == len(labels)
    assert rule.agreement == pytest.approx(labels.count(3) / len(labels))
    np.testing.assert_array_equal(evaluate_rules([rule], values), [1] * len(labels))


@pytest.mark.parametrize("max_rules", [1, 12])
def test_equally_frequent_labels_give_the_smaller_one(max_rules):
    (rule,) = fit_rules([[7.0]] * 4, [9, 2, 9, 2], max_rules=max_rules)
    assert (rule.label, rule.agreement) == (2, 0.5)


def test_a_constant_column_is_never_compared():
    values, labels = clusters_of_money()
    values = np.column_stack([np.full(len(values), 4.5), values])
    rules = fit_rules(values, labels, max_rules=12)
    assert {feature for feature, _ in thresholds_of(rules)} == {1, 2}


def test_two_labels_far_apart_in_number():
    rules = fit_rules([[1.0], [2.0], [8.0]], [40, 40, 7], max_rules=5)
    assert rules == (
        Rule(7, (Bound(0, 4.0, None),), 1, 1.0),
        Rule(40, (Bound(0, None, 4.0),), 2, 1.0),
    )


def test_integer_features_are_cut_at_integers_and_decimals_between():
    values = np.array([[3.0, 3.0], [4.0, 4.25]])
    by_integer = fit_rules(values[:, :1], [1, 2], max_rules=2)
    by_decimal = fit_rules(values[:, 1:], [1, 2], max_rules=2)
    assert thresholds_of(by_integer) == {(0, 3.0)}
    assert thresholds_of(by_decimal) == {(0, 4.0)}
    # One fraction anywhere in the column, and 3 is no longer the only choice.
    mixed = fit_rules([[3.0], [4.0], [9.5]], [1, 2, 2], max_rules=2)
    assert thresholds_of(mixed) == {(0, 3.5)}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (72.22999786, 72.23),
        (1.0, 1.0 + ULP),
        (-1.0 - ULP, -1.0),
        (0.0, 5e-324),
        (2.0**53, 2.0**53 + 2),
        (2.0**62, 2.0**62 + 1024),
        (-1.7e308, 1.7e308),
    ],
)
def test_the_closest_and_the_farthest_values_are_told_apart(left, right):
    rules = fit_rules([[left], [right], [right]], [1, 2, 2], max_rules=4)
    np.testing.assert_array_equal(evaluate_rules(rules, [[left], [right]]), [1, 2])


def test_thresholds_use_the_gap_of_the_rows_in_the_node():
    """Over all rows the gap is 2.11..2.13; where x > 5 it is 1.5..9.5."""
    values = np.array(
        [
            [1.5, 2.11],
            [1.5, 2.13],
            [9.5, 1.5],
            [9.5, 9.5],
        ]
    )
    tree = Tree(
        feature=(0, LEAF, 1, LEAF, LEAF),
        cut=(1.5, math.nan, 2.11, math.nan, math.nan),
        left=(1, LEAF, 3, LEAF, LEAF),
        right=(2, LEAF, 4, LEAF, LEAF),
        label=(0, 1, 0, 2, 3),
    )
    rules = rules_from_tree(tree, values, [1, 1, 2, 3])
    # The middle of 1.5..9.5 is 5.5: of 5 and 6 the smaller.
    assert rules == (
        Rule(1, (Bound(0, None, 5.0),), 2, 1.0),
        Rule(2, (Bound(0, 5.0, None), Bound(1, None, 5.0)), 1, 1.0),
        Rule(3, (Bound(0, 5.0, None), Bound(1, 5.0, None)), 1, 1.0),
    )


# --- from a tree to rules ----------------------------------------------------

CHAIN = Tree(
    # x <= 1: 4.   1 < x <= 2: 5.   2 < x <= 3: 5.   x > 3: 5.   (all below the root)
    feature=(0, LEAF, 0, 0, LEAF, LEAF, LEAF),
    cut=(1.0, math.nan, 3.0, 2.0, math.nan, math.nan, math.nan),
    left=(1, LEAF, 3, 4, LEAF, LEAF, LEAF),
    right=(2, LEAF, 6, 5, LEAF, LEAF, LEAF),
    label=(0, 4, 0, 0, 5, 5, 5),
)


def test_leaves_of_one_label_collapse_as_far_as_they_go():
    values = np.array([[1.0], [2.0], [3.0], [4.0]])
    assert rules_from_tree(CHAIN, values, [4, 5, 5, 6]) == (
        Rule(4, (Bound(0, None, 1.0),), 1, 1.0),
        Rule(5, (Bound(0, 1.0, None),), 3, 2 / 3),
    )


@given(labelled_rows(most_labels=3), MAX_RULES)
@settings(deadline=None)
def test_no_two_sibling_rules_have_one_label(rows, max_rules):
    """Counted on the fitted tree by another way: merge equal leaves until none.

    There may be fewer rules: a wider gap may leave a leaf without rows where they
    have its label on the other side as well.
    """
    values, labels = rows
    tree = fit_tree(values, labels, max_rules=max_rules)

    def leaf_labels(node):
        if tree.left[node] == LEAF:
            return [tree.label[node]]
        both = leaf_labels(tree.left[node]) + leaf_labels(tree.right[node])
        return both[:1] if len(both) == 2 and both[0] == both[1] else both

    rules = rules_from_tree(tree, values, labels)
    assert Counter(rule.label for rule in rules) <= Counter(leaf_labels(0))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[0.5], [1.0]], (Rule(4, (), 2, 1.0),)),
        ([[2.5], [7.0]], (Rule(5, (), 2, 0.0),)),
        (
            [[1.0], [7.0]],
            (
                Rule(4, (Bound(0, None, 3.0),), 1, 1.0),
                Rule(5, (Bound(0, 3.0, None),), 1, 0.0),
            ),
        ),
    ],
)
def test_branches_that_no_row_reaches_are_dropped(values, expected):
    assert rules_from_tree(CHAIN, values, [4, 4]) == expected


@pytest.mark.parametrize(
    ("values", "cut"), [([[2.0], [9.0]], 5.0), ([[2.0], [3.0]], 2.0)]
)
def test_a_dropped_branch_adds_no_bound(values, cut):
    """Left of the root nobody; below it nobody on the left, then on the right."""
    tree = dataclasses.replace(CHAIN, label=(0, 4, 0, 0, 5, 6, 7))
    rules = rules_from_tree(tree, values, [5, 7])
    assert [rule.bounds for rule in rules] == [
        (Bound(0, None, cut),),
        (Bound(0, cut, None),),
    ]


@pytest.mark.parametrize(
    ("values", "labels"),
    [([[3.0], [4.0]], (0, 4, 0, 0, 9, 5, 5)), ([[2.0], [4.0]], (0, 4, 0, 0, 5, 9, 5))],
    ids=["left", "right"],
)
def test_a_dropped_branch_does_not_keep_its_siblings_apart(values, labels):
    tree = dataclasses.replace(CHAIN, label=labels)
    assert rules_from_tree(tree, values, [5, 5]) == (Rule(5, (), 2, 1.0),)


def test_a_tree_as_deep_as_its_rows():
    rows = 3_000
    values = np.arange(float(rows))[:, None]
    inner = range(rows - 1)
    tree = Tree(
        feature=tuple(0 for _ in range(2 * rows - 1)),
        cut=tuple(
            float(node // 2) if node % 2 == 0 else math.nan
            for node in range(2 * rows - 1)
        ),
        left=(*(child for i in inner for child in (2 * i + 1, LEAF)), LEAF),
        right=(*(child for i in inner for child in (2 * i + 2, LEAF)), LEAF),
        label=tuple(node // 2 % 2 + 1 for node in range(2 * rows - 1)),
    )
    labels = np.arange(rows) % 2 + 1
    rules = rules_from_tree(tree, values, labels)
    assert len(rules) == rows
    assert all(rule.agreement == 1 for rule in rules)


# --- evaluation --------------------------------------------------------------


def test_missing_and_infinite_values():
    rules = (
        Rule(1, (Bound(0, None, 3.0),), 1, 1.0),
        Rule(2, (Bound(0, 3.0, None),), 1, 1.0),
    )
    values = np.array(
        [
            [3.0, 0.0],
            [math.nextafter(3.0, math.inf), 0.0],
            [-math.inf, math.inf],
            [math.inf, -math.inf],
            [math.nan, 0.0],
            [3.0, math.nan],
        ]
    )
    np.testing.assert_array_equal(evaluate_rules(rules, values), [1, 2, 1, 2, 0, 0])


def test_a_missing_feature_leaves_a_row_unclassified_even_without_conditions():
    rule = Rule(1, (), 1, 1.0)
    np.testing.assert_array_equal(evaluate_rules([rule], [[1.0], [math.nan]]), [1, 0])


def test_the_first_rule_that_holds_wins_and_none_is_unclassified():
    rules = [
        Rule(7, (Bound(0, 1.0, 3.0),), 1, 1.0),
        Rule(8, (Bound(0, 2.0, 4.0),), 1, 1.0),
    ]
    values = [[1.0], [2.0], [3.0], [4.0], [5.0]]
    np.testing.assert_array_equal(evaluate_rules(rules, values), [0, 1, 1, 2, 0])


def test_no_rules_and_no_rows():
    np.testing.assert_array_equal(evaluate_rules([], [[1.0]]), [UNCLASSIFIED])
    positions = evaluate_rules([Rule(1, (), 1, 1.0)], np.empty((0, 2)))
    assert (positions.shape, positions.dtype) == ((0,), np.int64)


# --- missing values that are routed ------------------------------------------


def every_pattern_of_missing_values(rows):
    """Each row with each of its features present or missing."""
    patterns = itertools.product([False, True], repeat=rows.shape[1])
    return np.vstack([np.where(pattern, math.nan, rows) for pattern in patterns])


def walked_labels(tree, rules, fitting, rows):
    """Labels by walking the tree itself, a missing value with the majority.

    Every leaf has a label of its own, and so a node finds the place of its cut as
    the lowest bound on its right.
    """
    members = trees_module.rows_of_nodes(tree, fitting)

    def labels_below(node):
        if tree.left[node] == LEAF:
            return {tree.label[node]}
        return labels_below(tree.left[node]) | labels_below(tree.right[node])

    def is_left(node, value):
        left, right = tree.left[node], tree.right[node]
        if math.isnan(value):
            return len(members[left]) >= len(members[right])
        return value <= min(
            bound.lower
            for rule in rules
            if rule.label in labels_below(right)
            for bound in rule.bounds
            if bound.feature_index == tree.feature[node]
        )

    labels = []
    for row in rows.tolist():
        node = 0
        while tree.left[node] != LEAF:
            goes_left = is_left(node, row[tree.feature[node]])
            node = tree.left[node] if goes_left else tree.right[node]
        labels.append(tree.label[node])
    return labels


@given(labelled_rows(), MAX_RULES, st.integers(1, 5), st.sampled_from([0.0, 0.2]))
@settings(deadline=None)
def test_routed_rules_part_every_pattern_of_missing_values(rows, most, smallest, moved):
    values, labels = rows
    rules = rules_from_tree(
        fit_tree(values, labels, max_rules=most),
        values,
        labels,
        minimum_rule_size=smallest,
        max_moved_share=moved,
        missing_values="routed",
    )
    unseen = boundary_rows(rules, values, np.random.default_rng(0))[:100]
    unseen = every_pattern_of_missing_values(np.vstack([values[:10], unseen]))
    holding = np.array([holds(rule, unseen) for rule in rules])
    assert (holding.sum(axis=0) == 1).all()
    positions = evaluate_rules(rules, unseen, missing_values="routed")
    np.testing.assert_array_equal(positions, holding.argmax(axis=0) + 1)


@given(labelled_rows(), MAX_RULES)
@settings(deadline=None)
def test_a_missing_value_goes_where_more_rows_go_at_every_cut(rows, max_rules):
    values, labels = rows
    tree = fit_tree(values, labels, max_rules=max_rules)
    # a label of its own for each leaf, so that no row changes its leaf
    tree = dataclasses.replace(tree, label=tuple(range(1, len(tree.label) + 1)))
    rules = rules_from_tree(tree, values, labels, missing_values="routed")
    rows = every_pattern_of_missing_values(values[:12])
    positions = evaluate_rules(rules, rows, missing_values="routed")
    decided = [rules[position - 1].label for position in positions]
    assert decided == walked_labels(tree, rules, values, rows)


@given(labelled_rows(), MAX_RULES)
@settings(deadline=None)
def test_routing_changes_nothing_but_where_missing_values_go(rows, max_rules):
    values, labels = rows
    tree = fit_tree(values, labels, max_rules=max_rules)
    unclassified = rules_from_tree(tree, values, labels)
    routed = rules_from_tree(tree, values, labels, missing_values="routed")
    assert not any(b.includes_null for rule in unclassified for b in rule.bounds)
    assert unclassified == tuple(
        dataclasses.replace(
            rule,
            bounds=tuple(
                dataclasses.replace(bound, includes_null=False) for bound in rule.bounds
            ),
        )
        for rule in routed
    )


@pytest.mark.parametrize(
    ("labels", "left", "right"),
    [([1, 1, 2], True, False), ([1, 2, 2], False, True), ([1, 1, 2, 2], True, False)],
    ids=["more on the left", "more on the right", "a tie"],
)
def test_missing_goes_to_the_bigger_side(labels, left, right):
    values = np.arange(float(len(labels)))[:, None]
    tree = fit_tree(values, labels, max_rules=2)
    rules = rules_from_tree(tree, values, labels, missing_values="routed")
    assert [rule.bounds[0].includes_null for rule in rules] == [left, right]


def test_null_must_go_the_way_of_a_rule_at_every_cut():
    """Three rows on the left of 2, one of 2..3, one above 3: NULL goes left."""
    values = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    tree = dataclasses.replace(
        CHAIN,
        cut=(2.0, math.nan, 3.0, 2.0, math.nan, math.nan, math.nan),
        label=(0, 4, 0, 0, 5, 5, 6),
    )
    rules = rules_from_tree(tree, values, [4, 4, 4, 5, 6], missing_values="routed")
    assert [rule.bounds for rule in rules] == [
        (Bound(0, None, 2.0, True),),
        (Bound(0, 2.0, 3.0, False),),
        (Bound(0, 3.0, None, False),),
    ]


def test_a_rule_without_conditions_holds_for_missing_values_too():
    rule = Rule(1, (), 1, 1.0)
    positions = evaluate_rules([rule], [[1.0], [math.nan]], missing_values="routed")
    np.testing.assert_array_equal(positions, [1, 1])


def test_a_missing_feature_that_no_rule_compares_is_routed_past():
    rules = (
        Rule(1, (Bound(0, None, 3.0, True),), 1, 1.0),
        Rule(2, (Bound(0, 3.0, None),), 1, 1.0),
    )
    values = [[math.nan, math.nan], [9.0, math.nan], [3.0, math.nan]]
    positions = evaluate_rules(rules, values, missing_values="routed")
    np.testing.assert_array_equal(positions, [1, 2, 1])
    np.testing.assert_array_equal(evaluate_rules(rules, values), [0, 0, 0])


# --- the table ---------------------------------------------------------------

TWO_RULES = (
    Rule(1, (Bound(0, 1020.0, None), Bound(2, 0.35, 12.5)), 10, 0.9),
    Rule(2, (), 5, 1.0),
)
NAMES = ["total_sales", "order_count", "average_order_value"]
DUCKDB_TYPES = {
    "rule_id": "BIGINT",
    "segment_id": "BIGINT",
    "feature": "VARCHAR",
    "includes_null": "BOOLEAN",
    "lower_text": "VARCHAR",
    "upper_text": "VARCHAR",
    "entity_count": "BIGINT",
    "agreement": "DOUBLE",
    "held_out_fidelity": "DOUBLE",
}


def read_by_duckdb(frame):
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        relation = connection.sql("select * from frame")
        types = dict(zip(relation.columns, map(str, relation.types), strict=True))
        return types, relation.fetchall()


def test_one_row_per_rule_and_bounded_feature():
    frame = rules_frame(TWO_RULES, NAMES, held_out_fidelity=0.8)
    types, rows = read_by_duckdb(frame)
    assert types == DUCKDB_TYPES
    sales, value = "total_sales", "average_order_value"
    assert rows == [
        (1, 1, sales, False, "1020", None, 10, 0.9, 0.8),
        (1, 1, value, False, "0.35", "12.5", 10, 0.9, 0.8),
        (2, 2, None, False, None, None, 5, 1, 0.8),
    ]


def test_the_table_says_which_bounds_include_null():
    bounds = (Bound(0, None, 3.0, True), Bound(1, 1.0, None))
    rule = Rule(1, bounds, 1, 1.0)
    frame = rules_frame([rule], NAMES, held_out_fidelity=0.8)
    assert frame["includes_null"].tolist() == [True, False]


@pytest.mark.parametrize("rules", [(), TWO_RULES[1:], TWO_RULES[:1]])
def test_types_stand_without_rows_and_without_values(rules):
    frame = rules_frame(rules, NAMES, held_out_fidelity=math.nan)
    assert list(frame.columns) == list(FRAME_DTYPES)
    types, rows = read_by_duckdb(frame)
    assert types == DUCKDB_TYPES
    assert len(rows) == sum(max(len(rule.bounds), 1) for rule in rules)
    assert all(row[-1] is None for row in rows)


def case_from(frame, feature_names):
    """The CASE that the table stands for, written from the table alone."""
    missing = " or ".join(f"{name} is null" for name in feature_names)
    branches = [f"when {missing} then {UNCLASSIFIED}"]
    for rule_id, rows in frame.groupby("rule_id"):
        conditions = [
            f"{row['feature']} {operator} {row[text]}"
            for row in rows.to_dict("records")
            for operator, text in ((">", "lower_text"), ("<=", "upper_text"))
            if not pd.isna(row[text])
        ]
        branches.append(f"when {' and '.join(conditions) or 'true'} then {rule_id}")
    return f"case {' '.join(branches)} end"


def decided_by_sql(frame, feature_names, values):
    columns = ", ".join(
        f"case when isnan({name}) then null else {name} end as {name}"
        for name in feature_names
    )
    case = case_from(frame, feature_names)
    with duckdb.connect() as connection:
        entities = pd.DataFrame(values, columns=feature_names)
        connection.register("entities", entities.assign(position=range(len(values))))
        rows = connection.execute(
            f"with features as (select position, {columns} from entities) "
            f"select {case} from features order by position"
        ).fetchall()
    return [row[0] for row in rows]


def rows_of_kind(kind):
    generator = np.random.default_rng(11)
    values, labels = clusters_of_money()
    if kind == "float32 twins":
        values = generator.choice(FLOAT32_TWINS + ULP_NEIGHBOURS, (200, 2))
    elif kind == "any magnitude":
        exponents = generator.integers(-320, 308, (200, 2)).astype(float)
        values = generator.choice([-1, 1], (200, 2)) * 1.7**exponents
    elif kind == "17 digits":
        # DuckDB 1.5 misreads one in ten plain literals of this kind.
        start = generator.uniform(0, 1, (40, 2))
        values = np.concatenate([start + step * np.spacing(start) for step in range(5)])
    if kind != "money":
        labels = generator.integers(1, 5, len(values))
    return values, labels


@pytest.mark.parametrize(
    "kind", ["money", "float32 twins", "any magnitude", "17 digits"]
)
@pytest.mark.parametrize("max_rules", [1, 2, 12, None])
def test_sql_decides_as_python_does_on_boundary_rows(kind, max_rules):
    values, labels = rows_of_kind(kind)
    rules = fit_rules(values, labels, max_rules=max_rules)
    names = ["total_sales", "order_count"]
    frame = rules_frame(rules, names, held_out_fidelity=math.nan)
    rows = np.concatenate(
        [values, boundary_rows(rules, values, np.random.default_rng(5))]
    )
    expected = evaluate_rules(rules, rows)
    assert decided_by_sql(frame, names, rows) == expected.tolist()
    assert UNCLASSIFIED in expected
    assert set(expected) >= set(range(1, len(rules) + 1))


# --- refusals ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "labels", "message"),
    [
        (np.empty((0, 2)), [], r"values must have at least one row .* got .*\(0, 2\)"),
        (np.empty((2, 0)), [1, 1], r"at least one row and one column, got .*\(2, 0\)"),
        ([1.0, 2.0], [1, 1], r"values must have shape \(n, d\), got \(2,\)"),
        ([[1.0], [math.nan]], [1, 1], "values must be finite, got 1 that are not"),
        ([[1.0], [math.inf]], [1, 1], "values must be finite, got 1 that are not"),
        ([[1.0], [2.0]], [1], r"labels must have shape \(2,\), got \(1,\)"),
        ([[1.0], [2.0]], [1, -1], "integers from 1, or 0 for noise, got -1"),
        ([[1.0], [2.0]], [1.0, 2.0], "labels must be integers .*, got float64"),
    ],
)
def test_rows_that_no_rule_can_be_fitted_on(values, labels, message):
    with pytest.raises(ValueError, match=message):
        fit_rules(values, labels, max_rules=3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_rules": 0}, "max_rules must be an integer from 1 or None, got 0"),
        ({"max_rules": 2.0}, "max_rules must be an integer from 1 or None, got 2.0"),
        ({"max_rules": True}, "max_rules must be an integer from 1 or None, got True"),
        (
            {"max_rules": 2, "minimum_rule_size": 0},
            "minimum_rule_size must be an integer from 1, got 0",
        ),
        (
            {"max_rules": 2, "minimum_rule_size": None},
            "minimum_rule_size must be an integer from 1, got None",
        ),
    ],
)
def test_options_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        fit_rules([[1.0], [2.0]], [1, 2], **options)


def test_more_rows_than_float32_can_rank(monkeypatch):
    monkeypatch.setattr(trees_module, "MOST_FLOAT32_RANKS", 2)
    assert len(fit_rules([[1.0], [2.0]], [1, 2], max_rules=3)) == 2
    with pytest.raises(ValueError, match=r"at most 2 rows .* got 3"):
        fit_rules([[1.0], [2.0], [3.0]], [1, 2, 3], max_rules=3)


def test_a_rule_for_a_feature_that_is_not_there():
    with pytest.raises(ValueError, match="values must have at least 3 columns"):
        evaluate_rules(TWO_RULES, [[1.0, 2.0]])
    with pytest.raises(ValueError, match="feature_names must have at least 3 names"):
        rules_frame(TWO_RULES, NAMES[:2], held_out_fidelity=0.5)


def test_missing_values_are_routed_or_not():
    message = r"missing_values must be one of .*, got 'left'"
    with pytest.raises(ValueError, match=message):
        evaluate_rules(TWO_RULES, [[1.0, 2.0, 3.0]], missing_values="left")
    tree = fit_tree([[1.0], [2.0]], [1, 2], max_rules=2)
    with pytest.raises(ValueError, match=message):
        rules_from_tree(tree, [[1.0], [2.0]], [1, 2], missing_values="left")


@pytest.mark.parametrize("share", [-0.1, 1.1, math.inf])
def test_a_fidelity_that_is_no_share(share):
    with pytest.raises(ValueError, match=r"held_out_fidelity must be within 0\.\.1"):
        rules_frame(TWO_RULES, NAMES, held_out_fidelity=share)


def test_scikit_learn_and_pandas_are_imported_only_when_needed():
    code = (
        "import sys, customer_segmentation.rules; "
        "print({'sklearn', 'pandas'} & set(sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "set()"


# --- published data ----------------------------------------------------------


def test_mall_customers_need_eleven_rules(test_data):
    """The published tree: 11 leaves, training accuracy 1, root at score 61|63."""
    rows = read_parquet(test_data / "seed003_mall_labels.parquet")
    features = ["Age", "Spending Score (1-100)", "Annual Income (k$)"]
    values = rows[features].to_numpy(np.float64)
    labels = rows["cluster_published"].to_numpy() + 1
    rules = fit_rules(values, labels, max_rules=None)
    assert len(rules) == 11
    assert all(rule.agreement == 1 for rule in rules)
    assert sum(rule.entity_count == 1 for rule in rules) == 3
    tree = fit_tree(values, labels, max_rules=None)
    scores = values[:, 1]
    assert features[tree.feature[0]] == "Spending Score (1-100)"
    assert scores[scores <= 62].max() == tree.cut[0] < scores[scores > 62].min()


def test_online_retail_customers_in_twelve_rules(test_data):
    """Few rules agree with nearly all customers, and a person can read them."""
    rows = read_parquet(test_data / "seed001_customers.parquet")
    money = rows[["TotalSales", "AvgOrderValue"]].round(2)
    values = np.column_stack(
        [money["TotalSales"], rows["OrderCount"], money.iloc[:, 1]]
    )
    labels = rows["segment_best"].to_numpy() + 1
    rules = fit_rules(values, labels, max_rules=12)
    assert len(rules) <= 12
    assert np.mean(labels_of_rules(rules, values) == labels) > 0.96
    held_out = np.random.default_rng(0).random(len(labels)) < 0.3
    blind = fit_rules(values[~held_out], labels[~held_out], max_rules=12)
    predicted = labels_of_rules(blind, values[held_out])
    assert np.mean(predicted == labels[held_out]) > 0.94

    names = ["total_sales", "order_count", "average_order_value"]
    frame = rules_frame(rules, names, held_out_fidelity=math.nan)
    texts = {*frame["lower_text"].dropna(), *frame["upper_text"].dropna()}
    assert max(len(text) for text in texts) <= 6
    is_count = frame["feature"] == "order_count"
    assert all(
        text.isdigit()
        for column in ("lower_text", "upper_text")
        for text in frame.loc[is_count, column].dropna()
    )
    boundary = boundary_rows(rules, values, np.random.default_rng(2))
    everything = np.concatenate([values, boundary])
    expected = evaluate_rules(rules, everything)
    assert decided_by_sql(frame, names, everything) == expected.tolist()
