"""The published file as plain rows and arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

Row = dict[str, Any]

# read whole; one that the file does not have is read as empty
_ORDER = {
    "segmentation_quality": "segmentation",
    "segments": "segmentation, segment_id",
    "segment_profiles": "segmentation, segment_id, feature",
    "segmentation_k_selection": "segmentation, k",
    "cluster_centroids": "segmentation, cluster_id, feature",
    "segment_rules": "segmentation, rule_id",
    "segment_rule_conditions": "segmentation, rule_id, feature",
    "segment_rule_case": "segmentation",
    "segment_crosstab": "segmentation, cluster_id, segment_id",
    "segment_best_sellers": "segmentation, segment_id, product_rank",
    "segment_exemplars": "segmentation, segment_id, role desc, exemplar_rank",
    "bucket_crosstab": "segmentation, family, bucket_order, segment_id",
    "cleaning_audit": "reason <> 'accepted', order_line_count desc, reason",
    "segment_rule_changes": "segmentation, change_number",
    "rule_findings": "rule_set, rule_version, finding_number",
}


@dataclass(frozen=True)
class Points:
    """Clustered entities of one segmentation, sorted by cluster and id.

    ``values`` is (n, d), in the units of ``features``; ``clusters`` is (n,), 0 where
    the algorithm calls an entity noise. ``clustered_count`` entities have a cluster,
    of which ``n`` were sampled.
    """

    features: tuple[str, ...]
    values: NDArray[np.float32]
    clusters: NDArray[np.int64]
    clustered_count: int


@dataclass(frozen=True)
class Marts:
    """What the page is made of; a table that was not published is empty."""

    tables: Mapping[str, list[Row]]
    points: Mapping[str, Points]
    exemplar_features: Mapping[tuple[str, str], Row]
    """Value per feature, by segmentation and entity_id."""
    customers: Row = field(default_factory=dict)
    """customer_count, total_sales, as_of_date; empty without customer_segments."""
    of_customers: frozenset[str] = frozenset()
    """Segmentations that have their columns in customer_segments."""

    def of(self, table: str, segmentation: str) -> list[Row]:
        """Return the rows of one segmentation, in the table's order."""
        rows = self.tables[table]
        return [row for row in rows if row["segmentation"] == segmentation]


def read_marts(file: Path) -> Marts:
    """Read the published file, read-only.

    Raises FileNotFoundError where there is none, ValueError where it is another.
    """
    if not file.is_file():
        raise FileNotFoundError(f"no file {file}: dbt build publishes it")
    try:
        published = duckdb.connect(str(file), read_only=True)
    except duckdb.IOException as error:
        raise ValueError(f"file {file}: {error}") from None
    with published as connection:
        present = {row["name"] for row in _rows(connection, "show tables")}
        if "segmentation_quality" not in present:
            raise ValueError(
                f"file {file}: found no table segmentation_quality; expected the file "
                "that dbt build publishes"
            )
        tables = {
            table: _rows(connection, f"from {table} order by {order}")
            if table in present
            else []
            for table, order in _ORDER.items()
        }
        customers = (
            _rows(
                connection,
                "select count(*) as customer_count, sum(total_sales) as total_sales, "
                "max(as_of_date) as as_of_date from customer_segments",
            )[0]
            if "customer_segments" in present
            else {}
        )
        has_features = {"entity_features", "segment_memberships"} <= present
        return Marts(
            tables,
            _points(connection) if has_features else {},
            _exemplar_features(connection) if has_features else {},
            customers,
            _of_customers(connection)
            if "customer_segments" in present
            else frozenset(),
        )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def _of_customers(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the segmentations that have a place in customer_segments."""
    ending = "_segment_id"
    return frozenset(
        row["column_name"].removesuffix(ending)
        for row in _rows(connection, "describe customer_segments")
        if row["column_name"].endswith(ending)
    )


def _feature_names(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """Return the features of each segmentation in the order of its settings."""
    names: dict[str, tuple[str, ...]] = {}
    for row in _rows(
        connection,
        "select distinct segmentation, feature, feature_order from entity_features "
        "order by segmentation, feature_order",
    ):
        known = names.get(row["segmentation"], ())
        names[row["segmentation"]] = (*known, row["feature"])
    return names


def _points(connection: duckdb.DuckDBPyConnection) -> dict[str, Points]:
    points = {}
    for segmentation, features in _feature_names(connection).items():
        columns = [
            connection.execute(
                """
                select entity_features.value, segment_memberships.cluster_id
                from entity_features
                inner join segment_memberships using (segmentation, entity_id)
                where
                    segmentation = ? and feature = ? and is_sampled
                    and cluster_id is not null
                order by cluster_id, entity_id
                """,
                [segmentation, feature],
            ).fetchnumpy()
            for feature in features
        ]
        (clustered_count,) = connection.execute(
            "select count(cluster_id) from segment_memberships where segmentation = ?",
            [segmentation],
        ).fetchall()[0]
        points[segmentation] = Points(
            features,
            np.column_stack(
                [
                    np.ma.filled(column["value"].astype(np.float32), np.nan)
                    for column in columns
                ]
            ),
            np.asarray(columns[0]["cluster_id"], dtype=np.int64),
            clustered_count,
        )
    return points


def _exemplar_features(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str], Row]:
    values: dict[tuple[str, str], Row] = {}
    for row in _rows(
        connection,
        """
        select segmentation, entity_id, feature, value from entity_features
        semi join segment_exemplars using (segmentation, entity_id)
        order by segmentation, entity_id, feature_order
        """,
    ):
        key = (row["segmentation"], row["entity_id"])
        values.setdefault(key, {})[row["feature"]] = row["value"]
    return values
