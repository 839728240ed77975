"""A whole `dbt build` of Online Retail against `dbt parse`, the floor of any dbt run.

    python benchmarks/build_time.py
    python benchmarks/build_time.py --vars examples/online_retail.yml --nodes 15

Each round parses, builds with the vars file, and builds with the default settings
(the same input, nothing else said): fits, tests and evidence included, from the
Parquet file, into a fresh DuckDB file and a fresh target folder, so that nothing is
parsed or stored from before. The rounds are interleaved.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import yaml
from _builds import node_seconds, print_nodes, run_dbt
from _measure import (
    DATA_VARIABLE,
    PROJECT,
    Method,
    Run,
    data_folder,
    heading,
    machine,
    ratios,
    verdict,
)

MOST_PARSES = 6.0
FILE = "online_retail.parquet"


def settings_of(vars_file: Path, data: Path) -> dict[str, dict[str, Any]]:
    """The vars of the two builds: the file's own, and its input alone."""
    published = yaml.safe_load(vars_file.read_text())
    published["inputs"]["order_lines"]["file"] = str(data)
    return {
        f"build, {vars_file.name}": published,
        "build, default settings": {"inputs": published["inputs"]},
    }


def dbt(folder: Path, settings: dict[str, Any], *arguments: str) -> Run:
    """Run dbt with a target folder and a warehouse of its own."""
    return run_dbt(
        folder,
        settings,
        *arguments,
        project=PROJECT,
        environment={"DUCKDB_PATH": str(folder / "warehouse.duckdb")},
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--vars",
        type=Path,
        default=PROJECT / "examples" / "online_retail.yml",
        metavar="FILE",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=data_folder(),
        help=f"{FILE} or its folder; default: {DATA_VARIABLE} or ../shared/data",
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--nodes", type=int, default=10, help="show so many of the slowest nodes"
    )
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a target is missed"
    )
    options = parser.parse_args(arguments)
    data = options.data / FILE if options.data.is_dir() else options.data
    if not data.is_file():
        parser.error(f"no file {data}; give --data or set {DATA_VARIABLE}")

    builds = settings_of(options.vars, data.resolve())
    parse = Method("dbt parse --no-partial-parse")
    methods = {title: Method(title) for title in builds}
    nodes: dict[str, list[dict[str, float]]] = {title: [] for title in builds}
    print(f"{machine()}, {options.repeats} rounds", flush=True)
    for _ in range(options.repeats):
        with tempfile.TemporaryDirectory() as name:
            first = next(iter(builds.values()))
            parsed = dbt(Path(name), first, "parse", "--no-partial-parse")
            parse.add(parsed.seconds, parsed.cpu_seconds, parsed.peak_mb)
        for title, settings in builds.items():
            with tempfile.TemporaryDirectory() as name:
                built = dbt(Path(name), settings, "build")
                nodes[title].append(node_seconds(Path(name)))
            methods[title].add(built.seconds, built.cpu_seconds, built.peak_mb)

    print(heading())
    for method in (parse, *methods.values()):
        print(method.row())
    for title, rounds in nodes.items():
        print(f"{title}: seconds by node")
        print_nodes(rounds, options.nodes)
    print("targets:")
    met = [
        verdict(
            f"{title} over parse",
            median(ratios(method.seconds, parse.seconds)),
            MOST_PARSES,
        )
        for title, method in methods.items()
    ]
    return 1 if options.check and not all(met) else 0


if __name__ == "__main__":
    sys.exit(main())
