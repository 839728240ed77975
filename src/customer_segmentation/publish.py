"""One DuckDB file for readers, written beside the old one and renamed over it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from customer_segmentation.frames import typed_frame

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

FILE_NAME = "customer_segmentation.duckdb"
PARQUET_FOLDER = "parquet"
# the oldest of DuckDB 1.x, so that drivers older than the project's read the file
STORAGE_VERSION = "v1.0.0"
_ALIAS = "_published"


def publish_relations(
    session: duckdb.DuckDBPyConnection,
    relations: Mapping[str, duckdb.DuckDBPyRelation],
    folder: str | Path,
    parquet: bool = False,
) -> pd.DataFrame:
    """Copy tables, with their comments, into one file that readers may hold open.

    ``relations`` are whole tables or views, as ``dbt.ref`` gives them, by the name
    under which they are published. They are copied by SQL over a cursor of
    ``session``, in one transaction, into a new file in ``folder``, which is then
    renamed to ``customer_segmentation.duckdb``: a reader sees the old state or the new
    one. With ``parquet``, each table is also written to ``parquet/<table>.parquet``;
    each of those files is renamed for itself. Without it, those of an earlier time are
    removed, which would be taken for today's. So is first what a killed process has
    left in ``folder``.

    Returns one row per table: table_name and row_count, in the order given. Raises
    OSError where ``folder`` is none that this process can write to.
    """
    folder = Path(folder).expanduser()
    _make(folder)
    _remove_leftovers(folder)
    temporary = _temporary(folder / FILE_NAME)
    cursor = session.cursor()
    try:
        rows = _copy(cursor, _sources(session, relations), temporary)
        if parquet:
            _write_parquet(cursor, relations, folder / PARQUET_FOLDER)
        else:
            _remove_parquet(relations, folder / PARQUET_FOLDER)
        cursor.execute(f"detach {_ALIAS}")
        os.replace(temporary, folder / FILE_NAME)
    finally:
        # closing a cursor rolls its transaction back; a file may then be detached
        cursor.close()
        session.cursor().execute(f"detach database if exists {_ALIAS}")
        _remove(temporary)
    return published_frame(rows)


def published_frame(rows: Sequence[tuple[str, int]]) -> pd.DataFrame:
    """Return rows of table_name and row_count as the frame that names what is there."""
    return typed_frame(rows, {"table_name": "string", "row_count": "Int64"})


def _make(folder: Path) -> None:
    """Make a folder to write to, or say which setting named it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = "a folder" if os.access(folder, os.W_OK) else "no right to write there"
    except OSError as error:
        found = error.strerror or str(error)
    if found != "a folder":
        raise OSError(
            f"publish_to: {folder}: found: {found}; expected a folder to write to. "
            "The environment variable PUBLISH_TO, or else the var publish_to, names it."
        )


def _sources(
    session: duckdb.DuckDBPyConnection,
    relations: Mapping[str, duckdb.DuckDBPyRelation],
) -> dict[str, tuple[str, str, str]]:
    """Return database, schema and name of what each ``select * from …`` names."""
    places = session.cursor().execute("""
        select database_name, schema_name, table_name from duckdb_tables()
        union all
        select database_name, schema_name, view_name from duckdb_views()
    """)
    by_name = {".".join(place): place for place in places.fetchall()}
    found = {}
    for table, relation in relations.items():
        # DuckDB's own get_table_names looks through views
        name = relation.sql_query().strip()[len("select * from ") :]
        found[table] = by_name[name.replace('"', "")]
    return found


def _copy(
    cursor: duckdb.DuckDBPyConnection,
    sources: Mapping[str, tuple[str, str, str]],
    file: Path,
) -> list[tuple[str, int]]:
    """Attach ``file`` and fill it; return name and rows of each table."""
    cursor.execute(
        f"attach {_text(str(file))} as {_ALIAS} (storage_version '{STORAGE_VERSION}')"
    )
    cursor.execute("begin")
    rows = []
    for name, source in sources.items():
        table = f"{_ALIAS}.main.{_name(name)}"
        cursor.execute(
            f"create table {table} as from {'.'.join(_name(part) for part in source)}"
        )
        ((count,),) = cursor.execute(f"select count(*) from {table}").fetchall()
        rows.append((name, count))
        _copy_comments(cursor, source, table)
    cursor.execute("commit")
    return rows


def _copy_comments(
    cursor: duckdb.DuckDBPyConnection, source: tuple[str, str, str], table: str
) -> None:
    """Copy the comment of a table or view and those of its columns."""
    comments = cursor.execute(
        """
        select null, comment from duckdb_tables()
        where (database_name, schema_name, table_name) = $1
        union all
        select null, comment from duckdb_views()
        where (database_name, schema_name, view_name) = $1
        union all
        select column_name, comment from duckdb_columns()
        where (database_name, schema_name, table_name) = $1
        """.replace("$1", f"({', '.join(_text(part) for part in source)})")
    ).fetchall()
    for column, comment in comments:
        if comment is not None:
            target = f"column {table}.{_name(column)}" if column else f"table {table}"
            cursor.execute(f"comment on {target} is {_text(comment)}")


def _write_parquet(
    cursor: duckdb.DuckDBPyConnection, tables: Iterable[str], folder: Path
) -> None:
    """Write each published table to a file; rename them when all are written."""
    folder.mkdir(exist_ok=True)
    _remove_leftovers(folder)
    files = _parquet_files(tables, folder)
    try:
        for table, file in files.items():
            cursor.execute(
                f"copy {_ALIAS}.main.{_name(table)} "
                f"to {_text(str(_temporary(file)))} (format parquet)"
            )
        for file in files.values():
            os.replace(_temporary(file), file)
    finally:
        for file in files.values():
            _remove(_temporary(file))


def _remove_parquet(tables: Iterable[str], folder: Path) -> None:
    """Remove what ``_write_parquet`` has written, and the folder if it is empty."""
    for file in _parquet_files(tables, folder).values():
        file.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _parquet_files(tables: Iterable[str], folder: Path) -> dict[str, Path]:
    return {table: folder / f"{table}.parquet" for table in tables}


def _temporary(file: Path) -> Path:
    """Return the name under which this process writes ``file``."""
    return file.with_name(f".{file.name}.{os.getpid()}.tmp")


def _remove_leftovers(folder: Path) -> None:
    """Remove what processes that are no more were writing to ``folder``."""
    for file in folder.glob(".*.tmp"):
        pid = file.suffixes[-2].removeprefix(".") if len(file.suffixes) > 1 else ""
        if pid.isdecimal() and not _is_running(int(pid)):
            _remove(file)


def _is_running(pid: int) -> bool:
    """Say whether another process has this id."""
    if os.name == "nt":
        return False  # Windows refuses to remove a file that is open
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(file: Path) -> None:
    """Remove a temporary file and its write-ahead log, where nobody has it open."""
    for path in (file, file.with_name(f"{file.name}.wal")):
        try:
            path.unlink(missing_ok=True)
        except PermissionError:
            continue


def _name(identifier: str) -> str:
    """Return an identifier as SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: str) -> str:
    """Return a string as a SQL literal."""
    return "'" + value.replace("'", "''") + "'"
