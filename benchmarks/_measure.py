"""Run a command as a process of its own; measure its time and peak memory."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
DATA_VARIABLE = "SEGMENTATION_TEST_DATA"


def data_folder() -> Path:
    """Where the published data sets are: what the variable says, or beside us."""
    default = PROJECT.parent / "shared" / "data"
    return Path(os.environ.get(DATA_VARIABLE, default))


@dataclass(frozen=True)
class Run:
    """What one process took.

    `seconds` is wall time from start to end, `cpu_seconds` what it and its waited-for
    children used, `peak_mb` its largest resident memory in MB (2**20 bytes), `output`
    what it wrote to standard output.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str

    @property
    def last_line(self) -> dict[str, Any]:
        """The last line of the output, which a worker writes as JSON."""
        return json.loads(self.output.strip().splitlines()[-1])


@dataclass
class Method:
    """The runs of one method, in the order in which they were made."""

    title: str
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)

    def add(self, seconds: float, cpu_seconds: float, peak_mb: float) -> None:
        """Keep one run."""
        self.seconds.append(seconds)
        self.cpu_seconds.append(cpu_seconds)
        self.peak_mb.append(peak_mb)

    def row(self) -> str:
        """The medians as one line of a table."""
        return (
            f"{self.title:<58}{median(self.seconds):>8.2f} s"
            f"{median(self.cpu_seconds):>8.2f} s{median(self.peak_mb):>8.0f} MB"
        )


def run(
    command: Sequence[str | Path],
    folder: Path = PROJECT,
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run a command and measure it.

    Linux counts the caller's own peak as the child's, so a caller stays small: it
    imports neither DuckDB nor pandas.

    Raises RuntimeError with the end of what it wrote if it fails.
    """
    # the dbt beside this Python, whether or not its environment is active
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    with tempfile.TemporaryFile("w+") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, "PATH": path, **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode != 0:
        raise RuntimeError(
            f"{' '.join(str(part) for part in command[:4])} … ended with "
            f"{process.returncode}:\n{text[-3000:]}"
        )
    per_mb = 2**20 if sys.platform == "darwin" else 2**10
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / per_mb, text)


def ratios(numerator: Iterable[float], denominator: Iterable[float]) -> list[float]:
    """Ratios round by round: both sides have met the same load of the machine."""
    return [a / b for a, b in zip(numerator, denominator, strict=True)]


def heading() -> str:
    """The head of the table of `Method.row`."""
    return f"{'':<58}{'wall':>10}{'cpu':>10}{'peak':>11}"


def verdict(title: str, ratio: float, limit: float, at_least: bool = False) -> bool:
    """Print one target, its measured ratio and whether it is met."""
    is_met = ratio >= limit if at_least else ratio <= limit
    word = "at least" if at_least else "at most"
    print(
        f"  {title}: {ratio:.2f}x (target: {word} {limit:g}x) "
        f"{'met' if is_met else 'MISSED'}"
    )
    return is_met


def machine() -> str:
    """The size of the machine, and how busy others keep it."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{os.cpu_count()} cores{load}, Python {platform.python_version()} on "
        f"{platform.system()}"
    )
