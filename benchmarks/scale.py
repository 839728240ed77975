"""The marts from 5 to 50 million order lines, DuckDB limited to one gigabyte.

    python benchmarks/scale.py                         # 5, 20 and 50 million lines
    python benchmarks/scale.py 1000000 4000000 --memory 500MB
    python benchmarks/scale.py --check

For each size the generated lines are one Parquet file, and `dbt build` makes every
mart with default settings in a new warehouse: cleaning, features, fits, segments and
twelve months of history. Every build is a process of its own; its peak memory holds
Python, too. What a build costs at any size (the start of dbt, the fits on bounded
samples) is in none of the seconds per further million lines, which are compared.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from _builds import build, generate_lines, node_seconds, print_nodes
from _measure import machine, verdict

DEFAULT_SIZES = (5_000_000, 20_000_000, 50_000_000)
MARTS = ("--select", "+path:models/marts")
MOST_MEMORY_MB = 1.5 * 2**10
MOST_GROWTH = 1.3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("order_lines", type=int, nargs="*", default=DEFAULT_SIZES)
    parser.add_argument(
        "--memory", default="1GB", help="DuckDB's memory_limit; default 1GB"
    )
    parser.add_argument(
        "--vars", type=json.loads, default={}, help="more settings, as JSON"
    )
    parser.add_argument("--nodes", type=int, default=10, help="show so many slow nodes")
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a target is missed"
    )
    options = parser.parse_args(arguments)

    print(f"{machine()}, memory_limit {options.memory}")
    print(f"{'lines':>12}{'wall':>10}{'further million':>17}{'cpu':>10}{'peak':>11}")
    sizes = sorted(options.order_lines)
    seconds: list[float] = []
    slopes: list[float] = []
    peaks: list[float] = []
    for i, size in enumerate(sizes):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            inputs = {"order_lines": {"file": str(generate_lines(size, folder))}}
            taken = build(
                folder, {"inputs": inputs, **options.vars}, options.memory, *MARTS
            )
            nodes = node_seconds(folder)
        seconds.append(taken.seconds)
        peaks.append(taken.peak_mb)
        rate = ""
        if i > 0:
            slopes.append((seconds[i] - seconds[i - 1]) / (size - sizes[i - 1]) * 1e6)
            rate = f"{slopes[-1]:.1f} s"
        print(
            f"{size:>12,}{taken.seconds:>8.1f} s{rate:>17}"
            f"{taken.cpu_seconds:>8.1f} s{taken.peak_mb:>8.0f} MB",
            flush=True,
        )
    print("seconds by node, largest size")
    print_nodes([nodes], options.nodes)
    print("targets:")
    met = [verdict("peak memory over 1.5 GiB", max(peaks) / MOST_MEMORY_MB, 1.0)]
    if len(slopes) > 1:
        growth = slopes[-1] / slopes[0]
        met.append(
            verdict("a further million lines, last over first", growth, MOST_GROWTH)
        )
    return 1 if options.check and not all(met) else 0


if __name__ == "__main__":
    sys.exit(main())
