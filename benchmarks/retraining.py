"""Twelve months of Online Retail, a refit each: who keeps the number of a segment?

    python benchmarks/retraining.py               # all parts, three minutes
    python benchmarks/retraining.py identity      # numbers, splits and merges
    python benchmarks/retraining.py later         # cold, warm and combined, afterwards
    python benchmarks/retraining.py targets       # how long approved rules meet them
    python benchmarks/retraining.py --check       # exit code 1 if a target is missed

Identity: on the first of each month of 2011 the customers known by then are fitted
again, over their lifetime and over the last 90 days. Before and after are the segments
of the model of last month and of the refit, both on the features of the day, so that
only the refit moves anyone. Matched numbers are those of ``match_clusters``; the best
possible ones are found by trying every renumbering; naive ones are those that
scikit-learn gives (ten pairs of seeds) or the order of a measure.

Later: a model of three months ago is approved, and on the day it is kept, or fitted
again cold, warm or combined; the models are then held against the customers of the
next three months: sum of squares over that of a fresh fit of as many clusters in the
same scaled space, and the share who keep the number that the approved model would
give. Once with real customers, once with a type that appears on the day: as many as
6 % of them, with 25 to 60 orders of 3 to 8 each.

Targets: the rules of each month are approved and held against a fresh fit of each later
month, price and fidelity as in the marts.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import mean

from _measure import PROJECT, data_folder, machine

sys.path[:0] = [str(PROJECT / "src"), str(PROJECT / "tests" / "python")]

SEEDS = range(10)
WAITING, AFTERWARDS = 3, 3
PLANTED_SHARE = 0.06
LEAST_FOUND = 0.9
MOST_ABOVE_KEPT = 1.0
MAX_PRICE, MIN_FIDELITY = 1.05, 0.95
METHODS = ("kept", "cold", "warm", "combined")


def identity(file: Path) -> bool:
    """Print who keeps a number at each refit; whether matching is the best possible."""
    from lineages import lineages
    from rolling_months import (
        fit,
        most_that_can_stay,
        numbered_as_found,
        numbered_by_measure,
        read_months,
    )

    is_best = True
    for window_days in (None, 90):
        span = "lifetime" if window_days is None else f"last {window_days} days"
        print(f"\nidentity, features over the {span}; shares that keep the number")
        print("as of       customers  k  matched   best  measure  naive  lineage")
        model, previous, shares = None, None, []
        for month in read_months(file, window_days):
            refit = fit(month.values, model)
            found = [numbered_as_found(month.values, refit, seed) for seed in SEEDS]
            line = f"{month.as_of} {len(month.customers):>10,} {len(refit.numbers):>2}"
            if model is not None:
                before, after = model.place(month.values), refit.place(month.values)
                old = numbered_by_measure(model).place(month.values)
                new = numbered_by_measure(refit).place(month.values)
                # another seed each month, as where none is set
                naive = [
                    (
                        previous[seed].place(month.values)
                        == found[seed - 1].place(month.values)
                    ).mean()
                    for seed in SEEDS
                ]
                best = most_that_can_stay(before, after)
                is_best &= int((before == after).sum()) == best
                row = [(before == after).mean(), best / len(before)]
                row += [(old == new).mean(), mean(naive)]
                shares.append([*row, min(naive), max(naive)])
                told = lineages(
                    dict(enumerate(before)),
                    dict(enumerate(after)),
                    model.numbers.tolist(),
                    refit.numbers.tolist(),
                )
                words = "; ".join(
                    f"{i} {related or word}"
                    for i, (word, related) in sorted(told.items())
                    if word != "same"
                )
                line += "".join(f"{share:>8.3f}" for share in row) + f"  {words}"
            print(line, flush=True)
            model, previous = refit, found
        columns = list(zip(*shares, strict=True))
        print(f"{'mean':<24}" + "".join(f"{mean(c):>8.3f}" for c in columns[:4]))
        print(f"naive from {min(columns[4]):.3f} to {max(columns[5]):.3f}")
    verdict = "met" if is_best else "MISSED"
    print(f"  matched is the best of all renumberings, every month: {verdict}")
    return is_best


def planted(count: int, seed: int):
    """Return (count, 3) features of the new type: many orders, each of them tiny."""
    import numpy as np

    rng = np.random.default_rng(seed)
    orders = rng.integers(25, 61, count).astype(float)
    sales = np.round(orders * rng.uniform(3, 8, count), 2)
    return np.column_stack([sales, orders, sales / orders])


def later(file: Path) -> bool:
    """Print what each way of retraining is worth on later customers."""
    import numpy as np
    from rolling_months import fit, read_months

    from customer_segmentation import kmeans

    months = read_months(file)
    last = len(months) - AFTERWARDS
    is_met = True
    for scaling in ("rank", "log1p_zscore"):
        for share in (0.0, PLANTED_SHARE):
            ratios: dict = {method: [] for method in METHODS}
            kept: dict = {method: [] for method in METHODS}
            found: dict = {method: [] for method in METHODS}
            clusters: dict = {method: [] for method in METHODS}
            for day in range(WAITING, last):
                approved = fit(months[day - WAITING].values, scaling=scaling)
                count = round(share * len(months[day].values))
                new_type = planted(count, seed=day)
                today = np.vstack([months[day].values, new_type])
                # rows come in hash order, which knows no type
                today = np.random.default_rng(day).permutation(today)
                for method in METHODS:
                    model = approved
                    if method != "kept":
                        model = fit(today, approved, scaling=scaling, retraining=method)
                    clusters[method].append(len(model.numbers))
                    for month in months[day + 1 : day + 1 + AFTERWARDS]:
                        values = np.vstack([month.values, new_type])
                        fresh = kmeans.fit_kmeans(
                            model.scaled(values), len(model.numbers)
                        )
                        ratios[method].append(model.inertia(values) / fresh.inertia)
                        same = model.place(month.values) == approved.place(month.values)
                        kept[method].append(same.mean())
                        if share:
                            is_new = np.arange(len(values)) >= len(month.values)
                            found[method].append(agreement(model.place(values), is_new))
            title = "a new type of 6 %" if share else "real customers"
            print(f"\nlater, {scaling}, {title}; {last - WAITING} days, 3 months after")
            print(
                "method     clusters  sum of squares / fresh  keep number  type found"
            )
            for method in METHODS:
                type_found = f"{mean(found[method]):>12.3f}" if share else f"{'':>12}"
                print(
                    f"{method:<10}{mean(clusters[method]):>9.1f}"
                    f"{mean(ratios[method]):>16.4f}"
                    f" (to {max(ratios[method]):.3f})"
                    f"{mean(kept[method]):>10.3f}{type_found}"
                )
            if scaling == "log1p_zscore" and share:
                is_found = mean(found["combined"]) >= LEAST_FOUND
                print(
                    f"  combined finds the type (at least {LEAST_FOUND}): "
                    f"{'met' if is_found else 'MISSED'}"
                )
                is_met &= is_found
            is_warm = mean(ratios["warm"]) <= mean(ratios["kept"]) * MOST_ABOVE_KEPT
            print(
                "  warm fits later customers no worse than no retraining: "
                f"{'met' if is_warm else 'MISSED'}"
            )
            is_met &= is_warm
    return is_met


def targets(file: Path) -> bool:
    """Print after how many months approved rules miss their price and fidelity."""
    from rolling_months import fit, read_months

    from customer_segmentation.rule_choice import choose_rules, measure

    months = read_months(file)
    for scaling in ("rank", "log1p_zscore"):
        print(f"\ntargets, {scaling}: price and fidelity of rules once approved")
        print(f"{'approved':<12}{'then':>13}{'a month on':>13}   first months missed")
        for day, month in enumerate(months[:-1]):
            model = fit(month.values, scaling=scaling)
            approved = choose_rules(
                month.values,
                model.scaled(month.values),
                model.labels(month.values),
                model.scaled_centres,
                max_rules=None,
                max_price=MAX_PRICE,
                min_fidelity=MIN_FIDELITY,
            )
            figures = []
            for later_month in months[day + 1 :]:
                fresh = fit(later_month.values, model, scaling=scaling)
                label = {number: i for i, number in enumerate(fresh.numbers, start=1)}
                # a segment whose cluster is gone has no label among the fresh ones
                labels = [label.get(i, len(label) + i) for i in model.numbers]
                figures.append(
                    measure(
                        approved.renumbered(labels).rules,
                        later_month.values,
                        fresh.scaled(later_month.values),
                        fresh.labels(later_month.values),
                        fresh.scaled_centres,
                    )
                )
            missed = {
                "price": [price > MAX_PRICE for price, _ in figures],
                "fidelity": [fidelity < MIN_FIDELITY for _, fidelity in figures],
            }
            told = [
                f"{name} {misses.index(True) + 1 if any(misses) else 'never'}"
                for name, misses in missed.items()
            ]
            print(
                f"{month.as_of:<12}"
                + "".join(
                    f"{price:>7.3f}{fidelity:>6.3f}"
                    for price, fidelity in (
                        (approved.price, approved.fidelity),
                        figures[0],
                    )
                )
                + f"   {', '.join(told)} of {len(figures)}",
                flush=True,
            )
    return True


def agreement(numbers, is_new) -> float:
    """Return the best F1 of a cluster as a test for the new type, 0..1."""
    import numpy as np

    scores = []
    for number in np.unique(numbers):
        held = numbers == number
        both = float((held & is_new).sum())
        scores.append(2 * both / (held.sum() + is_new.sum()))
    return max(scores)


def main() -> int:
    """Run the parts that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = {"identity": identity, "later": later, "targets": targets}
    parser.add_argument("part", nargs="?", choices=parts)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    print(machine())
    met = [
        work(data_folder() / "online_retail.parquet")
        for part, work in parts.items()
        if options.part in (None, part)
    ]
    return int(options.check and not all(met))


if __name__ == "__main__":
    sys.exit(main())
