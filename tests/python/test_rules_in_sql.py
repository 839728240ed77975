"""The rules of a build: SQL against Python, and what changes a customer's segment."""

from __future__ import annotations

import json

import numpy as np
import pytest
from project import Result, run_dbt

from customer_segmentation.rules import Bound, Rule, evaluate_rules

FEATURES = {
    "purchase_behaviour": ["total_sales", "order_count", "average_order_value"],
    "service_value": ["products_purchased", "complaints", "money_spent"],
    "demographics": ["age", "spending_score", "annual_income_thousands"],
}


@pytest.fixture(scope="module")
def build(dbt_build) -> Result:
    """Return the demo data with other forms of rules than the defaults."""
    return dbt_build(
        {
            "segmentations": {
                "purchase_behaviour": {
                    "rule_form": "nested",
                    "min_fidelity": 0.99,
                    "max_rules": 12,
                },
                "service_value": {"method": "cart", "max_rules": 9},
                "demographics": {
                    "objective": "fidelity",
                    "max_moved_share": 0.001,
                    "missing_values": "routed",
                },
                "survey_priorities": {"enabled": False},
            }
        },
        tables=["segment_rules", "segmentation_quality", "segmentation_scaling"],
    ).check()


def chosen_rules(build: Result, name: str) -> list[Rule]:
    """Return the rules in force, from the table that SQL reads."""
    found = build.query(
        "select rule_id, segment_id, feature, cast(lower_text as double), "
        "cast(upper_text as double), includes_null "
        f"from int_{name}__rules where is_chosen order by rule_id, feature"
    )
    rules: dict[int, Rule] = {}
    for rule_id, segment_id, feature, lower, upper, includes_null in found:
        bounds = rules[rule_id].bounds if rule_id in rules else ()
        if feature is not None:
            index = FEATURES[name].index(feature)
            bounds += (Bound(index, lower, upper, includes_null),)
        rules[rule_id] = Rule(segment_id, bounds, 0, 0.0)
    return [rules[number] for number in sorted(rules)]


def members(build: Result, name: str) -> tuple[np.ndarray, list[tuple]]:
    """Return (n, d) features and each entity's segment and nearest change."""
    columns = ", ".join(f"cast(f.{feature} as double)" for feature in FEATURES[name])
    rows = build.query(
        f"select m.segment_id, m.rule_id, m.nearest_change_feature, "
        f"m.nearest_change_value, m.nearest_change_segment_id, "
        f"m.nearest_change_distance, {columns} from segment_memberships as m "
        f"inner join int_{name}__features as f on m.entity_id = f.entity_id "
        f"where m.segmentation = '{name}' order by m.entity_id"
    )
    values = np.array([row[6:] for row in rows], dtype=float)
    return values, [row[:6] for row in rows]


def rules_that_hold(name: str, rules: list[Rule], values: np.ndarray) -> np.ndarray:
    mode = "routed" if name == "demographics" else "unclassified"
    return evaluate_rules(rules, values, missing_values=mode)


def segments_of(name: str, rules: list[Rule], values: np.ndarray) -> np.ndarray:
    labels = np.array([0, *(rule.label for rule in rules)])
    return labels[rules_that_hold(name, rules, values)]


@pytest.mark.parametrize("name", FEATURES)
def test_python_gives_every_customer_the_rule_that_sql_gives(build, name):
    values, rows = members(build, name)
    rules = chosen_rules(build, name)
    assert len(rules) > 1
    assert rules_that_hold(name, rules, values).tolist() == [row[1] for row in rows]
    assert segments_of(name, rules, values).tolist() == [row[0] for row in rows]


@pytest.mark.parametrize("name", FEATURES)
def test_crossing_the_value_changes_the_segment(build, name):
    values, rows = members(build, name)
    rules = chosen_rules(build, name)
    moved, expected, before = [], [], []
    for value, (segment, _, feature, cut, other, _) in zip(values, rows, strict=True):
        if feature is None:
            continue
        column = FEATURES[name].index(feature)
        crossed = value.copy()
        crossed[column] = np.nextafter(cut, np.inf) if value[column] <= cut else cut
        moved.append(crossed)
        expected.append(other)
        before.append(segment)
    assert len(moved) > len(values) / 2
    assert segments_of(name, rules, np.array(moved)).tolist() == expected
    assert all(a != b for a, b in zip(before, expected, strict=True))


@pytest.mark.parametrize("name", FEATURES)
def test_no_shorter_move_changes_the_segment(build, name):
    """Every cut of every feature is tried, to the next value there is beyond it."""
    values, rows = members(build, name)
    rules = chosen_rules(build, name)
    scale = scale_of(build, name)
    cuts = {
        (bound.feature_index, cut)
        for rule in rules
        for bound in rule.bounds
        for cut in (bound.lower, bound.upper)
        if cut is not None
    }
    rng = np.random.default_rng(3)
    for i in rng.permutation(len(values))[:150]:
        if np.isnan(values[i]).any():
            assert rows[i][2] is None
            continue
        shortest = np.inf
        for column, cut in cuts:
            crossed = values[i].copy()
            is_upward = crossed[column] <= cut
            crossed[column] = np.nextafter(cut, np.inf) if is_upward else cut
            if segments_of(name, rules, crossed[None])[0] != rows[i][0]:
                others = values[~np.isnan(values).any(axis=1), column]
                beyond = (
                    others[others > cut].min()
                    if is_upward
                    else others[others <= cut].max()
                )
                places = scale(column, np.array([beyond, values[i, column]]))
                shortest = min(shortest, abs(places[0] - places[1]))
        found = np.inf if rows[i][5] is None else rows[i][5]
        assert found == pytest.approx(shortest, abs=1e-9)


def scale_of(build: Result, name: str):
    """Return a function from feature and values to places in the scaled space."""
    points = build.query(
        f"select feature, scaling, value, scaled_value from segmentation_scaling "
        f"where segmentation = '{name}' order by feature, point"
    )

    def scale(column: int, x: np.ndarray) -> np.ndarray:
        own = [row for row in points if row[0] == FEATURES[name][column]]
        if own[0][1] == "rank":
            return np.interp(x, [row[2] for row in own], [row[3] for row in own])
        return np.log1p(x) if own[0][1] == "log1p" else x

    return scale


def test_rules_are_as_many_as_the_settings_ask_for(build):
    rows = build.query(
        "select q.segmentation, q.rule_count, t.rule_count, t.choice_reason "
        "from segmentation_quality as q inner join segment_rule_tradeoff as t "
        "on q.segmentation = t.segmentation where t.is_chosen"
    )
    assert {row[0] for row in rows} >= set(FEATURES)
    for _, in_force, chosen, reason in rows:
        assert in_force == chosen
        assert "price" in reason and "fidelity" in reason
    curve = build.query(
        "select count(*), sum(cast(is_chosen as integer)) from segment_rule_tradeoff "
        "where segmentation = 'service_value'"
    )
    assert curve[0][0] >= 3 and curve[0][1] == 1
    (most,) = build.query(
        "select max(rule_count) from segment_rule_tradeoff "
        "where segmentation = 'service_value'"
    )[0]
    assert most <= 9


def test_the_figures_of_the_curve_are_those_of_the_marts(build):
    """Fidelity and price of the chosen size, counted again over all members."""
    differences = build.query(
        "select t.segmentation, t.fidelity - q.fidelity, "
        "t.price - q.price_of_explainability "
        "from segment_rule_tradeoff as t inner join segmentation_quality as q "
        "on t.segmentation = q.segmentation where t.is_chosen"
    )
    assert differences
    for name, fidelity, price in differences:
        assert fidelity == pytest.approx(0, abs=1e-12), name
        assert price == pytest.approx(0, abs=1e-6), name


def print_rules(build: Result, tmp_path, **arguments: str) -> Result:
    return run_dbt(
        tmp_path,
        None,
        *("print_rules", "--args", json.dumps(arguments)),
        command="run-operation",
        warehouse=build.warehouse,
    )


def test_printed_rules_give_the_segments_of_the_mart(build, tmp_path):
    """The default settings print them flat, whatever form the build has run."""
    printed = print_rules(build, tmp_path, segmentation="service_value").check()
    case = printed.output[printed.output.index("case\n") :]
    case = case[: case.rindex("end") + len("end")]
    assert "-- Unclassified" in case and " customers, " in case
    differences = build.query(
        f"select count(*) from (select entity_id, {case} as segment_id "
        "from int_service_value__features) as printed inner join segment_memberships "
        "as mart on printed.entity_id = mart.entity_id "
        "where mart.segmentation = 'service_value' "
        "and printed.segment_id is distinct from mart.segment_id"
    )
    assert differences == [(0,)]


def test_an_unknown_dialect_is_refused(build, tmp_path):
    refused = print_rules(
        build, tmp_path, segmentation="service_value", dialect="oracle"
    )
    assert refused.exit_code != 0
    assert "found 'oracle'; expected one of bigquery, duckdb" in refused.output
    assert "Traceback" not in refused.output


def test_a_missing_value_is_routed_where_the_setting_says_so(build):
    """Demographics routes them: nobody is Unclassified, though ages are unknown."""
    counted = dict(
        build.query(
            "select segmentation, count(*) from segment_memberships "
            "where segment_id = 0 group by 1"
        )
    )
    values, _ = members(build, "demographics")
    assert np.isnan(values).any()
    assert "demographics" not in counted
    sentences = build.query(
        "select rule_sentence from segment_rules where segmentation = 'demographics'"
    )
    assert any("or unknown" in sentence for (sentence,) in sentences)
