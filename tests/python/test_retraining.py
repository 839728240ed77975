"""Fits that start from approved centres, or leave them where they are."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from scipy.spatial.distance import cdist

from customer_segmentation import fits
from customer_segmentation.frames import typed_frame
from customer_segmentation.kmeans import fit_kmeans
from customer_segmentation.retraining import (
    nearest,
    outer_fence,
    refit_combined,
    refit_warm,
)

CENTRES = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
FAR = np.array([30.0, 30.0])


def groups(centres: np.ndarray, sizes: list[int], seed: int = 0) -> np.ndarray:
    """Return rows around each centre, mixed."""
    rng = np.random.default_rng(seed)
    rows = np.repeat(centres, sizes, axis=0)
    return rng.permutation(rows + rng.normal(size=rows.shape))


def test_warm_follows_its_customers_and_keeps_k():
    """Lloyd's fixed point from these starts, computed here."""
    rows = groups(CENTRES + np.array([1.5, -1.0]), [200, 150, 100])
    warm = refit_warm(rows, CENTRES, [4, 2, 9])
    assert warm.origins.tolist() == [4, 2, 9]
    centres = CENTRES
    for _ in range(100):
        labels = cdist(rows, centres).argmin(axis=1)
        centres = np.array([rows[labels == i].mean(axis=0) for i in range(3)])
    assert warm.fit.centroids == pytest.approx(centres)
    assert (warm.fit.labels == labels).all()
    assert warm.fit.inertia == pytest.approx(np.square(rows - centres[labels]).sum())


def test_warm_does_not_leave_the_optimum_that_it_starts_in():
    """A cold fit finds the better one; warm is for those who want the same segments."""
    pairs = np.array([[0.0, 0.0], [0.0, 9.0], [40.0, 0.0], [40.0, 15.0]])
    rows = groups(pairs, [50] * 4)
    start = np.array([[0.0, 0.0], [0.0, 9.0], [40.0, 8.0]])
    warm = refit_warm(rows, start, [1, 2, 3])
    assert (warm.fit.sizes == [50, 50, 100]).all()
    cold = fit_kmeans(rows, 3)
    assert sorted(cold.sizes) == [50, 50, 100] and cold.inertia < 0.7 * warm.fit.inertia


def test_combined_adds_a_new_type_and_moves_nothing():
    rows = groups(np.vstack([CENTRES, FAR]), [300, 200, 150, 80])
    combined = refit_combined(rows, CENTRES, [4, 2, 9], minimum_size=50)
    assert combined.origins.tolist() == [4, 2, 9, 0]
    assert (combined.fit.centroids[:3] == CENTRES).all()
    planted = rows[(rows > 20).all(axis=1)]
    assert len(planted) == 80
    assert combined.fit.centroids[3] == pytest.approx(planted.mean(axis=0))
    assert combined.fit.sizes.sum() == len(rows) and combined.fit.sizes[3] == 80
    assert "3 approved centres, which stay, and 1 new" in combined.reason
    assert "80 fit badly" in combined.reason
    distances = cdist(rows, combined.fit.centroids)
    assert (combined.fit.labels == distances.argmin(axis=1)).all()
    inertia = np.square(distances.min(axis=1)).sum()
    assert combined.fit.inertia == pytest.approx(inertia)


def test_combined_adds_two_types_where_there_are_two():
    far = np.vstack([FAR, [-30.0, 30.0]])
    rows = groups(np.vstack([CENTRES, far]), [400, 400, 400, 90, 60])
    combined = refit_combined(rows, CENTRES, [1, 2, 3], minimum_size=50)
    assert sorted(combined.fit.sizes[3:].tolist()) == [60, 90]


@pytest.mark.parametrize(
    ("size", "added"), [(50, 1), (49, 0)], ids=["large enough", "one too few"]
)
def test_a_new_cluster_needs_its_size(size, added):
    rows = groups(np.vstack([CENTRES, FAR]), [300, 200, 150, size])
    combined = refit_combined(rows, CENTRES, [1, 2, 3], minimum_size=50)
    assert len(combined.fit.centroids) == 3 + added
    if not added:
        assert "49 fit badly" in combined.reason
        assert "a new cluster needs 50" in combined.reason


def test_scattered_customers_make_no_cluster():
    """Many together, but nobody like another: groups of a few each."""
    rng = np.random.default_rng(1)
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    corners = 500 * np.column_stack([np.cos(angles), np.sin(angles)])
    scattered = np.repeat(corners, 8, axis=0) + rng.normal(size=(64, 2))
    rows = rng.permutation(np.vstack([groups(CENTRES, [300, 300, 300]), scattered]))
    combined = refit_combined(rows, CENTRES, [1, 2, 3], minimum_size=50)
    assert len(combined.fit.centroids) == 3
    assert "64 fit badly" in combined.reason
    assert "no 50 of them near one another" in combined.reason


def test_a_long_tail_is_no_type():
    """As large spenders are: many, all the way out, with nobody in common."""
    tail = np.column_stack([np.linspace(30, 3000, 100), np.zeros(100)])
    rng = np.random.default_rng(2)
    rows = rng.permutation(np.vstack([groups(CENTRES, [300, 300, 300]), tail]))
    combined = refit_combined(rows, CENTRES, [1, 2, 3], minimum_size=50)
    assert len(combined.fit.centroids) == 3


def test_nobody_far_away_leaves_everything():
    rows = groups(CENTRES, [200, 200, 200])
    combined = refit_combined(rows, CENTRES, [1, 2, 3], minimum_size=2)
    assert (combined.fit.centroids == CENTRES).all()
    assert "nobody fits badly" in combined.reason


def test_customers_on_their_centre_fit_it():
    """Distances of rounding have no fence that means anything."""
    rows = np.repeat(CENTRES, 30, axis=0)
    combined = refit_combined(rows, CENTRES + 1e-12, [1, 2, 3], minimum_size=2)
    assert len(combined.fit.centroids) == 3


def test_the_fence_is_that_of_tukey():
    assert outer_fence([1, 2, 3, 4, 5]) == 4 + 3 * (4 - 2)


@pytest.mark.parametrize("seed", range(3))
def test_row_order_changes_no_combination(seed):
    rows = groups(np.vstack([CENTRES, FAR]), [300, 200, 150, 80], seed)
    first = refit_combined(rows, CENTRES, [1, 2, 3], minimum_size=50)
    order = np.random.default_rng(seed).permutation(len(rows))
    second = refit_combined(rows[order], CENTRES, [1, 2, 3], minimum_size=50)
    assert first.fit.centroids == pytest.approx(second.fit.centroids)
    assert (first.fit.labels[order] == second.fit.labels).all()


def test_nearest_takes_the_first_of_equally_near():
    distances, labels = nearest(np.array([[5.0, 0.0]]), CENTRES)
    assert distances.tolist() == [5.0] and labels.tolist() == [0]


def test_wrong_arguments_are_named():
    rows = groups(CENTRES, [5, 5, 5])
    with pytest.raises(ValueError, match=r"centres: 2 coordinates each, .* got 3"):
        refit_warm(rows, np.zeros((2, 3)), [1, 2])
    for ids in ([1, 1, 2], [1, 2], [0, 1, 2]):
        with pytest.raises(ValueError, match="segment_ids: 3 different numbers from 1"):
            refit_warm(rows, CENTRES, ids)
    with pytest.raises(ValueError, match=r"centres: at most .* distinct rows"):
        refit_warm(np.zeros((9, 2)), CENTRES, [1, 2, 3])
    with pytest.raises(ValueError, match=r"minimum_size: .* got 0"):
        refit_combined(rows, CENTRES, [1, 2, 3], minimum_size=0)


# --- from the tables of the warehouse -------------------------------------------------

SETTINGS = {
    "features": ["spend", "visits"],
    "order_segments_by": "spend",
    "algorithm": "lloyd",
    "retraining": "cold",
    "k": "auto",
    "k_min": 2,
    "k_max": 4,
    "choose_k_by": "silhouette",
    "minimum_rows": 50,
    "minimum_segment_share": 0.01,
    "sample_rows": 200_000,
    "n_init": 5,
    "max_iter": 300,
    "tol": 1e-4,
    "random_state": 0,
    "starting_centroids": None,
    "averaged_runs": 0,
}

SCALES = {
    "none": (None, None, [(None, None)]),
    "zscore": (3.0, 2.0, [(None, None)]),
    "zscore of a constant": (3.0, 0.0, [(None, None)]),
    "log1p": (None, None, [(None, None)]),
    "log1p_zscore": (1.5, 0.5, [(None, None)]),
    "rank": (None, None, [(1.0, -1.5), (2.0, 0.0), (10.0, 1.5)]),
}


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        yield connection


def tables(connection, rows, approved, centroids, scaling="none", retired=()):
    """Return the relations that a fit reads; approved is {entity: segment}."""
    import pandas as pd

    ids = [f"c{i:04d}" for i in range(len(rows))]
    table = pd.DataFrame(rows, columns=SETTINGS["features"])
    table.insert(0, "entity_id", ids)
    members = [("shop", s, f"c{e:04d}", True) for e, s in approved.items()]
    members += [("shop", segment, None, False) for segment in retired]
    centres = [
        ("shop", segment, feature, value)
        for segment, point in centroids.items()
        for feature, value in zip(SETTINGS["features"], point, strict=True)
        if value is not None
    ]
    frames = {
        "features": table,
        "scaled": table,
        "eligibility": pd.DataFrame({"is_fittable": [True]}),
        "scaling": pd.DataFrame(
            {
                "feature": SETTINGS["features"],
                "point": 1,
                "scaling": scaling,
                "value": np.nan,
                "scaled_value": np.nan,
                "mean": np.nan,
                "standard_deviation": np.nan,
            }
        ),
        "labels": typed_frame([], fits.LABEL_DTYPES),
        "approved": typed_frame(
            members,
            {
                "segmentation": "string",
                "segment_id": "Int64",
                "entity_id": "string",
                "is_in_force": "boolean",
            },
        ),
        "approved_centroids": typed_frame(
            centres,
            {
                "segmentation": "string",
                "segment_id": "Int64",
                "feature": "string",
                "centroid": "Float64",
            },
        ),
    }
    return {name: connection.from_df(frame) for name, frame in frames.items()}


def fit(connection, rows, approved, centroids, retired=(), **changed):
    """Return {cluster_id: centre}, its nearest rows counted, and the chosen k."""
    read = tables(connection, rows, approved, centroids, retired=retired)
    settings_ = {**SETTINGS, **changed}
    names = ("eligibility", "scaled", "scaling", "approved", "approved_centroids")
    selection = fits.fit_k_selection(
        "shop", settings_, **{name: read[name] for name in names}
    )
    names = ("labels", "features", "scaled", "scaling", "approved")
    centres = fits.fit_centroids(
        "shop",
        settings_,
        k_selection=connection.from_df(selection),
        approved_centroids=read["approved_centroids"],
        **{name: read[name] for name in names},
    )
    table = centres.pivot(index="cluster_id", columns="feature", values="centroid")
    (chosen,) = selection[selection["is_chosen"]].itertuples()
    points = {int(i): tuple(row) for i, row in table[SETTINGS["features"]].iterrows()}
    members = approve_nearest(rows, points).values()
    return points, {i: list(members).count(i) for i in points}, chosen


def approve_nearest(rows, centroids):
    """Return {entity: segment}: everyone in the segment whose centre is nearest."""
    ids = list(centroids)
    places = cdist(rows, np.array(list(centroids.values()))).argmin(axis=1)
    return {i: ids[place] for i, place in enumerate(places)}


APPROVED = {3: (0.0, 0.0), 1: (10.0, 0.0), 7: (0.0, 10.0)}


def test_warm_keeps_numbers_and_k_where_cold_would_not(connection):
    rows = groups(np.vstack([CENTRES, [11.0, 9.0]]), [150, 150, 150, 150])
    approved = approve_nearest(rows, APPROVED)
    points, sizes, chosen = fit(connection, rows, approved, APPROVED, retraining="warm")
    assert set(points) == {1, 3, 7} and chosen.k == 3
    assert chosen.choice_reason.startswith("k = 3 was kept from the approved segments")
    # those at (11, 9) are nearer to (10, 0) than to (0, 10)
    assert sizes == {1: 300, 3: 150, 7: 150}
    inertia = sum(
        np.square(rows - np.array(list(points.values()))[:, None]).sum(-1).min(axis=0)
    )
    assert chosen.inertia == pytest.approx(inertia)
    cold, _, chosen = fit(connection, rows, approved, APPROVED)
    assert chosen.k == 4 and set(cold) == {1, 3, 7, 8}


def test_combined_leaves_approved_centres_to_the_last_digit(connection):
    centroids = {3: (0.1, 1 / 3), 1: (10.000000000001, 0.0), 7: (2e-9, 10.0)}
    rows = groups(np.vstack([CENTRES, FAR]), [300, 200, 150, 60])
    approved = approve_nearest(rows[(rows < 20).all(axis=1)], centroids)
    points, sizes, chosen = fit(
        connection, rows, approved, centroids, retraining="combined"
    )
    assert {i: points[i] for i in centroids} == centroids
    assert set(points) == {1, 3, 7, 8} and sizes[8] == 60 and chosen.k == 4
    assert points[8] == pytest.approx(rows[(rows > 20).all(axis=1)].mean(axis=0))
    assert "k = 4 was made of 3 approved centres, which stay, and 1 new (combined)" in (
        chosen.choice_reason
    )


def test_combined_numbers_several_new_clusters_by_the_declared_measure(connection):
    far = np.vstack([FAR, [60.0, 30.0]])
    rows = groups(np.vstack([CENTRES, far]), [400, 400, 400, 60, 90])
    points, _, _ = fit(
        connection,
        rows,
        approve_nearest(rows, APPROVED),
        APPROVED,
        retraining="combined",
    )
    assert set(points) == {1, 3, 7, 8, 9}
    assert points[8][0] > 50 > points[9][0] > 20


def test_combined_keeps_a_centre_that_nobody_is_near_today(connection):
    centroids = {**APPROVED, 5: (-25.0, -25.0)}
    rows = groups(CENTRES, [100, 100, 100])
    approved = approve_nearest(rows, APPROVED)
    approved[10_000] = 5  # a member that has no features today
    points, sizes, _ = fit(connection, rows, approved, centroids, retraining="combined")
    assert points[5] == (-25.0, -25.0) and sizes[5] == 0


@pytest.mark.parametrize("retraining", ["warm", "combined"])
def test_without_approval_the_fit_is_cold_and_says_so(connection, retraining):
    rows = groups(CENTRES, [100, 100, 100])
    points, _, chosen = fit(connection, rows, {}, {}, retraining=retraining)
    cold, _, of_cold = fit(connection, rows, {}, {})
    assert points == cold
    assert chosen.choice_reason.startswith(of_cold.choice_reason)
    assert f"the fit is cold although retraining is {retraining}" in (
        chosen.choice_reason
    )


def test_a_segment_that_a_person_added_begins_at_its_members(connection):
    """It has no approved centre; one that lacks a feature is none either."""
    rows = groups(np.vstack([CENTRES, FAR]), [150, 150, 150, 40])
    everyone = {**APPROVED, 12: tuple(FAR)}
    approved = approve_nearest(rows, everyone)
    known = {**APPROVED, 12: (30.0, None)}
    points, sizes, _ = fit(connection, rows, approved, known, retraining="warm")
    assert set(points) == {1, 3, 7, 12} and sizes[12] == 40


def test_warm_does_not_begin_at_the_centre_of_a_segment_of_the_past(connection):
    """Its centre is still in the file, where a person took its last rule away."""
    rows = groups(CENTRES, [100, 100, 100])
    approved = approve_nearest(rows, APPROVED)
    centroids = {**APPROVED, 9: (0.5, 0.5)}
    points, _, chosen = fit(
        connection, rows, approved, centroids, retired=(9,), retraining="warm"
    )
    assert set(points) == {1, 3, 7} and chosen.k == 3


@pytest.mark.parametrize(("share", "numbers"), [(0.05, {1, 3, 7, 8}), (0.2, {1, 3, 7})])
def test_a_new_cluster_needs_the_share_of_a_segment(connection, share, numbers):
    """Sixty customers are minimum_rows, and a tenth of all."""
    rows = groups(np.vstack([CENTRES, FAR]), [240, 200, 100, 60])
    approved = approve_nearest(rows[(rows < 20).all(axis=1)], APPROVED)
    points, _, _ = fit(
        *(connection, rows, approved, APPROVED),
        retraining="combined",
        minimum_segment_share=share,
    )
    assert set(points) == numbers


def test_warm_returns_a_number_whose_members_went_elsewhere(connection):
    """Nobody is in 1 and 7 today; the clusters that began at their centres are."""
    rows = groups(CENTRES, [100, 100, 100])
    everyone = approve_nearest(rows, APPROVED)
    approved = {i: 3 for i, segment in everyone.items() if segment == 3}
    approved |= {10_000: 7, 10_001: 1}  # members that have no features today
    points, _, _ = fit(connection, rows, approved, APPROVED, retraining="warm")
    assert set(points) == {1, 3, 7}
    assert points[7][1] > 5 and points[1][0] > 5


def test_the_number_of_a_centre_without_rules_is_not_given_away(connection):
    """Approved centre 9 had no rule; a new cluster is 10."""
    rows = groups(np.vstack([CENTRES, [11.0, 11.0]]), [100, 100, 100, 100])
    centroids = {**APPROVED, 9: (500.0, 500.0)}
    approved = approve_nearest(rows, APPROVED)
    points, _, _ = fit(connection, rows, approved, centroids)
    assert set(points) == {1, 3, 7, 10}


def test_the_number_of_a_segment_of_the_past_is_not_given_away(connection):
    rows = groups(np.vstack([CENTRES, [11.0, 11.0]]), [100, 100, 100, 100])
    approved = approve_nearest(rows, APPROVED)
    points, _, _ = fit(connection, rows, approved, APPROVED, retired=(12,))
    assert set(points) == {1, 3, 7, 13}


@pytest.mark.parametrize("name", SCALES)
def test_a_value_scaled_and_back_is_the_same(name):
    mean, deviation, points = SCALES[name]
    scale = {
        "scaling": name.split(" ")[0],
        "value": [value for value, _ in points],
        "scaled_value": [scaled for _, scaled in points],
        "mean": [mean],
        "standard_deviation": [deviation],
    }
    for value in (1.0, 1.25, 2.0, 7.5, 10.0):
        back = fits.unscale(fits.rescale(value, scale), scale)
        assert back == pytest.approx(3.0 if deviation == 0 else value)
    if name == "rank":
        assert fits.rescale(0.0, scale) == -1.5 and fits.rescale(99.0, scale) == 1.5
    if name == "log1p_zscore":
        assert fits.rescale(np.expm1(2.0), scale) == pytest.approx(1.0)
