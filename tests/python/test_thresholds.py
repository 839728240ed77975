"""Thresholds are short, and they part the two numbers that they stand between."""

from __future__ import annotations

import math
import re
import struct
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from customer_segmentation.thresholds import (
    decimal_text,
    integer_cut,
    shortest_between,
)

FINITE = st.floats(allow_nan=False, allow_infinity=False)
CENTS = st.integers(-10_000_000, 10_000_000).map(lambda cents: cents / 100)
FLOAT32 = st.floats(allow_nan=False, allow_infinity=False, width=32)
TWO_DIGITS = st.builds(
    lambda mantissa, exponent: float(Decimal(mantissa).scaleb(exponent)),
    st.integers(-99, 99),
    st.integers(-3, 3),
)
SMALLEST_SUBNORMAL = 5e-324
LARGEST = 1.7976931348623157e308


def ulps_above(value: float, steps: int) -> float:
    for _ in range(steps):
        value = math.nextafter(value, math.inf)
    return value


def significant_digits(value: float) -> int:
    """Digits of the shortest decimal of a float64; none for zero."""
    return len("".join(map(str, Decimal(repr(value)).as_tuple().digits)).strip("0"))


def has_a_decimal_inside(lower: float, upper: float, digits: int) -> bool:
    """Is there a decimal of so many digits that float64 reads as inside the gap?

    In exact fractions: the numbers that round to a float64 inside begin halfway
    to the first one and end halfway behind the last.
    """
    first = math.nextafter(lower, math.inf)
    last = math.nextafter(upper, -math.inf)

    def is_read_inside(decimal: Fraction) -> bool:
        return abs(decimal) <= Fraction(LARGEST) and lower < float(decimal) < upper

    start = (Fraction(lower) + Fraction(first)) / 2
    end = (Fraction(last) + Fraction(upper)) / 2
    highest = Decimal(max(abs(lower), abs(upper))).adjusted() + 1
    lowest = min(Decimal(end).adjusted() for end in (lower, upper)) - digits
    for exponent in range(lowest, highest + 1):
        step = Fraction(10) ** exponent
        # the ends themselves too: a tie goes to the even float64, which may be inside
        below, above = math.floor(start / step), math.ceil(end / step)
        if any(
            0 < abs(mantissa) < 10**digits and is_read_inside(mantissa * step)
            for mantissa in (below, below + 1, above - 1, above)
        ):
            return True
    return False


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (1019.37, 1021.4, 1020.0),
        (97.3, 104.9, 100.0),
        (3.2, 1000.0, 500.0),
        (72.23, 72.24, 72.235),
        (72.22999786, 72.23, 72.229999),
        (-104.9, -97.3, -100.0),
        (1.0, 2.0, 1.5),
        (1.25, 1.75, 1.5),
        (1.25, 1.5, 1.4),
        (-1.5, -1.25, -1.4),
        (3.0, 4.0, 3.5),
        (20.0, 50.0, 30.0),
        (-50.0, -20.0, -40.0),
        (0.0, 0.001, 0.0005),
        (-0.0, 0.001, 0.0005),
        (-0.001, 0.0, -0.0005),
        (-3.0, 200.0, 0.0),
        (-SMALLEST_SUBNORMAL, SMALLEST_SUBNORMAL, 0.0),
        (SMALLEST_SUBNORMAL, 3 * SMALLEST_SUBNORMAL, 1e-323),
        (-LARGEST, LARGEST, 0.0),
        (1e308, LARGEST, 1.4e308),
        (2.0**53, 2.0**53 + 4, 2.0**53 + 2),
        (4.6e18, 4.7e18, 4.65e18),
    ],
)
def test_shortest_between_examples(lower, upper, expected):
    assert shortest_between(lower, upper) == expected


@pytest.mark.parametrize(
    "lower", [0.0, 1.0, -1.0, 72.23, 2.0**53, 2.0**62, -SMALLEST_SUBNORMAL, 1e-310]
)
def test_neighbouring_floats_are_parted_by_the_lower_one(lower):
    upper = math.nextafter(lower, math.inf)
    assert shortest_between(lower, upper) == lower


@pytest.mark.parametrize("lower", [0.1 + 0.2, 1.0 - 2**-53, 2.0**62, 1e-310, -72.23])
def test_two_ulps_leave_one_choice(lower):
    only = math.nextafter(lower, math.inf)
    assert shortest_between(lower, math.nextafter(only, math.inf)) == only


@given(FINITE | CENTS | FLOAT32, FINITE | CENTS | FLOAT32)
@example(-0.0, SMALLEST_SUBNORMAL)
def test_the_threshold_parts_its_neighbours(first, second):
    assume(first != second)
    lower, upper = min(first, second), max(first, second)
    threshold = shortest_between(lower, upper)
    assert lower <= threshold < upper
    is_inside = lower < threshold
    assert is_inside or math.nextafter(lower, math.inf) == upper
    assert math.copysign(1, threshold) == 1 or threshold < 0, "a negative zero"


@given(FINITE | CENTS, st.integers(2, 40))
@example(1.0, 2)
def test_tiny_gaps_have_a_number_strictly_inside(lower, steps):
    upper = ulps_above(lower, steps)
    assume(math.isfinite(upper))
    assert lower < shortest_between(lower, upper) < upper


@given(FINITE | CENTS | FLOAT32, FINITE | CENTS | FLOAT32 | st.integers(2, 40))
@settings(max_examples=200)
@example(2.290226391459852e16, 3)
def test_no_shorter_decimal_lies_between(lower, other):
    upper = ulps_above(lower, other) if isinstance(other, int) else other
    lower, upper = min(lower, upper), max(lower, upper)
    assume(math.isfinite(upper) and math.nextafter(lower, math.inf) < upper)
    digits = significant_digits(shortest_between(lower, upper))
    if digits > 0:
        assert not lower < 0 < upper
    if digits > 1:
        assert not has_a_decimal_inside(lower, upper, digits - 1)
    if digits > 0:
        assert has_a_decimal_inside(lower, upper, digits)


DECIMALS_OF_THREE_DIGITS = sorted(
    {
        Decimal(sign * mantissa).scaleb(exponent)
        for sign in (-1, 1)
        for mantissa in range(1, 1_000)
        for exponent in range(-6, 5)
        if mantissa % 10
    }
    | {Decimal(0)}
)


@given(TWO_DIGITS, TWO_DIGITS)
@settings(max_examples=40, deadline=None)
@example(20.0, 50.0)
@example(-50.0, -20.0)
def test_ties_go_to_the_middle_and_then_to_the_smaller(first, second):
    assume(first != second)
    lower, upper = min(first, second), max(first, second)
    middle = (Fraction(lower) + Fraction(upper)) / 2
    inside = [
        candidate
        for candidate in DECIMALS_OF_THREE_DIGITS
        if lower < float(candidate) < upper
    ]
    best = min(
        inside,
        key=lambda candidate: (
            significant_digits(float(candidate)),
            abs(Fraction(candidate) - middle),
            candidate,
        ),
    )
    assert shortest_between(lower, upper) == float(best)


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (3, 4, 3),
        (3, 5, 3),
        (97, 105, 100),
        (-105, -97, -100),
        (0, 1, 0),
        (-0.0, 1, 0),
        (-1, 0, -1),
        (-1, 1, 0),
        (-3, 200, 0),
        (0, 2, 0),
        (0, 10, 4),
        (0, 1_000, 500),
        (100, 200, 100),
        (2**53, 2**53 + 2, 2**53),
        (2**62, 2**62 + 1024, 2**62),
        (2**62, 2**63, 7e18),
    ],
)
def test_integer_cut_examples(lower, upper, expected):
    assert integer_cut(lower, upper) == expected


@given(st.integers(-(2**53), 2**53 - 1))
def test_neighbouring_integers_are_parted_by_the_lower_one(lower):
    assert integer_cut(lower, lower + 1) == lower


@given(st.integers(-3_000, 3_000), st.integers(1, 3_000))
@settings(max_examples=200)
def test_integer_cut_is_the_best_of_all_integers_in_the_gap(lower, width):
    upper = lower + width

    def order(candidate: int) -> tuple[int, float, int]:
        digits = len(str(abs(candidate)).rstrip("0")) or 1
        if lower < 0 == candidate:
            digits = 0
        return digits, abs(candidate - (lower + upper - 1) / 2), candidate

    assert integer_cut(lower, upper) == min(range(lower, upper), key=order)


@given(FINITE, FINITE)
def test_integer_cut_parts_integers_of_any_size(first, second):
    lower, upper = sorted((float(math.floor(first)), float(math.floor(second))))
    assume(lower < upper)
    cut = integer_cut(lower, upper)
    assert lower <= cut < upper
    assert cut.is_integer()


@pytest.mark.parametrize(
    ("lower", "upper"),
    [(1.0, 1.0), (2.0, 1.0), (0.0, -0.0), (math.nan, 1.0), (1.0, math.inf)],
)
@pytest.mark.parametrize("place", [shortest_between, integer_cut])
def test_an_empty_or_infinite_gap_is_refused(place, lower, upper):
    with pytest.raises(ValueError, match=r"lower < upper, got lower="):
        place(lower, upper)


@pytest.mark.parametrize(("lower", "upper"), [(1.5, 3.0), (1.0, 2.5)])
def test_integer_cut_refuses_fractions(lower, upper):
    with pytest.raises(ValueError, match=r"integer-valued, got lower="):
        integer_cut(lower, upper)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1020.0, "1020"),
        (1e3, "1000"),
        (0.35, "0.35"),
        (-0.5, "-0.5"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.000001, "0.000001"),
        (0.0000001, "1e-7"),
        (-2.5e-9, "-2.5e-9"),
        (1e15, "1000000000000000"),
        (1e16, "1e16"),
        (123456.789012345, "123456.789012345"),
        (123456.7890123456, "123456.7890123456e0"),
        (2.0**53, "9007199254740992e0"),
        (0.1 + 0.2, "0.30000000000000004e0"),
        (2.0**62, "4.611686018427388e18"),
        (SMALLEST_SUBNORMAL, "5e-324"),
        (LARGEST, "1.7976931348623157e308"),
    ],
)
def test_decimal_text_examples(value, expected):
    assert decimal_text(value) == expected


@given(FINITE | CENTS | FLOAT32)
def test_decimal_text_reads_back_and_is_the_shortest(value):
    text = decimal_text(value)
    assert float(text) == value
    assert re.fullmatch(r"-?(0|[1-9]\d*)(\.\d*[1-9])?(e-?\d+)?", text)
    digits = significant_digits(float(text))
    if digits > 1:
        shorter = f"{value:.{digits - 2}e}"
        assert float(shorter) != value
    if digits <= 15 and 1e-6 <= abs(value) < 1e16:
        assert "e" not in text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_decimal_text_refuses_what_sql_has_no_literal_for(value):
    with pytest.raises(ValueError, match="value must be finite, got"):
        decimal_text(value)


@given(st.lists(FINITE | CENTS | FLOAT32, min_size=20, max_size=50))
@settings(max_examples=20, deadline=None)
@example([0.1 + 0.2, 72.23, 72.22999786, 2.0**53, 1e15 - 0.125, 1.1e-6, 123456.789012])
def test_a_literal_in_sql_is_the_same_number(values):
    """Beside a DOUBLE column, whatever type the literal has by itself."""
    comparisons = " union all ".join(
        f"select value = {decimal_text(value)} as is_same from numbers "
        f"where position = {position}"
        for position, value in enumerate(values)
    )
    with duckdb.connect() as connection:
        connection.execute("create table numbers (position integer, value double)")
        connection.executemany(
            "insert into numbers values (?, ?)", list(enumerate(values))
        )
        stored = connection.execute("select value from numbers order by position")
        assert [struct.pack("d", row[0]) for row in stored.fetchall()] == [
            struct.pack("d", value) for value in values
        ]
        answers = connection.execute(comparisons).fetchall()
    assert answers == [(True,)] * len(values)
