"""Names, units, numbers and colours as people read them."""

from __future__ import annotations

import math
from decimal import Decimal
from html import escape
from textwrap import wrap

# Okabe and Ito, told apart with every kind of colour blindness; grey is Unclassified.
COLOURS = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7"),
    *("#56B4E9", "#D55E00", "#F0E442", "#000000"),
)
UNCLASSIFIED_COLOUR = "#8c8c8c"
# beyond eight segments colours come again, with another mark
SYMBOLS = ("circle", "diamond", "square", "cross")

_UNITS = {
    "total_sales": "currency",
    "average_order_value": "currency per order",
    "money_spent": "currency",
    "order_count": "orders",
    "products_purchased": "products",
    "complaints": "complaints",
    "quantity": "pieces",
    "age": "years",
    "spending_score": "0–100",
    "annual_income_thousands": "thousands of currency",
}
# words that the unit says
_NAMES = {"annual_income_thousands": "annual income"}
_ENDINGS = {"_days": "days", "_count": "number", "_share": "share", "_weeks": "weeks"}

Number = int | float | Decimal | None


def words(name: str) -> str:
    """Return the name of a column or segmentation as words."""
    return _NAMES.get(name, name.replace("_", " "))


def title(name: str) -> str:
    """Return the name of a column or segmentation as words, the first capitalised."""
    return words(name)[:1].upper() + words(name)[1:]


def unit(feature: str) -> str:
    """Return the unit of a feature; of a survey's question none is known."""
    if feature in _UNITS:
        return _UNITS[feature]
    for ending, name in _ENDINGS.items():
        if feature.endswith(ending):
            return name
    return ""


def with_unit(feature: str, default: str = "") -> str:
    """Return a feature's words with its unit in brackets, where one is known."""
    known = unit(feature) or default
    return f"{words(feature)} ({known})" if known else words(feature)


def colour(segment_id: int | None) -> str:
    """Return the colour of a segment or cluster; 0 and None are Unclassified."""
    if not segment_id:
        return UNCLASSIFIED_COLOUR
    return COLOURS[(segment_id - 1) % len(COLOURS)]


def symbol(segment_id: int | None) -> str:
    """Return the mark of a segment or cluster."""
    if not segment_id:
        return "circle-open"
    return SYMBOLS[(segment_id - 1) // len(COLOURS) % len(SYMBOLS)]


def of_these(number: int, noun: str) -> str:
    """Return a number with its noun: 1 rule, 4 rules."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def count(value: Number) -> str:
    """Return a whole number with separators; an unknown one as a dash."""
    return "–" if value is None else f"{value:,.0f}"


def share(value: Number) -> str:
    """Return a share as a percentage; what would round to 0 has two digits."""
    if value is None:
        return "–"
    percent = float(value) * 100
    digits = 1 if percent == 0 or abs(percent) >= 0.1 else 2
    return f"{percent:.{digits}f} %"


def number(value: Number) -> str:
    """Return a number with about four significant digits; unknown is a dash."""
    if value is None or not math.isfinite(value):
        return "–"
    size = abs(float(value))
    if size >= 1000:
        return f"{value:,.0f}"
    if 0 < size < 0.1:
        return f"{float(value):.3g}"
    digits = 1 if size >= 100 else 2
    text = f"{float(value):.{digits}f}"
    if float(text) == 0:
        return "0"
    return text.rstrip("0").rstrip(".") if float(text) == int(float(text)) else text


def ratio(value: Number) -> str:
    """Return a ratio or score with two digits; unknown is a dash."""
    return "–" if value is None else f"{value:.2f}"


def shortened(text: str, width: int) -> str:
    """Return text of at most so many characters, an ellipsis for what is cut."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def broken(text: str, width: int = 20, most_lines: int | None = 3) -> str:
    """Return text for a figure, broken into lines; Plotly reads it as markup."""
    lines = wrap(text, width, max_lines=most_lines, placeholder=" …")
    return "<br>".join(escape(line, quote=False) for line in lines)
