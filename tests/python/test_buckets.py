"""Buckets: a family of one's own by data alone, and tables of counts that add up.

A lender adds the family credit_score: rows of the seed, a name under ``features`` of
the customers, and its place in customer_segments.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from project import copy_project
from rendering import CompilerError, Macros

# below 580 Poor, then Fair, Good and Very Good: half-open, as FICO names its ranges
CREDIT_EDGES = [-np.inf, 580, 670, 740, np.inf]
CREDIT_NAMES = ["Poor", "Fair", "Good", "Very Good"]
CUSTOMERS = 300
FEATURES = {"credit_score": "Score"}
BUILDS = [
    pytest.param("lender", marks=pytest.mark.thorough),
    "online_retail_defaults",
]


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    """Return a lender's customers; every edge occurs, and a score may be unknown."""
    random = np.random.default_rng(7)
    score = random.integers(300, 851, CUSTOMERS).astype(float)
    score[:8] = [579.9, 580, 669.9, 670, 739.9, 740, np.nan, np.nan]
    return pd.DataFrame(
        {
            "customer_id": [f"L{i:03d}" for i in range(CUSTOMERS)],
            "age": random.integers(18, 81, CUSTOMERS),
            "annual_income": random.integers(10, 200, CUSTOMERS) * 1000,
            "spending_score": random.integers(1, 101, CUSTOMERS),
            "region": random.choice(["North", "South"], CUSTOMERS),
            "Score": score,
        }
    )


@pytest.fixture(scope="module")
def orders(customers) -> pd.DataFrame:
    """Return a year of their orders; who scores higher orders more."""
    random = np.random.default_rng(8)
    rate = 1 + customers["Score"].fillna(600) / 200
    count = random.poisson(rate)
    ids = np.repeat(customers["customer_id"].to_numpy(), count)
    day = random.integers(0, 365, len(ids))
    return pd.DataFrame(
        {
            "order_id": [f"O{i:05d}" for i in range(len(ids))],
            "customer_id": ids,
            "product_id": random.choice(["loan", "card", "account"], len(ids)),
            "quantity": 1,
            "unit_price": random.integers(100, 100_000, len(ids)) / 100,
            "ordered_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(day, unit="D"),
        }
    )


@pytest.fixture(scope="module")
def lender_vars(customers, orders, tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("lender")
    customers.to_csv(folder / "customers.csv", index=False)
    orders.to_csv(folder / "orders.csv", index=False)
    return {
        "inputs": {
            "customers": {"file": str(folder / "customers.csv"), "features": FEATURES},
            "order_lines": {"file": str(folder / "orders.csv")},
        },
        "segmentations": {
            "purchase_behaviour": {"k": 3},
            "service_value": {"enabled": False},
            "demographics": {"k": 3},
        },
    }


@pytest.fixture(scope="module")
def lender(dbt_build, lender_vars, tmp_path_factory):
    project = copy_project(tmp_path_factory.mktemp("family") / "project")
    seed = project / "seeds/bucket_edges.csv"
    edges = ["" if np.isinf(edge) else f"{edge}" for edge in CREDIT_EDGES]
    rows = zip(CREDIT_NAMES, edges, edges[1:], range(1, 5), strict=False)
    with seed.open("a") as file:
        for row in rows:
            file.write(",".join(["credit_score", *FEATURES, *map(str, row)]) + "\n")
    mart = project / "models/marts/customer_segments.sql"
    text = mart.read_text()
    assert "'spend'] %}" in text
    mart.write_text(text.replace("'spend'] %}", "'spend', 'credit_score'] %}"))
    contract = project / "models/marts/_marts__models.yml"
    text = contract.read_text()
    columns = "".join(
        f"      - name: credit_score_bucket{ending}\n        data_type: {type}\n"
        for ending, type in [("", "varchar"), ("_order", "bigint")]
    )
    place = "      - name: region\n"
    assert text.count(place) == 1
    contract.write_text(text.replace(place, columns + place))
    tables = ("bucket_crosstab", "customer_segments", "segment_effectiveness")
    return dbt_build(lender_vars, tables=tables, project=project).check()


def credit_buckets(customers: pd.DataFrame) -> pd.Series:
    """Return the bucket of each customer by pandas, NaN where there is no score."""
    return pd.cut(
        customers["Score"], CREDIT_EDGES, right=False, labels=CREDIT_NAMES
    ).astype(object)


@pytest.mark.thorough
def test_a_family_of_ones_own_is_a_column_of_the_mart(lender, customers):
    found = lender.frame(
        "select customer_id, credit_score_bucket, credit_score_bucket_order "
        "from customer_segments order by customer_id"
    )
    buckets = credit_buckets(customers).fillna("Unknown")
    assert list(found["customer_id"]) == list(customers["customer_id"])
    assert list(found["credit_score_bucket"]) == list(buckets)
    place = {name: i for i, name in enumerate([*CREDIT_NAMES, "Unknown"], start=1)}
    assert list(found["credit_score_bucket_order"]) == list(buckets.map(place))


@pytest.mark.thorough
def test_a_family_of_ones_own_is_measured(lender, customers, orders):
    """The share of the next 90 days that it explains, by pandas from the raw rows."""
    cutoff = orders["ordered_at"].max() - pd.Timedelta(days=90)
    is_later = orders["ordered_at"] > cutoff
    later = orders[is_later].groupby("customer_id")["unit_price"]
    known = customers[
        customers["customer_id"].isin(orders.loc[~is_later, "customer_id"])
    ]
    ids = known["customer_id"]
    outcomes = {
        "log_sales": np.log1p(ids.map(later.sum()).fillna(0)),
        "orders": ids.map(later.size()).fillna(0),
        "activity": ids.isin(orders.loc[is_later, "customer_id"]).astype(float),
    }
    bucket = credit_buckets(known).fillna("Unknown")
    rows = lender.query(
        "select outcome, group_count, customer_count, variance_explained "
        "from segment_effectiveness "
        "where grouping_name = 'credit_score' and method = 'groups'"
    )
    assert len(rows) == 3
    for outcome, group_count, customer_count, explained in rows:
        values = outcomes[outcome]
        between = values.groupby(bucket).transform("mean")
        assert (group_count, customer_count) == (5, len(known))
        assert explained == pytest.approx(between.var() / values.var(), abs=1e-9)


@pytest.mark.parametrize("build", BUILDS)
def test_the_crosstab_adds_up(build, request):
    result = request.getfixturevalue(build)
    found = result.frame("select * from bucket_crosstab")
    mart = result.frame("select * from customer_segments").set_index("customer_id")
    members = result.frame("select * from segment_memberships")
    families = {
        name.removesuffix("_bucket"): mart[name]
        for name in mart.columns
        if name.endswith("_bucket")
    }
    assert ("credit_score" in families) == (build == "lender")
    families |= {"region": mart["region"], "rfm": mart["rfm_segment"]}
    key = ["family", "bucket", "segmentation", "segment_id"]
    placed = pd.concat(
        members.assign(
            family=family, bucket=members["entity_id"].map(buckets).fillna("Unknown")
        )
        for family, buckets in families.items()
    )
    expected = placed.groupby(key).size().rename("members").reset_index()
    both = found.merge(expected, how="outer", on=key, indicator=True)
    assert (both["_merge"] == "both").all()
    assert (both["customer_count"] == both["members"]).all()

    per_bucket = both.groupby(["family", "segmentation", "bucket"])
    assert np.allclose(per_bucket["customer_share"].sum(), 1, atol=1e-12)
    for (_, segmentation), rows in both.groupby(["family", "segmentation"]):
        everyone = members[members["segmentation"] == segmentation]
        assert rows["customer_count"].sum() == len(everyone)
        share_of_all = everyone["segment_id"].value_counts(normalize=True)
        counts = rows.pivot_table("members", "bucket", "segment_id", fill_value=0)
        shares = counts.div(counts.sum(axis=1), axis=0)
        index = 100 * shares / share_of_all
        for row in rows.itertuples():
            assert row.customer_share == pytest.approx(
                shares.loc[row.bucket, row.segment_id], abs=1e-12
            )
            assert row.population_index == pytest.approx(
                index.loc[row.bucket, row.segment_id], abs=1e-9
            )


@pytest.mark.parametrize("build", BUILDS)
def test_the_crosstab_keeps_the_order_of_the_buckets(build, request):
    result = request.getfixturevalue(build)
    families = [
        column.removesuffix("_bucket")
        for (column,) in result.query(
            "select column_name from information_schema.columns "
            "where table_name = 'customer_segments' and column_name like '%\\_bucket' "
            "escape '\\'"
        )
    ]
    for family in families:
        in_mart, in_crosstab = (
            set(result.query(sql))
            for sql in (
                f"select {family}_bucket, {family}_bucket_order from customer_segments",
                "select bucket, bucket_order from bucket_crosstab "
                f"where family = '{family}'",
            )
        )
        assert in_crosstab == in_mart
    assert not result.query(
        "select family from bucket_crosstab group by family "
        "having max(bucket_order) > "
        "max(bucket_order) filter (where bucket = 'Unknown')"
    )


@pytest.mark.parametrize(
    "name",
    [
        *("Credit Score", "credit-score", "1st_score", "creditScore", "", 5),
        # columns of the customers, of their orders, and of what is learned from both
        *("age", "customer_id", "spending_score", "order_count", "recency_days"),
        *("quantity", "overdue_ratio", "money_spent", "outcome_sales", "as_of_date"),
        *("given_age", "current_age", "row_number_of_customer", "last_known_date"),
    ],
)
def test_a_name_that_no_feature_may_have_is_said(name):
    inputs = {"customers": {"file": "customers.csv", "features": {name: "Score"}}}
    with pytest.raises(CompilerError) as caught:
        Macros({"inputs": inputs}).validate_input_settings("customers")
    message = str(caught.value)
    assert message.startswith(
        f"var inputs: {{customers: …}}: features: found {name!r}; expected a name of "
        "small letters, digits and underscores that is none of "
    )


def test_no_feature_takes_the_name_of_a_column_that_it_would_stand_beside(
    online_retail_defaults,
):
    with pytest.raises(CompilerError) as caught:
        inputs = {"customers": {"file": "customers.csv", "features": {"": "Score"}}}
        Macros({"inputs": inputs}).validate_input_settings("customers")
    taken = str(caught.value).split("none of ")[1].rstrip(".").split(", ")
    columns = {
        column
        for (column,) in online_retail_defaults.query(
            "select column_name from information_schema.columns where table_name in "
            "('int_customers', 'int_customer_bucket_features', "
            "'int_effectiveness_features')"
        )
    }
    assert {"given_age", "recent_sales", "outcome_sales"} <= columns <= set(taken)


@pytest.mark.parametrize("features", [["credit_score"], "credit_score", 5])
def test_features_that_are_no_dict_are_said(features):
    inputs = {"customers": {"file": "customers.csv", "features": features}}
    with pytest.raises(CompilerError) as caught:
        Macros({"inputs": inputs}).validate_input_settings("customers")
    message = str(caught.value)
    assert message.startswith("var inputs: {customers: {features: …}}: found ")
    assert "expected a dict from a name to your column" in message


def test_features_belong_to_the_customers_alone():
    inputs = {"order_lines": {"file": "orders.csv", "features": FEATURES}}
    with pytest.raises(CompilerError, match="unknown key 'features'"):
        Macros({"inputs": inputs}).validate_input_settings("order_lines")


@pytest.mark.thorough
def test_a_column_that_the_customers_do_not_have_is_said(dbt_build, lender_vars):
    customers = {
        **lender_vars["inputs"]["customers"],
        "features": {"credit_score": "Scroe"},
    }
    result = dbt_build(
        {"inputs": {"customers": customers}},
        "validate_project",
        command="run-operation",
    )
    assert result.exit_code
    assert "column not found: credit_score (as Scroe)" in result.output
    assert "Columns there are: customer_id, age" in result.output
    assert "Traceback" not in result.output


@pytest.mark.thorough
def test_a_feature_that_no_customer_has_is_said(dbt_build, tmp_path):
    project = copy_project(tmp_path / "project")
    with (project / "seeds/bucket_edges.csv").open("a") as file:
        file.write("credit,credit_scor,Anybody,,,1\n")
    result = dbt_build({}, "--select", "+int_customer_buckets", project=project)
    assert result.exit_code
    assert (
        "seed bucket_edges: family credit, column feature: found 'credit_scor'; "
        "expected one of age, annual_income, average_order_value, "
    ) in result.output
    assert "inputs: {customers: {features: {credit_scor: COLUMN}}}" in result.output
