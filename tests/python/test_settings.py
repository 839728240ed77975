"""Every setting and var is checked, and a mistake is said in words."""

from __future__ import annotations

import datetime
import re
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from project import PROJECT
from rendering import CompilerError, Macros

DEFAULTS = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]

SETTINGS: dict[str, Any] = {
    "enabled": True,
    "features": ["total_sales", "order_count"],
    "scaling": "rank",
    "k": "auto",
    "max_rules": "auto",
    "order_segments_by": "total_sales",
    "k_min": 3,
    "k_max": 8,
    "choose_k_by": "elbow",
    "minimum_rows": 50,
    "minimum_segment_share": 0.01,
    "feature_window_days": None,
    "sample_rows": 200000,
    "algorithm": "lloyd",
    "algorithm_parameters": {},
    "starting_centroids": None,
    "averaged_runs": 0,
    "n_init": 10,
    "max_iter": 300,
    "tol": 0.0001,
    "random_state": 0,
    "retraining": "cold",
    "minimum_rule_size": 1,
    "method": "search",
    "effort": 0.1,
    "objective": "cost",
    "max_moved_share": 0,
    "missing_values": "unclassified",
    "rule_form": "flat",
    "max_price": 1.05,
    "min_fidelity": 0.95,
}

# setting: what it may be, what it may not be, words of the message
CASES: dict[str, tuple[list[Any], list[Any], str]] = {
    "enabled": ([True], ["yes", 1, None], "true or false"),
    "features": (
        [["total_sales", "order_count"]],
        [
            *([], "total_sales", 3, None, {"total_sales": 1}),
            *(["total_sales", 3], ["total_sales", "total_sales"]),
        ],
        "a list of different column names",
    ),
    "scaling": (
        [
            *("rank", "rank_first", "zscore", "log1p", "log1p_zscore", "none"),
            {"total_sales": "log1p", "order_count": "none"},
        ],
        [
            *("ranks", "", None, 1, ["rank"], {}, {"total_sales": "log1p"}),
            {"total_sales": "log1p", "order_count": "log"},
            {"total_sales": "log1p", 3: "none"},
            {"total_sales": "log1p", "order_count": "none", "other": "none"},
        ],
        "one of rank, rank_first, zscore, log1p, log1p_zscore, none, "
        "or a dict with one of them per feature",
    ),
    "k": (
        ["auto", 1, 50],
        ["elbow", "4", 0, 51, 4.0, True, None, [4]],
        "auto, or an integer from 1 to 50",
    ),
    "max_rules": (
        ["auto", 1, 500],
        ["all", 0, 501, 2.5, False, None],
        "auto, or an integer from 1 to 500",
    ),
    "order_segments_by": (
        ["order_count"],
        ["recency_days", 1, None, ["total_sales"]],
        "one of the features total_sales, order_count",
    ),
    "k_min": ([1, 8], [0, 51, "3", 3.0, None], "an integer from 1 to 50"),
    "k_max": ([3, 50], [0, 51, "8", True, None], "an integer from 1 to 50"),
    "choose_k_by": (
        ["elbow", "silhouette", "gap", "consensus"],
        ["Elbow", 3, None, ["gap"]],
        "one of elbow, silhouette, gap, consensus",
    ),
    "minimum_rows": ([2, 1000000], [1, 1000001, 50.0, "50", None], "an integer from 2"),
    "minimum_segment_share": (
        [0, 0.5],
        [-0.1, 0.51, "1 %", None, True, float("nan"), float("inf")],
        "a number from 0 to 0.5",
    ),
    "feature_window_days": (
        [None, 1, 36500],
        [0, 36501, 365.0, "365", False],
        "null, or an integer from 1 to 36500",
    ),
    "sample_rows": ([100, 1000000], [99, 1000001, "all", None], "an integer from 100"),
    "algorithm": (
        [
            *("lloyd", "elkan", "gaussian_mixture", "agglomerative", "birch"),
            *("bisecting_kmeans", "dbscan", "mean_shift"),
        ],
        ["auto", 1, None],
        "one of lloyd, elkan",
    ),
    "algorithm_parameters": ([{}], [None, "eps", [0.3]], "a dict"),
    "starting_centroids": (
        [None, [[0, 1]], [[0.5, 1.5], [2, 3]]],
        [[], "none", 3, [1, 2], [[1]], [[1, "2"]], [[1, 2], [3]], {"a": 1}],
        "null, or a list of centroids, one number per feature each",
    ),
    "averaged_runs": ([0, 100], [-1, 101, None, "no"], "an integer from 0 to 100"),
    "n_init": ([1, 1000], [0, 1001, "auto", None], "an integer from 1 to 1000"),
    "max_iter": ([1, 100000], [0, 100001, 1.5, None], "an integer from 1 to 100000"),
    # YAML reads 1e-4 as text
    "tol": ([0, 1, 0.5], [-1, 1.01, "1e-4", None], "a number from 0 to 1"),
    "random_state": (
        [0, 4294967295],
        [-1, 4294967296, 1.0, None],
        "an integer from 0 to 4294967295",
    ),
    "retraining": (
        ["cold", "warm", "combined"],
        ["hot", "", None, True, ["warm"]],
        "one of cold, warm, combined",
    ),
    "minimum_rule_size": ([1, 1000000], [0, 0.1, "1", None], "an integer from 1"),
    "method": (["search", "cart"], ["tree", 1, None], "one of search, cart"),
    "effort": ([0, 0.5, 100], [-1, 101, "high", None], "a number from 0 to 100"),
    "objective": (["cost", "fidelity"], ["price", None], "one of cost, fidelity"),
    "max_moved_share": ([0, 0.1], [-0.1, 0.2, "1 %", None], "a number from 0 to 0.1"),
    "missing_values": (
        ["unclassified", "routed"],
        ["null", 0, None],
        "one of unclassified, routed",
    ),
    "rule_form": (["flat", "nested"], ["case", None], "one of flat, nested"),
    "max_price": ([1, 1.5, 1000], [0.9, 1001, "low", None], "a number from 1 to 1000"),
    "min_fidelity": ([0, 1], [-0.1, 1.1, "95 %", None], "a number from 0 to 1"),
}
RIGHT = [(key, value) for key, (values, _, _) in CASES.items() for value in values]
WRONG = [
    (key, value, words) for key, (_, values, words) in CASES.items() for value in values
]


def macros(**vars: Any) -> Macros:
    return Macros(vars, defaults=DEFAULTS)


def message_of(call, *arguments: Any) -> str:
    with pytest.raises(CompilerError) as caught:
        call(*arguments)
    return str(caught.value)


def test_every_setting_has_a_case() -> None:
    assert set(macros().setting_rules()) == set(CASES) == set(SETTINGS)


@pytest.mark.parametrize(("key", "value"), RIGHT)
def test_right_setting_passes(key: str, value: Any) -> None:
    macros().validate_settings("purchase_behaviour", {**SETTINGS, key: value})


@pytest.mark.parametrize(("key", "value", "words"), WRONG)
def test_wrong_setting_is_named(key: str, value: Any, words: str) -> None:
    message = message_of(
        macros().validate_settings, "purchase_behaviour", {**SETTINGS, key: value}
    )
    assert message.startswith(
        f"var segmentations: {{purchase_behaviour: …}}: setting '{key}' is "
    )
    assert f"; expected {words}" in message
    found = message.split(f"setting '{key}' is ")[1].split("; expected")[0]
    assert found == {True: "true", False: "false", None: "null"}.get(
        value if value is None or isinstance(value, bool) else ..., repr(value)
    )


def test_setting_left_out_of_the_defaults_is_named() -> None:
    for key in SETTINGS:
        rest = {name: value for name, value in SETTINGS.items() if name != key}
        message = message_of(macros().validate_settings, "purchase_behaviour", rest)
        assert f"setting '{key}' is missing" in message
        assert "_purchase_behaviour__models.yml" in message


def test_unknown_setting_is_named() -> None:
    message = message_of(
        macros().validate_settings, "purchase_behaviour", {**SETTINGS, "kmax": 3}
    )
    assert "unknown setting 'kmax'. Settings are: enabled, features" in message


def test_k_min_above_k_max() -> None:
    message = message_of(
        macros().validate_settings,
        "purchase_behaviour",
        {**SETTINGS, "k_min": 9, "k_max": 8},
    )
    assert message.endswith("k_min is 9 and k_max is 8; expected k_min <= k_max.")


def test_kmeans_has_no_parameters_of_others() -> None:
    given = {**SETTINGS, "algorithm_parameters": {"eps": 0.3}}
    macros().validate_settings("purchase_behaviour", {**given, "algorithm": "dbscan"})
    message = message_of(macros().validate_settings, "purchase_behaviour", given)
    assert "'algorithm_parameters' is {'eps': 0.3} and algorithm is 'lloyd'" in message


@pytest.mark.parametrize("retraining", ["warm", "combined"])
@pytest.mark.parametrize("algorithm", ["gaussian_mixture", "dbscan"])
def test_only_kmeans_is_retrained(algorithm: str, retraining: str) -> None:
    given = {**SETTINGS, "algorithm": algorithm}
    macros().validate_settings("purchase_behaviour", {**given, "retraining": "cold"})
    message = message_of(
        macros().validate_settings,
        "purchase_behaviour",
        {**given, "retraining": retraining},
    )
    assert message.endswith(
        f"setting 'retraining' is '{retraining}' and algorithm is '{algorithm}'; "
        "expected cold, or algorithm lloyd or elkan."
    )


@pytest.mark.parametrize("scale", [[1, 7], [0, 10], [-2, 2], [0.5, 5.5]])
def test_the_scale_of_a_survey_passes(scale: list) -> None:
    given = {**SETTINGS, "scale": scale}
    macros().validate_settings("survey_priorities", given, ["survey_responses"])


@pytest.mark.parametrize(
    "scale",
    [
        *(None, 7, "1 to 7", True, [], [7], [7, 1], [3, 3], [1, 4, 7], ["1", "7"]),
        *([True, 7], [1, None], [1, float("inf")], {"low": 1, "high": 7}),
    ],
)
def test_what_is_no_scale_is_named(scale: Any) -> None:
    given = {**SETTINGS, "scale": scale}
    call = macros().validate_settings
    message = message_of(call, "survey_priorities", given, ["survey_responses"])
    found = {True: "true", None: "null"}.get(
        scale if scale is None or scale is True else ..., repr(scale)
    )
    assert message == (
        f"var segmentations: {{survey_priorities: …}}: setting 'scale' is {found}; "
        "expected the lowest and the highest answer, two ascending numbers like [1, 7]."
    )


def test_only_a_survey_has_a_scale() -> None:
    call = macros().validate_settings
    message = message_of(call, "demographics", {**SETTINGS, "scale": [1, 7]})
    assert message.startswith(
        "var segmentations: {demographics: …}: unknown setting 'scale'. Settings are: "
    )
    message = message_of(call, "survey_priorities", SETTINGS, ["survey_responses"])
    assert "setting 'scale' is missing. Give its default in _survey_" in message


@pytest.mark.parametrize("inputs", [["customers"], ["survey_responses"]])
def test_only_what_has_days_has_a_window_of_them(inputs: list[str]) -> None:
    settings = {**SETTINGS, "feature_window_days": 90}
    if inputs == ["survey_responses"]:
        settings["scale"] = [1, 7]
    call = macros().validate_settings
    message = message_of(call, "family", settings, inputs)
    assert "setting 'feature_window_days' is 90; expected null." in message
    call("family", {**settings, "feature_window_days": None}, inputs)
    for dated in ("order_lines", "complaints", "customer_totals"):
        call("family", {**SETTINGS, "feature_window_days": 90}, [dated])


@pytest.mark.parametrize(
    ("inputs", "window"),
    [
        (["order_lines"], "the last 90 days"),
        (["complaints"], "the last 90 days"),
        (["customer_totals"], None),
        (["customers"], None),
    ],
)
def test_a_window_is_told_of_what_has_days(inputs: list[str], window: Any) -> None:
    rendered = macros()
    rendered.segmentation_settings = lambda _: {"feature_window_days": 90}
    rendered.segmentation_meta = lambda _: {"inputs": inputs}
    assert rendered.feature_window("family") == window


def test_features_are_made_of_answers_on_the_scale_of_the_settings() -> None:
    """Rules approved for answers on another scale get a warning."""
    approved = "-- Scaling zscore; features of answers from 1 to 7; k = 3 was set by"
    for scale, says in (([1, 7], None), ([0, 10], "answers from 0 to 10. Set it back")):
        rendered = macros()
        rendered.segmentation_settings = lambda _, scale=scale: {"scale": scale}
        rendered.segmentation_meta = lambda _: {"inputs": ["survey_responses"]}
        rendered.approved_text = lambda *_: approved
        found = rendered.other_window("survey_priorities")
        assert found is None if says is None else f"scale makes them of {says}" in found


@pytest.mark.parametrize("settings", [None, 3, "rank", ["k"]])
def test_settings_that_are_no_dict(settings: Any) -> None:
    message = message_of(macros().validate_settings, "demographics", settings)
    assert "{demographics: …}" in message
    assert "expected a dict of settings" in message


def test_feature_that_is_no_column_is_named() -> None:
    columns = {"entity_id": {}, "total_sales": {}, "order_count": {}}
    node = {"name": "int_purchase_behaviour__features", "columns": columns}
    graph = {"nodes": {"model.customer_segmentation.x": node}}
    rendered = Macros({}, defaults=DEFAULTS, graph=graph)
    rendered.validate_features("purchase_behaviour", SETTINGS)
    for feature in ("totalsales", "entity_id"):
        message = message_of(
            rendered.validate_features,
            "purchase_behaviour",
            {**SETTINGS, "features": ["total_sales", feature]},
        )
        assert f"setting 'features' has '{feature}'" in message
        assert "int_purchase_behaviour__features: total_sales, order_count" in message


@pytest.mark.parametrize("feature", ['the "price"', '"', "", " ", "Entity_ID"])
def test_feature_that_no_column_can_be_called_is_named(feature: str) -> None:
    node = {"name": "int_survey_priorities__features", "columns": {"entity_id": {}}}
    rendered = Macros({}, defaults=DEFAULTS, graph={"nodes": {"model.x": node}})
    apostrophe = {**SETTINGS, "features": ["what's the price?", "50 %"]}
    rendered.validate_features("survey_priorities", apostrophe)
    settings = {**SETTINGS, "features": ["price", feature]}
    message = message_of(rendered.validate_features, "survey_priorities", settings)
    assert message.startswith(
        f"var segmentations: {{survey_priorities: …}}: setting 'features' has "
        f"'{feature}'; expected names of columns, without a double quote"
    )
    assert "{survey_responses: {columns: {question_id: …}}}" in message


@pytest.mark.parametrize(
    ("vars", "parts"),
    [
        ({"segmentation": {}}, ["unknown var 'segmentation'", "segmentations"]),
        ({"inputs": 5}, ["var inputs", "found 5", "a dict, like {order_lines:"]),
        ({"inputs": []}, ["var inputs", "found []"]),
        ({"cleaning": "net"}, ["var cleaning", "found 'net'", "zero_prices: keep"]),
        ({"segmentations": ["a"]}, ["var segmentations", "found ['a']", "k: 4"]),
        (
            {"segmentations": {"purchase_behaviour": 3}},
            ["{purchase_behaviour: …}", "found 3", "a dict"],
        ),
        (
            {"segmentations": {"purchase_behaviour": {"enabled": "no"}}},
            ["{purchase_behaviour: …}", "'enabled' is 'no'", "true or false"],
        ),
        ({"segmentation_names": 3}, ["var segmentation_names", "found 3", "a list"]),
        ({"segmentation_names": "a"}, ["found 'a'", "a list"]),
        ({"segmentation_names": ["a", 3]}, ["found ['a', 3]", "a list of different"]),
        ({"segmentation_names": ["a", "a"]}, ["found ['a', 'a']", "different"]),
        ({"distinct_products": "no"}, ["var distinct_products", "'no'", "true or f"]),
        ({"distinct_products": None}, ["var distinct_products", "found null"]),
        ({"incremental": "yes"}, ["var incremental", "'yes'", "true or false"]),
        ({"incremental": None}, ["var incremental", "found null"]),
        ({"spend_window_days": 0}, ["var spend_window_days", "found 0", "1 or more"]),
        ({"spend_window_days": 7.5}, ["var spend_window_days", "found 7.5"]),
        ({"spend_window_days": True}, ["var spend_window_days", "found true"]),
        ({"spend_window_days": "365"}, ["var spend_window_days", "found '365'"]),
        ({"propensity_horizon_days": 0}, ["propensity_horizon_days: found 0", "1 or"]),
        ({"propensity_horizon_days": -90}, ["found -90", "a whole number of days"]),
        ({"propensity_horizon_days": 90.0}, ["found 90.0", "a whole number of days"]),
        ({"propensity_horizon_days": "90"}, ["found '90'", "a whole number of days"]),
        ({"propensity_horizon_days": True}, ["found true", "a whole number of days"]),
        ({"propensity_horizon_days": None}, ["found null", "a whole number of days"]),
        ({"history": 12}, ["var history: found 12", "a dict"]),
        ({"history": {"months": 12}}, ["unknown key 'months'", "periods"]),
        ({"history": {"grain": "day"}}, ["found 'day'", "week, month, quarter"]),
        ({"history": {"periods": -1}}, ["{periods: …}: found -1", "0 for no history"]),
        ({"history": {"reference": 0}}, ["{reference: …}: found 0", "1 or more"]),
        ({"history": {"reference": None}}, ["{reference: …}: found null"]),
        ({"history": {"periods": True}}, ["{periods: …}: found true"]),
        ({"history": {"restate": False}}, ["{restate: …}: found false", "always"]),
        ({"history": {"segmentations": ["s"]}}, ["{segmentations: …}: found ['s']"]),
        (
            {"history": {"segmentations": ["demographics"]}},
            ["found ['demographics']", "dated orders: purchase_behaviour, service"],
        ),
        ({"lifetime_model": "pareto_nbd"}, ["lifetime_model: found 'pareto_nbd'"]),
        ({"lifetime_model": "BG_NBD"}, ["found 'BG_NBD'", "bg_nbd, mbg_nbd or null"]),
        ({"lifetime_model": False}, ["var lifetime_model: found false"]),
        ({"lifetime_model": ["bg_nbd"]}, ["var lifetime_model: found ['bg_nbd']"]),
        ({"rfm_cut_points": [1, 2, 3, 4]}, ["rfm_cut_points: found [1,", "a dict"]),
    ],
)
def test_wrong_var_is_named(vars: dict[str, Any], parts: list[str]) -> None:
    message = message_of(macros(**vars).validate_vars)
    for part in parts:
        assert part in message, message


NO_ASCENDING_NUMBERS = [
    *([], "100", {"a": 1}, 0.5, True, [100, 100], [500, 100], ["100", "200"]),
    *([True, 2], [1, None], [1, float("nan")], [float("nan")], [1, float("inf")]),
]


@pytest.mark.parametrize(
    "edges",
    [
        *NO_ASCENDING_NUMBERS,
        *(0, 1, -5, [0, 100], [0.01, 100], [-100, 100]),
        *([100.001, 100.002], [99.999]),  # a spend is kept to the cent
    ],
)
def test_wrong_spend_buckets_are_named(edges: Any) -> None:
    message = message_of(macros(spend_buckets=edges).validate_vars)
    assert message.startswith("var spend_buckets: found ")
    assert "; expected ascending edges above 0.01 of two decimals" in message


@pytest.mark.parametrize("edges", [None, 2, 10, [0.02], [100], [99.5, 100, 2000]])
def test_right_spend_buckets_pass(edges: Any) -> None:
    macros(spend_buckets=edges).validate_vars()


@pytest.mark.parametrize("measure", ["recency_days", "order_count", "total_sales"])
@pytest.mark.parametrize(
    "points",
    [
        *NO_ASCENDING_NUMBERS,
        None,
        5,
        [1, 2, 3],
        [1, 2, 3, 4, 5],
        [1, 2, 2, 3],
        [1, 2, 3, float("nan")],
        [1, 2, 3, float("inf")],
    ],
)
def test_wrong_cut_points_are_named(measure: str, points: Any) -> None:
    message = message_of(macros(rfm_cut_points={measure: points}).validate_vars)
    assert message.startswith(f"var rfm_cut_points: {{{measure}: …}}: found ")
    assert "; expected four ascending numbers under recency_days, " in message


def test_cut_points_of_another_measure_are_named() -> None:
    message = message_of(macros(rfm_cut_points={"recency": [1, 2, 3, 4]}).validate_vars)
    assert message.startswith("var rfm_cut_points: {recency: …}: found [1, 2, 3, 4]")
    assert "under recency_days, order_count or total_sales" in message


def test_right_cut_points_pass() -> None:
    points = {"recency_days": [30, 90, 180, 365], "total_sales": [-1, 0, 9.5, 100]}
    macros(rfm_cut_points=points).validate_vars()
    macros(rfm_cut_points=None).validate_vars()


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd", None])
def test_right_lifetime_model_passes(model: str | None) -> None:
    macros(lifetime_model=model).validate_vars()


def test_default_vars_pass() -> None:
    macros().validate_vars()
    assert set(macros().known_vars()) == set(DEFAULTS)


@pytest.mark.parametrize("name", ["as_of_date", "max_order_date"])
@pytest.mark.parametrize(
    "value",
    [
        datetime.date(2011, 12, 1),  # what YAML makes of a date without quotes
        20111201,
        "2011-12-1",
        "01/12/2011",
        "2011-02-29",
        "1900-02-29",
        "2011-04-31",
        "2011-13-01",
        "2011-00-10",
        "2011-12-00",
        "0000-01-01",
        "2011-12-01 08:26:00",
        "2011-12-01'; drop table x; --",
        "",
        True,
    ],
)
def test_wrong_day_is_named(name: str, value: Any) -> None:
    message = message_of(macros(**{name: value}).validate_vars)
    shown = str(value).lower() if isinstance(value, bool) else value
    shown = f"'{value}'" if isinstance(value, str) else shown
    assert message == (
        f'var {name}: found {shown}; expected a day in quotes, like "2011-12-01".'
    )


def test_spark_writes_a_sample_to_a_whole_path_only() -> None:
    def checked(folder: str, engine: str) -> Any:
        vars = {"sample_to": folder}
        target = SimpleNamespace(type=engine)
        return Macros(vars, defaults=DEFAULTS, target=target).validate_vars

    message = message_of(checked("samples", "spark"))
    assert message.startswith("var sample_to: found 'samples'; expected a whole path")
    for folder in ("/mnt/samples", "s3a://bucket/samples"):
        checked(folder, "spark")()
    checked("samples", "duckdb")()


@pytest.mark.parametrize("value", ["2011-12-01", "2012-02-29", "2000-02-29", None])
def test_right_day_passes(value: str | None) -> None:
    macros(as_of_date=value, max_order_date=value).validate_vars()


@pytest.mark.parametrize(
    ("cleaning", "parts"),
    [
        ({"return": "net"}, ["unknown key 'return'", "returns"]),
        ({"returns": "keep"}, ["{returns: …}", "found 'keep'", "reject or net"]),
        ({"zero_prices": True}, ["{zero_prices: …}", "found true", "reject or keep"]),
        ({"duplicates": None}, ["{duplicates: …}", "found null", "reject or keep"]),
        ({"incomplete_last_month": 1}, ["{incomplete_last_month: …}", "found 1"]),
        (
            {"orders_before": datetime.date(2011, 12, 1)},
            ["{orders_before: …}", "found 2011-12-01", "in quotes"],
        ),
        ({"cancelled_order_pattern": 5}, ["{cancelled_order_pattern: …}", "found 5"]),
        ({"cancelled_order_pattern": "C\\%"}, ["found 'C\\%'", "no backslash"]),
        ({"non_product_codes": "POST"}, ["{non_product_codes: …}", "found 'POST'"]),
        ({"non_product_codes": {"M": 1}}, ["{non_product_codes: …}", "a list"]),
        ({"non_product_codes": None}, ["{non_product_codes: …}", "found null"]),
    ],
)
def test_wrong_cleaning_is_named(cleaning: dict[str, Any], parts: list[str]) -> None:
    message = message_of(macros(cleaning=cleaning).cleaning_policy)
    assert message.startswith("var cleaning: ")
    for part in parts:
        assert part in message, message


def test_unknown_segmentation_is_named() -> None:
    message = message_of(
        macros(segmentations={"purchases": {"k": 4}}).validate_segmentations
    )
    assert message.startswith("var segmentations: unknown segmentation 'purchases'.")
    assert "purchase_behaviour" in message


@pytest.mark.parametrize(
    ("vars", "parts"),
    [
        ("{segmentations: [a]}", ["var segmentations: found ['a']"]),
        ("{inputs: 5}", ["var inputs: found 5"]),
        (
            "{as_of_date: 2011-12-01, distinct_products: 7}",
            ["var as_of_date: found 2011-12-01", "in quotes"],
        ),
        (
            "{segmentations: {purchase_behaviour: {k: 4, kmax: 5, features: [a]}}}",
            ["{purchase_behaviour: …}", "unknown setting 'kmax'"],
        ),
    ],
)
def test_dbt_says_it_without_a_traceback(dbt_build, vars, parts) -> None:
    """Also while dbt parses, before any hook runs."""
    result = dbt_build(vars, "validate_project", command="run-operation")
    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output
    assert not re.search(r"object has no attribute|is not iterable", result.output)
    for part in parts:
        assert part in result.output, result.output


def test_a_segmentation_that_is_in_no_mart_is_said(dbt_build) -> None:
    """Its folder is there, and its name not in the list."""
    names = ["purchase_behaviour", "service_value", "survey_priorities"]
    vars = {"segmentation_names": names}
    said = dbt_build(vars, "check_inputs", command="run-operation").output
    assert "segmentation demographics is not in var segmentation_names" in " ".join(
        said.split()
    )
    assert said.count("is not in var") == 1


# --- where it is installed --------------------------------------------------------


def test_a_build_begins_with_every_check() -> None:
    rendered = macros()
    checks = (
        *("validate_installation", "validate_vars", "log_inputs", "validate_inputs"),
        *("cleaning_policy", "validate_segmentations", "validate_approved_files"),
    )
    called = []
    for check in checks:
        setattr(rendered, check, lambda check=check: called.append(check))
    rendered.validate_project()
    assert called == list(checks)


def test_a_var_of_another_project_is_none_of_ours() -> None:
    rendered = Macros({"theirs": 1}, defaults=DEFAULTS, project_name="theirs")
    vars = rendered._environment.globals["adapter"].config.vars.vars
    vars["customer_segmentation"] = {"inputs": None}
    rendered.validate_vars()
    vars["customer_segmentation"] = {"input": None}
    assert "unknown var 'input'" in message_of(rendered.validate_vars)


def installed(zone: str = "UTC", **models: str) -> Macros:
    """Return the macros in a project with models, each with its package."""
    nodes = {
        f"model.{package}.{name}": SimpleNamespace(
            resource_type="model",
            name=name,
            package_name=package,
            original_file_path=f"models/{name}.sql",
        )
        for name, package in (*models.items(), ("segments", "customer_segmentation"))
    }
    return Macros(
        graph=SimpleNamespace(nodes=nodes),
        run_query=lambda _: SimpleNamespace(rows=[[zone]]),
    )


def test_a_project_of_ones_own_may_install_it():
    installed(my_segments="theirs").validate_installation()


def test_another_time_zone_stops_the_build():
    with pytest.raises(CompilerError, match="TimeZone: found 'Europe/Paris'; expected"):
        installed(zone="Europe/Paris").validate_installation()


def test_a_model_with_the_name_of_one_of_ours_stops_the_build():
    macros = installed(segments="theirs")
    with pytest.raises(CompilerError, match="model segments of project theirs"):
        macros.validate_installation()
