"""A PostgreSQL server of a test's own, from the binaries that are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER, DATABASE = "tests", "template1"


@dataclass(frozen=True)
class Server:
    """A running server on loopback that trusts everyone."""

    binaries: Path
    port: int

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which the profile and libpq find it."""
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": USER,
            "PGDATABASE": DATABASE,
        }

    def script(self, text: str) -> str:
        """Run a script of psql and return its output."""
        command = [str(self.binaries / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        return subprocess.run(
            command,
            check=True,
            text=True,
            stdout=subprocess.PIPE,
            input=text,
            env={**os.environ, **self.environment},
        ).stdout


def postgresql_binaries() -> Path | None:
    """Return the folder with PostgreSQL's server, where one is installed."""
    found = shutil.which("postgres")
    folders = [Path(found).parent] if found else []
    # Debian's, with all programs in one place
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


@contextmanager
def postgresql_server() -> Iterator[Server]:
    """Start a server on a free port of loopback; it and its data end with the block."""
    binaries = postgresql_binaries()
    if binaries is None:
        raise RuntimeError("no PostgreSQL is installed (Debian: postgresql)")
    # the server refuses to run as root
    account = {}
    if os.geteuid() == 0:
        account = {"user": "postgres", "group": "postgres", "extra_groups": []}

    def run(command: str, *arguments: object) -> None:
        subprocess.run(
            [str(binaries / command), *map(str, arguments)],
            check=True,
            stdout=subprocess.PIPE,
            cwd="/",
            **account,
        )

    with tempfile.TemporaryDirectory() as folder:
        if account:
            shutil.chown(folder, "postgres", "postgres")
        data, log = Path(folder) / "data", Path(folder) / "log"
        run(
            "initdb",
            "-D",
            data,
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            # as most servers: a language in which B comes after a
            "--locale=C",
            "--locale-provider=icu",
            "--icu-locale=en-US",
            "--no-sync",
        )
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off"
        options += f" -c unix_socket_directories={folder}"
        server = ("pg_ctl", "-D", data, "-w")
        # a log file, because the server would hold on to our pipe
        run(*server, "-l", log, "-o", options, "start")
        try:
            yield Server(binaries, port)
        finally:
            run(*server, "-m", "immediate", "stop")
