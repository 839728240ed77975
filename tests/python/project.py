"""Run dbt on this project from a test, away from everything else on the machine."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import yaml

PROJECT = Path(__file__).resolve().parents[2]
MARTS = tuple(sorted(p.stem for p in (PROJECT / "models/marts").glob("*.sql")))
EVIDENCE = tuple(sorted(p.stem for p in (PROJECT / "models/evidence").glob("*.sql")))
_SETTINGS = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
SEGMENTATIONS = tuple(_SETTINGS["segmentation_names"])

START_DBT = (sys.executable, "-P", "-c", "from dbt.cli.main import cli; cli()")

NO_TESTS = ("--exclude-resource-type", "test")
"""Arguments that leave out dbt's data tests, half of the nodes of a build."""

Vars = Mapping[str, Any] | str | None


@dataclass(frozen=True)
class Result:
    """What one run of dbt left behind."""

    exit_code: int
    output: str
    """Standard output and standard error, without colours."""
    warehouse: Path
    target: Path
    published: Path
    """The file that readers get."""

    def check(self) -> Result:
        """Return this result, or fail the test with the output of a failed run."""
        if self.exit_code:
            raise AssertionError(f"dbt ended with {self.exit_code}:\n{self.output}")
        return self

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple]:
        """Return the rows of a query, read-only, in the order they come."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """Return a query as a frame, read-only. DECIMAL becomes float64."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql, parameters).df()

    def compiled(self, model: str) -> str:
        """Return the SQL of one model as it was compiled."""
        paths = (self.target / "compiled").rglob(f"{model}.sql")
        # the folder of a unit test, which bears the model's name too, ends in .yml
        (path,) = (path for path in paths if path.parent.suffix != ".yml")
        return path.read_text()


def run_dbt(
    folder: Path,
    vars: Vars = None,
    *arguments: str,
    command: str = "build",
    select: str | None = None,
    tables: Sequence[str] = (),
    threads: int | None = None,
    env: Mapping[str, str] | None = None,
    warehouse: Path | None = None,
    profiles_dir: Path | None = None,
    project: Path = PROJECT,
) -> Result:
    """Run dbt from the project folder; nothing is written outside ``folder``.

    ``vars`` is a dict, or YAML text where a test needs a form that JSON has not.
    ``tables`` builds these with all that they need, and tests of what is built.
    ``arguments`` are handed on (``"approve_rules"`` after ``run-operation``).
    ``warehouse`` continues with the warehouse of an earlier run; ``project`` is
    another project folder than this one.
    """
    warehouse = warehouse or folder / "warehouse.duckdb"
    target = folder / "target"
    line = [command, *arguments]
    line += ["--target-path", str(target), "--log-path", str(folder / "logs")]
    line += ["--no-use-colors", "--profiles-dir", str(profiles_dir or project)]
    if vars is not None:
        line += ["--vars", vars if isinstance(vars, str) else json.dumps(vars)]
    if tables:
        line += ["--select", *(f"+{table}" for table in tables)]
        line += ["--exclude-resource-type", "unit_test"]
        line += ["--indirect-selection", "cautious"]
    if select is not None:
        line += ["--select", select]
    if threads is not None:
        line += ["--threads", str(threads)]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")}
    published = folder / "published"
    environment = {
        **inherited,
        # no manifest, which few tests read and every run writes
        "DBT_WRITE_JSON": "0",
        "DUCKDB_PATH": str(warehouse),
        "PUBLISH_TO": str(published),
        **(env or {}),
    }
    output = folder / "output.txt"
    # Python and BLAS read their variables when a process starts
    at_start = any(name.startswith(("PYTHON", "OMP_")) for name in env or ())
    run = _run_dbt_anew if at_start or sys.platform != "linux" else _run_dbt_in_a_fork
    exit_code = run(line, project, environment, output)
    return Result(
        exit_code,
        output.read_text(),
        warehouse,
        target,
        published / "customer_segmentation.duckdb",
    )


def _run_dbt_anew(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    output: Path,
) -> int:
    with output.open("w") as file:
        return subprocess.run(
            [*START_DBT, *arguments],
            cwd=folder,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode


def _run_dbt_in_a_fork(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    output: Path,
) -> int:
    request = {
        "arguments": arguments,
        "folder": str(folder),
        "environment": environment,
        "output": str(output),
    }
    server = _dbt_server()
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    answer = server.stdout.readline()
    if not answer:
        raise RuntimeError(f"dbt_server.py ended with {server.wait()}")
    return int(answer)


@functools.cache
def _dbt_server() -> subprocess.Popen:
    """Start dbt_server.py, which ends with this process.

    Its BLAS starts no threads, which a fork would not have; fits use one anyhow.
    """
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")}
    return subprocess.Popen(
        [sys.executable, "-P", str(Path(__file__).with_name("dbt_server.py"))],
        cwd=PROJECT,
        env={**inherited, "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def copy_project(folder: Path) -> Path:
    """Copy what dbt needs of this project to ``folder``, which must not exist."""
    folder.mkdir()
    folders = ("macros", "models", "seeds", "snapshots", "analyses")
    for name in (*folders, "tests/generic", "tests/types"):
        if (PROJECT / name).exists():
            shutil.copytree(PROJECT / name, folder / name)
    for name in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
        shutil.copy(PROJECT / name, folder / name)
    return folder


def read_parquet(path: str | Path) -> pd.DataFrame:
    with duckdb.connect() as connection:
        return connection.read_parquet(str(path)).df()
