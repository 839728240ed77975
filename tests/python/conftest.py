"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import settings
from project import PROJECT, Result, run_dbt

# The gate says the same twice; new examples are looked for at a developer's desk.
settings.register_profile("gate", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("gate")


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
def online_retail(dbt_build, online_retail_vars) -> Result:
    """Return the build of the example: the published segmentation, reproduced."""
    return dbt_build(online_retail_vars).check()


@pytest.fixture(scope="session")
def online_retail_defaults(dbt_build, online_retail_vars) -> Result:
    """Return the build of the same orders with every setting left alone."""
    return dbt_build({"inputs": online_retail_vars["inputs"]}).check()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that build, so that ``-m "not builds"`` is a quick look."""
    for item in items:
        if {"dbt_build", "build"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.builds)
