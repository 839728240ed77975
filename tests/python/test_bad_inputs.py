"""A corpus of bad inputs: each has one clear outcome, and no line is lost.

Order lines are written as text with what is expected of them beside them; nothing
expected is computed by the project.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from project import SEGMENTATIONS, Result
from shop import ALONE, LIGHT

COLUMNS = (
    "order_id",
    "customer_id",
    "product_id",
    "product_name",
    "quantity",
    "unit_price",
    "ordered_at",
    "country",
)
MAX_ORDER_DATE = "2011-12-31"
# unit tests do not depend on the inputs; other tests run where all they read is built
OPTIONS = (
    *("--exclude-resource-type", "unit_test"),
    *("--indirect-selection", "cautious"),
)

STRANGE_IDS = (
    "O'Hara",
    'the "best" one',
    "Smith, John",
    "two\nlines",
    "🛒 café",
    "'; drop table main.customer_segments; --",
    "{{ ref('x') }} {% endif %}",
    "a\\b%_",
    "NULL",
    "00123",
)


@dataclass(frozen=True)
class Line:
    """One order line as text, why it must be rejected, and what it is worth."""

    reason: str | None
    sales: str | None = "6.00"
    order_id: str = "A1"
    customer_id: str = "7"
    quantity: str = "2"
    unit_price: str = "3.00"
    ordered_at: str = "2011-06-01 08:26:00"
    says: tuple[str, ...] = ()
    """Parts of the sentence that explains the rejection."""


def bad_date(text: str) -> Line:
    return Line(
        "invalid_date",
        ordered_at=text,
        says=("order_lines.ordered_at", f"'{text}'", "2011-12-01", "strptime"),
    )


def bad_quantity(text: str) -> Line:
    return Line(
        "invalid_quantity",
        sales=None,
        quantity=text,
        says=("order_lines.quantity", f"'{text.strip()}'", "number"),
    )


def bad_price(text: str) -> Line:
    return Line(
        "invalid_price",
        sales=None,
        unit_price=text,
        says=("order_lines.unit_price", f"'{text.strip()}'", "decimal point"),
    )


CORPUS: tuple[Line, ...] = (
    # three forms of a date, only one of which says by itself what it means
    Line(None, ordered_at="2011-06-02"),
    bad_date("06/02/2011"),
    bad_date("2 Jun 2011"),
    # a year of two digits would be the year 1
    bad_date("01-12-11"),
    bad_date("2011-02-30"),
    bad_date("2011-13-01"),
    bad_date("20110602"),
    bad_date("40513.35"),
    bad_date("infinity"),
    bad_date("yesterday"),
    Line("missing_date", ordered_at="", says=("order_lines.ordered_at is empty",)),
    Line("missing_date", ordered_at="  "),
    Line(None, ordered_at="2011-06-02 08:26"),
    Line(None, ordered_at="2011-06-02T08:26:00.123"),
    Line(None, ordered_at="2011-06-02T08:26:00Z"),
    Line(None, ordered_at="2011/06/02"),
    # two hours behind UTC it is next year there
    Line(None, ordered_at="2011-12-31 21:30:00-02:00"),
    Line("after_max_order_date", ordered_at="2011-12-31 22:30:00-02:00"),
    Line(None, ordered_at="2012-01-01T00:30:00+01"),
    Line(
        "after_max_order_date",
        ordered_at="2099-01-01",
        says=("order_lines.ordered_at", "2099-01-01", "max_order_date"),
    ),
    # numbers
    bad_quantity("two"),
    bad_quantity(""),
    bad_quantity("NaN"),
    bad_quantity("inf"),
    bad_quantity("-Infinity"),
    bad_quantity("1,234"),
    bad_quantity("3 pcs"),
    Line(None, quantity="2.5", sales="7.50"),
    Line(None, quantity="0.125", unit_price="0.0001", sales="0.0000"),
    Line(None, quantity=" 12 ", sales="36.00"),
    Line(None, quantity="1e3", sales="3000.00"),
    Line(None, quantity="+4", sales="12.00"),
    Line(
        "zero_quantity",
        quantity="-0",
        sales="0",
        says=("order_lines.quantity", "found -0", "expected more"),
    ),
    Line("zero_quantity", quantity="0.00", sales="0"),
    bad_price("1,234.50"),
    bad_price("€12"),
    bad_price("12,50"),
    bad_price("nan"),
    bad_price("inf"),
    bad_price(""),
    bad_price("free"),
    bad_price("100000000000000"),
    bad_price("1e15"),
    Line(
        "sales_out_of_range",
        sales=None,
        unit_price="99999999999999",
        says=("99999999999999", "100 billion"),
    ),
    Line("sales_out_of_range", sales=None, unit_price="50000000000"),
    Line(None, quantity="1", unit_price="99999999999.99", sales="99999999999.99"),
    Line(
        "zero_price",
        unit_price="0",
        sales="0",
        says=("order_lines.unit_price", "found 0", "zero_prices: keep"),
    ),
    # below the four decimals that money keeps
    Line("zero_price", unit_price="0.00001", sales="0", says=("found 0.00001",)),
    Line(
        "negative_price",
        unit_price="-3",
        sales="-6",
        says=("order_lines.unit_price", "-3"),
    ),
    Line(
        "returned",
        quantity="-2",
        sales="-6",
        says=("order_lines.quantity", "-2", "returns: net"),
    ),
    Line(
        "cancelled",
        order_id="C9",
        quantity="-2",
        sales="-6",
        says=("order_lines", "C9", "returns: net"),
    ),
    # ids
    Line(
        "unknown_customer", customer_id="", says=("order_lines.customer_id is empty",)
    ),
    Line("unknown_customer", customer_id="   "),
    Line("missing_order_id", order_id="", says=("order_lines.order_id is empty",)),
    *(Line(None, customer_id=text) for text in STRANGE_IDS),
    *(Line(None, order_id=text) for text in STRANGE_IDS),
    Line(None, customer_id=" padded "),
    # the first of several faults is named
    Line("unknown_customer", sales=None, customer_id="", quantity="two"),
    # equal in every column
    Line(None, order_id="twice"),
    Line("duplicate", order_id="twice", says=("the same line", "duplicates: keep")),
    Line("duplicate", order_id="twice"),
)


def write_csv(
    path: Path,
    rows: Iterable[Sequence[object]],
    columns: Sequence[str] = COLUMNS,
) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def order_row(line: Line, product_id: object = "p") -> list[object]:
    return [
        line.order_id,
        line.customer_id,
        product_id,
        "Egg cup",
        line.quantity,
        line.unit_price,
        line.ordered_at,
        "UK",
    ]


def corpus_rows() -> list[list[object]]:
    """The corpus; the product id tells which line is which, but for the copies."""
    return [
        order_row(line, "twice" if line.order_id == "twice" else number)
        for number, line in enumerate(CORPUS)
    ]


def orders_of(
    customers: Sequence[str], price: Callable[[int], str], orders: int = 1
) -> list[list[object]]:
    return [
        order_row(
            Line(
                None,
                order_id=f"{number}-{order}",
                customer_id=customer,
                unit_price=price(number),
            )
        )
        for number, customer in enumerate(customers)
        for order in range(orders)
    ]


def assert_clear(result: Result, *parts: str) -> None:
    """The run failed in words that hold every part, and without a traceback."""
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    text = " ".join(result.output.split())
    missing = [part for part in parts if part not in text]
    assert not missing, f"{missing} not in:\n{result.output}"


def assert_succeeded(result: Result) -> None:
    result.check()
    assert "Traceback" not in result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("inputs")


@pytest.fixture(scope="module")
def corpus(dbt_build, folder: Path) -> Result:
    path = write_csv(folder / "corpus, 'all'.csv", corpus_rows())
    return dbt_build(
        {
            "inputs": {"order_lines": {"file": str(path)}},
            "max_order_date": MAX_ORDER_DATE,
        },
        *OPTIONS,
        select="+cleaning_audit +rejected_order_lines +int_orders_totalled",
    )


def test_corpus_builds(corpus: Result) -> None:
    assert_succeeded(corpus)


def test_corpus_lines_have_their_reason(corpus: Result) -> None:
    found = dict(
        corpus.query(
            "select cast(product_id as integer), rejection_reason "
            "from int_order_lines_checked where product_id <> 'twice'"
        )
    )
    expected = {
        number: line.reason
        for number, line in enumerate(CORPUS)
        if line.order_id != "twice"
    }
    assert found == expected


def test_corpus_loses_no_line_and_no_money(corpus: Result) -> None:
    """Accepted and rejected lines are the lines of the file, reason by reason."""
    expected: dict[str, list] = {}
    for line in CORPUS:
        entry = expected.setdefault(line.reason or "accepted", [0, Decimal(0)])
        entry[0] += 1
        entry[1] += Decimal(line.sales or 0)
    found = corpus.query("select reason, order_line_count, sales from cleaning_audit")
    assert {reason: [count, sales] for reason, count, sales in found} == expected
    assert sum(count for _, count, _ in found) == len(CORPUS)
    (accepted,) = corpus.query(
        "select count(*), sum(sales) from int_order_lines_accepted"
    )
    (rejected,) = corpus.query("select count(*), sum(sales) from rejected_order_lines")
    assert accepted[0] + rejected[0] == len(CORPUS)
    assert accepted[1] + rejected[1] == sum(Decimal(line.sales or 0) for line in CORPUS)


def test_corpus_rejections_say_what_to_do(corpus: Result) -> None:
    details = dict(
        corpus.query("select product_id, rejection_detail from rejected_order_lines")
    )
    for number, line in enumerate(CORPUS):
        if line.reason is not None:
            key = "twice" if line.order_id == "twice" else str(number)
            assert details[key].startswith("order_lines")
            for part in line.says:
                assert part in details[key], (line, details[key])


def test_corpus_ids_arrive_unchanged(corpus: Result) -> None:
    found = corpus.query("select customer_id, order_id from int_order_lines_accepted")
    customers = {customer for customer, _ in found}
    assert set(STRANGE_IDS) | {"7", "padded"} == customers
    assert set(STRANGE_IDS) <= {order for _, order in found}


CUSTOMER_COLUMNS = ("customer_id", "age", "annual_income", "purchase_propensity")


@pytest.fixture(scope="module")
def no_orders_and_repeated_customer(dbt_build, folder: Path) -> Result:
    orders = write_csv(folder / "header_only.csv", [])
    rows = [("7", 30, 20000, 0.5), ("8", 31, 20000, 0.5), ("7", 32, 20000, 0.5)]
    customers = write_csv(folder / "repeated.csv", rows, CUSTOMER_COLUMNS)
    return dbt_build(
        {
            "inputs": {
                "order_lines": {"file": str(orders)},
                "customers": {"file": str(customers)},
            }
        },
        *OPTIONS,
        select="+int_as_of_date stg_inputs__customers",
    )


def test_no_orders_need_an_as_of_date(no_orders_and_repeated_customer: Result) -> None:
    assert_clear(
        no_orders_and_repeated_customer,
        "as_of_date: input order_lines has no acceptable order line",
        'expected var as_of_date: "2011-12-01" (quoted)',
        "check_inputs",
    )


def test_repeated_customer_fails_a_named_test(
    no_orders_and_repeated_customer: Result,
) -> None:
    assert_clear(
        no_orders_and_repeated_customer,
        "Failure in test id_comes_once_stg_inputs__customers_customer_id__customers",
    )


def build_orders(
    dbt_build, path: Path, rows: Iterable[Sequence[object]], **variables
) -> Result:
    inputs = {"order_lines": {"file": str(write_csv(path, rows))}}
    return dbt_build({"inputs": inputs, **variables}, *OPTIONS)


def assert_skipped(result: Result, *parts: str) -> None:
    """Every segmentation says why it was skipped, and nothing was invented for it."""
    rows = result.query("select status, reason from segmentation_quality")
    assert rows
    for status, reason in rows:
        assert status == "skipped"
        assert reason
    (reason,) = next(
        iter(
            result.query(
                "select reason from segmentation_quality "
                "where segmentation = 'purchase_behaviour'"
            )
        )
    )
    for part in parts:
        assert part in reason
    for table in (
        "segments",
        "segment_profiles",
        "segment_rules",
        "segment_best_sellers",
        "segment_memberships",
        "segmentation_k_selection",
        "segment_rule_conditions",
        "segment_crosstab",
    ):
        assert result.query(f"select count(*) from {table}") == [(0,)], table
    unclassified = result.query(
        "select distinct purchase_behaviour_segment_id, purchase_behaviour_segment, "
        "purchase_behaviour_reason from customer_segments"
    )
    assert unclassified in (
        [],
        [(0, "Unclassified", f"not segmented: {reason}")],
    )


@pytest.fixture(scope="module")
def customers_only(dbt_build, folder: Path) -> Result:
    """Three customers, no order line, and an as-of date."""
    rows = [("7", 24, 0, 0.5), ("8", "", "", ""), ("9", 200, -1, "often")]
    path = write_csv(folder / "customers.csv", rows, CUSTOMER_COLUMNS)
    return dbt_build(
        {
            "inputs": {"customers": {"file": str(path)}},
            "as_of_date": "2011-12-10",
        },
        *OPTIONS,
    )


@pytest.mark.thorough
def test_customers_only(customers_only: Result) -> None:
    assert_succeeded(customers_only)
    assert_skipped(customers_only, "input order_lines is absent", "var inputs")
    found = customers_only.query(
        "select customer_id, age_bucket, income_bucket, propensity_bucket, region, "
        "order_count, total_sales, average_order_value, recency_days, rfm_segment, "
        "cast(as_of_date as text) from customer_segments order by 1"
    )
    nothing = ("Unknown", None, None, None, None, None, "2011-12-10")
    assert [row[4:] for row in found] == [nothing] * 3
    assert [row[0] for row in found] == ["7", "8", "9"]
    assert "Unknown" not in found[0][1:4]
    assert [row[1:4] for row in found[1:]] == [("Unknown",) * 3] * 2
    assert customers_only.query("select * from cleaning_audit") == [
        ("accepted", 0, 0, 0, 0)
    ]


@pytest.mark.thorough
def test_those_in_totals_alone_are_customers(dbt_build, folder: Path) -> None:
    customers = [("7", 24, 0, 0.5), ("8", "", "", ""), ("9", 200, -1, "often")]
    path = write_csv(folder / "customers.csv", customers, CUSTOMER_COLUMNS)
    # who got more back than they paid
    totals = [("8", 1, 0, -3)] + [
        (f"t{row}", row % 7, row % 3, row) for row in range(60)
    ]
    columns = ("customer_id", "products_purchased", "complaints", "money_spent")
    totals_path = write_csv(folder / "totals.csv", totals, columns)
    vars = {
        **LIGHT,
        "inputs": {
            "customers": {"file": str(path)},
            "customer_totals": {"file": str(totals_path)},
        },
        "as_of_date": "2011-12-10",
    }
    build = dbt_build(vars, *OPTIONS)
    assert_succeeded(build)
    found = dict(
        build.query(
            "select service_value_reason = 'not in input customer_totals' as is_out, "
            "count(*) from customer_segments group by 1"
        )
    )
    assert found == {True: 2, False: 61}
    assert build.query(
        "select money_spent, cluster_id is not null from int_service_value__features "
        "inner join segment_memberships using (entity_id) "
        "where segmentation = 'service_value' and entity_id = '8'"
    ) == [(0, True)]
    assert (
        "input customer_totals: column money_spent: 1 values are below zero, that of "
        "customer_id '8' for one." in build.output
    )
    # without orders, spend is unknown and nobody has sales that move
    assert build.query("select distinct spend_bucket from customer_segments") == [
        ("Unknown",)
    ]
    assert build.query(
        "select sum(entity_count), count(total_sales) from segments "
        "where segmentation = 'service_value'"
    ) == [(61, 0)]


def test_repeated_answers_are_named(dbt_build, folder: Path) -> None:
    rows = [("a", "price", 3), ("a", "price", 4), ("", "price", 2)]
    columns = ("respondent_id", "question_id", "rating")
    path = write_csv(folder / "answers.csv", rows, columns)
    vars = {"inputs": {"survey_responses": {"file": str(path)}}}
    build = dbt_build(vars, *OPTIONS, select="stg_inputs__survey_responses")
    assert_clear(
        build,
        "input survey_responses: 2 values of respondent_id, question_id are repeated",
        "a, price in 2 rows",
        'inputs: {survey_responses: {query: "select …"}}',
    )


@pytest.mark.thorough
def test_nothing_is_published_where_no_line_is_accepted(dbt_build, folder) -> None:
    """Days that nobody mapped, and an as-of date: the marts would all be empty."""
    result = build_orders(
        dbt_build,
        folder / "european.csv",
        [("A1", "1", "P", "Mug", 1, 2.5, "01.12.2010 08:26", "France")],
        as_of_date="2011-12-10",
        segmentations={name: {"enabled": False} for name in SEGMENTATIONS},
    )
    assert result.exit_code == 1
    assert "assert_some_line_is_accepted" in result.output
    assert not result.published.exists()


@pytest.fixture(scope="module")
def one_customer(dbt_build, folder: Path) -> Result:
    """Two orders of one customer, the second one far in the future."""
    rows = [
        order_row(Line(None, order_id="A1", ordered_at="2011-12-09")),
        order_row(Line(None, order_id="A2", ordered_at="2099-01-01")),
    ]
    return build_orders(dbt_build, folder / "one.csv", rows)


@pytest.mark.thorough
def test_one_customer(one_customer: Result) -> None:
    assert_succeeded(one_customer)
    assert_skipped(one_customer, "1 of 1 have total_sales", "minimum_rows is 50")
    assert one_customer.query(
        "select customer_id, order_count, total_sales, average_order_value, "
        "recency_days, rfm_score, age_bucket from customer_segments"
    ) == [("7", 2, 12, 6, 1, "111", "Unknown")]


@pytest.mark.thorough
def test_lone_late_order_is_warned_about(one_customer: Result) -> None:
    assert one_customer.query(
        "select cast(as_of_date as text) from int_as_of_date"
    ) == [("2099-01-02",)]
    text = " ".join(one_customer.output.split())
    assert "WARN 1 last_order_day_is_not_alone" in text
    assert (
        "input order_lines: the last order day is 2099-01-01, the one before it "
        "2011-12-09; expected at most 31 days between them. If the last is a mistake, "
        'leave it out by var max_order_date: "2011-12-09" (quoted).' in text
    )


@pytest.mark.thorough
def test_no_orders_with_an_as_of_date(dbt_build, folder: Path) -> None:
    """A file without lines; and segmentations switched off leave typed columns."""
    result = build_orders(
        dbt_build,
        folder / "none.csv",
        [],
        as_of_date="2011-12-10",
        segmentations={name: {"enabled": False} for name in SEGMENTATIONS},
    )
    assert_succeeded(result)
    for table in ("customer_segments", "segments", "segmentation_quality"):
        assert result.query(f"select count(*) from {table}") == [(0,)]
    assert result.query(
        "select column_name, data_type from information_schema.columns "
        "where table_name = 'customer_segments' "
        "and column_name like 'purchase_behaviour%' order by ordinal_position"
    ) == [
        ("purchase_behaviour_segment_id", "BIGINT"),
        ("purchase_behaviour_segment", "VARCHAR"),
        ("purchase_behaviour_reason", "VARCHAR"),
        ("purchase_behaviour_previous_segment_id", "BIGINT"),
        ("purchase_behaviour_previous_segment", "VARCHAR"),
        ("purchase_behaviour_segment_changed_at", "TIMESTAMP"),
    ]


@pytest.mark.thorough
def test_equal_customers_are_one_group(dbt_build, folder: Path) -> None:
    names = [f"c{number}" for number in range(60)]
    orders = orders_of(names, lambda _: "3")
    result = build_orders(dbt_build, folder / "equal.csv", orders, segmentations=ALONE)
    assert_succeeded(result)
    assert_skipped(result, "only 1 of at least 3 different combinations", "segment")
    assert result.query(
        "select count(*), count(distinct rfm_score) from customer_segments"
    ) == [(60, 1)]


@pytest.fixture(scope="module")
def constant_feature(dbt_build, folder: Path) -> Result:
    """One order each: order_count is constant, sales lie at 6, 60 and 600."""
    names = [*STRANGE_IDS, *(f"c{number}" for number in range(50))]
    prices = ("3", "30", "300")
    return build_orders(
        dbt_build,
        folder / "constant.csv",
        [
            *orders_of(names, lambda number: prices[number % 3]),
            order_row(Line(None, order_id="late", ordered_at="2099-01-01")),
        ],
        max_order_date=MAX_ORDER_DATE,
        segmentations=ALONE,
    )


def test_constant_feature_is_segmented(constant_feature: Result) -> None:
    assert_succeeded(constant_feature)
    assert constant_feature.query(
        "select status, k from segmentation_quality "
        "where segmentation = 'purchase_behaviour'"
    ) == [("fitted", 3)]
    found = constant_feature.query(
        "select purchase_behaviour_segment_id, count(*), min(total_sales), "
        "max(total_sales) from customer_segments group by 1 order by 1"
    )
    assert found == [(1, 20, 600, 600), (2, 20, 60, 60), (3, 20, 6, 6)]


def test_strange_ids_reach_the_marts(constant_feature: Result) -> None:
    for table, column in (
        ("customer_segments", "customer_id"),
        ("segment_memberships", "entity_id"),
    ):
        found = {
            row[0] for row in constant_feature.query(f"select {column} from {table}")
        }
        assert set(STRANGE_IDS) <= found


def test_late_order_is_left_out_by_max_order_date(constant_feature: Result) -> None:
    assert constant_feature.query(
        "select distinct cast(as_of_date as text) from customer_segments"
    ) == [("2011-06-02",)]
    assert constant_feature.query(
        "select reason, sales from cleaning_audit order by 1"
    ) == [
        ("accepted", 20 * (6 + 60 + 600)),
        ("after_max_order_date", 6),
    ]
