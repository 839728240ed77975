"""What the Python models of the predictions do: propensity and lifetime.

Each function reads a DuckDB relation, on a bounded sample, and returns one frame in
which the column ``part`` tells the small tables apart: coefficients, quality,
calibration, and the formulas, SQL text that a SQL model prints and runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from customer_segmentation import lifetime, propensity
from customer_segmentation.fits import fetch_matrix, hash_tenth, take_customers
from customer_segmentation.frames import typed_frame
from customer_segmentation.kmeans import one_thread

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyRelation

UNSEEN_TENTHS = 3
"""Tenths of the customers, by hash, whose outcome the first fit does not see."""

FORMULA_DTYPES = {"formula": "string", "formula_sql": "string"}

LIFETIME_QUALITY_DTYPES = {
    "model": "string",
    "decile": "Int64",
    "customer_count": "Int64",
    "actual": "Float64",
    "expected": "Float64",
    "mean_absolute_error": "Float64",
    "reason": "string",
}


@one_thread()
def fit_customer_propensity(
    settings: Mapping[str, Any], features: DuckDBPyRelation
) -> pd.DataFrame:
    """Return the parts coefficient, quality, calibration and formula.

    ``features`` has one row per prediction window and customer; the settings name the
    features. There is a formula only where the model is used.
    """
    names = settings["features"]
    windows = {}
    for window in ("training", "evaluation"):
        rows = _sample(features, window)
        tenth = hash_tenth("customer_id")
        marked = rows.project(f"*, {tenth} < {UNSEEN_TENTHS} AS is_unseen")
        columns = [*names, "outcome_order_count", "is_unseen"]
        windows[window] = fetch_matrix(marked, columns)
    training, later = windows["training"], windows["evaluation"]
    result = propensity.fit_propensity(
        training[:, :-2],
        names,
        training[:, -2] > 0,
        training[:, -1] > 0,
        later[:, :-2],
        later[:, -2] > 0,
    )
    formulas = []
    if result.is_used and result.scoring is not None:
        formulas = [("propensity", propensity.probability_sql(result.scoring))]
    return _stacked(
        {
            "coefficient": propensity.coefficients_frame(result),
            "quality": propensity.quality_frame(result),
            "calibration": propensity.calibration_frame(result),
            "formula": typed_frame(formulas, FORMULA_DTYPES),
        }
    )


@one_thread()
def fit_customer_lifetime(
    settings: Mapping[str, Any], features: DuckDBPyRelation
) -> pd.DataFrame:
    """Return the parts parameter, quality and formula.

    The models are fitted to the evaluation window and compared with what came after
    it, then fitted again to the scoring window. Of the quality, decile 0 is everyone
    and 10 the tenth of whom most was expected.
    """
    if settings["model"] is None:
        unused = lifetime.PurchaseFit(
            None, np.nan, 0.0, False, "switched off by var lifetime_model"
        )
        return _lifetime_parts([unused], [], [])
    horizon = settings["horizon_days"] / 7
    is_modified = settings["model"] == "mbg_nbd"
    early = _lifetime_rows(features, "evaluation")
    late = _lifetime_rows(features, "scoring")

    tested = lifetime.fit_bg_nbd(*early[:3], modified=is_modified)
    tested_value = lifetime.fit_gamma_gamma(early[0], early[3])
    purchases = value = None
    if tested.is_usable and tested.parameters is not None:
        purchases = lifetime.expected_purchases(tested.parameters, horizon, *early[:3])
        if tested_value.is_usable and tested_value.parameters is not None:
            value = purchases * lifetime.expected_order_value(
                tested_value.parameters, early[0], early[3]
            )
    quality = [
        *_lifetime_quality(settings["model"], early[4], purchases, tested.reason),
        *_lifetime_quality(
            "expected_value", early[5], value, tested.reason or tested_value.reason
        ),
    ]

    final = lifetime.fit_bg_nbd(*late[:3], modified=is_modified)
    final_value = lifetime.fit_gamma_gamma(late[0], late[3])
    formulas = []
    if final.is_usable and final.parameters is not None:
        formulas = [
            (
                "probability_alive",
                lifetime.probability_alive_sql(final.parameters),
            ),
            (
                "expected_purchases",
                lifetime.expected_purchases_sql(final.parameters, horizon),
            ),
        ]
    if final_value.is_usable and final_value.parameters is not None:
        formulas.append(
            (
                "expected_purchase_value",
                lifetime.expected_order_value_sql(
                    final_value.parameters, value="repeat_purchase_value"
                ),
            )
        )
    return _lifetime_parts([final, final_value], quality, formulas)


def _sample(features: DuckDBPyRelation, window: str) -> DuckDBPyRelation:
    """Return the rows of a window with the lowest hashes, in order of the hash."""
    return take_customers(features.filter(f"prediction_window = '{window}'"))


def _lifetime_rows(features: DuckDBPyRelation, window: str) -> Sequence[np.ndarray]:
    """Return frequency, recency, age, value, purchases and sales of a window."""
    columns = [
        *("frequency", "recency_weeks", "age_weeks", "repeat_purchase_value"),
        *("outcome_purchases", "outcome_sales"),
    ]
    return fetch_matrix(_sample(features, window), columns).T


def _lifetime_quality(
    model: str, actual: np.ndarray, expected: np.ndarray | None, reason: str
) -> list[tuple]:
    """Return everyone as decile 0, then the deciles of what was expected."""
    if not len(actual):
        return [(model, 0, 0, None, None, None, propensity.NOBODY_BY_THEN)]
    everyone = (model, 0, len(actual), float(actual.sum()))
    if expected is None:
        return [(*everyone, None, None, reason)]
    error = lifetime.mean_absolute_error(actual, expected)
    deciles = lifetime.decile_frame(actual, expected).itertuples(index=False)
    return [
        (*everyone, float(expected.sum()), error, None),
        *((model, *row, None, None) for row in deciles),
    ]


def _lifetime_parts(
    fits: Sequence[lifetime.PurchaseFit | lifetime.ValueFit],
    quality: Sequence[tuple],
    formulas: Sequence[tuple],
) -> pd.DataFrame:
    return _stacked(
        {
            "parameter": lifetime.parameters_frame(fits),
            "quality": typed_frame(quality, LIFETIME_QUALITY_DTYPES),
            "formula": typed_frame(formulas, FORMULA_DTYPES),
        }
    )


def _stacked(parts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the parts under one another, each with its own columns filled."""
    import pandas as pd

    dtypes = {
        column: dtype
        for frame in parts.values()
        for column, dtype in frame.dtypes.items()
    }
    aligned = []
    for part, frame in parts.items():
        columns = {
            column: frame[column]
            if column in frame
            else pd.array([None] * len(frame), dtype=dtype)
            for column, dtype in dtypes.items()
        }
        label = pd.array([part] * len(frame), dtype="string")
        aligned.append(pd.DataFrame({"part": label, **columns}))
    return pd.concat(aligned, ignore_index=True)
