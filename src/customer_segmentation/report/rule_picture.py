"""Rules as a picture: a tree where they form one, else a range per feature.

A rule is read from its SQL, whoever wrote it: comparisons of features with numbers,
joined by ``and``. Bounds are places between numbers, ``(value, 0)`` just before a value
and ``(value, 1)`` just after it, so that ``>``, ``>=``, ``<`` and ``<=`` compare alike.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

Place = tuple[float, int]
_LOWEST: Place = (-math.inf, 0)
_HIGHEST: Place = (math.inf, 1)

_NAME = r'(?:[a-z_][a-z0-9_]*|"(?:[^"]|"")+"|`(?:[^`]|``)+`)'
_NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_COMPARISON = rf"({_NAME}) (<=|>=|<|>) ({_NUMBER})"
_TERM = re.compile(
    rf"(?:\(({_NAME}) is null or {_COMPARISON}(?: and {_COMPARISON})?\)"
    rf"|{_COMPARISON})(?: and (?=\S)|$)",
    re.IGNORECASE,
)


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


def read_condition(condition: str) -> Box | None:
    """Return the ranges of a rule by feature; None where it is no plain list of them.

    A rule that always holds has none.
    """
    condition = " ".join(condition.split())
    if condition in ("1 = 1", "true"):
        return {}
    box: dict[str, Range] = {}
    position = 0
    while position < len(condition):
        term = _TERM.match(condition, position)
        if term is None:
            return None
        groups = term.groups()
        comparisons = [groups[i : i + 3] for i in (1, 4, 7) if groups[i] is not None]
        names = {_unquoted(name) for name, _, _ in comparisons}
        if groups[0] is not None:
            names.add(_unquoted(groups[0]))
        if len(names) > 1:
            return None
        (name,) = names
        if name in box and (groups[0] is not None or box[name].includes_null):
            return None
        for _, operator, value in comparisons:
            box[name] = _narrowed(box.get(name, Range()), operator, float(value))
        if groups[0] is not None:
            box[name] = replace(box[name], includes_null=True)
        position = term.end()
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


def _narrowed(values: Range, operator: str, value: float) -> Range:
    place = (value, 1 if operator in (">", "<=") else 0)
    if operator.startswith(">"):
        return replace(values, lower=max(values.lower, place))
    return replace(values, upper=min(values.upper, place))


def _unquoted(name: str) -> str:
    if name[0] in '"`':
        return name[1:-1].replace(name[0] * 2, name[0])
    return name


def _short(value: float) -> str:
    text = f"{value:,.10f}".rstrip("0").rstrip(".")
    return text if text not in ("0", "-0") or value == 0 else f"{value:g}"
