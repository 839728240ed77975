"""Rules as a picture: a tree where they form one, else a range per feature.

A rule is read from its rows of segment_rule_conditions. Bounds are places between
numbers, ``(value, 0)`` just before a value and ``(value, 1)`` just after it, so that
``>``, ``>=``, ``<`` and ``<=`` compare alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Place = tuple[float, int]
_LOWEST: Place = (-math.inf, 0)
_HIGHEST: Place = (math.inf, 1)


@dataclass(frozen=True)
class Range:
    """The values of one feature for which a rule holds."""

    lower: Place = _LOWEST
    upper: Place = _HIGHEST
    includes_null: bool = False

    def text(self) -> str:
        """Return the range as people write it."""
        parts = []
        if self.lower != _LOWEST:
            parts.append(lower_text(self.lower))
        if self.upper != _HIGHEST:
            parts.append(upper_text(self.upper))
        if self.includes_null:
            parts.append("or unknown")
        return " ".join(parts) or "any"


Box = Mapping[str, Range]


@dataclass(frozen=True)
class Leaf:
    """A rule, by its place in the list of rules."""

    rule: int


@dataclass(frozen=True)
class Split:
    """A feature and the place at which it is cut."""

    feature: str
    place: Place
    above: Split | Leaf
    below: Split | Leaf
    null_above: bool = False
    null_below: bool = False


def lower_text(place: Place) -> str:
    """Return a lower bound, ``> 5`` or ``≥ 5``."""
    return f"{'>' if place[1] else '≥'} {_short(place[0])}"


def upper_text(place: Place) -> str:
    """Return an upper bound, ``≤ 5`` or ``< 5``."""
    return f"{'≤' if place[1] else '<'} {_short(place[0])}"


def read_box(conditions: Sequence[Mapping[str, Any]]) -> Box | None:
    """Return the ranges of a rule by feature, from its rows of segment_rule_conditions.

    None where a row has no bound: it tells whether the feature is known, which is no
    range of it.
    """
    box = {}
    for row in conditions:
        lower, upper = row["lower_bound"], row["upper_bound"]
        if lower is None and upper is None:
            return None
        box[row["feature"]] = Range(
            _LOWEST if lower is None else (lower, int(not row["is_lower_inclusive"])),
            _HIGHEST if upper is None else (upper, int(row["is_upper_inclusive"])),
            row["includes_null"],
        )
    return box


def grow_tree(boxes: Sequence[Box]) -> Split | Leaf | None:
    """Return the tree whose leaves are exactly these rules; None where there is none.

    Rules that overlap, leave a gap or need a value that another rule has taken form no
    tree: there the order of the branches counts.
    """
    return _grow(boxes, tuple(range(len(boxes))), {}) if boxes else None


def _grow(
    boxes: Sequence[Box], rules: tuple[int, ...], region: Box
) -> Split | Leaf | None:
    if len(rules) == 1:
        box = boxes[rules[0]]
        whole = Range()
        fills = all(
            (box.get(feature, whole).lower, box.get(feature, whole).upper)
            == (region.get(feature, whole).lower, region.get(feature, whole).upper)
            for feature in {*box, *region}
        )
        return Leaf(rules[0]) if fills else None
    # a cut through no rule leaves a tree on both sides if there was one
    for feature, place in _cuts(boxes, rules):
        above = tuple(
            rule for rule in rules if boxes[rule].get(feature, Range()).lower >= place
        )
        below = tuple(
            rule for rule in rules if boxes[rule].get(feature, Range()).upper <= place
        )
        if not above or not below or len(above) + len(below) != len(rules):
            continue
        inside = region.get(feature, Range())
        upper_tree = _grow(
            boxes, above, {**region, feature: replace(inside, lower=place)}
        )
        lower_tree = _grow(
            boxes, below, {**region, feature: replace(inside, upper=place)}
        )
        if upper_tree is None or lower_tree is None:
            return None
        return Split(
            feature,
            place,
            upper_tree,
            lower_tree,
            any(boxes[rule][feature].includes_null for rule in above),
            any(boxes[rule][feature].includes_null for rule in below),
        )
    return None


def _cuts(boxes: Sequence[Box], rules: tuple[int, ...]) -> list[tuple[str, Place]]:
    """Return the places at which rules end, those that most rules share first."""
    uses: dict[tuple[str, Place], int] = {}
    for rule in rules:
        for feature, values in boxes[rule].items():
            for place in (values.lower, values.upper):
                if math.isfinite(place[0]):
                    uses[feature, place] = uses.get((feature, place), 0) + 1
    return sorted(uses, key=lambda cut: (-uses[cut], cut))


def _short(value: float) -> str:
    text = f"{value:,.10f}".rstrip("0").rstrip(".")
    return text if text not in ("0", "-0") or value == 0 else f"{value:g}"
