"""Rules as a tree: the picture says what the CASE does, or there is none."""

from __future__ import annotations

import math
from types import SimpleNamespace

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from project import PROJECT
from test_approved_rules import macros

from customer_segmentation.report import page
from customer_segmentation.report.reading import Marts
from customer_segmentation.report.rule_picture import Leaf, Range, Split, grow_tree
from customer_segmentation.report.tree_layout import lay_out

FEATURES = ("total_sales", "order_count")


def picture(*conditions: str) -> dict:
    """Return what the page draws of these approved rules, by way of their marts."""
    branches = enumerate(conditions, start=1)
    text = "".join(f"\nwhen {condition} then {i}" for i, condition in branches)
    made = macros(text)
    made.column_type = lambda kind: kind
    made.sql_text = lambda value: "'" + value.replace("'", "''") + "'"
    made.segmentation_parts = lambda _: [SimpleNamespace(name="shop", rules=None)]
    mart = (PROJECT / "models/evidence/segment_rule_conditions.sql").read_text()
    with duckdb.connect() as connection:
        for table, rows in (
            ("boxes", made.printed_boxes("shop", None)),
            ("rules", made.printed_rules("active")),
        ):
            connection.execute(f"create table {table} as {rows}")

        def read(sql: str) -> list[dict]:
            found = connection.execute(sql)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

        bounds = read(mart.replace("{{ ref('int_rule_boxes') }}", "boxes"))
        rules = read(
            "select *, 'Name' as segment_name, 5 as entity_count, 0.5 as entity_share,"
            " 0.5 as agreement from rules order by rule_id"
        )
    tables = {
        "segment_rules": rules,
        "segment_rule_conditions": bounds,
        "segment_rule_case": [],
    }
    return page._rules(Marts(tables, {}, {}), "shop", FEATURES)


def shown(*conditions: str) -> list[dict[str, str] | None]:
    """Return the range that the page shows of each rule and feature."""
    drawn = picture(*conditions)
    return [
        None
        if cells is None
        else {
            feature: cell["text"]
            for feature, cell in zip(drawn["features"], cells, strict=True)
        }
        for cells in drawn["ranges"]
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("total_sales > 5", {"total_sales": "> 5"}),
        ("total_sales > .5", {"total_sales": "> 0.5"}),
        ("3 < order_count", {"order_count": "> 3"}),
        ("order_count between 2 and 5", {"order_count": "≥ 2 ≤ 5"}),
        ("order_count = 3", {"order_count": "≥ 3 ≤ 3"}),
        ("a >= 1 and a < 2.5", {"a": "≥ 1 < 2.5"}),
        ("a > 1 and b <= -2 and a <= 1020", {"a": "> 1 ≤ 1,020", "b": "≤ -2"}),
        ('"Order Value" > 1e3', {"Order Value": "> 1,000"}),
        ('"a""b" <= 0', {'a"b': "≤ 0"}),
        ("(a is null or a > 3 and a <= 7)", {"a": "> 3 ≤ 7 or unknown"}),
        ("(a is null or a > 3) and b < 2", {"a": "> 3 or unknown", "b": "< 2"}),
        ("1 = 1", {}),
        ("TRUE", {}),
        ("A > 1 AND b < 2", {"a": "> 1", "b": "< 2"}),
        ("(a > 1 and (b < 2))", {"a": "> 1", "b": "< 2"}),
    ],
)
def test_a_rule_is_shown_however_it_is_written(condition, expected) -> None:
    assert shown(condition) == [expected]


@pytest.mark.parametrize(
    "condition",
    [
        "a > 1 or b > 2",
        "a + b > 2",
        "a > b",
        "not a > 1",
        "(a is null or b > 1)",
        "a is null",
        "a is not null and b > 1",
        "country = 'France'",
    ],
)
def test_what_is_no_range_per_feature_is_not_guessed(condition) -> None:
    drawn = picture("a <= 1", condition)
    assert drawn["drawing"] is None
    assert drawn["ranges"][1] is None


def test_features_stand_in_the_order_of_the_settings() -> None:
    drawn = picture("age > 1 and order_count > 2 and total_sales > 3")
    assert drawn["features"] == [*FEATURES, "age"]


def test_a_tree_is_drawn_of_rules_that_people_wrote() -> None:
    drawing = picture(
        "total_sales > .5 AND 3 < order_count",
        "order_count BETWEEN -1 and 3 and -1 <= order_count and .5 < total_sales",
        "order_count < -1 and total_sales > 0.5",
        "TOTAL_SALES <= 5e-1",
    )["drawing"]
    assert drawing is not None
    assert {edge["text"] for edge in drawing.edges} == {
        *("> 0.5", "≤ 0.5"),
        *("> 3", "≤ 3"),
        *("≥ -1", "< -1"),
    }
    assert [leaf["rule"] for leaf in drawing.leaves] == [0, 1, 2, 3]


def box(**bounds: tuple) -> dict[str, Range]:
    return {feature: Range(*places) for feature, places in bounds.items()}


def above(value: float) -> tuple:
    return ((value, 1), Range().upper)


def up_to(value: float) -> tuple:
    return (Range().lower, (value, 1))


def test_rules_of_a_tree_form_it() -> None:
    tree = grow_tree(
        [
            box(total_sales=above(400.5), order_count=above(2)),
            box(order_count=up_to(2)),
            box(order_count=above(2), total_sales=up_to(400.5)),
        ]
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
    drawn = picture(*conditions)
    assert drawn["drawing"] is None
    assert None not in drawn["ranges"]


def test_one_rule_for_all_is_a_leaf() -> None:
    assert grow_tree([{}]) == Leaf(0)
    assert picture("1 = 1")["drawing"].leaves[0]["rule"] == 0
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
    tree = grow_tree([box(a=(*above(3), True)), box(a=up_to(3))])
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
    income = "annual_income_thousands"
    tree = grow_tree([box(**{income: above(48.7)}), box(**{income: up_to(48.7)})])
    assert tree is not None
    (node,) = lay_out(tree, [("a",), ("b",)]).nodes
    assert " ".join(node["lines"]) == "annual income (thousands of currency)"


def test_a_leaf_is_as_wide_as_its_longest_line() -> None:
    tree = grow_tree([box(a=above(5)), box(a=up_to(5))])
    assert tree is not None
    narrow = lay_out(tree, [("short",), ("short",)])
    wide = lay_out(tree, [("short",), ("short", "rule 1: n = 123,456,789")])
    # digits of wide fonts have .64 of their size, which is 13 pixels
    assert wide.leaf_width >= 26 + 23 * 0.64 * 13
    assert narrow.leaf_width < wide.leaf_width < wide.width
