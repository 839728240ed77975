"""Lifetime value: published figures, the models' definitions, and SQL that agrees."""

from __future__ import annotations

import itertools

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import hyp2f1
from scipy.stats import beta, gamma

from customer_segmentation import lifetime
from customer_segmentation.lifetime import PurchaseParameters, ValueParameters

CDNOW = PurchaseParameters(0.243, 4.414, 0.793, 2.426)
MODIFIED = PurchaseParameters(0.525, 6.183, 0.891, 1.614, True)
REALISTIC = [
    CDNOW,
    MODIFIED,
    PurchaseParameters(1.2, 10.0, 1.0, 5.0),  # the closed form divides by a - 1
    PurchaseParameters(0.1, 1.0, 0.1, 0.3),
    PurchaseParameters(2.0, 5.0, 5.0, 20.0, True),
]


@pytest.fixture(scope="module")
def customers(test_data) -> pd.DataFrame:
    """Return the published summary of the CDNOW sample as of 1997-09-30, in weeks."""
    return pd.read_csv(test_data / "cdnow_customers_summary.csv")


@pytest.fixture(scope="module")
def orders(test_data) -> pd.DataFrame:
    """Return per CDNOW customer the repeat orders of both periods and their value."""
    return duckdb.sql(f"""
        with orders as (
            select customer_id, date, sum(dollar_value) as value
            from '{test_data / "cdnow_sample.parquet"}' group by 1, 2
        ),
        numbered as (
            select *, min(date) over (partition by customer_id) as first_date
            from orders
        )
        select
            count(*) filter (date > first_date and date <= '1997-09-30') as frequency,
            avg(value) filter (date > first_date and date <= '1997-09-30') as value,
            count(*) filter (date > '1997-09-30') as held_out
        from numbered group by customer_id order by customer_id
    """).df()


def arrays(customers: pd.DataFrame) -> tuple[np.ndarray, ...]:
    return tuple(
        customers[name].to_numpy(float) for name in ("frequency", "recency", "T")
    )


def grid() -> tuple[np.ndarray, ...]:
    """Return customers up to 500 orders and ten years, at most one order a day."""
    rows = [
        (x, share * age if x else 0.0, age)
        for x, age, share in itertools.product(
            [0, 1, 2, 3, 10, 50, 100, 500],
            [0.0, 0.5, 5.0, 39.0, 100.0, 521.0],
            [0.1, 0.7, 1.0],
        )
        if x <= 7 * age
    ]
    return tuple(np.array(rows, float).T)


def integrate(f, m: PurchaseParameters) -> float:
    """Return the mean of f(lambda, p) over the two distributions."""
    rate = gamma(m.r, scale=1 / m.alpha)
    dropout = beta(m.a, m.b)

    # quantiles as variables: the densities have poles, the quantiles have not
    def over_rate(v: float) -> float:
        p = dropout.ppf(v)
        return quad(lambda u: f(rate.ppf(u), p), 0, 1, epsabs=0, epsrel=1e-8)[0]

    return quad(over_rate, 0, 1, epsabs=0, epsrel=1e-7)[0]


def simulate(m: PurchaseParameters, count: int, age: float, seed: int, horizon=0.0):
    """Return frequency, recency, whether alive at ``age``, and orders after it."""
    rng = np.random.default_rng(seed)
    rates = rng.gamma(m.r, 1 / m.alpha, count)
    dropouts = rng.beta(m.a, m.b, count)
    x, recency, later = np.zeros(count), np.zeros(count), np.zeros(count)
    clock = np.zeros(count)
    alive = np.ones(count, bool)
    gone_at = np.full(count, np.inf)
    if m.is_modified:
        gone_at[rng.random(count) < dropouts] = 0.0
        alive = gone_at > 0
    while alive.any():
        clock[alive] += rng.exponential(1 / rates[alive])
        alive &= clock <= age + horizon
        inside = alive & (clock <= age)
        x[inside] += 1
        recency[inside] = clock[inside]
        later[alive & ~inside] += 1
        drops = alive & (rng.random(count) < dropouts)
        gone_at[drops] = clock[drops]
        alive &= ~drops
    return x, recency, gone_at > age, later


def run_sql(expression: str, **columns) -> np.ndarray:
    frame = pd.DataFrame({"row": range(len(next(iter(columns.values())))), **columns})
    with duckdb.connect() as connection:
        connection.register("customers", frame)
        query = f"select {expression} as score from customers order by row"
        return connection.sql(query).fetchnumpy()["score"]


def test_the_published_fit_of_bg_nbd(customers):
    fit = lifetime.fit_bg_nbd(*arrays(customers))
    m = fit.parameters
    assert fit.is_usable and fit.reason == "" and fit.customer_count == 2357
    assert [round(m.r, 3), round(m.alpha, 3)] == [0.243, 4.414]
    assert [round(m.a, 3), round(m.b, 3)] == [0.793, 2.426]
    assert round(fit.log_likelihood, 1) == -9582.4


def test_the_published_fit_of_mbg_nbd(customers):
    m = lifetime.fit_bg_nbd(*arrays(customers), modified=True).parameters
    found = [round(value, 3) for value in (m.r, m.alpha, m.a, m.b)]
    assert found == [0.525, 6.183, 0.891, 1.614]


def test_the_published_fit_of_gamma_gamma(orders):
    fit = lifetime.fit_gamma_gamma(orders["frequency"], orders["value"])
    m = fit.parameters
    assert [round(m.p, 2), round(m.q, 2), round(m.v, 2)] == [6.25, 3.74, 15.44]
    assert (fit.customer_count, fit.left_out_count) == (946, 1411)
    repeat = orders[orders["frequency"] > 0]
    expected = repeat["frequency"].corr(repeat["value"])
    assert fit.correlation == pytest.approx(expected, rel=1e-9)
    assert fit.is_usable


def test_the_published_customer():
    """Fader, Hardie, Lee (2005), Excel note: x 2, t_x 30.43, T 38.86 expects 1.226."""
    found = lifetime.expected_purchases(CDNOW, 39, [2], [30.43], [38.86])
    assert found[0] == pytest.approx(1.226, abs=5e-4)


def test_the_held_out_weeks(customers, orders):
    x, recency, age = arrays(customers)
    assert (orders["frequency"].to_numpy() == x).all()
    fit = lifetime.fit_bg_nbd(x, recency, age)
    expected = lifetime.expected_purchases(fit.parameters, 39, x, recency, age)
    actual = orders["held_out"].to_numpy()
    table = lifetime.decile_frame(actual, expected)
    assert table["expected"].is_monotonic_increasing
    # the two highest tenths make most of the orders, and are told apart
    assert table["actual"].iloc[-2:].is_monotonic_increasing
    assert table["actual"].iloc[-1] == pytest.approx(
        table["expected"].iloc[-1], rel=0.05
    )
    assert table["actual"].sum() == actual.sum()
    # 78 weeks: the paper's cumulative forecast lies a few per cent below the orders
    assert x.sum() + expected.sum() == pytest.approx(x.sum() + actual.sum(), rel=0.06)
    same_for_all = np.full(len(actual), expected.mean())
    assert lifetime.mean_absolute_error(actual, expected) < (
        0.85 * lifetime.mean_absolute_error(actual, same_for_all)
    )


@pytest.mark.parametrize("m", [CDNOW, MODIFIED, PurchaseParameters(2, 5, 1, 3)])
@pytest.mark.parametrize(
    "customer", [pytest.param((0, 0, 10), marks=pytest.mark.thorough), (4, 20, 30)]
)
def test_the_likelihood_is_that_of_the_model(m, customer):
    x, recency, age = customer
    escapes = x + m.is_modified

    def given(rate, p):
        orders = rate**x
        alive = (1 - p) ** escapes * orders * np.exp(-rate * age)
        if escapes == 0:
            return alive
        gone = p * (1 - p) ** (escapes - 1) * orders * np.exp(-rate * recency)
        return alive + gone

    one = (np.array([value], dtype=float) for value in (recency, age))
    (found,), _ = lifetime._purchase_terms(m, np.array([float(x)]), np.array([0]), *one)
    assert np.exp(found) == pytest.approx(integrate(given, m), rel=1e-5)


@pytest.mark.parametrize("modified", [False, True])
def test_parameters_come_back_from_simulated_customers(modified):
    m = PurchaseParameters(0.8, 6.0, 0.9, 2.5, modified)
    x, recency, _, _ = simulate(m, 40_000, 60, seed=1)
    fit = lifetime.fit_bg_nbd(x, recency, np.full(len(x), 60.0), modified=modified)
    found = fit.parameters
    assert fit.is_usable
    assert found.r == pytest.approx(m.r, rel=0.08)
    assert found.alpha == pytest.approx(m.alpha, rel=0.08)
    assert found.a / (found.a + found.b) == pytest.approx(0.9 / 3.4, rel=0.08)


def test_gamma_gamma_comes_back_from_simulated_customers():
    rng = np.random.default_rng(2)
    x = rng.integers(1, 12, 40_000)
    rate = rng.gamma(4.0, 1 / 15.0, len(x))
    value = rng.gamma(6.0 * x) / (rate * x)
    fit = lifetime.fit_gamma_gamma(x, value)
    found = fit.parameters
    for name, true in {"p": 6.0, "q": 4.0, "v": 15.0}.items():
        assert getattr(found, name) == pytest.approx(true, rel=0.05)
    expected = lifetime.expected_order_value(found, x, value)
    # calibrated: of those with a like expectation the true means average the same
    for i in range(1, 11):
        chosen = lifetime.deciles(expected) == i
        assert expected[chosen].mean() == pytest.approx(
            (6.0 / rate[chosen]).mean(), rel=0.03
        )


@pytest.mark.parametrize("m", [CDNOW, MODIFIED])
def test_alive_and_expected_orders_against_simulation(m):
    x, recency, alive, later = simulate(m, 400_000, 40, seed=3, horizon=30)
    age = np.full(len(x), 40.0)
    chance = lifetime.probability_alive(m, x, recency, age)
    expected = lifetime.expected_purchases(m, 30, x, recency, age)
    for group in (x == 0, x == 1, (x > 1) & (recency < 20), (x > 3) & (recency > 20)):
        error = alive[group].std() / np.sqrt(group.sum())
        assert abs(alive[group].mean() - chance[group].mean()) <= 4 * error
        error = later[group].std() / np.sqrt(group.sum())
        assert abs(later[group].mean() - expected[group].mean()) <= 4 * error


@pytest.mark.parametrize("m", REALISTIC)
@pytest.mark.parametrize("horizon", [1.0, 13.0, 104.0])
def test_expected_purchases_is_the_closed_form(m, horizon):
    """Equation 10, the hypergeometric function after Euler's transformation."""
    x, recency, age = grid()
    # at a = 1 the closed form is 0/0: its limit is between the two sides
    sides = (m.a,) if m.a != 1 else (1 - 1e-5, 1 + 1e-5)
    closed = []
    for a in sides:
        c = a + m.b + x + m.is_modified - 1
        z = horizon / (m.alpha + age + horizon)
        series = hyp2f1(a - 1, c - m.r - x, c, z)
        closed.append(c / (a - 1) * (1 - (1 - z) ** (a - 1) * series))
    expected = np.mean(closed, axis=0) * lifetime.probability_alive(m, x, recency, age)
    found = lifetime.expected_purchases(m, horizon, x, recency, age)
    np.testing.assert_allclose(found, expected, rtol=1e-9 if m.a != 1 else 1e-7)


@pytest.mark.parametrize("m", REALISTIC)
def test_sql_agrees(m):
    x, recency, age = grid()
    columns = {"frequency": x.astype(int), "recency_weeks": recency, "age_weeks": age}
    alive = run_sql(lifetime.probability_alive_sql(m), **columns)
    expected = lifetime.probability_alive(m, x, recency, age)
    # below 1e-290 a float64 has no digits to compare
    np.testing.assert_allclose(alive, expected, rtol=1e-9, atol=1e-290)
    for horizon in (1.0, 104.0):
        found = run_sql(lifetime.expected_purchases_sql(m, horizon), **columns)
        expected = lifetime.expected_purchases(m, horizon, x, recency, age)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-290)


@pytest.mark.parametrize("b", [0.5, 10, 249, 251, 1_000, 1_100, 8_000])
@pytest.mark.parametrize("a", [0.05, 1, 249, 251, 8_000])
def test_the_nodes_have_the_moments_of_the_beta(a, b):
    p, weights = lifetime.dropout_nodes(PurchaseParameters(1, 1, a, b)).T
    assert weights.sum() == pytest.approx(1)
    mean = a / (a + b)
    assert weights @ p == pytest.approx(mean, rel=1e-8)
    assert weights @ p**2 == pytest.approx(mean * (a + 1) / (a + b + 1), rel=1e-8)


def test_sql_of_the_order_value_agrees():
    m = ValueParameters(6.25, 3.74, 15.44)
    x, value = np.array([0, 1, 2, 40]), np.array([np.nan, 10.0, 33.3, 250.0])
    found = run_sql(
        lifetime.expected_order_value_sql(m), frequency=x, average_order_value=value
    )
    np.testing.assert_allclose(found, lifetime.expected_order_value(m, x, value), 1e-12)
    # by hand: p v / (q - 1), and p (v + z) / (p + q - 1)
    assert found[0] == pytest.approx(6.25 * 15.44 / 2.74, rel=1e-12)
    assert found[1] == pytest.approx(6.25 * 25.44 / 8.99, rel=1e-12)


def test_returns_that_outweigh_repeat_orders_make_no_value_negative():
    m = ValueParameters(6.25, 3.74, 15.44)
    x, value = np.array([1, 2]), np.array([-1490.0, 0.0])
    sql = lifetime.expected_order_value_sql(m)
    # by hand: p v / (p x + q - 1)
    expected = [6.25 * 15.44 / 8.99, 6.25 * 15.44 / 15.24]
    for found in (
        run_sql(sql, frequency=x, average_order_value=value),
        lifetime.expected_order_value(m, x, value),
    ):
        np.testing.assert_allclose(found, expected, 1e-12)


def test_rows_may_come_in_any_order(customers):
    x, recency, age = arrays(customers)
    fit = lifetime.fit_bg_nbd(x, recency, age)
    order = np.random.default_rng(0).permutation(len(x))
    assert lifetime.fit_bg_nbd(x[order], recency[order], age[order]) == fit


def test_the_unit_of_time_does_not_matter(customers):
    x, recency, age = arrays(customers)
    weeks = lifetime.fit_bg_nbd(x, recency, age).parameters
    days = lifetime.fit_bg_nbd(x, recency * 7, age * 7).parameters
    assert days.alpha == pytest.approx(7 * weeks.alpha, rel=1e-4)
    assert days.a == pytest.approx(weeks.a, rel=1e-4)


def test_a_fit_that_cannot_be_used_says_why():
    nobody = lifetime.fit_bg_nbd([0, 0], [0, 0], [3, 5])
    assert not nobody.is_usable and nobody.parameters is None
    assert "again" in nobody.reason
    # everybody buys at the same pace and nobody leaves: no spread to fit
    steady = lifetime.fit_bg_nbd([20] * 50, [20] * 50, [20] * 50)
    assert not steady.is_usable and "bound" in steady.reason
    alone = lifetime.fit_gamma_gamma([1, 0], [9.5, np.nan])
    assert not alone.is_usable and alone.parameters is None
    frame = lifetime.parameters_frame([nobody, alone])
    assert frame["parameter"].isna().all() and frame["reason"].notna().all()
    assert len(lifetime.nodes_frame(None)) == 0


def test_an_infinite_mean_value_is_not_used():
    rng = np.random.default_rng(4)
    x = rng.integers(1, 5, 5_000)
    rate = rng.gamma(0.6, 1.0, len(x))
    fit = lifetime.fit_gamma_gamma(x, rng.gamma(5.0 * x) / (rate * x))
    assert not fit.is_usable and "q = " in fit.reason
    with pytest.raises(ValueError, match="q: a number above 1"):
        lifetime.expected_order_value(fit.parameters, [1], [2.0])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((-1, 0, 3), "frequency"),
        ((1.5, 1, 3), "frequency"),
        ((0, 1, 3), "recency: 0 where"),
        ((2, 4, 3), "recency: 0 up to age"),
        ((2, np.nan, 3), "recency: .* finite"),
    ],
)
def test_impossible_rows_are_refused(row, message):
    with pytest.raises(ValueError, match=message):
        lifetime.fit_bg_nbd(*([value] for value in row))


def test_frames_are_typed():
    fit = lifetime.PurchaseFit(MODIFIED, -1.0, 5.0, True, "", is_modified=True)
    frame = lifetime.parameters_frame([fit])
    assert frame["model"].tolist() == ["mbg_nbd"] * 4
    assert frame["parameter"].tolist() == ["r", "alpha", "a", "b"]
    assert frame.dtypes.astype(str).to_dict() == lifetime.FIT_DTYPES
    assert frame["frequency_value_correlation"].isna().all()
    unfitted = lifetime.fit_bg_nbd([0.0], [0.0], [9.0], modified=True)
    assert lifetime.parameters_frame([unfitted])["model"].tolist() == ["mbg_nbd"]
    nodes = lifetime.nodes_frame(MODIFIED)
    assert nodes.dtypes.astype(str).to_dict() == lifetime.NODE_DTYPES
    # the mean of (1 - p) over Beta(a, b), by hand b / (a + b)
    assert nodes["weight"].sum() == pytest.approx(1.614 / 2.505, rel=1e-12)
