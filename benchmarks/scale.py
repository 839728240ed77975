"""The marts from 5 to 50 million order lines, DuckDB limited to one gigabyte.

    python benchmarks/scale.py                         # 5, 20 and 50 million lines
    python benchmarks/scale.py 1000000 4000000 --memory 500MB
    python benchmarks/scale.py --engines 5000000       # PostgreSQL and Spark beside it
    python benchmarks/scale.py --check

For each size the generated lines are one Parquet file, and `dbt build` makes every
mart with default settings in a new warehouse: cleaning, features, fits, segments and
twelve months of history. Every build is a process of its own; its peak memory holds
Python, too. The seconds per million lines hold what a build costs at any size (the
start of dbt, the fits on bounded samples); those of a further million do not.

`--engines` approves the rules of the smallest size and then builds its marts on
DuckDB, PostgreSQL and Spark, in SQL alone. It needs what `make test-engines` needs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from _builds import MARTS, build, generate_lines, node_seconds, print_nodes, run_dbt
from _measure import PROJECT, machine, run, verdict

sys.path.append(str(PROJECT / "tests" / "python"))

DEFAULT_SIZES = (5_000_000, 20_000_000, 50_000_000)
MOST_MEMORY_MB = 1.5 * 2**10
MOST_GROWTH = 1.3
APPROVED = {
    "approve_rules": [{"segmentation": "purchase_behaviour"}],
    "approve_formulas": [{"prediction": "propensity"}],
}

TO_CSV = """
import sys, duckdb
parquet, csv = sys.argv[1:]
with duckdb.connect() as connection:
    connection.execute("set enable_progress_bar = false")  # its place is the output
    connection.execute(f"copy (from '{parquet}') to '{csv}' (format csv, header false)")
    for name, kind, *_ in connection.execute(f"describe from '{parquet}'").fetchall():
        print(f'"{name}" {kind.lower().replace("varchar", "text")}')
"""


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
    parser.add_argument(
        "--engines", action="store_true", help="the smallest size on all engines, too"
    )
    parser.add_argument("--nodes", type=int, default=10, help="show so many slow nodes")
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a target is missed"
    )
    options = parser.parse_args(arguments)

    print(f"{machine()}, memory_limit {options.memory}")
    print(
        f"{'lines':>12}{'wall':>10}{'per million':>13}{'further million':>17}"
        f"{'cpu':>10}{'peak':>11}"
    )
    sizes = sorted(options.order_lines)
    seconds: list[float] = []
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
        further = ""
        if i > 0:
            rate = (seconds[i] - seconds[i - 1]) / (size - sizes[i - 1]) * 1e6
            further = f"{rate:.1f} s"
        print(
            f"{size:>12,}{taken.seconds:>8.1f} s{taken.seconds / size * 1e6:>11.1f} s"
            f"{further:>17}{taken.cpu_seconds:>8.1f} s{taken.peak_mb:>8.0f} MB",
            flush=True,
        )
    print("seconds by node, largest size")
    print_nodes([nodes], options.nodes)
    if options.engines:
        print("the smallest size on every engine, approved rules, SQL alone")
        print_engines(sizes[0], options.memory, options.vars)
    print("targets:")
    met = [verdict("peak memory over 1.5 GiB", max(peaks) / MOST_MEMORY_MB, 1.0)]
    growth = max(seconds[i] / sizes[i] for i in range(len(sizes)))
    growth /= seconds[0] / sizes[0]
    met.append(
        verdict("seconds per million lines, most over first", growth, MOST_GROWTH)
    )
    return 1 if options.check and not all(met) else 0


def print_engines(size: int, memory: str, settings: dict) -> None:
    """Fit and approve on DuckDB, then build the marts on each engine."""
    from postgresql import postgresql_server
    from project import copy_project

    with tempfile.TemporaryDirectory() as name, postgresql_server() as server:
        folder = Path(name)
        project = copy_project(folder / "project")
        lines = generate_lines(size, folder)
        inputs = {"order_lines": {"file": str(lines)}}
        settings = {"inputs": inputs, **settings}
        build(folder, settings, memory, *MARTS, project=project)
        warehouse = {"DUCKDB_PATH": str(folder / "warehouse.duckdb")}
        for operation, approvals in APPROVED.items():
            for arguments in approvals:
                run_dbt(
                    folder,
                    settings,
                    *("run-operation", operation, "--args", json.dumps(arguments)),
                    project=project,
                    environment=warehouse,
                )
        csv = folder / "lines.csv"
        columns = run([sys.executable, "-c", TO_CSV, lines, csv]).output
        server.script(
            f"create table order_lines ({', '.join(columns.splitlines())});\n"
            f"\\copy order_lines from '{csv}' with (format csv)\n"
            "analyze order_lines;\n"
        )
        csv.unlink()
        engines = {
            "duckdb": (inputs["order_lines"], {}),
            "postgres": ({"relation": "public.order_lines"}, server.environment),
            "spark": (
                {"query": f"select * from parquet.`{lines}`"},
                {"SPARK_WAREHOUSE": str(folder / "spark")},
            ),
        }
        for engine, (place, environment) in engines.items():
            taken = build(
                folder,
                {**settings, "inputs": {"order_lines": place}, "python_models": False},
                memory,
                *(*MARTS, "--target", engine),
                warehouse="scored",
                project=project,
                environment=environment,
            )
            print(f"  {engine:<10}{taken.seconds:>8.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
