"""The scaling that the SQL learns and applies, against scikit-learn, scipy, numpy."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import pytest
from rendering import Macros
from scipy.stats import rankdata
from sklearn.preprocessing import StandardScaler

TOLERANCE = 1e-9
ROWS = 2_400
FEATURES = (
    "total_sales",
    "order_count",
    "average_order_value",
    "recency_days",
    "tenure_days",
    "quantity",
)


def customers() -> pd.DataFrame:
    """Features by key: skewed money whose two highest tie, counts, a constant."""
    random = np.random.default_rng(20240229)
    sales = np.round(random.lognormal(5, 2, ROWS), 4)
    sales[np.argsort(sales)[-2:]] = sales.max()
    return pd.DataFrame(
        {
            "entity_id": [f"c{i:05d}" for i in random.permutation(ROWS)],
            "total_sales": sales,
            "order_count": random.geometric(0.4, ROWS),
            "average_order_value": np.round(random.lognormal(2, 1, ROWS), 4),
            "recency_days": random.integers(0, 700, ROWS),
            "tenure_days": np.full(ROWS, 31),
            "quantity": np.round(random.normal(0, 3, ROWS), 4),
        }
    )


def z_of_ranks(ranks: np.ndarray) -> np.ndarray:
    """Ranks as z-scores with ddof 1; 0 where all are equal."""
    spread = ranks.std(ddof=1)
    return (ranks - ranks.mean()) / spread if spread else np.zeros(len(ranks))


def standardised(values: np.ndarray) -> np.ndarray:
    return StandardScaler().fit_transform(values.reshape(-1, 1))[:, 0]


REFERENCES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "rank": lambda x: z_of_ranks(rankdata(x)),
    "rank_first": lambda x: z_of_ranks(rankdata(x, method="ordinal")),
    "zscore": standardised,
    "log1p": np.log1p,
    "log1p_zscore": lambda x: standardised(np.log1p(x)),
    "none": lambda x: x,
}


def compare(actual: pd.DataFrame, expected: pd.DataFrame, key: list[str]) -> None:
    """Full outer join on the key; a missing row or a NULL is a difference."""
    joined = expected.merge(
        actual, how="outer", on=key, suffixes=("_expected", "_actual"), indicator=True
    )
    assert (joined["_merge"] == "both").all(), joined[joined["_merge"] != "both"].head()
    for column in expected.columns.difference(key):
        difference = (joined[f"{column}_expected"] - joined[f"{column}_actual"]).abs()
        worst = joined[~(difference <= TOLERANCE)]
        assert worst.empty, f"{column}: {len(worst)} rows\n{worst.head()}"


SETTINGS = [
    {
        "total_sales": "rank",
        "order_count": "rank",
        "average_order_value": "log1p",
        "recency_days": "zscore",
        "tenure_days": "zscore",
        "quantity": "none",
    },
    {
        "total_sales": "log1p_zscore",
        "order_count": "rank_first",
        "average_order_value": "zscore",
        "recency_days": "rank",
        "tenure_days": "rank",
        "quantity": "zscore",
    },
]


def rendered(scalings: dict[str, str]) -> tuple[str, str]:
    """The SQL that learns the scale of ``features``, and the SQL that applies it."""
    macros = Macros(
        {"python_models": True},
        adapter=SimpleNamespace(quote='"{}"'.format),
        dbt=SimpleNamespace(
            escape_single_quotes=lambda text: text.replace("'", "''"),
            string_literal="'{}'".format,
            type_bigint=lambda: "bigint",
            type_boolean=lambda: "boolean",
            type_string=lambda: "varchar",
            type_timestamp=lambda: "timestamp",
        ),
    )
    settings = {"features": list(FEATURES), "scaling": scalings}
    return (
        macros.segmentation_scaling("purchase_behaviour", "features", settings),
        macros.segmentation_scaled("features", "scaling", settings),
    )


def run(
    scalings: dict[str, str], fitted_on: pd.DataFrame, applied_to: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Learn the scale on one frame and apply it to another."""
    scaling, scaled = rendered(scalings)
    with duckdb.connect() as connection:
        connection.register("features", fitted_on)
        connection.execute(f"create table scaling as {scaling}")
        connection.register("features", applied_to)
        return connection.execute("from scaling").df(), connection.execute(scaled).df()


@pytest.mark.parametrize("scalings", SETTINGS, ids=json.dumps)
def test_scaled_features_agree_with_the_references(
    scalings: dict[str, str],
) -> None:
    frame = customers()
    scale, actual = run(scalings, frame, frame.sample(frac=1, random_state=1))

    ordered = frame.sort_values("entity_id", ignore_index=True)
    expected = ordered[["entity_id"]].copy()
    thinned = []
    for feature, scaling in scalings.items():
        values = ordered[feature].to_numpy(float)
        if scaling == "rank" and len(np.unique(values)) > 1_000:
            thinned.append(feature)
            continue
        expected[feature] = REFERENCES[scaling](values)
    compare(actual[expected.columns], expected, ["entity_id"])

    for feature in thinned:
        values = ordered[feature].to_numpy(float)
        points = scale[scale["feature"] == feature]
        assert len(points) <= 1_000
        exact = dict(zip(values, REFERENCES["rank"](values), strict=True))
        # at its points the stored map is exact, and it keeps both ends
        compare(
            points[["value", "scaled_value"]],
            pd.DataFrame(
                {"value": v, "scaled_value": exact[v]} for v in points["value"]
            ),
            ["value"],
        )
        assert points["value"].min() == values.min()
        assert points["value"].max() == values.max()
        # between them it is numpy's interpolation, a step of a thousandth off at most
        map_ = points.sort_values("value")
        compare(
            actual[["entity_id", feature]],
            pd.DataFrame(
                {
                    "entity_id": ordered["entity_id"],
                    feature: np.interp(values, map_["value"], map_["scaled_value"]),
                }
            ),
            ["entity_id"],
        )
        found = actual.set_index("entity_id")[feature].reindex(ordered["entity_id"])
        step = np.sqrt(12) / 998
        assert np.abs(found.to_numpy() - REFERENCES["rank"](values)).max() <= 2 * step


def test_the_learned_moments_agree_with_scikit_learn() -> None:
    frame = customers()
    scale, _ = run(SETTINGS[1], frame, frame)
    expected = []
    for feature, scaling in SETTINGS[1].items():
        if scaling not in ("zscore", "log1p_zscore"):
            continue
        values = frame[[feature]].to_numpy(float)
        scaler = StandardScaler().fit(
            np.log1p(values) if scaling == "log1p_zscore" else values
        )
        expected.append(
            {
                "feature": feature,
                "mean": scaler.mean_[0],
                "standard_deviation": np.sqrt(scaler.var_[0]),
            }
        )
    assert len(expected) == 3
    moments = scale[scale["mean"].notna()]
    compare(
        moments[["feature", "mean", "standard_deviation"]],
        pd.DataFrame(expected),
        ["feature"],
    )


@pytest.mark.parametrize("magnitude", [1e-9, 1e-5, 1e15, 1e22])
@pytest.mark.parametrize("scaling", ["zscore", "log1p_zscore"])
def test_the_magnitude_of_a_feature_does_not_matter(scaling, magnitude) -> None:
    """The sums are of decimals with nine places."""
    values = np.random.default_rng(7).lognormal(0, 1, ROWS) * magnitude
    frame = customers().assign(total_sales=values)
    _, scaled = run(dict.fromkeys(FEATURES, scaling), frame, frame)
    expected = REFERENCES[scaling](values)
    found = scaled.set_index("entity_id")["total_sales"][frame["entity_id"]]
    assert np.allclose(found, expected, rtol=1e-6, atol=1e-6)


def test_others_do_not_move_a_customer() -> None:
    """The scale is stored: new customers, clamped ones too, change no old one."""
    frame = customers()
    scalings = SETTINGS[0]
    newcomers = frame.head(3).assign(
        entity_id=["new1", "new2", "new3"],
        total_sales=[-1e9, 1e9, np.nan],
        order_count=[0, 10_000, 1],
    )
    newcomers["order_count"] = newcomers["order_count"].astype("int64")
    scale, before = run(scalings, frame, frame)
    _, after = run(scalings, frame, pd.concat([frame, newcomers]))
    old = after[~after["entity_id"].str.startswith("new")]
    compare(old, before, ["entity_id"])
    points = scale[scale["feature"] == "total_sales"]["scaled_value"]
    clamped = after.set_index("entity_id")["total_sales"]
    assert clamped["new1"] == points.min()
    assert clamped["new2"] == points.max()


@pytest.mark.parametrize("values", [[], [7.0], [7.0, 7.0, 7.0]])
def test_no_row_one_row_and_a_constant_column(
    values: list[float],
) -> None:
    frame = pd.DataFrame(
        {"entity_id": [f"c{i}" for i in range(len(values))]}
        | {feature: np.array(values, dtype=float) for feature in FEATURES}
    ).astype({"entity_id": "string"})
    _, actual = run(SETTINGS[1], frame, frame)
    expected = frame.copy()
    for feature, scaling in SETTINGS[1].items():
        if scaling == "rank_first" and len(values) > 1:
            expected[feature] = REFERENCES["rank_first"](frame[feature].to_numpy())
        elif scaling not in ("none", "log1p"):
            expected[feature] = 0.0
    compare(actual, expected, ["entity_id"])
