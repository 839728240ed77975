"""Where the boxes and lines of a rule tree stand, for the template that draws them."""

from __future__ import annotations

from dataclasses import dataclass, field

from customer_segmentation.report.rule_picture import (
    Leaf,
    Split,
    lower_text,
    upper_text,
)

ROW_HEIGHT = 58
COLUMN_WIDTH = 200
NODE_WIDTH = 132
LEAF_WIDTH = 300


@dataclass
class Drawing:
    """Places in pixels; y is the middle of a box, x its left edge."""

    width: int = 0
    height: int = 0
    nodes: list[dict] = field(default_factory=list)
    """x, y, feature."""
    leaves: list[dict] = field(default_factory=list)
    """x, y, rule: its place in the list of rules."""
    edges: list[dict] = field(default_factory=list)
    """x1, y1, x2, y2, text."""


def lay_out(tree: Split | Leaf) -> Drawing:
    """Return the drawing of a tree: leaves on the right, one below the other."""
    drawing = Drawing()
    leaf_x = _depth(tree) * COLUMN_WIDTH
    _place(tree, 0, leaf_x, drawing)
    drawing.width = leaf_x + LEAF_WIDTH
    drawing.height = len(drawing.leaves) * ROW_HEIGHT
    return drawing


def _depth(tree: Split | Leaf) -> int:
    if isinstance(tree, Leaf):
        return 0
    return 1 + max(_depth(tree.above), _depth(tree.below))


def _place(tree: Split | Leaf, x: int, leaf_x: int, drawing: Drawing) -> tuple:
    """Add a subtree to the drawing; return x and y where the line to it ends."""
    if isinstance(tree, Leaf):
        y = round((len(drawing.leaves) + 0.5) * ROW_HEIGHT)
        drawing.leaves.append({"x": leaf_x, "y": y, "rule": tree.rule})
        return leaf_x, y
    ends = [
        _place(child, x + COLUMN_WIDTH, leaf_x, drawing)
        for child in (tree.above, tree.below)
    ]
    y = round((ends[0][1] + ends[1][1]) / 2)
    texts = (
        lower_text(tree.place) + (" or unknown" if tree.null_above else ""),
        upper_text(tree.place) + (" or unknown" if tree.null_below else ""),
    )
    for (end_x, end_y), text in zip(ends, texts, strict=True):
        drawing.edges.append(
            {"x1": x + NODE_WIDTH, "y1": y, "x2": end_x, "y2": end_y, "text": text}
        )
    drawing.nodes.append({"x": x, "y": y, "feature": tree.feature})
    return x, y
