"""A dbt-duckdb plugin that looks at the warehouse's folder before DuckDB does.

Without the folder DuckDB's message says only that it cannot open the file, and the
profile, which tries again where another process holds the file, waits a minute for it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError


class Plugin(BasePlugin):
    """Serves nothing: dbt-duckdb makes its plugins before it opens the warehouse."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Raise DbtRuntimeError where the folder of the warehouse is not there."""
        path = self.creds.path if self.creds else ":memory:"
        # :memory:, md:name, s3://… are no files; C:\ is one
        is_file = not re.match(r"([A-Za-z][\w+.-]+)?:", path)
        folder = Path(path).expanduser().parent
        if is_file and not folder.is_dir():
            raise DbtRuntimeError(
                f"warehouse {path}: found no folder {folder}; expected one. Make it, "
                "or name another file in the environment variable DUCKDB_PATH."
            )
