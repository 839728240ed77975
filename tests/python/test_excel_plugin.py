"""An Excel sheet arrives as the text that a person sees in it."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from types import SimpleNamespace

import duckdb
import openpyxl
import pytest
from dbt.adapters.duckdb.utils import SourceConfig
from dbt_common.exceptions import DbtRuntimeError

from customer_segmentation.excel_plugin import Plugin, cell_text, read_sheet


def save(path: Path, **sheets: list[list]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def source(path: Path, **settings) -> SourceConfig:
    meta = {"plugin": "excel_text", "file": str(path), **settings}
    return SourceConfig("order_lines", "input_order_lines", "main", None, meta, [])


@pytest.fixture
def plugin() -> Plugin:
    return Plugin("excel_text", {}, SimpleNamespace())


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("00123", "00123"),
        ("  padded ", "padded"),
        ("two\nlines", "two\nlines"),
        (536365.0, "536365"),
        (536365, "536365"),
        (-0.0, "0"),
        (2.55, "2.55"),
        (1e15, "1000000000000000"),
        (1e300, "1e+300"),
        (True, "true"),
        (datetime(2010, 12, 1, 8, 26), "2010-12-01T08:26:00"),
        (date(2010, 12, 1), "2010-12-01"),
        (time(8, 26), "08:26:00"),
        ("", None),
        ("   ", None),
        (None, None),
    ],
)
def test_cell_text(cell: object, text: str | None) -> None:
    assert cell_text(cell) == text


def test_sheet_is_read_as_text(tmp_path: Path) -> None:
    path = save(
        tmp_path / "orders.xlsx",
        Orders=[
            [None, None, None, None],
            ["Code", " Invoice ", "Day", None],
            ["00123", 536365, datetime(2010, 12, 1, 8, 26), None],
            [None, None, None, None],
            ["85123A", "C536365", date(2010, 12, 2), "✨"],
            ["n/a", None, "12/3/2010", None],
        ],
        Other=[["x"]],
    )
    frame = read_sheet(path)
    assert list(frame.columns) == ["Code", "Invoice", "Day", "column_4"]
    rows = duckdb.sql("select * from frame").fetchall()
    assert rows == [
        ("00123", "536365", "2010-12-01T08:26:00", None),
        ("85123A", "C536365", "2010-12-02", "✨"),
        ("n/a", None, "12/3/2010", None),
    ]
    assert set(duckdb.sql("from frame").types) == {"VARCHAR"}


def test_header_without_rows_is_typed(tmp_path: Path) -> None:
    frame = read_sheet(save(tmp_path / "none.xlsx", Orders=[["a", "b"]]))
    assert len(frame) == 0
    assert duckdb.sql("from frame").types == ["VARCHAR", "VARCHAR"]


def test_named_sheet_is_read(tmp_path: Path, plugin: Plugin) -> None:
    path = save(tmp_path / "two.xlsx", First=[["a"], ["1"]], Second=[["b"], ["2"]])
    assert list(plugin.load(source(path, sheet="Second")).columns) == ["b"]
    assert list(plugin.load(source(path)).columns) == ["a"]


@pytest.mark.parametrize(
    ("sheets", "settings", "parts"),
    [
        ({"A": [["a"]]}, {"sheet": "B"}, ["no sheet 'B'", "sheets are A"]),
        ({"A": []}, {}, ["sheet 'A' is empty", "expected a header row"]),
        ({"A": [["a", "b", "a"]]}, {}, ["several columns named a", "each name once"]),
        ({"A": [["Price", "price "]]}, {}, ["several columns named price"]),
    ],
)
def test_wrong_sheet_is_named(tmp_path, plugin, sheets, settings, parts) -> None:
    path = save(tmp_path / "wrong.xlsx", **sheets)
    with pytest.raises(DbtRuntimeError) as caught:
        plugin.load(source(path, **settings))
    message = str(caught.value)
    for part in ["input order_lines", str(path), *parts]:
        assert part in message


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 broken"])
def test_file_that_is_no_workbook_is_named(tmp_path, plugin, content: bytes) -> None:
    path = tmp_path / "text.xlsx"
    path.write_bytes(content)
    with pytest.raises(DbtRuntimeError) as caught:
        plugin.load(source(path))
    message = str(caught.value)
    for part in ["input order_lines", str(path), "save it as .xlsx"]:
        assert part in message


def test_missing_file_is_named(tmp_path: Path, plugin: Plugin) -> None:
    with pytest.raises(DbtRuntimeError, match=r"input order_lines: .*none\.xlsx"):
        plugin.load(source(tmp_path / "none.xlsx"))
