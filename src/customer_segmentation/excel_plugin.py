"""dbt-duckdb plugin that reads an Excel sheet as text.

Typed readers turn a code like 00123 or 536365 into a number and lose it. Here
every cell becomes the text that a person typed (dates as ISO 8601) and staging
casts it, so that one bad cell rejects one row.
"""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import SourceConfig
from dbt_common.exceptions import DbtRuntimeError


def cell_text(cell: Any) -> str | None:
    """Return one cell as text: 12.0 as '12', a date as ISO 8601, '' as None."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    text = "" if cell is None else str(cell).strip()
    return text or None


def read_sheet(path: str | Path, sheet: str | None = None) -> pd.DataFrame:
    """Read a sheet, its first row being the header, into a frame of text columns.

    Parameters
    ----------
    path
        An .xlsx file.
    sheet
        Name of the sheet; the first one if None.

    Returns
    -------
    pandas.DataFrame
        One row per non-empty row below the header, every column ``string``.

    Raises
    ------
    ValueError
        If the sheet is not there, is empty, or two columns bear one name.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        name = workbook.sheet_names[0] if sheet is None else sheet
        if name not in workbook.sheet_names:
            raise ValueError(
                f"{path}: no sheet {name!r}; "
                f"sheets are {', '.join(workbook.sheet_names)}."
            )
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
    except CalamineError as error:
        raise ValueError(
            f"{path} cannot be read as .xlsx ({error}); open it in a spreadsheet "
            "program and save it as .xlsx, without a password."
        ) from error
    if not rows:
        raise ValueError(f"{path}: sheet {name!r} is empty; expected a header row.")
    header = [cell_text(cell) or f"column_{i + 1}" for i, cell in enumerate(rows[0])]
    # the warehouse does not tell Price from price
    folded = [column.lower() for column in header]
    repeated = [c for i, c in enumerate(header) if folded[i] in folded[:i]]
    if repeated:
        raise ValueError(
            f"{path}: sheet {name!r} has several columns named {', '.join(repeated)}; "
            "expected each name once in the first row."
        )
    body = [[cell_text(cell) for cell in row] for row in rows[1:]]
    body = [row for row in body if any(cell is not None for cell in row)]
    return pd.DataFrame(body, columns=header, dtype="string")


class Plugin(BasePlugin):
    """Serve sources whose config says ``plugin: excel_text``."""

    def load(self, source_config: SourceConfig) -> pd.DataFrame:
        """Return the sheet that the source's ``file`` and ``sheet`` name."""
        path = source_config["file"]
        try:
            return read_sheet(path, source_config.get("sheet"))
        except OSError as error:
            raise DbtRuntimeError(
                f"input {source_config.name}: {path} cannot be opened ({error})."
            ) from error
        except ValueError as error:
            raise DbtRuntimeError(f"input {source_config.name}: {error}") from error
