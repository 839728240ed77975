"""RFM definitions: the checker finds the faults of published ones, and none in ours."""

from __future__ import annotations

import csv

import pytest
from project import PROJECT
from rfm_codes import check_segments

# R package rfm 0.3.0, example of rfm_segment: lowest and highest score of recency,
# frequency and monetary
R_RFM_0_3 = {
    "Champions": ((5, 5), (5, 5), (5, 5)),
    "Potential Loyalist": ((3, 5), (3, 5), (2, 5)),
    "Loyal Customers": ((2, 4), (2, 4), (2, 4)),
    "Promising": ((3, 4), (1, 3), (3, 5)),
    "New Customers": ((4, 5), (1, 3), (1, 5)),
    "Can't Lose Them": ((1, 2), (3, 4), (4, 5)),
    "At Risk": ((1, 2), (2, 5), (4, 5)),
    "Need Attention": ((1, 3), (3, 5), (3, 5)),
    "About To Sleep": ((2, 3), (1, 3), (1, 4)),
    "Lost": ((1, 1), (1, 5), (1, 5)),
}
# R package rfm 0.2.2, the same example
R_RFM_0_2_2 = {
    "Champions": ((4, 5), (4, 5), (4, 5)),
    "Loyal Customers": ((2, 5), (3, 5), (3, 5)),
    "Potential Loyalist": ((3, 5), (1, 3), (1, 3)),
    "New Customers": ((4, 5), (1, 1), (1, 1)),
    "Promising": ((3, 4), (1, 1), (1, 1)),
    "Need Attention": ((2, 3), (2, 3), (2, 3)),
    "About To Sleep": ((2, 3), (1, 2), (1, 2)),
    "At Risk": ((1, 2), (2, 5), (2, 5)),
    "Can't Lose Them": ((1, 1), (4, 5), (4, 5)),
    "Lost": ((1, 2), (1, 2), (1, 2)),
}
# PyMC-Marketing, default segments of clv.rfm_segments: quartiles, codes one by one
_QUARTILE_CODES = {
    "Premium Customer": "333 334 343 344 433 434 443 444",
    "Repeat Customer": "143 232 233 234 243 244 332",
    "Top Spender": "124 133 134 144 224 313 314 323 324 413 414 423 424",
    "At Risk Customer": "122 123 132 212 214 222 223 312 322 412 422",
    "Inactive Customer": "111 112 113 114 211 311 411",
}
PYMC_MARKETING = {name: codes.split() for name, codes in _QUARTILE_CODES.items()}
STANDARD_NAMES = {
    "Champions", "Loyal", "Potential Loyalist", "New Customers", "Promising",
    "Need Attention", "About To Sleep", "At Risk", "Cannot Lose Them", "Hibernating",
    "Lost",
}  # fmt: skip


def test_published_definitions_that_overlap_and_leave_gaps():
    faults = check_segments(R_RFM_0_3)
    assert (len(faults.overlaps), len(faults.gaps)) == (58, 10)
    # by hand: three twos belong to Loyal Customers and to About To Sleep
    assert faults.overlaps["222"] == ("Loyal Customers", "About To Sleep")
    # by hand: recent and frequent with the lowest spend is nobody's
    assert {"551", "541", "451"} <= set(faults.gaps)


def test_published_definitions_with_names_never_given():
    faults = check_segments(R_RFM_0_2_2)
    assert faults.unreachable == ("New Customers", "Promising", "Can't Lose Them")


def test_published_quartiles_that_leave_customers_over():
    faults = check_segments(PYMC_MARKETING, scores=4)
    assert len(faults.gaps) == 18
    assert not faults.overlaps
    assert not faults.unreachable


def test_ours_has_one_name_for_every_code():
    with (PROJECT / "seeds/rfm_segments.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5**3
    definitions = {name: [] for name in STANDARD_NAMES}
    for row in rows:
        definitions[row["rfm_segment"]].append(row["rfm_score"])
    faults = check_segments(definitions)
    assert faults == type(faults)(overlaps={}, gaps=(), unreachable=())


def test_the_order_decides_who_is_unreachable():
    part, whole = ((2, 2),) * 3, ((1, 2),) * 3
    assert not check_segments({"part": part, "whole": whole}, scores=2).unreachable
    faults = check_segments({"whole": whole, "part": part}, scores=2)
    assert faults.unreachable == ("part",)
    assert faults.overlaps == {"222": ("whole", "part")}
    assert faults.gaps == ()


def test_a_definition_without_a_code_is_unreachable():
    faults = check_segments({"all": ["111"], "none": []}, scores=1)
    assert faults.unreachable == ("none",)


@pytest.mark.parametrize(
    ("definition", "got"),
    [
        (["115"], "'115'"),
        (["11"], "'11'"),
        (["101"], "'101'"),
        (((1, 4), (1, 5), (1, 4)), r"\(1, 5\)"),
        (((0, 4), (1, 4), (1, 4)), r"\(0, 4\)"),
        (((1, 4), (3, 2), (1, 4)), r"\(3, 2\)"),
    ],
)
def test_scores_that_do_not_exist_are_refused(definition, got):
    message = f"Best: three scores from 1 to 4 are allowed; got {got}"
    with pytest.raises(ValueError, match=message):
        check_segments({"Best": definition}, scores=4)
