"""The rules as SQL against the rules in Python: rows compared, and rows that differ.

    python benchmarks/exact_sql.py                    # DuckDB and SQLite
    python benchmarks/exact_sql.py --duckdb "1.4.*"   # another DuckDB, in its own venv
    python benchmarks/exact_sql.py --postgres         # PostgreSQL beside them
    python benchmarks/exact_sql.py --rows 100000      # a million per type otherwise

Rows and rules are those of ``tests/python/exact_sql.py``: random numbers, the ends of
each type, infinities, and rows at, just below and just above every threshold, whole
and with gaps. ``--postgres`` starts a server of its own from the installed binaries
(Debian: ``apt-get install postgresql``). Exits with 1 when a row differs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from importlib.metadata import version
from pathlib import Path

from _measure import PROJECT

SOURCES = (PROJECT / "src", PROJECT / "tests" / "python")
NEEDED = ("numpy", "pandas", "jinja2")

sys.path[:0] = map(str, SOURCES)


def run_in_venv(duckdb_version: str, rows: int) -> int:
    """Run this file with another DuckDB; return its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        packages = [f"duckdb=={duckdb_version}"]
        packages += [f"{name}=={version(name)}" for name in NEEDED]
        install = [python, "-m", "pip", "install", "--quiet", *packages]
        subprocess.run(install, check=True)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path[:2])}
        again = [python, __file__, "--rows", str(rows)]
        return subprocess.run(again, env=environment).returncode


def print_comparison(engine: str, rows: int) -> int:
    """Compare on every column type that the engine has; return the differences."""
    from exact_sql import ENGINES, compare, types_of

    differences = 0
    with ENGINES[engine]() as decide:
        for type_name in types_of(engine):
            compared = compare(decide, type_name, rows)
            different = sum(each.differences for each in compared)
            kinds = {(each.form, each.missing_values) for each in compared}
            print(
                f"{engine:<12}{type_name:<18}"
                f"{compared[0].entity_count:>10,} rows x {len(compared)} CASEs"
                f" ({', '.join(' '.join(kind) for kind in sorted(kinds))}):"
                f" {different:,} differences",
                flush=True,
            )
            differences += different
    return differences


def main() -> int:
    """Compare as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="random ones")
    parser.add_argument("--duckdb", metavar="VERSION")
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    if options.duckdb:
        return run_in_venv(options.duckdb, options.rows)

    import duckdb

    print(f"DuckDB {duckdb.__version__}")
    engines = ["DuckDB", "SQLite"] + ["PostgreSQL"] * options.postgres
    return int(sum(print_comparison(engine, options.rows) for engine in engines) > 0)


if __name__ == "__main__":
    sys.exit(main())
