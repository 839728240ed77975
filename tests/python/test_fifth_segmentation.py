"""A fifth segmentation, added as the README says, in a copy of the project."""

from __future__ import annotations

import re

import pytest
from project import copy_project
from shop import LIGHT

NAME = "loyalty"
FEATURES = ["tenure_days", "mean_days_between_orders"]


LONG_TABLES = (
    "segments",
    "segment_profiles",
    "segment_rules",
    "segment_best_sellers",
    "segment_memberships",
    "segment_exemplars",
    "segment_crosstab",
    "segment_rule_conditions",
    "segmentation_k_selection",
    "segmentation_scaling",
)
TABLES = (*LONG_TABLES, "customer_segments", "segmentation_quality")


@pytest.fixture(scope="module")
def build(dbt_build, tmp_path_factory):
    folder = copy_project(tmp_path_factory.mktemp("fifth") / "project")
    add_segmentation(folder)
    others = {
        name: {"enabled": False} for name in ("service_value", "survey_priorities")
    }
    vars = {**LIGHT, "segmentations": others}
    return dbt_build(vars, tables=TABLES, project=folder).check()


def add_segmentation(folder):
    """Follow the five steps of the README."""
    # 1. the features model
    features = folder / "models/intermediate/features"
    (features / f"int_{NAME}__features.sql").write_text(
        "with\n\ncustomer_features as (\n"
        "    select * from {{ ref('int_customer_features') }}\n),\n\n"
        "final as (\n    select\n        customer_id as entity_id,\n        "
        + ",\n        ".join(FEATURES)
        + "\n    from customer_features\n)\n\nselect * from final\n"
    )
    # 2. the folder, copied from another segmentation, with the name changed
    segmentations = folder / "models/intermediate/segmentations"
    (segmentations / NAME).mkdir()
    for path in (segmentations / "demographics").iterdir():
        text = path.read_text().replace("demographics", NAME)
        (segmentations / NAME / path.name.replace("demographics", NAME)).write_text(
            text
        )
    # 3. the block of settings, and the columns of the features model
    yaml = segmentations / NAME / f"_{NAME}__models.yml"
    text = yaml.read_text()
    text = re.sub(r"'features': \[[^]]*\]", f"'features': {FEATURES}", text)
    text = text.replace("'scaling': 'none'", "'scaling': 'rank'")
    text = text.replace(
        "'order_segments_by': 'spending_score'", "'order_segments_by': 'tenure_days'"
    )
    text = text.replace("inputs: [customers]", "inputs: [order_lines]")
    for old, new in zip(["age", "spending_score"], FEATURES, strict=False):
        text = text.replace(f"- name: {old}\n", f"- name: {new}\n")
    yaml.write_text(text)
    # 4. the name in the var
    project = folder / "dbt_project.yml"
    text = project.read_text()
    assert "survey_priorities]" in text
    project.write_text(
        text.replace("survey_priorities]", f"survey_priorities, {NAME}]")
    )
    # 5. its place in customer_segments: the list, and the columns of the contract
    mart = folder / "models/marts/customer_segments.sql"
    text = mart.read_text()
    assert "'demographics'\n]" in text
    mart.write_text(text.replace("'demographics'\n]", f"'demographics', '{NAME}'\n]"))
    yaml = folder / "models/marts/_marts__models.yml"
    text = yaml.read_text()
    columns = re.search(
        r"      - name: demographics_segment_id\n.*?(?=      - name: order_count)",
        text,
        flags=re.DOTALL,
    ).group()
    yaml.write_text(
        text.replace(columns, columns + columns.replace("demographics", NAME), 1)
    )


def test_it_is_fitted(build):
    status, k, rules = build.query(
        "select status, k, rule_count from segmentation_quality "
        f"where segmentation = '{NAME}'"
    )[0]
    assert status == "fitted"
    assert 2 <= k <= 10
    assert rules >= k


@pytest.mark.parametrize("table", LONG_TABLES)
def test_it_is_in_every_long_table(build, table):
    count = build.query(f"select count(*) from {table} where segmentation = '{NAME}'")
    assert count[0][0] > 0


def test_it_is_in_the_wide_mart_and_one_order_makes_no_interval(build):
    rows = build.query(
        f"select order_count > 1, {NAME}_segment_id > 0, count(*) "
        "from customer_segments where order_count > 0 group by 1, 2 order by 1"
    )
    # customers with one order have no mean interval and stay Unclassified
    assert [(many, placed) for many, placed, _ in rows] == [
        (False, False),
        (True, True),
    ]


def add_history(folder):
    """Follow the README once more: copy five models, name the features in two."""
    models = folder / "models/intermediate"
    for path in (
        "features/int_{}__period_features.sql",
        "features/int_{}__scenario_features.sql",
        "segmentations/{}/int_{}__period_scaled.sql",
        "segmentations/{}/int_{}__period_clusters.sql",
        "segmentations/{}/int_{}__period_segments.sql",
    ):
        there, here = (
            models / path.replace("{}", name) for name in ("purchase_behaviour", NAME)
        )
        text = there.read_text().replace("purchase_behaviour", NAME)
        column = "customer_features.tenure_days,"
        named = text.replace(
            column, f"{column}\n        customer_features.mean_days_between_orders,"
        )
        assert (text != named) == ("/features/" in str(there))
        here.write_text(named)


@pytest.mark.thorough
def test_it_may_have_a_history(dbt_build, tmp_path):
    folder = copy_project(tmp_path / "project")
    add_segmentation(folder)
    add_history(folder)
    vars = {
        **LIGHT,
        "segmentations": {
            name: {"enabled": False}
            for name in ("purchase_behaviour", "service_value", "survey_priorities")
        },
        "history": {"periods": 3, "segmentations": [NAME]},
    }
    tables = ("segment_migrations", "segmentation_drift", "customer_segments")
    build = dbt_build(vars, tables=tables, project=folder).check()
    for table in tables[:2]:
        assert build.query(
            f"select count(distinct period_start) from {table} "
            f"where segmentation = '{NAME}'"
        ) == [(2,)]
    periods = build.query(
        f"select period_start, count(*), count(distinct segment_id) "
        f"from int_{NAME}__period_segments group by 1"
    )
    assert len(periods) == 3
    assert all(count > 100 and segments > 1 for _, count, segments in periods)
