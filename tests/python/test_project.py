"""What the files of the project say of each other."""

from __future__ import annotations

import os
import tomllib
from types import SimpleNamespace

import pytest
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.environments.local import LocalEnvironment
from dbt_common.exceptions import DbtRuntimeError
from jinja2 import Template
from project import PROJECT, copy_project

from customer_segmentation import algorithms, fits
from customer_segmentation.warehouse_plugin import Plugin


def test_pip_and_uv_install_the_same_versions() -> None:
    """uv does not read constraints.txt, so pyproject.toml repeats it."""
    lines = (PROJECT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert pins
    assert project["tool"]["uv"]["constraint-dependencies"] == pins


def test_a_thread_may_start_when_another_works_on_disk(tmp_path, monkeypatch) -> None:
    """DuckDB refuses another folder for it then, and each thread of dbt makes the
    settings of the profile."""
    monkeypatch.setenv("DUCKDB_PATH", str(tmp_path / "warehouse.duckdb"))
    monkeypatch.setenv("DUCKDB_TEMP_DIRECTORY", str(tmp_path / "spilled"))
    monkeypatch.setenv("DUCKDB_MEMORY_LIMIT", "100MB")
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text())
    output = profile["customer_segmentation"]["outputs"]["duckdb"]

    def render(value: object) -> object:
        is_text = isinstance(value, str)
        return Template(value).render(env_var=os.environ.get) if is_text else value

    credentials = {
        "path": render(output["path"]),
        **{
            key: {name: render(value) for name, value in output[key].items()}
            for key in ("config_options", "settings")
        },
    }
    environment = LocalEnvironment(DuckDBCredentials.from_dict(credentials))
    try:
        first = environment.handle().cursor()
        # more than the memory, and kept: it must lie on disk
        first.execute(
            "create temp table hashes as select md5(i::varchar) as hash "
            "from range(4_000_000) as rows (i)"
        )
        second = environment.handle().cursor()
        second.execute("select 1")
        assert second.fetchall() == [(1,)]
        assert list((tmp_path / "spilled").iterdir())
    finally:
        environment.close()


@pytest.mark.parametrize(
    ("path", "is_there"),
    [
        *[("w.duckdb", True), (":memory:", True), ("~/w.duckdb", True)],
        *[("md:x?token=a/b", True), ("s3://no/x.duckdb", True), ("no/w.duckdb", False)],
    ],
)
def test_the_folder_of_the_warehouse_is_looked_for(
    path: str, is_there: bool, tmp_path, monkeypatch
) -> None:
    """DuckDB would be asked for a minute, and say only that it opens no file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text())
    plugins = profile["customer_segmentation"]["outputs"]["duckdb"]["plugins"]
    assert "customer_segmentation.warehouse_plugin" in [p["module"] for p in plugins]
    credentials = SimpleNamespace(path=path)
    if is_there:
        Plugin("warehouse_folder", {}, credentials)
        return
    with pytest.raises(DbtRuntimeError) as caught:
        Plugin("warehouse_folder", {}, credentials)
    assert "warehouse no/w.duckdb: found no folder no; expected one. Make" in str(
        caught.value
    )


@pytest.mark.thorough
def test_a_folder_may_have_any_name(dbt_build, tmp_path):
    """With a blank, quotes and what formats take for their own."""
    project = copy_project(tmp_path / "O'Brien's \"new\" shop, 100 % [ä]")
    seed = ("--select", "rfm_segments", "resource_type:unit_test,bucket_edges")
    dbt_build({}, *seed, command="seed", project=project).check()


def test_the_sample_of_the_sql_is_that_of_the_fits() -> None:
    """SQL chooses rows and says why too few differ; Python reads as many."""
    for file, rows in (
        ("models/publish/feature_sample.sql", f"'rows': {fits.MOST_CUSTOMERS},"),
        (
            "macros/segmentation/segmentation_eligibility.sql",
            f"[settings.sample_rows or 0, {algorithms.MOST_ROWS}] | min",
        ),
    ):
        assert rows in (PROJECT / file).read_text(), file
