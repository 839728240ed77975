"""Choosing k: the project's evidence against scikit-learn's fits.

    python benchmarks/choose_k.py                  # 100,000 and 1,000,000 customers
    python benchmarks/choose_k.py 20000
    python benchmarks/choose_k.py --check          # exit code 1 if a target is missed

Every method is a process of its own, on one thread, and the rounds are interleaved.
The data are blobs in six dimensions that overlap, made by a fixed seed; CPU time is
that of the work alone, without imports and without making the data.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from pathlib import Path
from statistics import median

from _measure import Method, heading, machine, ratios, run, verdict

DEFAULT_SIZES = (100_000, 1_000_000)
TARGET_SIZE = 1_000_000
KS = tuple(range(2, 13))
DIMENSIONS = 6
SILHOUETTE_ROWS = 20_000

LEAST_SPEED_UP = 10.0
MOST_MEGABYTES = 500.0
MOST_INERTIA_SHARE = 0.003  # above scikit-learn's inertia, at any k

TITLES = {
    "sklearn_fits": "scikit-learn: KMeans(n_init=10), k = 2..12, fits alone",
    "fits": "project: fits and silhouette, k = 2..12",
    "evidence": "project: all evidence, k = 2..12",
    "sklearn_silhouette": "scikit-learn: silhouette_score, 20,000 rows",
    "silhouette": "project: exact silhouette of all k, 20,000 rows",
}


def make_customers(rows: int):
    """Return (rows, 6) float64: seven overlapping groups of different size."""
    import numpy as np

    rng = np.random.default_rng(20)
    centres = rng.normal(scale=3.0, size=(7, DIMENSIONS))
    group = rng.choice(7, size=rows, p=np.array([30, 20, 15, 12, 10, 8, 5]) / 100)
    matrix = rng.normal(size=(rows, DIMENSIONS))
    # in place: a second matrix of this size would count as the method's memory
    for number, centre in enumerate(centres):
        matrix[group == number] += centre
    return matrix


def work(method: str, rows: int) -> dict:
    """Run one method; return its CPU seconds, peak of memory and figures."""
    import sklearn.cluster
    import sklearn.metrics

    from customer_segmentation import k_selection, kmeans

    matrix = make_customers(rows)
    labelings = []
    if "silhouette" in method:
        matrix = matrix[:SILHOUETTE_ROWS]
        labelings = [kmeans.fit_kmeans(matrix, k, n_init=2).labels for k in KS]
    start = time.process_time()
    figures = {}
    if method == "sklearn_fits":
        for k in KS:
            fit = sklearn.cluster.KMeans(k, n_init=10, random_state=0).fit(matrix)
            figures[k] = float(fit.inertia_)
    elif method == "fits":
        fits = [kmeans.fit_kmeans(matrix, k) for k in KS]
        rows = k_selection.SILHOUETTE_ROWS  # beyond 20,000 rows it is of a sample
        k_selection.silhouette_values(matrix[:rows], [f.labels[:rows] for f in fits])
        figures = {fit.k: fit.inertia for fit in fits}
    elif method == "evidence":
        figures = {row.k: row.inertia for row in k_selection.evaluate_k(matrix, KS)}
    elif method == "sklearn_silhouette":
        for k, labels in zip(KS, labelings, strict=True):
            figures[k] = float(sklearn.metrics.silhouette_score(matrix, labels))
    else:
        scores = k_selection.silhouette_values(matrix, labelings).mean(axis=0)
        figures = dict(zip(KS, scores.tolist(), strict=True))
    cpu = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "cpu": cpu,
        "peak_mb": peak / 1024,
        "figures": figures,
    }


def chosen_k(figures: dict[str, float]) -> int | None:
    """Return the elbow of the inertias by the project's own rule."""
    from customer_segmentation.k_selection import elbow

    ks = sorted(int(k) for k in figures)
    return elbow(ks, [figures[str(k)] for k in ks])


def compare(rows: int, repeats: int) -> bool:
    """Run all methods of one size, print the table and the targets."""
    one_thread = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
    )
    methods = {name: Method(title) for name, title in TITLES.items()}
    last: dict[str, dict] = {}
    for _ in range(repeats):
        for name in methods:
            made = run(
                [sys.executable, Path(__file__), "--work", name, str(rows)],
                environment=one_thread,
            )
            result = made.last_line
            methods[name].add(made.seconds, result["cpu"], result["peak_mb"])
            last[name] = result
    print(f"\n{rows:,} customers, {DIMENSIONS} features, medians of {repeats}\n")
    print(heading())
    for method in methods.values():
        print(method.row())
    print("  (wall time includes imports and making the data; CPU does not)\n")

    def against(slow: str, fast: str) -> float:
        return median(ratios(methods[slow].cpu_seconds, methods[fast].cpu_seconds))

    silhouettes = max(
        abs(last["silhouette"]["figures"][k] - value)
        for k, value in last["sklearn_silhouette"]["figures"].items()
    )
    excess = [
        last["fits"]["figures"][k] / value - 1
        for k, value in last["sklearn_fits"]["figures"].items()
    ]
    print(
        f"  inertia above scikit-learn's: mean {sum(excess) / len(excess):+.4%}, "
        f"at most {max(excess):+.4%} at one k"
    )
    print(f"  silhouettes differ by at most {silhouettes:.1e}")
    ks = [chosen_k(last[name]["figures"]) for name in ("sklearn_fits", "fits")]
    print(f"  elbow on scikit-learn's inertias {ks[0]}, on the project's {ks[1]}")
    is_met = [
        verdict(
            "scikit-learn's silhouettes / project's (CPU)",
            against("sklearn_silhouette", "silhouette"),
            LEAST_SPEED_UP,
            at_least=True,
        ),
        max(excess) <= MOST_INERTIA_SHARE,
        silhouettes <= 1e-4,
        ks[0] == ks[1],
    ]
    if rows >= TARGET_SIZE:
        is_met += [
            verdict(
                "scikit-learn's fits / project's fits and silhouette (CPU)",
                against("sklearn_fits", "fits"),
                LEAST_SPEED_UP,
                at_least=True,
            ),
            verdict(
                "project's whole evidence / scikit-learn's fits (CPU)",
                against("evidence", "sklearn_fits"),
                1.0,
            ),
            verdict(
                "peak memory of the whole evidence, in 500 MB",
                median(methods["evidence"].peak_mb) / MOST_MEGABYTES,
                1.0,
            ),
        ]
    return all(is_met)


def main() -> int:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=list(DEFAULT_SIZES))
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a target is missed"
    )
    parser.add_argument(
        "--work", nargs=2, metavar=("METHOD", "ROWS"), help=argparse.SUPPRESS
    )
    arguments = parser.parse_args()
    if arguments.work:
        print(json.dumps(work(arguments.work[0], int(arguments.work[1]))))
        return 0
    print(machine())
    met = [compare(size, arguments.repeats) for size in arguments.sizes]
    return 1 if arguments.check and not all(met) else 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
