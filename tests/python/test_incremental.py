"""With var ``incremental`` a warehouse that grew day by day equals one built at once.

The shop's file comes anew every day, with lines that are late, corrected, cancelled,
moved and deleted; nothing tells which.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from postgresql import postgresql_server
from project import MARTS, NO_TESTS, PROJECT
from shop import ALONE, LIGHT, Shop, differing, fixed

pytestmark = pytest.mark.builds

LOADS = 10

FEATURES = ("int_customers", "int_purchase_behaviour__features", "int_products_named")

ORDERS = (
    "int_order_lines_checked",
    "int_orders_totalled",
    "int_as_of_date",
    "int_customer_features",
    *FEATURES,
)

KEPT = (
    "int_order_days",
    "int_customer_days",
    "int_customer_orders_summed",
)
"""What there is with the var alone."""

EVIDENCE = ("cleaning_audit", "rejected_order_lines", "segment_memberships")

MARKS = ("built_from", "built_in_load", "changed_in_load")
"""Columns that say what a row was built from."""

AN_HOUR = 3600 * 10**6
"""What a load's number grows by in an hour."""

LINES = """
create table lines as
with demo as (select row_number() over () as line, * from read_csv('{seed}'))
select
    * exclude (ordered_at),
    ordered_at::timestamp as ordered_at,
    greatest(date_diff('day', date '2026-06-07', ordered_at::date), 0)
        + case when hash(line) % 20 = 0 then hash(line, 'late') % 4 else 0 end
        as load
from demo
"""

CHANGES = """
-- corrected: the quantity, the price, the product, its name, the country
update lines set quantity = quantity + 1 where hash(line, {load}) % 1000 = 0;
update lines set unit_price = unit_price + 1 where hash(line, {load}) % 1000 = 1;
update lines set product_id = 'K05' where hash(line, {load}) % 1000 = 2;
update lines set product_name = 'Cup' where hash(line, {load}) % 1000 = 3;
update lines set country = null where hash(line, {load}) % 1000 = 4;
update lines set country = 'Malta' where hash(line, {load}) % 1000 = 15;
-- the same sales otherwise, a name for want of an id, another time of the same day
update lines set quantity = quantity * 2, unit_price = unit_price / 2
where hash(line, {load}) % 1000 = 11;
update lines set product_name = null
where product_id is null and hash(line, {load}) % 5 = 0;
update lines set product_id = null where hash(line, {load}) % 1000 = 12;
update lines set ordered_at = date_trunc('day', ordered_at)
where hash(line, {load}) % 1000 = 13;
update lines set ordered_at = date_trunc('day', ordered_at) + interval '86399.5 seconds'
where hash(line, {load}) % 1000 = 14;
-- moved to another customer, day or order, or to none
update lines set customer_id = (select max(customer_id) from lines)
where hash(line, {load}) % 2000 = 5;
update lines set ordered_at = ordered_at - interval 40 day
where hash(line, {load}) % 2000 = 6;
update lines set order_id = '10002' where hash(line, {load}) % 3000 = 7;
update lines set customer_id = null where hash(line, {load}) % 3000 = 8;
update lines set ordered_at = null where hash(line, {load}) % 3000 = 9;
-- deleted: lines, a whole order, a customer who is forgotten
delete from lines where hash(line, {load}) % 1000 = 10;
delete from lines where order_id = (
    select order_id from lines order by hash(order_id, {load}) limit 1
);
delete from lines where customer_id = (
    select customer_id from lines where customer_id is not null
    order by hash(customer_id, {load}) limit 1
);
-- cancelled, of whatever age
insert into lines
select * replace (
    'C' || order_id as order_id,
    -quantity as quantity,
    timestamp '2026-06-07 12:00:00' + interval {load} day as ordered_at,
    {load} as load
)
from lines where quantity > 0 and hash(order_id, {load}) % 200 = 0;
"""

TWICE = {
    # a day is loaded twice, which is mended later
    4: "insert into lines select * replace (-line as line) from lines "
    "where ordered_at::date = date '2026-06-09'",
    # what was returned is there under two names, of which one stays
    5: "insert into lines select * replace (product_name || '?' as product_name) "
    "from lines where quantity < 0",
    7: "delete from lines where line < 0 and ordered_at::date = date '2026-06-09'",
    8: "update lines set product_name = rtrim(product_name, '?');"
    # no line is left of a day
    "delete from lines where ordered_at::date = date '2026-05-20'",
}


class Loads(Shop):
    """A shop whose one file of order lines is another one with each load."""

    def __init__(self, folder: Path, **vars):
        self.source = folder / "order_lines.parquet"
        settings = {
            "inputs": {"order_lines": {"file": str(self.source)}},
            "segmentations": {**ALONE, "purchase_behaviour": fixed(4)},
            **LIGHT,
            "distinct_products": True,
            "incremental": True,
        }
        folder.mkdir(exist_ok=True)
        super().__init__(folder, {**settings, **vars})
        self.lines = duckdb.connect()
        seed = PROJECT / "seeds/raw_order_lines.csv"
        self.lines.execute(LINES.format(seed=seed))

    def deliver(self, load: int) -> None:
        """Write the file of a day."""
        if load:
            self.lines.execute(CHANGES.format(load=load))
            self.lines.execute(TWICE.get(load, "select 1"))
        self.lines.execute(
            "copy (select * exclude (line, load) from lines "
            f"where load <= {load}) to '{self.source}' (format parquet)"
        )

    def features(self, *arguments: str, **options) -> None:
        """Build orders and features."""
        select = " ".join(f"+{table}" for table in FEATURES)
        self.build(*NO_TESTS, *arguments, select=select, **options).check()

    def rows(self, tables: tuple[str, ...]) -> dict[str, list[tuple]]:
        """Every row of the tables, in order, without what it was built from."""
        query = "select columns(lambda c: c not in {}) from {} order by all"
        return {table: self.query(query.format(MARKS, table)) for table in tables}


def test_ten_loads_are_one_full_build(tmp_path):
    shop = Loads(tmp_path / "grown")
    for load in range(LOADS + 1):
        shop.deliver(load)
        if load < LOADS:
            shop.features()
    tables = (*MARTS, *EVIDENCE)
    shop.tables = tables
    shop.build().check()
    grown = shop.rows((*ORDERS, *KEPT, *tables))
    assert all(grown[table] for table in (*ORDERS, *KEPT))

    shop.warehouse = tmp_path / "at_once.duckdb"
    shop.build(*NO_TESTS, vars={"incremental": False}).check()
    compared = (*ORDERS, *tables)
    at_once = shop.rows(compared)
    assert differing({table: grown[table] for table in compared}, at_once) == set()


@pytest.mark.thorough
def test_only_changed_days_and_touched_customers_are_built_again(tmp_path):
    """What was built before is marked: the mark stays where nothing changed."""
    shop = Loads(tmp_path / "shop")
    shop.deliver(0)
    shop.features()
    before = dict(shop.query("select order_date, built_from from int_order_days"))
    with duckdb.connect(str(shop.warehouse)) as connection:
        connection.execute("update int_order_lines_checked set product_name = 'old'")
        # the clock has been put back since
        later = "update {0} set {1} = {1} + " + str(AN_HOUR)
        connection.execute(later.format("int_customer_days", "changed_in_load"))
        for table in ("int_orders_totalled", "int_customer_orders_summed"):
            connection.execute(f"{later.format(table, 'built_in_load')}, quantity = -1")

    # a late line, one corrected on another day, and one of no day and nobody
    ((late, first), (corrected, last)) = shop.lines.execute(
        "select line, customer_id from lines "
        "where line in (select unnest([min(line), max(line)]) from lines "
        "where load = 0 and customer_id is not null) order by line"
    ).fetchall()
    shop.lines.execute(f"update lines set quantity = 77 where line = {corrected}")
    for replaced in (
        "date_trunc('day', ordered_at) + interval '86399.5 seconds' as ordered_at",
        "null as ordered_at, null as customer_id",
    ):
        shop.lines.execute(
            f"insert into lines select * replace (99 as quantity, {replaced}) "
            f"from lines where line = {late} limit 1"
        )
    shop.deliver(0)
    shop.features()

    days = {
        day
        for day, number in shop.query(
            "select order_date, built_from from int_order_days"
        )
        if before.get(day) != number
    }
    assert len(days) == 3
    assert days == {
        row[0]
        for row in shop.query(
            "select distinct coalesce(cast(ordered_at as date), date '0001-01-01') "
            "from int_order_lines_checked where product_name is distinct from 'old'"
        )
    }
    delivered = f"select count(*) from '{shop.source}'"
    assert shop.query("select count(*) from int_order_lines_checked") == shop.query(
        delivered
    )
    for table, column, mark in (
        ("int_orders_totalled", "quantity", -1),
        ("int_customer_orders_summed", "quantity", -1),
    ):
        built = shop.query(
            f"select distinct customer_id from {table} where {column} <> {mark}"
        )
        assert {row[0] for row in built} == {str(first), str(last)}, table

    shop.features("--full-refresh")
    marked = "select count(*) from int_orders_totalled where quantity = -1"
    assert shop.query(marked) == [(0,)]


@pytest.mark.thorough
def test_settings_may_change_between_the_loads(tmp_path):
    """The var comes later, products are counted now and then, returns are netted."""
    shop = Loads(tmp_path / "grown")
    shop.deliver(1)
    shop.features(vars={"incremental": False})
    shop.deliver(2)
    shop.features(vars={"as_of_date": "2026-06-05", "distinct_products": False})
    ids = [
        number
        for (number,) in shop.lines.execute(
            "select distinct customer_id from lines "
            "where customer_id is not null order by 1"
        ).fetchall()
    ]
    customers = shop.folder / "customers.csv"
    rows = (f"{number},{'FR' if number % 3 else ''}" for number in ids[::2])
    customers.write_text("\n".join(["customer_id,country", *rows, f"{ids[0]},UK", ""]))
    # who only took back, and all that came back came back twice
    shop.lines.execute(f"update lines set quantity = -1 where customer_id = {ids[1]}")
    shop.lines.execute("insert into lines select * from lines where quantity < 0")
    shop.deliver(3)
    net = {
        "cleaning": {"returns": "net", "incomplete_last_month": "reject"},
        "inputs": {**shop.vars["inputs"], "customers": {"file": str(customers)}},
    }
    for vars in (
        {"as_of_date": "2026-06-08"},
        {"as_of_date": "2026-05-31", "max_order_date": "2026-05-25"},
        {"max_order_date": "2026-05-25", "cleaning": {"duplicates": "keep"}},
        net,
        # the month is complete
        {**net, "load": 4},
    ):
        if vars.pop("load", None):
            shop.lines.execute(
                "insert into lines select * replace (ordered_at + interval 1 month "
                "as ordered_at) from lines where ordered_at::date = date '2026-05-30'"
            )
            shop.deliver(4)
        shop.warehouse = tmp_path / "grown" / "warehouse.duckdb"
        shop.features(vars=vars)
        grown = shop.rows(ORDERS)
        shop.warehouse = tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb"
        shop.features(vars={**vars, "incremental": False})
        assert differing(grown, shop.rows(ORDERS)) == set()


@pytest.mark.thorough
def test_a_build_may_stop_halfway_and_the_history_grows(tmp_path):
    """The models of customers are left out, and what changed is recorded anew."""
    shop = Loads(tmp_path / "grown", history={"periods": 3})
    tables = (*ORDERS, "int_history_periods", "int_customer_history")
    select = " ".join(f"+{table}" for table in (*FEATURES, *tables[-2:]))
    halfway = "+int_customer_days"
    for load, builds in enumerate(([select], [halfway], [select], [halfway, select])):
        shop.deliver(load)
        for built in builds:
            again = ["--full-refresh"] if built == halfway and load > 1 else []
            shop.build(*NO_TESTS, *again, select=built).check()
    grown = shop.rows(tables)
    assert all(grown.values())

    shop.warehouse = tmp_path / "at_once.duckdb"
    shop.build(*NO_TESTS, select=select, vars={"incremental": False}).check()
    assert differing(grown, shop.rows(tables)) == set()


@pytest.mark.thorough
def test_types_may_change_between_the_loads(tmp_path):
    """A quantity in another type is the same quantity: no day is built again.

    Text that is no quantity is kept as it is, and so is what a column is taken for.
    """
    shop = Loads(tmp_path / "shop")
    shop.deliver(0)
    shop.features()
    days = "select order_date, built_from from int_order_days order by all"
    before = shop.query(days)
    shop.lines.execute("alter table lines alter quantity type decimal(12, 0)")
    shop.deliver(0)
    shop.features()
    assert shop.query(days) == before

    shop.lines.execute("alter table lines alter quantity type varchar")
    shop.lines.execute("alter table lines rename product_id to item")
    shop.lines.execute("alter table lines drop product_name")
    found = (
        "select count(product_id), count(product_name), max(quantity_text) "
        "from int_order_lines_checked where rejection_reason = 'invalid_quantity'"
    )
    for text, column, expected in (
        ("many", "product_id", (1, 0)),
        ("none", "product_id", (1, 0)),
        ("none", "product_name", (0, 1)),
    ):
        shop.lines.execute(
            f"update lines set quantity = '{text}' where line = (select min(line) "
            "from lines where customer_id is not null)"
        )
        shop.deliver(0)
        file = {"file": str(shop.source), "columns": {column: "item"}}
        shop.features(vars={"inputs": {"order_lines": file}})
        assert shop.query(found) == [(*expected, text)]


@pytest.mark.engines
def test_loads_on_postgresql(tmp_path):
    """Three loads into PostgreSQL are one full build there."""
    lines = {"order_lines": {"relation": "shop.lines"}}
    shop = Loads(tmp_path / "shop", inputs=lines)
    rows = (
        "select md5(string_agg(cast(features as text), ';' order by customer_id)) "
        "from {}.int_customer_features as features;"
        "select md5(string_agg(concat_ws('|', customer_id, order_id, quantity, sales, "
        "ordered_at), ';' order by customer_id, order_id)) from {}.int_orders_totalled;"
        "select md5(string_agg(cast(customers as text), ';' order by customer_id)) "
        "from {}.int_customers as customers;"
    )
    with postgresql_server() as server:
        server.script(
            "create schema shop; create table shop.lines (order_id text, "
            "customer_id text, product_id text, product_name text, quantity numeric, "
            "unit_price numeric, ordered_at timestamp, country text)"
        )

        def build(schema: str, **vars) -> None:
            env = {**server.environment, "PGSCHEMA": schema}
            shop.features("--target", "postgres", env=env, vars=vars)

        for load in range(3):
            shop.deliver(load)
            file = shop.folder / "lines.csv"
            shop.lines.execute(
                "copy (select order_id, customer_id, product_id, product_name, "
                f"quantity, unit_price, ordered_at, country from '{shop.source}') "
                f"to '{file}' (format csv, header false)"
            )
            server.script(
                f"truncate shop.lines;\n\\copy shop.lines from '{file}' csv\n"
            )
            build("grown")
        build("at_once", incremental=False)
        grown, at_once = (
            server.script(rows.replace("{}", schema)) for schema in ("grown", "at_once")
        )
    assert grown == at_once
