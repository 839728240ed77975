"""The published file: the marts as they are, whole at every moment."""

from __future__ import annotations

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.environments.local import LocalEnvironment
from project import EVIDENCE, MARTS, PROJECT, copy_project, run_dbt

from customer_segmentation.publish import FILE_NAME, publish_relations

# every order line that was rejected is for whoever mends the input, not for BI
NOT_PUBLISHED = {"rejected_order_lines"}


def test_every_mart_and_its_evidence_is_published() -> None:
    """A Python model must name its refs one by one, so one could be forgotten."""
    tree = ast.parse((PROJECT / "models/publish/published_marts.py").read_text())
    refs = {
        name.value: ref.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for name, ref in zip(node.keys, node.values, strict=True)
    }
    assert list(refs) == list(refs.values())
    assert sorted(refs) == sorted({*MARTS, *EVIDENCE} - NOT_PUBLISHED)


def test_nothing_is_published_before_every_test_has_passed(
    online_retail_defaults,
) -> None:
    """A test holds up what depends on all that it reads, and nothing else."""
    manifest = json.loads((online_retail_defaults.target / "manifest.json").read_text())
    parents = manifest["parent_map"]
    model = "model.customer_segmentation.published_marts"
    switched_off = {
        name.split(".")[-1]
        for name in manifest["disabled"]
        if name.startswith("model.")
    }
    upstream, to_visit = set(), [model]
    while to_visit:
        found = set(parents[to_visit.pop()]) - upstream
        upstream |= found
        to_visit.extend(found)
    tests = {
        node["name"]: set(parents[unique_id])
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "test"
        and node["config"]["severity"] == "error"
        # dbt keeps those of models that the vars switch off, without what they read
        and node.get("file_key_name", "").removeprefix("models.") not in switched_off
    }
    assert len(tests) > 150
    late = {name for name, read in tests.items() if not read or read - upstream}
    # of inputs that the demo does not have, of the file itself, and of no mart
    assert {name for name in late if "_stg_inputs__" not in name} == {
        "primary_key_published_marts_table_name",
        "primary_key_time_spine_days_date_day",
    }


def test_the_published_file_is_the_warehouse(online_retail_defaults) -> None:
    """Rows in their order, types of the contracts, comments; none is missing."""
    result = online_retail_defaults
    columns = """
        select column_name, data_type, comment from duckdb_columns()
        where database_name = '{}' and table_name = '{}' order by column_index
    """
    comment = """
        select comment from duckdb_tables()
        where database_name = '{}' and table_name = '{}'
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{result.warehouse}' as built (read_only)")
        connection.execute(f"attach '{result.published}' as published (read_only)")
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'published'"
        ).fetchall()
        assert {table for (table,) in tables} == {*MARTS, *EVIDENCE} - NOT_PUBLISHED
        for (table,) in tables:
            for sql in (columns, comment):
                built, published = (
                    connection.execute(sql.format(database, table)).fetchall()
                    for database in ("built", "published")
                )
                assert published == built
                assert published
                assert all(row[-1] for row in published), table
            built, published = (
                connection.execute(f"from {database}.main.{table}").fetchall()
                for database in ("built", "published")
            )
            assert published == built, table
    told = result.query("select table_name, row_count from published_marts")
    assert dict(told)["customer_segments"] == 4338
    assert "customer_segments (4,338 rows)" in result.output


def test_a_failed_test_leaves_the_published_file_alone(
    online_retail_defaults, online_retail_vars, tmp_path
) -> None:
    project = copy_project(tmp_path / "project")
    (project / "tests/assert_never.sql").write_text(
        "select * from {{ ref('segments') }}"
    )
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copy(online_retail_defaults.warehouse, warehouse)
    published = tmp_path / "published" / FILE_NAME
    published.parent.mkdir()
    published.write_bytes(b"what was there")
    result = run_dbt(
        tmp_path,
        {"inputs": online_retail_vars["inputs"]},
        select="segments published_marts",
        warehouse=warehouse,
        project=project,
    )
    assert result.exit_code != 0
    assert "FAIL" in result.output
    assert "SKIP relation main.published_marts" in result.output
    assert os.listdir(published.parent) == [FILE_NAME]
    assert published.read_bytes() == b"what was there"


@pytest.fixture
def shop(tmp_path: Path):
    """Return a session with a table and a view, oddly named and commented."""
    with duckdb.connect(str(tmp_path / "odd-name.duckdb")) as session:
        session.execute("create schema marts")
        session.execute(
            'create table marts."Sales" as select 1.5::decimal(18, 4) as money, '
            'range as id, \'it\'\'s\' as "a ""quoted"" name" from range(3)'
        )
        session.execute('create view customers as select id from marts."Sales"')
        session.execute("comment on table marts.\"Sales\" is 'what''s sold'")
        session.execute("comment on column marts.\"Sales\".money is 'in €'")
        session.execute("comment on view customers is 'who'")
        yield session


def relations(session: duckdb.DuckDBPyConnection) -> dict:
    """Return them as dbt.ref does, the first under another name than its own."""
    return {
        "Sold": session.query('select * from "odd-name"."marts"."Sales"'),
        "customers": session.query('select * from "odd-name"."main"."customers"'),
    }


def test_names_comments_and_types_are_copied(shop, tmp_path) -> None:
    folder = tmp_path / "out"
    frame = publish_relations(shop, relations(shop), folder, parquet=True)
    assert frame.values.tolist() == [["Sold", 3], ["customers", 3]]
    assert sorted(os.listdir(folder)) == [FILE_NAME, "parquet"]
    assert sorted(os.listdir(folder / "parquet")) == [
        "Sold.parquet",
        "customers.parquet",
    ]
    with duckdb.connect(str(folder / FILE_NAME), read_only=True) as connection:
        assert connection.execute(
            "select table_name, comment from duckdb_tables() order by 1"
        ).fetchall() == [("Sold", "what's sold"), ("customers", "who")]
        assert connection.execute(
            "select column_name, data_type, comment from duckdb_columns() "
            "where table_name = 'Sold' and database_name = current_database()"
        ).fetchall() == [
            ("money", "DECIMAL(18,4)", "in €"),
            ("id", "BIGINT", None),
            ('a "quoted" name', "VARCHAR", None),
        ]
        parquet = folder / "parquet" / "Sold.parquet"
        rows = connection.execute('from "Sold"').fetchall()
        assert connection.execute(f"from '{parquet}'").fetchall() == rows
        assert len(rows) == 3


def test_parquet_of_an_earlier_time_does_not_stay(shop, tmp_path) -> None:
    folder = tmp_path / "out"
    publish_relations(shop, relations(shop), folder, parquet=True)
    mine = folder / "parquet" / "mine.parquet"
    mine.write_text("mine")
    publish_relations(shop, relations(shop), folder)
    assert os.listdir(mine.parent) == ["mine.parquet"]
    mine.unlink()
    publish_relations(shop, relations(shop), folder)
    assert os.listdir(folder) == [FILE_NAME]


def test_a_folder_may_begin_at_home(shop, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    publish_relations(shop, relations(shop), "~/bi")
    assert os.listdir(tmp_path / "home" / "bi") == [FILE_NAME]


def test_what_is_no_folder_is_told(shop, tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"publish_to: .*file: found: .*PUBLISH_TO"):
        publish_relations(shop, relations(shop), tmp_path / "file")


def test_the_file_is_in_the_storage_version_of_duckdb_1(shop, tmp_path) -> None:
    publish_relations(shop, relations(shop), tmp_path)
    with duckdb.connect(str(tmp_path / FILE_NAME), read_only=True) as connection:
        ((tags,),) = connection.execute(
            "select tags from duckdb_databases() where not internal"
        ).fetchall()
    assert tags["storage_version"].startswith("v1.0.0"), tags


def test_a_failure_leaves_the_old_file_and_nothing_else(shop, tmp_path) -> None:
    folder = tmp_path / "out"
    publish_relations(shop, relations(shop), folder)
    before = (folder / FILE_NAME).read_bytes()
    shop.execute(
        "create view broken as select error('broken') as id from marts.\"Sales\""
    )
    broken = shop.query('select * from "odd-name"."main"."broken"')
    with pytest.raises(duckdb.Error, match="broken"):
        publish_relations(shop, relations(shop) | {"broken": broken}, folder)
    assert os.listdir(folder) == [FILE_NAME]
    assert (folder / FILE_NAME).read_bytes() == before
    publish_relations(shop, relations(shop), folder)


def test_leftovers_of_the_dead_are_removed_and_of_the_living_kept(
    shop, tmp_path
) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    dead = tmp_path / f".{FILE_NAME}.{process.pid}.tmp"
    living = tmp_path / f".{FILE_NAME}.{os.getppid()}.tmp"
    for file in (dead, dead.with_name(dead.name + ".wal"), living):
        file.write_text("half")
    publish_relations(shop, relations(shop), tmp_path)
    assert not dead.exists()
    assert not dead.with_name(dead.name + ".wal").exists()
    assert living.exists()


def test_a_process_of_somebody_else_is_alive(shop, tmp_path, monkeypatch) -> None:
    """One that may not be asked: its file is left to it."""

    def refuse(*_) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    living = tmp_path / f".{FILE_NAME}.{os.getppid()}.tmp"
    living.write_text("half")
    publish_relations(shop, relations(shop), tmp_path)
    assert living.exists()


PUBLISHER = """
import sys, duckdb
from customer_segmentation.publish import publish_relations
session = duckdb.connect()
for table in ("one", "two"):
    session.execute(f"create table {table} as select 0 as version from range(300000)")
version = 0
while True:
    version += 1
    for table in ("one", "two"):
        session.execute(f"update {table} set version = {version}")
    print(version, flush=True)
    refs = {t: session.query(f"select * from memory.main.{t}") for t in ("one", "two")}
    publish_relations(session, refs, sys.argv[1])
"""

READER = """
import sys, time, duckdb
end, reads, seen = time.monotonic() + 120, 0, set()
while (reads < 20 or len(seen) < 3) and time.monotonic() < end:
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        one, two = (
            connection.execute(f"select min(version), max(version) from {t}").fetchall()
            for t in ("one", "two")
        )
    assert one == two and one[0][0] == one[0][1], (one, two)
    seen.add(one[0][0])
    reads += 1
print(reads, len(seen))
"""


def versions(file: Path) -> set[tuple]:
    """Return the versions that the two tables of a published file hold."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return {
            *connection.execute("select distinct version from one").fetchall(),
            *connection.execute("select distinct version from two").fetchall(),
        }


def test_readers_never_fail_and_never_see_half(tmp_path) -> None:
    """Three readers open and close; one stays connected and keeps the old state.

    They read until they have seen several versions, however busy the machine is.
    """
    writer = subprocess.Popen(
        [sys.executable, "-c", PUBLISHER, tmp_path], stdout=subprocess.PIPE
    )
    try:
        file = tmp_path / FILE_NAME
        while not file.exists():
            assert writer.poll() is None
            time.sleep(0.01)
        with duckdb.connect(str(file), read_only=True) as held:
            (old,) = held.execute("select max(version) from one").fetchall()
            readers = [
                subprocess.Popen(
                    [sys.executable, "-c", READER, file],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
                for _ in range(3)
            ]
            for reader in readers:
                output, error = reader.communicate()
                assert reader.returncode == 0, error
                reads, seen = map(int, output.split())
                assert reads >= 20
                assert seen >= 3
            assert held.execute("select max(version) from one").fetchall() == [old]
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is of POSIX")
def test_a_kill_leaves_the_old_file_readable_and_no_litter(tmp_path) -> None:
    """Killed at several points after the first file stands, and continued."""
    litter = 0
    for delay in (0.0, 0.01, 0.02, 0.04, 0.08):
        writer = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, tmp_path], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        while int(writer.stdout.readline()) < 2:
            pass
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        assert len(versions(tmp_path / FILE_NAME)) == 1
        litter += len(list(tmp_path.glob(".*.tmp*")))
    assert litter, "no kill came while a file was written"
    with duckdb.connect() as session:
        session.execute("create table one as select -1 as version")
        session.execute("create table two as from one")
        publish_relations(
            session,
            {
                t: session.query(f"select * from memory.main.{t}")
                for t in ("one", "two")
            },
            tmp_path,
        )
    assert versions(tmp_path / FILE_NAME) == {(-1,)}
    assert os.listdir(tmp_path) == [FILE_NAME]


def test_a_locked_warehouse_is_tried_again(tmp_path) -> None:
    """With what the profile says, by dbt-duckdb itself: a lock of a second is no
    error, and without the retries it is one."""
    outputs = yaml.safe_load((PROJECT / "profiles.yml").read_text())
    retries = outputs["customer_segmentation"]["outputs"]["duckdb"]["retries"]
    file = tmp_path / "warehouse.duckdb"
    locker = (
        "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); "
        "print(1, flush=True); time.sleep(1)"
    )
    for credentials, is_patient in (
        ({"path": str(file)}, False),
        ({"path": str(file), "retries": retries}, True),
    ):
        with subprocess.Popen(
            [sys.executable, "-c", locker, file], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            given = DuckDBCredentials.from_dict(credentials)
            if is_patient:
                LocalEnvironment.initialize_db(given).close()
            else:
                with pytest.raises(duckdb.IOException, match="lock"):
                    LocalEnvironment.initialize_db(given)
