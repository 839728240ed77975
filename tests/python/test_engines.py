"""The same numbers on every engine: approved rules, run on PostgreSQL and on Spark.

The demo data and the real orders of Online Retail are segmented and approved on DuckDB;
then every SQL model is built without Python models on the three, and all marts, all
evidence and the sample to fit from are compared row by row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from postgresql import Server, postgresql_server
from project import EVIDENCE, MARTS, NO_TESTS, SEGMENTATIONS, Result
from shop import ALONE, APPROVABLE, Shop, fixed

pytestmark = [pytest.mark.builds, pytest.mark.engines]

Rows = list[tuple[Any, ...]]
Reader = Callable[[str], Rows]

COMPARED = (*MARTS, *EVIDENCE, "feature_sample")
# what is approved
FITTED = (*APPROVABLE, "int_propensity_fit", "int_lifetime_fit")
SPARK_OF_SMALL_TABLES = Path(__file__).with_name("spark")
SAMPLED = 1000
"""Customers of the sample, fewer than there are."""
DEMO = pytest.param("demo", marks=pytest.mark.demo)


@pytest.fixture(scope="module", params=[DEMO, "online_retail"])
def shop(request, tmp_path_factory) -> Shop:
    """Return a shop where everything that may be approved is approved."""
    folder = tmp_path_factory.mktemp(request.param)
    names = SEGMENTATIONS
    vars = {"segmentations": {name: fixed(4) for name in names}}
    if request.param == "online_retail":
        vars = dict(request.getfixturevalue("online_retail_vars"))
        names = ("purchase_behaviour",)
    settings = dict(vars.get("segmentations") or {})
    settings["purchase_behaviour"] = {
        **settings.get("purchase_behaviour", {}),
        "sample_rows": SAMPLED,
    }
    settings.update({} if len(names) > 1 else ALONE)
    vars |= {"segmentations": settings, "sample_to": str(folder)}
    shop = Shop(folder, vars)
    shop.run(*NO_TESTS, tables=FITTED).check()
    for name in names:
        shop.operate("approve_rules", segmentation=name).check()
    for prediction in ("propensity", "lifetime"):
        shop.operate("approve_formulas", prediction=prediction).check()
    shop.warehouse = shop.folder / "approved.duckdb"
    shop.build(*NO_TESTS, vars={"python_models": False}).check()
    return shop


def orders_file(shop: Shop) -> str | None:
    """Return the file of the orders; none where they are the demo data."""
    return shop.vars.get("inputs", {}).get("order_lines", {}).get("file")


def read_orders_from(shop: Shop, **place: str) -> dict:
    """Return vars with the orders in another place, where they are in a file."""
    if orders_file(shop) is None:
        return {}
    lines = shop.vars["inputs"]["order_lines"]
    return {"inputs": {"order_lines": {**place, "columns": lines["columns"]}}}


def what_is_built(shop: Shop) -> list[str]:
    """Return options of dbt: data tests, which take minutes, for Online Retail alone.

    The test of the SQL that differs between engines always runs.
    """
    line = ["--exclude-resource-type", "unit_test"]
    if orders_file(shop) is None:
        kinds = [f"resource_type:{kind}" for kind in ("model", "seed", "snapshot")]
        line += ["--select", *kinds, "assert_engines_agree"]
        line += ["--indirect-selection", "empty"]
    return line


def load(shop: Shop, server: Server) -> None:
    """Copy the orders into a table of PostgreSQL, where they are in a file."""
    if orders_file(shop) is None:
        return
    csv = shop.folder / "orders.csv"
    with duckdb.connect() as connection:
        connection.execute(f"create view orders as from '{orders_file(shop)}'")
        connection.execute(f"copy orders to '{csv}' (format csv, header false)")
        columns = connection.execute("describe orders").fetchall()
    types = {"DOUBLE": "numeric", "VARCHAR": "text"}  # keeps digits as written
    listed = ", ".join(
        f'"{name}" {types.get(kind, kind.lower().replace("_ns", ""))}'
        for name, kind, *_ in columns
    )
    server.script(
        f"create schema {shop.folder.name};\n"
        f"create table {shop.folder.name}.orders ({listed});\n"
        f"\\copy {shop.folder.name}.orders from '{csv}' with (format csv)\n"
    )


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql_server() as server:
        yield server


def run_on_postgres(shop: Shop, server: Server, *line, **options) -> Result:
    env = {**server.environment, "PGSCHEMA": shop.folder.name}
    return shop.run(*line, "--target", "postgres", env=env, **options)


def run_on_spark(shop: Shop, folder: Path, *line, **options) -> Result:
    env = {"SPARK_WAREHOUSE": str(folder)}
    if orders_file(shop) is None:
        env["SPARK_CONF_DIR"] = str(SPARK_OF_SMALL_TABLES)
        # the one of its settings that the profile has, too
        profile = shop.project / "profiles.yml"
        setting = 'spark.sql.shuffle.partitions: "{}"'
        text = profile.read_text().replace(setting.format(2), setting.format(1))
        assert setting.format(1) in text
        profile.write_text(text)
    return shop.run(*line, "--target", "spark", env=env, **options)


@pytest.fixture(scope="module")
def postgres(shop, server) -> Iterator[Reader]:
    """Build on PostgreSQL; return a reader of its tables."""
    load(shop, server)
    vars = read_orders_from(shop, relation=f"{shop.folder.name}.orders")
    run_on_postgres(shop, server, *what_is_built(shop), vars=vars).check()
    import psycopg2  # of the extra that `make test-engines` installs

    connection = psycopg2.connect(
        host="127.0.0.1",
        port=server.port,
        user=server.environment["PGUSER"],
        dbname=server.environment["PGDATABASE"],
        options=f"-c search_path={shop.folder.name}",
    )
    connection.autocommit = True

    def read(query: str) -> Rows:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    yield read
    connection.close()


@pytest.fixture(scope="module")
def spark(shop) -> Reader:
    """Build on Spark; return a reader of the files of its tables."""
    folder = shop.folder / "spark"
    query = f"select * from parquet.`{orders_file(shop)}`"
    vars = read_orders_from(shop, query=query)
    run_on_spark(shop, folder, *what_is_built(shop), vars=vars).check()
    connection = duckdb.connect()
    for table in (*MARTS, *EVIDENCE):
        files = folder / "main.db" / table / "*.parquet"
        connection.execute(f"create view {table} as from read_parquet('{files}')")
    files = shop.folder / "feature_sample" / "*.parquet"
    connection.execute(f"create view feature_sample as from read_parquet('{files}')")
    return lambda query: connection.execute(query).fetchall()


@pytest.fixture(params=["postgres", "spark"])
def read(request) -> Reader:
    return request.getfixturevalue(request.param)


def place_of(row: tuple) -> tuple:
    """Return what rows are put in order by, without the last digits of numbers."""
    return tuple(
        f"{value:.6g}" if isinstance(value, float) else str(value) for value in row
    )


def is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return type(one) is type(other) and one == other


def assert_same(expected: Rows, found: Rows, columns: list[str]) -> None:
    """Fail on the first value that differs; only doubles may, by a billionth."""
    assert len(expected) == len(found)
    pairs = zip(
        sorted(expected, key=place_of), sorted(found, key=place_of), strict=True
    )
    for before, after in pairs:
        for column, one, other in zip(columns, before, after, strict=True):
            if not is_same(one, other):
                pytest.fail(f"{column}: {one!r} and {other!r}\n{before}\n{after}")


@pytest.mark.parametrize("table", COMPARED)
def test_every_engine_gives_the_same_rows(table, shop, read):
    columns = [name for name, *_ in shop.query(f"describe {table}")]
    query = f"select {', '.join(columns)} from {table}"
    if table == "rule_findings":  # what Spark says of itself
        query += " where finding <> 'not_searched'"
    assert_same(shop.query(query), read(query), columns)


def test_spark_says_that_it_searched_no_rules(spark, shop):
    unsearched = "select rule_set from rule_findings where finding = 'not_searched'"
    found = {row[0] for row in spark(unsearched)}
    assert found > {file.stem for file in shop.file.parent.glob("*.sql")}


def test_what_is_compared_is_there(shop):
    """Everyone has a segment and a cluster, a distance and a probability."""
    placed, clustered, distances = shop.query(
        "select count(distinct segmentation) filter (where segment_id > 0), "
        "count(distinct segmentation) filter (where cluster_id > 0), "
        "count(distance_to_centroid) from segment_memberships"
    )[0]
    approved = len(list(shop.file.parent.glob("*.sql")))
    assert placed == clustered == approved and distances > SAMPLED
    assert shop.query(
        "select count(*) > 0 from customer_segments where purchase_propensity > 0"
    ) == [(True,)]
    assert shop.query(
        "select count(distinct entity_id) from feature_sample "
        "where feature_set = 'purchase_behaviour'"
    ) == [(SAMPLED,)]


@pytest.mark.thorough
def test_postgres_finds_the_same_faults_in_rules(shop, postgres, server):
    """An overlap and what is never reached, in the whole space of the features."""
    text = shop.file.read_text()
    branch = re.search(r"    when (.*?) and .* then 1 ", text)
    shop.edit(branch[0], f"    when {branch[1]} then 1 ")
    options = {
        "command": "run",
        "select": "int_rule_boxes int_rule_faults",
        "vars": {"python_models": False},
    }
    try:
        shop.run(**options).check()
        options["vars"] |= read_orders_from(shop, relation=f"{shop.folder.name}.orders")
        run_on_postgres(shop, server, **options).check()
    finally:
        shop.file.write_text(text)
    columns = [name for name, *_ in shop.query("describe int_rule_faults")]
    query = f"select {', '.join(columns)} from int_rule_faults"
    assert shop.query(query)
    assert_same(shop.query(query), postgres(query), columns)


@pytest.mark.demo
@pytest.mark.thorough
@pytest.mark.parametrize("engine", ["duckdb", "postgres", "spark"])
def test_every_engine_says_what_is_wrong_with_an_input(
    engine, tmp_path_factory, server
):
    """A table that is not there, and rows of which none is an order."""
    folder = tmp_path_factory.mktemp(engine)
    shop = Shop(folder, {})

    def run(lines: dict) -> str:
        options = {"command": "run", "select": "+int_as_of_date"}
        options["vars"] = {"inputs": {"order_lines": lines}}
        if engine == "postgres":
            result = run_on_postgres(shop, server, **options)
        elif engine == "spark":
            result = run_on_spark(shop, folder / "spark", **options)
        else:
            result = shop.run(**options)
        assert result.exit_code
        return result.output

    assert "no table or view 'main.nothing'" in run({"relation": "main.nothing"})
    empty = (
        "select '1' as order_id, '1' as customer_id, 1 as quantity, 1 as unit_price, "
        "'2025-01-01' as ordered_at where 1 = 0"
    )
    assert "input order_lines has no acceptable order line" in run({"query": empty})
