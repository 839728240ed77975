"""Generated order lines, builds of the project on them, and where the time goes."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from _measure import PROJECT, Run, run

MARTS = ("--select", "+path:models/marts")
NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def generate_lines(lines: int, folder: Path) -> Path:
    """Write so many generated order lines into a folder; returns the Parquet file."""
    run(
        [
            *(sys.executable, "seeds/make_demo_data.py", "--order-lines", str(lines)),
            *("--format", "parquet", "--only", "order_lines", "--output", folder),
        ]
    )
    return folder / "raw_order_lines.parquet"


def build(
    folder: Path,
    settings: Mapping[str, Any],
    memory: str,
    *options: str,
    warehouse: str = "warehouse",
    project: Path = PROJECT,
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run `dbt build` without tests, in a process of its own; returns what it took.

    Everything that it writes lies in the folder; `memory` is DuckDB's memory_limit.
    """
    return run_dbt(
        folder,
        settings,
        *("build", *NO_TESTS, *options),
        project=project,
        environment={
            "DUCKDB_PATH": str(folder / f"{warehouse}.duckdb"),
            "DUCKDB_MEMORY_LIMIT": memory,
            **(environment or {}),
        },
    )


def run_dbt(
    folder: Path,
    settings: Mapping[str, Any],
    *arguments: str,
    project: Path,
    environment: Mapping[str, str],
) -> Run:
    """Run dbt in a process of its own; what it writes lies in the folder."""
    return run(
        [
            *("dbt", "--quiet", *arguments, "--vars", json.dumps(settings)),
            *("--target-path", folder / "target", "--log-path", folder / "logs"),
        ],
        folder=project,
        environment={"PUBLISH_TO": str(folder / "published"), **environment},
    )


def node_seconds(folder: Path) -> dict[str, float]:
    """Seconds of each node of the last build in the folder."""
    results = json.loads((folder / "target/run_results.json").read_text())
    return {row["unique_id"]: row["execution_time"] for row in results["results"]}


def print_nodes(rounds: Sequence[dict[str, float]], count: int) -> None:
    """Print the slowest nodes, and the sums by kind; medians over the rounds."""
    seconds = {
        name: median(nodes[name] for nodes in rounds) for name in sorted(rounds[0])
    }
    kinds: dict[str, list[float]] = defaultdict(list)
    for name, value in seconds.items():
        kinds[name.split(".")[0]].append(value)
    for kind, values in sorted(kinds.items()):
        print(f"  {len(values):>4} {kind + 's':<12}{sum(values):>8.2f} s")
    for name in sorted(seconds, key=seconds.__getitem__, reverse=True)[:count]:
        print(f"  {seconds[name]:>8.2f} s  {'.'.join(name.split('.')[2:])[:70]}")
