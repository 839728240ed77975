"""The features per customer: pandas as published against the project's SQL.

    python benchmarks/features.py                      # 500,000 and 5,000,000 lines
    python benchmarks/features.py 5000000 --repeats 5
    python benchmarks/features.py --data order_lines.parquet

Every method is a process of its own and the rounds are interleaved. The SQL is what
dbt compiles from the models of this project, run in one DuckDB process, so that the
start-up of dbt, a constant, stands apart. README.md says what the methods are.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from _builds import generate_lines
from _measure import Method, heading, machine, ratios, run, verdict

DEFAULT_SIZES = (500_000, 5_000_000)
TARGET_SIZE = 5_000_000  # the targets against pandas hold from here on
LEAST_SPEED_UP = 10.0
MOST_MEMORY = 1 / 5
MOST_SCANS = 3.5

DATABASE = "benchmark"  # the name of the DuckDB file and so of every relation in it
SCALED = "int_purchase_behaviour__scaled"
SCREENED = "int_order_lines_screened"
ACCEPTED = "int_order_lines_accepted"
TOTALLED = "int_orders_totalled"
FEATURES = "int_customer_features"
MODELS_FROM_ACCEPTED = (TOTALLED, FEATURES)
COLUMNS = (
    "order_id, customer_id, product_id, product_name, quantity, unit_price, "
    "ordered_at, country"
)

# The cleaning of the published procedure; pandas does the same.
AS_PUBLISHED = {"duplicates": "keep", "zero_prices": "keep"}

TITLES = {
    "pandas": "pandas, the tutorial's procedure",
    "pandas_tuned": "pandas, tuned, whole file",
    "pandas_needed": "pandas, tuned, its four columns only",
    "sql": "SQL, nothing stored (as pandas)",
    "sql_stored": "SQL, every table stored (as dbt build)",
    "sql_checked": "SQL, every table stored, default cleaning (no duplicates)",
    "plain": "SQL, floor: the published procedure, nothing checked",
    "checked": "SQL, floor: every line cleaned and checked once",
    "pandas_accepted": "accepted lines: pandas, the tutorial's procedure",
    "pandas_accepted_tuned": "accepted lines: pandas, tuned",
    "scan": "accepted lines: bare scan of the columns needed",
    "accepted": "accepted lines: orders totalled and customer features",
}


# --- data and SQL, made once --------------------------------------------------


def make_lines(size: int, folder: Path) -> Path:
    """Generated order lines as Parquet; the folder's `lines.parquet`."""
    generate_lines(size, folder)
    target = folder / "lines.parquet"
    run([sys.executable, __file__, "--work", "retype", folder, target])
    return target


def retype_lines(folder: Path, target: Path) -> dict[str, Any]:
    """Give the generated lines the column types of the published file.

    There customer ids are whole numbers and prices floating-point; pandas is slow on
    DECIMAL and on text, and that is not what is compared.
    """
    import duckdb

    source = folder / "raw_order_lines.parquet"
    duckdb.execute(
        f"""
        copy (
            select * replace (
                cast(customer_id as bigint) as customer_id,
                cast(unit_price as double) as unit_price
            )
            from read_parquet('{source}')
        ) to '{target}' (format parquet, compression zstd)
        """
    )
    source.unlink()
    return {}


def compile_models(
    lines: Path, cleaning: dict[str, str], folder: Path
) -> tuple[list[dict[str, str]], float]:
    """The SQL that dbt compiles, in the order of its execution, and dbt's seconds."""
    settings = {
        "inputs": {"order_lines": {"file": str(lines)}},
        "cleaning": cleaning,
        "distinct_products": False,
        "segmentations": {"purchase_behaviour": {"scaling": "rank_first"}},
    }
    folder.mkdir()
    compiled = run(
        [
            *("dbt", "--quiet", "compile", "--select"),
            *(f"+{name}" for name in (ACCEPTED, SCALED, FEATURES)),
            *("--vars", json.dumps(settings), "--target-path", folder / "target"),
            *("--log-path", folder / "logs", "--no-partial-parse"),
        ],
        environment={"DUCKDB_PATH": str(folder / f"{DATABASE}.duckdb")},
    )
    manifest = json.loads((folder / "target" / "manifest.json").read_text())
    nodes = manifest["nodes"]
    models: list[dict[str, str]] = []
    seen: set[str] = set()

    def visit(unique_id: str) -> None:
        node = nodes.get(unique_id)
        if unique_id in seen or node is None or node["resource_type"] != "model":
            return
        seen.add(unique_id)
        for upstream in node["depends_on"]["nodes"]:
            visit(upstream)
        models.append(
            {
                "name": node["name"],
                "relation": node["relation_name"],
                "materialized": node["config"]["materialized"],
                "sql": node["compiled_code"],
            }
        )

    for name in (ACCEPTED, SCALED, FEATURES):
        visit(f"model.customer_segmentation.{name}")
    return models, compiled.seconds


def accept_lines(models: Sequence[dict[str, str]], target: Path) -> dict[str, Any]:
    """Write the accepted lines, and the as-of date beside them, as Parquet.

    Once more for pandas, with the types of the published file and its columns.
    """
    connection = _connect("accepted.duckdb", target.parent)
    paths = {
        ACCEPTED: target,
        "int_as_of_date": _as_of_path(target),
    }
    for model in models:
        kind = model["materialized"]
        connection.execute(f"create {kind} {model['relation']} as {model['sql']}")
        if model["name"] in paths:
            connection.execute(
                f"copy (select * from {model['relation']}) "
                f"to '{paths[model['name']]}' (format parquet)"
            )
    connection.execute(
        f"""
        copy (
            select * exclude (sales) replace (
                cast(customer_id as bigint) as customer_id,
                cast(quantity as bigint) as quantity,
                cast(unit_price as double) as unit_price
            )
            from read_parquet('{target}')
        ) to '{_plain_path(target)}' (format parquet, compression zstd)
        """
    )
    return {}


# --- the methods, each run in a process of its own ------------------------------


def pandas_features(
    lines: Path, columns: list[str] | None, is_tuned: bool
) -> dict[str, Any]:
    """The published procedure: filter, group, divide, rank, standardise.

    Tutorials follow Y. H. Hwang, Hands-On Data Science for Marketing (2019), Customer
    segmentation, and count the orders of each customer with a function in Python.
    Tuned, pandas counts them itself, and both filters are one.
    """
    import pandas as pd

    if importlib.util.find_spec("pyarrow"):
        frame = pd.read_parquet(lines, columns=columns)
    else:  # without it pandas reads no Parquet, and keeps text as Python objects
        import duckdb

        names = ", ".join(columns) if columns else COLUMNS
        frame = duckdb.execute(f"select {names} from read_parquet('{lines}')").df()
    if is_tuned:
        frame = frame[(frame["quantity"] > 0) & frame["customer_id"].notna()]
    else:
        frame = frame[frame["quantity"] > 0]
        frame = frame[frame["customer_id"].notna()]
    frame = frame.assign(sales=frame["quantity"] * frame["unit_price"])
    count = "nunique" if is_tuned else lambda orders: orders.nunique()
    customers = frame.groupby("customer_id").agg(
        total_sales=("sales", "sum"), order_count=("order_id", count)
    )
    customers["average_order_value"] = customers.total_sales / customers.order_count
    ranks = customers.rank(method="first")
    scaled = (ranks - ranks.mean()) / ranks.std()
    return {
        "customers": len(scaled),
        "orders": int(customers.order_count.sum()),
        "sales": float(customers.total_sales.sum()),
    }


def sql_features(
    models: list[dict[str, str]], stored: bool, folder: Path
) -> dict[str, Any]:
    """Run the compiled models, as dbt stores them or with no line stored."""
    connection = _connect(f"{DATABASE}.duckdb" if stored else None, folder)
    kept = (
        [model["name"] for model in models if model["materialized"] == "table"]
        if stored
        else [SCALED, TOTALLED]  # pandas keeps its lines, this the orders
    )
    for model in models:
        kind = "table" if model["name"] in kept else "view"
        connection.execute(f"create {kind} {model['relation']} as {model['sql']}")
    relations = {model["name"]: model["relation"] for model in models}
    (customers,) = connection.execute(
        f"select count(*) from {relations[SCALED]}"
    ).fetchone()
    if not stored:
        return {"customers": customers}
    orders, sales = connection.execute(
        f"select sum(order_count), sum(total_sales) from {relations[FEATURES]}"
    ).fetchone()
    return {"customers": customers, "orders": int(orders), "sales": float(sales)}


def plain_query(lines: Path) -> dict[str, Any]:
    """The published procedure as one query: no cleaning, no reasons, no audit."""
    connection = _connect(None, lines.parent)
    connection.execute(
        f"""
        create table {DATABASE}.scaled as
        with orders as (
            select customer_id, order_id, sum(quantity * unit_price) as sales
            from read_parquet('{lines}')
            where quantity > 0 and customer_id is not null
            group by 1, 2
        ),
        customers as (
            select
                customer_id, sum(sales) as total_sales, count(*) as order_count,
                sum(sales) / count(*) as average_order_value
            from orders group by 1
        )
        select
            customer_id,
            row_number() over (order by total_sales, customer_id) as rank_1,
            row_number() over (order by order_count, customer_id) as rank_2,
            row_number() over (order by average_order_value, customer_id) as rank_3
        from customers
        """
    )
    return {}


def lines_checked(models: list[dict[str, str]], folder: Path) -> dict[str, Any]:
    """Staging and the reason for each line, once, with what the features read."""
    connection = _connect(None, folder)
    for model in models:
        connection.execute(f"create view {model['relation']} as {model['sql']}")
        if model["name"] == SCREENED:
            break
    hashes = _hashes("line_reason is null")
    connection.execute(f"select {hashes} from {model['relation']}").fetchall()
    return {}


def features_from_accepted(
    models: list[dict[str, str]], accepted: Path
) -> dict[str, Any]:
    """Orders totalled and customer features, over a file of accepted lines."""
    connection = _connect(None, accepted.parent)
    relations = {model["name"]: model["relation"] for model in models}
    for name, sql in (
        (ACCEPTED, f"select * from read_parquet('{accepted}')"),
        (
            "int_as_of_date",
            f"select * from read_parquet('{_as_of_path(accepted)}')",
        ),
        # returns are rejected lines, of which this file has none
        (
            "int_customer_returns_totalled",
            "select cast(null as varchar) as customer_id, "
            "cast(null as decimal(18, 4)) as returned_sales where 1 = 0",
        ),
    ):
        connection.execute(f"create view {relations[name]} as {sql}")
    for model in models:
        if model["name"] in MODELS_FROM_ACCEPTED:
            connection.execute(f"create table {model['relation']} as {model['sql']}")
    return {
        "customers": connection.execute(
            f"select count(*) from {relations[FEATURES]}"
        ).fetchone()[0]
    }


def bare_scan(accepted: Path) -> dict[str, Any]:
    """Read and decode every value that the features read.

    The hash of each column must look at each value; count, min and max could be
    answered from the statistics of the file.
    """
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"select {_hashes()} from read_parquet('{accepted}')").fetchall()
    return {}


def _hashes(*expressions: str) -> str:
    """The SQL that looks at every value of the columns that the features read."""
    columns = ("order_id", "customer_id", "quantity", "sales", "ordered_at")
    return ", ".join(f"bit_xor(hash({value}))" for value in (*columns, *expressions))


def work(name: str, folder: Path, lines: Path) -> None:
    """Run one method and print what it took, without the imports, as JSON."""
    accepted = folder / "accepted.parquet"
    four = ["order_id", "customer_id", "quantity", "unit_price"]

    def models(cleaning: str) -> list[dict[str, str]]:
        return json.loads((folder / f"{cleaning}.json").read_text())

    methods: dict[str, Callable[[], dict[str, Any]]] = {
        "retype": lambda: retype_lines(folder, lines),
        "accept": lambda: accept_lines(models("default"), accepted),
        "pandas": lambda: pandas_features(lines, None, is_tuned=False),
        "pandas_tuned": lambda: pandas_features(lines, None, is_tuned=True),
        "pandas_needed": lambda: pandas_features(lines, four, is_tuned=True),
        "sql": lambda: sql_features(models("published"), False, folder),
        "sql_stored": lambda: sql_features(models("published"), True, folder),
        "sql_checked": lambda: sql_features(models("default"), True, folder),
        "plain": lambda: plain_query(lines),
        "checked": lambda: lines_checked(models("published"), folder),
        "pandas_accepted": lambda: pandas_features(
            _plain_path(accepted), None, is_tuned=False
        ),
        "pandas_accepted_tuned": lambda: pandas_features(
            _plain_path(accepted), None, is_tuned=True
        ),
        "scan": lambda: bare_scan(accepted),
        "accepted": lambda: features_from_accepted(models("default"), accepted),
    }
    if name.startswith("pandas"):
        import pandas  # noqa: F401 -- imports are not what is measured

        if importlib.util.find_spec("pyarrow"):
            import pyarrow.parquet  # noqa: F401
    else:
        import duckdb  # noqa: F401
    start, cpu = time.perf_counter(), _cpu_seconds()
    found = methods[name]()
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - start,
                "cpu_seconds": _cpu_seconds() - cpu,
                **found,
            }
        )
    )


def _connect(file: str | None, folder: Path) -> Any:
    """A DuckDB connection to a fresh database, set up as in profiles.yml."""
    import duckdb

    path = ":memory:" if file is None else str(folder / file)
    if file is not None:
        Path(path).unlink(missing_ok=True)
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set preserve_insertion_order = false")
    connection.execute(f"attach '{path}' as {DATABASE}")
    return connection


def _as_of_path(accepted: Path) -> Path:
    return accepted.with_name("as_of_date.parquet")


def _plain_path(accepted: Path) -> Path:
    return accepted.with_name("accepted_plain.parquet")


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


# --- the comparison -----------------------------------------------------------


def compare(lines: Path, folder: Path, repeats: int, has_targets: bool) -> bool:
    """Measure all methods on one file, print the table, say if targets are met."""
    for name, cleaning in (("published", AS_PUBLISHED), ("default", {})):
        models, dbt_seconds = compile_models(lines, cleaning, folder / name)
        (folder / f"{name}.json").write_text(json.dumps(models))
    run([sys.executable, __file__, "--work", "accept", folder, lines])

    methods = {name: Method(title) for name, title in TITLES.items()}
    found: dict[str, dict[str, Any]] = {}
    for _ in range(repeats):
        for name, method in methods.items():
            measured = run(
                [sys.executable, __file__, "--work", name, folder, lines],
            )
            found[name] = measured.last_line
            method.add(
                found[name]["seconds"], found[name]["cpu_seconds"], measured.peak_mb
            )

    print(heading())
    for method in methods.values():
        print(method.row())
    print(f"dbt's own constant: {dbt_seconds:.1f} s (start, parse, compile)")
    if not importlib.util.find_spec("pyarrow"):
        print("pyarrow is not installed: pandas keeps text as Python objects")
    _refuse_difference(found["pandas"], found["sql_stored"])

    def ratio(attribute: str, numerator: str, denominator: str) -> float:
        return median(
            ratios(
                getattr(methods[numerator], attribute),
                getattr(methods[denominator], attribute),
            )
        )

    print("ratios, medians over the rounds:")
    for base in ("pandas", "pandas_tuned", "pandas_needed"):
        for other in ("sql", "sql_stored", "sql_checked", "plain", "checked"):
            print(
                f"  {base} / {other}: wall {ratio('seconds', base, other):.2f}, "
                f"cpu {ratio('cpu_seconds', base, other):.2f}, "
                f"memory {ratio('peak_mb', base, other):.2f}"
            )
    for base in ("pandas_accepted", "pandas_accepted_tuned"):
        print(
            f"  {base} / accepted: wall {ratio('seconds', base, 'accepted'):.2f}, "
            f"cpu {ratio('cpu_seconds', base, 'accepted'):.2f}, "
            f"memory {ratio('peak_mb', base, 'accepted'):.2f}"
        )
    print(
        f"  accepted / scan: wall {ratio('seconds', 'accepted', 'scan'):.2f}, "
        f"cpu {ratio('cpu_seconds', 'accepted', 'scan'):.2f}"
    )
    if not has_targets:
        return True
    print("targets:")
    met = [
        verdict(
            "features of accepted lines, SQL faster than pandas",
            ratio("seconds", "pandas_accepted", "accepted"),
            LEAST_SPEED_UP,
            at_least=True,
        ),
        verdict(
            "features of accepted lines, memory of SQL over pandas",
            ratio("peak_mb", "accepted", "pandas_accepted"),
            MOST_MEMORY,
        ),
        verdict(
            "with cleaning and audit, SQL faster than pandas",
            ratio("seconds", "pandas", "sql"),
            LEAST_SPEED_UP,
            at_least=True,
        ),
        verdict(
            "with cleaning and audit, memory of SQL over pandas",
            ratio("peak_mb", "sql", "pandas"),
            MOST_MEMORY,
        ),
        verdict(
            "features of accepted lines over a bare scan",
            ratio("seconds", "accepted", "scan"),
            MOST_SCANS,
        ),
    ]
    return all(met)


def _refuse_difference(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Raise RuntimeError unless both sides have computed the same customers.

    SQL drops a customer without positive sales of a price; nothing else may differ
    by more than one customer in a thousand.
    """
    for key in ("customers", "orders", "sales"):
        if abs(one[key] - other[key]) > abs(one[key]) / 1000:
            raise RuntimeError(f"{key}: pandas {one[key]}, SQL {other[key]}")
    print(
        f"{other['customers']:,} customers, {other['orders']:,} orders "
        f"(pandas: {one['customers']:,}, {one['orders']:,})"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", type=int, metavar="LINES")
    parser.add_argument(
        "--data", type=Path, help="order lines as Parquet, in our names"
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a target is missed"
    )
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.work:
        name, folder, lines = options.work
        work(name, Path(folder), Path(lines))
        return 0
    print(machine())
    met = True
    for size in options.sizes or DEFAULT_SIZES if options.data is None else (None,):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            lines = options.data.resolve() if options.data else make_lines(size, folder)
            title = lines.name if size is None else f"{size:,} order lines"
            print(f"\n{title}, {options.repeats} rounds", flush=True)
            met &= compare(
                lines,
                folder,
                options.repeats,
                has_targets=size is None or size >= TARGET_SIZE,
            )
    return 1 if options.check and not met else 0


if __name__ == "__main__":
    sys.exit(main())
