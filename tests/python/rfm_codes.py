"""Definitions of RFM segments, checked: does every code have exactly one name?

A code is the three scores in a row, recency, frequency, monetary: "111" to "555". A
definition names the codes of its segment, as three ranges or one by one. Published sets
of definitions often overlap, leave customers over, or hold a segment nobody can be in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

Ranges = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]
"""Lowest and highest score of recency, frequency and monetary, both included."""


@dataclass(frozen=True)
class Faults:
    """What is wrong with a set of definitions; all empty where nothing is.

    ``overlaps``: codes that several definitions match, with their names in order.
    ``gaps``: codes that none matches. ``unreachable``: names that no customer is ever
    given where the first definition that matches wins.
    """

    overlaps: dict[str, tuple[str, ...]]
    gaps: tuple[str, ...]
    unreachable: tuple[str, ...]


def check_segments(
    definitions: Mapping[str, Ranges | Sequence[str]], scores: int = 5
) -> Faults:
    """Return the faults of definitions of RFM segments.

    Parameters
    ----------
    definitions
        Name to its three inclusive ranges of scores, or to a list of its codes, in the
        order in which they are tried.
    scores
        Number of scores of each measure: 5 for quintiles, 4 for quartiles.

    Returns
    -------
    Faults
        Overlaps, gaps and unreachable names, codes ascending.

    Raises
    ------
    ValueError
        A code or a range that does not lie within the scores.

    """
    codes = [
        "".join(map(str, code)) for code in product(range(1, scores + 1), repeat=3)
    ]
    members = {
        name: _codes_of(name, definition, scores)
        for name, definition in definitions.items()
    }
    names = {
        code: tuple(name for name, own in members.items() if code in own)
        for code in codes
    }
    given = {matched[0] for matched in names.values() if matched}
    return Faults(
        overlaps={code: matched for code, matched in names.items() if len(matched) > 1},
        gaps=tuple(code for code, matched in names.items() if not matched),
        unreachable=tuple(name for name in members if name not in given),
    )


def _codes_of(name: str, definition: Ranges | Sequence[str], scores: int) -> set[str]:
    if all(isinstance(code, str) for code in definition):
        allowed = {str(score) for score in range(1, scores + 1)}
        wrong = [c for c in definition if len(c) != 3 or not set(c) <= allowed]
        found = set(definition)
    else:
        wrong = [r for r in definition if not 1 <= r[0] <= r[1] <= scores]
        scored = (range(lowest, highest + 1) for lowest, highest in definition)
        found = {"".join(map(str, code)) for code in product(*scored)}
    if wrong:
        raise ValueError(
            f"{name}: three scores from 1 to {scores} are allowed; got {wrong[0]!r}"
        )
    return found
