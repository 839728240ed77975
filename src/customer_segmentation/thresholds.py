"""Short decimal thresholds for rules that people read.

A rule compares in float64: a row goes left where ``x <= t`` and right where
``x > t``. Any ``t`` with ``largest left value <= t < smallest right value``
moves no row, so the text of the rule may be as short as that gap allows.
"""

from __future__ import annotations

import math
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    Context,
    Decimal,
    Inexact,
    InvalidOperation,
)
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_FLOAT64_DIGITS = 17
"""Every float64 has a decimal of at most 17 digits that reads back as itself."""

MOST_EXACT_LITERAL_DIGITS = 15
"""Up to here (and up to 22 decimal places) one rounding turns the decimal into
the float64, whether a warehouse reads it as DECIMAL or as DOUBLE."""

PLAIN_EXPONENTS = range(-6, 16)
"""Decimal exponents of the leading digit that are written without ``e``."""

# The exact sum of two float64 numbers has at most 309 digits before the point
# and 1,074 after it. Inexact traps, so that a rounding could not pass unseen.
_EXACT = Context(prec=1_400, Emin=-9_999, Emax=9_999, traps=[Inexact, InvalidOperation])


def shortest_between(lower: float, upper: float) -> float:
    """The shortest decimal strictly between two float64 numbers.

    Fewest significant digits first, then nearest the middle of the gap, then
    the smaller, all in exact arithmetic on the float64 numbers. Zero has no
    significant digit, so it wins wherever the gap spans it.

    Parameters
    ----------
    lower, upper
        The ends of the gap, finite, ``lower < upper``.

    Returns
    -------
    float
        ``lower < result < upper``; or ``lower`` where no float64 lies between
        the two: it still parts them, because the comparison is ``x <= t``.

    Raises
    ------
    ValueError
        An end is not finite, or the gap is empty.
    """
    lower, upper = _checked_gap(lower, upper)
    if lower < 0.0 < upper:
        return 0.0
    if math.nextafter(lower, math.inf) == upper:
        return lower
    middle = _EXACT.divide(_EXACT.add(Decimal(lower), Decimal(upper)), Decimal(2))
    return _shortest_near(
        middle, lambda value: lower < value < upper, _to_significant_digits
    )


def integer_cut(lower: float, upper: float) -> float:
    """The shortest integer ``t`` that parts two integers: ``lower <= t < upper``.

    Fewest significant digits first, then nearest the middle of the gap, then
    the smaller. Between integers ``t`` cuts at ``t + 1/2``, and so neighbours
    are parted by the lower one: 3 and 4 by ``> 3``. Zero wins where it lies
    strictly inside the gap, as in :func:`shortest_between`; as the lower end
    it is a digit like any other.

    Parameters
    ----------
    lower, upper
        The ends of the gap, finite and integer-valued, ``lower < upper``.

    Returns
    -------
    float
        Integer-valued.

    Raises
    ------
    ValueError
        An end is not a finite integer, or the gap is empty.
    """
    lower, upper = _checked_gap(lower, upper)
    if not (lower.is_integer() and upper.is_integer()):
        raise ValueError(
            "lower and upper must be integer-valued, "
            f"got lower={lower!r}, upper={upper!r}"
        )
    if lower < 0.0 < upper:
        return 0.0
    ends = _EXACT.add(Decimal(lower), Decimal(upper))
    middle = _EXACT.divide(_EXACT.subtract(ends, Decimal(1)), Decimal(2))
    return _shortest_near(
        middle, lambda value: lower <= value < upper, _to_integer_digits
    )


def significant_digits(value: float) -> int:
    """Significant digits of the shortest decimal of a finite float64; 0 for zero."""
    digits = Decimal(repr(float(value))).as_tuple().digits
    return len("".join(map(str, digits)).strip("0"))


def nearest_short(value: float, digits: int, *, is_integer: bool) -> tuple[float, ...]:
    """The neighbours of a number among the decimals of at most so many digits.

    Parameters
    ----------
    value
        A finite number.
    digits
        Significant digits, from 1.
    is_integer
        Only integers are neighbours.

    Returns
    -------
    tuple of float
        The nearest one at or below and the nearest one at or above, as far as
        they are finite.
    """
    rounded = _to_integer_digits if is_integer else _to_significant_digits
    both = (
        float(rounded(Decimal(float(value)), digits, rounding)) + 0.0
        for rounding in (ROUND_FLOOR, ROUND_CEILING)
    )
    return tuple(number for number in both if math.isfinite(number))


def decimal_text(value: float) -> str:
    """The shortest decimal text that reads back as the same float64.

    Ordinary magnitudes (1e-6 up to 1e16) have no exponent: ``1020``, ``0.35``.
    Others are written like ``1e20``. A text of more than 15 digits always ends
    in an exponent (``0.30000000000000004e0``): it makes the literal a DOUBLE in
    SQL, while DuckDB before 2.0 misreads a DECIMAL literal of that length.

    Parameters
    ----------
    value
        A finite number; negative zero is written ``0``.

    Raises
    ------
    ValueError
        The value is not finite.
    """
    value = float(value)
    if not math.isfinite(value):
        raise ValueError(f"value must be finite, got {value!r}")
    if value == 0.0:
        return "0"
    shortest = Decimal(repr(value)).normalize(_EXACT)
    digits = len(shortest.as_tuple().digits)
    exponent = shortest.adjusted()
    if exponent not in PLAIN_EXPONENTS:
        return f"{shortest.scaleb(-exponent):f}e{exponent}"
    suffix = "e0" if digits > MOST_EXACT_LITERAL_DIGITS else ""
    return f"{shortest:f}{suffix}"


def _checked_gap(lower: float, upper: float) -> tuple[float, float]:
    """Both ends as floats, or a ValueError that says what is wrong."""
    # Adding zero turns -0.0 into 0.0, so that no threshold is a negative zero.
    lower, upper = float(lower) + 0.0, float(upper) + 0.0
    if not (math.isfinite(lower) and math.isfinite(upper) and lower < upper):
        raise ValueError(
            "lower and upper must be finite with lower < upper, "
            f"got lower={lower!r}, upper={upper!r}"
        )
    return lower, upper


def _shortest_near(
    middle: Decimal,
    is_allowed: Callable[[float], bool],
    rounded: Callable[[Decimal, int, str], Decimal],
) -> float:
    """The allowed decimal with the fewest digits, nearest to ``middle``.

    Rounding ``middle`` down and up gives its two neighbours among the decimals
    of that many digits. The allowed numbers are an interval around ``middle``,
    so if any decimal of that length is allowed, one of the two neighbours is.
    """
    for digits in range(1, MOST_FLOAT64_DIGITS + 1):
        candidates = (
            rounded(middle, digits, rounding)
            for rounding in (ROUND_FLOOR, ROUND_CEILING)
        )
        allowed = [
            candidate for candidate in candidates if is_allowed(float(candidate))
        ]
        if allowed:
            nearest = min(
                allowed,
                key=lambda candidate: (
                    _EXACT.abs(_EXACT.subtract(candidate, middle)),
                    candidate,
                ),
            )
            return float(nearest)
    raise AssertionError(f"no float64 near {middle} is allowed")  # pragma: no cover


def _to_significant_digits(value: Decimal, digits: int, rounding: str) -> Decimal:
    """``value`` rounded to so many significant digits."""
    return Context(prec=digits, rounding=rounding).plus(value)


def _to_integer_digits(value: Decimal, digits: int, rounding: str) -> Decimal:
    """``value`` rounded to an integer of at most so many significant digits."""
    step = Decimal(1).scaleb(max(value.adjusted() - digits + 1, 0))
    # Half of an odd number has one decimal: 1,400 digits are enough here too.
    return value.quantize(step, rounding=rounding, context=Context(prec=_EXACT.prec))
