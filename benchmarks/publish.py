"""Builds that publish while readers read, and the time and size of the report.

    python benchmarks/publish.py                  # needs the Online Retail file
    python benchmarks/publish.py --seconds 60 --readers 3 --check

One process after another runs `dbt build` and then `dbt run --select published_marts`
again and again for the given time; meanwhile every reader opens the published file,
reads two tables that belong together, and closes it, as fast as it can. At the end the
report is written from the file.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from _measure import DATA_VARIABLE, PROJECT, data_folder, machine, run
from build_time import FILE, dbt, settings_of

PUBLISHED = "customer_segmentation.duckdb"
MOST_SECONDS = 10.0
MOST_MEGABYTES = 8.0

READER = """
import sys, time, duckdb
end, reads, failures = time.monotonic() + float(sys.argv[2]), 0, 0
while time.monotonic() < end:
    try:
        with duckdb.connect(sys.argv[1], read_only=True) as connection:
            (told,), (counted,) = connection.execute(
                "select sum(entity_count) from segments "
                "union all select count(*) from segment_memberships"
            ).fetchall()
        failures += told != counted
    except Exception as error:
        print(error, file=sys.stderr)
        failures += 1
    reads += 1
print(reads, failures)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=data_folder(),
        help=f"{FILE} or its folder; default: {DATA_VARIABLE} or ../shared/data",
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 if a target is missed"
    )
    options = parser.parse_args(arguments)
    data = options.data / FILE if options.data.is_dir() else options.data
    if not data.is_file():
        parser.error(f"no file {data}; give --data or set {DATA_VARIABLE}")
    examples = PROJECT / "examples" / "online_retail.yml"
    settings = settings_of(examples, data.resolve())["build, default settings"]

    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "published" / PUBLISHED
        dbt(folder, settings, "build")
        readers = [
            subprocess.Popen(
                [sys.executable, "-c", READER, file, str(options.seconds)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(options.readers)
        ]
        end = time.monotonic() + options.seconds
        dbt(folder, settings, "build")
        builds = 1
        while time.monotonic() < end:
            dbt(folder, settings, "run", "--select", "published_marts")
            builds += 1
        outputs = [reader.communicate()[0].split() for reader in readers]
        reads = sum(int(output[0]) for output in outputs)
        failures = sum(int(output[1]) for output in outputs)
        print(f"builds that published: {builds}, none failed")
        print(f"reads: {reads}, failed or of half a state: {failures}")

        page = folder / "report.html"
        command = "from customer_segmentation.report.command import main; main()"
        report = run(
            [sys.executable, "-c", command, "--from", file, "--to", page],
        )
        size = page.stat().st_size / 1e6
        print(
            f"report: {report.seconds:.1f} s (target: {MOST_SECONDS:g} s), "
            f"{size:.1f} MB (target: {MOST_MEGABYTES:g} MB), "
            f"peak {report.peak_mb:.0f} MB"
        )
    is_met = not failures and report.seconds < MOST_SECONDS and size < MOST_MEGABYTES
    return 1 if options.check and not is_met else 0


if __name__ == "__main__":
    sys.exit(main())
