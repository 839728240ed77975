"""Lifetime value: how often a customer will buy again, and for how much.

Two independent models, fitted by maximum likelihood on three numbers per customer:
BG/NBD, or its modified form MBG/NBD, for purchases, and Gamma-Gamma for their value.
While alive a customer buys at random with a rate lambda ~ Gamma(r, alpha), and drops
out after a purchase with probability p ~ Beta(a, b); MBG/NBD lets a customer drop out
after the very first order too. The parameters are a small table; customers are scored
in SQL, by the expressions that the functions ``..._sql`` print.

Units: ``recency`` (first to last order, the literature's t_x) and ``age`` (first order
to the as-of date, T) in one unit of the caller's choice, here weeks; alpha is in that
unit too. ``frequency`` counts repeat orders, x.

References
----------
Fader, P., Hardie, B., Lee, K. (2005). "Counting your customers" the easy way: an
alternative to the Pareto/NBD model. Marketing Science 24, sections 3 and 4.
Batislam, E., Denizel, M., Filiztekin, A. (2007). Empirical validation and comparison
of models for customer base analysis. Int. J. Research in Marketing 24, section 3.
Fader, P., Hardie, B. (2013). The Gamma-Gamma model of monetary value (note), eq. 1-5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from customer_segmentation.frames import deciles, literal, typed_frame

if TYPE_CHECKING:
    import pandas as pd

    Floats = NDArray[np.float64]

LARGEST_LOG_PARAMETER = 9.0
"""Parameters are sought in e^-9 .. e^9, with time and value in units of their mean."""

STARTS = (-1.0, 0.0, 1.0)
"""Logarithms of the shape parameters (all equal) at which the search begins."""

LARGEST_GRADIENT = 1e-5
"""A maximum has a smaller gradient, per customer and unit of log-parameter."""

NODE_COUNT = 48
"""Nodes of the quadrature over p: up to 500 orders within ten years it differs from
the hypergeometric function by less than 1e-9."""

NODE_POWER = 3
"""Nodes are Gauss-Jacobi in the cube root of p, which brings the scales of one order
and of 500 orders together."""

LARGEST_ROOTED = 250
"""Up to this a and b nodes lie in the cube root. It takes them away from where the
density of a larger b is: at b = 500 means err by 1e-3, at 700 by a tenth."""

LARGEST_EXPONENT = 700
"""exp(700) is finite in float64; beyond, warehouses fail or return infinity."""


@dataclass(frozen=True)
class PurchaseParameters:
    """Parameters of BG/NBD, or of MBG/NBD where ``is_modified``; alpha in time."""

    r: float
    alpha: float
    a: float
    b: float
    is_modified: bool = False


@dataclass(frozen=True)
class PurchaseFit:
    """A fit of ``customer_count`` customers; ``reason`` says why it is not usable.

    ``parameters`` is None where nothing could be fitted. ``reason`` is empty where
    ``is_usable``.
    """

    parameters: PurchaseParameters | None
    log_likelihood: float
    customer_count: float
    is_usable: bool
    reason: str
    is_modified: bool = False


@dataclass(frozen=True)
class ValueParameters:
    """Parameters of Gamma-Gamma; v is in the unit of value."""

    p: float
    q: float
    v: float


@dataclass(frozen=True)
class ValueFit:
    """A fit of Gamma-Gamma; ``reason`` says why it is not usable.

    ``correlation`` is that of frequency and value: the model takes them as
    independent. ``left_out_count`` customers had no repeat order or no positive value.
    """

    parameters: ValueParameters | None
    log_likelihood: float
    customer_count: float
    left_out_count: float
    correlation: float
    is_usable: bool
    reason: str


FIT_DTYPES = {
    "model": "string",
    "parameter": "string",
    "value": "Float64",
    "log_likelihood": "Float64",
    "customer_count": "Float64",
    "frequency_value_correlation": "Float64",
    "is_usable": "boolean",
    "reason": "string",
}

NODE_DTYPES = {
    "node": "Int64",
    "dropout_probability": "Float64",
    "log_survival": "Float64",
    "weight": "Float64",
}

DECILE_DTYPES = {
    "decile": "Int64",
    "customer_count": "Int64",
    "actual": "Float64",
    "expected": "Float64",
}


def fit_bg_nbd(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    *,
    modified: bool = False,
) -> PurchaseFit:
    """Fit BG/NBD, or MBG/NBD where ``modified``, by maximum likelihood.

    Equal rows are counted first and sorted, so the order of the rows does not matter.

    Parameters
    ----------
    frequency : (n,) repeat orders, integers from 0
    recency : (n,) first to last order; 0 where frequency is 0, never above age
    age : (n,) first order to the as-of date, same unit
    modified : whether one-time buyers may have dropped out

    Raises
    ------
    ValueError : naming the argument, what is allowed and what was given

    """
    rows, counts = _distinct_rows(
        {"frequency": frequency, "recency": recency, "age": age}
    )
    x, t_x, age_ = rows.T
    for name, is_wrong in {
        "frequency: integers from 0 are": (x < 0) | (x != np.floor(x)),
        "recency: 0 where frequency is 0 is": (x == 0) & (t_x != 0),
        "recency: 0 up to age is": (t_x < 0) | (t_x > age_),
    }.items():
        if is_wrong.any():
            got = tuple(map(float, rows[is_wrong][0]))
            raise ValueError(f"{name} allowed; got (frequency, recency, age) = {got}")
    total = float(counts.sum())
    if not (x > 0).any() or not (age_ > 0).any():
        reason = "no customer has ordered again"
        return PurchaseFit(None, np.nan, total, False, reason, modified)
    unit = float(counts @ age_) / total
    frequencies = np.unique(x, return_inverse=True)

    def objective(logs: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = np.exp(logs)
        values, slopes = _purchase_terms(
            PurchaseParameters(r, alpha, a, b, modified),
            *frequencies,
            *(t_x / unit, age_ / unit),
        )
        gradient = (slopes @ counts) * np.exp(logs)
        return -float(counts @ values) / total, -gradient / total

    found, reason = _maximise(objective, ("r", "alpha", "a", "b"))
    r, alpha, a, b = map(float, np.exp(found))
    parameters = PurchaseParameters(r, alpha * unit, a, b, modified)
    values, _ = _purchase_terms(parameters, *frequencies, t_x, age_)
    likelihood = float(counts @ values)
    return PurchaseFit(parameters, likelihood, total, reason == "", reason, modified)


def probability_alive(
    parameters: PurchaseParameters,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
) -> Floats:
    """Return the (n,) probabilities that a customer has not dropped out.

    1 / (1 + a / (b + s - 1) * ((alpha + T) / (alpha + t_x))^(r + x)), where s counts
    the drop-outs escaped: x, and x + 1 in MBG/NBD. A one-time buyer of BG/NBD is
    alive by assumption.
    """
    x, t_x, age_ = (np.asarray(v, np.float64) for v in (frequency, recency, age))
    m = parameters
    escaped = x + m.is_modified
    exponent = (
        np.log(m.a)
        - np.log(m.b + np.maximum(escaped, 1) - 1)
        + (m.r + x) * np.log((m.alpha + age_) / (m.alpha + t_x))
    )
    alive = np.exp(-np.logaddexp(0, exponent))
    return np.where(escaped > 0, alive, 1.0)


def dropout_nodes(parameters: PurchaseParameters) -> Floats:
    """Return (NODE_COUNT, 2) probabilities of drop-out and weights that sum to 1.

    The mean of f(p) over Beta(a, b + s) is sum(w (1 - p)^s f) / sum(w (1 - p)^s).
    Gauss-Jacobi in y, p = y^3: the weight function y^(3a - 1) (1 - y)^(b - 1) takes
    the density's singular ends. Where a or b is large, p varies little and the nodes
    are those of p itself.
    """
    from scipy.special import roots_jacobi

    a, b = parameters.a, parameters.b
    if max(a, b) > LARGEST_ROOTED:
        return _beta_nodes(a, b)
    roots, weights = roots_jacobi(NODE_COUNT, b - 1, NODE_POWER * a - 1)
    y = (1 + roots) / 2
    # (1 - y^3) / (1 - y), which is smooth
    logs = np.log(weights) + (b - 1) * np.log1p(y + y**2)
    weights = np.exp(logs - logs.max())
    return np.column_stack([y**NODE_POWER, weights / weights.sum()])


def _beta_nodes(a: float, b: float) -> Floats:
    """Return (NODE_COUNT, 2) nodes and weights of Gauss-Jacobi for Beta(a, b).

    Golub, Welsch (1969), Calculation of Gauss quadrature rules, section 2: eigenvalues
    of the matrix of the polynomials' recurrence, and the squared first entries of its
    eigenvectors, which sum to 1. scipy's weights sum to the integral of the density's
    kernel, which overflows from b = 1,025 on.
    """
    from scipy.linalg import eigh_tridiagonal

    k = np.arange(1, NODE_COUNT)
    s = a + b - 2
    steps = 2 * k + s
    means = (2 * k * (k + s + 1) + s * a) / (steps * (steps + 2))
    spreads = k * (k + a - 1) * (k + b - 1) * (k + s) / (steps**2 * (steps**2 - 1))
    nodes, vectors = eigh_tridiagonal(np.append(a / (a + b), means), np.sqrt(spreads))
    return np.column_stack([nodes, vectors[0] ** 2])


def expected_purchases(
    parameters: PurchaseParameters,
    horizon: float,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
) -> Floats:
    """Return the (n,) orders expected within ``horizon`` after the as-of date.

    Given p, a customer alive at T expects (1 - ((alpha + T) / (alpha + T + p t))^(r
    + x)) / p orders in t: the mean of that over Beta(a, b + s), times the probability
    of being alive. The closed form (Fader et al. 2005, equation 10) is a difference
    of two numbers divided by a - 1, with a hypergeometric function that SQL lacks;
    the quadrature adds positive terms and has no exception at a = 1.
    """
    x, t_x, age_ = (np.asarray(v, np.float64) for v in (frequency, recency, age))
    m = parameters
    p, weights = dropout_nodes(m).T
    escaped = np.exp((x + m.is_modified)[:, None] * np.log1p(-p)) * weights
    longer = np.log1p(horizon / (m.alpha + age_)[:, None] * p)
    if_alive = -np.expm1(-(m.r + x)[:, None] * longer) / p
    mean = (escaped * if_alive).sum(axis=1) / escaped.sum(axis=1)
    return mean * probability_alive(m, x, t_x, age_)


def fit_gamma_gamma(frequency: ArrayLike, value: ArrayLike) -> ValueFit:
    """Fit Gamma-Gamma by maximum likelihood to customers with frequency > 0.

    Parameters
    ----------
    frequency : (n,) orders behind the mean
    value : (n,) mean value of these orders; rows with none or one not above 0 (NaN
        included) are left out and counted

    """
    x, z = np.asarray(frequency, np.float64), np.asarray(value, np.float64)
    kept = (x > 0) & (z > 0)
    total, left_out = float(kept.sum()), float((~kept).sum())
    if len(np.unique(z[kept])) < 2:
        reason = "fewer than two different values of repeat customers"
        return ValueFit(None, np.nan, total, left_out, np.nan, False, reason)
    rows, counts = _distinct_rows({"frequency": x[kept], "value": z[kept]})
    x, z = rows.T
    unit = float(counts @ z) / total

    def objective(logs: Floats) -> tuple[float, Floats]:
        p, q, v = np.exp(logs)
        values, slopes = _value_terms(ValueParameters(p, q, v), x, z / unit)
        gradient = (slopes @ counts) * np.exp(logs)
        return -float(counts @ values) / total, -gradient / total

    found, reason = _maximise(objective, ("p", "q", "v"))
    p, q, v = map(float, np.exp(found))
    parameters = ValueParameters(p, q, v * unit)
    if reason == "" and q <= 1:
        reason = f"q = {q:.3g} is not above 1: the mean order value is infinite"
    deviations = rows - counts @ rows / total
    second = (deviations * counts[:, None]).T @ deviations
    spread = float(np.sqrt(second[0, 0] * second[1, 1]))
    return ValueFit(
        parameters,
        float(counts @ _value_terms(parameters, x, z)[0]),
        total,
        left_out,
        float(second[0, 1]) / spread if spread > 0 else np.nan,
        reason == "",
        reason,
    )


def expected_order_value(
    parameters: ValueParameters, frequency: ArrayLike, value: ArrayLike
) -> Floats:
    """Return the (n,) mean order values to expect, shrunk to the mean of everyone.

    p (v + x z) / (p x + q - 1) (Fader, Hardie 2013, equation 5); without a repeat
    order it is everyone's mean, p v / (q - 1). Returns may have outweighed the repeat
    orders: a value below 0, which the model does not know, counts as 0.

    Raises
    ------
    ValueError : q is not above 1, so that there is no mean

    """
    _check_mean_exists(parameters)
    x, z = np.asarray(frequency, np.float64), np.asarray(value, np.float64)
    spent = x * np.where((x > 0) & (z > 0), z, 0.0)
    return parameters.p * (parameters.v + spent) / (parameters.p * x + parameters.q - 1)


def probability_alive_sql(
    parameters: PurchaseParameters,
    frequency: str = "frequency",
    recency: str = "recency_weeks",
    age: str = "age_weeks",
) -> str:
    """Return ``probability_alive`` as a SQL expression over three columns."""
    m = {name: literal(getattr(parameters, name)) for name in ("r", "alpha", "a", "b")}
    escaped = frequency if parameters.is_modified else f"{frequency} - 1"
    alive = (
        f"1e0 / (1e0 + {m['a']} / ({m['b']} + {escaped}) * exp(least("
        f"({m['r']} + {frequency}) * ln(({m['alpha']} + {age}) / "
        f"({m['alpha']} + {recency})), {LARGEST_EXPONENT}e0)))"
    )
    if parameters.is_modified:
        return alive
    return f"case when {frequency} = 0 then 1e0 else {alive} end"


def expected_purchases_sql(
    parameters: PurchaseParameters,
    horizon: float,
    frequency: str = "frequency",
    recency: str = "recency_weeks",
    age: str = "age_weeks",
) -> str:
    """Return ``expected_purchases`` as a SQL expression over three columns.

    Two sums over the rows of ``nodes_frame``. 1 - exp(-y) loses its digits where y is
    small; 2 tanh(y / 2) / (1 + tanh(y / 2)) is the same and keeps them, and the
    logarithm in y is kept by atanh: ln(1 + u) = 2 atanh(u / (2 + u)).
    """
    m = parameters
    order_rate = f"({literal(m.r)} + {frequency})"
    elapsed = f"2e0 * ({literal(m.alpha)} + {age})"
    above, below = [], []
    for row in nodes_frame(m).itertuples():
        p, reach = (
            literal(row.dropout_probability),
            literal(row.dropout_probability * horizon),
        )
        weight = (
            f"{literal(row.weight)} * exp(greatest("
            f"{frequency} * {literal(row.log_survival)}, -{LARGEST_EXPONENT}e0))"
        )
        half = f"tanh({order_rate} * atanh({reach} / ({elapsed} + {reach})))"
        above.append(f"{weight} * 2e0 / ({p} * (1e0 + 1e0 / {half}))")
        below.append(weight)
    alive = probability_alive_sql(m, frequency, recency, age)
    return "({})\n* ({})\n/ ({})".format(alive, "\n+ ".join(above), "\n+ ".join(below))


def expected_order_value_sql(
    parameters: ValueParameters,
    frequency: str = "frequency",
    value: str = "average_order_value",
) -> str:
    """Return ``expected_order_value`` as a SQL expression over two columns."""
    _check_mean_exists(parameters)
    p, v = literal(parameters.p), literal(parameters.v)
    rest = literal(parameters.q - 1)
    # without a repeat order the value is NULL
    spent = f"case when {value} > 0 then {frequency} * {value} else 0e0 end"
    return f"{p} * ({v} + {spent}) / ({p} * {frequency} + {rest})"


def parameters_frame(fits: Sequence[PurchaseFit | ValueFit]) -> pd.DataFrame:
    """Return one row per model and parameter; one with NULLs where nothing fitted."""
    records = []
    for fit in fits:
        is_value = isinstance(fit, ValueFit)
        common = (
            fit.log_likelihood,
            fit.customer_count,
            fit.correlation if is_value else None,
            fit.is_usable,
            fit.reason or None,
        )
        model = "gamma_gamma"
        if not is_value:
            model = "mbg_nbd" if fit.is_modified else "bg_nbd"
        values: dict[str | None, float | None] = {None: None}
        if fit.parameters is not None:
            values = dict(vars(fit.parameters))
            values.pop("is_modified", None)
        records += [(model, name, value, *common) for name, value in values.items()]
    return typed_frame(records, FIT_DTYPES)


def nodes_frame(parameters: PurchaseParameters | None) -> pd.DataFrame:
    """Return one row per node of the quadrature over the probability of drop-out.

    ``weight`` holds the escape from drop-out at the first order in MBG/NBD, so that
    the SQL is the same for both models: weight * exp(frequency * log_survival).
    """
    if parameters is None:
        return typed_frame([], NODE_DTYPES)
    p, weights = dropout_nodes(parameters).T
    if parameters.is_modified:
        weights = weights * (1 - p)
    kept = weights > 0
    rows = zip(p[kept], np.log1p(-p[kept]), weights[kept], strict=True)
    return typed_frame([(i, *row) for i, row in enumerate(rows, start=1)], NODE_DTYPES)


def mean_absolute_error(actual: ArrayLike, expected: ArrayLike) -> float:
    """Return the mean of |actual - expected| over customers."""
    return float(np.abs(np.subtract(actual, expected)).mean())


def decile_frame(actual: ArrayLike, expected: ArrayLike) -> pd.DataFrame:
    """Return the totals of a held-out period by decile, 10 the highest expected.

    Customers expected to buy equally often share a decile (by their mean rank), so
    the order of the rows does not matter and a decile may be missing.
    """
    actual_, expected_ = np.asarray(actual, float), np.asarray(expected, float)
    decile = deciles(expected_)
    return typed_frame(
        [
            (
                int(i),
                int((decile == i).sum()),
                float(actual_[decile == i].sum()),
                float(expected_[decile == i].sum()),
            )
            for i in np.unique(decile)
        ],
        DECILE_DTYPES,
    )


def _purchase_terms(
    m: PurchaseParameters,
    orders: Floats,
    place: NDArray[np.intp],
    t_x: Floats,
    age: Floats,
) -> tuple[Floats, Floats]:
    """Return the (n,) log-likelihoods and their (4, n) slopes in r, alpha, a, b.

    A customer is alive at T, or dropped out at t_x: two terms, added as logarithms
    (Fader et al. 2005, equation 6).
    The frequencies are ``orders[place]``: few differ, and the special functions, which
    take nearly all of the time, depend on nothing else.
    """
    from scipy.special import betaln, digamma, gammaln

    x = orders[place]
    escaped = orders + m.is_modified
    before_last = np.maximum(escaped, 1) - 1
    constant = (
        gammaln(m.r + orders) - gammaln(m.r) + m.r * np.log(m.alpha) - betaln(m.a, m.b)
    )
    survival = betaln(m.a, m.b + escaped)
    drop_out = np.where(escaped > 0, betaln(m.a + 1, m.b + before_last), -np.inf)
    all_of_b = digamma(m.a + m.b + escaped) - digamma(m.a + m.b)
    slope_of_r = digamma(m.r + orders) - digamma(m.r) + np.log(m.alpha)

    rate = m.r + x
    log_age, log_last = np.log(m.alpha + age), np.log(m.alpha + t_x)
    log_alive = survival[place] - rate * log_age
    log_gone = drop_out[place] - rate * log_last
    log_either = np.logaddexp(log_alive, log_gone)
    values = constant[place] + log_either
    alive, gone = np.exp(log_alive - log_either), np.exp(log_gone - log_either)
    slopes = np.stack(
        [
            slope_of_r[place] - alive * log_age - gone * log_last,
            m.r / m.alpha - rate * (alive / (m.alpha + age) + gone / (m.alpha + t_x)),
            gone / m.a - all_of_b[place],  # digamma(a + 1) = digamma(a) + 1 / a
            alive * digamma(m.b + escaped)[place]
            + gone * digamma(m.b + before_last)[place]
            - (digamma(m.b) + all_of_b)[place],
        ]
    )
    return values, slopes


def _value_terms(m: ValueParameters, x: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Return the (n,) log-likelihoods (equation 1a) and (3, n) slopes in p, q, v."""
    from scipy.special import betaln, digamma

    log_all = np.log(m.v + x * z)
    share = np.log(x * z) - log_all
    values = (m.p * x * share + m.q * (np.log(m.v) - log_all) - np.log(z)) - betaln(
        m.p * x, m.q
    )
    both = digamma(m.p * x + m.q)
    slopes = np.stack(
        [
            x * (share - digamma(m.p * x) + both),
            np.log(m.v) - log_all - digamma(m.q) + both,
            m.q / m.v - (m.p * x + m.q) / (m.v + x * z),
        ]
    )
    return values, slopes


def _maximise(
    objective: Callable[[Floats], tuple[float, Floats]], names: Sequence[str]
) -> tuple[Floats, str]:
    """Return the best log-parameters over all starts, and what is wrong with them."""
    from scipy.optimize import minimize

    fits = [
        minimize(
            objective,
            np.full(len(names), start),
            jac=True,
            method="L-BFGS-B",
            bounds=[(-LARGEST_LOG_PARAMETER, LARGEST_LOG_PARAMETER)] * len(names),
            options={"maxiter": 1000, "ftol": 1e-15, "gtol": LARGEST_GRADIENT / 100},
        )
        for start in STARTS
    ]
    best = min(fits, key=lambda fit: fit.fun)
    at_bound = [
        name
        for name, log in zip(names, best.x, strict=True)
        if abs(log) > LARGEST_LOG_PARAMETER - 0.01
    ]
    if at_bound:
        return best.x, f"the likelihood rises to the bound of {', '.join(at_bound)}"
    steepest = float(np.abs(objective(best.x)[1]).max())
    if not steepest < LARGEST_GRADIENT:
        return best.x, f"no maximum was found: the gradient is {steepest:.1e}"
    return best.x, ""


def _distinct_rows(columns: dict[str, ArrayLike]) -> tuple[Floats, Floats]:
    """Return the distinct rows, sorted, and how often each occurs."""
    import pandas as pd

    arrays = {name: np.asarray(values, np.float64) for name, values in columns.items()}
    first = next(iter(arrays.values()))
    for name, values in arrays.items():
        if values.shape != first.shape or not np.isfinite(values).all():
            raise ValueError(
                f"{name}: {first.shape} finite numbers are allowed; "
                f"got {values.shape} with {np.sum(~np.isfinite(values))} not finite"
            )
    counts = pd.DataFrame(arrays).groupby(list(columns)).size()
    return counts.index.to_frame().to_numpy(), counts.to_numpy(np.float64)


def _check_mean_exists(parameters: ValueParameters) -> None:
    if not parameters.q > 1:
        raise ValueError(f"q: a number above 1 is allowed; got {parameters.q!r}")
