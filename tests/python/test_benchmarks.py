"""The commands of benchmarks/ run: at sizes at which their figures mean nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from project import PROJECT

# these take SQL of the project by the names in it
QUICK = ("drift", "score_customers")
# the arguments, and words of what is printed last
BENCHMARKS = {
    "choose_k": ("2000 --repeats 1", "elbow on scikit-learn's inertias"),
    "drift": ("100 --months 2", "prices x 1.3"),
    "features": ("20000 --repeats 1", "ratios, medians over the rounds"),
    "history": ("20000", "targets"),
    "incremental": ("20000", "one more day over all lines"),
    "retraining": ("", "first months missed"),
    "rules": ("scale --rows 2000", "the same rules in every run: met"),
    "scale": ("20000", "seconds per million lines"),
    "score_customers": ("2000 --repeats 1", "int_customer_rfm / write its columns"),
}


@pytest.mark.parametrize(
    "name",
    [
        name if name in QUICK else pytest.param(name, marks=pytest.mark.thorough)
        for name in BENCHMARKS
    ],
)
def test_the_command_runs(name: str) -> None:
    arguments, words = BENCHMARKS[name]
    run = subprocess.run(
        [sys.executable, f"benchmarks/{name}.py", *arguments.split()],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert words in run.stdout, run.stdout
