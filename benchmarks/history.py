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
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from _builds import build, generate_lines, node_seconds, print_nodes
from _measure import Method, Run, heading, machine, run, verdict

PAST = ("--select", "int_history_periods+", "--exclude", "customer_segments+")
PRESENT = ("--exclude", "int_history_periods+")
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
        self.file = generate_lines(lines, folder)

    def build(self, month: str, *selection: str) -> Run:
        """Build without tests as of the end of a month; returns what it took."""
        others = ("service_value", "demographics", "survey_priorities")
        settings = {
            "inputs": {"order_lines": {"file": str(self.file)}},
            "as_of_date": LAST_DAYS[month],
            "lifetime_model": None,
            "distinct_products": False,
            "segmentations": {
                **{name: {"enabled": False} for name in others},
                "purchase_behaviour": {"feature_window_days": 180},
            },
            "history": {"periods": PERIODS, "restate": "never"},
        }
        return build(self.folder, settings, self.memory, *selection)

    def scan(self) -> Run:
        """Read every accepted line."""
        warehouse = self.folder / "warehouse.duckdb"
        return run([sys.executable, "-c", SCAN, warehouse, self.memory])


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
        slowest = node_seconds(shop.folder)
        methods["the same again, nothing new"] = shop.build("april", *PAST)
        shop.build("may", *PRESENT)
        methods["one month more"] = shop.build("may", *PAST)
        newest = node_seconds(shop.folder)

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
