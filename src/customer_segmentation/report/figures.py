"""The figures as Plotly takes them: plain dicts with data and layout."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from customer_segmentation.report.reading import Points, Row
from customer_segmentation.report.wording import (
    broken,
    colour,
    count,
    number,
    share,
    symbol,
    title,
    unit,
    with_unit,
    words,
)

Figure = dict[str, Any]

# blue to brown through white: told apart with every kind of colour blindness
DIVERGING = [[0, "#2166ac"], [0.5, "#ffffff"], [1, "#b35806"]]
SEQUENTIAL = [[0, "#ffffff"], [1, "#0072B2"]]
DARK, MUTED = "#1f2a37", "#6b7280"
# a feature this much larger at its end than in its middle is drawn by orders
_SKEWED = 20
# bars of more segments are lower, so that they are one picture
_TALL_BARS = 8


def segment_label(row: Row) -> str:
    """Return number and name of a segment."""
    return f"{row['segment_id']} · {row['segment_name']}"


def segment_sizes(segments: Sequence[Row], entities: str, has_sales: bool) -> Figure:
    """Return bars of the share of entities, and of sales, per segment."""
    names = [segment_label(row) for row in segments]
    labels = [_whole(name) for name in names]
    bars = [
        _bars(
            labels,
            [row["entity_share"] for row in segments],
            [
                f"{share(row['entity_share'])} (n = {count(row['entity_count'])})"
                for row in segments
            ],
            f"share of {entities}",
            "#0072B2",
        )
    ]
    if has_sales:
        bars.append(
            _bars(
                labels,
                [row["sales_share"] for row in segments],
                [share(row["sales_share"]) for row in segments],
                "share of sales",
                "#E69F00",
            )
        )
    largest = max(bar["x"][i] or 0 for bar in bars for i in range(len(labels)))
    height, lines = (64 if has_sales else 52), 3
    if len(labels) > _TALL_BARS:
        # else the figure is taller than a printed page
        height, lines = max(36, height * _TALL_BARS // len(labels)), 2
    return {
        "data": bars,
        "layout": {
            "barmode": "group",
            "height": 90 + height * len(labels),
            "xaxis": {
                "tickformat": ".0%",
                # the page adds what the numbers beside the bars need
                "range": [0, largest or 1],
                "title": {"text": "share"},
                "fixedrange": True,
            },
            "yaxis": {
                "autorange": "reversed",
                "automargin": True,
                "fixedrange": True,
                **_ticks(names, 24, lines),
            },
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        },
    }


def profile(profiles: Sequence[Row], features: Sequence[str]) -> Figure:
    """Return a heatmap of z differences; its numbers are means in original units."""
    segments = {row["segment_id"]: row for row in profiles}
    cells = {(row["segment_id"], row["feature"]): row for row in profiles}
    grid = [[cells.get((i, feature)) for feature in features] for i in segments]
    columns = [with_unit(feature) for feature in features]
    names = [segment_label(row) for row in segments.values()]
    layout = _grid_layout(len(segments))
    layout["xaxis"] |= _ticks(columns, 12, 4)
    layout["yaxis"] |= _ticks(names, 18)
    differences = [[cell and cell["z_difference"] for cell in row] for row in grid]
    largest = max(
        (abs(z) for row in differences for z in row if z is not None), default=1
    )
    return {
        "data": [
            {
                "type": "heatmap",
                "x": [_whole(column) for column in columns],
                "y": [_whole(name) for name in names],
                "customdata": [
                    [[_whole(name), _whole(column)] for column in columns]
                    for name in names
                ],
                "z": differences,
                "text": [
                    [number(cell and cell["mean"]) for cell in row] for row in grid
                ],
                "texttemplate": "%{text}",
                "hovertemplate": (
                    "%{customdata[0]}<br>%{customdata[1]}<br>mean %{text}<br>"
                    "%{z:.2f} standard deviations from everyone<extra></extra>"
                ),
                "hoverongaps": False,
                "colorscale": DIVERGING,
                "zmin": -largest,
                "zmax": largest,
                "xgap": 2,
                "ygap": 2,
                "colorbar": _colourbar(
                    "difference from everyone<br>(standard deviations)"
                ),
            }
        ],
        "layout": layout,
    }


def k_choice(rows: Sequence[Row]) -> dict[str, Figure]:
    """Return inertia, silhouette and gap over k, the chosen k marked; what is known."""
    figures = {}
    if any(row["inertia"] is not None for row in rows):
        figures["inertia"] = _over_k(
            rows, "inertia", "inertia (scaled space)", [("inertia", "solid", None)]
        )
    if any(row["silhouette"] is not None for row in rows):
        figures["silhouette"] = _over_k(
            rows,
            "silhouette",
            "silhouette (−1 to 1)",
            [
                ("silhouette", "solid", None),
                ("silhouette_without_clusters", "dot", None),
            ],
        )
    if any(row["gap"] is not None for row in rows):
        figures["gap"] = _over_k(
            rows,
            "gap",
            "gap (log inertia)",
            [("gap", "solid", "gap_standard_error")],
        )
    return figures


def crosstab(rows: Sequence[Row], names: dict[int, str]) -> Figure:
    """Return clusters against segments: counts, coloured by share of the cluster."""
    clusters = sorted(
        {row["cluster_id"] for row in rows if row["cluster_id"] is not None}
    )
    without = any(row["cluster_id"] is None for row in rows)
    columns = sorted({row["segment_id"] for row in rows})
    counts = {
        (row["cluster_id"], row["segment_id"]): row["entity_count"] for row in rows
    }
    keys: list[int | None] = [*clusters, None] if without else [*clusters]
    grid = [[counts.get((key, column), 0) for column in columns] for key in keys]
    return {
        "data": [
            {
                "type": "heatmap",
                "x": [str(i) for i in columns],
                "customdata": [
                    [_whole(names.get(i, "")) for i in columns] for _ in keys
                ],
                "y": [
                    "no cluster"
                    if key is None
                    else "noise"
                    if key == 0
                    else f"cluster {key}"
                    for key in keys
                ],
                "z": [[value / max(sum(row), 1) for value in row] for row in grid],
                "text": [[count(value) for value in row] for row in grid],
                "texttemplate": "%{text}",
                "hovertemplate": (
                    "%{y}, segment %{x} · %{customdata}<br>"
                    "n = %{text}, %{z:.1%} of the cluster<extra></extra>"
                ),
                "colorscale": SEQUENTIAL,
                "zmin": 0,
                "zmax": 1,
                "xgap": 2,
                "ygap": 2,
                "colorbar": {**_colourbar("share of the cluster"), "tickformat": ".0%"},
            }
        ],
        "layout": _grid_layout(len(keys), "segment"),
    }


def cleaning(rows: Sequence[Row]) -> Figure:
    """Return order lines per reason of rejection, accepted ones left out."""
    rejected = [row for row in rows if row["reason"] != "accepted"]
    return {
        "data": [
            _bars(
                [words(row["reason"]) for row in rejected],
                [row["order_line_count"] for row in rejected],
                [count(row["order_line_count"]) for row in rejected],
                "order lines",
                "#0072B2",
            )
        ],
        "layout": {
            "height": 90 + 34 * len(rejected),
            "xaxis": {
                "title": {"text": "order lines rejected"},
                "fixedrange": True,
                "range": [
                    0,
                    max((row["order_line_count"] for row in rejected), default=1),
                ],
            },
            "yaxis": {"autorange": "reversed", "automargin": True, "fixedrange": True},
        },
    }


def scatter_data(
    points: Points, centroids: dict[int, dict[str, float]], names: dict[int, str]
) -> dict[str, Any]:
    """Return what the page draws scatters from.

    Values are float32, little endian, base64, in original units, sorted by cluster;
    ``start`` and ``count`` say where a cluster stands.
    """
    ids, starts, counts = np.unique(
        points.clusters, return_index=True, return_counts=True
    )
    return {
        "count": len(points.clusters),
        "features": [
            {
                "name": feature,
                "label": broken(with_unit(feature), 36),
                "hover": _whole(words(feature)),
                "words": words(feature),
                "unit": unit(feature),
                "is_log": _is_skewed(points.values[:, i]),
                "values": base64.b64encode(
                    points.values[:, i].astype("<f4").tobytes()
                ).decode(),
            }
            for i, feature in enumerate(points.features)
        ],
        "clusters": [
            {
                "id": int(i),
                "name": f"cluster {i}" if i else "noise",
                "segment": names.get(int(i), "") if i else "",
                "start": int(start),
                "count": int(size),
                "colour": colour(int(i)),
                "symbol": symbol(int(i)),
                "centroid": [
                    centroids.get(int(i), {}).get(feature)
                    for feature in points.features
                ],
            }
            for i, start, size in zip(ids, starts, counts, strict=True)
        ],
    }


def _is_skewed(values: np.ndarray) -> bool:
    """Say whether log10(1 + value) shows more than the value."""
    known = values[np.isfinite(values)]
    if not len(known) or known.min() < 0:
        return False
    return bool(known.max() > _SKEWED * (np.median(known) + 1))


def _whole(name: str) -> str:
    """Return a name as pointing at it tells it: nothing is cut."""
    return broken(name, 40, None)


def _ticks(
    names: Sequence[str], width: int, most_lines: int = 3
) -> dict[str, list[str]]:
    """Return the ticks of an axis of names: what is cut there may be alike."""
    return {
        "tickvals": [_whole(name) for name in names],
        "ticktext": [broken(name, width, most_lines) for name in names],
    }


def _bars(
    labels: list[str], values: list, texts: list[str], name: str, fill: str
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": labels,
        "customdata": labels,
        "x": values,
        "text": texts,
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": fill},
        "hovertemplate": "%{customdata}<br>%{text}<extra>%{fullData.name}</extra>",
    }


def _over_k(
    rows: Sequence[Row],
    name: str,
    axis: str,
    lines: Sequence[tuple[str, str, str | None]],
) -> Figure:
    ks = [row["k"] for row in rows]
    data: list[dict[str, Any]] = []
    for column, dash, error in lines:
        trace: dict[str, Any] = {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "data without clusters" if "without" in column else words(column),
            "x": ks,
            "y": [row[column] for row in rows],
            "line": {
                "color": MUTED if dash == "dot" else "#0072B2",
                "dash": dash,
                "width": 2,
            },
            "marker": {"size": 6},
            "hovertemplate": "k = %{x}: %{y:.4g}<extra>%{fullData.name}</extra>",
        }
        if error:
            trace["error_y"] = {
                "type": "data",
                "array": [row[error] for row in rows],
                "color": MUTED,
                "thickness": 1,
            }
        data.append(trace)
    layout: dict[str, Any] = {
        "height": 320,
        "title": {"text": title(name), "x": 0.02, "font": {"size": 14}},
        "xaxis": {
            "title": {"text": "k (clusters)"},
            "dtick": 1,
            "range": [min(ks) - 0.5, max(ks) + 0.5],
            "fixedrange": True,
        },
        "yaxis": {"title": {"text": axis}, "automargin": True, "fixedrange": True},
        "margin": {"l": 50, "r": 16, "t": 44, "b": 78},
        "legend": {"orientation": "h", "x": 0, "y": -0.3, "font": {"size": 11}},
        "showlegend": len(lines) > 1,
    }
    chosen = next((row for row in rows if row["is_chosen"]), None)
    if chosen is not None and chosen[name] is not None:
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "chosen",
                "x": [chosen["k"]],
                "y": [chosen[name]],
                "marker": {
                    "size": 15,
                    "symbol": "star",
                    "color": "#D55E00",
                    "line": {"color": "#ffffff", "width": 1},
                },
                "showlegend": False,
                "hovertemplate": "chosen: k = %{x}, %{y:.4g}<extra></extra>",
            }
        )
        layout["shapes"] = [
            {
                "type": "line",
                "x0": chosen["k"],
                "x1": chosen["k"],
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": "#D55E00", "width": 1, "dash": "dash"},
                "layer": "below",
            }
        ]
        layout["annotations"] = [
            {
                "x": chosen["k"],
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "text": f"chosen: k = {chosen['k']}",
                "showarrow": False,
                "font": {"color": "#b34700", "size": 12},
            }
        ]
    return {"data": data, "layout": layout}


def _grid_layout(rows: int, across: str = "") -> dict[str, Any]:
    return {
        "height": 150 + 52 * rows,
        "xaxis": {
            "side": "top",
            "title": {"text": across},
            "tickangle": 0,
            "tickfont": {"size": 12},
            "type": "category",
            "automargin": True,
            "fixedrange": True,
            "showgrid": False,
            "ticks": "",
        },
        "yaxis": {
            "showgrid": False,
            "ticks": "",
            "autorange": "reversed",
            "automargin": True,
            "fixedrange": True,
            "type": "category",
        },
    }


def _colourbar(text: str) -> dict[str, Any]:
    return {
        "orientation": "h",
        "y": -0.03,
        "yanchor": "top",
        "thickness": 10,
        "len": 0.6,
        "title": {
            "text": text,
            "side": "bottom",
            "font": {"size": 11},
        },
    }
