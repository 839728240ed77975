"""What an analyst asks before her first build: dbt run-operation check_inputs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml
from project import Result

ORDERS = """\
InvoiceNo,StockCode,Quantity,Unit Price,InvoiceDate,CustomerID
A1,7,2,3.00,2011-05-30,1
A1,8,1,1.50,2011-05-30,1
A2,7,1,3.00,2011-06-01,2
CA2,7,-1,3.00,2011-06-02,2
A3,7,1,3.00,2011-06-03,
A4,7,1,seven,2011-06-03,2
"""

CUSTOMERS = """\
CustomerID,Born,Score
1,1980-02-29,640
2,,710
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "orders.csv").write_text(ORDERS)
    (folder / "customers.csv").write_text(CUSTOMERS)
    return folder


@pytest.fixture(scope="module")
def check(dbt_build, folder) -> Callable[..., Result]:
    """Return check(…), which is asked of both files; the customers have these keys."""

    def run(**customers) -> Result:
        inputs = {
            "order_lines": {"file": str(folder / "orders.csv")},
            "customers": {"file": str(folder / "customers.csv"), **customers},
        }
        return dbt_build({"inputs": inputs}, "check_inputs", command="run-operation")

    return run


@pytest.fixture(scope="module")
def checked(check) -> Result:
    return check(features={"credit_score": "Score"}).check()


def pasted(result: Result) -> dict:
    """Return the vars to paste."""
    lines = result.output.split("Vars to paste")[1].split("\n", 1)[1]
    return yaml.safe_load(lines)


def test_guesses_are_called_guesses(checked):
    for line in (
        "  order_id = InvoiceNo  (guessed)",
        "  unit_price = Unit Price  (guessed)",
        "  birth_date = Born  (guessed)",
        "  credit_score = Score\n",
        "  product_name  not there (optional)",
    ):
        assert line in checked.output


def test_what_will_be_rejected_is_counted(checked):
    """Three lines of two customers stay; the last of them is of the first of June."""
    words = " ".join(checked.output.split())
    for reason in ("cancelled", "unknown_customer", "invalid_price"):
        assert f"{reason} 1 " in words or f"{reason}: 1 " in words
    assert "2011-06-02" in words


@pytest.mark.thorough
def test_ids_that_match_no_order_are_said(checked, check):
    assert "Customers: 2 of 2 have an order line" in checked.output
    padded = check(columns={"customer_id": "'C-' || CustomerID"}).check()
    assert "Customers: 0 of 2 have an order line" in padded.output
    assert "it is 'C-1' in customers and '1' in order_lines" in padded.output


def test_what_will_run_is_said(checked):
    assert "  purchase_behaviour: skipped, 2 customers with an accepted order; " in (
        checked.output
    )
    assert "  survey_priorities: skipped, input survey_responses is absent" in (
        checked.output
    )
    # of age, spending_score and annual_income they have a day of birth alone
    assert "  demographics: skipped, input customers has no annual_income\n" in (
        checked.output
    )


def test_the_vars_to_paste_are_read_as_the_guess_was(checked, dbt_build):
    vars = pasted(checked)
    assert vars["inputs"]["customers"]["features"] == {"credit_score": "Score"}
    tables = ("stg_inputs__order_lines", "stg_inputs__customers")
    built = dbt_build(vars, command="run", select=" ".join(tables)).check()
    assert built.query(
        "select order_id, customer_id, unit_price from stg_inputs__order_lines "
        "where product_id = '8'"
    ) == [("A1", "1", 1.5)]
    assert built.query(
        "select customer_id, credit_score from stg_inputs__customers order by 1"
    ) == [("1", 640), ("2", 710)]


def test_a_mistyped_column_is_missing(check):
    result = check(columns={"birth_date": "Brith"}).check()
    assert "  birth_date  MISSING: there is no column Brith" in result.output
    assert "demographics: skipped, input customers lacks columns" in result.output
    assert pasted(result)["inputs"]["customers"]["columns"]["birth_date"] == "?"


def test_nothing_is_written(checked):
    assert checked.query("select count(*) from information_schema.tables") == [(0,)]


@pytest.mark.thorough
def test_where_no_line_is_accepted_an_example_says_why(dbt_build, folder):
    european = folder / "european.csv"
    european.write_text(
        "InvoiceNo,CustomerID,Quantity,Price,InvoiceDate\n"
        "A1,1,2,3,01.12.2010 08:26\nA2,,2,3,01.12.2010 08:27\n"
    )
    inputs = {"order_lines": {"file": str(european)}}
    result = dbt_build({"inputs": inputs}, "check_inputs", command="run-operation")
    output = result.check().output
    assert "for example order_lines.ordered_at: found '01.12.2010 08:26'; exp" in output
    assert "for example order_lines.customer_id is empty; expected an id" in output
    assert "No order line is accepted" in output
    assert "set var as_of_date" not in output


@pytest.mark.thorough
def test_sql_is_read_and_printed_as_people_write_it(dbt_build, folder):
    """A query may end in a comment or a semicolon; a mapped column has apostrophes."""
    day = "strptime(InvoiceDate::varchar, '%Y-%m-%d')"
    for end in (";", " -- all of them"):
        lines = {
            "query": f"select * from '{folder / 'orders.csv'}'{end}",
            "columns": {"ordered_at": day},
        }
        vars = {"inputs": {"order_lines": lines}}
        result = dbt_build(vars, "check_inputs", command="run-operation").check()
        assert "accepted: 3 lines" in result.output
        assert day in result.output.split("Vars to paste")[1]


@pytest.mark.thorough
def test_a_model_that_is_not_built_is_named(dbt_build):
    vars = {"inputs": {"order_lines": {"model": "regions"}}}
    result = dbt_build(vars, "check_inputs", command="run-operation")
    assert result.exit_code
    assert "dbt run --select +regions" in result.output


@pytest.mark.thorough
def test_sql_that_does_not_run_is_named(check):
    result = check(columns={"annual_income": '"Score" * 1000'})
    assert result.exit_code
    assert "{customers: {columns: {annual_income: …}}}: SQL " in result.output
    assert "every column of this file is text" in result.output
    check(columns={"annual_income": 'cast("Score" as double) * 1000'}).check()


def test_what_is_odd_about_a_file_is_said_before_a_build(dbt_build, folder):
    """Bars between values, days that were typed, and customers without an id."""
    (folder / "bars.csv").write_text(
        "order_id|customer_id|quantity|unit_price|ordered_at\n"
        "A1|1|2|3.00|2011-05-30\n"
        "A2|2|1|3.00|2011-05-31\n"
        "A3|2|one|3.00|2011-05-31\n"
        "A2|2|-1|3.00|2012-05-31\n"
        "A4|2|1|3.00|2011-07-15\n"
    )
    (folder / "nobody.csv").write_text("customer_id,birth_date\n1,05.01.1980\n,\n")
    vars = {
        "inputs": {
            "order_lines": {
                "file": str(folder / "bars.csv"),
                "encoding": "latin-1",
            },
            "customers": {"file": str(folder / "nobody.csv")},
        },
        "segmentations": {"service_value": {"enabled": False}},
    }
    run = dbt_build(vars, "check_inputs", command="run-operation").check()
    lines = run.output.split("\n")
    # what is said already is not said again
    assert "bars.csv (utf-8" not in run.output
    assert f"customers: file {folder / 'nobody.csv'} (utf-8; another" in run.output
    assert "  accepted: 3 lines, 2 customers, sales 12.00" in lines
    assert any("order_lines.quantity: found 'one'" in line for line in lines)
    # the return of another year is rejected, and no line of an order
    assert "more than a month apart" not in run.output
    alone = "Careful: the last order day 2011-07-15 is alone, the one before is 2011-05"
    assert alone in run.output
    birth = "birth_date: 1 of 2 rows are not readable, for example '05.01.1980'; expect"
    assert f"Careful: {birth}ed 2011-12-01 or" in run.output
    assert "1 values of customer_id are repeated or empty, None in 1 rows" in run.output
    assert "  service_value: skipped, switched off (enabled: false)" in lines
    assert pasted(run)["inputs"]["order_lines"]["encoding"] == "latin-1"
    later = {**vars, "as_of_date": "2011-08-01"}
    run = dbt_build(later, "check_inputs", command="run-operation").check()
    assert "As-of date: 2011-08-01 (var as_of_date)" in run.output


@pytest.mark.parametrize(
    ("vars", "message"),
    [
        ({"cleaning": {"returns": "keep"}}, "{returns: …}: found 'keep'; expected"),
        ({"inputs": {"orders": {"file": "a.csv"}}}, "unknown input 'orders'. Inputs"),
    ],
)
@pytest.mark.parametrize("operation", ["check_inputs", "validate_project"])
def test_vars_are_checked_before_a_file_is_read(dbt_build, operation, vars, message):
    result = dbt_build(vars, operation, command="run-operation")
    assert result.exit_code and "Traceback" not in result.output
    assert message in " ".join(result.output.split())


COMPLAINTS = """\
complaint_id,customer_id,complained_at
1,1,2011-05-05
2,1,05.05.2011
3,2,06.05.2011
"""
UNREADABLE = (
    "complained_at: 2 of 3 rows are not readable, for example '05.05.2011'; expected "
    "2011-12-01 or 2011-12-01 08:26:00. Map another form by SQL, on DuckDB such as "
    "try_strptime(complained_at, '%d.%m.%Y')"
)


@pytest.fixture(scope="module")
def with_complaints(folder) -> dict:
    (folder / "complaints.csv").write_text(COMPLAINTS)
    return {
        "inputs": {
            "order_lines": {"file": str(folder / "orders.csv")},
            "complaints": {"file": str(folder / "complaints.csv")},
        }
    }


def test_order_ids_that_are_used_again_are_said(dbt_build, folder):
    """Order A2 is of two summers; A1 of two days is one order."""
    file = folder / "again.csv"
    file.write_text(ORDERS + "A2,8,1,2.00,2010-06-01,2\nA1,9,1,1.00,2011-05-31,1\n")
    inputs = {"order_lines": {"file": str(file)}}
    run = ("check_inputs",)
    checked = dbt_build({"inputs": inputs}, *run, command="run-operation").check()
    said = "Careful: orders with lines more than a month apart: 1, for example 'A2'"
    assert said in checked.output


def test_complaints_of_nobody_are_said(dbt_build, with_complaints, folder):
    """Ids with a prefix match no order: nobody would seem to have complained."""
    file = folder / "prefixed.csv"
    file.write_text(re.sub(r",(\d),", r",K\1,", COMPLAINTS))
    inputs = {**with_complaints["inputs"], "complaints": {"file": str(file)}}
    run = ("check_inputs",)
    checked = dbt_build({"inputs": inputs}, *run, command="run-operation").check()
    assert "Complaints: 0 of " in checked.output
    assert "Careful: no customer_id is in both; it is 'K" in checked.output


def test_a_build_warns_of_values_that_do_not_convert(dbt_build, with_complaints):
    complaints = {"complaints": with_complaints["inputs"]["complaints"]}
    line = ("--exclude-resource-type", "unit_test")
    select = "stg_inputs__complaints"
    result = dbt_build({"inputs": complaints}, *line, select=select).check()
    assert f"input complaints, {UNREADABLE}" in " ".join(result.output.split())
    assert "WARN 1 values_are_readable_stg_inputs__complaints" in result.output


@pytest.mark.thorough
def test_values_that_do_not_convert_are_said(dbt_build, with_complaints, folder):
    (folder / "strange.csv").write_text(
        "CustomerID,Born,Income\n1,05.01.1980,€ 7\n2,,80000\n"
    )
    vars = {"inputs": {**with_complaints["inputs"]}}
    vars["inputs"]["customers"] = {"file": str(folder / "strange.csv")}
    run = ("check_inputs",)
    output = dbt_build(vars, *run, command="run-operation").check().output
    assert f"  Careful: {UNREADABLE}\n" in output
    income = "annual_income: 1 of 2 rows are not readable, for example '€ 7'; expected"
    assert f"  Careful: {income} a finite number" in output
    reason = "input customers has no readable age or birth_date\n"
    assert f"  demographics: skipped, {reason}" in output


def test_a_survey_that_answers_other_questions_is_said(dbt_build, folder):
    answers = ["respondent_id,question_id,rating"]
    answers += [f"{r},{q},{1 + r % 8}" for r in range(60) for q in ("price", "advice")]
    answers += [f"{r},delivery,4" for r in range(49)]
    answers += ["0,colour,4", "1,colour,8"]
    (folder / "answers.csv").write_text("\n".join(answers))
    totals = ["customer_id,products_purchased,complaints,money_spent"]
    totals += [f"{row},3,{row if row < 20 else ''},7.5" for row in range(50)]
    (folder / "totals.csv").write_text("\n".join(totals))
    inputs = {
        "survey_responses": {"file": str(folder / "answers.csv")},
        "customer_totals": {"file": str(folder / "totals.csv")},
    }

    def check_with(**vars) -> str:
        vars = {"inputs": inputs, **vars}
        run = dbt_build(vars, "check_inputs", command="run-operation")
        return run.check().output

    output = check_with()
    assert "  Respondents with an answer from 1 to 7, by question: " in output
    assert ", by question: advice 53, colour 1, delivery 49, price 53\n" in output
    assert "  Questions that no feature of survey_priorities names: colour\n" in output
    outside = (
        "price: 7 of 60 answers lie outside the scale 1 to 7 and are not used, for "
        "example 8. If the survey has another scale, set segmentations: "
        "{survey_priorities: {scale: [1, 9]}}, which holds all answers"
    )
    assert f"  Careful: question {outside}" in output
    assert "question colour" not in output
    complete = "to each of price, delivery, advice, availability: 0 of 60\n"
    assert f"  Complete respondents, with an answer from 1 to 7 {complete}" in output
    taken = "not in input survey_questions; a high answer is taken for great importance"
    assert f"  Careful: questions advice, delivery, price: {taken}" in output
    nobody = "has no answers from 1 to 7 to question 'availability'\n"
    assert f"  survey_priorities: skipped, input survey_responses {nobody}" in output
    few = "input customer_totals has 20 values of complaints; minimum_rows is 50\n"
    assert f"  service_value: skipped, {few}" in output
    features = {"features": ["price", "delivery"]}
    output = check_with(segmentations={"survey_priorities": features})
    few = "has 49 answers from 1 to 7 to question 'delivery'; minimum_rows is 50\n"
    assert f"  survey_priorities: skipped, input survey_responses {few}" in output


def test_nobody_has_a_spending_score_without_orders(dbt_build, folder):
    rows = ["customer_id,age,annual_income"] + [f"{row},30,40000" for row in range(60)]
    (folder / "customers.csv").write_text("\n".join(rows))
    file = {"customers": {"file": str(folder / "customers.csv")}}
    run = dbt_build({"inputs": file}, "check_inputs", command="run-operation")
    reason = "skipped, input customers has no spending_score or purchase_propensity\n"
    output = run.check().output
    assert f"  demographics: {reason}" in output
    assert 'set var as_of_date: "2011-12-01"' in output and "Careful" not in output

    (folder / "orders.csv").write_text(
        "order_id,customer_id,quantity,unit_price,ordered_at\n1,1,1,2,2024-01-01\n"
    )
    both = {**file, "order_lines": {"file": str(folder / "orders.csv")}}
    run = dbt_build({"inputs": both}, "check_inputs", command="run-operation").check()
    condition = "if the orders give a purchase propensity: input customers has no "
    assert f"  demographics: will run {condition}readable spending" in run.output

    rows = ["customer_id,age,annual_income,purchase_propensity"]
    rows += [f"{row},30,40000,0.5" for row in range(60)]
    (folder / "customers.csv").write_text("\n".join([*rows, rows[-1]]))
    vars = {"inputs": file, "as_of_date": "2024-01-01"}
    run = dbt_build(vars, "check_inputs", command="run-operation").check()
    assert "  demographics: will run\n" in run.output
    assert "as-of date: 2024-01-01 (var as_of_date)" in run.output
    assert pasted(run)["as_of_date"] == "2024-01-01"
    message = "input customers: 1 values of customer_id are repeated or empty, 59 in 2"
    assert f"Careful: {message} rows" in run.output


@pytest.mark.thorough
def test_what_stops_or_skips_in_a_build_is_said(check, dbt_build, folder):
    lines = {"order_lines": {"file": str(folder / "orders.csv")}}

    def run(**vars) -> str:
        vars = {"inputs": lines, **vars}
        return dbt_build(vars, "check_inputs", command="run-operation").output

    wrong = run(segmentations={"purchase_behaviour": {"kk": 4}})
    assert "unknown setting 'kk'" in wrong and "Settings are: " in wrong
    without = run(python_models=False)
    reason = "python_models is false and no rules are approved"
    assert f"  purchase_behaviour: skipped, {reason}\n" in without
    umlaut = check(columns={"birth_date": "Größe"}).check().output
    assert "  birth_date  MISSING: there is no column Größe\n" in umlaut
    unsaid = check(columns={"birth_date": "?"}).check().output
    assert "  birth_date  MISSING: there is no column ?\n" in unsaid


@pytest.mark.thorough
def test_headers_of_spreadsheets_are_read_and_pasted(dbt_build, folder):
    header = 'order_id;customer_id;quantity;"a, b, c, d, e";"💰 ""net"""'
    file = folder / "spreadsheet.csv"
    file.write_text(f"{header}\nA1;1;2;2011-05-30;3.5\n")
    columns = {"ordered_at": "a, b, c, d, e", "unit_price": '💰 "net"'}
    lines = {"file": str(file), "columns": columns}
    vars = yaml.safe_dump({"inputs": {"order_lines": lines}}, allow_unicode=True)
    run = ("check_inputs",)
    result = dbt_build(vars, *run, command="run-operation").check()
    assert "accepted: 1 lines" in result.output
    found = pasted(result)["inputs"]["order_lines"]["columns"]
    assert {**found, **columns} == found
    file.write_text('order_id;customer_id;"unit\nprice"\nA1;1;2\n')
    output = dbt_build(vars, *run, command="run-operation").output
    assert 'a column name, "unit, has no closing quote in the first line' in output


def test_parquet_files_of_other_types_lose_no_money(tmp_path, dbt_build):
    """Each value counts as its own file has it, the day as its folder does."""
    folder = tmp_path / "ordered_at=2011-06-01"
    folder.mkdir()
    with duckdb.connect() as connection:
        for number, values in enumerate(
            (
                "2 as quantity, 1.10::decimal(10, 2) as unit_price",
                "1.5::double as quantity, 9.995::double as unit_price",
                "'2 pcs' as quantity, '3' as unit_price",
            ),
            start=1,
        ):
            connection.sql(
                f"select 'A{number}' as order_id, 'c' as customer_id, {values}"
            ).write_parquet(str(folder / f"{number}.parquet"))
    vars = {"inputs": {"order_lines": {"file": str(tmp_path / "*/*.parquet")}}}
    result = dbt_build(vars, "check_inputs", command="run-operation").check()
    assert "accepted: 2 lines, 1 customers, sales 17.19" in result.output
    assert "invalid_quantity: 1 lines" in result.output
