"""What the files of the project say of each other."""

from __future__ import annotations

import tomllib

from project import PROJECT


def test_pip_and_uv_install_the_same_versions() -> None:
    """uv does not read constraints.txt, so pyproject.toml repeats it."""
    lines = (PROJECT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert pins
    assert project["tool"]["uv"]["constraint-dependencies"] == pins
