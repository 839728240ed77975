"""Propensity: real orders, SQL equal to scikit-learn, and when it is not used."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from customer_segmentation import propensity

NAMES = [
    "order_count",
    "total_sales",
    "recency_days",
    "tenure_days",
    "mean_days_between_orders",
]
RECOMMENDED = NAMES[:4]


def window(file, cutoff: str) -> pd.DataFrame:
    """Return customers with features before the cutoff and the outcome in 90 days."""
    return duckdb.sql(f"""
        with lines as (
            select
                CustomerID as customer_id, InvoiceNo as order_id,
                cast(InvoiceDate as timestamp) as ordered_at,
                Quantity * UnitPrice as sales
            from '{file}'
            where CustomerID is not null and Quantity > 0 and UnitPrice > 0
        ),
        customers as (
            select
                customer_id, count(distinct order_id) as order_count,
                sum(sales) as total_sales,
                date_diff('day', max(ordered_at), date '{cutoff}') as recency_days,
                date_diff('day', min(ordered_at), date '{cutoff}') as tenure_days
            from lines where ordered_at < date '{cutoff}' group by 1
        ),
        buyers as (
            select distinct customer_id from lines
            where ordered_at >= date '{cutoff}'
                and ordered_at < date '{cutoff}' + interval 90 day
        )
        select
            customers.*,
            case when order_count > 1
                then (tenure_days - recency_days) / (order_count - 1e0)
            end as mean_days_between_orders,
            buyers.customer_id is not null as outcome,
            hash(customers.customer_id) % 10 < 3 as is_unseen
        from customers left join buyers using (customer_id)
        order by customers.customer_id
    """).df()


@pytest.fixture(scope="module")
def windows(test_data) -> tuple[pd.DataFrame, pd.DataFrame]:
    file = test_data / "online_retail.parquet"
    return window(file, "2011-06-13"), window(file, "2011-09-11")


def fit(windows, names=RECOMMENDED, outcomes=None):
    first, later = windows
    labels = outcomes or (first["outcome"], later["outcome"])
    return propensity.fit_propensity(
        first[names], names, labels[0], first["is_unseen"], later[names], labels[1]
    )


@pytest.fixture(scope="module")
def result(windows):
    return fit(windows)


def made_up(count: int, strength: float, seed: int = 0, shift: float = 0.0):
    """Return features and outcomes of customers whose log-odds are known."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(50, 10, count), rng.lognormal(3, 1, count)])
    z = shift + strength * ((x[:, 0] - 50) / 10 + np.log1p(x[:, 1]) - 3)
    return x, rng.random(count) < 1 / (1 + np.exp(-z))


def fit_made_up(strength: float, count: int = 3000, shift: float = 0.0):
    x, y = made_up(count, strength, seed=1)
    later_x, later_y = made_up(count, strength, seed=2, shift=shift)
    unseen = np.arange(count) % 3 == 0
    return propensity.fit_propensity(x, ["score", "spend"], y, unseen, later_x, later_y)


def test_online_retail_meets_its_bar(result):
    table = propensity.quality_frame(result).set_index(["prediction_window", "model"])
    later = table.loc["later_window"]
    assert later.loc["propensity", "auc"] >= 0.72
    for other in ("recency_only", "base_rate"):
        assert later.loc["propensity", "log_loss"] < later.loc[other, "log_loss"]
    error = table["expected_calibration_error"]
    assert error["unseen_customers", "propensity"] <= 0.05
    assert error["later_window_shifted", "propensity"] <= 0.04
    assert error["later_window", "propensity"] > 0.04  # the season, which is reported
    assert table["intercept_shift"]["later_window_shifted", "propensity"] > 0
    assert result.is_used


@pytest.mark.parametrize("part", ["evaluated", "scoring"])
def test_sql_equals_predict_proba_with_missing_values(windows, part):
    rows = windows[1].copy()
    rows.loc[::7, "total_sales"] = np.nan
    rows.loc[::11, "recency_days"] = np.nan
    assert rows["mean_days_between_orders"].isna().any()
    formula = getattr(fit(windows, NAMES), part)

    # scikit-learn's own estimator, given the printed numbers
    columns = []
    for term in formula.terms:
        values = rows[term.feature].fillna(term.fill).to_numpy(float)
        columns.append(np.log(1 + values) if term.transform == "log1p" else values)
    estimator = LogisticRegression()
    estimator.classes_ = np.array([False, True])
    estimator.coef_ = np.array([[term.coefficient for term in formula.terms]])
    estimator.intercept_ = np.array([formula.intercept])
    expected = estimator.predict_proba(np.column_stack(columns))[:, 1]

    with duckdb.connect() as connection:
        connection.register("rows", rows.astype(object).where(rows.notna(), None))
        casts = ", ".join(f"cast({name} as double) as {name}" for name in NAMES)
        found = connection.sql(f"""
            select {propensity.probability_sql(formula)} as score
            from (select customer_id, {casts} from rows) order by customer_id
        """).fetchnumpy()["score"]
    assert not np.ma.is_masked(found)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    np.testing.assert_allclose(
        propensity.probability(formula, NAMES, rows[NAMES]), expected, atol=1e-12
    )


def test_rounding_hardly_moves_the_fit(windows, result):
    """A plain fit of scikit-learn on the same transformed features."""
    first = windows[0][~windows[0]["is_unseen"]]
    matrix = np.column_stack(
        [
            np.log1p(first[term.feature])
            if term.transform == "log1p"
            else first[term.feature]
            for term in result.evaluated.terms
        ]
    )
    scaled = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    plain = LogisticRegression().fit(scaled, first["outcome"])
    found = propensity.probability(result.evaluated, RECOMMENDED, first[RECOMMENDED])
    np.testing.assert_allclose(found, plain.predict_proba(scaled)[:, 1], atol=0.002)


def test_transforms_and_fills_follow_the_rule(windows):
    terms = {term.feature: term for term in fit(windows, NAMES).evaluated.terms}
    assert terms["order_count"].transform == terms["total_sales"].transform == "log1p"
    assert terms["recency_days"].transform == terms["tenure_days"].transform == "none"
    fitted = windows[0][~windows[0]["is_unseen"]]
    median = fitted["mean_days_between_orders"].median()
    assert terms["mean_days_between_orders"].fill == pytest.approx(median, rel=5e-4)


@pytest.mark.parametrize("seed", range(10))
def test_shuffled_labels_are_not_used(windows, seed):
    rng = np.random.default_rng(seed)
    shuffled = fit(
        windows,
        outcomes=[rng.permutation(frame["outcome"].to_numpy()) for frame in windows],
    )
    assert not shuffled.is_used and shuffled.reason.startswith("not used: ")
    assert not propensity.quality_frame(shuffled)["is_used"].any()


def test_a_season_alone_does_not_help_or_harm():
    assert fit_made_up(1.0, shift=1.0).is_used
    assert not fit_made_up(0.0, shift=1.0).is_used


def test_known_coefficients_come_back():
    terms = fit_made_up(1.0, count=30_000).evaluated.terms
    assert [term.transform for term in terms] == ["none", "log1p"]
    assert terms[0].coefficient == pytest.approx(0.1, rel=0.05)
    assert terms[1].coefficient == pytest.approx(1.0, rel=0.05)


def test_quality_by_hand():
    """Predictions .5 everywhere: Brier 1/4, log loss ln 2, AUC 1/2."""
    y = np.array([True, False] * 20)
    row = propensity._measure("later_window", "base_rate", np.zeros(40), y, 0.0)
    assert (row.auc, row.brier_score) == (0.5, 0.25)
    assert row.log_loss == pytest.approx(math.log(2))
    assert row.expected_calibration_error == 0
    # all at p = .8 while half of them buy: .3 off
    off = propensity._measure("w", "m", np.full(40, math.log(4)), y, 0.0)
    assert off.expected_calibration_error == pytest.approx(0.3)
    # 3 of the 4 pairs of a buyer and another are in order
    z = np.array([3.0, 1.0, 2.0, 0.0])
    pairs = propensity._measure("w", "m", z, np.array([True, True, False, False]), 0.0)
    assert pairs.auc == 0.75


def test_the_intercept_shift_meets_the_share():
    # from 1/2 to 4/5: the odds grow from 1 to 4
    assert propensity.intercept_shift(np.zeros(9), 0.8) == pytest.approx(math.log(4))


def test_odds_ratios_by_hand():
    term = propensity.Term("order_count", "log1p", 2.0, 1.0, 0.5)
    plain = propensity.Term("recency_days", "none", 40.0, -0.01, 50.0)
    formula = propensity.Formula(-1.5, (term, plain))
    frame = propensity.coefficients_frame(
        propensity.PropensityResult(formula, formula, (), (), True, "")
    )
    assert frame["fit"].tolist() == ["evaluated"] * 3 + ["scoring"] * 3
    ratios = frame["odds_ratio_per_standard_deviation"]
    assert ratios[1] == pytest.approx(math.exp(0.5))
    assert ratios[2] == pytest.approx(math.exp(-0.5))
    # ln(1 + x) grows by ln 2 where 1 + x doubles: e^(ln 2) = 2
    assert frame["odds_ratio_per_doubling"][1] == pytest.approx(2.0)
    assert frame["odds_ratio_per_doubling"].isna().tolist()[2]


def test_rows_may_come_in_any_order(windows, result):
    mixed = tuple(frame.sample(frac=1, random_state=5) for frame in windows)
    again = fit(mixed)
    assert again.scoring == result.scoring and again.evaluated == result.evaluated
    for found, expected in zip(again.quality, result.quality, strict=True):
        assert found.log_loss == pytest.approx(expected.log_loss, rel=1e-12)


def test_calibration_covers_every_customer(windows, result):
    frame = propensity.calibration_frame(result)
    counts = frame.groupby("prediction_window")["customer_count"].sum()
    assert counts["later_window"] == len(windows[1])
    assert counts["unseen_customers"] == windows[0]["is_unseen"].sum()
    later = frame[frame["prediction_window"] == "later_window_shifted"]
    weights = later["customer_count"] / later["customer_count"].sum()
    for column in ("mean_predicted", "observed_share"):
        total = (later[column] * weights).sum()
        assert total == pytest.approx(windows[1]["outcome"].mean())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x, y: (x[:5], y[:5]), "are needed"),
        (lambda x, y: (x[:0], y[:0]), "nobody had ordered by then"),
        (lambda x, y: (x, y | True), "are needed"),
        (lambda x, y: (x, y & False), "are needed"),
        (lambda x, y: (x * 0, y), "no feature varies"),
        (lambda x, y: (x * np.nan, y), "no feature varies"),
    ],
)
def test_data_that_cannot_be_fitted_say_so(change, message):
    x, y = change(*made_up(600, 1.0))
    unseen = np.arange(len(y)) % 3 == 0
    found = propensity.fit_propensity(x, ["score", "spend"], y, unseen, x, y)
    assert not found.is_used and message in found.reason
    quality = propensity.quality_frame(found)
    assert quality["reason"].tolist() == [found.reason]
    assert quality.dtypes.astype(str).to_dict() == propensity.QUALITY_DTYPES
    coefficients = propensity.coefficients_frame(found)
    assert len(coefficients) == 0
    assert coefficients.dtypes.astype(str).to_dict() == propensity.COEFFICIENT_DTYPES


def test_a_constant_or_missing_feature_is_left_out():
    x, y = made_up(3000, 1.0)
    blank = np.full((len(x), 1), np.nan)
    x = np.hstack([x, blank, blank * 0 + 7, np.full((len(x), 1), 7.0)])
    names = ["score", "spend", "missing", "missing_too", "constant"]
    found = propensity.fit_propensity(x, names, y, np.arange(len(y)) % 3 == 0, x, y)
    assert found.is_used
    assert [term.feature for term in found.scoring.terms] == ["score", "spend"]


def test_shapes_that_do_not_belong_together_are_refused():
    x, y = made_up(100, 1.0)
    with pytest.raises(ValueError, match="later_features"):
        propensity.fit_propensity(x, ["score", "spend"], y, y, x[:50], y)
    with pytest.raises(ValueError, match="is_unseen"):
        propensity.fit_propensity(x, ["score", "spend"], y, y[:50], x, y)
    with pytest.raises(ValueError, match="1 infinite"):
        x[3, 0] = np.inf
        propensity.fit_propensity(x, ["score", "spend"], y, y, x, y)


@pytest.mark.parametrize(
    ("scale", "noise", "message"), [(40, 1.5, "log loss"), (0.5, 50, "AUC"), (1, 1, "")]
)
def test_each_objection_is_raised(scale, noise, message):
    """A model that ranks well but is far too sure loses to the base rate."""
    rng = np.random.default_rng(6)
    y = np.arange(1000) % 2 == 0
    z = scale * (y - 0.5 + noise * rng.normal(size=len(y)))
    flat = np.zeros(len(y))
    both = ("later_window", "later_window_shifted")
    scores = {
        (w, m): s for w in both for m, s in (("propensity", z), ("base_rate", flat))
    }
    quality = [propensity._measure("later_window", "propensity", z, y, 0.0)]
    reason = propensity._objection(quality, scores, y)
    assert message in reason and bool(message) == bool(reason)


def test_a_skewed_feature_below_zero_has_no_logarithm():
    """Netted returns: log1p would take all that is below 0 for nothing."""
    x, y = made_up(3000, 1.0, seed=1)
    later_x, later_y = made_up(3000, 1.0, seed=2)
    unseen = np.arange(3000) % 3 == 0
    for below, transform in [(0, "log1p"), (1000, "none")]:
        fitted = propensity.fit_propensity(
            x - [0, below], ["score", "spend"], y, unseen, later_x - [0, below], later_y
        )
        terms = {term.feature: term.transform for term in fitted.evaluated.terms}
        assert terms["spend"] == transform
