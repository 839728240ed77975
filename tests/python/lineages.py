"""What becomes of segments, by sets of members: a reference for ``segment_lineage``.

Written from the definitions of external transitions in Spiliopoulou, M., Ntoutsi, I.,
Theodoridis, Y., Schult, R. (2006). MONIC: modeling and monitoring cluster transitions.
KDD 2006, with a survival threshold of one half and a split threshold of a quarter.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction

HALF = Fraction(1, 2)
QUARTER = Fraction(1, 4)
TENTH = Fraction(1, 10)


def lineages(
    before: Mapping[Hashable, int],
    after: Mapping[Hashable, int],
    ids_before: Iterable[int],
    ids_after: Iterable[int],
) -> dict[int, tuple[str, str | None]]:
    """Return per segment its lineage and the segments that it is related to.

    ``before`` and ``after`` say the segment of each member; 0 or nothing for none.
    """
    old = {i: {m for m, s in before.items() if s == i} for i in ids_before}
    new = {j: {m for m, s in after.items() if s == j} for j in ids_after}

    def share(i: int, j: int) -> Fraction:
        return Fraction(len(old[i] & new[j]), len(old[i])) if old[i] else Fraction(0)

    heir, parts = {}, {}
    for i in old:
        halves = [j for j in new if share(i, j) >= HALF]
        quarters = sorted(j for j in new if share(i, j) >= QUARTER)
        if len(halves) == 1:
            heir[i] = halves[0]
        elif len(quarters) > 1:
            parts[i] = quarters

    def joined(ids: Iterable[int]) -> str:
        return ", ".join(map(str, sorted(ids)))

    def grown(i: int, j: int) -> str:
        growth = len(new[j]) - len(old[i])
        if abs(growth) <= TENTH * len(old[i]):
            return "same"
        return "grown" if growth > 0 else "shrunk"

    found: dict[int, tuple[str, str | None]] = {}
    for i in old:
        if i in heir:
            j = heir[i]
            sources = [each for each in heir if heir[each] == j]
            if i == j and len(sources) > 1:
                found[i] = "merged", f"merged from {joined(sources)}"
            elif i != j and (len(sources) > 1 or j in old):
                found[i] = "merged", f"merged into {j}"
            else:
                found[i] = grown(i, j), None if i == j else f"now {j}"
        elif i in parts:
            found[i] = "split", f"split into {joined(parts[i])}"
        elif not old[i] and i in new:
            found[i] = grown(i, i), None
        else:
            found[i] = "gone", None
    for j in set(new) - set(old):
        sources = [each for each in heir if heir[each] == j]
        wholes = [i for i in parts if j in parts[i]]
        if len(sources) > 1:
            found[j] = "merged", f"merged from {joined(sources)}"
        elif sources:
            found[j] = grown(sources[0], j), f"was {sources[0]}"
        elif wholes:
            found[j] = "split", f"split from {joined(wholes)}"
        else:
            found[j] = "new", None
    return found
