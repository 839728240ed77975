"""The models of order lines and features: all at once, and one more day.

    python benchmarks/incremental.py                   # 20,000,000 generated lines
    python benchmarks/incremental.py 2000000 --nodes 10
    python benchmarks/incremental.py 5000000 --marts   # a whole build, every mart
    python benchmarks/incremental.py --check

Three builds, each in a process of its own: all lines in a fresh warehouse, as without
var `incremental`; all lines but those of the last day with it; then the last day's
load. With it come one in a thousand lines of the week before, late, and new prices of
one in a hundred lines of five days of the year before. The files are in the order of
time, as exports are. What a node took is dbt's execution time, one at a time, without
its start; the processes are printed as well.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from _builds import MARTS, build, generate_lines, node_seconds, print_nodes
from _measure import Method, heading, machine, run, verdict

MODELS = ("--select", "+int_customers", "+int_purchase_behaviour__features")
MOST_OF_FULL = 0.1

SPLIT = """
import sys, duckdb
folder = sys.argv[1]
with duckdb.connect() as connection:
    connection.execute(f'''
        create view lines as select *, hash(order_id, product_id) as number
        from '{folder}/raw_order_lines.parquet'
    ''')
    last = "(select max(ordered_at)::date from lines)"
    connection.execute(f'''
        copy (select * exclude (number) from lines order by ordered_at)
        to '{folder}/all.parquet' (format parquet)
    ''')
    connection.execute(f'''
        copy (
            select * exclude (number) replace (
                case
                    when number % 100 = 0
                        and ordered_at::date >= {last} - 300
                        and date_diff('day', ordered_at::date, {last}) % 60 = 59
                        then unit_price + 1
                    else unit_price
                end as unit_price
            )
            from lines
            where ordered_at is null or (
                ordered_at::date < {last}
                and not (ordered_at::date >= {last} - 7 and number % 1000 = 0)
            )
            order by ordered_at
        )
        to '{folder}/before.parquet' (format parquet)
    ''')
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("order_lines", type=int, nargs="?", default=20_000_000)
    parser.add_argument(
        "--memory", default="4GB", help="DuckDB's memory_limit; default 4GB"
    )
    parser.add_argument(
        "--marts", action="store_true", help="every mart, not orders and features alone"
    )
    parser.add_argument("--nodes", type=int, default=8, help="show so many slow nodes")
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if the target is missed"
    )
    options = parser.parse_args(arguments)

    print(f"{machine()}, {options.order_lines:,} lines, memory_limit {options.memory}")
    builds = {
        "all lines": ("all", "at_once", False),
        "all lines but the last day's, incremental": ("before", "grown", True),
        "one more day": ("all", "grown", True),
    }
    runs, nodes = {}, {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generate_lines(options.order_lines, folder)
        run([sys.executable, "-c", SPLIT, folder])
        for title, (lines, warehouse, is_incremental) in builds.items():
            settings = {
                "inputs": {"order_lines": {"file": str(folder / f"{lines}.parquet")}},
                "incremental": is_incremental,
            }
            selection = (*(MARTS if options.marts else MODELS), "--threads", "1")
            runs[title] = build(
                folder, settings, options.memory, *selection, warehouse=warehouse
            )
            nodes[title] = node_seconds(folder)

    print(heading())
    for title, taken in runs.items():
        method = Method(title)
        method.add(taken.seconds, taken.cpu_seconds, taken.peak_mb)
        print(method.row())
    for title, seconds in nodes.items():
        print(f"{title}: seconds by node")
        print_nodes([seconds], options.nodes)
    full, _, day = (sum(seconds.values()) for seconds in nodes.values())
    first, _, last = (taken.cpu_seconds for taken in runs.values())
    print(f"  CPU seconds of the processes, dbt's start included: {last / first:.2f}x")
    met = verdict("models, one more day over all lines", day / full, MOST_OF_FULL)
    return 1 if options.check and not met else 0


if __name__ == "__main__":
    sys.exit(main())
