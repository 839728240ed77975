"""The page: figures, tables and words put into one template."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Any

import jinja2
from plotly.offline import get_plotlyjs
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import SqlLexer

from customer_segmentation.report import figures, tree_layout, wording
from customer_segmentation.report.reading import Marts, Row
from customer_segmentation.report.rule_picture import Box, Range, grow_tree, read_box

_BUCKET_FAMILIES_LAST = ("region", "rfm")


def segmentations(marts: Marts) -> list[Row]:
    """Return the rows of segmentation_quality, skipped segmentations last."""
    rows = marts.tables["segmentation_quality"]
    return sorted(
        rows, key=lambda row: (row["status"] == "skipped", row["segmentation"])
    )


def section(marts: Marts, quality: Row) -> dict[str, Any]:
    """Return everything the template shows of one segmentation."""
    name = quality["segmentation"]
    content: dict[str, Any] = {
        "name": name,
        "title": wording.title(name),
        "quality": quality,
        "figures": {},
        "points": None,
    }
    if quality["status"] == "skipped":
        return content
    segments = marts.of("segments", name)
    buckets = _buckets(marts, name)
    # sales need not be given, and a segmentation may be in the long tables alone
    is_of_customers = (
        name in marts.of_customers
        or bool(buckets)
        or any(row["total_sales"] is not None for row in segments)
    )
    # without order lines they are unknown, and nothing in older files
    has_sales = any(row["total_sales"] for row in segments)
    entities = "customers" if is_of_customers else "respondents"
    names = {row["segment_id"]: row["segment_name"] for row in segments}
    content |= {
        "entities": entities,
        "segments": segments,
        "is_of_customers": is_of_customers,
        "has_sales": has_sales,
        "names": names,
        "outside": _outside(marts, segments) if name in marts.of_customers else {},
        "best_sellers": _grouped(marts.of("segment_best_sellers", name), "segment_id"),
        "exemplars": _exemplars(marts, name),
        "buckets": buckets,
    }
    points = marts.points.get(name)
    content["clustered_count"] = (
        points.clustered_count if points else quality["entity_count"]
    )
    profiles = marts.of("segment_profiles", name)
    features = (
        points.features
        if points
        else tuple(dict.fromkeys(row["feature"] for row in profiles))
    )
    content["features"] = features
    content["rules"] = _rules(marts, name, features)
    drawn = content["figures"]
    if segments:
        drawn["sizes"] = figures.segment_sizes(segments, entities, has_sales)
    if profiles:
        drawn["profile"] = figures.profile(profiles, features)
    k_rows = marts.of("segmentation_k_selection", name)
    content["k_figures"] = figures.k_choice(k_rows)
    drawn |= content["k_figures"]
    crosstab = marts.of("segment_crosstab", name)
    if crosstab:
        drawn["crosstab"] = figures.crosstab(crosstab, names)
    if points is not None and len(points.clusters):
        centroids: dict[int, dict[str, float]] = {}
        # segment_profiles has the approved ones, the clusters are of the freshest fit
        for row in marts.of("cluster_centroids", name):
            places = centroids.setdefault(row["cluster_id"], {})
            places[row["feature"]] = row["centroid"]
        content["points"] = figures.scatter_data(points, centroids, names)
    return content


def render(marts: Marts, sections: Sequence[dict[str, Any]], heading: str) -> str:
    """Return the page as HTML."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("customer_segmentation.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        name: getattr(wording, name)
        for name in (
            *("count", "of_these", "share", "number", "ratio"),
            *("words", "title", "with_unit", "colour", "symbol"),
        )
    }
    environment.filters["sql"] = _highlighted
    drawn = {
        f"{content['name']}-{figure}": value
        for content in sections
        for figure, value in content["figures"].items()
    }
    audit = marts.tables["cleaning_audit"]
    if not any(row["order_line_count"] for row in audit):
        audit = []
    if any(row["reason"] != "accepted" for row in audit):
        drawn["cleaning"] = figures.cleaning(audit)
    accepted = [row["sales"] for row in audit if row["reason"] == "accepted"]
    total = marts.customers.get("total_sales")
    resources = files("customer_segmentation.report") / "templates"
    return environment.get_template("report.html.j2").render(
        heading=heading,
        marts=marts,
        sections=sections,
        audit=audit,
        # returns of customers without an order are accepted, but nobody's sales
        taken_back=total - accepted[0] if accepted and total else None,
        quality=segmentations(marts),
        changes=marts.tables["segment_rule_changes"],
        findings=marts.tables["rule_findings"],
        figures=drawn,
        data={
            "figures": drawn,
            "points": {
                content["name"]: content["points"]
                for content in sections
                if content["points"] is not None
            },
        },
        embedded=_embedded,
        plotly=get_plotlyjs(),
        style=(resources / "report.css").read_text(encoding="utf-8"),
        script=(resources / "report.js").read_text(encoding="utf-8"),
        highlighting=HtmlFormatter(style="default").get_style_defs(".sql"),
    )


def _rules(marts: Marts, name: str, known: Sequence[str]) -> dict[str, Any]:
    """Return rules, CASE and picture: a tree, or each rule's range per feature.

    ``known`` features come first, in their order.
    """
    rows = marts.of("segment_rules", name)
    cases = marts.of("segment_rule_case", name)
    rules = [row for row in rows if row["rule_id"] > 0]
    conditions = _grouped(marts.of("segment_rule_conditions", name), "rule_id")
    boxes = [_box(rule, conditions.get(rule["rule_id"], [])) for rule in rules]
    readable = [box for box in boxes if box is not None]
    tree = grow_tree(readable) if len(readable) == len(boxes) else None
    bounded = dict.fromkeys(feature for box in readable for feature in box)
    features = [feature for feature in known if feature in bounded]
    features += [feature for feature in bounded if feature not in known]
    return {
        "rows": rows,
        "case": cases[0]["case_sql"] if cases else None,
        "drawing": tree_layout.lay_out(tree, [_leaf_lines(rule) for rule in rules])
        if tree is not None
        else None,
        "leaves": rules,
        "features": features,
        "ranges": [
            None
            if box is None
            else [
                _slot(box.get(feature, Range()), feature, readable)
                for feature in features
            ]
            for box in boxes
        ],
    }


def _box(rule: Row, conditions: Sequence[Row]) -> Box | None:
    """Return the ranges of a rule by feature; None where it is no list of them.

    A rule that holds for everyone has no condition, and one that cannot be told feature
    by feature has none either.
    """
    if not conditions and rule["rule_sentence"] != "everyone":
        return None
    return read_box(conditions)


def _leaf_lines(rule: Row) -> tuple[str, str, str]:
    """Return what is written in the box of a rule."""
    return (
        wording.shortened(f"{rule['segment_id']} · {rule['segment_name']}", 33),
        f"rule {rule['rule_id']}: n = {wording.count(rule['entity_count'])}",
        f"share {wording.share(rule['entity_share'])}, "
        f"{wording.share(rule['agreement'])} agree",
    )


def _slot(values: Range, feature: str, boxes: Iterable[Any]) -> dict[str, Any]:
    """Return where a range stands between the cuts of its feature, as shares."""
    cuts = sorted(
        {
            place
            for box in boxes
            if feature in box
            for place in (box[feature].lower, box[feature].upper)
            if place not in (Range().lower, Range().upper)
        }
    )
    places = [Range().lower, *cuts, Range().upper]
    slots = len(places) - 1
    left = places.index(values.lower)
    return {
        "text": values.text(),
        "left": left / slots,
        "width": max(places.index(values.upper) - left, 0) / slots,
    }


def _outside(marts: Marts, segments: Sequence[Row]) -> Row:
    """Return how many customers, with which sales, are in none of the segments."""
    outside = {
        ours: (marts.customers.get(ours) or 0)
        - sum(row[theirs] or 0 for row in segments)
        for ours, theirs in {
            "customer_count": "entity_count",
            "total_sales": "total_sales",
        }.items()
    }
    return outside if outside["customer_count"] > 0 else {}


def _exemplars(marts: Marts, name: str) -> dict[Any, list[Row]]:
    rows = [
        {**row, "features": marts.exemplar_features.get((name, row["entity_id"]), {})}
        for row in marts.of("segment_exemplars", name)
    ]
    return _grouped(rows, "segment_id")


def _buckets(marts: Marts, name: str) -> list[dict[str, Any]]:
    """Return one table per family: buckets down, segments across."""
    families = _grouped(marts.of("bucket_crosstab", name), "family")
    order = sorted(
        families, key=lambda family: (family in _BUCKET_FAMILIES_LAST, family)
    )
    tables = []
    for family in order:
        rows = families[family]
        buckets = list(dict.fromkeys(row["bucket"] for row in rows))
        if buckets == ["Unknown"]:
            continue
        tables.append(
            {
                "family": family,
                "buckets": buckets,
                "segments": {
                    row["segment_id"]: row["segment_name"]
                    for row in sorted(rows, key=lambda row: row["segment_id"])
                },
                "cells": {(row["bucket"], row["segment_id"]): row for row in rows},
            }
        )
    return tables


def _grouped(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


def _highlighted(sql: str) -> str:
    """Return SQL as HTML whose text is the SQL, to the letter."""
    lexer = SqlLexer(stripnl=False, ensurenl=False)
    # the formatter ends the last line, the SQL need not
    html = highlight(sql, lexer, HtmlFormatter(nowrap=True))
    return html if sql.endswith("\n") else html.removesuffix("\n")


def _embedded(data: Any) -> str:
    """Return JSON that may stand in a script element."""
    text = json.dumps(
        data,
        default=_plain,
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )
    return text.replace("<", "\\u003c")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
