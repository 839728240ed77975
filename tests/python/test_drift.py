"""The index of population stability, its law without a change, and Holm's p-values."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from customer_segmentation.drift import (
    DRAWS,
    QUANTILE,
    SMALLEST_EXPECTED,
    holm,
    no_change,
    psi,
)

COUNTS = st.lists(st.integers(0, 400), min_size=2, max_size=6)


def test_the_index_is_the_divergence_both_ways():
    before, now = np.array([50, 30, 20]), np.array([90, 60, 150])
    expected = stats.entropy(before, now) + stats.entropy(now, before)
    assert psi(before, now) == pytest.approx(expected, rel=1e-12)
    assert psi(7 * before, 3 * before) == pytest.approx(0, abs=1e-12)


def test_an_empty_cell_counts_as_half_an_entity():
    one_cell = (0.9 - 1) * np.log(0.9 / 1) + (0.1 - 0.005) * np.log(0.1 / 0.005)
    assert psi([90, 10], [100, 0]) == pytest.approx(one_cell, rel=1e-12)
    assert psi([90, 10, 0], [300, 5, 0]) == psi([90, 10], [300, 5])


def test_without_entities_there_is_no_index():
    assert np.isnan(psi([1, 2], [0, 0]))
    answer = no_change([1, 2], [0, 0])
    assert np.isnan([answer.p_value, answer.psi_quantile]).all()


@pytest.mark.parametrize("size", [5, 5_000])
def test_one_cell_cannot_change(size):
    answer = no_change([size, 0], [2 * size, 0])
    assert (answer.p_value, answer.psi_quantile) == (1, 0)


def test_fixed_levels_cry_wolf_in_small_samples():
    """Tenths of a hundred customers, and a hundred more of the same population."""
    random = np.random.default_rng(3)
    before = np.sort(random.random((4_000, 100)))
    edges = before[:, 9:99:10]
    cells = (random.random((4_000, 100, 1)) > edges[:, None]).sum(axis=2)
    now = (cells[:, :, None] == np.arange(10)).sum(axis=1)
    before = np.full(10, 10)
    assert (psi(before, now) > 0.25).mean() > 0.2
    sure = [no_change(before, month).p_value <= 0.01 for month in now[:400]]
    assert np.mean(sure) <= 0.01 + 3 * np.sqrt(0.01 * 0.99 / 400)


def test_many_entities_follow_chi_squared():
    before, now = np.full(10, 1_000), np.full(10, 500)
    now[:2] = 560, 440
    scale = 1 / before.sum() + 1 / now.sum()
    answer = no_change(before, now)
    expected = stats.chi2.sf(psi(before, now) / scale, df=9)
    assert answer.p_value == pytest.approx(expected, rel=1e-9)
    assert answer.psi_quantile == pytest.approx(scale * stats.chi2.isf(0.01, df=9))


@given(st.integers(2, 60), st.data())
def test_two_cells_are_fishers_exact_test_where_the_periods_are_as_large(n, data):
    """Deals then rank the same by index as by their chance."""
    before, now = data.draw(st.integers(0, n)), data.draw(st.integers(0, n))
    table = [[before, n - before], [now, n - now]]
    expected = stats.fisher_exact(table).pvalue
    assert no_change(*table).p_value == pytest.approx(expected, rel=1e-6)


def test_drawn_deals_have_the_chances_of_all_deals():
    before, now = np.array([9, 4, 2]), np.array([5, 3, 7])
    pooled, n = before + now, before.sum()
    law = stats.multivariate_hypergeom(m=pooled, n=n)
    deals = [
        deal for deal in product(*(range(c + 1) for c in pooled)) if sum(deal) == n
    ]
    chances = law.pmf(deals)
    values = psi(deals, pooled - np.array(deals))
    answer = no_change(before, now)
    expected = chances[values >= psi(before, now) - 1e-12].sum()
    assert answer.p_value == pytest.approx(
        expected, abs=4 * np.sqrt(expected * (1 - expected) / DRAWS)
    )
    above = chances[values > answer.psi_quantile + 1e-12].sum()
    assert above <= 1 - QUANTILE + 0.006
    assert chances[values >= answer.psi_quantile - 1e-12].sum() >= 1 - QUANTILE - 0.006


def test_a_clear_change_survives_the_correction_of_fifty_checks():
    p_value = no_change([30, 30, 30, 10], [5, 15, 30, 50]).p_value
    assert 50 * p_value < 0.01
    assert p_value > 0


@pytest.mark.parametrize(
    ("n", "least", "most"), [(100, 0.75, 0.9), (200, 0.3, 0.4), (1_000, 0, 1e-3)]
)
def test_a_fixed_level_cries_wolf_in_small_samples(n, least, most):
    """Ten cells, no change: the index passes .1 mostly, in a third, or never."""
    random = np.random.default_rng(3)
    counts = random.multinomial(n, np.full(10, 0.1), (2, 20_000))
    assert least <= (psi(*counts) >= 0.1).mean() <= most


@pytest.mark.parametrize("rarest", [3, SMALLEST_EXPECTED + 30])
def test_unchanged_periods_have_even_p_values(rarest):
    """One in twenty below .05, drawn from few entities or read from chi squared."""
    random = np.random.default_rng(1)
    shares = np.array([0.5, 0.25, 0.2, 0.05])
    size = round(rarest / shares.min())
    months = 400
    counts = random.multinomial(size, shares, (months, 2))
    share = np.mean([no_change(*month).p_value <= 0.05 for month in counts])
    assert share == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / months))


@settings(max_examples=12, deadline=None)
@given(COUNTS, COUNTS, st.randoms())
def test_periods_and_cells_may_change_places(before, now, random):
    cells = min(len(before), len(now))
    before, now = before[:cells], now[:cells]
    order = random.sample(range(cells), cells)
    plain = psi(before, now)
    moved = psi([now[i] for i in order], [before[i] for i in order])
    np.testing.assert_allclose(moved, plain, rtol=1e-9, atol=1e-12)
    if sum(before) and sum(now):
        assert plain >= 0
        p_value = no_change(before, now).p_value
        assert 0 <= p_value <= 1
        assert no_change(before, now).p_value == p_value


def test_wrong_counts_are_named():
    with pytest.raises(ValueError, match=r"same cells.*\(2,\) and \(3,\)"):
        no_change([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match=r"whole and at least 0, got 1\.5"):
        no_change([1.5, 2], [1, 2])
    with pytest.raises(ValueError, match="whole and at least 0, got -1"):
        no_change([1, 2], [-1, 2])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_the_closure_of_bonferroni(p_values):
    """Each check against every set of checks that it is in, as Holm's paper has it."""
    sets = [
        subset
        for size in range(1, len(p_values) + 1)
        for subset in combinations(range(len(p_values)), size)
    ]
    expected = [
        max(
            min(1, len(subset) * min(p_values[j] for j in subset))
            for subset in sets
            if i in subset
        )
        for i in range(len(p_values))
    ]
    np.testing.assert_allclose(holm(p_values), expected, rtol=1e-12)


def test_holm_leaves_out_what_is_no_check():
    np.testing.assert_allclose(holm([0.01, np.nan, 0.04]), [0.02, np.nan, 0.04])
    assert holm([]).shape == (0,)
