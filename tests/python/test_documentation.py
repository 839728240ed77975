"""Everything is described, in the docs, in the warehouse and for BI tools."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy
from browser import open_offline, wait_for
from project import EVIDENCE, MARTS, PROJECT, copy_project, run_dbt

# what a BI tool's table browser understands
PLAIN_TYPES = (
    sqlalchemy.types.BigInteger,
    sqlalchemy.types.Boolean,
    sqlalchemy.types.Date,
    sqlalchemy.types.DateTime,
    sqlalchemy.types.Float,
    sqlalchemy.types.Numeric,
    sqlalchemy.types.String,
)


@pytest.fixture(scope="module")
def manifest(online_retail_defaults) -> dict:
    """Return the manifest of a build."""
    return json.loads((online_retail_defaults.target / "manifest.json").read_text())


def ours(manifest: dict, kind: str) -> list[dict]:
    """Return the entries of one kind that belong to this project."""
    entries = manifest[kind].values()
    return [e for e in entries if e["package_name"] == "customer_segmentation"]


def test_everything_is_described(manifest) -> None:
    """Models, seeds, analyses, macros, exposures, metrics: a grain or a sentence."""
    things: dict[str, str] = {}
    for node in ours(manifest, "nodes"):
        if node["resource_type"] in ("model", "seed", "analysis"):
            things[node["unique_id"]] = node["description"]
            for column in node["columns"].values():
                things[f"{node['unique_id']}.{column['name']}"] = column["description"]
    for macro in ours(manifest, "macros"):
        name = macro["name"]
        # of a dispatched macro, the one that people call; a test, its own
        if "__" in name.lstrip("_") or name.startswith("test_"):
            continue
        things[macro["unique_id"]] = macro["description"]
        for argument in macro["arguments"]:
            key = f"{macro['unique_id']}.{argument['name']}"
            things[key] = argument["description"]
            assert argument["type"], key
    for kind in ("exposures", "metrics", "semantic_models", "sources"):
        for entry in ours(manifest, kind):
            things[entry["unique_id"]] = entry["description"]
    for model in ours(manifest, "semantic_models"):
        for kind in ("dimensions", "measures", "entities"):
            for part in model[kind]:
                things[f"{model['name']}.{part['name']}"] = part["description"]
    missing = sorted(
        thing
        for thing, description in things.items()
        if len((description or "").split()) < (1 if thing.count(".") > 2 else 2)
    )
    assert not missing
    kinds = {thing.split(".")[0] for thing in things}
    assert kinds >= {"model", "seed", "macro", "exposure", "metric", "semantic_model"}


def test_the_columns_described_are_those_that_exist(
    manifest, online_retail_defaults
) -> None:
    """Tables and views of the build, and the header of each seed."""
    exist: dict[str, set[str]] = {}
    for table, column in online_retail_defaults.query(
        "select table_name, column_name from duckdb_columns() where not internal"
    ):
        exist.setdefault(table, set()).add(column)
    for node in ours(manifest, "nodes"):
        if node["resource_type"] == "model" and node["name"] in exist:
            described = set(node["columns"])
            extra = exist[node["name"]] - described
            # a column per question of the user's survey, whatever its name
            if node["name"] == "int_survey_priorities__features":
                extra = set()
            assert not extra, (node["name"], extra)
            # what only var incremental makes
            missing = described - exist[node["name"]]
            assert missing <= {"built_from", "built_in_load", "fingerprint"}, node[
                "name"
            ]
        if node["resource_type"] == "seed":
            text = (PROJECT / node["original_file_path"]).read_text()
            header = next(csv.reader(io.StringIO(text)))
            assert set(header) == set(node["columns"]), node["name"]


@pytest.mark.thorough
def test_the_static_docs_open_offline(
    online_retail_defaults, online_retail_vars, tmp_path
) -> None:
    folder = online_retail_defaults.target.parent
    run_dbt(
        folder,
        {"inputs": online_retail_vars["inputs"]},
        "generate",
        "--static",
        "--no-compile",
        command="docs",
    ).check()
    page = folder / "target" / "static_index.html"
    place = tmp_path / "docs.html"
    place.write_bytes(page.read_bytes())
    with open_offline(place, tmp_path / "profile", 1280) as driver:
        driver.execute_script(
            "location.hash = '#!/model/model.customer_segmentation.customer_segments'"
        )
        wait_for(
            driver,
            "document.body.innerText.includes('buckets, RFM and segments side by')",
        )


@pytest.fixture(scope="module")
def bi(online_retail_defaults):
    """Return SQLAlchemy's view of the published file, opened read-only."""
    engine = sqlalchemy.create_engine(
        f"duckdb:///{online_retail_defaults.published}",
        connect_args={"read_only": True},
    )
    yield engine
    engine.dispose()


def test_a_bi_tool_sees_tables_columns_comments_and_plain_types(bi, manifest) -> None:
    inspector = sqlalchemy.inspect(bi)
    tables = set(inspector.get_table_names())
    assert tables == {*MARTS, *EVIDENCE} - {"rejected_order_lines"}
    models = {node["name"]: node for node in ours(manifest, "nodes")}
    for table in tables:
        described = models[table]["columns"]
        assert (
            inspector.get_table_comment(table)["text"] == models[table]["description"]
        )
        columns = inspector.get_columns(table)
        assert {column["name"] for column in columns} == set(described)
        for column in columns:
            name = f"{table}.{column['name']}"
            assert isinstance(column["type"], PLAIN_TYPES), name
            assert column["comment"] == described[column["name"]]["description"], name
    # as clients do that look for keys, too
    metadata = sqlalchemy.MetaData()
    metadata.reflect(bi)
    assert set(metadata.tables) == tables


def test_a_bi_tool_cannot_write(bi) -> None:
    with bi.connect() as connection, pytest.raises(sqlalchemy.exc.DBAPIError):
        connection.execute(sqlalchemy.text("create table mine (id integer)"))


def readme_queries() -> list[str]:
    """Return the queries of the README's section on BI tools."""
    text = (PROJECT / "README.md").read_text()
    section = text.split("## Connect your BI tool", 1)[1].split("\n## ", 1)[0]
    return [part.split("```", 1)[0] for part in section.split("```sql\n")[1:]]


def test_the_queries_of_the_readme_answer(bi) -> None:
    queries = readme_queries()
    assert len(queries) >= 2
    with bi.connect() as connection:
        for query in queries:
            rows = connection.execute(sqlalchemy.text(query)).fetchall()
            assert 0 < len(rows) <= 40, query


@pytest.fixture(scope="module")
def metricflow(online_retail_defaults, tmp_path_factory):
    """Return a function that runs mf on the build, in a copy of the project.

    mf looks for the project's target folder and nowhere else.
    """
    project = copy_project(tmp_path_factory.mktemp("metricflow") / "project")
    target = project / "target"
    target.mkdir()
    for name in ("manifest.json", "semantic_manifest.json", "partial_parse.msgpack"):
        shutil.copy(online_retail_defaults.target / name, target)

    def run(*arguments: str) -> str:
        result = subprocess.run(
            [Path(sys.executable).with_name("mf"), *arguments],
            cwd=project,
            env={**os.environ, "DUCKDB_PATH": str(online_retail_defaults.warehouse)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout
        return result.stdout

    return run


@pytest.mark.thorough
def test_the_metrics_are_valid_and_answer(
    metricflow, online_retail_defaults, tmp_path
) -> None:
    output = metricflow("validate-configs")
    assert "validated metrics against data warehouse (ERRORS: 0" in output
    file = tmp_path / "answer.csv"
    metrics = "customers,sales,sales_share,sales_per_customer,orders_per_customer"
    metricflow(
        *("query", "--metrics", metrics, "--csv", str(file)),
        *("--group-by", "customer__purchase_behaviour_segment"),
    )
    answer = {
        row["customer__purchase_behaviour_segment"]: row
        for row in csv.DictReader(file.open())
    }
    expected = online_retail_defaults.query("""
        select
            segments.segment_name, entity_count, total_sales, sales_share,
            total_sales / entity_count, ordered.order_count / entity_count
        from segments
        inner join (
            select segment_id, sum(order_count) as order_count
            from segment_memberships
            inner join int_customer_features on entity_id = customer_id
            where segmentation = 'purchase_behaviour'
            group by 1
        ) as ordered using (segment_id)
        where segmentation = 'purchase_behaviour'
    """)
    assert len(answer) == len(expected) == 4
    for name, *values in expected:
        for metric, value in zip(metrics.split(","), values, strict=True):
            assert float(answer[name][metric]) == pytest.approx(float(value))
