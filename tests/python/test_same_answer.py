"""Same data, same answer: whatever the order of the rows, the threads or the day.

Every table of marts and evidence is read as it stands, without ``order by``: its
rows, their order and every bit of every number must agree with the first build.
"""

from __future__ import annotations

import copy

import duckdb
import pytest
import yaml
from project import EVIDENCE, MARTS, NO_TESTS, PROJECT, Result

# segmentation_fits carries the time of the run
TABLES = tuple(t for t in MARTS + EVIDENCE if t != "segmentation_fits")
# where nothing is approved and nothing is wrong
EMPTY = {"rule_findings", "segment_lineage", "segment_movers", "segment_rule_changes"}


@pytest.fixture(scope="module")
def shuffled_vars(online_retail_vars, tmp_path_factory) -> dict:
    """Return the vars of the example over the same rows in another order."""
    source = online_retail_vars["inputs"]["order_lines"]["file"]
    file = tmp_path_factory.mktemp("shuffled") / "orders.parquet"
    with duckdb.connect() as connection:
        # many small row groups, so that threads share them out as it comes
        connection.execute(f"""
            copy (
                select * exclude (file_row_number)
                from read_parquet('{source}', file_row_number = true)
                order by md5(file_row_number::varchar)
            ) to '{file}' (format parquet, row_group_size 10240)
        """)
        first_rows = [
            connection.execute(f"from read_parquet('{path}') limit 5").fetchall()
            for path in (source, file)
        ]
        assert first_rows[0] != first_rows[1]
    vars = copy.deepcopy(online_retail_vars)
    vars["inputs"]["order_lines"]["file"] = str(file)
    return vars


@pytest.fixture(scope="module")
def build_with_threads(dbt_build, tmp_path_factory):
    """Return a function that builds with so many threads, of dbt and of DuckDB."""

    def build(vars: dict, threads: int, **env: str) -> Result:
        profiles = yaml.safe_load((PROJECT / "profiles.yml").read_text())
        outputs = profiles["customer_segmentation"]["outputs"]
        outputs["duckdb"]["settings"]["threads"] = threads
        folder = tmp_path_factory.mktemp("profiles")
        (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))
        return dbt_build(
            vars,
            *NO_TESTS,
            tables=MARTS + EVIDENCE,
            threads=threads,
            profiles_dir=folder,
            env=env,
        ).check()

    return build


@pytest.fixture(scope="module")
def one_thread(build_with_threads, shuffled_vars) -> Result:
    return build_with_threads(shuffled_vars, 1, OMP_NUM_THREADS="1")


@pytest.fixture(scope="module")
def four_threads(build_with_threads, shuffled_vars) -> Result:
    vars = {"inputs": shuffled_vars["inputs"]}
    return build_with_threads(vars, 4, PYTHONHASHSEED="1")


def assert_same(first: Result, second: Result, table: str) -> None:
    """Fail on the first column, row or bit in which two builds of a table differ."""
    query = f"select * from {table}"
    description = f"describe {table}"
    assert first.query(description) == second.query(description)
    # repr shows every bit of a double, and one NaN is like another
    before = [repr(row) for row in first.query(query)]
    after = [repr(row) for row in second.query(query)]
    assert len(before) == len(after)
    differing = [i for i, row in enumerate(before) if row != after[i]]
    if differing:
        what = "order alone" if sorted(before) == sorted(after) else "values"
        row = differing[0]
        pytest.fail(
            f"{table}: {len(differing)} of {len(before)} rows differ, in {what}; "
            f"row {row}:\n{before[row]}\n{after[row]}"
        )


@pytest.mark.parametrize("table", TABLES)
def test_shuffled_rows_and_one_thread(table, online_retail, one_thread):
    assert_same(online_retail, one_thread, table)


@pytest.mark.thorough
@pytest.mark.parametrize("table", TABLES)
def test_shuffled_rows_four_threads_and_another_hash_seed(
    table, online_retail_defaults, four_threads
):
    assert_same(online_retail_defaults, four_threads, table)


def test_every_table_is_there(online_retail):
    assert len(TABLES) >= 13
    for table in TABLES:
        rows = online_retail.query(f"select count(*) from {table}")[0][0]
        assert (rows == 0) == (table in EMPTY), table
