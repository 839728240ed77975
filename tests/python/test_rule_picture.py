"""Rules as a tree: the picture says what the CASE does, or there is none."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_segmentation.report.rule_picture import (
    Leaf,
    Range,
    Split,
    grow_tree,
    read_condition,
)
from customer_segmentation.report.tree_layout import lay_out


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("total_sales > 5", {"total_sales": "> 5"}),
        ("a >= 1 and a < 2.5", {"a": "≥ 1 < 2.5"}),
        ("a > 1 and b <= -2 and a <= 1020", {"a": "> 1 ≤ 1,020", "b": "≤ -2"}),
        ('"Order Value" > 1e3', {"Order Value": "> 1,000"}),
        ('"a""b" <= 0', {'a"b': "≤ 0"}),
        ("(a is null or a > 3 and a <= 7)", {"a": "> 3 ≤ 7 or unknown"}),
        ("(a is null or a > 3) and b < 2", {"a": "> 3 or unknown", "b": "< 2"}),
        ("1 = 1", {}),
        ("A > 1\n    AND b < 2", {"A": "> 1", "b": "< 2"}),
    ],
)
def test_a_rule_is_read_from_its_sql(condition, expected) -> None:
    box = read_condition(condition)
    assert box is not None
    assert {feature: values.text() for feature, values in box.items()} == expected


@pytest.mark.parametrize(
    "condition",
    [
        "a > 1 or b > 2",
        "a between 1 and 2",
        "a + b > 2",
        "a > b",
        "not a > 1",
        "a > 1 and",
        "(a is null or b > 1)",
        "country = 'France'",
    ],
)
def test_what_is_no_list_of_comparisons_is_not_guessed(condition) -> None:
    assert read_condition(condition) is None


def tree_of(*conditions: str) -> Split | Leaf | None:
    boxes = [read_condition(condition) for condition in conditions]
    assert None not in boxes
    return grow_tree(boxes)


def test_rules_of_a_tree_form_it() -> None:
    tree = tree_of(
        "total_sales > 400.5 and order_count > 2",
        "order_count <= 2",
        "order_count > 2 and total_sales <= 400.5",
    )
    assert isinstance(tree, Split)
    assert (tree.feature, tree.place) == ("order_count", (2.0, 1))
    assert tree.below == Leaf(1)
    assert isinstance(tree.above, Split)
    assert (tree.above.above, tree.above.below) == (Leaf(0), Leaf(2))
    drawing = lay_out(tree, [("1 · Name", "n = 5")] * 3)
    assert [leaf["rule"] for leaf in drawing.leaves] == [0, 2, 1]
    assert {edge["text"] for edge in drawing.edges} == {
        *("> 2", "≤ 2"),
        *("> 400.5", "≤ 400.5"),
    }
    assert max(edge["x2"] for edge in drawing.edges) < drawing.width


@pytest.mark.parametrize(
    "conditions",
    [
        # the second needs what the first has left: the order counts
        ("a > 5", "b > 3"),
        # nobody has 3 < a <= 5
        ("a > 5", "a <= 3"),
        # 5 itself is in none
        ("a > 5", "a < 5"),
        # around a pinwheel no cut goes through
        (
            "a <= 2 and b <= 1",
            "a > 2 and b <= 2",
            "a > 1 and b > 2",
            "a <= 1 and b > 1",
            "a > 1 and a <= 2 and b > 1 and b <= 2",
        ),
        ("a > 5", "a > 5"),
    ],
)
def test_rules_that_are_no_tree_are_not_drawn_as_one(conditions) -> None:
    assert tree_of(*conditions) is None


def test_one_rule_for_all_is_a_leaf() -> None:
    assert tree_of("1 = 1") == Leaf(0)
    assert grow_tree([]) is None


@st.composite
def partitions(draw) -> list[dict[str, Range]]:
    """Draw the leaves of a random tree, in any order."""
    boxes = [{}]
    for _ in range(draw(st.integers(0, 6))):
        box = boxes.pop(draw(st.integers(0, len(boxes) - 1)))
        feature = draw(st.sampled_from("abc"))
        place = (float(draw(st.integers(-9, 9))), draw(st.integers(0, 1)))
        inside = box.get(feature, Range())
        if not inside.lower < place < inside.upper:
            boxes.append(box)
            continue
        boxes.append({**box, feature: Range(inside.lower, place)})
        boxes.append({**box, feature: Range(place, inside.upper)})
    return draw(st.permutations(boxes))


@given(
    boxes=partitions(),
    point=st.fixed_dictionaries({f: st.integers(-10, 10) for f in "abc"}),
)
def test_the_tree_says_of_every_point_what_the_rules_say(boxes, point) -> None:
    tree = grow_tree(boxes)
    assert tree is not None
    while isinstance(tree, Split):
        value = (float(point[tree.feature]), 0.5)
        tree = tree.above if value >= tree.place else tree.below
    holding = [
        i
        for i, box in enumerate(boxes)
        if all(
            values.lower <= (float(point[feature]), 0.5) < values.upper
            for feature, values in box.items()
        )
    ]
    assert holding == [tree.rule]


def test_unknown_values_are_told_on_the_side_that_takes_them() -> None:
    tree = tree_of("(a is null or a > 3)", "a <= 3")
    assert isinstance(tree, Split)
    assert tree.null_above
    assert not tree.null_below
    texts = [edge["text"] for edge in lay_out(tree, [("a",), ("b",)]).edges]
    assert texts == ["> 3 or unknown", "≤ 3"]


def test_numbers_are_short() -> None:
    assert Range(lower=(1e-12, 1)).text() == "> 1e-12"
    assert Range(upper=(0.0, 1)).text() == "≤ 0"
    assert Range(lower=(1234567.25, 0)).text() == "≥ 1,234,567.25"
    assert math.isinf(Range().lower[0])


def test_a_node_says_the_unit_of_the_numbers_beside_it() -> None:
    tree = tree_of("annual_income_thousands > 48.7", "annual_income_thousands <= 48.7")
    assert tree is not None
    (node,) = lay_out(tree, [("a",), ("b",)]).nodes
    assert " ".join(node["lines"]) == "annual income (thousands of currency)"


def test_a_leaf_is_as_wide_as_its_longest_line() -> None:
    tree = tree_of("a > 5", "a <= 5")
    assert tree is not None
    narrow = lay_out(tree, [("short",), ("short",)])
    wide = lay_out(tree, [("short",), ("short", "rule 1: n = 123,456,789")])
    # digits of wide fonts have .64 of their size, which is 13 pixels
    assert wide.leaf_width >= 26 + 23 * 0.64 * 13
    assert narrow.leaf_width < wide.leaf_width < wide.width
