"""Files of approved rules: how lines are read, and which faults are found in them."""

from __future__ import annotations

import itertools
import json
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from hashlib import md5
from types import SimpleNamespace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project import PROJECT
from rendering import CompilerError, Macros
from rfm_codes import check_segments
from test_rfm import R_RFM_0_2_2, R_RFM_0_3

GOOD = """
-- Rules of shop.
case
    when sales is null or orders is null then 0  -- Unclassified
    when orders > 3 and sales > 1020.5 then 1  -- High sales: 1,104 customers
    when orders > 3 and sales <= 1020.5 then 2
    WHEN orders <= 3 THEN 3
    else 0
end
"""


KEYWORDS = "select keyword_name from duckdb_keywords()"


class Relation(SimpleNamespace):
    """What dbt hands a macro for a table."""

    def __str__(self) -> str:
        return self.name


def macros(text: str | None = None, **context) -> Macros:
    """Return the macros of a project in which ``text`` is the approved file of shop."""
    files = {} if text is None else {"approved_rules_shop": lambda: text}
    made = Macros(
        context={"customer_segmentation": files},
        local_md5=lambda value: md5(value.encode()).hexdigest(),
        adapter=SimpleNamespace(
            quote='"{}"'.format, config=SimpleNamespace(macro_paths=["macros"])
        ),
        dbt=SimpleNamespace(
            type_string=lambda: "varchar",
            type_bigint=lambda: "bigint",
            listagg=lambda value, by, order: f"string_agg({value}, {by} {order})",
        ),
        **context,
    )
    made.segmentation_settings = lambda name: {"features": ["sales", "orders", "Q2"]}
    return made


def rules(text: str) -> list[dict]:
    return macros(text).approved_rules("shop")["rules"]


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("spark", "`Q1` > 4 and `a b` <= 3 and city = 'the \"old\" `one`'"),
        ("postgres", '"Q1" > 4 and "a b" <= 3 and city = \'the "old" `one`\''),
        # the engine's own, here those of DuckDB
        (None, '"Q1" > 4 and "a b" <= 3 and city = \'the "old" `one`\''),
    ],
)
def test_names_have_the_quotes_of_the_engine_and_texts_their_own(dialect, expected):
    condition = '"Q1" > 4 and `a b` <= 3 and city = \'the "old" `one`\''
    text = f"case\n    when {condition} then 1\n    else 0\nend"
    made = macros(text)
    approved = made.approved_rules("shop", dialect)
    assert [rule["condition"] for rule in approved["rules"]] == [expected]
    assert approved["hash"] == made.approved_rules("shop", "bigquery")["hash"]


def test_a_name_in_another_case_is_the_feature():
    """Where it has no quotes: an engine reads Q2, q2 and Q2 in quotes alike there."""
    for name in ("Q2", "q2", '"Q2"'):
        (rule,) = rules(f"when {name} > 6 and sales <= 2 and kind = 'q2' then 1")
        assert rule["condition"] == "\"Q2\" > 6 and sales <= 2 and kind = 'q2'"
    (rule,) = rules("when q2 > 6 and SALES <= 2 then 1")
    assert set(rule["bounds"]) == {"Q2", "sales"}
    (rule,) = rules('when "q2" > 6 then 1')
    assert set(rule["bounds"]) == {"q2"}


GUARD = "when a is null or b is null then 0"
BRANCHES = [
    "when a > 3 then 1",
    "when a <= 3 and b > 2 then 2",
    "when a <= 3 and b <= 2 then 3",
]


@pytest.mark.parametrize(
    ("lines", "is_nested"),
    [
        ([GUARD, *BRANCHES], True),
        (BRANCHES, False),
        (["when a is null then 0", *BRANCHES], False),
        (["when a > 100 then 0", GUARD, *BRANCHES], False),
        # a guard for some of those whose a is unknown
        (["when a is null and b > 3 or b is null then 0", *BRANCHES], False),
        (
            [
                "when (a is null or a > 3) then 1",
                "when a <= 3 and b > 2 then 2",
                "when a <= 3 and (b is null or b <= 2) then 3",
            ],
            True,
        ),
        # an unknown a is told apart by b in one of the two alone
        (
            [
                "when a > 3 and b > 2 then 1",
                "when (a is null or a > 3) and (b is null or b <= 2) then 2",
                "when a <= 3 then 3",
            ],
            False,
        ),
        (
            [
                "when (a is null or a > 3 and a <= 5) then 1",
                "when a > 5 then 2",
                "when a <= 3 then 3",
            ],
            True,
        ),
    ],
)
def test_nested_rules_hold_for_whom_the_list_holds(lines, is_nested):
    """Also where nobody has said where an unknown value goes."""
    made = macros("\ncase\n" + "\n".join(lines) + "\nelse 0\nend\n")
    branches = made.approved_rules("shop")["rules"]
    values = ["null", *range(8), 101]
    rows = ", ".join(f"({a}, {b})" for a, b in itertools.product(values, values))
    for result in ("segment_id", "rule_id"):
        listed = made.rule_case(branches, result)
        nested = made.nested_rule_case(branches, result, ["a", "b"])
        assert (nested != listed) == is_nested
        assert not duckdb.execute(
            f"select a, b, {listed} as listed, {nested} as nested "
            f"from (values {rows}) as entities (a, b) "
            "where listed is distinct from nested"
        ).fetchall()


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite"])
def test_every_word_may_be_the_name_of_a_feature(dialect):
    """Keywords of the dialect among them, and what it takes for a function."""
    words = {word for (word,) in duckdb.execute(KEYWORDS).fetchall()}
    words |= {"index", "current_date", "current_timestamp", "localtime", "escape"}
    if dialect == "sqlite":
        words -= {"true", "false"}  # there the numbers 1 and 0, in quotes too
    connect = {"duckdb": duckdb.connect, "sqlite": sqlite3.connect}[dialect]
    with closing(connect(":memory:")) as connection:
        for word in sorted(words):
            rule = macros().bound_condition(
                word, {"lower": "2", "upper": "3", "includes_null": True}, dialect
            )
            for value, expected in ((2.5, 1), (3.5, 0)):
                sql = (
                    f"select case when {rule} then 1 else 0 end "
                    f'from (select {value} as "{word}")'
                )
                assert connection.execute(sql).fetchone() == (expected,), sql


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a > 3 and (b is null or b <= 2)", "a above 3 and b at most 2 or unknown"),
        ("a > 5 or b > 2 and a <= 1", "a above 5 or b above 2 and a at most 1"),
        ("a > 2 and a > 5 or b > 2", "a above 5 or b above 2"),
        (
            "(a > 1 or b > 2) and c > 3",
            "a above 1 and c above 3 or b above 2 and c above 3",
        ),
        ("(a > 5) and (b > 2.5)", "a above 5 and b above 2.5"),
        ("A > 5 AND B > 2 AND A <= 7", "a above 5 and at most 7 and b above 2"),
        ("188 >= total_sales", "total sales at most 188"),
        ("a BETWEEN 2 AND 3", "a at least 2 and at most 3"),
        ("a = 2", "a exactly 2"),
        ("a < 2\n  and b is not null", "a below 2 and b is known"),
        ("((a > 3))", "a above 3"),
        ("(a > 3 or a is null) and b > 3", "a above 3 or unknown and b above 3"),
        ("(a is null and b > 3)", "a is unknown and b above 3"),
        ("(a is null or b > 3)", "a is unknown or b above 3"),
        ("(a is null or a > 3 and b > 2)", "a is unknown or a above 3 and b above 2"),
        ("a > 3 and a < 2", "a impossible"),
        ('"Q2" > 3', "Q2 above 3"),
        ("`Q2` > 3", "Q2 above 3"),
        ('"the ""Q2""" > 3', 'the "Q2" above 3'),
        ("1 = 1", "everyone"),
        ("TRUE", "everyone"),
        ("lower(country) = 'at_1'", "lower(country) = 'at_1'"),
    ],
)
def test_a_sentence_says_what_its_condition_says(condition, expected):
    assert macros().rule_sentence(condition) == expected


def test_segments_of_the_past_are_read_from_the_head_alone():
    text = GOOD.replace(
        "-- Rules of shop.",
        "-- Rules of shop.\n-- Retired: 4 Large, rare orders\n-- Retired: 17 It's new",
    ).replace("-- High sales:", "-- Retired: 9 no; High sales:")
    assert macros(text).retired_segments("shop") == [
        {"segment_id": 4, "segment_name": "Large, rare orders"},
        {"segment_id": 17, "segment_name": "It's new"},
    ]
    assert macros(GOOD).retired_segments("shop") == []
    assert macros().retired_segments("shop") == []


def test_branches_are_numbered_and_the_guard_is_none_of_them():
    assert [(r["rule_id"], r["segment_id"]) for r in rules(GOOD)] == [
        *[(0, 0), (1, 1), (2, 2), (3, 3)]
    ]
    without_guard = [line for line in GOOD.split("\n") if "is null" not in line]
    assert [r["rule_id"] for r in rules("\n".join(without_guard))] == [1, 2, 3]
    # a branch to 0 that does not come first is a rule like any other
    last = GOOD.replace("    else 0", "    when orders > 9 then 0\n    else 0")
    assert rules(last)[-1]["rule_id"] == 4


def test_a_branch_keeps_its_comment_and_its_bounds():
    rule = rules(GOOD)[1]
    assert rule["comment"] == "High sales: 1,104 customers"
    assert rule["condition"] == "orders > 3 and sales > 1020.5"
    assert {k: (b["lower"], b["upper"]) for k, b in rule["bounds"].items()} == {
        "orders": ("3", None),
        "sales": ("1020.5", None),
    }


def test_without_a_file_nothing_is_approved():
    assert macros().approved_rules("shop") is None


def test_comments_and_blanks_do_not_change_the_hash():
    changed = GOOD.replace("  -- Unclassified", "").replace(" > 3", "  >   3")
    one, other = (
        macros(text).rules_hash(rules(text))
        for text in (GOOD, changed.replace("WHEN", "when"))
    )
    assert one == other
    assert one != macros().rules_hash(rules(GOOD.replace("1020.5", "1020.6")))


@pytest.mark.parametrize(
    "line",
    [
        "when orders > 3 then 1x",
        "when orders > 3 then -1",
        "when orders > 3 then",
        "when then 1",
        "orders > 3 then 1",
        "when orders > 3 then 1 when orders > 4 then 2",
        "when orders > 3 -- and sales > 2 then 1",
        "when case when orders > 3 then 1 end = 1 then 1",
        "when orders > 3 /* then 1",
        "when orders > 3 */ then 1",
        "else 3",
        "when orders > 3; drop table orders then 1",
        "drop table orders",
        "when name = 'then 1",
    ],
)
def test_a_line_that_is_no_branch_is_refused_with_its_number(line):
    text = GOOD.replace("    WHEN orders <= 3 THEN 3", f"    {line}")
    with pytest.raises(CompilerError) as refused:
        rules(text)
    number = text.split("\n").index(f"    {line}") + 1
    message = str(refused.value)
    assert message.startswith(
        f"macros/approved_rules/shop.sql line {number}: found '{line}'; expected"
    )


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ("orders > 3,5", "found '3,5'; expected a decimal point"),
        ("(sales > 1, orders > 3)", None),
        ("sales > 1, orders > 3", "found ','; expected a decimal point"),
        ("orders => 3", "found '=>'; expected >= or <="),
        ("orders =< 3", "found '=<'; expected >= or <="),
        ("orders ≥ 3", "found '≥'; expected <=, >= or <>"),
        ("orders > 3 && sales > 1", "found '&&'; expected and"),
        ("orders > 3 and and sales > 1", "found 'and and'; expected a comparison"),
        ("orders > 3 and", "found 'and'; expected a comparison after it"),
        ("or orders > 3", "found 'or'; expected a comparison before it"),
        ("orders > and sales > 1", "found '>'; expected a value after it"),
        ("(orders > 3", "found '('; expected as many closing ones"),
        ("orders > 3)", "found ')'; expected as many opening ones"),
        ("(orders > 3,5)", "found '3,5'; expected a decimal point"),
        ("orders > = 3", "found '> ='; expected one comparison"),
        ("> 3", "found '>'; expected a feature before it"),
        ("orders > 1 000", "found '1 0'; expected a number without blanks"),
        ("orders > 3 +", "found '+'; expected a value after it"),
        ("orders > “3”", "found '“'; expected plain quotes and signs"),
        ("cast(sales as decimal(18,4)) > 500", None),
        ("greatest(orders,1,2) > 3 or orders in (1,2,abs(-3))", None),
        ("(sales, orders) in ((1,2),(3,4))", None),
        ("list_contains([1,2], orders) and (sales > round(sales,2))", None),
        ("orders in (1,2) and not (sales is null)", None),
        ("round(sales, 2) <> 1.5 or orders between 1 and 2", None),
        ("\"Q1,5 => and\" > 1 and name = ';'", None),
    ],
)
def test_a_mistyped_condition_is_told_with_its_line(condition, fault):
    """In words of this project: a warehouse names a line that dbt compiled."""
    text = f"\ncase\n    when {condition} then 1\n    else 0\nend\n"
    if fault is None:
        assert len(rules(text)) == 1
        return
    with pytest.raises(CompilerError) as refused:
        rules(text)
    assert str(refused.value).startswith(
        f"macros/approved_rules/shop.sql line 3, 'when {condition} then 1': {fault}"
    )


FORMULA = "-- settings: 90 days ahead\n-- as of 2026-01-01\n-- formula propensity\n"


def scoring(text: str) -> dict:
    """Return what scores where ``text`` is the approved file of the propensity."""
    made = macros(
        ref=lambda name: SimpleNamespace(name=name, is_cte=True),
    )
    made.approved_text = lambda *_: text
    made.formula_settings = lambda _: "90 days ahead"
    return made.scoring_formulas("propensity", None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FORMULA, ", formula propensity: found no SQL; expected a formula."),
        (FORMULA + "0,25", ", formula propensity: found '0,25'; expected a decimal"),
        (FORMULA + "(1 + recency_days", ", formula propensity: found '('; expected"),
        (FORMULA + "0.25;", ", formula propensity: found ';'; expected no semicolon."),
        (
            FORMULA.replace("formula p", "formula P") + "0.25",
            ": found formula Propensity; expected propensity, each at most once.",
        ),
        (
            FORMULA + "0.25\n-- formula propensity\n0.5",
            ": found formula propensity twice; expected",
        ),
        (
            FORMULA.replace("formula", "Formula") + "0.25",
            ": found no line '-- formula …'; expected '-- settings: 90 days ahead' and "
            "then one like '-- formula propensity' above each formula.",
        ),
        (FORMULA[27:] + "0.25", ": found no line '-- settings: …'; expected"),
        (
            FORMULA.replace("90", "30") + "0.25",
            ": found formulas for 30 days ahead; expected 90 days ahead",
        ),
    ],
)
def test_a_mistyped_formula_is_told(text, message):
    with pytest.raises(CompilerError) as refused:
        scoring(text)
    place = "macros/approved_formulas/propensity.sql"
    assert str(refused.value).startswith(place + message)


def test_notes_may_stand_in_a_file_of_formulas():
    note = "(0.5 -- Bayes' rule, 1,5\n+ least(0,1)) /* it's so; agreed */"
    assert scoring(FORMULA + note) == {"propensity": note}
    text = "\n-- checked, 1,5 times\n" + FORMULA.replace(": 90", ":  90")
    assert scoring(text + "0.25  -- a quarter, of all\n") == {
        "propensity": "0.25  -- a quarter, of all"
    }


def test_an_approved_macro_of_nobody_is_refused():
    files = ("approved_rules_shop", "approved_rules_off", "approved_formulas_lifetime")
    nodes = {"x": {"name": "int_off__segments"}}
    for wrong, part in (
        (None, None),
        ("approved_rules_shops", "segmentation shops; expected approved_rules_ and"),
        ("approved_centroids_x", "segmentation x; expected approved_centroids_ and"),
        ("approved_formulas_life", "prediction life; expected approved_formulas_ and"),
    ):
        made = macros(graph={"nodes": nodes})
        names = (*files, wrong) if wrong else files
        made._environment.globals["context"] = {
            "customer_segmentation": dict.fromkeys(names)
        }
        made.segmentation_names = lambda: ["shop"]
        if wrong is None:
            made.validate_approved_files()
            continue
        with pytest.raises(CompilerError) as refused:
            made.validate_approved_files()
        assert str(refused.value).startswith(f"macro {wrong}: found no {part}")


def test_a_file_without_a_branch_is_refused():
    with pytest.raises(CompilerError, match="found no branch"):
        rules("\ncase\n    else 0\nend\n")


def test_quotes_may_hold_anything():
    (rule,) = rules(
        """\nwhen "a then 2 -- b" > 3 and kind <> 'it''s then 4' then 5\n"""
    )
    assert rule["segment_id"] == 5 and rule["comment"] is None
    assert macros().condition_columns(rule["condition"]) == ["a then 2 -- b", "kind"]


def test_columns_are_named_once_and_functions_and_numbers_are_none():
    columns = macros().condition_columns(
        'coalesce(sales, 0) > 1e3 and Sales < 5 and "Order Count" in (1, 2) '
        "and x is null"
    )
    assert columns == ["sales", "Order Count", "x"]


def test_a_column_is_known_in_any_case():
    """By the name that the table has."""
    relation = Relation(identifier="features")
    for condition in ('"Q2" > 3', "q2 > 3", '"q2" > 3'):
        found = macros().known_columns(condition, relation, ["Q2", "sales"], "x", "")
        assert found == ["Q2"], condition


def test_a_way_into_a_rule_is_one_that_a_value_can_go():
    """By a bound of a scaled feature, where all others hold for a known value."""
    lines = [
        "when (a is null or a > 3) and (b is null or b <= 2) then 1",
        "when a > 3 and kind > 2 then 2",
        "when a > 3 and a < 2 then 3",
        "when a is null and b > 2 then 4",
    ]
    found = macros().rule_moves(rules("\n".join(lines)), ["a", "b"])
    ways = [(move["feature"], move["cut"], move["others"]) for move in found["moves"]]
    assert ways == [("a", "3", ["b <= 2"]), ("b", "2", ["a > 3"])]


def test_every_approved_file_of_this_project_can_be_read():
    """And the macros say in words what is wrong with one that cannot."""
    files = [
        *PROJECT.glob("macros/approved_rules/*.sql"),
        *PROJECT.glob("integration_tests/macros/approved_rules/*.sql"),
    ]
    for file in files:
        found = re.search(
            r"macro approved_rules_(\w+)\(\) %\}\{% raw %\}(.*?)\{% endraw",
            file.read_text(),
            re.S,
        )
        assert found and found[1] == file.stem, f"{file} has no rules of {file.stem}"
        assert rules(found[2]), file


# --- conditions as boxes -----------------------------------------------------

NUMBERS = ["-1", "0", "1", "1.5", "2", "+3", "2e0"]
POINTS = [None, -2, -1, -0.5, 0, 0.5, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4]
COMPARISONS = st.one_of(
    st.builds(
        "{} {} {}".format,
        st.sampled_from("ab"),
        st.sampled_from(["<", "<=", ">", ">=", "="]),
        st.sampled_from(NUMBERS),
    ),
    st.builds(
        "{2} {1} {0}".format,
        st.sampled_from("ab"),
        st.sampled_from(["<", "<=", ">", ">=", "="]),
        st.sampled_from(NUMBERS),
    ),
    st.builds(
        "{} between {} and {}".format,
        st.sampled_from("ab"),
        st.sampled_from(NUMBERS),
        st.sampled_from(NUMBERS),
    ),
    st.builds(
        "{} is {}null".format, st.sampled_from("ab"), st.sampled_from(["", "not "])
    ),
    st.sampled_from(["1 = 1", "true"]),
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.builds(
        lambda parts, word: "(" + f" {word} ".join(parts) + ")",
        st.lists(inner, min_size=2, max_size=3),
        st.sampled_from(["and", "or"]),
    ),
    max_leaves=6,
)


def is_in_box(point: dict, box: dict) -> bool:
    for feature, bound in box.items():
        value = point[feature]
        if value is None:
            if not bound["includes_null"]:
                return False
            continue
        lower, upper = (
            None if bound[side] is None else float(bound[side])
            for side in ("lower", "upper")
        )
        if not (
            bound["includes_values"]
            and (
                lower is None
                or value > lower
                or (value == lower and bound["is_lower_inclusive"])
            )
            and (
                upper is None
                or value < upper
                or (value == upper and bound["is_upper_inclusive"])
            )
        ):
            return False
    return True


@pytest.fixture(scope="module")
def points():
    connection = duckdb.connect()
    connection.execute("create table points (a double, b double)")
    connection.executemany(
        "insert into points values (?, ?)", list(itertools.product(POINTS, repeat=2))
    )
    return connection


@settings(deadline=None, max_examples=40)
@given(condition=CONDITIONS)
def test_boxes_hold_what_the_condition_holds(points, condition):
    boxes = macros().condition_boxes(condition)
    assert boxes is not None
    for a, b, holds in points.execute(
        f"select a, b, coalesce({condition}, false) from points"
    ).fetchall():
        point = {"a": a, "b": b}
        assert any(is_in_box(point, box) for box in boxes) == holds, (point, boxes)


@pytest.mark.parametrize(
    "condition",
    [
        *("a > b", "a / b > 3", "a in (1, 2)", "not a > 3", "abs(a) > 3", "a > 'x'"),
        *("a + 1 > 3", "a <> 3", "a", "country = 'DE'"),
    ],
)
def test_other_conditions_are_said_to_be_beyond_boxes(condition):
    assert macros().condition_boxes(condition) is None


def test_unknown_values_belong_to_the_bound():
    (box,) = macros().condition_boxes("(a is null or a > 1 and a <= 2) and b > 3")
    assert box["a"]["includes_null"] and box["a"]["lower"] == "1"
    assert not box["b"]["includes_null"]


# --- faults ------------------------------------------------------------------


def faults(
    sets: dict[str, list[tuple[str, int]]], whole_features: Sequence[str] = ()
) -> dict[str, set[tuple]]:
    """Return the faults of sets of (condition, segment), as the macros find them."""
    rows = []
    for name, branches in sets.items():
        text = "".join(f"\nwhen {condition} then {to}" for condition, to in branches)
        given = macros(text)
        given.segmentation_settings = lambda _: {"features": []}
        given.column_type = lambda kind: kind
        given.sql_text = lambda value: "'" + value.replace("'", "''") + "'"
        given.whole_columns = lambda features: features
        boxes = given.printed_boxes("shop", None, whole_features)
        rows.append(boxes.replace("'shop'", f"'{name}'"))
    found = search(
        "select * from (" + " union all ".join(rows) + ") where rule_set is not null"
    )
    named: dict[str, set[tuple]] = {name: set() for name in sets}
    for _, name, _, finding, rule, other, place in found:
        named[name].add((finding, rule, other, place))
    return named


def search(rows: str) -> list[tuple]:
    """Return what the macro finds in rows like those of int_rule_boxes."""
    with duckdb.connect() as connection:
        connection.execute(f"create table given_boxes as {rows}")
        run = macros(
            execute=True,
            load_relation=lambda relation: relation,
            run_query=lambda sql: SimpleNamespace(
                rows=connection.execute(sql).fetchall()
            ),
        )
        run.column_type = lambda kind: kind
        table = Relation(name="given_boxes")
        return connection.execute(run.rule_faults(table)).fetchall()


def kinds(found: set[tuple]) -> set[tuple]:
    return {(finding, rule, other) for finding, rule, other, _ in found}


GUARD = ("a is null or b is null", 0)
WHOLE = [GUARD, ("a > 1 and b > 2", 1), ("a > 1 and b <= 2", 2), ("a <= 1", 3)]


def test_between_two_whole_numbers_is_no_gap():
    """Orders are counted: 2 and more, and 1 at most, is everyone."""
    sets = {
        "more": [("a is null", 0), ("a >= 2", 1), ("a <= 1", 2)],
        "half": [("a is null", 0), ("a > 1.5", 1), ("a < 1.5", 2)],
        "gap": [("a is null", 0), ("a >= 3", 1), ("a <= 1", 2)],
        "both": [("a is null", 0), ("a >= 2", 1), ("a < 2.5", 2)],
    }
    found = faults(sets, whole_features=["a"])
    assert found["more"] == found["half"] == set()
    assert found["gap"] == {("gap", None, None, "a between 1.0 and 3.0")}
    assert kinds(found["both"]) == {("overlap", 1, 2)}
    assert all(faults(sets).values())


def test_nothing_is_found_in_rules_that_place_everything_once():
    assert faults({"whole": WHOLE, "one": [("1 = 1", 1)]}) == {
        "whole": set(),
        "one": set(),
    }


def test_planted_faults_are_found_and_named():
    def planted(place: int, condition: str) -> list[tuple[str, int]]:
        return [*WHOLE[:place], (condition, WHOLE[place][1]), *WHOLE[place + 1 :]]

    found = faults(
        {
            "gap at one value": planted(3, "a < 1"),
            "overlap": planted(3, "a <= 1.5"),
            "swapped bounds": planted(2, "a > 1 and b > 2 and b <= 0"),
            "dead branch": [*WHOLE, ("a <= 0 and b > 5", 3)],
            "no guard": WHOLE[1:],
            "a guard for one": [("a is null", 0), *WHOLE[1:]],
            "dead unknown": [*WHOLE, ("a is null and b > 5", 3)],
        }
    )
    assert found["gap at one value"] == {("gap", None, None, "a at 1.0, b above 2.0")}
    assert kinds(found["overlap"]) == {("overlap", 1, 3), ("overlap", 2, 3)}
    assert {row[3] for row in found["overlap"]} == {
        "a between 1.0 and 1.5, b above 2.0",
        "a between 1.0 and 1.5, b below 2.0",
    }
    assert kinds(found["swapped bounds"]) == {
        ("contradiction", 2, None),
        ("gap", None, None),
    }
    assert found["dead branch"] == {("unreachable", 4, None, None)}
    assert found["dead unknown"] == {("unreachable", 4, None, None)}
    assert {(row[0], row[3]) for row in found["no guard"]} == {
        ("null_path", "a unknown"),
        ("null_path", "a above 1.0, b unknown"),
    }
    assert {(row[0], row[3]) for row in found["a guard for one"]} == {
        ("null_path", "a above 1.0, b unknown")
    }


@pytest.mark.parametrize("is_first", [True, False], ids=["first", "last"])
def test_the_search_does_not_grow_with_sets_of_unknown_features(is_first):
    """Sixty features can be unknown in 2^60 ways."""
    names = [f"f{number}" for number in range(60)]
    guard = (" or ".join(f"{name} is null" for name in names), 0)
    rules = [("f0 > 1 and f1 > 2", 1), ("f0 > 1 and f1 <= 2", 2), ("f0 <= 0", 3)]
    (found,) = faults(
        {"wide": [guard, *rules] if is_first else [*rules, guard]}
    ).values()
    gaps = {row[3] for row in found if row[0] == "gap"}
    assert {place.split(",")[0] for place in gaps} == {"f0 between 0.0 and 1.0"}
    assert {row[:3] for row in found} == {("gap", None, None)} | (
        # a rule holds before it where others are unknown
        set() if is_first else {("overlap", rule, 4) for rule in (1, 2, 3)}
    )


def test_gaps_are_not_claimed_where_a_condition_is_no_box():
    odd = [("a > b", 1), ("a <= 1", 3)]
    found = faults({"odd": [GUARD, *odd], "no guard": odd})
    assert found == {"odd": set(), "no guard": set()}


def range_rows(kind: str, places_null: bool, ranges: list[tuple]) -> str:
    """Return rows of boxes: (set, rule, feature, lower, upper), open at None."""

    def sql(value: object) -> str:
        return "null" if value is None else repr(value)

    return " union all ".join(
        f"select '{kind}' as rule_set_kind, {name!r} as rule_set, "
        f"'active' as rule_version, {rule} as rule_id, {rule} as segment_id, "
        f"1 as box_id, {feature!r} as feature, cast({sql(lower)} as double) "
        f"as lower_bound, {kind == 'buckets'} as is_lower_inclusive, "
        f"cast({sql(upper)} as double) as upper_bound, {kind != 'buckets'} "
        "as is_upper_inclusive, true as includes_values, false as includes_null, "
        f"true as has_intervals, {places_null} as places_null, false as is_whole"
        for name, rule, feature, lower, upper in ranges
    )


@pytest.mark.parametrize("published", [R_RFM_0_3, R_RFM_0_2_2])
def test_the_search_finds_the_faults_of_published_rfm_tables(published):
    """The same as counting all 125 codes, which the other checker does."""
    rows = [
        *(("rfm", rule, score, low - 1 if low > 1 else None, high if high < 5 else None)
          for rule, ranges in enumerate(published.values(), start=1)
          for score, (low, high) in zip("rfm", ranges, strict=True))
    ]  # fmt: skip
    found = search(range_rows("rfm", False, rows))
    names = list(published)
    expected = check_segments(published)
    overlapping = {
        pair
        for matched in expected.overlaps.values()
        for pair in itertools.combinations(matched, 2)
    }
    assert {
        (names[one - 1], names[other - 1])
        for *_, finding, one, other, _ in found
        if finding == "overlap"
    } == overlapping
    assert {
        names[one - 1] for *_, finding, one, _, _ in found if finding == "unreachable"
    } == set(expected.unreachable)
    has_gap = any(finding == "gap" for *_, finding, _, _, _ in found)
    assert has_gap == bool(expected.gaps)


def test_the_search_finds_the_faults_of_bucket_edges():
    def found(*edges: tuple) -> set[tuple]:
        rows = [("age", i, "age", *edge) for i, edge in enumerate(edges, start=1)]
        return {row[3:] for row in search(range_rows("buckets", False, rows))}

    assert found((None, 25), (25, 35), (35, None)) == set()
    assert found((None, 25), (25, 35), (36, None)) == {
        ("gap", None, None, "age between 35.0 and 36.0")
    }
    assert found((None, 25), (20, 35), (35, None)) == {
        ("overlap", 1, 2, "age between 20.0 and 25.0")
    }
    assert found((None, 25), (25, 35)) == {("gap", None, None, "age above 35.0")}


BOXES = st.lists(
    st.tuples(
        st.lists(
            st.builds(
                "{} {} {}".format,
                st.sampled_from("abc"),
                st.sampled_from(["<=", ">", "<", ">="]),
                st.sampled_from(["0", "1", "2"]),
            ),
            max_size=3,
        ),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=40)
@given(drawn=st.lists(BOXES, min_size=1, max_size=4))
@pytest.mark.thorough
def test_the_search_finds_what_looking_everywhere_finds(drawn):
    """The conditions are evaluated by DuckDB at every place that they tell apart."""
    guard = " or ".join(f"{feature} is null" for feature in "abc")
    sets = {
        f"set {i}": [(guard, 0)]
        + [(" and ".join(c) or "1 = 1", segment) for c, segment in branches]
        for i, branches in enumerate(drawn)
    }
    found = faults(sets)
    places = [None, -1, 0, 0.5, 1, 1.5, 2, 3]
    with duckdb.connect() as connection:
        for name, branches in sets.items():
            columns = ", ".join(
                f"coalesce({c}, false) as rule_{i}" for i, (c, _) in enumerate(branches)
            )
            held = connection.execute(
                f"select {columns} from (select unnest(?) as a), "
                "(select unnest(?) as b), (select unnest(?) as c)",
                [places] * 3,
            ).fetchall()
            expected = set()
            reached = set()
            for row in held:
                rules_here = [i for i, holds in enumerate(row) if holds]
                if not rules_here:
                    expected.add(("gap", None, None))
                    continue
                reached.add(rules_here[0])
                if rules_here[0] > 0:
                    expected |= {
                        ("overlap", one, other)
                        for one, other in itertools.combinations(rules_here, 2)
                        if branches[one][1] != branches[other][1]
                    }
            for i in set(range(len(branches))) - reached:
                holds_somewhere = any(row[i] for row in held)
                kind = "unreachable" if holds_somewhere else "contradiction"
                expected.add((kind, i, None))
            assert kinds(found[name]) == expected, branches


def test_a_rule_overlaps_rules_of_other_segments_alone():
    """Where one of the two is no box, the entities of today tell it."""
    branches = [
        "when a is null then 0",
        "when a > b then 1",
        "when a > 2 then 1",
        "when a > 1 then 2",
    ]
    made = macros("\n".join(branches))
    made._no_segmentation = lambda _: "select null, null, null, null where 1 = 0"
    found = duckdb.execute(
        "from ("
        + made.shared_entities("shop", None, "(values (3, 1), (1, 0)) as v (a, b)")
        + ")"
    ).fetchall()
    # neither the guard nor a rule of the same segment nor two boxes
    assert found == [("shop", 1, 3, 1)]


def test_a_fit_of_another_file_is_not_approved():
    """Its settings may be the same."""
    made = macros(fromjson=json.loads, tojson=json.dumps, ref=str)
    made.fitted_rows = lambda *_: [{"fitted_with": '{"k": 4, "inputs": ["file a"]}'}]
    made.fitted_with = lambda _: {"k": 4, "inputs": ["file a"]}
    made.check_fitted_with("approve_rules", "shop")
    made.fitted_with = lambda _: {"k": 4, "inputs": ["file b"]}
    with pytest.raises(CompilerError) as refused:
        made.check_fitted_with("approve_rules", "shop")
    assert "run say: inputs: found ['file a'], expected ['file b']. Pass the" in str(
        refused.value
    )


def test_who_is_retired_by_an_approval():
    """Neither who keeps a rule or a centre, nor nobody's number."""
    lines = [f"when sales > {9 - number} then {number}" for number in range(4)]
    made = macros("\n".join(["-- Retired: 4 Old", *lines]), ref=str)
    made.fitted_rows = lambda *_: [{"segment_id": number} for number in (1, 2, 3, 5)]
    made.segment_names_of = lambda *_: {1: "One", 2: "Two", 3: "Three"}
    made.proposed_segment_names = lambda _: {1: "One", 2: "Two", 6: "Six"}
    proposed = [{"segment_id": 1}, {"segment_id": 6}]
    assert made.newly_retired_segments("shop", proposed) == [
        {"segment_id": 3, "segment_name": "Three"},
        {"segment_id": 4, "segment_name": "Old"},
        {"segment_id": 5, "segment_name": "Segment 5"},
    ]


def test_numbers_of_the_past_are_those_of_earlier_files():
    """What a fit placed, and what the file knows or has retired, is none of them."""
    placed = [("approved", number) for number in (0, 1, 4, 7)] + [("fitted", 9)]
    with duckdb.connect() as connection:
        connection.execute("create table placed (rule_source text, segment_id int)")
        connection.executemany("insert into placed values (?, ?)", placed)

        def run_query(sql):
            numbers = [row[0] for row in connection.execute(sql).fetchall()]
            return SimpleNamespace(columns=[SimpleNamespace(values=lambda: numbers)])

        text = "-- Retired: 4 Old\nwhen sales > 3 then 1"
        made = macros(
            text, ref=str, run_query=run_query, load_relation=lambda _: "placed"
        )
        made.history_segmentations = lambda: ["shop"]
        active = made.approved_rules("shop")
        assert made.numbers_of_the_past("shop", active) == [7]


@pytest.mark.parametrize("brace", ["{{ a", "{% a", "{# a"])
def test_braces_that_jinja_would_read_are_refused(brace):
    with pytest.raises(CompilerError, match=r"approved_rules_shop: found '-- .*Rename"):
        macros().raw_macro("approved_rules_shop", ["case", f"-- {brace}"])
    assert "-- {a}" in macros().raw_macro("approved_rules_shop", ["-- {a}"])


def test_no_formula_scores_a_lifetime_that_is_switched_off():
    made = macros()
    made._environment.globals["var"] = {"lifetime_model": None}.__getitem__
    made.approved_text = lambda *_: "of another model"
    assert made.scoring_formulas("lifetime", None) == {}


def test_printed_rules_count_what_the_segmentation_is_of():
    told: list[str] = []
    made = macros(ref=str, print=told.append)
    made.check_segmentation = made.fit_ref = lambda *_: None
    rule = {"segment_id": 1, "condition": "price > 3", "agreement": 1}
    made.active_rules = lambda *_: {
        "rules": [{**rule, "entity_count": 7, "fitted_count": 20}]
    }
    made.segment_names_of = lambda *_: {1: "Savers"}
    made.segmentation_meta = lambda _: {"entity": "respondent"}
    made.print_rules("shop")
    assert "then 1  -- Savers: 7 of 20 respondents, 100 % agree" in told[0]


@pytest.mark.parametrize(
    ("inputs", "days", "reason"),
    [
        (["order_lines"], None, "no order to go by"),
        (["order_lines"], 90, "no order in the last 90 days"),
        (["customer_totals"], 90, "not in input customer_totals"),
    ],
)
def test_why_a_customer_is_in_no_segment_is_told(inputs, days, reason):
    made = macros()
    made.segmentation_settings = lambda _: {"feature_window_days": days}
    made.segmentation_meta = lambda _: {"inputs": inputs}
    assert made.no_order_reason("shop").strip() == reason


@pytest.mark.parametrize(
    ("count", "last"),
    [(2, []), (3, ["  and 1 more changes in segment_rule_changes"])],
)
def test_a_review_is_as_long_as_it_is_asked_to_be(count, last):
    """And has the findings of the segmentation alone."""
    asked = []
    rows = {
        "segmentation_quality": [
            {"verdict": "approved", "status": "fitted", "reason": "k = 4"}
        ],
        "segment_rule_changes": [
            {
                **{"change_sentence": f"change {i}", "entity_count": 1234},
                **{"entity_share": 0.25, "sales_share": 0.5},
            }
            for i in range(count)
        ],
        "rule_findings": [{"severity": "error", "message": "a gap"}],
    }

    def fitted_rows(relation, _columns, _order, where):
        asked.append(where)
        return rows[relation]

    told: list[str] = []
    made = macros(ref=str, print=told.append)
    made.fitted_rows = fitted_rows
    made.enabled_segmentations = lambda: ["shop"]
    made.review_rules(lines=2)
    changes = [f"      1,234 (25.0 %, 50.0 % of sales)  change {i}" for i in range(2)]
    assert told == ["shop: approved", *changes, *last, "  error: a gap"]
    assert all("'shop'" in where for where in asked)


@pytest.mark.parametrize(
    ("is_fitted", "is_approved", "today", "periods"),
    [
        (True, False, "int_shop__centroids", "int_shop__centroids"),
        (True, True, "int_shop__centroids", "int_approved_centroids"),
        (False, True, "int_approved_centroids", "int_approved_centroids"),
        (False, False, "int_approved_centroids", "int_approved_centroids"),
    ],
)
def test_a_fit_of_today_does_not_change_periods_that_are_over(
    is_fitted, is_approved, today, periods
):
    rendered = Macros({"python_models": is_fitted}, ref=str)
    approved = {"scale": "values (1)", "reason": None}
    rendered.approved_fit = lambda name: (
        approved if is_approved else {"scale": None, "reason": "none is approved"}
    )
    rendered._approved_scaling = lambda name, rows: rows
    assert rendered.centroids_ref("shop") == today
    assert rendered.centroids_ref("shop", period="as_of_date") == periods
    scale = rendered.period_scaling("shop")
    # without Python the stored scale is the approved one
    assert ("values (1)" in scale) == (is_fitted and is_approved)
    assert (scale == "int_shop__scaling") != (is_fitted and is_approved)
