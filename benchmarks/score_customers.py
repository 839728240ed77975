"""Buckets, propensity and RFM in SQL, against the cost of writing the columns.

    python benchmarks/score_customers.py                  # 500,000 and 5,000,000
    python benchmarks/score_customers.py 1000000 --check

The SQL is what dbt compiles from the models of this project after a build of the demo
data: the edges of the seed and the formula of the fit are printed in it. Every method
is a process of its own and the rounds are interleaved. The floor of a method is a table
made of its finished columns.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from _measure import Method, heading, machine, ratios, run, verdict

DEFAULT_SIZES = (500_000, 5_000_000)
TARGET_SIZE = 5_000_000
DATABASE = "benchmark"

MODELS = {
    "buckets": "int_customer_buckets",
    "propensity": "int_customer_propensities",
    "rfm": "int_customer_rfm",
}
MOST_FLOORS = {"buckets": 3.0, "propensity": 4.0, "rfm": 15.0}


def compile_models(folder: Path) -> dict[str, str]:
    """Build the demo data, and return the SQL of each model as dbt compiled it."""
    target = folder / "target"
    run(
        [
            *("dbt", "--quiet", "build", "--select"),
            *(f"+{name}" for name in MODELS.values()),
            *("--exclude-resource-type", "test"),
            *("--exclude-resource-type", "unit_test"),
            *("--target-path", target, "--log-path", folder / "logs"),
        ],
        environment={"DUCKDB_PATH": str(folder / "built" / f"{DATABASE}.duckdb")},
    )
    compiled = target / "compiled" / "customer_segmentation" / "models"
    return {
        key: next(compiled.rglob(f"{name}.sql")).read_text()
        for key, name in MODELS.items()
    }


def make_customers(folder: Path, size: int) -> dict[str, Any]:
    """Write the inputs of the models, and their finished results, for the floors."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"attach '{folder / 'customers.duckdb'}' as {DATABASE}")
    connection.execute(f"use {DATABASE}")
    connection.execute(
        f"""
        create table drawn as
        select
            'C' || number as customer_id,
            hash(number) % 1000003 / 1000003.0e0 as a,
            hash(number + 7e9) % 1000003 / 1000003.0e0 as b,
            hash(number + 8e9) % 1000003 / 1000003.0e0 as c
        from range({size}) as numbers (number)
        """
    )
    connection.execute(
        """
        create table int_customer_features as
        select
            customer_id,
            cast(floor(365 * a) as bigint) as recency_days,
            cast(1 + floor(-4 * ln(1 - b)) as bigint) as order_count,
            cast(exp(3 + 3 * c) * (1 + floor(-4 * ln(1 - b))) as decimal(18, 4))
                as total_sales,
            cast(365 * a + 300 * b as bigint) as tenure_days
        from drawn
        """
    )
    connection.execute(
        """
        create table int_customer_bucket_features as
        select
            customer_id,
            18 + floor(70 * a) as age,
            10000 + floor(200000 * b * c) as annual_income,
            a * b as purchase_propensity,
            cast(total_sales as double) as recent_sales
        from drawn inner join int_customer_features using (customer_id)
        """
    )
    connection.execute(
        "create table int_customers as select customer_id, "
        "cast(null as double) as purchase_propensity from drawn"
    )
    connection.execute(
        """
        create table int_propensity_features as
        select
            'scoring' as prediction_window,
            *,
            case when order_count > 1 then recency_days / 30.0e0 end as overdue_ratio
        from int_customer_features
        """
    )
    connection.execute(
        "create table rfm_segments as select * replace (cast(rfm_score as varchar) "
        "as rfm_score) from read_csv('seeds/rfm_segments.csv')"
    )
    models = json.loads((folder / "models.json").read_text())
    for key, sql in models.items():
        connection.execute(f"create table {key}_finished as {sql}")
    return {}


def work(method: str, folder: Path, size: int) -> dict[str, Any]:
    """Run one method; return its wall seconds and the rows written."""
    if method == "make":
        return make_customers(folder, size)
    import duckdb

    key, _, is_floor = method.partition("_")
    connection = duckdb.connect()
    connection.execute(
        f"attach '{folder / 'customers.duckdb'}' as {DATABASE} (read_only)"
    )
    models = json.loads((folder / "models.json").read_text())
    sql = f"select * from {DATABASE}.{key}_finished" if is_floor else models[key]
    start = time.perf_counter()
    connection.execute(f"create table result as {sql}")
    seconds = time.perf_counter() - start
    (rows,) = connection.execute("select count(*) from result").fetchone()
    return {"seconds": seconds, "rows": rows}


def compare(folder: Path, size: int, repeats: int) -> bool:
    """Measure all methods, print the table, say whether the targets are met."""

    def call(method: str) -> Any:
        arguments = [method, folder, str(size)]
        return run([sys.executable, __file__, "--work", *arguments])

    (folder / "customers.duckdb").unlink(missing_ok=True)
    call("make")
    methods = {
        name: Method(title)
        for key, model in MODELS.items()
        for name, title in (
            (f"{key}_floor", f"write the columns of {model}"),
            (key, model),
        )
    }
    for _ in range(repeats):
        for name, method in methods.items():
            measured = call(name)
            if measured.last_line["rows"] != size:
                raise RuntimeError(f"{name}: {measured.last_line['rows']} rows")
            method.add(
                measured.last_line["seconds"], measured.cpu_seconds, measured.peak_mb
            )
    print(heading())
    for method in methods.values():
        print(method.row())
    print("targets:" if size >= TARGET_SIZE else "ratios:")
    met = [
        verdict(
            f"{MODELS[key]} / write its columns",
            median(ratios(methods[key].seconds, methods[f"{key}_floor"].seconds)),
            most,
        )
        for key, most in MOST_FLOORS.items()
    ]
    return all(met) or size < TARGET_SIZE


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", type=int, metavar="CUSTOMERS")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a target is missed"
    )
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        method, folder, size = options.work
        print(json.dumps(work(method, Path(folder), int(size))))
        return 0
    print(machine())
    met = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "built").mkdir()
        (folder / "models.json").write_text(json.dumps(compile_models(folder)))
        for size in options.sizes or DEFAULT_SIZES:
            print(f"\n{size:,} customers, {options.repeats} rounds", flush=True)
            met &= compare(folder, size, options.repeats)
    return 1 if options.check and not met else 0


if __name__ == "__main__":
    sys.exit(main())
