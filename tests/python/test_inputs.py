"""Inputs of every kind arrive typed and whole; a wrong one is said in words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from project import PROJECT, Result
from rendering import CompilerError, Macros

# unit tests do not depend on the inputs; other tests run where all they read is built
OPTIONS = (
    *("--exclude-resource-type", "unit_test"),
    *("--indirect-selection", "cautious"),
)
FILE = {"file": "data/orders.csv"}


def message_of(inputs: Any, name: str = "order_lines") -> str:
    rendered = Macros({"inputs": inputs})
    with pytest.raises(CompilerError) as caught:
        rendered.validate_input_settings(name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        (5, ["found 5", "a dict"]),
        ("orders.csv", ["found 'orders.csv'", "{file: data/order_lines.csv}"]),
        ({}, ["found none", "one of file:", "leave its name out"]),
        ({"columns": {}}, ["found none", "one of file:"]),
        ({**FILE, "relation": "a.b"}, ["found file and relation", "expected one of"]),
        ({"path": "orders.csv"}, ["unknown key 'path'", "Keys are: file, relation"]),
        ({"file": 5}, ["{file: …}", "found 5", "expected text"]),
        ({"file": None}, ["{file: …}", "found null"]),
        ({"file": " "}, ["{file: …}", "found ' '"]),
        ({"file": "orders.txt"}, ["found 'orders.txt'", ".csv, .parquet or .xlsx"]),
        ({"file": "orders"}, ["found 'orders'", ".csv, .parquet or .xlsx"]),
        ({"relation": ["a"]}, ["{relation: …}", "found ['a']"]),
        ({"relation": "a.b.c.d"}, ["found 'a.b.c.d'", "database.schema.table"]),
        ({"model": True}, ["{model: …}", "found true"]),
        ({**FILE, "sheet": 2}, ["{sheet: …}", "found 2"]),
        ({**FILE, "encoding": "cp1252"}, ["found 'cp1252'", "utf-8, latin-1, utf-16"]),
        ({**FILE, "columns": ["a"]}, ["{columns: …}", "found ['a']", "a dict"]),
        ({**FILE, "columns": 5}, ["{columns: …}", "found 5"]),
        (
            {**FILE, "columns": {"InvoiceNo": "order_id"}},
            ["unknown column 'InvoiceNo'", "order_id, customer_id", "our name: your"],
        ),
        (
            {**FILE, "columns": {"order_id": ["a"]}},
            ["{columns: {order_id: …}}", "found ['a']", "or SQL"],
        ),
        ({**FILE, "columns": {"order_id": True}}, ["found true"]),
        ({**FILE, "columns": {"order_id": ""}}, ["found ''"]),
    ],
)
def test_wrong_input_settings_are_named(settings: Any, parts: list[str]) -> None:
    message = message_of({"order_lines": settings})
    assert message.startswith("var inputs: {order_lines: ")
    for part in parts:
        assert part in message, message


def test_unknown_input_is_named() -> None:
    with pytest.raises(CompilerError) as caught:
        Macros({"inputs": {"orders": FILE}}).validate_inputs()
    assert str(caught.value).startswith(
        "var inputs: unknown input 'orders'. Inputs are: order_lines, customers,"
    )


@pytest.mark.parametrize(
    ("lowest", "highest", "scale"),
    [
        *((1, 5, [1, 5]), (0, 10, [0, 10]), (0, 1, [0, 1]), (2, 8, [1, 9])),
        *((-3, 2, [-3, 3]), (-1, 2, [-2, 2]), (0.5, 4.2, [0, 5]), (1, 120, [1, 120])),
    ],
)
def test_the_shortest_usual_scale_is_guessed(lowest, highest, scale) -> None:
    assert Macros().guess_scale(lowest, highest) == scale


def test_a_column_that_is_mapped_is_no_guess() -> None:
    given = {**FILE, "features": {"credit_score": "Score"}}
    rendered = Macros({"inputs": {"customers": given}})
    rendered._environment.globals["adapter"].quote = '"{}"'.format
    found = rendered.guess_columns("customers", ["client", "Score", "PLZ"])
    assert found == {"customer_id": "client", "postal_code": "PLZ"}


def test_kinds_of_inputs() -> None:
    for inputs, kind in [
        (None, "demo"),
        ({}, "demo"),
        ({"customers": FILE}, "absent"),
        ({"order_lines": None}, "absent"),
        ({"order_lines": FILE}, "file"),
        ({"order_lines": {"relation": "a.b"}}, "relation"),
        ({"order_lines": {"model": "a"}}, "model"),
    ]:
        assert Macros({"inputs": inputs}).input_kind("order_lines") == kind


ORDERS = '''
create table orders ("Invoice ""No""" varchar, "CUSTOMER id" double,
    "Stock Code" bigint, qty double, "Price, each" float, "when" timestamptz,
    note varchar);
insert into orders values
    ('00123', 17850.0, 85123, 2.0, 2.5, '2011-06-01 01:30:00+02', 'utc day'),
    ('A1', 17850.0, 85123, 2.5, 4, '2011-06-01 08:26:00+00', 'decimals'),
    ('A2', 'nan', 85123, 1, 1, '2011-06-01 08:26:00+00', 'nan customer'),
    ('A3', 'inf', 85123, 1, 1, '2011-06-01 08:26:00+00', 'inf customer'),
    ('A4', null, 85123, 1, 1, '2011-06-01 08:26:00+00', 'no customer'),
    ('A5', -0.0, 85123, 1, 1, '2011-06-01 08:26:00+00', 'minus nought'),
    ('A6', 12.5, 85123, 1, 1, '2011-06-01 08:26:00+00', 'not whole'),
    ('B1', 7, 85123, 'nan', 1, '2011-06-01 08:26:00+00', 'nan quantity'),
    ('B2', 7, 85123, 'inf', 1, '2011-06-01 08:26:00+00', 'inf quantity'),
    ('B3', 7, 85123, -0.0, 1, '2011-06-01 08:26:00+00', 'nought quantity'),
    ('B4', 7, 85123, 1, 'nan', '2011-06-01 08:26:00+00', 'nan price'),
    ('B5', 7, 85123, 1, '-inf', '2011-06-01 08:26:00+00', 'inf price'),
    ('B6', 7, 85123, 1, 1e15, '2011-06-01 08:26:00+00', 'price out of range'),
    ('C1', 7, 85123, 1, 1, 'infinity', 'no end'),
    ('C2', 7, 85123, 1, 1, null, 'no day')
'''
ORDER_RESULTS = {
    # note: order id, customer id, reason, sales
    "utc day": ("00123", "17850", None, Decimal(5)),
    "decimals": ("A1", "17850", None, Decimal(10)),
    "nan customer": ("A2", None, "unknown_customer", Decimal(1)),
    "inf customer": ("A3", None, "unknown_customer", Decimal(1)),
    "no customer": ("A4", None, "unknown_customer", Decimal(1)),
    "minus nought": ("A5", "0", None, Decimal(1)),
    "not whole": ("A6", "12.5", None, Decimal(1)),
    "nan quantity": ("B1", "7", "invalid_quantity", None),
    "inf quantity": ("B2", "7", "invalid_quantity", None),
    "nought quantity": ("B3", "7", "zero_quantity", Decimal(0)),
    "nan price": ("B4", "7", "invalid_price", None),
    "inf price": ("B5", "7", "invalid_price", None),
    "price out of range": ("B6", "7", "invalid_price", None),
    "no end": ("C1", "7", "invalid_date", Decimal(1)),
    "no day": ("C2", "7", "missing_date", Decimal(1)),
}


@pytest.fixture(scope="module")
def every_kind(dbt_build, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Parquet, Excel, two forms of CSV, a view and a table, in one build."""
    folder = tmp_path_factory.mktemp("it's a folder")
    parquet = folder / "orders.PARQUET"
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(ORDERS)
        connection.table("orders").write_parquet(str(parquet))

    book = openpyxl.Workbook()
    book.active.append(["Notes"])
    sheet = book.create_sheet("People")
    for row in [
        ["Customer", "Born", "Income", "area"],
        ["00123", date(1990, 5, 17), 30000, "North"],
        [536365, "1990-05-18", "30,000", None],
        [17850.0, "18.05.1990", 30000.5, " "],
    ]:
        sheet.append(row)
    book.save(folder / "people.xlsx")

    answers = [
        'person;question;"the ""rating"""',
        "Zoé;Q1;7",
        '"A;B";Q1;"3"',
        "007;Q1;often",
        "",
    ]
    (folder / "answers.csv").write_bytes("\r\n".join(answers).encode("latin-1"))
    # a quote that comes late, which a guess from the first lines would miss
    lines = ["question_id\tquestion_text\tpolarity"]
    lines += [f"Q{i}\tplain\t1" for i in range(30000)]
    lines += ['"Q\t""last"""\t"two\nlines, ✨"\t-1', ""]
    (folder / "questions.csv").write_text("\n".join(lines), encoding="utf-8")

    warehouse = folder / "store.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            """
            create schema "Shop";
            create table "Shop"."Tickets" (no integer, who varchar, day varchar);
            insert into "Shop"."Tickets" values
                (1, '7', '01/06/2011'), (2, '7', '2011-06-02'), (3, '8', 'Jun 3 2011'),
                (4, '8', 'soon'), (5, '8', '2011-06-01 01:30:00+02:00');
            create view "Shop".tickets_seen as select * from "Shop"."Tickets";
            create table "Shop".totals as
                select 17850.00::decimal(10, 2) as customer_id, 3 as products_purchased,
                    true as complaints, 20111201 as money_spent
            """
        )
    day = (
        "coalesce(try_strptime(day, ['%d/%m/%Y', '%b %-d %Y']), "
        "try_cast(try_cast(day as timestamptz) as timestamp))"
    )
    return dbt_build(
        {
            "inputs": {
                "order_lines": {
                    "file": str(parquet),
                    "columns": {
                        "order_id": 'invoice "no"',
                        "customer_id": "Customer ID",
                        "product_id": "Stock Code",
                        "product_name": "upper(note)",
                        "quantity": "qty",
                        "unit_price": "price, each",
                        "ordered_at": "WHEN",
                        "country": "'UK'",
                    },
                },
                "customers": {
                    "file": str(folder / "people.xlsx"),
                    "sheet": "People",
                    "columns": {
                        "customer_id": "customer",
                        "birth_date": "born",
                        "annual_income": "income",
                        "region": "Area",
                        "age": 30,
                    },
                },
                "customer_totals": {"relation": "store.SHOP.Totals"},
                "complaints": {
                    "relation": "shop.tickets_seen",
                    "columns": {
                        "complaint_id": "no",
                        "customer_id": "who",
                        "complained_at": day,
                    },
                },
                "survey_responses": {
                    "file": str(folder / "answers.csv"),
                    "encoding": "latin-1",
                    "columns": {
                        "respondent_id": "person",
                        "question_id": "question",
                        "rating": 'the "rating"',
                    },
                },
                "survey_questions": {"file": str(folder / "questions.csv")},
            }
        },
        *OPTIONS,
        select="path:models/staging +rejected_order_lines +cleaning_audit "
        "+int_orders_totalled",
        warehouse=warehouse,
    )


def test_every_kind_builds(every_kind: Result) -> None:
    every_kind.check()
    assert "Traceback" not in every_kind.output


def test_inputs_are_announced(every_kind: Result) -> None:
    """Production never runs on demo data in silence."""
    for line in ("order_lines: file ", "complaints: table shop.tickets_seen"):
        assert line in every_kind.output
    assert "demo seed" not in every_kind.output


def test_parquet_order_lines(every_kind: Result) -> None:
    rows = every_kind.query(
        "select lower(product_name), order_id, customer_id, rejection_reason, sales, "
        "product_id, country from int_order_lines_checked"
    )
    assert {row[0]: row[1:5] for row in rows} == ORDER_RESULTS
    assert {row[5:] for row in rows} == {("85123", "UK")}


def test_parquet_loses_no_line_and_no_money(every_kind: Result) -> None:
    (found,) = every_kind.query(
        "select sum(order_line_count), sum(sales) from cleaning_audit"
    )
    worth = sum(row[3] or 0 for row in ORDER_RESULTS.values())
    assert found == (len(ORDER_RESULTS), worth)


def test_time_zones_become_utc(every_kind: Result) -> None:
    assert every_kind.query(
        "select ordered_at from stg_inputs__order_lines where order_id = '00123'"
    ) == [(datetime(2011, 5, 31, 23, 30),)]
    assert every_kind.query(
        "select complained_at from stg_inputs__complaints where complaint_id = '5'"
    ) == [(datetime(2011, 5, 31, 23, 30),)]


def test_rejected_values_are_shown(every_kind: Result) -> None:
    details = dict(
        every_kind.query(
            "select lower(product_name), rejection_detail from rejected_order_lines"
        )
    )
    assert "order_lines.quantity: found 'nan'" in details["nan quantity"]
    assert "order_lines.unit_price: found '-inf'" in details["inf price"]
    assert "order_lines.ordered_at: found 'infinity'" in details["no end"]
    assert "order_lines.ordered_at is empty" in details["no day"]


def test_excel_codes_stay_text(every_kind: Result) -> None:
    assert every_kind.query(
        "select customer_id, birth_date, birth_date_text, annual_income, "
        "annual_income_text, region, age, purchase_propensity "
        "from stg_inputs__customers order by 1"
    ) == [
        ("00123", date(1990, 5, 17), None, 30000, None, "North", 30, None),
        ("17850", None, "18.05.1990", Decimal("30000.5"), None, None, 30, None),
        ("536365", date(1990, 5, 18), None, None, "30,000", None, 30, None),
    ]


def test_table_and_view_in_another_schema(every_kind: Result) -> None:
    assert every_kind.query("select * from stg_inputs__customer_totals") == [
        ("17850", 3, None, 1, None, 20111201, None)
    ]
    assert every_kind.query(
        "select complaint_id, customer_id, cast(complained_at as date) "
        "from stg_inputs__complaints order by 1"
    ) == [
        ("1", "7", date(2011, 6, 1)),
        ("2", "7", date(2011, 6, 2)),
        ("3", "8", date(2011, 6, 3)),
        ("4", "8", None),
        ("5", "8", date(2011, 5, 31)),
    ]


def test_csv_is_read_as_it_stands(every_kind: Result) -> None:
    assert every_kind.query(
        "select respondent_id, rating, rating_text from stg_inputs__survey_responses "
        "order by 1"
    ) == [("007", None, "often"), ("A;B", 3, None), ("Zoé", 7, None)]
    assert every_kind.query(
        "select count(*), count(distinct question_id) from stg_inputs__survey_questions"
    ) == [(30001, 30001)]
    assert every_kind.query(
        "select question_id, question_text, polarity from stg_inputs__survey_questions "
        "where polarity < 0"
    ) == [('Q\t"last"', "two\nlines, ✨", -1)]


VALIDATE_ALL = """
import json, sys
from dbt.cli.main import dbtRunner

base, cases = json.loads(sys.argv[1]), json.loads(sys.argv[2])
options = sys.argv[3:]
parsed = dbtRunner().invoke(["parse", "--vars", json.dumps(base), *options])
for number, inputs in enumerate(cases):
    print(f"=== {number}", flush=True)
    command = ["run-operation", "validate_project"]
    variables = json.dumps({"inputs": inputs})
    run = dbtRunner(manifest=parsed.result).invoke(
        [*command, "--vars", variables, *options]
    )
    print(f"success: {run.success}, exception: {run.exception}", flush=True)
"""

GOOD = "order_id,customer_id,quantity,unit_price,ordered_at\nA1,7,2,3.00,2011-06-01\n"
WRONG_FILES = {
    "renamed.csv": GOOD.replace("customer_id", "Buyer").replace("quantity", "Pieces"),
    "empty.csv": "",
    "doubled.csv": GOOD.replace("unit_price", "ORDER_ID"),
    "good.csv": GOOD,
    "text.parquet": GOOD,
}
# settings of order_lines by what is in them, and words of the message
WRONG_INPUTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no such file": (
        {"file": "none.csv"},
        ["{order_lines: {file: …}}", "no file '", "none.csv'", "relative to the"],
    ),
    "a folder": (
        {"file": "days.parquet"},
        ["days.parquet' is a folder; expected a file", "days.parquet/*.parquet'"],
    ),
    "no ending": ({"file": "days"}, ["ends in .csv, .parquet", "folder/*.parquet"]),
    "several files": ({"file": "*.csv"}, ["matches 4 files; expected one"]),
    "a file elsewhere": (
        {"file": "https://shop.example/orders.csv"},
        ["expected a file on this machine"],
    ),
    "columns missing": (
        {"file": "renamed.csv"},
        [
            "input order_lines (file ",
            "column not found: customer_id, quantity.",
            "Columns there are: order_id, Buyer, Pieces",
            "check_inputs",
        ],
    ),
    "mapped column missing": (
        {"file": "good.csv", "columns": {"product_id": "Stock Code"}},
        ["column not found: product_id (as Stock Code)"],
    ),
    "wrong SQL": (
        {"file": "good.csv", "columns": {"quantity": "-1 * amount"}},
        [
            "{order_lines: {columns: {quantity: …}}}: SQL -1 * amount",
            '"amount" not found',
        ],
    ),
    "nothing in the file": (
        {"file": "empty.csv"},
        ["input order_lines (file ", "the first line is empty", "column names"],
    ),
    "a column twice": (
        {"file": "doubled.csv"},
        ["input order_lines (file ", "several columns are named ORDER_ID", "once"],
    ),
    "no such table": (
        {"relation": "shop.orders"},
        [
            "{order_lines: {relation: …}}: no table or view 'shop.orders'",
            "Expected schema.table or database.schema.table",
        ],
    ),
    "a column renamed in one of several files": (
        {"file": "months/*.parquet"},
        ["column not found: quantity in ", "months/2.parquet", "coalesce(quantity, "],
    ),
    "no parquet": ({"file": "text.parquet"}, ["order_lines: file ", "text.parquet"]),
}


@pytest.fixture(scope="module")
def wrong_inputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What dbt prints of each wrong input, parsed once: only the vars differ."""
    folder = tmp_path_factory.mktemp("wrong")
    for name, text in WRONG_FILES.items():
        (folder / name).write_text(text)
    (folder / "days.parquet").mkdir()
    (folder / "days.parquet" / "1.parquet").touch()
    (folder / "months").mkdir()
    with duckdb.connect() as connection:
        for number, name in enumerate(("quantity", "pieces"), start=1):
            connection.sql(
                "select 'A' as order_id, 'c' as customer_id, 3.5 as unit_price, "
                f"2 as {name}, date '2011-06-01' as ordered_at"
            ).write_parquet(str(folder / f"months/{number}.parquet"))
    cases = [
        {
            key: str(folder / value) if key == "file" and "//" not in value else value
            for key, value in settings.items()
        }
        for settings, _ in WRONG_INPUTS.values()
    ]
    base = {"inputs": {"order_lines": {"file": str(folder / "good.csv")}}}
    run = subprocess.run(
        [
            *(sys.executable, "-P", "-c", VALIDATE_ALL, json.dumps(base)),
            json.dumps([{"order_lines": case} for case in cases]),
            *("--target-path", str(folder / "target"), "--no-use-colors"),
            *("--log-path", str(folder / "logs"), "--profiles-dir", str(PROJECT)),
        ],
        cwd=PROJECT,
        env={**os.environ, "DUCKDB_PATH": str(folder / "warehouse.duckdb")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    parts = run.stdout.split("=== ")[1:]
    assert len(parts) == len(WRONG_INPUTS), run.stdout
    return dict(zip(WRONG_INPUTS, parts, strict=True))


@pytest.mark.parametrize("case", WRONG_INPUTS)
def test_wrong_input_is_named(wrong_inputs: dict[str, str], case: str) -> None:
    output = wrong_inputs[case]
    assert "success: False, exception: None" in output, output
    assert "Traceback" not in output
    text = " ".join(output.split())
    for part in WRONG_INPUTS[case][1]:
        assert part in text, output


BUILD = ("build",)
CHECK = ("run-operation", "check_inputs")
# what reads the file, what is in it, words of the message
UNREADABLE_LINES = {
    "too few values": (
        BUILD,
        GOOD.encode() + b"A2,7,2\nA3,7,2,3.00,2011-06-01\nA4,7\n",
        ["line 3 and others cannot be read: 'A2,7,2'", "Columns: 5 Found: 3"],
    ),
    "too many values": (
        CHECK,
        GOOD.encode() + b"A2,7,2,3.00,2011-06-01,late\n",
        ["line 3 cannot be read:", "Columns: 5 Found: 6", "Mend the lines"],
    ),
    "an open quote": (
        BUILD,
        GOOD.encode() + b'A2,7,2,3.00,"2011-06-01\n',
        ["line 3", "unterminated quote"],
    ),
    "another encoding": (
        CHECK,
        (GOOD + "Ä2,7,2,3.00,2011-06-01\n").encode("latin-1"),
        ["line 3", "{order_lines: {encoding: …}}: utf-8, latin-1"],
    ),
    # DuckDB itself leaves such a line out and takes the next one for the header
    "another encoding of the header": (
        CHECK,
        GOOD.replace("unit_price", "preis_größe").encode("latin-1"),
        ["line 1 cannot be read", "{order_lines: {encoding: …}}: utf-8, latin-1"],
    ),
}


@pytest.mark.parametrize("case", UNREADABLE_LINES)
def test_unreadable_line_is_named(dbt_build, tmp_path: Path, case) -> None:
    (command, *options), content, expected = UNREADABLE_LINES[case]
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    vars = {"inputs": {"order_lines": {"file": str(path)}}}
    result = dbt_build(vars, *options, command=command)
    assert result.exit_code != 0
    assert "Traceback" not in result.output
    output = " ".join(result.output.split())
    for part in (f"input order_lines (file {path})", *expected):
        assert part in output, result.output
