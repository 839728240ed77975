"""Where the boxes and lines of a rule tree stand, for the template that draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import wrap

from customer_segmentation.report.rule_picture import (
    Leaf,
    Split,
    lower_text,
    upper_text,
)
from customer_segmentation.report.wording import with_unit

ROW_HEIGHT = 74
NODE_WIDTH = 128
# characters of a line in a node
_LINE = 16
# pixels of a character in a wide font, beside a node and in a leaf, where some are
# bold; and what both have beside their text
_CHARACTER, _MARGIN = 7.5, 24
_LEAF_CHARACTER, _LEAF_MARGIN = 8.5, 26


@dataclass
class Drawing:
    """Places in pixels; y is the middle of a box, x its left edge."""

    column_width: int = 0
    width: int = 0
    height: int = 0
    node_width: int = NODE_WIDTH
    leaf_width: int = 0
    nodes: list[dict] = field(default_factory=list)
    """x, y, feature, lines."""
    leaves: list[dict] = field(default_factory=list)
    """x, y, rule: its place in the list of rules, lines."""
    edges: list[dict] = field(default_factory=list)
    """x1, y1, x2, y2, text."""


def lay_out(tree: Split | Leaf, leaf_lines: Sequence[Sequence[str]]) -> Drawing:
    """Return the drawing of a tree: leaves on the right, one below the other.

    ``leaf_lines`` are the lines in a leaf, by the rule's place in the list of rules.
    """
    longest = max((len(text) for text in _texts(tree)), default=0)
    drawing = Drawing(NODE_WIDTH + _MARGIN + round(_CHARACTER * max(longest, 4)))
    leaf_x = _depth(tree) * drawing.column_width
    _place(tree, 0, leaf_x, drawing)
    for leaf in drawing.leaves:
        leaf["lines"] = leaf_lines[leaf["rule"]]
    longest_line = max(len(line) for leaf in drawing.leaves for line in leaf["lines"])
    drawing.leaf_width = _LEAF_MARGIN + round(_LEAF_CHARACTER * longest_line)
    # the line around the last box is half outside it
    drawing.width = leaf_x + drawing.leaf_width + 1
    drawing.height = len(drawing.leaves) * ROW_HEIGHT
    return drawing


def _depth(tree: Split | Leaf) -> int:
    if isinstance(tree, Leaf):
        return 0
    return 1 + max(_depth(tree.above), _depth(tree.below))


def _edge_texts(tree: Split) -> tuple[str, str]:
    """Return what is written on the lines upwards and downwards."""
    return (
        lower_text(tree.place) + (" or unknown" if tree.null_above else ""),
        upper_text(tree.place) + (" or unknown" if tree.null_below else ""),
    )


def _texts(tree: Split | Leaf) -> list[str]:
    if isinstance(tree, Leaf):
        return []
    return [*_edge_texts(tree), *_texts(tree.above), *_texts(tree.below)]


def _place(tree: Split | Leaf, x: int, leaf_x: int, drawing: Drawing) -> tuple:
    """Add a subtree to the drawing; return x and y where the line to it ends."""
    if isinstance(tree, Leaf):
        y = round((len(drawing.leaves) + 0.5) * ROW_HEIGHT)
        drawing.leaves.append({"x": leaf_x, "y": y, "rule": tree.rule})
        return leaf_x, y
    ends = [
        _place(child, x + drawing.column_width, leaf_x, drawing)
        for child in (tree.above, tree.below)
    ]
    y = round((ends[0][1] + ends[1][1]) / 2)
    for (end_x, end_y), text in zip(ends, _edge_texts(tree), strict=True):
        drawing.edges.append(
            {"x1": x + NODE_WIDTH, "y1": y, "x2": end_x, "y2": end_y, "text": text}
        )
    # the numbers beside it are in its unit
    lines = wrap(with_unit(tree.feature), _LINE, max_lines=3, placeholder=" …")
    drawing.nodes.append({"x": x, "y": y, "feature": tree.feature, "lines": lines})
    return x, y
