"""Twelve months of history and drift for a million customers, and one month more.

    python benchmarks/history.py                       # 15,000,000 generated lines
    python benchmarks/history.py 1000000               # 67,000 customers
    python benchmarks/history.py --memory 4GB --check

A warehouse is built as of the end of April 2026, fits and evidence included. Then the
models of history and drift are built three times, each in a process of its own: for
the twelve months up to April; once more, when nothing is new; and as of the end of May,
when one month is. A scan of the accepted order lines is printed beside them. The only
segmentation is purchase_behaviour, on features of the last 180 days; its rules stay as
they are (`restate: never`). A million customers have fifteen million lines.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from _measure import Method, Run, heading, machine, run, verdict
from build_time import print_nodes

PAST = ("--select", "int_history_periods+", "--exclude", "customer_segments+")
PRESENT = ("--exclude", "int_history_periods+")
NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
LAST_DAYS = {"april": "2026-05-01", "may": "2026-06-01"}
MOST_OF_REST = 2.0
MOST_OF_TWELVE = 0.5
PERIODS = 12

SCAN = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    connection.execute(f"set memory_limit = '{sys.argv[2]}'")
    connection.execute(
        "select bit_xor(hash(order_id)), bit_xor(hash(customer_id)), "
        "bit_xor(hash(quantity)), bit_xor(hash(sales)), bit_xor(hash(ordered_at)) "
        "from int_order_lines_accepted"
    ).fetchall()
"""


class Shop:
    """The generated lines, and the project on them in a folder of its own."""

    def __init__(self, folder: Path, lines: int, memory: str) -> None:
        self.folder, self.memory = folder, memory
        generate = [sys.executable, "seeds/make_demo_data.py", "--order-lines", lines]
        generate += ["--format", "parquet", "--only", "order_lines"]
        run([*generate, "--output", folder / "raw"])

    def build(self, month: str, *selection: str) -> Run:
        """Build without tests as of the end of a month; returns what it took."""
        others = ("service_value", "demographics", "survey_priorities")
        file = self.folder / "raw" / "raw_order_lines.parquet"
        settings = {
            "inputs": {"order_lines": {"file": str(file)}},
            "as_of_date": LAST_DAYS[month],
            "lifetime_model": None,
            "distinct_products": False,
            "segmentations": {
                **{name: {"enabled": False} for name in others},
                "purchase_behaviour": {"feature_window_days": 180},
            },
            "history": {"periods": PERIODS, "restate": "never"},
        }
        return run(
            [
                *("dbt", "--quiet", "build", *NO_TESTS, *selection),
                *("--vars", json.dumps(settings)),
                *("--target-path", self.folder / "target"),
                *("--log-path", self.folder / "logs"),
            ],
            environment={
                "DUCKDB_PATH": str(self.folder / "warehouse.duckdb"),
                "DUCKDB_MEMORY_LIMIT": self.memory,
                "PUBLISH_TO": str(self.folder / "published"),
            },
        )

    def scan(self) -> Run:
        """Read every accepted line."""
        warehouse = self.folder / "warehouse.duckdb"
        return run([sys.executable, "-c", SCAN, warehouse, self.memory])

    def node_seconds(self) -> dict[str, float]:
        """Seconds of each node of the last run."""
        results = json.loads((self.folder / "target/run_results.json").read_text())
        return {row["unique_id"]: row["execution_time"] for row in results["results"]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("order_lines", type=int, nargs="?", default=15_000_000)
    parser.add_argument(
        "--memory", default="4GB", help="DuckDB's memory_limit; default 4GB"
    )
    parser.add_argument("--nodes", type=int, default=10, help="show so many slow nodes")
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a target is missed"
    )
    options = parser.parse_args(arguments)

    print(f"{machine()}, {options.order_lines:,} lines, memory_limit {options.memory}")
    with tempfile.TemporaryDirectory() as name:
        shop = Shop(Path(name), options.order_lines, options.memory)
        methods = {
            "everything but history and drift": shop.build("april", *PRESENT),
            "scan of the accepted lines": shop.scan(),
            "twelve months": shop.build("april", *PAST),
        }
        slowest = shop.node_seconds()
        methods["the same again, nothing new"] = shop.build("april", *PAST)
        shop.build("may", *PRESENT)
        methods["one month more"] = shop.build("may", *PAST)
        newest = shop.node_seconds()

    print(heading())
    for title, taken in methods.items():
        method = Method(title)
        method.add(taken.seconds, taken.cpu_seconds, taken.peak_mb)
        print(method.row())
    for title, nodes in (("twelve months", slowest), ("one month more", newest)):
        print(f"{title}: seconds by node")
        print_nodes([nodes], options.nodes)
    everything, _, first, _nothing, more = (run.seconds for run in methods.values())
    print("targets:")
    met = [
        verdict("twelve months over all the rest", first / everything, MOST_OF_REST),
        verdict("one month over twelve", more / first, MOST_OF_TWELVE),
    ]
    return 1 if options.check and not all(met) else 0


if __name__ == "__main__":
    sys.exit(main())
