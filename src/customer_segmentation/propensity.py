"""Propensity: the chance that a customer buys within the horizon after the as-of date.

A logistic regression learns on features as of an earlier cutoff and the outcome after
it, and is tested on a later window that it has not seen:

    train    features as of  as-of date - 2 horizons,  outcome in the horizon after it
    test     features as of  as-of date - horizon,     outcome up to the as-of date
    score    features as of  the as-of date

After the test the model is fitted again on the later window, the newest known outcome.
Customers are scored in SQL: coefficients are in the units of the (logarithm of the)
feature and are rounded before anything is evaluated, so that the formula that people
read is the formula that was tested and that scores.

References
----------
Brier, G. (1950). Verification of forecasts expressed in terms of probability. Monthly
Weather Review 78.
Hanley, J., McNeil, B. (1982). The meaning and use of the area under a ROC curve.
Radiology 143, equation 1.
Naeini, M., Cooper, G., Hauskrecht, M. (2015). Obtaining well calibrated probabilities
using Bayesian binning. AAAI, section "Experiments" (expected calibration error).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from customer_segmentation.frames import deciles, literal, typed_frame
from customer_segmentation.kmeans import one_thread

if TYPE_CHECKING:
    import pandas as pd

    Floats = NDArray[np.float64]

FEWEST_OF_EACH_CLASS = 30
"""Buyers, and customers who do not buy, that every window must hold."""

NOBODY_BY_THEN = (
    "nobody had ordered by then; a shorter propensity_horizon_days looks less far back"
)

SIGNIFICANT_DIGITS = 4
"""Digits of a coefficient: the probabilities move by about .001."""

LARGEST_PLAIN_SKEWNESS = 1.0
"""A feature that is never negative and more skewed than this enters as ln(1 + x)."""

STANDARD_ERRORS = 3.0
"""A gain below three standard errors is noise (one chance in 700)."""

LARGEST_LOGIT = 700
"""exp(700) is finite in float64; beyond, warehouses fail or return infinity."""

RECENCY = "recency_days"
"""The feature that the model is compared with, alone."""

UNSEEN, LATER, SHIFTED = "unseen_customers", "later_window", "later_window_shifted"


@dataclass(frozen=True)
class Term:
    """One feature of the formula: ``coefficient`` times the transformed feature.

    ``fill`` stands for a missing value, in the feature's own unit; ``deviation`` is
    the standard deviation of the transformed feature in the rows fitted.
    """

    feature: str
    transform: str
    fill: float
    coefficient: float
    deviation: float


@dataclass(frozen=True)
class Formula:
    """1 / (1 + exp(-(intercept + the sum of the terms)))."""

    intercept: float
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Quality:
    """Figures of one model on one window; the names are those of the frame."""

    window: str
    model: str
    entity_count: int
    positive_share: float
    auc: float
    brier_score: float
    log_loss: float
    expected_calibration_error: float
    intercept_shift: float


@dataclass(frozen=True)
class PropensityResult:
    """``evaluated`` was tested on the later window, ``scoring`` is the refit to it.

    Both are None, and quality and calibration empty, where nothing could be fitted.
    ``calibration`` rows: window, decile, customer count, mean predicted, observed
    share.
    """

    evaluated: Formula | None
    scoring: Formula | None
    quality: tuple[Quality, ...]
    calibration: tuple[tuple[str, int, int, float, float], ...]
    is_used: bool
    reason: str


COEFFICIENT_DTYPES = {
    "fit": "string",
    "term": "Int64",
    "feature": "string",
    "transform": "string",
    "fill_value": "Float64",
    "coefficient": "Float64",
    "standard_deviation": "Float64",
    "odds_ratio_per_standard_deviation": "Float64",
    "odds_ratio_per_doubling": "Float64",
}

QUALITY_DTYPES = {
    "prediction_window": "string",
    "model": "string",
    "entity_count": "Int64",
    "positive_share": "Float64",
    "auc": "Float64",
    "brier_score": "Float64",
    "log_loss": "Float64",
    "expected_calibration_error": "Float64",
    "intercept_shift": "Float64",
    "is_used": "boolean",
    "reason": "string",
}

CALIBRATION_DTYPES = {
    "prediction_window": "string",
    "decile": "Int64",
    "customer_count": "Int64",
    "mean_predicted": "Float64",
    "observed_share": "Float64",
}


def fit_propensity(
    features: ArrayLike,
    names: Sequence[str],
    outcome: ArrayLike,
    is_unseen: ArrayLike,
    later_features: ArrayLike,
    later_outcome: ArrayLike,
    *,
    random_state: int = 0,
) -> PropensityResult:
    """Fit, test on the later window, decide whether to use it, and fit again.

    The model is used if, on the later window, each of these exceeds its noise by
    three standard errors: the AUC above .5; the log loss below that of the training
    base rate, as both come; and the log loss below that of the later window's own
    base rate, after the model's intercept is moved to it. Losses are compared row by
    row, so that the standard error is that of the mean difference. The last is the
    strict one: a season moves the base rate, and a model must tell customers apart
    to beat the best constant there is. Labels at random fail it.

    Parameters
    ----------
    features : (n, d) as of the earlier cutoff; NaN is a missing value
    names : d feature names; ``recency_days`` is also fitted alone, as a benchmark
    outcome : (n,) whether the customer bought within the horizon
    is_unseen : (n,) customers left out of the fit, for calibration without season
    later_features, later_outcome : (m, d) and (m,) of the later cutoff
    random_state : of scikit-learn's solver

    Raises
    ------
    ValueError : shapes that do not belong together; data that cannot be fitted are
        no error but a reason

    """
    x, y = _checked(features, names, outcome, "")
    later_x, later_y = _checked(later_features, names, later_outcome, "later_")
    unseen = np.asarray(is_unseen, bool)
    if unseen.shape != y.shape:
        raise ValueError(f"is_unseen: {y.shape} is allowed; got {unseen.shape}")
    windows = {
        "the training rows": y[~unseen],
        "the unseen customers": y[unseen],
        "the later window": later_y,
    }
    for window, labels in windows.items():
        if not len(labels):
            return _unused(f"{window}: {NOBODY_BY_THEN}")
        fewest = min(int(labels.sum()), int((~labels).sum()))
        if fewest < FEWEST_OF_EACH_CLASS:
            return _unused(
                f"{window} hold {int(labels.sum())} buyers among {len(labels)} "
                f"customers: {FEWEST_OF_EACH_CLASS} of each kind are needed"
            )
    with one_thread():
        evaluated = _fit_formula(x[~unseen], names, y[~unseen], random_state)
        scoring = _fit_formula(later_x, names, later_y, random_state)
        recency = None
        if RECENCY in names:
            column = [list(names).index(RECENCY)]
            recency = _fit_formula(
                x[~unseen][:, column], [RECENCY], y[~unseen], random_state
            )
    if not evaluated.terms or not scoring.terms:
        return _unused("no feature varies among the customers of every window")

    base = math.log(y[~unseen].mean() / (1 - y[~unseen].mean()))
    quality, calibration, logits_of = [], [], {}
    for window, rows, labels in (
        (UNSEEN, x[unseen], y[unseen]),
        (LATER, later_x, later_y),
        (SHIFTED, later_x, later_y),
    ):
        models = {"propensity": logits(evaluated, names, rows)}
        if recency is not None:
            models["recency_only"] = logits(recency, names, rows)
        models["base_rate"] = np.full(len(labels), base)
        for model, z in models.items():
            shift = intercept_shift(z, float(labels.mean())) if window == SHIFTED else 0
            logits_of[window, model] = z + shift
            quality.append(_measure(window, model, z + shift, labels, shift))
        p = _sigmoid(logits_of[window, "propensity"])
        calibration += [(window, *row) for row in _calibration(p, labels)]
    reason = _objection(quality, logits_of, later_y)
    return PropensityResult(
        evaluated,
        scoring,
        tuple(quality),
        tuple(calibration),
        reason == "",
        reason or "it beats the base rate on the later window",
    )


def logits(formula: Formula, names: Sequence[str], features: ArrayLike) -> Floats:
    """Return the (n,) log-odds that a formula gives to rows; NaN is filled."""
    rows = np.asarray(features, np.float64)
    total = np.full(len(rows), formula.intercept)
    for term in formula.terms:
        values = rows[:, list(names).index(term.feature)]
        total = total + term.coefficient * _transformed(term, values)
    return total


def probability(formula: Formula, names: Sequence[str], features: ArrayLike) -> Floats:
    """Return the (n,) probabilities that a formula gives to rows."""
    return _sigmoid(logits(formula, names, features))


def probability_sql(formula: Formula) -> str:
    """Return ``probability`` as a SQL expression over columns named as the features."""
    parts = [literal(formula.intercept)]
    for term in formula.terms:
        value = f"coalesce({term.feature}, {literal(term.fill)})"
        if term.transform == "log1p":
            value = f"ln(1 + greatest({value}, 0))"
        parts.append(f"{literal(term.coefficient)} * {value}")
    total = "\n    + ".join(parts)
    return f"1 / (1 + exp(least(-(\n    {total}\n), {LARGEST_LOGIT})))"


def intercept_shift(z: Floats, share: float) -> float:
    """Return what to add to log-odds so that the mean probability is ``share``."""
    from scipy.optimize import brentq

    span = float(np.abs(z).max()) + abs(math.log(share / (1 - share))) + 1
    return float(
        brentq(lambda d: _sigmoid(z + d).mean() - share, -span, span, xtol=1e-12)
    )


def coefficients_frame(result: PropensityResult) -> pd.DataFrame:
    """Return one row per fit and term; term 0 is the intercept.

    ``fit`` is ``evaluated`` or ``scoring``. An odds ratio above 1 speaks for buying:
    per standard deviation of the transformed feature, and per doubling of 1 + x.
    """
    records = []
    for fit in ("evaluated", "scoring"):
        formula = getattr(result, fit)
        if formula is None:
            continue
        blank = (None,) * 3
        records.append((fit, 0, "intercept", "none", None, formula.intercept, *blank))
        for i, term in enumerate(formula.terms, start=1):
            is_log = term.transform == "log1p"
            records.append(
                (
                    fit,
                    i,
                    term.feature,
                    term.transform,
                    term.fill,
                    term.coefficient,
                    term.deviation,
                    math.exp(term.coefficient * term.deviation),
                    2**term.coefficient if is_log else None,
                )
            )
    return typed_frame(records, COEFFICIENT_DTYPES)


def quality_frame(result: PropensityResult) -> pd.DataFrame:
    """Return one row per window and model, each with the decision.

    Where nothing was fitted, one row of the later window says why.
    """
    records = [
        (*vars(row).values(), result.is_used, result.reason) for row in result.quality
    ]
    if not records:
        blank = (None,) * 7
        records = [(LATER, "propensity", *blank, result.is_used, result.reason)]
    return typed_frame(records, QUALITY_DTYPES)


def calibration_frame(result: PropensityResult) -> pd.DataFrame:
    """Return one row per window and decile of the predicted probability."""
    return typed_frame(result.calibration, CALIBRATION_DTYPES)


def _fit_formula(
    x: Floats, names: Sequence[str], y: NDArray[np.bool_], random_state: int
) -> Formula:
    """Fit on standardised features (C = 1), and unfold into the features' own units.

    Rows are sorted first: sums in another order differ in their last digits. A
    feature that is constant or always missing is left out.
    """
    from sklearn.linear_model import LogisticRegression

    order = np.lexsort([y, *x.T])
    x, y = x[order], y[order]
    terms, columns = [], []
    for name, values in zip(names, x.T, strict=True):
        known = values[~np.isnan(values)]
        if not len(known) or known.min() == known.max():
            continue
        is_log = known.min() >= 0 and _skewness(known) > LARGEST_PLAIN_SKEWNESS
        fill = _rounded(float(np.median(known)))
        term = Term(name, "log1p" if is_log else "none", fill, 0.0, 0.0)
        column = _transformed(term, values)
        terms.append(replace(term, deviation=float(column.std())))
        columns.append(column)
    if not terms:
        return Formula(_rounded(math.log(y.mean() / (1 - y.mean()))), ())
    matrix = np.column_stack(columns)
    centres, deviations = matrix.mean(axis=0), matrix.std(axis=0)
    model = LogisticRegression(
        C=1.0, tol=1e-8, max_iter=1000, random_state=random_state
    ).fit((matrix - centres) / deviations, y)
    unfolded = [_rounded(value) for value in model.coef_[0] / deviations]
    # with the rounded coefficients, so that the mean of the log-odds stays
    centred = float(model.intercept_[0]) - float(np.dot(unfolded, centres))
    return Formula(
        _rounded(centred),
        tuple(
            replace(term, coefficient=value)
            for term, value in zip(terms, unfolded, strict=True)
        ),
    )


def _measure(
    window: str, model: str, z: Floats, y: NDArray[np.bool_], shift: float
) -> Quality:
    from sklearn.metrics import roc_auc_score

    p = _sigmoid(z)
    rows = _calibration(p, y)
    # the built-in sum adds otherwise from Python 3.12 on
    total = math.fsum(count * abs(mean - share) for _, count, mean, share in rows)
    return Quality(
        window,
        model,
        len(y),
        float(y.mean()),
        float(roc_auc_score(y, z)),
        float(np.square(p - y).mean()),
        float(_losses(z, y).mean()),
        total / len(y),
        shift,
    )


def _calibration(
    p: Floats, y: NDArray[np.bool_]
) -> list[tuple[int, int, float, float]]:
    """Return per decile of p: its number, customers, mean p and share of buyers."""
    tenth = deciles(p)
    return [
        (
            int(i),
            int((tenth == i).sum()),
            float(p[tenth == i].mean()),
            float(y[tenth == i].mean()),
        )
        for i in np.unique(tenth)
    ]


def _objection(
    quality: Sequence[Quality],
    logits_of: dict[tuple[str, str], Floats],
    y: NDArray[np.bool_],
) -> str:
    """Return why the model is not to be used, or nothing."""
    auc = next(row.auc for row in quality if row.window == LATER)
    noise = STANDARD_ERRORS * auc_standard_error(auc, int(y.sum()), int((~y).sum()))
    if auc - noise <= 0.5:
        return (
            f"not used: the AUC on the later window is {auc:.3f}, which chance alone "
            f"reaches (.5 and {noise:.3f} of noise)"
        )
    for window, words in (
        (LATER, "the training base rate"),
        (SHIFTED, "the later window's base rate, the intercept moved to it,"),
    ):
        gains = _losses(logits_of[window, "base_rate"], y) - _losses(
            logits_of[window, "propensity"], y
        )
        gain = float(gains.mean())
        noise = STANDARD_ERRORS * float(gains.std(ddof=1)) / math.sqrt(len(y))
        if gain <= noise:
            return (
                f"not used: against {words} the log loss on the later window falls "
                f"by {gain:.4f}, no more than noise ({noise:.4f})"
            )
    return ""


def auc_standard_error(auc: float, positive: int, negative: int) -> float:
    """Return the standard error of an AUC (Hanley, McNeil 1982, equation 1)."""
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = (
        auc * (1 - auc)
        + (positive - 1) * (q1 - auc**2)
        + (negative - 1) * (q2 - auc**2)
    ) / (positive * negative)
    return math.sqrt(max(variance, 0.0))


def _transformed(term: Term, values: Floats) -> Floats:
    filled = np.where(np.isnan(values), term.fill, values)
    return np.log1p(np.maximum(filled, 0)) if term.transform == "log1p" else filled


def _losses(z: Floats, y: NDArray[np.bool_]) -> Floats:
    """Return -log of the probability given to what happened, stable in the log-odds."""
    return np.logaddexp(0, np.where(y, -z, z))


def _sigmoid(z: Floats) -> Floats:
    from scipy.special import expit

    return expit(z)


def _skewness(values: Floats) -> float:
    centred = values - values.mean()
    return float((centred**3).mean() / centred.std() ** 3)


def _rounded(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def _unused(reason: str) -> PropensityResult:
    return PropensityResult(None, None, (), (), False, f"not used: {reason}")


def _checked(
    features: ArrayLike, names: Sequence[str], outcome: ArrayLike, prefix: str
) -> tuple[Floats, NDArray[np.bool_]]:
    x, y = np.asarray(features, np.float64), np.asarray(outcome, bool)
    if x.shape != (len(y), len(names)) or np.isinf(x).any():
        raise ValueError(
            f"{prefix}features: {(len(y), len(names))} finite or missing numbers are "
            f"allowed; got {x.shape} with {np.isinf(x).sum()} infinite"
        )
    return x, y
