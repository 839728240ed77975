"""Every engine puts every row where Python puts it, difficult rows included.

``benchmarks/exact_sql.py`` compares a million rows per column type. PostgreSQL is
among the engines where its server is installed (Debian: ``apt-get install
postgresql``).
"""

from __future__ import annotations

import dataclasses
import math

import duckdb
import numpy as np
import pytest
import sqlglot
from exact_sql import (
    ENGINES,
    TYPES,
    compare,
    forms,
    installed_engines,
    make_entities,
    make_rules,
    quote,
    rule_case,
    types_of,
)

from customer_segmentation.rules import MISSING_VALUES, Bound, Rule, evaluate_rules

RANDOM_ROWS = 5_000

DIALECTS = {
    "duckdb": '"{}"',
    "postgres": '"{}"',
    "redshift": '"{}"',
    "snowflake": '"{}"',
    "spark": "`{}`",
    "bigquery": "`{}`",
}
"""How each marks a name."""


@pytest.fixture
def decide(request):
    with ENGINES[request.param]() as decide:
        yield decide


@pytest.mark.parametrize(
    ("decide", "type_name"),
    [
        pytest.param(
            *(engine, kind),
            marks=pytest.mark.thorough if engine == "PostgreSQL" else (),
        )
        for engine in installed_engines()
        for kind in types_of(engine)
    ],
    indirect=["decide"],
)
def test_sql_gives_every_row_the_rule_that_python_gives_it(decide, type_name):
    compared = compare(decide, type_name, RANDOM_ROWS)
    assert {each.form for each in compared} == set(forms())
    assert {each.missing_values for each in compared} == set(MISSING_VALUES)
    assert {each.rule_count for each in compared} == {1, 2, 16, 64}
    assert all(each.reached == each.rule_count for each in compared)
    assert all(each.entity_count > RANDOM_ROWS for each in compared)
    assert [each for each in compared if each.differences] == []


@pytest.mark.parametrize("type_name", TYPES)
def test_the_rows_would_show_a_bound_that_is_one_step_off(type_name):
    values = make_entities(type_name, 0).values
    kind = TYPES[type_name]
    for names, rules, _ in make_rules(type_name, "unclassified"):
        known = values[:, : len(names)]
        for rule in rules:
            holding = evaluate_rules([rule], known)
            for moved in rules_one_step_off(rule, kind):
                assert (evaluate_rules([moved], known) != holding).any()


def rules_one_step_off(rule, kind):
    """The rule with one of its bounds beyond the next number of the type."""
    for place, bound in enumerate(rule.bounds):
        for side in ("lower", "upper"):
            cut = getattr(bound, side)
            if cut is None:
                continue
            near = kind.doubles(kind.near(cut))
            for other in (math.nextafter(near.min(), -math.inf), near.max()):
                bounds = list(rule.bounds)
                bounds[place] = dataclasses.replace(bound, **{side: other})
                yield dataclasses.replace(rule, bounds=tuple(bounds))


@pytest.mark.parametrize("type_name", TYPES)
def test_missing_and_special_numbers_are_among_the_rows(type_name):
    entities = make_entities(type_name, 1_000)
    values = entities.values
    kind = TYPES[type_name]
    wanted = kind.doubles(kind.special())
    assert 2.0**53 in wanted if type_name == "bigint" else 2.0**24 in wanted
    is_infinite = {float("inf"), -float("inf")} <= set(wanted.tolist())
    assert is_infinite == (type_name in ("double precision", "real"))
    for column, is_missing in zip(values.T, entities.is_missing.T, strict=True):
        assert set(wanted.tolist()) <= set(column[~is_missing].tolist())
        np.testing.assert_array_equal(np.isnan(column), is_missing)
        assert is_missing.any()
    if is_infinite:
        zeros = values[values == 0]
        assert set(np.signbit(zeros).tolist()) == {True, False}


@pytest.mark.parametrize("form", forms())
@pytest.mark.parametrize("mode", MISSING_VALUES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_reads_the_same_case(form, mode, dialect):
    for names, rules, _ in make_rules("double precision", mode):
        expected = sqlglot.parse_one(rule_case(form, rules, names, mode), "duckdb")
        case = rule_case(form, rules, names, mode, DIALECTS[dialect].format)
        assert sqlglot.parse_one(case, dialect) == expected
        (back,) = sqlglot.transpile(case, read=dialect, write="duckdb")
        assert sqlglot.parse_one(back, "duckdb") == expected


@pytest.mark.parametrize("form", forms())
@pytest.mark.parametrize(
    "name",
    [
        "Order Count",
        "2nd",
        "order",
        'a "quoted" one',
    ],
)
def test_a_name_that_must_be_quoted_is_the_column(form, name):
    rules = (
        Rule(1, (Bound(0, None, 3.0),), 1, 1.0),
        Rule(2, (Bound(0, 3.0, None),), 1, 1.0),
    )
    case = rule_case(form, rules, [name], "unclassified")
    with duckdb.connect() as connection:
        answer = connection.execute(
            f"with features as (select unnest([2.0, 4.0]) as {quote(name)}) "
            f"select {case} from features"
        )
        assert answer.fetchall() == [(1,), (2,)]
