"""How often unchanged months raise an alarm, and how often planted changes do.

    python benchmarks/drift.py                     # n = 100, 1,000 and 100,000
    python benchmarks/drift.py 1000 --months 500   # one size, fewer months
    python benchmarks/drift.py --check

A month is a reference and a current period of n customers each, drawn from one
population: a mixture of five types in log order value and log order count, the rarest
with 1 %. Its checks are those of `segmentation_drift`, one family per month: the
features cut at the reference's own deciles (order_count, with its ties, among them),
all segment shares, each of them, distances, and the fidelity of coarse rules. Levels
come from the SQL of `drift_level`. An alarm is any level but stable.

The planted changes are one feature times 1.3, 5 points of share to one segment, 5 %
customers of a new type, and prices times 1.3. Found is an alarm of a check that sees
that change by its nature.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from _measure import PROJECT, machine

sys.path[:0] = [str(PROJECT / "src"), str(PROJECT / "tests" / "python")]

DEFAULT_MONTHS = {100: 4_000, 1_000: 4_000, 100_000: 400}
MOST_FALSE_ALARMS = 0.01
CHANGES = ["share_change", "relative_change"]
FEATURES = ("total_sales", "order_count", "average_order_value")

WEIGHTS = (0.4, 0.3, 0.19, 0.1, 0.01)
CENTRES = ((2.0, 0.2), (3.6, 0.4), (2.4, 1.8), (4.0, 2.0), (5.8, 3.2))
"""Mean of log order value and of log order count of each type."""
SPREAD = 0.4

NEW_TYPE = (6.0, -0.5)
PLANTED = {
    "a feature x 1.3": ("feature total_sales",),
    "a share + 5 points": ("segment_shares", "segment_share"),
    "5 % of a new type": ("distance", "far_from_centroid"),
    "prices x 1.3": ("feature total_sales", "feature average_order_value"),
}


@dataclass(frozen=True)
class Period:
    """What is known of the customers of one period, an array each."""

    features: dict
    segments: object
    distances: object
    agrees: object


def draw_period(random, n: int, change: str | None = None) -> Period:
    """Draw n customers, with or without one of the planted changes."""
    import numpy as np

    weights = np.array(WEIGHTS)
    if change == "a share + 5 points":
        weights = weights + np.array([-0.05, 0, 0.05, 0, 0])
    types = random.choice(len(weights), n, p=weights)
    means = np.array(CENTRES)[types]
    if change == "5 % of a new type":
        means = np.where(random.random((n, 1)) < 0.05, NEW_TYPE, means)
    value, count = (means + SPREAD * random.standard_normal((n, 2))).T
    order_count = np.maximum(np.round(np.exp(count)), 1)
    if change == "prices x 1.3":
        value = value + math.log(1.3)
    average = np.round(np.exp(value), 2)
    sales = average * order_count
    logs = np.column_stack([value, np.log(order_count)])
    centres = np.array(CENTRES)
    near = nearest(logs, centres)
    if change == "a feature x 1.3":
        sales = sales * 1.3
    return Period(
        dict(zip(FEATURES, (sales, order_count, average), strict=True)),
        # rules are coarser than clusters
        segments=nearest(np.round(logs / 0.4) * 0.4, centres),
        distances=np.sqrt(((logs - centres[near]) ** 2).sum(axis=1)),
        agrees=nearest(np.round(logs / 0.4) * 0.4, centres) == near,
    )


def nearest(rows, centres):
    """Return the place of the nearest centre of each row."""
    import numpy as np

    return np.argmin(((rows[:, None] - centres[None]) ** 2).sum(axis=2), axis=1)


def compare_periods(before: Period, now: Period) -> Iterator[tuple]:
    """Yield the checks of one month as name, counts, share and relative change."""
    import numpy as np

    def counts(edges, period):
        cells = np.searchsorted(edges, period, side="left")
        return np.bincount(cells, minlength=len(edges) + 1)

    def cut(name, first, second, quantiles):
        edges = np.unique(np.quantile(first, quantiles, method="inverted_cdf"))
        return name, counts(edges, first), counts(edges, second)

    deciles = np.arange(1, 10) / 10
    measures = {
        f"feature {name}": (before.features[name], now.features[name])
        for name in FEATURES
    }
    measures["distance"] = (before.distances, now.distances)
    for name, (first, second) in measures.items():
        change = np.median(second) / np.median(first) - 1
        yield *cut(name, first, second, deciles), None, change

    segments = [
        np.bincount(period.segments, minlength=len(WEIGHTS)) for period in (before, now)
    ]
    yield "segment_shares", *segments, None, None
    pairs = [
        ("segment_share", *(np.array([c[i], c.sum() - c[i]]) for c in segments))
        for i in range(len(WEIGHTS))
    ]
    # the share of a check is that of its first cell: far from centres, agreeing
    _, *far = cut("", before.distances, now.distances, [0.95])
    pairs.append(("far_from_centroid", *(cells[::-1] for cells in far)))
    agreeing = (np.bincount(period.agrees, minlength=2) for period in (before, now))
    pairs.append(("fidelity", *(cells[::-1] for cells in agreeing)))
    for name, first, second in pairs:
        yield (
            name,
            first,
            second,
            second[0] / second.sum() - first[0] / first.sum(),
            None,
        )


def raise_alarms(n: int, months: int, change: str | None, seed: int) -> list[tuple]:
    """Return each alarm as month and name of the check."""
    import duckdb
    import numpy as np
    import pandas as pd
    from rendering import Macros

    from customer_segmentation.drift import holm, no_change, psi

    random = np.random.default_rng(seed)
    rows = []
    for month in range(months):
        checks = list(
            compare_periods(draw_period(random, n), draw_period(random, n, change))
        )
        adjusted = holm([no_change(*check[1:3]).p_value for check in checks])
        rows += [
            (month, name, float(psi(first, second)), *changes, p_value)
            for (name, first, second, *changes), p_value in zip(
                checks, adjusted, strict=True
            )
        ]
    columns = ["month", "name", "psi", *CHANGES, "adjusted_p_value"]
    # NaN sorts above every number in DuckDB
    frame = pd.DataFrame(rows, columns=columns).astype(
        dict.fromkeys(CHANGES, "Float64")
    )
    frame["check_name"] = frame["name"]
    frame["check_kind"] = frame["name"].str.partition(" ")[0]
    level = Macros().drift_level()
    with duckdb.connect() as connection:
        connection.register("checks", frame)
        return connection.execute(
            f"select month, name from checks where ({level}) <> 'stable'"
        ).fetchall()


def measure(n: int, months: int, planted_months: int) -> bool:
    """Print the false alarms and the planted changes found; is the target met?"""
    start = time.process_time()
    alarms = raise_alarms(n, months, None, seed=n)
    seconds = (time.process_time() - start) / months
    share = len({month for month, _ in alarms}) / months
    error = math.sqrt(max(share, 1 / months) * (1 - share) / months)
    is_met = share <= MOST_FALSE_ALARMS
    print(
        f"\nn = {n:,}: {months:,} unchanged months, {share:.2%} with an alarm "
        f"(standard error {error:.2%}; target: at most {MOST_FALSE_ALARMS:.0%}) "
        f"{'met' if is_met else 'MISSED'}; {1000 * seconds:.0f} ms of CPU a month"
    )
    for change, names in PLANTED.items():
        found = raise_alarms(n, planted_months, change, seed=n + 1)
        hits = len({month for month, name in found if name in names})
        print(f"  {change:<20} found in {hits / planted_months:>6.1%} of months")
    return is_met


def main() -> int:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=list(DEFAULT_MONTHS))
    parser.add_argument("--months", type=int, help="unchanged months of each size")
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a target is missed"
    )
    arguments = parser.parse_args()
    print(machine())
    met = []
    for n in arguments.sizes:
        months = arguments.months or DEFAULT_MONTHS.get(n, 1_000)
        met.append(measure(n, months, max(1, min(200, months // 10))))
    return 1 if arguments.check and not all(met) else 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
