"""The same numbers on every engine: approved rules, run on PostgreSQL and on Spark.

The demo data is segmented and approved on DuckDB; then every SQL model is built without
Python models on the three, and all marts and evidence are compared row by row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import psycopg2
import pytest
from postgresql import postgresql_server
from project import EVIDENCE, MARTS, SEGMENTATIONS
from shop import Shop

pytestmark = pytest.mark.builds

Rows = list[tuple[Any, ...]]
Reader = Callable[[str], Rows]

NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shop:
    """Return a shop whose four segmentations are approved."""
    shop = Shop(tmp_path_factory.mktemp("engines"), {})
    no_tests = ("--exclude-resource-type", "test")
    shop.build(*no_tests).check()
    for name in SEGMENTATIONS:
        shop.operate("approve_rules", segmentation=name).check()
    shop.warehouse = shop.folder / "approved.duckdb"
    shop.build(*no_tests, vars={"python_models": False}).check()
    return shop


@pytest.fixture(scope="module")
def postgres(shop) -> Iterator[Reader]:
    """Build on PostgreSQL; return a reader of its tables."""
    with postgresql_server() as server:
        line = (*NO_UNIT_TESTS, "--target", "postgres")
        shop.run(*line, env=server.environment).check()
        connection = psycopg2.connect(
            host="127.0.0.1",
            port=server.port,
            user=server.environment["PGUSER"],
            dbname=server.environment["PGDATABASE"],
            options="-c search_path=main",
        )

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
    line = (*NO_UNIT_TESTS, "--target", "spark")
    shop.run(*line, env={"SPARK_WAREHOUSE": str(folder)}).check()
    connection = duckdb.connect()
    for table in (*MARTS, *EVIDENCE):
        files = folder / "main.db" / table / "*.parquet"
        connection.execute(f"create view {table} as from read_parquet('{files}')")
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


@pytest.mark.parametrize("table", [*MARTS, *EVIDENCE])
def test_every_engine_gives_the_same_rows(table, shop, read):
    columns = [name for name, *_ in shop.query(f"describe {table}")]
    query = f"select {', '.join(columns)} from {table}"
    assert_same(shop.query(query), read(query), columns)


def test_customers_are_placed_everywhere(shop):
    """Else nothing would be compared."""
    assert shop.query(
        "select count(distinct segmentation) from segment_memberships "
        "where segment_id > 0"
    ) == [(len(SEGMENTATIONS),)]
