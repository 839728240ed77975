"""How many rules: the smallest tree that meets the declared price and fidelity.

Shapes: n rows, d features, k clusters.

References
----------
Dasgupta, S., Frost, N., Moshkovitz, M., Rashtchian, C. (2020). Explainable
k-means and k-medians clustering. ICML 2020, section 2 (the price of explainability).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from customer_segmentation.frames import typed_frame
from customer_segmentation.rules import (
    Rule,
    evaluate_rules,
    fit_tree,
    rules_frame,
    rules_from_tree,
)
from customer_segmentation.tree_search import OBJECTIVES, checked_space, search_tree
from customer_segmentation.trees import (
    UNCLASSIFIED,
    Tree,
    check_count,
    checked_rows,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

METHODS = ("search", "cart")

RULE_SETTINGS = (
    "objective",
    "max_price",
    "min_fidelity",
    "minimum_rule_size",
    "max_moved_share",
    "missing_values",
    "method",
    "effort",
    "random_state",
)

LEAVES_PER_SEGMENT = (1.0, 1.5, 2.0, 3.0, 4.0)
"""Sizes of tree that are compared."""

TRADEOFF_DTYPES = {
    "segmentation": "string",
    "leaves_per_segment": "Float64",
    "rule_count": "Int64",
    "price": "Float64",
    "fidelity": "Float64",
    "held_out_price": "Float64",
    "held_out_fidelity": "Float64",
    "meets_targets": "boolean",
    "unreached_clusters": "string",
    "is_chosen": "boolean",
    "choice_reason": "string",
}
"""Nullable dtypes, so that DuckDB reads them the same with and without values."""


@dataclass(frozen=True)
class TradeoffRow:
    """What a number of leaves buys.

    Attributes
    ----------
    leaves_per_segment
        Leaves that the tree may have, per cluster.
    rule_count
        Rules that it comes to.
    price
        Sum of squares of the segments around their own centres over that of the
        clusters around their centroids; NaN where the clusters have none.
    fidelity
        Share of the clustered rows whose segment is their cluster.
    held_out_price, held_out_fidelity
        The same for rules fitted on the other rows; NaN where none are held out.
    meets_targets
        Whether price and fidelity are as declared.
    unreached
        Per cluster that no rule stands for: why.
    is_chosen
        Whether these are the rules.
    rules
        In the order of the branches.
    """

    leaves_per_segment: float
    rule_count: int
    price: float
    fidelity: float
    held_out_price: float
    held_out_fidelity: float
    meets_targets: bool
    unreached: Mapping[int, str]
    is_chosen: bool
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class RuleChoice:
    """The chosen rules, and why one may believe them.

    Attributes
    ----------
    rules
        In the order of the branches.
    meets_targets
        Whether they meet the declared price and fidelity.
    reason
        One sentence with the figures.
    unreached
        Per cluster that no rule stands for: why.
    price, fidelity, held_out_fidelity
        As in :class:`TradeoffRow`.
    tradeoff
        One row per size, smallest first.
    """

    rules: tuple[Rule, ...]
    meets_targets: bool
    reason: str
    unreached: Mapping[int, str]
    price: float
    fidelity: float
    held_out_fidelity: float
    tradeoff: tuple[TradeoffRow, ...]

    def renumbered(self, ids: ArrayLike) -> RuleChoice:
        """The same with ``ids[i]`` in the place of label i + 1; 0 stays 0."""
        numbers = [0, *np.asarray(ids, dtype=np.int64).tolist()]

        def rules(fitted: tuple[Rule, ...]) -> tuple[Rule, ...]:
            return tuple(replace(rule, label=numbers[rule.label]) for rule in fitted)

        def unreached(reasons: Mapping[int, str]) -> dict[int, str]:
            return {numbers[label]: reason for label, reason in reasons.items()}

        return replace(
            self,
            rules=rules(self.rules),
            unreached=unreached(self.unreached),
            tradeoff=tuple(
                replace(row, rules=rules(row.rules), unreached=unreached(row.unreached))
                for row in self.tradeoff
            ),
        )


def choose_rules(
    values: ArrayLike,
    scaled: ArrayLike,
    labels: ArrayLike,
    centroids: ArrayLike,
    *,
    max_rules: int | None,
    objective: str = "cost",
    max_price: float = 1.05,
    min_fidelity: float = 0.95,
    minimum_rule_size: int = 1,
    max_moved_share: float = 0.0,
    missing_values: str = "unclassified",
    held_out: ArrayLike | None = None,
    method: str = "search",
    effort: float = 0.1,
    random_state: int = 0,
) -> RuleChoice:
    """The fewest rules that meet the targets, or the best that are allowed.

    Best by the objective, among equals by the other figure, then of the largest tree.
    Where no size meets both targets, trees are searched for by the other objective,
    and count if one of them does: the cheapest partition may be another one than the
    clusters.

    Parameters
    ----------
    values, scaled, labels, centroids, objective, effort, random_state
        As in :func:`customer_segmentation.tree_search.search_tree`.
    max_rules
        At most so many; None allows four per cluster.
    max_price
        Highest price of explainability, from 1.
    min_fidelity
        Lowest fidelity, 0..1.
    minimum_rule_size, max_moved_share, missing_values
        As in :func:`customer_segmentation.rules.rules_from_tree`.
    held_out
        (n,) booleans: rules fitted where False are measured where True.
    method
        ``search``, or ``cart`` for scikit-learn's tree on the labels.

    Returns
    -------
    RuleChoice

    Raises
    ------
    ValueError
        As :func:`customer_segmentation.tree_search.search_tree`, or another
        option is out of its range.
    """
    values, labels = checked_rows(values, labels)
    scaled, centroids = checked_space(scaled, centroids, values, labels)
    check_count("max_rules", max_rules, is_optional=True)
    if method not in METHODS:
        raise ValueError(f"method must be one of {METHODS}, got {method!r}")
    if not max_price >= 1:
        raise ValueError(f"max_price must be from 1, got {max_price!r}")
    if not 0 <= min_fidelity <= 1:
        raise ValueError(f"min_fidelity must be within 0..1, got {min_fidelity!r}")
    is_held_out = np.zeros(len(labels), dtype=bool)
    if held_out is not None:
        is_held_out = np.asarray(held_out)
        if is_held_out.dtype != np.bool_ or is_held_out.shape != labels.shape:
            raise ValueError(
                f"held_out must be booleans of shape {labels.shape}, "
                f"got {is_held_out.dtype} of shape {is_held_out.shape}"
            )
    clusters = len(np.unique(labels))
    wanted = {math.ceil(share * clusters): share for share in LEAVES_PER_SEGMENT[::-1]}
    if max_rules is not None:
        wanted = {size: s for size, s in wanted.items() if size < max_rules} | (
            {max_rules: max_rules / clusters} if max(wanted) >= max_rules else {}
        )
    sizes = sorted(wanted)
    options = {
        "minimum_rule_size": minimum_rule_size,
        "max_moved_share": max_moved_share,
        "missing_values": missing_values,
        "method": method,
        "effort": effort,
        "random_state": random_state,
    }

    def fitted(objective: str, rows: NDArray[np.bool_]) -> Iterator[tuple[Rule, ...]]:
        return rules_by_size(
            values[rows],
            scaled[rows],
            labels[rows],
            centroids,
            sizes,
            objective=objective,
            **options,
        )

    def sizes_by(objective: str) -> list[TradeoffRow]:
        everybody = np.ones(len(labels), dtype=bool)
        candidates = list(fitted(objective, everybody))
        blind: Sequence[tuple[Rule, ...] | None] = [None] * len(sizes)
        if is_held_out.any() and not is_held_out.all():
            blind = list(fitted(objective, ~is_held_out))
        rows = []
        for size, rules, unseeing in zip(sizes, candidates, blind, strict=True):
            price, fidelity = measure(rules, values, scaled, labels, centroids)
            held_out_figures = (math.nan, math.nan)
            if unseeing is not None:
                held_out_figures = measure(
                    unseeing,
                    values[is_held_out],
                    scaled[is_held_out],
                    labels[is_held_out],
                    centroids,
                )
            rows.append(
                TradeoffRow(
                    wanted[size],
                    len(rules),
                    price,
                    fidelity,
                    *held_out_figures,
                    # a price that is not defined fails no target; costs are rounded
                    meets_targets=not price > max_price * (1 + 1e-9)
                    and fidelity >= min_fidelity,
                    unreached=_unreached(rules, values, labels, size),
                    is_chosen=False,
                    rules=rules,
                )
            )
        return rows

    tradeoff = sizes_by(objective)
    found_by = ""
    if method == "search" and not any(row.meets_targets for row in tradeoff):
        (other,) = set(OBJECTIVES) - {objective}
        others = sizes_by(other)
        if any(row.meets_targets for row in others):
            tradeoff, found_by = others, f", found by objective {other}"

    def merit(position: int) -> tuple[float, ...]:
        """How good the rules of a size are by the objective; nothing beats price 1."""
        row = tradeoff[position]
        merits = (-max(1.0, row.price), row.fidelity)
        return (*(merits if objective == "cost" else merits[::-1]), position)

    position = next(
        (i for i, row in enumerate(tradeoff) if row.meets_targets),
        max(range(len(sizes)), key=merit),
    )
    tradeoff[position] = replace(tradeoff[position], is_chosen=True)
    chosen = tradeoff[position]
    return RuleChoice(
        rules=chosen.rules,
        meets_targets=chosen.meets_targets,
        reason=_reason(chosen, max_price, min_fidelity, found_by),
        unreached=chosen.unreached,
        price=chosen.price,
        fidelity=chosen.fidelity,
        held_out_fidelity=chosen.held_out_fidelity,
        tradeoff=tuple(tradeoff),
    )


def rule_options(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a segmentation that are options of choose_rules."""
    most = settings["max_rules"]
    options = {name: settings[name] for name in RULE_SETTINGS}
    return {**options, "max_rules": None if most == "auto" else most}


def rules_by_size(
    values: Floats,
    scaled: Floats,
    labels: Ints,
    centroids: Floats,
    sizes: Sequence[int],
    *,
    method: str,
    objective: str,
    minimum_rule_size: int,
    max_moved_share: float,
    missing_values: str,
    effort: float,
    random_state: int,
) -> Iterator[tuple[Rule, ...]]:
    """Rules of each size, ascending; a search starts from the smaller tree too."""
    smaller: tuple[Tree, ...] = ()
    for size in sizes:
        if method == "cart":
            tree = fit_tree(
                values,
                labels,
                max_rules=size,
                minimum_rule_size=minimum_rule_size,
                random_state=random_state,
            )
        else:
            tree = search_tree(
                values,
                scaled,
                labels,
                centroids,
                max_leaves=size,
                objective=objective,
                minimum_rule_size=minimum_rule_size,
                starts=smaller,
                effort=effort,
                random_state=random_state,
            )
        smaller = (tree,)
        yield rules_from_tree(
            tree,
            values,
            labels,
            minimum_rule_size=minimum_rule_size,
            max_moved_share=max_moved_share,
            missing_values=missing_values,
        )


def measure(
    rules: Sequence[Rule],
    values: ArrayLike,
    scaled: ArrayLike,
    labels: ArrayLike,
    centroids: ArrayLike,
) -> tuple[float, float]:
    """Price of explainability and fidelity of rules on some rows.

    Both are of clustered rows, as in the marts: noise is in no cluster. Clusters are
    measured around their centroids. The price is NaN where the clusters have no
    spread but the segments do, and 1 where neither has; both are NaN where all rows
    are noise.
    """
    values, labels = checked_rows(values, labels)
    scaled, centroids = checked_space(scaled, centroids, values, labels)
    is_clustered = labels != UNCLASSIFIED
    if not is_clustered.any():
        return math.nan, math.nan
    names = np.array([UNCLASSIFIED, *(rule.label for rule in rules)])
    segments = names[evaluate_rules(rules, values[is_clustered])]
    scaled, labels = scaled[is_clustered], labels[is_clustered]
    largest = max(np.abs(scaled).max(), np.abs(centroids).max(), 1e-300)
    points = scaled / largest
    places = centroids / largest
    # the built-in sum adds otherwise from Python 3.12 on
    cluster_cost = math.fsum(
        float(np.sum((column - place[labels - 1]) ** 2))
        for column, place in zip(points.T, places.T, strict=True)
    )
    sizes = np.bincount(segments)
    segment_cost = 0.0
    for column in points.T:
        means = np.bincount(segments, column) / np.maximum(sizes, 1)
        segment_cost += float(np.sum((column - means[segments]) ** 2))
    fidelity = float(np.mean(segments == labels))
    if cluster_cost > 0:
        return segment_cost / cluster_cost, fidelity
    return (math.nan if segment_cost > 0 else 1.0), fidelity


def tradeoff_frame(name: str, choice: RuleChoice | None) -> pd.DataFrame:
    """The curve as a table, one row per size of tree.

    ``name`` is that of the segmentation. Columns and dtypes of
    :data:`TRADEOFF_DTYPES`, also without rows (None); NaN becomes missing.
    """
    rows = choice.tradeoff if choice else ()
    return typed_frame(
        [_tradeoff_record(name, row, choice.reason) for row in rows], TRADEOFF_DTYPES
    )


def candidates_frame(
    name: str, choice: RuleChoice | None, feature_names: Sequence[str]
) -> pd.DataFrame:
    """The curve and the rules of every size in one table.

    One row per size, rule and feature that it bounds: the columns of
    :data:`TRADEOFF_DTYPES`, then those of the rules table
    (:func:`customer_segmentation.rules.rules_frame`). The rules in force are
    those where ``is_chosen``.
    """
    import pandas as pd

    curve = tradeoff_frame(name, choice)
    parts = [rules_frame((), feature_names, held_out_fidelity=math.nan)]
    repeats = []
    for row in choice.tradeoff if choice else ():
        part = rules_frame(
            row.rules, feature_names, held_out_fidelity=row.held_out_fidelity
        )
        parts.append(part)
        repeats.append(len(part))
    rules = pd.concat(parts, ignore_index=True)
    repeated = curve.loc[np.repeat(curve.index, repeats)].reset_index(drop=True)
    own = [column for column in rules.columns if column not in repeated.columns]
    return pd.concat([repeated, rules[own]], axis=1)


def _tradeoff_record(name: str, row: TradeoffRow, reason: str) -> tuple:
    """The columns of one row of the curve."""
    figures = {
        "segmentation": name,
        "unreached_clusters": "; ".join(
            f"{cluster}: {why}" for cluster, why in row.unreached.items()
        )
        or None,
        "choice_reason": reason if row.is_chosen else None,
    }
    return tuple(
        figures[column] if column in figures else getattr(row, column)
        for column in TRADEOFF_DTYPES
    )


def _reason(
    chosen: TradeoffRow, max_price: float, min_fidelity: float, found_by: str
) -> str:
    """The choice as a sentence."""
    price = "unknown" if math.isnan(chosen.price) else f"{chosen.price:.3f}"
    figures = f"price {price}, fidelity {chosen.fidelity:.3f}"
    targets = f"price {max_price:g}, fidelity {min_fidelity:g}"
    if chosen.meets_targets:
        return f"fewest rules that meet {targets}{found_by}: {figures}"
    return f"no allowed number of rules meets {targets}; the best have {figures}"


def _unreached(
    rules: Sequence[Rule], values: Floats, labels: Ints, max_leaves: int
) -> dict[int, str]:
    """Why no rule stands for a cluster, per cluster that has none."""
    distinct = np.unique(labels)
    reached = {rule.label for rule in rules}
    reasons = {}
    for label in distinct.tolist():
        if label in reached:
            continue
        own = np.unique(values[labels == label] + 0.0, axis=0)
        others = np.unique(values[labels != label] + 0.0, axis=0)
        _, counts = np.unique(np.vstack([own, others]), axis=0, return_counts=True)
        if max_leaves < len(distinct):
            reasons[label] = f"{len(distinct)} clusters, but at most {max_leaves} rules"
        elif np.count_nonzero(counts > 1) == len(own):
            reasons[label] = "all its rows equal rows of other clusters"
        else:
            reasons[label] = f"{max_leaves} rules serve the objective better elsewhere"
    return reasons
