"""Fixtures that several test modules share."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, settings
from project import PROJECT, Result, run_dbt

# Nothing is timed: the machine may be busy. The gate says the same twice; new examples
# are looked for at a developer's desk.
settings.register_profile(
    "desk", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("gate", settings.get_profile("desk"), derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Return the folder of the published data sets; skip the test without it.

    The environment variable SEGMENTATION_TEST_DATA names another folder.
    """
    default = PROJECT.parent / "shared" / "data"
    folder = Path(os.environ.get("SEGMENTATION_TEST_DATA", default)).resolve()
    if not folder.is_dir():
        pytest.skip(
            f"no folder {folder} with the published data sets; "
            "SEGMENTATION_TEST_DATA can name another"
        )
    return folder


@pytest.fixture(scope="session")
def dbt_build(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """Return a function that runs dbt in a folder of its own: ``dbt_build(vars)``.

    Its arguments are those of ``project.run_dbt`` after ``folder``. It returns the
    exit code and the output of a failed run too; ``.check()`` fails the test on one.
    ``.query`` and ``.frame`` read the warehouse. A build takes some ten seconds: share
    one between tests by a fixture of scope ``module`` or ``session``.
    """

    def build(*arguments, **options) -> Result:
        return run_dbt(tmp_path_factory.mktemp("dbt"), *arguments, **options)

    return build


@pytest.fixture(scope="session")
def online_retail_vars(test_data: Path) -> dict:
    """Return the vars of examples/online_retail.yml, with the path of the data."""
    file = test_data / "online_retail.parquet"
    if not file.exists():
        pytest.skip(f"no file {file}")
    vars = yaml.safe_load((PROJECT / "examples/online_retail.yml").read_text())
    vars["inputs"]["order_lines"]["file"] = str(file)
    return vars


@pytest.fixture(scope="session")
def shared_build(dbt_build, tmp_path_factory, worker_id) -> Callable[..., Result]:
    """Return ``shared_build(name, vars)``: a build that all test processes share.

    The first one that asks builds, the others wait for it.
    """

    def build(name: str, vars: dict) -> Result:
        folder = tmp_path_factory.getbasetemp()
        folder = folder if worker_id == "master" else folder.parent
        result = folder / f"{name}.pickle"
        with (folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not result.exists():
                built = dbt_build(vars, env={"DBT_WRITE_JSON": "1"})
                result.write_bytes(pickle.dumps(built))
        return pickle.loads(result.read_bytes()).check()

    return build


@pytest.fixture(scope="session")
def online_retail(shared_build, online_retail_vars) -> Result:
    """Return the build of the example: the published segmentation, reproduced."""
    return shared_build("online_retail", online_retail_vars)


@pytest.fixture(scope="session")
def online_retail_defaults(shared_build, online_retail_vars) -> Result:
    """Return the build of the same orders with every setting left alone."""
    vars = {"inputs": online_retail_vars["inputs"]}
    return shared_build("online_retail_defaults", vars)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that build, and let them begin: they take longest.

    Those of the engines come first, being the longest of all. ``-m "not builds"`` is a
    quick look.
    """
    for item in items:
        if {"dbt_build", "build"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.builds)
    longest_first = ("engines", "builds")
    items.sort(
        key=lambda item: [item.get_closest_marker(m) is None for m in longest_first]
    )
