"""What the Python models of the predictions return: parts, types, and reasons."""

from __future__ import annotations

import hashlib
import re

import duckdb
import numpy as np
import pandas as pd
import pytest
from test_lifetime import CDNOW, simulate

from customer_segmentation import fits, lifetime, prediction_fits, propensity
from customer_segmentation.lifetime import PurchaseParameters

AGE = 39.0
FEATURES = ["order_count", "recency_days"]
TYPES = {
    "string": "VARCHAR",
    "Int64": "BIGINT",
    "Float64": "DOUBLE",
    "boolean": "BOOLEAN",
}
PROPENSITY_DTYPES = {
    "part": "string",
    **propensity.COEFFICIENT_DTYPES,
    **propensity.QUALITY_DTYPES,
    **propensity.CALIBRATION_DTYPES,
    **prediction_fits.FORMULA_DTYPES,
}
LIFETIME_DTYPES = {
    "part": "string",
    **lifetime.FIT_DTYPES,
    **prediction_fits.LIFETIME_QUALITY_DTYPES,
    **prediction_fits.FORMULA_DTYPES,
    # of the parameters it may be a sum of weights
    "customer_count": "Float64",
}


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        yield connection


def customers(count: int) -> pd.DataFrame:
    """Return customers of two windows; who ordered much and lately orders again."""
    random = np.random.default_rng(1)
    frames = []
    for window in ("training", "evaluation"):
        orders, days = random.geometric(0.3, count), random.integers(0, 300, count)
        chance = 1 / (1 + np.exp(-(orders - 3 - days / 100)))
        frames.append(
            pd.DataFrame(
                {
                    "prediction_window": window,
                    "customer_id": [f"c{i}" for i in range(count)],
                    "order_count": orders,
                    "recency_days": days,
                    "outcome_order_count": (random.random(count) < chance).astype(int),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def buyers(count: int, share_of_repeats: float = 1.0) -> pd.DataFrame:
    """Return customers as BG/NBD supposes them to be, at two cutoffs."""
    random = np.random.default_rng(2)
    frequency, recency, _, later = simulate(CDNOW, count, AGE, 2, 90 / 7)
    once = random.random(count) > share_of_repeats
    frequency[once], recency[once] = 0, 0
    value = np.where(frequency > 0, random.gamma(5, 8, count), np.nan)
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(count)],
            "frequency": frequency.astype(int),
            "recency_weeks": recency,
            "age_weeks": AGE,
            "repeat_purchase_value": value,
            "outcome_purchases": later,
        }
    )
    frame["outcome_sales"] = frame["outcome_purchases"] * 40.0
    late = frame.assign(outcome_purchases=np.nan, outcome_sales=np.nan)
    return pd.concat(
        [
            frame.assign(prediction_window="evaluation"),
            late.assign(prediction_window="scoring"),
        ],
        ignore_index=True,
    )


def fit_propensity(connection, frame: pd.DataFrame) -> pd.DataFrame:
    return prediction_fits.fit_customer_propensity(
        {"features": FEATURES}, connection.from_df(frame)
    )


def fit_lifetime(connection, frame: pd.DataFrame, model, days=90) -> pd.DataFrame:
    settings = {"model": model, "horizon_days": days}
    return prediction_fits.fit_customer_lifetime(settings, connection.from_df(frame))


def assert_typed(frame: pd.DataFrame, dtypes: dict[str, str], connection) -> None:
    """Fail unless pandas and the warehouse see the declared types, rows or none."""
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == dtypes
    described = connection.execute("describe select * from frame").fetchall()
    assert {name: type for name, type, *_ in described} == {
        name: TYPES[dtype] for name, dtype in dtypes.items()
    }


def test_the_parts_of_a_propensity_that_is_used(connection):
    frame = fit_propensity(connection, customers(2000))
    assert_typed(frame, PROPENSITY_DTYPES, connection)
    parts = dict(list(frame.groupby("part")))
    assert set(parts) == {"coefficient", "quality", "calibration", "formula"}
    # two fits, each with an intercept
    assert len(parts["coefficient"]) == 2 * (1 + len(FEATURES))
    # three windows, each beside recency alone and the base rate
    assert len(parts["quality"]) == 3 * 3
    assert parts["quality"]["is_used"].all()
    assert list(parts["formula"]["formula"]) == ["propensity"]
    # a row has the columns of its part and no others
    for part, dtypes in {
        "coefficient": propensity.COEFFICIENT_DTYPES,
        "quality": propensity.QUALITY_DTYPES,
        "calibration": propensity.CALIBRATION_DTYPES,
        "formula": prediction_fits.FORMULA_DTYPES,
    }.items():
        others = set(PROPENSITY_DTYPES) - {"part", *dtypes}
        assert parts[part][sorted(others)].isna().all(axis=None), part


def test_the_formula_is_that_of_the_scoring_coefficients(connection):
    features = customers(2000)
    frame = fit_propensity(connection, features)
    terms = frame[(frame["part"] == "coefficient") & (frame["fit"] == "scoring")]
    score = np.zeros(len(features))
    for term in terms.itertuples():
        values = features.get(term.feature, pd.Series(1.0, features.index))
        score += term.coefficient * (
            np.log1p(values) if term.transform == "log1p" else values
        )
    sql = frame.loc[frame["part"] == "formula", "formula_sql"].item()
    found = connection.execute(f"select {sql} from features").fetchnumpy()
    (probability,) = found.values()
    assert np.abs(probability - 1 / (1 + np.exp(-score))).max() <= 1e-12


def test_three_tenths_by_hash_are_unseen(connection):
    frame = fit_propensity(connection, customers(2000))
    digests = [hashlib.md5(f"c{i}".encode()).hexdigest() for i in range(2000)]
    unseen = sum(int(digest[24:], 16) % 10 < 3 for digest in digests)
    assert 0.25 < unseen / 2000 < 0.35
    quality = frame[frame["prediction_window"] == "unseen_customers"]
    assert set(quality["entity_count"].dropna()) == {unseen}


@pytest.mark.parametrize("count", [0, 20])
def test_a_propensity_of_few_customers_says_why_not(connection, count):
    # typed as a table is, also where no row is left
    frame = fit_propensity(
        connection, customers(20).groupby("prediction_window").head(count)
    )
    assert_typed(frame, PROPENSITY_DTYPES, connection)
    assert list(frame["part"]) == ["quality"]
    assert not frame["is_used"].item()
    expected = "customers: .* are needed" if count else "nobody had ordered by then"
    assert re.search(expected, frame["reason"].item())


def test_chance_makes_no_formula(connection):
    features = customers(2000)
    random = np.random.default_rng(0)
    features["outcome_order_count"] = random.integers(0, 2, len(features))
    frame = fit_propensity(connection, features)
    assert set(frame["part"]) == {"coefficient", "quality", "calibration"}
    assert not frame["is_used"].dropna().any()
    assert frame["reason"].dropna().str.startswith("not used: ").all()


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd"])
def test_the_parts_of_a_lifetime(connection, model):
    frame = fit_lifetime(connection, buyers(600), model)
    assert_typed(frame, LIFETIME_DTYPES, connection)
    parts = dict(list(frame.groupby("part")))
    assert set(parts) == {"parameter", "quality", "formula"}
    parameters = parts["parameter"]
    assert parameters.groupby("model")["parameter"].agg(set).to_dict() == {
        model: {"r", "alpha", "a", "b"},
        "gamma_gamma": {"p", "q", "v"},
    }
    assert list(parts["formula"]["formula"]) == [
        "probability_alive", "expected_purchases", "expected_purchase_value",
    ]  # fmt: skip
    quality = parts["quality"].set_index(["model", "decile"])
    assert set(quality.index.get_level_values("model")) == {model, "expected_value"}
    for name, outcome in [
        (model, "outcome_purchases"),
        ("expected_value", "outcome_sales"),
    ]:
        everyone, tenths = quality.loc[name, 0], quality.loc[name].drop(0)
        total = buyers(600)[outcome].sum()
        assert (everyone["customer_count"], everyone["actual"]) == (600, total)
        assert tenths["customer_count"].sum() == 600
        for column in ("actual", "expected"):
            assert tenths[column].sum() == pytest.approx(everyone[column], rel=1e-9)


@pytest.mark.parametrize("days", [30, 90])
def test_the_horizon_is_in_days(connection, days):
    customers = buyers(600)
    frame = fit_lifetime(connection, customers, "bg_nbd", days)
    rows = frame[frame["model"] == "bg_nbd"].dropna(subset=["parameter"])
    model = PurchaseParameters(
        **dict(zip(rows["parameter"], rows["value"], strict=True))
    )
    sql = frame.set_index("formula")["formula_sql"]["expected_purchases"]
    (found,) = connection.execute(f"select {sql} from customers").fetchnumpy().values()
    columns = ["frequency", "recency_weeks", "age_weeks"]
    expected = lifetime.expected_purchases(
        model, days / 7, *customers[columns].to_numpy(float).T
    )
    assert np.abs(found - expected).max() <= 1e-9


def test_a_lifetime_that_is_switched_off(connection):
    frame = fit_lifetime(connection, buyers(50), None)
    assert_typed(frame, LIFETIME_DTYPES, connection)
    assert list(frame["part"]) == ["parameter"]
    assert frame["reason"].item() == "switched off by var lifetime_model"
    assert not frame["is_usable"].item()
    assert frame[["parameter", "value", "log_likelihood"]].isna().all(axis=None)


@pytest.mark.parametrize("count", [0, 50])
def test_a_lifetime_without_a_repeat_order_says_why_not(connection, count):
    features = buyers(50, share_of_repeats=0).groupby("prediction_window").head(count)
    frame = fit_lifetime(connection, features, "bg_nbd")
    assert_typed(frame, LIFETIME_DTYPES, connection)
    assert set(frame["part"]) == {"parameter", "quality"}
    parameters = frame[frame["part"] == "parameter"].set_index("model")
    assert parameters["reason"].to_dict() == {
        "bg_nbd": "no customer has ordered again",
        "gamma_gamma": "fewer than two different values of repeat customers",
    }
    assert not parameters["is_usable"].any()
    quality = frame[frame["part"] == "quality"].set_index("model")
    (reason,) = set(quality["reason"])
    assert reason.startswith("no customer has ordered again" if count else "nobody")
    assert set(quality["customer_count"]) == {count}
    assert quality["actual"].isna().all() == (count == 0)
    assert quality["expected"].isna().all()


def test_a_fit_reads_the_customers_with_the_lowest_hashes(connection, monkeypatch):
    monkeypatch.setattr(fits, "MOST_CUSTOMERS", 400)
    features = buyers(600)
    digest = features["customer_id"].map(lambda i: hashlib.md5(i.encode()).hexdigest())
    lowest = digest <= sorted(digest[:600])[399]
    frame = fit_lifetime(connection, features, "bg_nbd")
    monkeypatch.undo()
    expected = fit_lifetime(connection, features[lowest], "bg_nbd")
    assert lowest.sum() == 2 * 400
    pd.testing.assert_frame_equal(frame, expected)
    # nor does the order of the rows matter
    shuffled = features.sample(frac=1, random_state=0)
    monkeypatch.setattr(fits, "MOST_CUSTOMERS", 400)
    pd.testing.assert_frame_equal(
        fit_lifetime(connection, shuffled, "bg_nbd"), expected
    )


def test_a_value_that_is_not_usable_says_why_not():
    """Purchases are expected, their value is not: everyone's is the same."""
    features = buyers(500)
    features["repeat_purchase_value"] = features["repeat_purchase_value"].where(
        features["repeat_purchase_value"].isna(), 40.0
    )
    with duckdb.connect() as connection:
        frame = fit_lifetime(connection, features, "bg_nbd")
    quality = frame[(frame["part"] == "quality") & (frame["decile"] == 0)]
    reasons = quality.set_index("model")["reason"]
    assert reasons["expected_value"] == (
        "fewer than two different values of repeat customers"
    )
    assert reasons.isna().to_dict() == {"bg_nbd": True, "expected_value": False}
