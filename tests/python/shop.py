"""A copy of the project with a warehouse of its own, as a team has it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
from project import MARTS, Result, copy_project, run_dbt

ALONE = {
    name: {"enabled": False}
    for name in ("service_value", "demographics", "survey_priorities")
}
"""Settings that leave purchase_behaviour as the one segmentation."""

LIGHT = {
    "lifetime_model": None,
    "distinct_products": False,
    "history": {"periods": 0},
}
"""Vars without what takes time and is not looked at."""


def fixed(k: int) -> dict[str, int]:
    """Return settings of a segmentation that look at no other k, nor long for rules."""
    return {"k": k, "k_min": k, "k_max": k, "effort": 0}


APPROVABLE = ("segmentation_quality", "rule_findings")
"""Tables that approving rules reads, with what they are made of."""


class Shop:
    """The project, its warehouse and the file of approved rules.

    With ``tables``, builds that select nothing build these alone.
    """

    def __init__(
        self,
        folder: Path,
        vars: dict,
        name: str = "purchase_behaviour",
        tables: Sequence[str] = (),
    ):
        self.project = copy_project(folder / "project")
        self.folder, self.vars, self.name, self.tables = folder, vars, name, tables
        self.warehouse = folder / "warehouse.duckdb"
        self.file = self.project / f"macros/approved_rules/{name}.sql"

    def run(self, *arguments: str, **options) -> Result:
        vars = {**self.vars, **options.pop("vars", {})}
        options = {"warehouse": self.warehouse, **options}
        return run_dbt(self.folder, vars, *arguments, project=self.project, **options)

    def build(self, *arguments: str, **options) -> Result:
        if self.tables and "select" not in options:
            return self.run(*arguments, tables=self.tables, **options)
        return self.run("--exclude-resource-type", "unit_test", *arguments, **options)

    def operate(self, operation: str, **arguments) -> Result:
        line = (operation, "--args", json.dumps(arguments))
        return self.run(*line, command="run-operation")

    def approve(self, **arguments) -> Result:
        return self.operate("approve_rules", segmentation=self.name, **arguments)

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def segments(self) -> dict[str, int]:
        return dict(
            self.query(
                "select entity_id, segment_id from segment_memberships "
                f"where segmentation = '{self.name}'"
            )
        )

    def marts(self) -> dict[str, list[tuple]]:
        """Return every row of every mart that is built, in the order of the table."""
        built = [mart for mart in MARTS if not self.tables or mart in self.tables]
        return {mart: self.query(f"select * from {mart}") for mart in built}

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text()
        assert text.count(old) == 1, text
        self.file.write_text(text.replace(old, new))


def differing(before: dict[str, list[tuple]], after: dict[str, list[tuple]]) -> set:
    """Return the names of the marts that are not the same in both.

    To be asserted in place of the marts, whose rows pytest would compare for hours.
    """
    assert before.keys() == after.keys()
    return {mart for mart in before if before[mart] != after[mart]}


def branches(file: Path) -> str:
    """Return the CASE of an approved file, read here as a reviewer reads it."""
    text = file.read_text()
    return text[text.index("\ncase\n") : text.index("\nend\n") + len("\nend\n")]
