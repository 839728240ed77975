"""Twelve months of Online Retail, a refit each; benchmarks/retraining.py has more."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from lineages import lineages
from rolling_months import (
    MONTHS,
    Model,
    fit,
    most_that_can_stay,
    numbered_as_found,
    numbered_by_measure,
    read_months,
)

from customer_segmentation.kmeans import fit_kmeans


@pytest.fixture(scope="module")
def months(test_data):
    file = test_data / "online_retail.parquet"
    if not file.exists():
        pytest.skip(f"no file {file}")
    return read_months(file, window_days=90)


@pytest.fixture(scope="module")
def models(months) -> list[Model]:
    """Return a fit per month, each matched to the one before."""
    found: list[Model] = []
    for month in months:
        found.append(fit(month.values, found[-1] if found else None))
    return found


def test_the_last_month_is_the_published_population(test_data):
    (month,) = read_months(test_data / "online_retail.parquet", None, MONTHS[-1:])
    assert len(month.customers) == 4_298
    assert month.values[:, 1].sum() == 17_758
    assert month.values[:, 0].sum() == pytest.approx(8_393_215.114, abs=0.01)


@pytest.mark.thorough
def test_no_renumbering_keeps_more_customers(months, models):
    """And naive numbers keep a third of them or less."""
    naive, matched = [], []
    for month, old, new in zip(months[1:], models, models[1:], strict=False):
        before, after = old.place(month.values), new.place(month.values)
        assert (before == after).sum() == most_that_can_stay(before, after)
        matched.append((before == after).mean())
        same = [
            numbered_as_found(month.values, old, seed).place(month.values)
            == numbered_as_found(month.values, new, seed + 1).place(month.values)
            for seed in range(3)
        ]
        naive.append(np.mean(same))
        by_measure = numbered_by_measure(new).place(month.values)
        old_measure = numbered_by_measure(old).place(month.values)
        assert (by_measure == old_measure).mean() <= matched[-1]
    assert np.mean(matched) > 0.8 > 0.35 > np.mean(naive)


def test_a_number_once_taken_is_not_given_to_others(models):
    """From one refit to the next: what is new is above all that is known."""
    for old, new in pairwise(models):
        added = set(new.numbers.tolist()) - set(old.numbers.tolist())
        assert len(set(new.numbers.tolist())) == len(new.numbers)
        assert all(number > old.numbers.max() for number in added)


def test_more_and_fewer_segments_are_named(months, models):
    """The number of clusters changes four times: each change has words."""
    changes = 0
    for month, old, new in zip(months[1:], models, models[1:], strict=False):
        told = lineages(
            dict(enumerate(old.place(month.values).tolist())),
            dict(enumerate(new.place(month.values).tolist())),
            old.numbers.tolist(),
            new.numbers.tolist(),
        )
        words = {word for word, _ in told.values()}
        if len(new.numbers) < len(old.numbers):
            changes += 1
            assert words & {"merged", "gone"}, told
        if len(new.numbers) > len(old.numbers):
            changes += 1
            assert words & {"split", "new"}, told
    assert changes >= 3


def test_warm_keeps_k_and_fits_later_customers_better_than_waiting(test_data):
    """Lifetime features grow by themselves, so that waiting costs something."""
    lifetime = read_months(test_data / "online_retail.parquet")
    above_fresh: dict[str, list[float]] = {"kept": [], "warm": []}
    for day in (4, 7):
        approved = fit(lifetime[day - 3].values)
        warm = fit(lifetime[day].values, approved, retraining="warm")
        assert set(warm.numbers.tolist()) == set(approved.numbers.tolist())
        for later in lifetime[day + 1 : day + 4]:
            for name, model in (("kept", approved), ("warm", warm)):
                fresh = fit_kmeans(model.scaled(later.values), len(model.numbers))
                above_fresh[name].append(model.inertia(later.values) / fresh.inertia)
    assert 1 <= np.mean(above_fresh["warm"]) < 1.05
    assert np.mean(above_fresh["warm"]) < np.mean(above_fresh["kept"])


def test_combined_finds_a_planted_type_on_later_customers(months):
    """Many tiny orders: nobody in the shop buys so before."""
    approved = fit(months[5].values, scaling="log1p_zscore")
    rng = np.random.default_rng(0)
    orders = rng.integers(25, 61, 120).astype(float)
    value = rng.uniform(3, 8, 120)
    planted = np.column_stack([orders * value, orders, value])
    today = rng.permutation(np.vstack([months[8].values, planted]))
    combined = fit(today, approved, scaling="log1p_zscore", retraining="combined")
    kept = len(approved.numbers)
    by_number = np.argsort(combined.numbers)
    assert (combined.numbers[by_number[:kept]] == np.sort(approved.numbers)).all()
    assert combined.centres[by_number[:kept]] == pytest.approx(
        approved.centres[np.argsort(approved.numbers)]
    )
    assert len(combined.numbers) == kept + 1
    new = combined.numbers.max()
    for later in months[9:12]:
        of_type = combined.place(planted) == new
        others = combined.place(later.values) == new
        assert of_type.mean() == 1 and others.sum() < 0.05 * len(planted)


def test_combined_adds_nothing_where_nothing_is_new(months):
    approved = fit(months[7].values, scaling="log1p_zscore")
    combined = fit(
        months[8].values, approved, scaling="log1p_zscore", retraining="combined"
    )
    assert set(combined.numbers.tolist()) == set(approved.numbers.tolist())
