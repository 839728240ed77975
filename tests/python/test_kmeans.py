"""The fit: published figures, determinism, numbering, what it refuses."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project import read_parquet
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_info, threadpool_limits

from customer_segmentation import kmeans
from customer_segmentation.kmeans import KMeansFit, fit_kmeans, number_clusters


def separated(k: int, seed: int, rows_each: int = 60, d: int = 2) -> np.ndarray:
    """Return k normal clusters on a circle, neighbours 12 standard deviations apart."""
    rng = np.random.default_rng(seed)
    angles = 2 * np.pi * np.arange(k) / k
    radius = 6 / np.sin(np.pi / k)
    centres = np.zeros((k, d))
    centres[:, :2] = radius * np.column_stack([np.cos(angles), np.sin(angles)])
    rows = np.repeat(centres, rows_each, axis=0)
    return rng.permutation(rows + rng.normal(size=rows.shape))


@pytest.fixture(scope="module")
def online_retail(test_data: Path) -> tuple[np.ndarray, pd.DataFrame]:
    table = read_parquet(test_data / "seed001_customers.parquet")
    columns = ["TotalSales_z", "OrderCount_z", "AvgOrderValue_z"]
    return table[columns].to_numpy(dtype=float), table


def test_online_retail_k4_reaches_the_best_known_optimum(online_retail):
    scaled, table = online_retail
    fit = fit_kmeans(scaled, 4)
    assert fit.inertia <= 3043.83
    order = number_clusters(
        fit.centroids, fit.labels, table[["TotalSales"]].to_numpy(), 0
    )
    fit = kmeans.renumber(fit, order)
    np.testing.assert_allclose(
        fit.centroids[[0, 3]],
        [[1.206, 1.003, 0.871], [-1.242, -0.790, -1.061]],
        atol=0.02,
    )
    overlap = pd.crosstab(fit.labels, table["segment_published"].to_numpy())
    assert overlap.max(axis=1).sum() >= 4280


@pytest.mark.parametrize("seed", [1, 2])
def test_online_retail_k4_is_the_same_partition_for_every_seed(online_retail, seed):
    scaled, _ = online_retail
    fit, other = fit_kmeans(scaled, 4), fit_kmeans(scaled, 4, random_state=seed)
    assert other.inertia <= 3043.83
    assert adjusted_rand_score(fit.labels, other.labels) > 0.99


def test_online_retail_partition_does_not_depend_on_row_order(online_retail):
    scaled, _ = online_retail
    order = np.random.default_rng(3).permutation(len(scaled))
    labels = np.empty(len(scaled), dtype=int)
    labels[order] = fit_kmeans(scaled[order], 4).labels
    assert adjusted_rand_score(labels, fit_kmeans(scaled, 4).labels) > 0.99


def test_mall_reproduces_the_published_clusters(test_data: Path):
    table = read_parquet(test_data / "mall_customers.parquet")
    published = read_parquet(test_data / "seed003_mall_labels.parquet")
    columns = ["Age", "Spending Score (1-100)", "Annual Income (k$)"]
    fit = fit_kmeans(
        table[columns].to_numpy(float), 6, algorithm="elkan", random_state=111
    )
    assert fit.inertia == pytest.approx(58300.44, abs=0.01)
    assert sorted(fit.sizes.tolist()) == [21, 22, 35, 38, 39, 45]
    assert adjusted_rand_score(fit.labels, published["cluster_published"]) == 1.0


def test_service_value_beyond_the_sample(test_data: Path):
    table = read_parquet(test_data / "seed002_customers_data.parquet")
    raw = table[["products_purchased", "complains", "money_spent"]].to_numpy(float)
    assert len(raw) > kmeans.SAMPLE_ROWS
    fit = fit_kmeans(raw, 5)
    assert fit.inertia == pytest.approx(117032.4, abs=0.1)
    assert fit.sizes.tolist() == [4800] * 5
    logged = np.log1p(raw)
    fit = fit_kmeans(logged, 5)
    assert fit.inertia == pytest.approx(89.29, abs=0.005)
    assert sorted(fit.sizes.tolist()) == [120, 4800, 4800, 4800, 9480]
    published = [17608.33, 3742.37, 1339.96, 160.34, 89.29, 51.15, 18.35, 6.87, 3.65]
    inertias = [fit_kmeans(logged, k).inertia for k in range(1, 10)]
    np.testing.assert_allclose(inertias, published, atol=0.006)


def test_survey_reproduces_published_centroids(test_data: Path):
    table = read_parquet(test_data / "seed000_survey_SYNTHETIC_reconstruction.parquet")
    answers = table.drop(columns="respondent_id").to_numpy(float)
    scaled = (answers - answers.mean(axis=0)) / answers.std(axis=0)
    assert fit_kmeans(scaled, 1).inertia == pytest.approx(300)
    fit = fit_kmeans(scaled, 2)
    assert fit.inertia == pytest.approx(69.7094, abs=5e-5)
    fit = kmeans.renumber(fit, number_clusters(fit.centroids, fit.labels, answers, 0))
    assert fit.sizes.tolist() == [82, 68]
    expected = [[0.79286835, 0.80281451], [-0.95610595, -0.96809985]]
    np.testing.assert_allclose(fit.centroids, expected, atol=1e-6)


def test_sample_path_finds_what_the_full_path_finds(monkeypatch):
    scaled = separated(6, seed=0, rows_each=500)
    full = fit_kmeans(scaled, 6)
    monkeypatch.setattr(kmeans, "SAMPLE_ROWS", 300)
    monkeypatch.setattr(kmeans, "COMPARISON_ROWS", 900)
    sampled = fit_kmeans(scaled, 6)
    assert sampled.inertia == pytest.approx(full.inertia, rel=1e-12)
    assert adjusted_rand_score(sampled.labels, full.labels) == 1.0


def test_sample_path_keeps_the_best_start(monkeypatch):
    # a cloud without clusters has many local optima
    scaled = np.random.default_rng(0).random((3_000, 2))
    monkeypatch.setattr(kmeans, "SAMPLE_ROWS", 1_000)
    monkeypatch.setattr(kmeans, "COMPARISON_ROWS", 2_000)
    best = fit_kmeans(scaled, 9, n_init=20).inertia
    singles = [
        fit_kmeans(scaled, 9, n_init=1, random_state=seed).inertia for seed in range(20)
    ]
    assert max(singles) > 1.02 * min(singles)
    assert best <= 1.001 * min(singles)


def test_rare_rows_beyond_the_sample_get_their_cluster(monkeypatch):
    # the sample holds two distinct rows only, the rest thirty
    rng = np.random.default_rng(1)
    distinct = np.exp(rng.normal(size=(30, 2)))
    counts = np.concatenate([[30, 30], rng.integers(1, 9, size=28)])
    scaled = np.repeat(distinct, counts, axis=0)
    full = fit_kmeans(scaled, 10, n_init=50)
    monkeypatch.setattr(kmeans, "SAMPLE_ROWS", 50)
    assert fit_kmeans(scaled, 10, n_init=50).inertia <= 1.1 * full.inertia


@given(
    seed=st.integers(0, 10_000),
    n=st.integers(4, 60),
    d=st.integers(1, 4),
    k=st.integers(1, 4),
)
@settings(max_examples=40, deadline=None)
def test_exchanges_end_where_no_move_of_one_row_gains(seed, n, d, k):
    rng = np.random.default_rng(seed)
    rows, weights = rng.normal(size=(n, d)), rng.integers(1, 9, size=n).astype(float)
    labels = rng.permutation(np.arange(n) % k)

    def inertia_of(labels):
        one_hot = (labels[:, None] == np.arange(k)) * weights[:, None]
        means = one_hot.T @ rows / np.maximum(one_hot.sum(axis=0), 1)[:, None]
        return float(weights @ np.square(rows - means[labels]).sum(axis=1))

    centres, inertia = kmeans._exchange(rows, weights, labels, np.zeros((k, d)))
    distances = np.square(rows[:, None] - centres).sum(axis=2)
    ended = distances.argmin(axis=1)
    assert inertia == pytest.approx(inertia_of(ended))
    assert inertia <= inertia_of(labels) * (1 + 1e-12)
    for row, cluster in itertools.product(range(n), range(k)):
        moved = ended.copy()
        moved[row] = cluster
        assert inertia_of(moved) >= inertia * (1 - 1e-9)


def test_few_distinct_rows_in_any_order_are_one_fit():
    rng = np.random.default_rng(0)
    scaled = rng.integers(1, 8, size=(400, 3)) * [1.0, 1.1, 1.2]
    fit = fit_kmeans(scaled, 7)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        order, columns = rng.permutation(400), rng.permutation(3)
        other = fit_kmeans(scaled[order][:, columns], 7)
        np.testing.assert_allclose(other.centroids, fit.centroids[:, columns])
        np.testing.assert_array_equal(other.labels, fit.labels[order])


def test_distinct_rows_are_few_up_to_the_bound(monkeypatch):
    monkeypatch.setattr(kmeans, "EXCHANGED_ROWS", 6)
    lattice = np.array(list(itertools.product([0.0, 1.0, 2.0], [0.0, -1.0])))
    many = np.repeat(lattice, 5, axis=0)[np.random.default_rng(0).permutation(30)]
    rows, counts = kmeans._few_distinct_rows(many)
    expected = np.unique(many, axis=0, return_counts=True)
    np.testing.assert_array_equal(rows, expected[0])
    np.testing.assert_array_equal(counts, expected[1])
    assert kmeans._few_distinct_rows(np.vstack([many, [[3.0, 0.0]]])) is None
    assert kmeans._few_distinct_rows(np.arange(20.0)[:, None]) is None


@given(
    seed=st.integers(0, 10_000),
    n=st.integers(12, 80),
    d=st.integers(1, 4),
    k=st.integers(1, 6),
)
@settings(max_examples=25, deadline=None)
def test_fit_is_a_fixed_point_of_lloyd(seed, n, d, k):
    scaled = np.random.default_rng(seed).normal(size=(n, d))
    fit = fit_kmeans(scaled, k)
    distances = np.square(scaled[:, None] - fit.centroids).sum(axis=2)
    own = distances[np.arange(n), fit.labels]
    np.testing.assert_allclose(own, distances.min(axis=1), atol=1e-9)
    assert fit.inertia == pytest.approx(own.sum())
    means = [scaled[fit.labels == i].mean(axis=0) for i in range(k)]
    np.testing.assert_allclose(fit.centroids, means, atol=1e-9)


@given(seed=st.integers(0, 1000), k=st.integers(2, 5), shift=st.floats(-100, 100))
@settings(max_examples=15, deadline=None)
def test_separated_clusters_survive_order_shift_and_scale(seed, k, shift):
    scaled = separated(k, seed, rows_each=20)
    order = np.random.default_rng(seed).permutation(len(scaled))
    labels = fit_kmeans(scaled, k).labels
    moved = fit_kmeans(3 * scaled[order] + shift, k).labels
    assert adjusted_rand_score(labels[order], moved) == 1.0


def test_two_calls_are_equal_bit_by_bit_whatever_the_threads():
    scaled = np.random.default_rng(0).normal(size=(5_000, 3))
    fits = []
    for threads in (1, 2, 4):
        with threadpool_limits(threads):
            fits.append(fit_kmeans(scaled, 5))
    for fit in fits[1:]:
        assert fit.centroids.tobytes() == fits[0].centroids.tobytes()
        assert fit.labels.tobytes() == fits[0].labels.tobytes()
        assert fit.inertia == fits[0].inertia


def test_one_thread_limits_and_restores():
    from threadpoolctl import threadpool_info

    kmeans.check_matrix([[0.0]])
    with threadpool_limits(2):
        with kmeans.one_thread():
            assert {pool["num_threads"] for pool in threadpool_info()} == {1}
        assert 2 in {pool["num_threads"] for pool in threadpool_info()}


def test_one_row_duplicates_and_constant_column():
    fit = fit_kmeans([[3.0, 4.0]], 1)
    assert fit.centroids.tolist() == [[3.0, 4.0]]
    assert (fit.inertia, fit.labels.tolist()) == (0.0, [0])
    rows = np.repeat([[0.0, 7.0], [1.0, 7.0], [9.0, 7.0]], [4, 5, 6], axis=0)
    fit = fit_kmeans(rows, 3)
    assert fit.inertia == pytest.approx(0, abs=1e-20)
    assert sorted(fit.sizes.tolist()) == [4, 5, 6]


@pytest.mark.parametrize(
    ("matrix", "options", "message"),
    [
        ([[1.0], [1.0], [2.0]], {"k": 3}, r"k: at most .*distinct rows \(2\).*got 3"),
        ([[1.0], [2.0]], {"k": 0}, "k: an integer of at least 1 is allowed; got 0"),
        ([[1.0], [2.0]], {"k": 1.5}, "k: an integer .* got 1.5"),
        ([[1.0], [2.0]], {"k": True}, "k: an integer .* got True"),
        ([[1.0], [np.nan]], {"k": 1}, "scaled: finite .* got nan in row 1, column 0"),
        ([[1.0, np.inf]], {"k": 1}, "scaled: finite .* got inf in row 0, column 1"),
        ([1.0, 2.0], {"k": 1}, r"scaled: a matrix .* got shape \(2,\)"),
        (np.empty((0, 3)), {"k": 1}, r"scaled: a matrix .* got shape \(0, 3\)"),
        ([[1.0]], {"k": 1, "n_init": 0}, "n_init: .* at least 1 .* got 0"),
        ([[1.0]], {"k": 1, "max_iter": 0}, "max_iter: .* at least 1 .* got 0"),
        ([[1.0]], {"k": 1, "tol": -1.0}, r"tol: .* at least 0 .* got -1\.0"),
        ([[1.0]], {"k": 1, "algorithm": "auto"}, "algorithm: .*lloyd.*got 'auto'"),
    ],
)
def test_refusals_name_parameter_allowed_and_got(matrix, options, message):
    with pytest.raises(ValueError, match=message):
        fit_kmeans(matrix, **options)


def test_numbering_by_mean_then_size_then_centroid():
    centroids = [[0.0, 1.0], [0.0, 0.0], [1.0, 0.0], [2.0, 2.0]]
    labels = np.array([0, 1, 2, 2, 3])
    values = np.array([[0.0, 5.0], [0, 5], [0, 4], [0, 6], [0, 9]])
    # 3 has the highest mean; 0, 1, 2 tie at 5; 2 is bigger; 1 has the lower centroid
    assert number_clusters(centroids, labels, values, 1).tolist() == [3, 2, 1, 0]


def test_numbering_puts_empty_and_unknown_clusters_last():
    values = np.array([[np.nan], [-5.0], [-1.0], [np.nan]])
    order = number_clusters([[0.0], [1.0], [2.0]], [0, 1, 1, 1], values, 0)
    assert order.tolist() == [1, 0, 2]


def test_numbering_ignores_the_last_digits_of_a_sum():
    # .1 + .2 + .3 differs from .3 + .2 + .1 in the last digit
    values = np.array([[0.1], [0.2], [0.3], [0.3], [0.2], [0.1]])
    centroids, labels = [[1.0], [0.0]], [0, 0, 0, 1, 1, 1]
    assert number_clusters(centroids, labels, values, 0).tolist() == [1, 0]
    assert number_clusters(centroids, labels, values[::-1], 0).tolist() == [1, 0]


@given(seed=st.integers(0, 10_000), k=st.integers(1, 6))
@settings(max_examples=30, deadline=None)
def test_numbering_does_not_depend_on_present_numbers_or_row_order(seed, k):
    rng = np.random.default_rng(seed)
    centroids, labels = rng.normal(size=(k, 2)), rng.integers(k, size=40)
    values = rng.integers(0, 4, size=(40, 1)).astype(float)
    fit = KMeansFit(centroids, labels, 1.0)
    ordered = kmeans.renumber(fit, number_clusters(centroids, labels, values, 0))
    rows, numbers = rng.permutation(40), rng.permutation(k)
    shuffled = kmeans.renumber(KMeansFit(centroids, labels[rows], 1.0), numbers)
    again = kmeans.renumber(
        shuffled,
        number_clusters(shuffled.centroids, shuffled.labels, values[rows], 0),
    )
    np.testing.assert_array_equal(again.centroids, ordered.centroids)
    np.testing.assert_array_equal(again.labels, ordered.labels[rows])
    means = [values[ordered.labels == i].mean() for i in range(k) if i in labels]
    if len(means) == k:
        assert all(np.diff(means) <= 1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[0.0]], [0], [[1.0]], 1), r"order_by: .* 0\.\.0 is allowed; got 1"),
        (([[0.0]], [1], [[1.0]], 0), r"labels: .* 0\.\.0 are allowed; got 1\.\.1"),
        (([[0.0]], [0, 0], [[1.0]], 0), r"values: a matrix of 2 rows.*\(1, 1\)"),
    ],
)
def test_numbering_refusals(arguments, message):
    with pytest.raises(ValueError, match=message):
        number_clusters(*arguments)


def test_renumber_refuses_what_is_no_permutation():
    fit = KMeansFit(np.zeros((2, 1)), np.array([0, 1]), 0.0)
    with pytest.raises(ValueError, match=r"permutation: each of 0\.\.1 once"):
        kmeans.renumber(fit, [0, 0])


def test_a_warm_start_leads_to_the_optimum_beside_it():
    scaled = separated(4, seed=3)
    best = fit_kmeans(scaled, 4)
    warm = fit_kmeans(scaled, 4, starting_centroids=best.centroids + 0.5)
    assert warm.inertia == pytest.approx(best.inertia)
    assert adjusted_rand_score(best.labels, warm.labels) == 1
    # no other start is tried: from a bad one the fit stays in a bad optimum
    poor = best.centroids.copy()
    poor[1:] = poor[0] + np.arange(3)[:, None] * 1e-3
    stuck = fit_kmeans(scaled, 4, starting_centroids=poor, max_iter=1)
    assert stuck.inertia > best.inertia * 1.5
    # and it is left aside for another k
    other = fit_kmeans(scaled, 3, starting_centroids=poor)
    assert other.inertia == fit_kmeans(scaled, 3).inertia


def test_a_warm_start_of_other_features_is_refused():
    message = r"starting_centroids: 2 coordinates each, .* got 3"
    with pytest.raises(ValueError, match=message):
        fit_kmeans(separated(3, seed=0), 3, starting_centroids=np.zeros((3, 3)))


def test_averaged_runs_find_separated_clusters_and_repeat():
    scaled = separated(3, seed=5)
    best = fit_kmeans(scaled, 3)
    averaged = fit_kmeans(scaled, 3, averaged_runs=5)
    assert adjusted_rand_score(best.labels, averaged.labels) == 1
    assert averaged.inertia == pytest.approx(best.inertia)
    again = fit_kmeans(scaled, 3, averaged_runs=5)
    np.testing.assert_array_equal(averaged.centroids, again.centroids)


def test_every_thread_of_dbt_fits_with_one_thread():
    """The second fit is in another thread than the first, which is still alive."""
    found, first_has_fitted, may_end = [], threading.Event(), threading.Event()

    def fit() -> None:
        with kmeans.one_thread():
            found.append({pool["num_threads"] for pool in threadpool_info()})
        first_has_fitted.set()
        may_end.wait(10)

    first, second = threading.Thread(target=fit), threading.Thread(target=fit)
    first.start()
    first_has_fitted.wait(10)
    second.start()
    may_end.set()
    for thread in (first, second):
        thread.join()
    assert found == [{1}, {1}]
