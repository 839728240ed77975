"""The demo data are reproducible, as faulty as declared, and hold what is hidden."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
SCRIPT = SEEDS / "make_demo_data.py"
NON_PRODUCTS = ("POST", "M", "BANK CHARGES")


def _load_script():
    specification = importlib.util.spec_from_file_location("make_demo_data", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module  # dataclasses look their module up
    specification.loader.exec_module(module)
    return module


demo = _load_script()
FILES = [f"raw_{name}.csv" for name in demo.TABLES]


@pytest.fixture(scope="module")
def seeds():
    """A connection with each committed CSV as a view of text columns."""
    with duckdb.connect() as connection:
        for file in FILES:
            connection.read_csv(
                str(SEEDS / file), header=True, all_varchar=True, delimiter=","
            ).create_view(Path(file).stem)
        yield connection


@pytest.fixture(scope="module")
def accepted(seeds):
    """Total sales, order count and average order value by customer, with its type."""
    features = seeds.sql(
        f"""
        select
            customer_id,
            sum(quantity * unit_price) as total_sales,
            count(distinct order_id) as order_count,
            total_sales / order_count as average_order_value,
        from (
            select distinct * replace (
                quantity::bigint as quantity, unit_price::double as unit_price
            )
            from raw_order_lines
        )
        where customer_id is not null and quantity > 0 and unit_price > 0
            and product_id not in {NON_PRODUCTS}
        group by all
        order by 1
        """
    ).fetchnumpy()
    types = demo.latent_types(demo.Plan())
    features["latent_type"] = np.array([types[c] for c in features["customer_id"]])
    return features


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _one(connection, query: str):
    return connection.sql(query).fetchall()[0][0]


# --- the same bytes -----------------------------------------------------------


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "OMP_NUM_THREADS": "1"},
        {"PYTHONHASHSEED": "2", "TZ": "UTC", "LC_ALL": "C", "PYTHONUTF8": "0"},
    ],
    ids=["tokyo", "plain"],
)
def test_every_run_writes_the_committed_bytes(tmp_path, environment):
    result = _run("--output", str(tmp_path), **environment)
    assert result.returncode == 0, result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    for file in FILES:
        # Not `==` on the bytes: pytest would print a diff of a megabyte.
        is_same = (tmp_path / file).read_bytes() == (SEEDS / file).read_bytes()
        assert is_same, f"{file} differs: run `python seeds/make_demo_data.py`"


def test_another_seed_writes_other_rows(tmp_path):
    plan = demo.make_plan(seed=1)
    demo.write_tables(plan, tmp_path, only="complaints")
    file = "raw_complaints.csv"
    assert (tmp_path / file).read_bytes() != (SEEDS / file).read_bytes()


@pytest.mark.parametrize(
    ("file", "limit"),
    [("raw_order_lines.csv", 1_450_000), ("raw_customers.csv", 1.5e5)],
)
def test_seeds_stay_small(file, limit):
    assert (SEEDS / file).stat().st_size < limit


# --- the tables ---------------------------------------------------------------


@pytest.mark.parametrize("name", demo.TABLES)
def test_columns_parse_and_keys_are_present(seeds, name):
    columns = demo.TABLES[name].columns
    assert seeds.table(f"raw_{name}").columns == list(columns)
    casts = ", ".join(f"cast({c} as {t}) as {c}" for c, t in columns.items())
    seeds.sql(f"select {casts} from raw_{name}").fetchall()
    may_be_empty = {
        "order_lines": {"customer_id"},
        "customers": set(columns) - {"customer_id"},
    }.get(name, set())
    for column in columns.keys() - may_be_empty:
        empty = f"select count(*) from raw_{name} where {column} is null"
        assert _one(seeds, empty) == 0, column


def test_row_counts(seeds):
    rows = {
        name: _one(seeds, f"select count(*) from raw_{name}") for name in demo.TABLES
    }
    assert rows["order_lines"] == demo.DEFAULT_ORDER_LINES
    assert 1_970 <= rows["customers"] < demo.DEFAULT_CUSTOMERS
    assert rows["customer_totals"] == 0
    assert 500 <= rows["complaints"] <= 700
    assert 1_150 <= rows["survey_responses"] < 300 * 4
    assert rows["survey_questions"] == 4


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("customers", "customer_id"),
        ("complaints", "complaint_id"),
        ("survey_questions", "question_id"),
        ("survey_responses", "respondent_id || ' ' || question_id"),
    ],
)
def test_keys_are_unique(seeds, table, key):
    assert _one(seeds, f"select count(*) - count(distinct {key}) from raw_{table}") == 0


def test_an_order_has_one_customer_and_one_time(seeds):
    mixed = """
        select count(*) from (
            from raw_order_lines select order_id group by order_id
            having count(distinct (customer_id, ordered_at, country)) > 1
        )"""
    assert _one(seeds, mixed) == 0


@pytest.mark.parametrize(
    ("child", "parent", "key"),
    [
        ("complaints", "customers", "customer_id"),
        ("complaints", "order_lines", "customer_id"),
        ("survey_responses", "survey_questions", "question_id"),
    ],
)
def test_references_hold(seeds, child, parent, key):
    orphans = f"select count(*) from raw_{child} anti join raw_{parent} using ({key})"
    assert _one(seeds, orphans) == 0


def test_complaints_follow_an_order(seeds):
    early = """
        select count(*) from raw_complaints join (
            select customer_id, min(ordered_at) as first_ordered_at
            from raw_order_lines group by 1
        ) using (customer_id)
        where complained_at <= first_ordered_at"""
    assert _one(seeds, early) == 0


def test_values_lie_in_their_ranges(seeds):
    wrong_customers = """
        select count(*) from raw_customers
        where spending_score::bigint not between 1 and 100
            or annual_income::bigint < 8000
            or birth_date::date not between '1930-01-01' and '2008-06-30'
            or purchase_propensity is not null"""
    assert _one(seeds, wrong_customers) == 0
    wrong_ratings = """
        select count(*) from raw_survey_responses
        where rating::bigint not between 1 and 7"""
    assert _one(seeds, wrong_ratings) == 0
    times = "select min(ordered_at)[:10], max(ordered_at)[:10] from raw_order_lines"
    assert seeds.sql(times).fetchall()[0] == ("2025-01-01", "2026-06-17")
    closed = """
        select count(*) from raw_order_lines
        where ordered_at[12:] not between '08:00' and '21:59'"""
    assert _one(seeds, closed) == 0


# --- the faults ---------------------------------------------------------------

CANCELLED = "order_id like 'C%'"
LINE_FAULTS = {
    "guests": ("customer_id is null", 0.075, 0.085),
    "cancellations": (CANCELLED, 0.0145, 0.0155),
    "returns": (f"not {CANCELLED} and quantity::bigint < 0", 0.0025, 0.0035),
    "zero prices": ("unit_price::double = 0", 0.0025, 0.0035),
    "negative prices": ("unit_price::double < 0", 0.0001, 0.0002),
    "non-products": (f"product_id in {NON_PRODUCTS}", 0.0045, 0.0055),
    "stray blanks": ("product_name != trim(product_name)", 0.04, 0.055),
    "capitals": (
        f"product_name = upper(product_name) and product_id not in {NON_PRODUCTS}",
        0.035,
        0.045,
    ),
}


@pytest.mark.parametrize(
    ("fault", "low", "high"), LINE_FAULTS.values(), ids=LINE_FAULTS
)
def test_share_of_faulty_lines(seeds, fault, low, high):
    share = _one(seeds, f"select avg(({fault})::int) from raw_order_lines")
    assert low <= share <= high


def test_share_of_full_duplicates(seeds):
    different = _one(
        seeds, "select count(*) from (select distinct * from raw_order_lines)"
    )
    assert 0.0095 <= 1 - different / demo.DEFAULT_ORDER_LINES <= 0.0105


def test_cancellations_have_negative_quantities_and_an_original(seeds):
    assert (
        _one(seeds, f"select max(quantity::int) from raw_order_lines where {CANCELLED}")
        < 0
    )
    orphans = f"""
        select count(*) from raw_order_lines as cancelled
        where {CANCELLED} and not exists (
            from raw_order_lines as original
            where original.customer_id is not distinct from cancelled.customer_id
                and original.product_id = cancelled.product_id
                and original.unit_price = cancelled.unit_price
                and original.quantity::int = -cancelled.quantity::int
                and original.ordered_at < cancelled.ordered_at
        )"""
    assert _one(seeds, orphans) == 0


def test_a_mistyped_quantity_is_cancelled_later_on(seeds):
    extremes = "select min(quantity::int), max(quantity::int) from raw_order_lines"
    mistyped = demo.MISTYPED_QUANTITY
    assert seeds.sql(extremes).fetchall()[0] == (-mistyped, mistyped)


def test_some_customers_have_two_countries(seeds):
    movers = """
        select count(*) from (
            from raw_order_lines select customer_id where customer_id is not null
            group by customer_id having count(distinct country) > 1
        )"""
    assert 3 <= _one(seeds, movers) <= 20


def test_some_products_have_two_names(seeds):
    ambiguous = """
        select count(*) from (
            from raw_order_lines select product_id group by product_id
            having count(distinct lower(trim(product_name))) > 1
        )"""
    assert _one(seeds, ambiguous) == demo.HAS_OTHER_NAME.sum()
    assert (
        60
        <= _one(seeds, "select count(distinct product_id) from raw_order_lines")
        <= 120
    )


def test_customers_without_orders_and_orders_without_customers(seeds):
    customers = _one(seeds, "select count(*) from raw_customers")
    silent = """
        select count(*)
        from raw_customers anti join raw_order_lines using (customer_id)"""
    assert 0.035 <= _one(seeds, silent) / customers <= 0.065
    unknown = """
        select count(distinct customer_id)
        from raw_order_lines anti join raw_customers using (customer_id)
        where customer_id is not null"""
    assert 3 <= _one(seeds, unknown) <= 25


@pytest.mark.parametrize(
    ("column", "share"),
    [
        ("birth_date", 0.10),
        ("annual_income", 0.12),
        ("region", 0.05),
        ("spending_score", 0.20),
        ("purchase_propensity", 1.0),
    ],
)
def test_share_of_missing_facts_about_customers(seeds, column, share):
    missing = _one(seeds, f"select avg(({column} is null)::int) from raw_customers")
    assert missing == pytest.approx(share, abs=0.03)


# --- what is hidden in them ---------------------------------------------------


def test_business_grows_and_peaks_in_autumn(seeds):
    months = dict(
        seeds.sql(
            "select ordered_at[:7], count(*) from raw_order_lines group by 1"
        ).fetchall()
    )
    assert len(months) == 18
    assert months["2025-11"] == max(months.values())
    for month in ("02", "03", "04", "05"):
        assert months[f"2026-{month}"] > 1.2 * months[f"2025-{month}"]
    assert months["2026-06"] < months["2026-05"]


def test_the_latent_type_is_no_column():
    columns = {column for table in demo.TABLES.values() for column in table.columns}
    assert not columns & {"type", "latent_type"}


def test_purchases_are_skewed(accepted):
    for feature in ("total_sales", "order_count", "average_order_value"):
        assert accepted[feature].mean() > 1.2 * np.median(accepted[feature]), feature


def test_clusters_of_purchases_recover_the_latent_types(accepted):
    features = np.column_stack(
        [accepted[f] for f in ("total_sales", "order_count", "average_order_value")]
    )
    ranks = np.column_stack([_average_ranks(column) for column in features.T])
    scaled = (ranks - ranks.mean(axis=0)) / ranks.std(axis=0, ddof=1)
    clusters = KMeans(5, n_init=5, random_state=0).fit_predict(scaled)
    # Measured: 0.825. Types touch by design: a frequent buyer may buy little.
    assert adjusted_rand_score(accepted["latent_type"], clusters) >= 0.75


def _average_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, the mean rank for ties."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def test_types_differ_in_products_and_complaints(seeds, accepted):
    seeds.execute(
        "create or replace table types (customer_id varchar, latent_type varchar)"
    )
    seeds.executemany(
        "insert into types values (?, ?)", list(demo.latent_types(demo.Plan()).items())
    )
    favourites = dict(
        seeds.sql(
            """
            select latent_type, mode(product_id[:1])
            from raw_order_lines join types using (customer_id) group by 1"""
        ).fetchall()
    )
    assert favourites["regular_small_basket"] == "P"
    assert favourites["rare_big_basket"] in "GY"
    assert favourites["lapsed"] == "T"
    complaints = dict(
        seeds.sql(
            """
            select latent_type, count(complaint_id) / count(distinct customer_id)
            from types left join raw_complaints using (customer_id) group by 1"""
        ).fetchall()
    )
    assert complaints["lapsed"] > 2 * complaints["frequent_big_spender"]
    last = """
        select max(ordered_at)[:10] from raw_order_lines join types using (customer_id)
        where latent_type = 'lapsed'"""
    assert _one(seeds, last) < "2025-12-01"


SURVEY_TOPICS = ("price", "delivery", "advice", "availability")


def test_the_survey_holds_three_priorities(seeds):
    answers = seeds.sql(
        """
        pivot raw_survey_responses on question_id using first(rating::double)
        group by respondent_id order by respondent_id"""
    ).fetchnumpy()
    ratings = np.column_stack([answers[topic] for topic in SURVEY_TOPICS])
    ratings = ratings[~np.isnan(ratings.astype(float)).any(axis=1)].astype(float)
    assert len(ratings) > 250
    scaled = (ratings - ratings.mean(axis=0)) / ratings.std(axis=0)
    inertia = {
        k: KMeans(k, n_init=5, random_state=0).fit(scaled).inertia_ for k in (2, 3, 4)
    }
    # A clear elbow: the third cluster explains far more than the fourth.
    assert inertia[2] - inertia[3] > 5 * (inertia[3] - inertia[4])
    closest = np.corrcoef(ratings, rowvar=False)
    assert closest[1, 3] < -0.5  # the reversed question runs against its topic


# --- other sizes and formats --------------------------------------------------


def test_parquet_of_another_size_has_the_declared_types(tmp_path):
    result = _run(
        *("--order-lines", "450000", "--format", "parquet", "--with-types"),
        *("--output", str(tmp_path)),
    )
    assert result.returncode == 0, result.stderr
    with duckdb.connect() as connection:
        for name, table in demo.TABLES.items():
            relation = connection.read_parquet(str(tmp_path / f"raw_{name}.parquet"))
            types = [str(kind).replace(",", ", ") for kind in relation.types]
            assert dict(zip(relation.columns, types, strict=True)) == table.columns
        lines = connection.read_parquet(str(tmp_path / "raw_order_lines.parquet"))
        lines.create_view("lines")
        assert [str(kind) for kind in lines.types] == [
            *("VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR"),
            *("BIGINT", "DECIMAL(18,4)", "TIMESTAMP", "VARCHAR"),
        ]
        # Two chunks: order ids go on, and customers are nobody else's.
        assert _one(connection, "select count(*) from lines") == 450_000
        orders = "select count(distinct order_id) from lines"
        per_time = (
            "select count(distinct (order_id, ordered_at, customer_id)) from lines"
        )
        assert _one(connection, orders) == _one(connection, per_time)
        customers = _one(connection, "select count(distinct customer_id) from lines")
        assert customers == pytest.approx(450_000 * 2_000 / 28_500 * 0.95, rel=0.02)
        assert _one(
            connection, "select avg((customer_id is null)::int) from lines"
        ) == (pytest.approx(demo.GUEST_SHARE, rel=0.05))
        assert {path.name for path in tmp_path.iterdir()} == {
            "latent_types.parquet",
            *(f"raw_{name}.parquet" for name in demo.TABLES),
        }


@pytest.mark.parametrize(
    ("customers", "order_lines"),
    [(None, 500), (None, 200_000), (100, 500), (100, 100_000), (6_000, 30_000)],
)
def test_sizes_are_met(tmp_path, customers, order_lines):
    plan = demo.make_plan(customers, order_lines)
    written = demo.write_tables(plan, tmp_path, only="order_lines")
    assert list(written.values()) == [order_lines]


def test_parquet_holds_the_values_of_the_csv(tmp_path, seeds):
    demo.write_tables(demo.Plan(), tmp_path, "parquet")
    for name, table in demo.TABLES.items():
        parquet = f"'{tmp_path / f'raw_{name}.parquet'}'"
        casts = ", ".join(f"cast({c} as {t}) as {c}" for c, t in table.columns.items())
        committed = f"select {casts} from raw_{name}"
        for left, right in (
            (committed, f"from {parquet}"),
            (f"from {parquet}", committed),
        ):
            assert _one(seeds, f"select count(*) from ({left} except all {right})") == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--customers", "3"), "customers must be at least 20, got 3"),
        (
            ("--customers", "100", "--order-lines", "120"),
            "order lines for 100 customers must lie between 500 and 100,000, got 120",
        ),
        (
            ("--customers", "100", "--order-lines", "200000"),
            "must lie between 500 and 100,000, got 200,000",
        ),
        (("--seed", "-1"), "seed must be 0 or more, got -1"),
        (("--order-lines", "many"), "invalid int value: 'many'"),
        (("--format", "xlsx"), "invalid choice: 'xlsx'"),
        (("--only", "orders"), "invalid choice: 'orders'"),
    ],
)
def test_wrong_arguments_are_explained(tmp_path, arguments, message, capsys):
    with pytest.raises(SystemExit):
        demo.main([*arguments, "--output", str(tmp_path / "new")])
    assert message in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "arguments", [["--seed", "1"], ["--format", "parquet"], ["--with-types"]]
)
def test_the_committed_seeds_are_not_overwritten_by_others(arguments, capsys):
    with pytest.raises(SystemExit):
        demo.main(arguments)
    assert "holds the committed demo data" in capsys.readouterr().err


def test_output_must_be_a_folder(tmp_path, capsys):
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit):
        demo.main(["--output", str(tmp_path / "file")])
    assert "--output must be a folder" in capsys.readouterr().err
