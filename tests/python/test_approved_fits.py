"""Approved centroids, scales and formulas where no Python model runs: demo data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from project import NO_TESTS
from shop import LIGHT, Shop, fixed

pytestmark = pytest.mark.builds

TABLES = (
    *("segment_memberships", "segmentation_quality", "segmentation_scaling"),
    *("customer_segments", "customer_lifetime", "segment_rule_changes"),
)
NO_PYTHON = {"python_models": False}
# the others need no scale
SEGMENTATIONS = ("purchase_behaviour", "survey_priorities")
ALONE = {name: {"enabled": False} for name in ("service_value", "demographics")}
PLACED = " ".join(
    [
        *("int_approved_centroids", "segment_memberships", "segmentation_quality"),
        *(f"int_purchase_behaviour__{step}" for step in ("scaling", "scaled")),
        "int_purchase_behaviour__clusters",
    ]
)
"""What depends on the approved centroids and their scale."""
MEMBERSHIPS = """
    select
        segmentation, entity_id, cluster_id, segment_id, agrees_with_cluster,
        distance_to_centroid, margin
    from segment_memberships order by all
"""
QUALITY = """
    select
        segmentation, fidelity, worst_segment_recall, price_of_explainability, inertia,
        meets_targets
    from segmentation_quality order by all
"""
PREDICTIONS = """
    select
        customer_id, purchase_propensity, propensity_bucket, probability_alive,
        expected_purchases
    from customer_segments left join customer_lifetime using (customer_id)
    order by all
"""
SCALING = "from segmentation_scaling order by all"
TOLD = {
    "memberships": MEMBERSHIPS,
    "quality": QUALITY,
    "predictions": PREDICTIONS,
    "scaling": SCALING,
}


def told(shop: Shop) -> dict[str, list[tuple]]:
    return {name: shop.query(sql) for name, sql in TOLD.items()}


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shop:
    """Return a shop where all is approved, with a warehouse that Python never saw."""
    segmentations = {**ALONE, **{name: fixed(4) for name in SEGMENTATIONS}}
    vars = {**LIGHT, "lifetime_model": "bg_nbd", "segmentations": segmentations}
    shop = Shop(tmp_path_factory.mktemp("approved"), vars, tables=TABLES)
    shop.build(*NO_TESTS).check()
    shop.fitted = told(shop)
    for name in SEGMENTATIONS:
        shop.operate("approve_rules", segmentation=name).check()
    for prediction in ("propensity", "lifetime"):
        shop.operate("approve_formulas", prediction=prediction).check()
    shop.warehouse = shop.folder / "approved.duckdb"
    shop.build(vars=NO_PYTHON).check()
    shop.approved = told(shop)
    return shop


@contextmanager
def changed(file: Path, old: str, new: str) -> Iterator[None]:
    """Replace a text in a file of the project until the block ends."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    try:
        yield
    finally:
        file.write_text(text)


@contextmanager
def moved_away(folder: Path) -> Iterator[None]:
    """Take a folder out of the project until the block ends."""
    shutil.move(folder, folder.parents[2])
    try:
        yield
    finally:
        shutil.move(folder.parents[2] / folder.name, folder)


def place(shop: Shop, **vars) -> None:
    """Build what says who is in which cluster again."""
    shop.run(command="run", select=PLACED, vars={**NO_PYTHON, **vars}).check()


def reason(shop: Shop) -> str:
    ((text,),) = shop.query(
        "select reason from segmentation_quality "
        "where segmentation = 'purchase_behaviour'"
    )
    return text


def clustered(shop: Shop) -> dict[str, int]:
    return dict(
        shop.query(
            "select segmentation, count(cluster_id) from segment_memberships group by 1"
        )
    )


def test_the_approval_places_everyone_as_the_fit_did(shop):
    """To the last bit: distances are the same doubles."""
    different = {name for name in TOLD if shop.approved[name] != shop.fitted[name]}
    assert not different
    assert all(clustered(shop).values())
    assert reason(shop) == (
        "without Python models nothing is fitted; clusters are those of the approval"
    )
    assert {row[2] for row in shop.approved["predictions"]} > {"Unknown"}
    assert any(row[4] is not None for row in shop.approved["predictions"])


@pytest.mark.parametrize(
    ("operation", "argument", "vars", "message"),
    [
        (
            *("approve_rules", {"segmentation": "purchase_behaviour"}),
            {"features": ["total_sales", "recency_days"], "scaling": "log1p"},
            "scaling: found 'rank', expected 'log1p'; k: found 4, expected 'auto'; ",
        ),
        pytest.param(
            *("approve_formulas", {"prediction": "propensity"}),
            {"propensity_horizon_days": 30},
            "propensity: found a fit for 90 days ahead; expected 30 days ahead",
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            *("approve_formulas", {"prediction": "lifetime"}),
            {"lifetime_model": "mbg_nbd"},
            "found a fit for 90 days ahead by bg_nbd; expected 90 days ahead by mbg",
            marks=pytest.mark.thorough,
        ),
    ],
)
def test_what_was_built_with_other_vars_is_not_approved(
    shop, operation, argument, vars, message
):
    if "features" in vars:
        settings = {**shop.vars["segmentations"], "purchase_behaviour": vars}
        vars = {"segmentations": settings}
    # approved formulas for another horizon would stop the run before
    with moved_away(shop.project / "macros/approved_formulas"):
        result = shop.run(
            *(operation, "--args", json.dumps(argument)),
            command="run-operation",
            vars=vars,
            warehouse=shop.folder / "warehouse.duckdb",
        )
        assert not (shop.project / "macros/approved_formulas").exists()
    assert result.exit_code and message in result.output, result.output


@pytest.mark.thorough
def test_the_scale_is_that_of_the_approval(shop):
    """Where features change, whoever kept theirs keeps place and distance."""
    features = (
        "select entity_id, total_sales, order_count, average_order_value "
        "from int_purchase_behaviour__features"
    )
    before = {row[0]: row[1:] for row in shop.query(features)}
    kept = shop.warehouse
    shop.warehouse = shop.folder / "netted.duckdb"
    netted = {**NO_PYTHON, "cleaning": {"returns": "net"}}
    tables = ("segment_memberships", "segmentation_quality", "segmentation_scaling")
    shop.run(*NO_TESTS, tables=tables, vars=netted).check()
    after = {row[0]: row[1:] for row in shop.query(features)}
    scaling, memberships = shop.query(SCALING), shop.query(MEMBERSHIPS)
    shop.warehouse = kept
    same = {entity for entity in before if before[entity] == after.get(entity)}
    assert 0 < len(same) < len(before)
    assert scaling == shop.approved["scaling"]

    def places(rows: list[tuple]) -> set[tuple]:
        rows = [row for row in rows if row[0] == "purchase_behaviour"]
        return {row for row in rows if row[1] in same}

    is_same = places(memberships) == places(shop.approved["memberships"])
    assert is_same


@pytest.mark.thorough
def test_an_approval_without_a_scale_says_so(shop):
    """As the files are that were approved before scales travelled."""
    file = shop.project / "macros/approved_scales/purchase_behaviour.sql"
    text = file.read_text()
    file.unlink()
    try:
        place(shop)
        assert reason(shop) == (
            "without Python models nothing is fitted; nor is anyone in a cluster: "
            "there is no macros/approved_scales/purchase_behaviour.sql with the scale "
            "of the approved centroids; approve_rules writes it"
        )
        counts = clustered(shop)
        assert counts.pop("purchase_behaviour") == 0 and all(counts.values())
        # the rules need no scale
        segments = {row[:2]: row[3] for row in shop.approved["memberships"]}
        is_same = segments == {row[:2]: row[3] for row in shop.query(MEMBERSHIPS)}
        assert is_same
    finally:
        file.write_text(text)


@pytest.mark.thorough
def test_a_scale_of_another_approval_or_setting_is_not_used(shop):
    rules = shop.project / "macros/approved_rules/purchase_behaviour.sql"
    with changed(rules, "select 1 as segment_id", "select 7 as segment_id"):
        place(shop)
        assert "is not of the same approval as macros/approved_rules" in reason(shop)
        assert clustered(shop)["purchase_behaviour"] == 0
    own = {**fixed(4), "scaling": "zscore"}
    scaled = {**shop.vars["segmentations"], "purchase_behaviour": own}
    place(shop, segmentations=scaled)
    assert "has the scaling average_order_value: rank, order_count: rank" in reason(
        shop
    )
    assert "the settings say average_order_value: zscore" in reason(shop)
    place(shop)
    assert shop.query(MEMBERSHIPS) == shop.approved["memberships"]


@pytest.mark.thorough
def test_an_approved_formula_scores_though_another_is_fitted(shop):
    file = shop.project / "macros/approved_formulas/propensity.sql"
    formula = file.read_text().split("-- formula propensity\n")[1].split("\n{%")[0]
    with changed(file, formula, "0.25"):
        shop.run(command="run", select="int_customer_propensities").check()
        assert shop.query(
            "select distinct purchase_propensity from int_customer_propensities"
        ) == [(0.25,)]


@pytest.mark.thorough
def test_who_scores_without_python_is_said(shop):
    """The approved formulas, or nobody."""
    select = "propensity_quality lifetime_parameters"
    reasons = (
        "select model, reason from propensity_quality union all "
        "select model, reason from lifetime_parameters order by all"
    )
    start = "without Python models nothing is fitted; "
    shop.run(command="run", select=select, vars=NO_PYTHON).check()
    assert shop.query(reasons) == [
        (model, f"{start}the approved formulas score")
        for model in ("bg_nbd", "propensity")
    ]
    file = shop.project / "macros/approved_formulas/lifetime.sql"
    text = file.read_text()
    file.unlink()
    try:
        shop.run(command="run", select=select, vars=NO_PYTHON).check()
        (_, reason), (_, other) = shop.query(reasons)
        assert reason == (
            f"{start}approve_formulas, where they run, writes formulas that score"
        )
        assert other.endswith("the approved formulas score")
        off = {**NO_PYTHON, "lifetime_model": None}
        shop.run(command="run", select=select, vars=off).check()
        assert ("bg_nbd", "switched off by var lifetime_model") in shop.query(reasons)
    finally:
        file.write_text(text)


def test_a_formula_for_another_horizon_is_refused(shop):
    refused = shop.run(
        command="run",
        select="int_customer_propensities",
        vars={**NO_PYTHON, "propensity_horizon_days": 30},
    )
    assert refused.exit_code
    assert (
        "macros/approved_formulas/propensity.sql: found formulas for 90 days ahead; "
        "expected 30 days ahead" in refused.output
    )


@pytest.mark.thorough
def test_what_has_no_formula_is_refused(shop):
    refused = shop.operate("approve_formulas", prediction="income")
    assert refused.exit_code
    assert "found 'income'; expected propensity or lifetime" in refused.output
    elsewhere = shop.run(
        *("approve_formulas", "--args", "{prediction: lifetime}"),
        command="run-operation",
        vars=NO_PYTHON,
    )
    assert elsewhere.exit_code
    assert "found no formula of lifetime; run dbt build first" in elsewhere.output


def test_without_fits_nothing_would_change(shop):
    """No approved rule is dropped because there is none to hold it against."""
    assert shop.query("select * from segment_rule_changes") == []
    moves = "select moved_share, moved_sales_share from segmentation_quality"
    assert set(shop.query(moves)) == {(None, None)}
