"""Rules on difficult rows, decided by Python and by the SQL of the macros.

Each feature is held in one column type; the SQL casts it once to double, as
``segmentation_segments`` does, and decides by the CASE that the macros render.
Used by the tests and by ``benchmarks/exact_sql.py``.
"""

from __future__ import annotations

import csv
import math
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from postgresql import postgresql_binaries, postgresql_server
from rendering import MACROS, Macros

from customer_segmentation.rules import (
    MISSING_VALUES,
    Rule,
    evaluate_rules,
    rules_frame,
    rules_from_tree,
)
from customer_segmentation.trees import LEAF, Tree

NAMES = ("total_sales", "OrderCount", "2nd order's value")
"""One column that needs no quoting, and two that do."""

LEAVES = (1, 2, 16, 64)

FITTING_ROWS = 600


# --- the SQL -----------------------------------------------------------------


def quote(name: str) -> str:
    """A column name in marks of quotation."""
    return '"' + name.replace('"', '""') + '"'


def forms() -> list[str]:
    """The macros that write rules as a CASE."""
    return sorted(path.stem for path in MACROS.rglob("*rule_case.sql"))


def rule_case(
    form: str,
    rules: Sequence[Rule],
    names: Sequence[str],
    missing_values: str,
    quoted: Callable[[str], str] = '"{}"'.format,
) -> str:
    """The CASE that gives the rule_id, as the macros write it from the rules table.

    ``quoted`` is dbt's ``adapter.quote``, which puts marks around a name.
    """
    frame = rules_frame(rules, names, held_out_fidelity=math.nan).astype(object)
    records = frame.where(frame.notna(), None).to_dict("records")
    macros = Macros(adapter=SimpleNamespace(quote=quoted))
    macros.fitted_rows = lambda relation, columns, *_: [
        {column: record[column] for column in columns} for record in records
    ]
    settings = {"features": list(names), "missing_values": missing_values}
    fitted = macros.fitted_rules("rules", settings)
    if form == "nested_rule_case":
        return macros.nested_rule_case(fitted, "rule_id", list(names))
    return macros.rule_case(fitted, "rule_id")


def decisions(cases: Sequence[str], names: Sequence[str], double: str) -> str:
    """A query with the decision of each CASE, one row per entity, in their order."""
    columns = ", ".join(
        f"cast({quote(name)} as {double}) as {quote(name)}" for name in names
    )
    results = ", ".join(f"{case} as case_{i}" for i, case in enumerate(cases))
    return (
        f"with features as (select entity_id, {columns} from entities) "
        f"select {results} from features order by entity_id"
    )


# --- column types ------------------------------------------------------------


@dataclass(frozen=True)
class Floating:
    """A binary floating-point type, stored as numpy holds it."""

    dtype: type[np.floating]

    def random(self, rows: int, generator: np.random.Generator) -> np.ndarray:
        """Money, neighbouring numbers, any magnitude."""
        money = np.round(generator.lognormal(3, 2, rows), 2) - 20
        start = (generator.integers(0, 40, rows) / 40 + 0.1).astype(self.dtype)
        steps = generator.integers(0, 5, rows).astype(self.dtype)
        neighbours = start + steps * np.spacing(start)
        exponents = generator.uniform(-35, 35, rows)
        magnitude = generator.choice([-1, 1], rows) * 10.0**exponents
        whole = generator.choice([-0.0, 0.0, 2.0**53, 2.0**53 + 2, 2.0**62], rows)
        kinds = np.stack(
            [column.astype(self.dtype) for column in (money, neighbours, magnitude)]
            + [whole.astype(self.dtype)]
        )
        chosen = generator.choice(4, rows, p=[0.45, 0.35, 0.15, 0.05])
        return kinds[chosen, np.arange(rows)]

    def special(self) -> np.ndarray:
        """Ends of the type, zeros, and where whole numbers cease to be exact."""
        largest, smallest = np.finfo(self.dtype).max, np.finfo(self.dtype).tiny
        powers = [2.0**24, 2.0**24 + 1, 2.0**53, 2.0**53 + 1, 2.0**62]
        ends = [math.inf, largest, smallest, 0.0]
        with np.errstate(over="ignore"):
            numbers = np.array([*ends, *powers], dtype=self.dtype)
        return np.concatenate([numbers, -numbers])

    def near(self, threshold: float) -> np.ndarray:
        """The threshold in this type and its two neighbours."""
        with np.errstate(over="ignore"):
            value = self.dtype(threshold)
        ends = (self.dtype(-math.inf), self.dtype(math.inf))
        return np.array([value, *(np.nextafter(value, end) for end in ends)])

    def doubles(self, stored: np.ndarray) -> np.ndarray:
        """The numbers as float64."""
        return stored.astype(np.float64)

    def texts(self, stored: np.ndarray) -> list[str]:
        """The numbers as text that reads back as themselves."""
        return stored.astype(str).tolist()


@dataclass(frozen=True)
class Fixed:
    """A type of whole steps of ``10 ** -scale``, stored as their count."""

    most: int
    scale: int = 0

    def random(self, rows: int, generator: np.random.Generator) -> np.ndarray:
        """Few and many steps, and those about where float64 ceases to be exact."""
        few = generator.integers(-20, 60, rows)
        money = (generator.lognormal(3, 2, rows) * 100).astype(np.int64)
        money = money * 10 ** max(self.scale - 2, 0)
        large = generator.integers(-self.most, self.most, rows, endpoint=True)
        exact = min(2**53, self.most // 2) + generator.integers(-4, 5, rows)
        kinds = np.clip([few, money, large, exact], -self.most, self.most)
        chosen = generator.choice(4, rows, p=[0.4, 0.35, 0.15, 0.1])
        return kinds[chosen, np.arange(rows)]

    def special(self) -> np.ndarray:
        """Ends of the type, zero, and where whole numbers cease to be exact."""
        steps = [self.most, 0, 2**24, 2**24 + 1, 2**53, 2**53 + 1, 2**62]
        units = [step * 10**self.scale for step in steps]
        fitting = [number for number in {*steps, *units} if number <= self.most]
        return np.array([*fitting, *(-number for number in fitting)])

    def near(self, threshold: float) -> np.ndarray:
        """The steps about the threshold and about its neighbours in float64."""
        ends = (-math.inf, math.inf)
        numbers = [threshold, *(math.nextafter(threshold, end) for end in ends)]
        below = [math.floor(Fraction(number) * 10**self.scale) for number in numbers]
        steps = {step + offset for step in below for offset in (-1, 0, 1, 2)}
        return np.clip(sorted(steps), -self.most, self.most).astype(np.int64)

    def doubles(self, stored: np.ndarray) -> np.ndarray:
        """The numbers as float64, rounded once."""
        if not self.scale:
            return stored.astype(np.float64)
        return np.array([count / 10**self.scale for count in stored.tolist()])

    def texts(self, stored: np.ndarray) -> list[str]:
        """The numbers as plain decimals."""
        if not self.scale:
            return stored.astype(str).tolist()
        return [f"{Decimal(count).scaleb(-self.scale):f}" for count in stored.tolist()]


TYPES = {
    "double precision": Floating(np.float64),
    "real": Floating(np.float32),
    "decimal(18, 4)": Fixed(10**18 - 1, scale=4),
    "integer": Fixed(2**31 - 1),
    "bigint": Fixed(2**63 - 1),
}
"""By the name that every warehouse knows; real is DuckDB's FLOAT."""


# --- rows and rules ----------------------------------------------------------


def random_tree(
    values: np.ndarray, leaves: int, generator: np.random.Generator
) -> Tree:
    """A tree of so many leaves with random cuts between different values."""
    feature, cut, left, right = [0], [math.nan], [LEAF], [LEAF]
    members = [np.arange(len(values))]
    while left.count(LEAF) < leaves:
        spread, node = max(
            (len(np.unique(values[members[node]], axis=0)), node)
            for node, child in enumerate(left)
            if child == LEAF
        )
        assert spread > 1, "fewer different rows than leaves"
        compared = int(generator.integers(values.shape[1]))
        column = values[members[node], compared]
        distinct = np.unique(column)
        if len(distinct) == 1:
            continue
        feature[node] = compared
        cut[node] = float(generator.choice(distinct[:-1]))
        left[node], right[node] = len(left), len(left) + 1
        goes_left = column <= cut[node]
        for side in (goes_left, ~goes_left):
            members.append(members[node][side])
            feature.append(0)
            cut.append(math.nan)
            left.append(LEAF)
            right.append(LEAF)
    labels = tuple(range(1, len(left) + 1))
    return Tree(tuple(feature), tuple(cut), tuple(left), tuple(right), labels)


@dataclass(frozen=True)
class Entities:
    """Rows with features of one column type; what is missing has a number too."""

    type_name: str
    stored: np.ndarray
    is_missing: np.ndarray

    @property
    def values(self) -> np.ndarray:
        """The features as Python compares them, NaN where they are missing."""
        columns = [TYPES[self.type_name].doubles(column) for column in self.stored.T]
        return np.where(self.is_missing, math.nan, np.column_stack(columns))

    def columns(self, convert: Callable[[np.ndarray], list]) -> Iterator[list]:
        """Each feature converted, None where it is missing."""
        for column, is_missing in zip(self.stored.T, self.is_missing.T, strict=True):
            yield [
                None if missing else value
                for value, missing in zip(
                    convert(column), is_missing.tolist(), strict=True
                )
            ]

    def column_types(self) -> str:
        """The columns of a table for them."""
        features = ", ".join(f"{quote(name)} {self.type_name}" for name in NAMES)
        return f"entity_id bigint, {features}"


def make_rules(
    type_name: str, missing_values: str, seed: int = 0
) -> Iterator[tuple[tuple[str, ...], tuple[Rule, ...], np.ndarray]]:
    """Rules over all features and over one, with their names and fitting rows."""
    generator = np.random.default_rng(seed)
    kind = TYPES[type_name]
    for leaves in LEAVES:
        for names in (NAMES, NAMES[:1]):
            stored = np.column_stack(
                [kind.random(FITTING_ROWS, generator) for _ in NAMES]
            )
            values = np.column_stack([kind.doubles(column) for column in stored.T])
            values = values[:, : len(names)]
            tree = random_tree(values, leaves, generator)
            labels = np.ones(FITTING_ROWS, dtype=np.int64)
            rules = rules_from_tree(tree, values, labels, missing_values=missing_values)
            yield names, rules, stored


def make_entities(type_name: str, random_rows: int, seed: int = 0) -> Entities:
    """Random rows, special numbers, and rows about every threshold of every rule."""
    generator = np.random.default_rng((seed, 1))
    kind = TYPES[type_name]
    random = [kind.random(random_rows, generator) for _ in NAMES]
    parts = [np.column_stack(random)]
    for names, rules, fitting in make_rules(type_name, MISSING_VALUES[0], seed):
        values = np.column_stack([kind.doubles(column) for column in fitting.T])
        positions = evaluate_rules(rules, values[:, : len(names)])
        for position, rule in enumerate(rules, start=1):
            inside = fitting[positions == position][:2]
            parts += [
                _replaced(inside, bound.feature_index, kind.near(threshold))
                for bound in rule.bounds
                for threshold in (bound.lower, bound.upper)
                if threshold is not None
            ]
        parts += [
            _replaced(fitting[:5], feature, kind.special())
            for feature in range(len(NAMES))
        ]
    stored = np.vstack(parts)
    difficult = stored[random_rows:]
    stored = np.vstack([stored, difficult])
    is_missing = generator.random(stored.shape) < 0.05
    # once whole, once with gaps
    is_missing[random_rows : random_rows + len(difficult)] = False
    return Entities(type_name, stored, is_missing)


def _replaced(rows: np.ndarray, feature: int, numbers: np.ndarray) -> np.ndarray:
    """Each of the rows with each of the numbers as its feature."""
    repeated = np.repeat(rows, len(numbers), axis=0)
    repeated[:, feature] = np.tile(numbers, len(rows))
    return repeated


# --- engines -----------------------------------------------------------------

Decide = Callable[[Entities, Sequence[str]], np.ndarray]
"""From entities and CASEs to an (n, cases) matrix of what the SQL gives."""


def write_csv(entities: Entities, folder: str) -> Path:
    """The entities as a file for COPY, a missing value as an empty field."""
    path = Path(folder) / "entities.csv"
    columns = entities.columns(TYPES[entities.type_name].texts)
    with path.open("w", newline="") as file:
        positions = range(len(entities.stored))
        csv.writer(file).writerows(zip(positions, *columns, strict=True))
    return path


@contextmanager
def duckdb_engine() -> Iterator[Decide]:
    """DuckDB in memory."""
    import duckdb

    def decide(entities: Entities, cases: Sequence[str]) -> np.ndarray:
        with duckdb.connect() as connection, tempfile.TemporaryDirectory() as folder:
            connection.execute(f"create table entities ({entities.column_types()})")
            path = write_csv(entities, folder)
            connection.execute(f"copy entities from '{path}' (format csv)")
            answer = connection.execute(decisions(cases, NAMES, "double precision"))
            return np.column_stack(list(answer.fetchnumpy().values()))

    yield decide


@contextmanager
def sqlite_engine() -> Iterator[Decide]:
    """SQLite in memory, which has neither DECIMAL nor single precision."""

    def decide(entities: Entities, cases: Sequence[str]) -> np.ndarray:
        connection = sqlite3.connect(":memory:")
        connection.execute(f"create table entities ({entities.column_types()})")
        places = ", ".join("?" * (1 + len(NAMES)))
        columns = entities.columns(np.ndarray.tolist)
        rows = zip(range(len(entities.stored)), *columns, strict=True)
        connection.executemany(f"insert into entities values ({places})", rows)
        answer = connection.execute(decisions(cases, NAMES, "double precision"))
        decided = np.array(answer.fetchall())
        connection.close()
        return decided

    yield decide


@contextmanager
def postgresql_engine() -> Iterator[Decide]:
    """A PostgreSQL server of its own."""
    with postgresql_server() as server:

        def decide(entities: Entities, cases: Sequence[str]) -> np.ndarray:
            with tempfile.TemporaryDirectory() as place:
                path = write_csv(entities, place)
                query = decisions(cases, NAMES, "double precision")
                answer = server.script(
                    f"create temporary table entities ({entities.column_types()});\n"
                    f"\\copy entities from '{path}' with (format csv)\n"
                    f"copy ({query}) to stdout with (format csv);\n"
                )
            return np.loadtxt(answer.splitlines(), np.int64, delimiter=",", ndmin=2)

        yield decide


ENGINES = {
    "DuckDB": duckdb_engine,
    "SQLite": sqlite_engine,
    "PostgreSQL": postgresql_engine,
}


def installed_engines() -> list[str]:
    """The engines of this machine."""
    return [name for name in ENGINES if name != "PostgreSQL" or postgresql_binaries()]


def types_of(engine: str) -> list[str]:
    """The column types that an engine has."""
    missing = {"real", "decimal(18, 4)"} if engine == "SQLite" else set()
    return [name for name in TYPES if name not in missing]


# --- the comparison ----------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """One CASE against Python, on all entities.

    Attributes
    ----------
    form, missing_values
        The macro, and what becomes of missing values.
    rule_count
        Branches of the CASE.
    reached
        Rules that some entity satisfies.
    entity_count, differences
        Rows compared, and those with another rule.
    """

    form: str
    missing_values: str
    rule_count: int
    reached: int
    entity_count: int
    differences: int


def compare(decide: Decide, type_name: str, random_rows: int) -> list[Comparison]:
    """Every form, mode and set of rules on the same entities."""
    entities = make_entities(type_name, random_rows)
    values = entities.values
    made = [
        (form, mode, rules, names, rule_case(form, rules, names, mode))
        for mode in MISSING_VALUES
        for names, rules, _ in make_rules(type_name, mode)
        for form in forms()
    ]
    decided = decide(entities, [case for *_, case in made])
    comparisons = []
    for (form, mode, rules, names, _), answers in zip(made, decided.T, strict=True):
        expected = evaluate_rules(rules, values[:, : len(names)], missing_values=mode)
        comparisons.append(
            Comparison(
                form,
                mode,
                len(rules),
                len(np.unique(expected[expected > 0])),
                len(expected),
                int(np.count_nonzero(answers != expected)),
            )
        )
    return comparisons
