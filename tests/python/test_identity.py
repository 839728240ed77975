"""Clusters get the numbers of the segments that share most members with them."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_segmentation.identity import match_clusters


def test_without_approved_segments_clusters_are_numbered_in_their_order():
    assert match_clusters([0, 1, 2], [0, 0, 0], 3, []).tolist() == [1, 2, 3]


def test_a_renumbering_is_undone():
    segments = np.repeat([1, 2, 3], 5)
    labels = np.repeat([2, 0, 1], 5)
    assert match_clusters(labels, segments, 3, [1, 2, 3]).tolist() == [2, 3, 1]


def test_a_new_cluster_takes_the_next_free_number():
    """Segment 7 has no member today, and its number is not given away."""
    labels = [0, 0, 1, 1, 2, 2]
    segments = [2, 2, 1, 1, 0, 0]
    assert match_clusters(labels, segments, 3, [1, 2, 7]).tolist() == [2, 1, 8]


def test_more_clusters_than_segments_and_fewer():
    labels = [0, 0, 0, 1, 1, 2]
    assert match_clusters(labels, [1] * 6, 3, [1]).tolist() == [1, 2, 3]
    assert match_clusters([0] * 6, [1, 1, 2, 2, 2, 3], 1, [1, 2, 3]).tolist() == [2]


def test_a_cluster_returns_to_the_number_that_it_comes_from():
    """Members decide first; an origin that another cluster has now is not shared."""
    labels, segments = [0, 0, 1, 2, 3], [2, 2, 1, 0, 0]
    origins = [1, 0, 7, 2]
    numbers = match_clusters(labels, segments, 4, [1, 2, 7], origins)
    assert numbers.tolist() == [2, 1, 7, 8]


@given(st.data())
def test_no_other_assignment_keeps_more_members(data):
    clusters = data.draw(st.integers(1, 4))
    taken = data.draw(st.lists(st.integers(1, 9), unique=True, max_size=4))
    n = data.draw(st.integers(1, 30))
    labels = data.draw(st.lists(st.integers(0, clusters - 1), min_size=n, max_size=n))
    segments = data.draw(st.lists(st.sampled_from([0, *taken]), min_size=n, max_size=n))
    numbers = match_clusters(labels, segments, clusters, taken)
    assert len(set(numbers.tolist())) == clusters and numbers.min() > 0
    assert all(number > max(taken, default=0) for number in set(numbers) - set(taken))

    def kept(assignment):
        pairs = zip(labels, segments, strict=True)
        return sum(assignment[label] == segment for label, segment in pairs)

    slots = [*taken, *([-1] * clusters)]
    most = max(kept(choice) for choice in permutations(slots, clusters))
    assert kept(numbers) == most


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="must be as many, got 2, 1"):
        match_clusters([0, 0], [1], 1, [1])
    with pytest.raises(ValueError, match=r"one of \[1\], got \[4\]"):
        match_clusters([0], [4], 1, [1])
    with pytest.raises(
        ValueError, match=r"origins must be 0 or one of \[1\], got \[4\]"
    ):
        match_clusters([0], [1], 1, [1], [4])
