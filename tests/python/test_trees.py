"""The tree search finds what enumeration finds, and says what it did not reach."""

from __future__ import annotations

import csv
import inspect
import math
from functools import cache

import numpy as np
import pytest
import sklearn.datasets
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from project import read_parquet
from sklearn.cluster import KMeans

from customer_segmentation import tree_search
from customer_segmentation.rule_choice import (
    RULE_SETTINGS,
    TRADEOFF_DTYPES,
    candidates_frame,
    choose_rules,
    measure,
    rule_options,
    tradeoff_frame,
)
from customer_segmentation.rules import (
    FRAME_DTYPES,
    Bound,
    Rule,
    evaluate_rules,
    fit_tree,
    rules_from_tree,
)
from customer_segmentation.thresholds import significant_digits
from customer_segmentation.tree_problem import coreset
from customer_segmentation.tree_search import search_tree
from customer_segmentation.trees import LEAF, Tree, fold_small_leaves, rows_of_nodes


def standardized(matrix):
    return (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)


def clustered(values, scaled, k):
    fit = KMeans(k, n_init=10, random_state=0).fit(scaled)
    return values, scaled, fit.labels_ + 1, fit.cluster_centers_


def customers(rows=300, k=4, seed=3):
    """Skewed amounts with cents, whole counts, many ties."""
    rng = np.random.default_rng(seed)
    orders = rng.geometric(0.3, rows).astype(float)
    basket = rng.lognormal(3, 0.8, rows)
    values = np.column_stack([np.round(orders * basket, 2), orders, np.round(basket)])
    return clustered(values, standardized(np.log1p(values)), k)


def labels_of(tree, values):
    labels = np.zeros(len(values), dtype=np.int64)
    for node, rows in enumerate(rows_of_nodes(tree, values)):
        if tree.left[node] == LEAF:
            labels[rows] = tree.label[node]
    return labels


def labels_of_rules(rules, values):
    return np.array([0, *(rule.label for rule in rules)])[evaluate_rules(rules, values)]


def leaf_count(tree):
    return tree.left.count(LEAF)


def own_cost(labels, scaled):
    """Sum of squares around own means, from the definition."""
    return sum(
        float(((scaled[labels == g] - scaled[labels == g].mean(axis=0)) ** 2).sum())
        for g in set(labels.tolist())
    )


# --- the exact optimum by enumeration ------------------------------------------


def exact_optimum(values, losses, max_leaves):
    """Least loss (k, n) of any tree, leaves labelled as is best: all cuts tried."""

    def cuts_of(rows):
        for column in values.T:
            order = rows[np.argsort(column[rows], kind="stable")]
            places = np.flatnonzero(np.diff(column[order])) + 1
            yield order, places

    @cache
    def best(key, leaves):
        rows = np.frombuffer(key, dtype=np.int64)
        least = losses[:, rows].sum(axis=1).min()
        if leaves == 1:
            return least
        for order, places in cuts_of(rows):
            if leaves == 2:
                below = np.cumsum(losses[:, order], axis=1)
                left = below[:, places - 1].min(axis=0)
                right = (below[:, -1:] - below[:, places - 1]).min(axis=0)
                least = min(least, (left + right).min(initial=math.inf))
                continue
            for place in places:
                left, right = np.sort(order[:place]), np.sort(order[place:])
                for on_left in range(1, leaves):
                    least = min(
                        least,
                        best(left.tobytes(), on_left)
                        + best(right.tobytes(), leaves - on_left),
                    )
        return least

    return best(np.arange(len(values)).tobytes(), max_leaves)


def small_set(name):
    """Values, their k and the leaves: few distinct values where four are enumerated."""
    rng = np.random.default_rng(17)
    if name == "iris":
        return sklearn.datasets.load_iris().data, 4, 3
    if name == "sepals":
        return sklearn.datasets.load_iris().data[:, :2], 5, 4
    if name == "wine":
        return sklearn.datasets.load_wine().data[:, [0, 6, 9]], 3, 3
    if name == "blobs":
        return rng.normal(size=(300, 2)) + 4 * rng.integers(0, 3, (300, 2)), 4, 3
    if name == "rounded blobs":
        values = rng.normal(size=(400, 3)) + 3 * rng.integers(0, 2, (400, 3))
        return np.round(values), 5, 4
    if name == "skewed":
        return rng.lognormal(size=(400, 2)), 3, 3
    if name == "far and small":
        values = rng.normal(size=(200, 2))
        values[:4] += 60
        return values, 4, 3
    if name == "few values":
        return rng.integers(0, 7, (400, 3)).astype(float), 4, 4
    if name == "diagonal":
        line = rng.uniform(0, 10, 120)
        return np.column_stack([line, line + rng.normal(size=120)]).round(), 4, 4
    return rng.uniform(size=(60, 2)), 5, 4


SMALL_SETS = [
    "iris",
    "sepals",
    "wine",
    "blobs",
    "rounded blobs",
    "skewed",
    "far and small",
    "few values",
    "diagonal",
    "uniform",
]


@pytest.mark.parametrize("name", SMALL_SETS)
def test_no_tree_costs_less_around_the_centres_of_the_one_found(name):
    """One that did would cost even less around its own."""
    values, k, leaves = small_set(name)
    values, scaled, labels, centroids = clustered(values, standardized(values), k)
    tree = search_tree(values, scaled, labels, centroids, max_leaves=leaves)
    found = labels_of(tree, values)
    assert leaf_count(tree) <= leaves
    centres = np.array([scaled[found == i].mean(axis=0) for i in np.unique(found)])
    losses = ((scaled[None] - centres[:, None]) ** 2).sum(axis=2)
    least = exact_optimum(values, losses, leaves)
    assert own_cost(found, scaled) == pytest.approx(least, rel=1e-9)


@pytest.mark.parametrize("name", SMALL_SETS)
def test_the_best_agreement_is_reached(name):
    values, k, leaves = small_set(name)
    case = clustered(values, standardized(values), k)
    tree = search_tree(*case, max_leaves=leaves, objective="fidelity")
    is_other = (np.arange(1, k + 1)[:, None] != case[2]).astype(float)
    wrong = np.count_nonzero(labels_of(tree, values) != case[2])
    assert wrong == exact_optimum(values, is_other, leaves)


# --- against other trees ---------------------------------------------------------


@pytest.mark.parametrize("max_leaves", [2, 4, 6, 12])
def test_never_worse_than_scikit_learns_tree(max_leaves):
    values, scaled, labels, centroids = customers()
    cart = fit_tree(values, labels, max_rules=max_leaves)
    for objective in ("cost", "fidelity"):
        tree = search_tree(
            values,
            scaled,
            labels,
            centroids,
            max_leaves=max_leaves,
            objective=objective,
            effort=0,
        )
        ours, theirs = labels_of(tree, values), labels_of(cart, values)
        if objective == "cost":
            assert own_cost(ours, scaled) <= own_cost(theirs, scaled) * (1 + 1e-9)
        else:
            assert np.mean(ours == labels) >= np.mean(theirs == labels)


def test_never_worse_than_any_start(monkeypatch):
    values, scaled, labels, centroids = customers(rows=200, k=5)
    _, first = np.unique(values, axis=0, return_index=True)
    case = values[first], scaled[first], labels[first], centroids
    built = []
    original = tree_search.build_starts

    def remember(problem, *arguments):
        trees = original(problem, *arguments)
        points = problem.points
        built.extend(
            own_cost(tree_search.assign(tree, problem), points)
            / own_cost(np.zeros(len(points)), points)
            for tree in trees
        )
        return trees

    monkeypatch.setattr(tree_search, "build_starts", remember)
    tree = search_tree(*case, max_leaves=7, effort=0)
    reached = own_cost(labels_of(tree, case[0]), case[1])
    assert len(built) == 6
    assert reached / own_cost(np.zeros(len(first)), case[1]) <= min(built) + 1e-9


def test_centres_move_to_their_rows_until_nothing_falls(monkeypatch):
    """Two groups, and centres that both lie in the first: only moving them helps."""
    monkeypatch.setattr(
        tree_search,
        "build_starts",
        lambda problem, *_: [tree_search.grow(0, problem, 2)],
    )
    values = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 10.0, 10.2, 10.4])[:, None]
    labels = np.array([1, 2, 2, 2, 2, 2, 2, 2])
    tree = search_tree(values, values, labels, [[0.0], [0.3]], max_leaves=2, effort=0)
    assert tree.cut[0] == 0.8


def test_a_given_start_is_never_made_worse():
    case = customers(k=4)
    small = search_tree(*case, max_leaves=6)
    grown = search_tree(*case, max_leaves=8, starts=[small], effort=0)
    costs = [own_cost(labels_of(tree, case[0]), case[1]) for tree in (small, grown)]
    assert costs[1] <= costs[0]


@pytest.mark.parametrize("name", ["iris", "mall"])
@pytest.mark.parametrize("k", [3, 4])
def test_no_worse_than_the_published_methods(test_data, name, k):
    """Price of CART, IMM, ExKMC, ExGreedy, ExShallow, measured elsewhere."""
    if name == "iris":
        values = sklearn.datasets.load_iris().data
    else:
        columns = ["Age", "Annual Income (k$)", "Spending Score (1-100)"]
        rows = read_parquet(test_data / "mall_customers.parquet")
        values = rows[columns].to_numpy(np.float64)
    case = clustered(values, standardized(values), k)
    with (test_data / "explainability_reference.csv").open() as file:
        published = [
            row
            for row in csv.DictReader(file)
            if row["dataset"] == name
            and int(row["k"]) == k
            and not row["method"].startswith("LS")
        ]
    for leaves in (k, 2 * k, 4 * k):
        best = min(
            float(row["cost_ratio"])
            for row in published
            if int(row["leaves"]) == leaves
        )
        rules = rules_from_tree(
            search_tree(*case, max_leaves=leaves, effort=0.25), case[0], case[2]
        )
        assert measure(rules, *case)[0] <= best + 0.001


# --- determinism -----------------------------------------------------------------


@pytest.mark.parametrize("objective", ["cost", "fidelity"])
@pytest.mark.parametrize("limit", [None, 100])
def test_the_order_of_the_rows_does_not_matter(objective, limit, monkeypatch):
    """Also where the search sees a sample only."""
    if limit:
        monkeypatch.setattr(tree_search, "EXACT_ROWS", limit)
        monkeypatch.setattr(tree_search, "SEARCH_ROWS", limit // 2)
    values, scaled, labels, centroids = customers()
    options = {"max_leaves": 8, "objective": objective, "effort": 0.1}
    first = search_tree(values, scaled, labels, centroids, **options)
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(labels))
        shuffled = values[order], scaled[order], labels[order], centroids
        assert search_tree(*shuffled, **options) == first


def test_a_repeated_row_is_a_row_of_more_weight():
    values, scaled, labels, centroids = customers(rows=120)
    options = {"max_leaves": 6, "effort": 0.1}
    twice = [np.repeat(part, 2, axis=0) for part in (values, scaled, labels)]
    assert search_tree(*twice, centroids, **options) == search_tree(
        values, scaled, labels, centroids, **options
    )


def test_a_sample_weighs_as_much_as_all_rows():
    rng = np.random.default_rng(0)
    segments = rng.choice(3, 40_000, p=[0.7, 0.299, 0.001])
    squares = rng.exponential(size=40_000) * (1 + segments) ** 2
    positions, weights = coreset(squares, segments, np.ones(40_000), 4_000, 0)
    assert 3_000 < len(positions) <= 4_001
    assert weights.sum() == pytest.approx(40_000, rel=0.02)
    assert weights @ squares[positions] == pytest.approx(squares.sum(), rel=0.02)
    # a tiny cluster is seen whole
    assert np.count_nonzero(segments[positions] == 2) == np.count_nonzero(segments == 2)


def test_a_sample_finds_nearly_the_same_price(monkeypatch):
    case = customers(rows=4_000, k=4)
    exact = search_tree(*case, max_leaves=8, effort=0.1)
    monkeypatch.setattr(tree_search, "EXACT_ROWS", 1_500)
    monkeypatch.setattr(tree_search, "SEARCH_ROWS", 800)
    sampled = search_tree(*case, max_leaves=8, effort=0.1)
    costs = [own_cost(labels_of(tree, case[0]), case[1]) for tree in (exact, sampled)]
    assert costs[1] <= 1.02 * costs[0]


# --- special inputs ----------------------------------------------------------------


@pytest.mark.parametrize("objective", ["cost", "fidelity"])
@pytest.mark.parametrize(
    ("values", "labels", "expected"),
    [
        ([[1.0, 2.0]], [1], [1]),
        ([[1.0], [2.0], [3.0]], [2, 2, 2], [2, 2, 2]),
        ([[7.0], [7.0], [7.0]], [2, 1, 2], [2, 2, 2]),
        ([[0.0, 5.0], [1.0, 5.0], [9.0, 5.0]], [1, 1, 2], [1, 1, 2]),
        ([[-1.7e308], [0.0], [1.7e308]], [1, 2, 2], [1, 2, 2]),
    ],
    ids=["one row", "one label", "constant", "one constant column", "huge"],
)
def test_special_rows(values, labels, expected, objective):
    values, labels = np.array(values), np.array(labels)
    centroids = np.array(
        [
            values[labels == c].mean(axis=0) if (labels == c).any() else values[0] * 0
            for c in (1, 2)
        ]
    )
    tree = search_tree(
        values, values, labels, centroids, max_leaves=4, objective=objective, effort=0.1
    )
    if objective == "fidelity" or len(set(map(tuple, values))) > 1:
        assert labels_of(tree, values).tolist() == expected
    choice = choose_rules(values, values, labels, centroids, max_rules=4)
    assert set(choice.unreached) == set(labels) - {rule.label for rule in choice.rules}


def test_noise_is_searched_for_by_agreement():
    """Noise around a blob: its mean is the blob's, so a cost would mix them up."""
    rng = np.random.default_rng(1)
    values = rng.uniform(-10, 10, (400, 2))
    labels = (np.abs(values) < 4).all(axis=1).astype(int)
    centroids = values[labels == 1].mean(axis=0)[None]
    tree = search_tree(values, values, labels, centroids, max_leaves=5)
    np.testing.assert_array_equal(labels_of(tree, values), labels)


@pytest.mark.parametrize("objective", ["cost", "fidelity"])
def test_one_leaf_is_the_most_frequent_cluster(objective):
    values = np.array([*[0.0] * 5, *[3.0] * 4, *[10.0] * 3])[:, None]
    labels = np.repeat([1, 2, 3], [5, 4, 3])
    centroids = [[0.0], [3.0], [10.0]]
    tree = search_tree(
        values, values, labels, centroids, max_leaves=1, objective=objective
    )
    assert (leaf_count(tree), tree.label) == (1, (1,))


@given(
    hnp.arrays(np.float64, st.tuples(st.integers(1, 25), st.just(2)),
               elements=st.integers(-3, 3).map(float)),
    st.data(),
)  # fmt: skip
@settings(deadline=None, max_examples=40)
def test_tree_and_rules_agree_on_every_row(values, data):
    """For labels that follow no pattern, too; and every rule holds for a row."""
    labels = data.draw(hnp.arrays(np.int64, len(values), elements=st.integers(0, 3)))
    leaves = data.draw(st.integers(1, 8))
    smallest = data.draw(st.integers(1, 4))
    centroids = np.array([[0.0, 0.0], [2.0, 1.0], [-3.0, 0.5]])
    tree = search_tree(
        values, values, labels, centroids, max_leaves=leaves, effort=0.02
    )
    assert leaf_count(tree) <= leaves
    rules = rules_from_tree(tree, values, labels)
    np.testing.assert_array_equal(
        labels_of_rules(rules, values), labels_of(tree, values)
    )
    folded = rules_from_tree(tree, values, labels, minimum_rule_size=smallest)
    assert {rule.label for rule in folded} == {rule.label for rule in rules}
    counts = [rule.label for rule in folded]
    assert all(
        rule.entity_count >= smallest or counts.count(rule.label) == 1
        for rule in folded
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"objective": "price"}, "objective must be one of"),
        ({"effort": -1}, "effort must be a finite number from 0, got -1"),
        ({"max_leaves": 0}, "max_leaves must be an integer from 1, got 0"),
        ({"scaled": [[1.0]]}, r"scaled must have shape \(2, 1\), got \(1, 1\)"),
        ({"scaled": [[1.0], [math.nan]]}, "scaled must be finite, got 1"),
        ({"centroids": [[1.0]]}, r"centroids must have shape \(k, 1\) with k from 2"),
        ({"values": [[1.0], [math.inf]]}, "values must be finite, got 1"),
    ],
)
def test_refusals(changes, message):
    rows = {
        "values": [[1.0], [2.0]],
        "scaled": [[1.0], [2.0]],
        "labels": [1, 2],
        "centroids": [[1.0], [2.0]],
        "max_leaves": 2,
    }
    with pytest.raises(ValueError, match=message):
        search_tree(**{**rows, **changes})


# --- folding and moving ------------------------------------------------------------

# x <= 10: (x <= 2: 1, else 2), else (x <= 20: 1, else 3)
STAIRS = Tree(
    feature=(0, 0, 0, -1, -1, -1, -1),
    cut=(10.0, 2.0, 20.0, math.nan, math.nan, math.nan, math.nan),
    left=(1, 3, 5, LEAF, LEAF, LEAF, LEAF),
    right=(2, 4, 6, LEAF, LEAF, LEAF, LEAF),
    label=(0, 0, 0, 1, 2, 1, 3),
)


def test_a_small_leaf_falls_to_its_neighbour_unless_it_is_the_last_of_its_label():
    values = np.array([1.0, 5, 6, 7, 15, 16, 30])[:, None]
    folded = fold_small_leaves(STAIRS, values, 2)
    # the one row of the first leaf goes to label 2; label 3 keeps its only row
    assert labels_of(folded, values).tolist() == [2, 2, 2, 2, 1, 1, 3]
    assert leaf_count(folded) == 3
    folded = fold_small_leaves(STAIRS, values, 100)
    assert set(labels_of(folded, values).tolist()) == {1, 2, 3}


def test_some_rows_may_move_for_shorter_thresholds():
    """10.12 | 10.13: two digits cost one row of a hundred, one digit twelve."""
    left = [10.12, *np.linspace(1, 9.9, 49)]
    right = [10.13, 10.4, *np.linspace(11, 30, 48)]
    values = np.array([*left, *right])[:, None]
    labels = np.repeat([1, 2], 50)
    tree = fit_tree(values, labels, max_rules=2)

    def threshold(share):
        rules = rules_from_tree(tree, values, labels, max_moved_share=share)
        return rules[0].bounds[0].upper

    assert threshold(0) == 10.125
    assert threshold(0.009) == 10.125
    assert threshold(0.01) in (10.1, 10.2, 10.0)
    assert significant_digits(threshold(0.01)) < significant_digits(threshold(0))


def test_no_rule_becomes_too_small_for_a_shorter_threshold():
    """At 10 the row of 10.12 would go, and leave 49 of its rule's 50."""
    ends = [10.12, *np.linspace(1, 9.9, 49)], [10.13, *np.linspace(11, 30, 49)]
    values = np.array([*ends[0], *ends[1], *np.linspace(50, 90, 50)])[:, None]
    labels = np.repeat([1, 2, 1], 50)
    tree = fit_tree(values, labels, max_rules=3)
    for smallest, expected in ((49, 10.0), (50, 10.125)):
        rules = rules_from_tree(
            *(tree, values, labels), max_moved_share=0.01, minimum_rule_size=smallest
        )
        assert min(bound.upper for r in rules for bound in r.bounds if bound.upper) == (
            expected
        )


def test_no_cluster_loses_its_rule_for_a_shorter_threshold():
    """At 10 the row of 10.12, which is all of cluster 2, would go to cluster 3."""
    values = np.array([*np.linspace(1, 9, 49), 10.12, *np.linspace(10.13, 30, 50)])
    labels = np.repeat([1, 2, 3], [49, 1, 50])
    leaf = math.nan
    tree = Tree(
        (0, 0, -1, -1, -1),
        (10.12, 9.5, leaf, leaf, leaf),
        (1, 2, -1, -1, -1),
        (4, 3, -1, -1, -1),
        (0, 0, 1, 2, 3),
    )
    rules = rules_from_tree(tree, values[:, None], labels, max_moved_share=0.01)
    assert [rule.label for rule in rules] == [1, 2, 3]


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.1])
def test_no_more_than_the_stated_share_moves(share):
    values, scaled, labels, centroids = customers(rows=2_000)
    tree = search_tree(values, scaled, labels, centroids, max_leaves=12, effort=0.05)
    rules = rules_from_tree(tree, values, labels, max_moved_share=share)
    moved = labels_of_rules(rules, values) != labels_of(tree, values)
    assert moved.sum() <= share * len(values)
    digits = sum(
        significant_digits(cut)
        for rule in rules
        for bound in rule.bounds
        for cut in (bound.lower, bound.upper)
        if cut is not None
    )
    assert digits > 0
    assert share < 0.1 or moved.any()


# --- how many rules ------------------------------------------------------------------


def test_the_smallest_tree_that_meets_the_targets():
    case = customers(rows=600)
    held_out = np.random.default_rng(2).random(600) < 0.3
    choice = choose_rules(*case, max_rules=None, held_out=held_out, effort=0.05)
    meets = [row.price <= 1.05 and row.fidelity >= 0.95 for row in choice.tradeoff]
    assert [row.leaves_per_segment for row in choice.tradeoff] == [1, 1.5, 2, 3, 4]
    assert any(meets)
    assert [row.is_chosen for row in choice.tradeoff].index(True) == meets.index(True)
    assert choice.meets_targets
    for row in choice.tradeoff:
        segments = labels_of_rules(row.rules, case[0])
        assert row.rule_count == len(row.rules) <= 4 * row.leaves_per_segment
        assert row.fidelity == pytest.approx(np.mean(segments == case[2]))
        assert row.price == pytest.approx(
            own_cost(segments, case[1]) / own_cost(case[2], case[1]), rel=1e-3
        )
        assert 0.5 < row.held_out_fidelity <= 1
    prices = [row.price for row in choice.tradeoff]
    assert prices == sorted(prices, reverse=True)


@pytest.mark.parametrize("method", ["search", "cart"])
def test_held_out_rows_are_measured_by_rules_that_never_saw_them(method):
    values, scaled, labels, centroids = customers(rows=400)
    held_out = np.random.default_rng(1).random(400) < 0.3
    # the labels held out follow no pattern
    labels[held_out] = np.random.default_rng(3).integers(1, 5, held_out.sum())
    options = {
        **{"max_rules": 10, "max_price": math.inf, "min_fidelity": 0, "effort": 0},
        **{"method": method, "minimum_rule_size": 20, "random_state": 11},
    }
    case = (values, scaled, labels)
    choice = choose_rules(*case, centroids, held_out=held_out, **options)
    seen = (array[~held_out] for array in case)
    blind = choose_rules(*seen, centroids, **options)
    for row, other in zip(choice.tradeoff, blind.tradeoff, strict=True):
        found = labels_of_rules(other.rules, values[held_out])
        assert row.held_out_fidelity == np.mean(found == labels[held_out])
        assert row.held_out_fidelity < 0.4 < 0.6 < other.fidelity


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("is_held_out", [True, False])
def test_held_out_fidelity_is_missing_where_it_cannot_be_measured(is_held_out):
    held_out = np.full(300, is_held_out)
    choice = choose_rules(*customers(), max_rules=3, held_out=held_out, effort=0)
    assert math.isnan(choice.held_out_fidelity)


def test_where_none_meets_the_targets_the_largest_allowed_is_said_not_to():
    case = customers(rows=600)
    choice = choose_rules(*case, max_rules=5, max_price=1, min_fidelity=1, effort=0.05)
    assert not choice.meets_targets
    assert choice.tradeoff[-1].is_chosen
    assert [row.leaves_per_segment for row in choice.tradeoff] == [1, 1.25]
    assert len(choice.rules) <= 5
    assert f"fidelity {choice.fidelity:.3f}" in choice.reason
    assert math.isnan(choice.held_out_fidelity)


def test_the_most_rules_allowed_may_be_those_of_the_largest_size():
    """Sixteen rules for four clusters are four per cluster, whoever says it."""
    options = {"max_price": 1, "min_fidelity": 1, "method": "cart"}
    for most in (16, 17, None):
        choice = choose_rules(*customers(k=4), max_rules=most, **options)
        sizes = [row.leaves_per_segment for row in choice.tradeoff]
        assert sizes == [1, 1.5, 2, 3, 4], most


@pytest.mark.parametrize("seed", range(2))
def test_of_rules_that_cost_no_more_than_clusters_the_most_faithful_are_chosen(seed):
    """Two halves along an axis cost less than those along the diagonal."""
    values = np.random.default_rng(seed).random((200, 2))
    labels = 1 + (values.sum(axis=1) > 1)
    centroids = [values[labels == label].mean(axis=0) for label in (1, 2)]
    options = {"max_rules": 4, "min_fidelity": 1, "method": "cart"}
    choice = choose_rules(values, values, labels, centroids, **options)
    assert not choice.meets_targets
    free = [row for row in choice.tradeoff if row.price <= 1]
    assert len({row.price for row in free}) > 1
    assert choice.price > min(row.price for row in free)
    assert choice.fidelity == max(row.fidelity for row in free)


@pytest.mark.parametrize("seed", range(3))
def test_targets_that_the_other_objective_meets_are_met(seed):
    """A square in two halves along its diagonal: two halves along an axis cost less,
    and of no number of leaves that the search for cost finds is the fidelity high."""
    values = np.random.default_rng(seed).random((400, 2))
    labels = 1 + (values.sum(axis=1) > 1)
    centroids = [values[labels == label].mean(axis=0) for label in (1, 2)]
    choice = choose_rules(values, values, labels, centroids, max_rules=None)
    segments = labels_of_rules(choice.rules, values)
    assert np.mean(segments == labels) == pytest.approx(choice.fidelity)
    assert choice.fidelity >= 0.95
    assert choice.meets_targets and choice.price <= 1.05
    assert ", found by objective fidelity: price " in choice.reason
    wanted = choose_rules(
        values, values, labels, centroids, max_rules=None, objective="fidelity"
    )
    assert choice.rules == wanted.rules
    assert wanted.reason == choice.reason.replace(", found by objective fidelity", "")


@pytest.mark.parametrize("smallest", [15, 20, 30, 40])
def test_more_leaves_are_no_worse_where_rules_have_a_least_size(smallest):
    """Folded after the search, 16 leaves became rules worse than those of 6."""
    case = customers(rows=600)
    targets = {"max_price": 1, "min_fidelity": 1}
    choice = choose_rules(
        *case, max_rules=None, minimum_rule_size=smallest, effort=0.05, **targets
    )
    prices = [row.price for row in choice.tradeoff]
    assert prices == sorted(prices, reverse=True)
    assert choice.price == prices[-1] < 1.05
    for row in choice.tradeoff:
        assert min(rule.entity_count for rule in row.rules) >= smallest


@pytest.mark.parametrize(("objective", "position"), [("cost", 1), ("fidelity", 4)])
def test_where_none_meets_the_targets_the_best_by_the_objective_is_chosen(
    objective, position
):
    """Price 1.0586, 1.0398, 1.0403 from the third on; fidelity .913, .937, .957."""
    choice = choose_rules(
        *customers(),
        max_rules=None,
        objective=objective,
        max_price=1,
        min_fidelity=1,
        minimum_rule_size=8,
        method="cart",
    )
    assert not choice.meets_targets
    assert [row.is_chosen for row in choice.tradeoff].index(True) == position
    assert choice.rules == choice.tradeoff[position].rules
    assert f"the best have price {choice.price:.3f}" in choice.reason


@pytest.mark.parametrize("objective", ["cost", "fidelity"])
def test_clusters_without_a_rule_are_named(objective):
    case = customers(k=4)
    choice = choose_rules(*case, max_rules=2, objective=objective, effort=0.05)
    assert len(choice.unreached) == 2
    assert set(choice.unreached.values()) == {"4 clusters, but at most 2 rules"}
    values = np.array([[1.0], [1.0], [1.0], [5.0]])
    choice = choose_rules(
        values,
        values,
        np.array([1, 1, 2, 3]),
        [[1.0], [1.0], [5.0]],
        max_rules=None,
        objective=objective,
    )
    assert choice.unreached == {2: "all its rows equal rows of other clusters"}
    # three rules for three clusters: two are of cluster 1, on both sides of 2
    values = np.array([*range(10), 4.5, *range(20, 30), *range(40, 50)])[:, None]
    labels = np.repeat([1, 3, 2, 1], [10, 1, 10, 10])
    choice = choose_rules(
        *(values, values, labels, [[20.0], [25.0], [4.5]]),
        max_rules=3,
        objective=objective,
        method="cart",
    )
    assert choice.unreached == {3: "3 rules serve the objective better elsewhere"}


def test_the_method_cart_is_scikit_learns_tree():
    case = customers()
    choice = choose_rules(*case, max_rules=6, min_fidelity=1, method="cart")
    tree = fit_tree(case[0], case[2], max_rules=6)
    assert choice.rules == rules_from_tree(tree, case[0], case[2])


def test_missing_values_are_routed_in_the_rules_of_every_size():
    case = customers()
    options = {"max_rules": 8, "min_fidelity": 1, "method": "cart"}
    plain = choose_rules(*case, **options)
    routed = choose_rules(*case, **options, missing_values="routed")
    for row, other in zip(plain.tradeoff, routed.tradeoff, strict=True):
        assert (row.price, row.fidelity) == (other.price, other.fidelity)
        assert not any(b.includes_null for rule in row.rules for b in rule.bounds)
        assert any(b.includes_null for rule in other.rules for b in rule.bounds)


def test_the_settings_are_options_of_the_choice():
    settings = {name: name for name in RULE_SETTINGS}
    options = rule_options({**settings, "max_rules": "auto", "k": 4})
    assert options == {**settings, "max_rules": None}
    assert options["missing_values"] == "missing_values"
    accepted = inspect.signature(choose_rules).parameters
    assert set(options) <= set(accepted)


def test_the_price_is_measured_around_own_centres_and_centroids():
    """By hand: segments {0, 1, 2} and {6} cost 2; clusters {0, 1} and {2, 6} 8.5."""
    values = np.array([[0.0], [1.0], [2.0], [6.0]])
    rules = rules_from_tree(
        Tree(
            (0, -1, -1), (2.0, math.nan, math.nan), (1, -1, -1), (2, -1, -1), (0, 1, 2)
        ),
        values,
        np.array([1, 1, 2, 2]),
    )
    labels, centroids = np.array([1, 1, 2, 2]), [[0.5], [4.0]]
    price, fidelity = measure(rules, values, values, labels, centroids)
    assert (price, fidelity) == (pytest.approx(2 / 8.5), 0.75)


def test_a_price_of_nothing_is_not_defined_or_one():
    """Clusters on their centroids cost nothing: so do the same segments alone."""
    values = np.array([[0.0], [0.0], [6.0]])
    labels, centroids = np.array([1, 1, 2]), [[0.0], [6.0]]
    for rules, expected in (
        ([Rule(1, (Bound(0, None, 3.0),), 2, 1.0), Rule(2, (), 1, 1.0)], (1, 1)),
        ([Rule(1, (), 3, 2 / 3)], (math.nan, 2 / 3)),
    ):
        found = measure(rules, values, values, labels, centroids)
        assert found == pytest.approx(expected, nan_ok=True)


def test_noise_is_in_neither_price_nor_fidelity():
    """Four more rows of noise, in whatever segment, change neither figure."""
    values = np.array([[0.0], [1.0], [2.0], [6.0], [1.5], [9.0], [9.0], [50.0]])
    labels, centroids = np.array([1, 1, 2, 2, 0, 0, 0, 0]), [[0.5], [4.0]]
    tree = Tree(
        (0, -1, -1), (2.0, math.nan, math.nan), (1, -1, -1), (2, -1, -1), (0, 1, 2)
    )
    rules = rules_from_tree(tree, values, labels)
    figures = measure(rules, values, values, labels, centroids)
    assert figures == (pytest.approx(2 / 8.5), 0.75)
    noise = np.zeros(len(labels), dtype=int)
    assert np.isnan(measure(rules, values, values, noise, centroids)).all()
    is_held_out = np.array([False, True, False, True, False, True, True, True])
    case = (values, values, labels, centroids)
    choice = choose_rules(*case, max_rules=4, held_out=is_held_out)
    # of the rows held out two are clustered
    assert {row.held_out_fidelity for row in choice.tradeoff} <= {0, 0.5, 1}


def test_the_curve_as_a_table():
    case = customers()
    choice = choose_rules(*case, max_rules=None, effort=0)
    frame = tradeoff_frame("demographics", choice)
    assert dict(frame.dtypes.astype(str)) == TRADEOFF_DTYPES
    assert frame["segmentation"].eq("demographics").all()
    assert frame["is_chosen"].sum() == 1
    assert frame["held_out_fidelity"].isna().all()
    assert frame["choice_reason"].count() == 1
    names = ["total_sales", "order_count", "basket"]
    for made in (choice, None):
        rules = candidates_frame("demographics", made, names)
        expected = {**TRADEOFF_DTYPES, **FRAME_DTYPES}
        assert dict(rules.dtypes.astype(str)) == expected
    rules = candidates_frame("demographics", choice, names)
    per_size = rules.groupby("leaves_per_segment")["rule_id"].nunique()
    assert per_size.tolist() == frame["rule_count"].tolist()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"method": "best"}, "method must be one of"),
        ({"max_price": 0.9}, "max_price must be from 1, got 0.9"),
        ({"min_fidelity": 1.1}, r"min_fidelity must be within 0\.\.1, got 1.1"),
        ({"max_rules": 0}, "max_rules must be an integer from 1 or None, got 0"),
        ({"max_moved_share": 2}, r"max_moved_share must be within 0\.\.1, got 2"),
        ({"held_out": [1, 0]}, r"held_out must be booleans of shape \(2,\)"),
        ({"held_out": [True]}, r"held_out must be booleans of shape \(2,\)"),
        ({"held_out": [[True, False]]}, r"booleans of shape \(2,\), .* \(1, 2\)"),
    ],
)
def test_choices_that_cannot_be_made(changes, message):
    options = {"max_rules": 2, **changes}
    rows = [[1.0], [2.0]]
    with pytest.raises(ValueError, match=message):
        choose_rules(rows, rows, [1, 2], rows, **options)
