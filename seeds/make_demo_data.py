"""Make the demo data: the raw tables of a small gift shop, with their faults.

    python seeds/make_demo_data.py                      # rewrites the CSV seeds
    python seeds/make_demo_data.py --order-lines 5000000 --format parquet \\
        --output data                                   # any size, for benchmarks

Behind the customers stand five latent types (`CUSTOMER_TYPES`) that differ in how
often, how much and what they buy, who they are and how often they complain. The
type is no column of any table, so a segmentation has something to find that a test
can compare with; `--with-types` writes it to a table of its own.

The files are the same on every run and machine: the only random numbers are
uniform doubles of PCG64, whose stream numpy keeps, and every draw ends in a whole
number (a count, a minute, a penny) before it is written.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

SEEDS_FOLDER = Path(__file__).resolve().parent

# --- size ---------------------------------------------------------------------

DEFAULT_SEED = 20260617
DEFAULT_CUSTOMERS = 2_000
# Not more, so that the seed stays small: some 50 bytes a line, 1.43 MB.
DEFAULT_ORDER_LINES = 28_500
MIN_LINES_PER_CUSTOMER = 5
MAX_LINES_PER_CUSTOMER = 1_000
RESPONDENTS_PER_CUSTOMER = 0.15
# Bounds the memory: lines are made, and customers written, this many at a time.
LINES_PER_CHUNK = 400_000
CUSTOMERS_PER_CHUNK = 200_000

# --- time ---------------------------------------------------------------------

FIRST_DAY = date(2025, 1, 1)
LAST_DAY = date(2026, 6, 17)  # amid a month, so that the last one is incomplete
DAYS = (LAST_DAY - FIRST_DAY).days + 1
MINUTES_PER_DAY = 24 * 60
OPENING_MINUTE = 8 * 60
OPENING_MINUTES = 13 * 60
MOST_DAYS_TO_ANSWER = 20  # from an order to its complaint, return or cancellation
GROWTH = 0.8  # the last day sells 1.8 times as much as the first
MONTH_WEIGHTS = (0.8, 0.8, 0.9, 0.9, 1.0, 0.9, 0.9, 1.0, 1.3, 1.7, 2.0, 1.4)
WEEKDAY_WEIGHTS = (1.0, 1.1, 1.1, 1.2, 1.0, 0.8, 0.6)  # from Monday

# --- faults: shares of all order lines, unless the name says otherwise ---------

GUEST_SHARE = 0.08  # no customer_id, always for whole orders
CANCELLATION_SHARE = 0.015  # order_id starts with C, quantity is negative
RETURN_SHARE = 0.003  # quantity is negative, but the order_id is an ordinary one
ZERO_PRICE_SHARE = 0.003
NEGATIVE_PRICE_SHARE = 0.00015  # four lines of the demo data
DUPLICATE_SHARE = 0.01  # lines that repeat another one in every column
MISTYPED_QUANTITY = 2_000  # on one line per chunk, which is cancelled later on
NON_PRODUCT_SHARE = 0.005  # postage, manual corrections, bank charges
STRAY_BLANK_SHARE = 0.05  # product names with a blank before, behind or too many
OTHER_CASE_SHARE = 0.04  # product names in capitals
OTHER_NAME_SHARE = 0.30  # of the lines of products that have a second name
TWO_COUNTRY_SHARE = 0.008  # of customers: some of their orders go elsewhere

NEVER_ORDERED_SHARE = 0.05  # of customers
UNREGISTERED_SHARE = 0.006  # of customers: they order, but are not in raw_customers
NO_BIRTH_DATE_SHARE = 0.10  # of registered customers, as the next three
NO_INCOME_SHARE = 0.12
NO_REGION_SHARE = 0.05
NO_SPENDING_SCORE_SHARE = 0.20
NO_ANSWER_SHARE = 0.02  # of answers to a survey question

# --- who buys -----------------------------------------------------------------


@dataclass(frozen=True)
class Profile:
    """How one latent type of customer behaves; spreads are standard deviations."""

    name: str
    share: float  # of customers
    orders: float  # median of the number of orders, and its spread on a log scale
    orders_spread: float
    fewest_orders: int
    most_orders: int
    lines: float  # mean number of lines of an order
    quantity: float  # mean number of packs on a line
    pack: int  # pieces are bought in multiples of this
    quantity_spread: float  # between customers, on a log scale
    first_order: tuple[float, float]  # when they begin, as a share of all days
    active: tuple[float, float]  # how long they stay, as a share of all days
    categories: tuple[float, ...]  # taste for each letter in CATEGORIES
    complaint_share: float  # of orders
    age: tuple[float, float]  # mean and spread
    income: tuple[float, float]  # median and spread on a log scale
    score: tuple[float, float]  # spending score: mean and spread


LINES_SPREAD = 0.45  # of the lines of an order, on a log scale
QUANTITY_SPREAD = 0.6  # of the packs on a line, on a log scale
NO_LIMIT = 1_000_000
TO_THE_END = (1.0, 1.0)
CATEGORIES = "KHGPTY"  # kitchen, home, gifts, paper, toys, party

# By the row, so that the types can be compared at a glance.
# fmt: off
CUSTOMER_TYPES = (
    Profile(
        name="frequent_big_spender", share=0.18,
        orders=10.0, orders_spread=0.45, fewest_orders=4, most_orders=NO_LIMIT,
        lines=3.6, quantity=4.5, pack=1, quantity_spread=0.45,
        first_order=(0.0, 0.5), active=TO_THE_END,
        categories=(4, 4, 2, 1, 1, 1), complaint_share=0.03,
        age=(43, 7), income=(70_000, 0.18), score=(82, 7),
    ),
    Profile(
        name="regular_small_basket", share=0.24,
        orders=6.5, orders_spread=0.30, fewest_orders=3, most_orders=NO_LIMIT,
        lines=1.9, quantity=2.3, pack=1, quantity_spread=0.15,
        first_order=(0.0, 0.6), active=TO_THE_END,
        categories=(2, 1, 1, 5, 1, 1), complaint_share=0.02,
        age=(60, 7), income=(31_000, 0.20), score=(55, 8),
    ),
    Profile(
        name="rare_big_basket", share=0.19,
        orders=1.6, orders_spread=0.30, fewest_orders=1, most_orders=NO_LIMIT,
        lines=4.2, quantity=2.8, pack=6, quantity_spread=0.40,
        first_order=(0.0, 0.0), active=TO_THE_END,
        categories=(1, 1, 5, 1, 1, 5), complaint_share=0.12,
        age=(48, 7), income=(94_000, 0.22), score=(30, 8),
    ),
    Profile(
        name="one_time_buyer", share=0.19,
        orders=1.0, orders_spread=0.0, fewest_orders=1, most_orders=1,
        lines=1.4, quantity=1.2, pack=1, quantity_spread=0.15,
        first_order=(0.0, 0.0), active=TO_THE_END,
        categories=(2, 2, 2, 2, 3, 1), complaint_share=0.25,
        age=(26, 4), income=(24_000, 0.22), score=(48, 9),
    ),
    Profile(
        name="lapsed", share=0.20,
        orders=3.2, orders_spread=0.25, fewest_orders=2, most_orders=NO_LIMIT,
        lines=2.6, quantity=4.0, pack=1, quantity_spread=0.20,
        first_order=(0.0, 0.2), active=(0.15, 0.3),
        categories=(2, 2, 1, 1, 5, 1), complaint_share=0.22,
        age=(36, 6), income=(48_000, 0.25), score=(15, 7),
    ),
)
# Guests buy nearly like one-time buyers, but are nobody: no customer is one. Of
# those who registered and never ordered only the person counts.
_NOBODY_IN_PARTICULAR = Profile(
    name="other", share=0.0,
    orders=1.0, orders_spread=0.0, fewest_orders=1, most_orders=1,
    lines=2.4, quantity=2.0, pack=1, quantity_spread=0.30,
    first_order=(0.0, 0.0), active=TO_THE_END,
    categories=(1, 1, 1, 1, 1, 1), complaint_share=0.0,
    age=(40, 13), income=(40_000, 0.45), score=(40, 20),
)
# fmt: on
GUEST = len(CUSTOMER_TYPES)
NEVER = len(CUSTOMER_TYPES) + 1
PROFILES = (*CUSTOMER_TYPES, _NOBODY_IN_PARTICULAR, _NOBODY_IN_PARTICULAR)

COUNTRIES = ("UK", "Germany", "France", "Ireland", "Spain", "Italy", "Norway")
COUNTRY_WEIGHTS = (85, 4, 4, 3, 2, 1, 1)
UK_REGIONS = ("North", "South", "East", "West", "London", "Wales", "Scotland")
REGIONS = (*UK_REGIONS, *COUNTRIES[1:], "")

# --- what they buy ------------------------------------------------------------

# Per category, the most popular first: name, price in pence, second name or "".
# The id is the letter of the category and the place in the list: K01, K02, …
# fmt: off
PRODUCTS: dict[str, tuple[tuple[str, int, str], ...]] = {
    "K": (
        ("Mug", 325, "Mug 30cl"), ("Tea towel", 295, ""), ("Jam jar", 185, ""),
        ("Cake tin", 495, "Cake tin rd"), ("Egg cup", 125, ""), ("Apron", 595, ""),
        ("Cake stand", 1275, ""), ("Teapot", 895, ""), ("Jug", 465, "Milk jug"),
        ("Bowl", 375, ""), ("Lunch box", 195, ""), ("Whisk", 225, ""),
        ("Platter", 995, ""), ("Oven mitt", 425, ""), ("Corkscrew", 345, ""),
    ),
    "H": (
        ("Candle", 255, "Candle wht"), ("Lantern", 695, ""), ("Hook", 165, ""),
        ("Frame", 345, "Photo frame"), ("Vase", 525, ""), ("Cushion", 795, ""),
        ("Doormat", 775, ""), ("Clock", 1195, ""), ("Basket", 545, ""),
        ("Throw", 1450, ""), ("Mirror", 1650, ""), ("Lamp", 1895, ""),
        ("Stool", 2495, ""), ("Rug", 2995, ""),
    ),
    "G": (
        ("Gift bag", 195, "Jumbo bag"), ("Soap", 210, ""), ("T-light", 85, ""),
        ("Ribbon", 125, ""), ("Gift box", 265, ""), ("Heart", 295, "Heart T-lt"),
        ("Keyring", 175, ""), ("Charm", 245, ""), ("Sachet", 145, ""),
        ("Hand cream", 395, ""), ("Bath salt", 345, ""), ("Locket", 695, ""),
        ("Brooch", 545, ""), ("Gift tag", 65, ""),
    ),
    "P": (
        ("Card", 145, "Greet card"), ("Wrap", 125, ""), ("Pencil", 55, ""),
        ("Notebook", 225, "Note book"), ("Pen set", 295, ""), ("Eraser", 65, ""),
        ("Stickers", 85, ""), ("Postcard", 95, ""), ("Diary", 375, ""),
        ("Envelope", 75, ""), ("Tape", 115, ""), ("Folder", 185, ""),
        ("Calendar", 450, ""), ("Stamp set", 395, ""),
    ),
    "T": (
        ("Puzzle", 395, "Jig saw"), ("Yo-yo", 145, ""), ("Teddy", 695, ""),
        ("Marbles", 165, ""), ("Kite", 595, ""), ("Robot", 795, "Tin robot"),
        ("Spin top", 195, ""), ("Blocks", 545, ""), ("Ludo", 425, ""),
        ("Skittles", 495, ""), ("Drum", 645, ""), ("Doll", 895, ""),
    ),
    "Y": (
        ("Bunting", 495, "Bunting 3m"), ("Balloon", 85, ""), ("Napkins", 145, ""),
        ("Paper cup", 110, ""), ("Garland", 325, ""), ("Straws", 95, ""),
        ("Party hat", 75, ""), ("Banner", 285, ""), ("Plates", 165, ""),
        ("Confetti", 65, ""), ("Sparklers", 195, ""),
    ),
}
# fmt: on
# Code, name, lowest and highest price in pence.
NON_PRODUCTS = (
    ("POST", "Postage", 300, 1800),
    ("M", "Manual", 100, 4000),
    ("BANK CHARGES", "Bank charges", 500, 1500),
)
NON_PRODUCT_WEIGHTS = (6, 3, 1)
BULK_QUANTITY = 12  # from here on a piece costs less
BULK_PERCENT = 85
HIGHEST_PRICE = 4_000  # pence, of all products and non-products

# --- what they say ------------------------------------------------------------

# Question, its words, polarity. The last is reversed: agreeing says it matters little.
QUESTIONS = (
    ("price", "I compare prices before I buy.", 1),
    ("delivery", "Fast delivery is worth paying extra for.", 1),
    ("advice", "I like to get advice before I choose.", 1),
    ("availability", "I do not mind waiting when something is out of stock.", -1),
)
# Mean rating of each question by those who put price, speed or advice first.
PRIORITIES = ((6.3, 2.0, 2.6, 5.6), (2.8, 6.2, 2.4, 1.9), (3.2, 3.4, 6.3, 4.6))
RATING_SPREAD = 0.9

# --- random numbers -----------------------------------------------------------


def _rng(plan: Plan, topic: str, chunk: int = 0) -> np.random.Generator:
    """A stream of its own per topic and chunk, so that each can be made alone."""
    key = [plan.seed, *topic.encode(), chunk]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


def _normal(rng: np.random.Generator, size: int) -> np.ndarray:
    """Standard normal draws by Box and Muller, from uniform doubles alone."""
    radius = np.sqrt(-2.0 * np.log1p(-rng.random(size)))
    return radius * np.cos(2.0 * math.pi * rng.random(size))


def _weighted(
    rng: np.random.Generator, weights: Sequence[float], size: int
) -> np.ndarray:
    """Positions in `weights`, drawn in proportion to them."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(edges[:-1], rng.random(size) * edges[-1], side="right")


def _counts(rng: np.random.Generator, mean: np.ndarray, spread: float) -> np.ndarray:
    """Whole numbers from 1, skewed: rounded at random from log-normal draws."""
    size = len(mean)
    drawn = mean * np.exp(spread * _normal(rng, size) - spread**2 / 2)
    return np.maximum(np.floor(drawn + rng.random(size)), 1).astype(np.int64)


def _between(rng: np.random.Generator, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Uniform doubles in [low, high)."""
    return low + rng.random(len(low)) * (high - low)


def _choose(rng: np.random.Generator, size: int, count: int) -> np.ndarray:
    """`count` different positions out of `size`, in random order."""
    return np.argsort(rng.random(size), kind="stable")[:count]


def _of(field: str, types: np.ndarray) -> np.ndarray:
    """One field of the profile, looked up for each customer or order."""
    return np.array([getattr(profile, field) for profile in PROFILES])[types]


# --- the plan -----------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """How much to make."""

    customers: int = DEFAULT_CUSTOMERS
    order_lines: int = DEFAULT_ORDER_LINES
    seed: int = DEFAULT_SEED

    @property
    def chunks(self) -> int:
        """Number of pieces the order lines are made in."""
        return math.ceil(self.order_lines / LINES_PER_CHUNK)

    @property
    def respondents(self) -> int:
        """Number of people who answer the survey."""
        return round(self.customers * RESPONDENTS_PER_CUSTOMER)

    def lines_of(self, chunk: int) -> int:
        """Number of order lines in one piece."""
        lines, chunks = self.order_lines, self.chunks
        return lines * (chunk + 1) // chunks - lines * chunk // chunks

    def customers_of(self, chunk: int) -> tuple[int, int]:
        """First customer of one piece, and the first one after it."""
        customers, chunks = self.customers, self.chunks
        return customers * chunk // chunks, customers * (chunk + 1) // chunks


def make_plan(
    customers: int | None = None,
    order_lines: int | None = None,
    seed: int = DEFAULT_SEED,
) -> Plan:
    """Check the sizes; the one that is left out follows the other."""
    lines_per_customer = DEFAULT_ORDER_LINES / DEFAULT_CUSTOMERS
    if customers is None and order_lines is None:
        customers = DEFAULT_CUSTOMERS
    if order_lines is None:
        order_lines = round(customers * lines_per_customer)
    if customers is None:
        customers = round(order_lines / lines_per_customer)
    if customers < 20:
        raise ValueError(f"customers must be at least 20, got {customers:,}")
    fewest = customers * MIN_LINES_PER_CUSTOMER
    most = customers * MAX_LINES_PER_CUSTOMER
    if not fewest <= order_lines <= most:
        raise ValueError(
            f"order lines for {customers:,} customers must lie between "
            f"{fewest:,} and {most:,}, got {order_lines:,}"
        )
    if seed < 0:
        raise ValueError(f"seed must be 0 or more, got {seed}")
    return Plan(customers, order_lines, seed)


def _first_number(count: int) -> int:
    """Where to begin so that `count` numbers are unique and equally long."""
    number = 1_000
    while count > 8 * number:
        number *= 10
    return number + 1


# --- customers ----------------------------------------------------------------


@dataclass(frozen=True)
class Customers:
    """What is known behind the scenes; one element per customer."""

    types: np.ndarray  # position in PROFILES
    countries: np.ndarray  # position in COUNTRIES
    is_registered: np.ndarray


def draw_customers(plan: Plan) -> Customers:
    """Draw the latent type, the home country and who is in raw_customers."""
    rng = _rng(plan, "customers")
    shares = [profile.share for profile in CUSTOMER_TYPES]
    types = _weighted(rng, shares, plan.customers).astype(np.int8)
    types[rng.random(plan.customers) < NEVER_ORDERED_SHARE] = NEVER
    countries = _weighted(rng, COUNTRY_WEIGHTS, plan.customers).astype(np.int8)
    is_unregistered = rng.random(plan.customers) < UNREGISTERED_SHARE
    return Customers(types, countries, ~is_unregistered | (types == NEVER))


def latent_types(plan: Plan) -> dict[str, str]:
    """Latent type of every customer who orders, by customer_id."""
    types = draw_customers(plan).types
    first = _first_number(plan.customers)
    return {
        str(first + customer): PROFILES[types[customer]].name
        for customer in np.flatnonzero(types != NEVER).tolist()
    }


def _customer_chunks(plan: Plan) -> Iterator[list[Iterable]]:
    customers = draw_customers(plan)
    for chunk, start in enumerate(range(0, plan.customers, CUSTOMERS_PER_CHUNK)):
        rows = np.arange(start, min(start + CUSTOMERS_PER_CHUNK, plan.customers))
        yield _describe_customers(plan, customers, rows, _rng(plan, "persons", chunk))


def _describe_customers(
    plan: Plan, customers: Customers, rows: np.ndarray, rng: np.random.Generator
) -> list[Iterable]:
    """The columns of raw_customers for some customers."""
    rows = rows[customers.is_registered[rows]]
    types, size = customers.types[rows], len(rows)
    ages = _around(rng, "age", types)
    ages = np.clip(ages, 18, 92)
    median, spread = _of("income", types).T
    incomes = np.maximum(median * np.exp(spread * _normal(rng, size)), 8_000)
    scores = np.clip(np.rint(_around(rng, "score", types)), 1, 100)
    birth_days = LAST_DAY.toordinal() - np.floor(ages * 365.25).astype(np.int64)
    uk_regions = _weighted(rng, [1] * len(UK_REGIONS), size)
    countries = customers.countries[rows]
    regions = np.where(countries == 0, uk_regions, len(UK_REGIONS) - 1 + countries)
    regions[rng.random(size) < NO_REGION_SHARE] = len(REGIONS) - 1
    first = _first_number(plan.customers)
    return [
        (first + rows).tolist(),
        [
            "" if is_empty else date.fromordinal(day).isoformat()
            for day, is_empty in zip(
                birth_days.tolist(), rng.random(size) < NO_BIRTH_DATE_SHARE, strict=True
            )
        ],
        _with_gaps(rng, np.rint(incomes / 100).astype(int) * 100, NO_INCOME_SHARE),
        [REGIONS[region] for region in regions.tolist()],
        _with_gaps(rng, scores.astype(int), NO_SPENDING_SCORE_SHARE),
        [""] * size,  # purchase_propensity: the project computes it
    ]


def _around(rng: np.random.Generator, field: str, types: np.ndarray) -> np.ndarray:
    """Normal draws with the mean and spread that a field of the profile gives."""
    mean, spread = _of(field, types).T
    return mean + spread * _normal(rng, len(types))


def _with_gaps(
    rng: np.random.Generator, values: np.ndarray, share: float
) -> list[int | str]:
    """The values, a share of them empty."""
    is_empty = rng.random(len(values)) < share
    return [
        "" if empty else value
        for value, empty in zip(values.tolist(), is_empty.tolist(), strict=True)
    ]


# --- orders -------------------------------------------------------------------


@dataclass
class Orders:
    """One element per order; minutes count from the first day."""

    customers: np.ndarray  # -1: a guest
    types: np.ndarray
    countries: np.ndarray
    minutes: np.ndarray
    line_counts: np.ndarray


def _fault_counts(lines: int) -> dict[str, int]:
    """How many lines of a chunk are added as, or turned into, each fault."""
    return {
        "cancelled": round(lines * CANCELLATION_SHARE),
        "returned": round(lines * RETURN_SHARE),
        "duplicated": round(lines * DUPLICATE_SHARE),
        "free": round(lines * ZERO_PRICE_SHARE),
        "negative": round(lines * NEGATIVE_PRICE_SHARE),
        "not_a_product": round(lines * NON_PRODUCT_SHARE),
    }


def _sold_line_count(lines: int) -> int:
    """Lines of a chunk before cancellations, returns and duplicates."""
    counts = _fault_counts(lines)
    return lines - sum(counts[k] for k in ("cancelled", "returned", "duplicated"))


def draw_orders(plan: Plan, customers: Customers, chunk: int) -> Orders:
    """Draw the orders of one chunk: who, when, where and how many lines."""
    rng = _rng(plan, "orders", chunk)
    lines = _sold_line_count(plan.lines_of(chunk))
    buyers = np.arange(*plan.customers_of(chunk))
    buyers = buyers[customers.types[buyers] != NEVER]
    guest_orders = round(lines * GUEST_SHARE / PROFILES[GUEST].lines)
    order_counts = _order_counts(
        rng, customers.types[buyers], lines * (1.0 - GUEST_SHARE)
    )
    types = np.append(customers.types[buyers], np.full(guest_orders, GUEST))
    home = np.append(
        customers.countries[buyers], _weighted(rng, COUNTRY_WEIGHTS, guest_orders)
    )
    ids = np.append(buyers, np.full(guest_orders, -1))
    starts, ends = _active_days(rng, types)
    moves = (rng.random(len(ids)) < TWO_COUNTRY_SHARE) & (ids >= 0)

    of = np.repeat(
        np.arange(len(ids)), np.append(order_counts, np.ones(guest_orders, int))
    )
    is_elsewhere = moves[of] & (rng.random(len(of)) < 0.5)
    return Orders(
        customers=ids[of],
        types=types[of],
        countries=np.where(is_elsewhere, (home[of] + 1) % len(COUNTRIES), home[of]),
        minutes=_order_minutes(rng, starts[of], ends[of]),
        line_counts=_line_counts(rng, types[of], lines),
    )


def _order_counts(
    rng: np.random.Generator, types: np.ndarray, lines: float
) -> np.ndarray:
    """Orders per customer, scaled so that about `lines` lines result."""
    usual = _of("orders", types) * np.exp(
        _of("orders_spread", types) * _normal(rng, len(types))
    )
    per_order = _of("lines", types)
    is_fixed = _of("most_orders", types) == 1
    fixed = math.fsum(per_order[is_fixed])
    scale = (lines - fixed) / max(math.fsum((usual * per_order)[~is_fixed]), 1.0)
    counts = np.floor(usual * max(scale, 0.0) + rng.random(len(types)))
    return np.clip(
        counts, _of("fewest_orders", types), _of("most_orders", types)
    ).astype(np.int64)


def _line_counts(rng: np.random.Generator, types: np.ndarray, lines: int) -> np.ndarray:
    """Lines per order, exactly `lines` in all and at least one in each order."""
    counts = _counts(rng, _of("lines", types), LINES_SPREAD)
    missing = lines - int(counts.sum())
    if missing > 0:
        # In proportion to their size, so that one-line orders mostly stay so.
        lucky = np.repeat(np.arange(len(counts)), counts)
        picks = np.floor(rng.random(missing) * len(lucky)).astype(np.int64)
        counts += np.bincount(lucky[picks], minlength=len(counts))
    elif missing < 0:
        spare = np.repeat(np.arange(len(counts)), counts - 1)
        dropped = spare[_choose(rng, len(spare), -missing)]
        counts -= np.bincount(dropped, minlength=len(counts))
    return counts


def _active_days(
    rng: np.random.Generator, types: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """First and last day on which each customer might order."""
    starts = np.floor(_between(rng, *_of("first_order", types).T) * (DAYS - 1))
    length = np.ceil(_between(rng, *_of("active", types).T) * DAYS)
    return starts.astype(int), np.minimum(starts + length, DAYS).astype(int)


def _season() -> np.ndarray:
    """Cumulative weight of the days, from 0 before the first one to 1."""
    days = [FIRST_DAY + timedelta(days=day) for day in range(DAYS)]
    weights = [
        (1 + GROWTH * number / DAYS)
        * MONTH_WEIGHTS[day.month - 1]
        * WEEKDAY_WEIGHTS[day.weekday()]
        for number, day in enumerate(days)
    ]
    return np.append(0.0, np.cumsum(weights) / math.fsum(weights))


def _order_minutes(
    rng: np.random.Generator, starts: np.ndarray, ends: np.ndarray
) -> np.ndarray:
    """Minutes in the given days, more of them in season and at midday."""
    season = _season()
    drawn = _between(rng, season[starts], season[ends])
    days = np.clip(np.searchsorted(season, drawn, side="right") - 1, 0, DAYS - 1)
    return days * MINUTES_PER_DAY + _clock(rng, len(days))


def _clock(rng: np.random.Generator, size: int) -> np.ndarray:
    """Minutes of the day within opening hours, most of them in the middle."""
    hours = (rng.random(size) + rng.random(size)) / 2
    return OPENING_MINUTE + np.floor(hours * OPENING_MINUTES).astype(np.int64)


def _some_days_later(rng: np.random.Generator, minutes: np.ndarray) -> np.ndarray:
    """Minutes of the answer to what happened at the given ones."""
    size = len(minutes)
    delay = 1 + np.floor(rng.random(size) * MOST_DAYS_TO_ANSWER).astype(np.int64)
    return (minutes // MINUTES_PER_DAY + delay) * MINUTES_PER_DAY + _clock(rng, size)


# --- order lines --------------------------------------------------------------


@dataclass
class Lines:
    """One element per order line."""

    orders: np.ndarray  # position in the chunk's orders
    products: np.ndarray  # position in the catalogue, non-products at its end
    names: np.ndarray  # which way of writing the product's name
    quantities: np.ndarray
    pence: np.ndarray

    def take(self, rows: np.ndarray) -> Lines:
        """Some of the lines, as a copy."""
        return Lines(*(column[rows] for column in vars(self).values()))

    def append(self, other: Lines) -> Lines:
        """These lines and then the others."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Lines(*(np.append(mine, theirs) for mine, theirs in pairs))


PRODUCT_IDS = [
    f"{letter}{place:02d}"
    for letter in CATEGORIES
    for place in range(1, len(PRODUCTS[letter]) + 1)
]
_CATALOGUE = [product for letter in CATEGORIES for product in PRODUCTS[letter]]
PRODUCT_PRICES = np.array([price for _, price, _ in _CATALOGUE])
ALL_IDS = [*PRODUCT_IDS, *(code for code, *_ in NON_PRODUCTS)]


def _ways_to_write(name: str, other: str) -> list[str]:
    """Six spellings: tidy, four untidy ones, and the second name if there is one."""
    return [name, f" {name}", f"{name} ", f" {name}  ", name.upper(), other or name]


SPELLINGS = [
    _ways_to_write(name, other)
    for name, other in [
        *((name, other) for name, _, other in _CATALOGUE),
        *((name, "") for _, name, *_ in NON_PRODUCTS),
    ]
]
HAS_OTHER_NAME = np.array([ways[5] != ways[0] for ways in SPELLINGS])


def _taste(profile: Profile) -> np.ndarray:
    """Cumulative share of the products; the n-th of a category sells as 1 / n."""
    weights = [
        taste / (place + 1)
        for taste, letter in zip(profile.categories, CATEGORIES, strict=True)
        for place in range(len(PRODUCTS[letter]))
    ]
    return np.cumsum(weights) / math.fsum(weights)


def _draw_products(rng: np.random.Generator, types: np.ndarray) -> np.ndarray:
    """A product for each line, after the taste of the type."""
    drawn = rng.random(len(types))
    products = np.empty(len(types), dtype=np.int64)
    for number, profile in enumerate(PROFILES):
        is_type = types == number
        edges = _taste(profile)[:-1]
        products[is_type] = np.searchsorted(edges, drawn[is_type], side="right")
    return products


def _draw_different_products(
    rng: np.random.Generator, types: np.ndarray, orders: np.ndarray
) -> np.ndarray:
    """Products that (nearly) never come twice in an order.

    Otherwise popular products would make more full duplicates than we declare.
    """
    products = _draw_products(rng, types)
    for _ in range(8):
        keys = orders * len(ALL_IDS) + products
        sequence = np.argsort(keys, kind="stable")
        is_repeat = np.append(False, np.diff(keys[sequence]) == 0)
        repeats = np.sort(sequence[is_repeat])
        if not len(repeats):
            break
        products[repeats] = _draw_products(rng, types[repeats])
    return products


def _draw_sold_lines(
    rng: np.random.Generator, orders: Orders, moods: np.ndarray
) -> Lines:
    """The lines as ordered, still without faults."""
    of = np.repeat(np.arange(len(orders.minutes)), orders.line_counts)
    types = orders.types[of]
    products = _draw_different_products(rng, types, of)
    packs = _counts(rng, _of("quantity", types) * moods[of], QUANTITY_SPREAD)
    quantities = _of("pack", types) * packs
    prices = PRODUCT_PRICES[products]
    pence = np.where(quantities >= BULK_QUANTITY, prices * BULK_PERCENT // 100, prices)
    return Lines(of, products, _draw_spellings(rng, products), quantities, pence)


def _draw_spellings(rng: np.random.Generator, products: np.ndarray) -> np.ndarray:
    """Which of the ways to write its name each line uses."""
    size = len(products)
    has_other = HAS_OTHER_NAME[products] & (rng.random(size) < OTHER_NAME_SHARE)
    drawn = rng.random(size)
    blanks = 1 + np.floor(drawn / STRAY_BLANK_SHARE * 3).astype(np.int64)
    untidy = np.where(drawn < STRAY_BLANK_SHARE, blanks, 4)
    is_untidy = drawn < STRAY_BLANK_SHARE + OTHER_CASE_SHARE
    return np.where(is_untidy, untidy, np.where(has_other, 5, 0))


def _buyers_mood(
    rng: np.random.Generator, plan: Plan, orders: Orders, chunk: int
) -> np.ndarray:
    """How much more or less than their type each buyer takes, per order."""
    start, end = plan.customers_of(chunk)
    moods = np.append(_normal(rng, end - start), 0.0)  # the last one for guests
    places = np.where(orders.customers < 0, end - start, orders.customers - start)
    return np.exp(_of("quantity_spread", orders.types) * moods[places])


def _spoil_prices_and_products(
    rng: np.random.Generator, lines: Lines, faulty: list[np.ndarray]
) -> None:
    """Write zero prices, negative prices and non-products into some lines."""
    free, negative, not_a_product = faulty
    lines.pence[free] = 0
    lines.pence[negative] *= -1
    kinds = _weighted(rng, NON_PRODUCT_WEIGHTS, len(not_a_product))
    low, high = np.array([prices for _, _, *prices in NON_PRODUCTS])[kinds].T
    lines.products[not_a_product] = len(PRODUCT_IDS) + kinds
    lines.names[not_a_product] = 0
    lines.quantities[not_a_product] = 1
    lines.pence[not_a_product] = np.floor(_between(rng, low, high)).astype(int)


def _take_back(
    rng: np.random.Generator, orders: Orders, lines: Lines, rows: np.ndarray
) -> Lines:
    """Add an order that takes back each of the given lines some days later."""
    source = lines.orders[rows]
    before = orders.minutes[source]
    minutes = _some_days_later(rng, before)
    # What is ordered at the very end goes back within the hour.
    minutes = np.where(minutes < DAYS * MINUTES_PER_DAY, minutes, before + 45)
    back = lines.take(rows)
    back.orders = len(orders.minutes) + np.arange(len(rows))
    back.quantities = -back.quantities
    orders.customers = np.append(orders.customers, orders.customers[source])
    orders.types = np.append(orders.types, orders.types[source])
    orders.countries = np.append(orders.countries, orders.countries[source])
    orders.minutes = np.append(orders.minutes, minutes)
    return lines.append(back)


def draw_lines(plan: Plan, orders: Orders, chunk: int) -> tuple[Lines, np.ndarray]:
    """The lines of one chunk with all faults, and which orders are cancellations.

    Adds the orders that cancel or return something to `orders`.
    """
    rng = _rng(plan, "lines", chunk)
    counts = _fault_counts(plan.lines_of(chunk))
    moods = _buyers_mood(rng, plan, orders, chunk)
    lines = _draw_sold_lines(rng, orders, moods)
    # One shuffle dealt out in turn, so that no line gets two of these faults.
    faults = ("free", "negative", "not_a_product", "cancelled", "returned")
    sizes = [counts[fault] for fault in faults]
    hands = np.split(_choose(rng, len(lines.orders), sum(sizes)), np.cumsum(sizes)[:-1])
    _spoil_prices_and_products(rng, lines, hands[:3])
    lines.quantities[hands[3][:1]] = MISTYPED_QUANTITY
    sold_orders = len(orders.minutes)
    lines = _take_back(rng, orders, lines, np.append(hands[3], hands[4]))
    is_cancellation = np.zeros(len(orders.minutes), dtype=bool)
    is_cancellation[sold_orders : sold_orders + len(hands[3])] = True
    repeated = _choose(rng, len(lines.orders), counts["duplicated"])
    return lines.append(lines.take(repeated)), is_cancellation


_DAY_TEXTS = [(FIRST_DAY + timedelta(days=day)).isoformat() for day in range(DAYS)]
_CLOCK_TEXTS = [
    f" {minute // 60:02d}:{minute % 60:02d}" for minute in range(MINUTES_PER_DAY)
]
_PRICE_TEXTS = [
    f"{pence / 100:.2f}" for pence in range(-HIGHEST_PRICE, HIGHEST_PRICE + 1)
]


def _time_texts(minutes: np.ndarray) -> list[str]:
    """Minutes since the first day as 'YYYY-MM-DD HH:MM'."""
    days, clocks = np.divmod(minutes, MINUTES_PER_DAY)
    return [
        _DAY_TEXTS[day] + _CLOCK_TEXTS[clock]
        for day, clock in zip(days.tolist(), clocks.tolist(), strict=True)
    ]


def _order_line_chunks(plan: Plan) -> Iterator[list[Iterable]]:
    customers = draw_customers(plan)
    next_order = _first_number(plan.order_lines)
    for chunk in range(plan.chunks):
        orders = draw_orders(plan, customers, chunk)
        lines, is_cancellation = draw_lines(plan, orders, chunk)
        yield _describe_lines(plan, orders, lines, is_cancellation, next_order)
        next_order += len(orders.minutes)


def _describe_lines(
    plan: Plan,
    orders: Orders,
    lines: Lines,
    is_cancellation: np.ndarray,
    first_order: int,
) -> list[Iterable]:
    """The columns of raw_order_lines; orders are numbered in order of time."""
    places = np.empty(len(orders.minutes), dtype=np.int64)
    places[np.argsort(orders.minutes, kind="stable")] = np.arange(len(places))
    lines = lines.take(np.argsort(places[lines.orders], kind="stable"))
    order_texts = [
        f"C{number}" if is_cancelled else str(number)
        for number, is_cancelled in zip(
            (first_order + places).tolist(), is_cancellation.tolist(), strict=True
        )
    ]
    first_customer = _first_number(plan.customers)
    customer_texts = [
        "" if customer < 0 else str(first_customer + customer)
        for customer in orders.customers.tolist()
    ]
    time_texts = _time_texts(orders.minutes)
    country_texts = [COUNTRIES[country] for country in orders.countries.tolist()]
    of, products = lines.orders.tolist(), lines.products.tolist()
    return [
        [order_texts[order] for order in of],
        [customer_texts[order] for order in of],
        [ALL_IDS[product] for product in products],
        [
            SPELLINGS[product][name]
            for product, name in zip(products, lines.names.tolist(), strict=True)
        ],
        lines.quantities.tolist(),
        [_PRICE_TEXTS[pence + HIGHEST_PRICE] for pence in lines.pence.tolist()],
        [time_texts[order] for order in of],
        [country_texts[order] for order in of],
    ]


# --- complaints and survey ----------------------------------------------------


def _complaint_chunks(plan: Plan) -> Iterator[list[Iterable]]:
    """Complaints follow some days after an order."""
    customers = draw_customers(plan)
    first_customer = _first_number(plan.customers)
    next_complaint = 1
    for chunk in range(plan.chunks):
        rng = _rng(plan, "complaints", chunk)
        orders = draw_orders(plan, customers, chunk)
        drawn = rng.random(len(orders.minutes))
        minutes = _some_days_later(rng, orders.minutes)
        is_complaint = (
            (drawn < _of("complaint_share", orders.types))
            & (minutes < DAYS * MINUTES_PER_DAY)
            & (orders.customers >= 0)
            & customers.is_registered[orders.customers]
        )
        rows = np.flatnonzero(is_complaint)
        rows = rows[np.argsort(minutes[rows], kind="stable")]
        yield [
            list(range(next_complaint, next_complaint + len(rows))),
            (first_customer + orders.customers[rows]).tolist(),
            _time_texts(minutes[rows]),
        ]
        next_complaint += len(rows)


def _survey_response_chunks(plan: Plan) -> Iterator[list[Iterable]]:
    rng = _rng(plan, "survey")
    questions = len(QUESTIONS)
    first = _first_number(plan.respondents)
    priorities = _weighted(rng, [1] * len(PRIORITIES), plan.respondents)
    means = np.array(PRIORITIES)[priorities].ravel()
    noise = RATING_SPREAD * _normal(rng, len(means))
    ratings = np.clip(np.rint(means + noise), 1, 7).astype(int)
    answered = np.flatnonzero(rng.random(len(means)) >= NO_ANSWER_SHARE)
    respondents, asked = np.divmod(answered, questions)
    yield [
        [f"R{first + respondent}" for respondent in respondents.tolist()],
        [QUESTIONS[question][0] for question in asked.tolist()],
        ratings[answered].tolist(),
    ]


def _survey_question_chunks(plan: Plan) -> Iterator[list[Iterable]]:
    yield list(zip(*QUESTIONS, strict=True))


def _no_chunks(plan: Plan) -> Iterator[list[Iterable]]:
    """An input that a shop may have instead of order lines: here it is empty."""
    return iter(())


def _latent_type_chunks(plan: Plan) -> Iterator[list[Iterable]]:
    types = latent_types(plan)
    yield [types.keys(), types.values()]


# --- files --------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """A table: its columns with their DuckDB types, and what makes its rows."""

    columns: dict[str, str]
    chunks: Callable[[Plan], Iterator[list[Iterable]]]


TABLES = {
    "order_lines": Table(
        {
            "order_id": "VARCHAR",
            "customer_id": "VARCHAR",
            "product_id": "VARCHAR",
            "product_name": "VARCHAR",
            "quantity": "BIGINT",
            "unit_price": "DECIMAL(18, 4)",
            "ordered_at": "TIMESTAMP",
            "country": "VARCHAR",
        },
        _order_line_chunks,
    ),
    "customers": Table(
        {
            "customer_id": "VARCHAR",
            "birth_date": "DATE",
            "annual_income": "BIGINT",
            "region": "VARCHAR",
            "spending_score": "BIGINT",
            "purchase_propensity": "DOUBLE",
        },
        _customer_chunks,
    ),
    "customer_totals": Table(
        {
            "customer_id": "VARCHAR",
            "products_purchased": "BIGINT",
            "complaints": "BIGINT",
            "money_spent": "DECIMAL(18, 4)",
        },
        _no_chunks,
    ),
    "complaints": Table(
        {
            "complaint_id": "VARCHAR",
            "customer_id": "VARCHAR",
            "complained_at": "TIMESTAMP",
        },
        _complaint_chunks,
    ),
    "survey_responses": Table(
        {"respondent_id": "VARCHAR", "question_id": "VARCHAR", "rating": "BIGINT"},
        _survey_response_chunks,
    ),
    "survey_questions": Table(
        {"question_id": "VARCHAR", "question_text": "VARCHAR", "polarity": "BIGINT"},
        _survey_question_chunks,
    ),
}
LATENT_TYPES = Table(
    {"customer_id": "VARCHAR", "latent_type": "VARCHAR"}, _latent_type_chunks
)


def write_csv(table: Table, plan: Plan, path: Path) -> int:
    """Write one table as CSV and return its number of rows."""
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        for columns in table.chunks(plan):
            rows += len(columns[0])
            writer.writerows(zip(*columns, strict=True))
    return rows


def _quoted(path: Path | str) -> str:
    """A path as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"


def write_parquet(table: Table, plan: Plan, path: Path) -> int:
    """Write one table as Parquet and return its number of rows.

    Goes through a temporary CSV file, so that both formats hold the same values
    and DuckDB streams them with little memory.
    """
    import duckdb  # only here: the seeds need no more than numpy

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        csv_path = Path(folder) / "rows.csv"
        rows = write_csv(table, plan, csv_path)
        columns = ", ".join(f"'{c}': '{kind}'" for c, kind in table.columns.items())
        with duckdb.connect() as connection:
            connection.execute("set memory_limit = '1GB'")
            connection.execute(f"set temp_directory = {_quoted(folder)}")
            connection.execute(
                f"""
                copy (
                    select * from read_csv(
                        {_quoted(csv_path)},
                        header = true,
                        auto_detect = false,
                        columns = {{{columns}}}
                    )
                ) to {_quoted(path)} (format parquet, compression zstd)
                """
            )
    return rows


WRITERS = {"csv": write_csv, "parquet": write_parquet}


def write_tables(
    plan: Plan,
    output: Path,
    file_format: str = "csv",
    only: str | None = None,
    with_types: bool = False,
) -> dict[Path, int]:
    """Write the tables into a folder and return the number of rows per file."""
    tables = {
        f"raw_{name}": table
        for name, table in TABLES.items()
        if only is None or name == only
    }
    if with_types:
        tables["latent_types"] = LATENT_TYPES
    output.mkdir(parents=True, exist_ok=True)
    paths = {output / f"{name}.{file_format}": table for name, table in tables.items()}
    write = WRITERS[file_format]
    return {path: write(table, plan, path) for path, table in paths.items()}


# --- command line -------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Make the demo data; without arguments, rewrite the seeds."
    )
    parser.add_argument(
        "--customers",
        type=int,
        metavar="N",
        help=f"default {DEFAULT_CUSTOMERS:,}, or in step with --order-lines",
    )
    parser.add_argument(
        "--order-lines",
        type=int,
        metavar="N",
        help=f"default {DEFAULT_ORDER_LINES:,}, or in step with --customers",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=SEEDS_FOLDER,
        metavar="FOLDER",
        help="where to write; default: the folder of this script",
    )
    parser.add_argument("--format", choices=sorted(WRITERS), default="csv")
    parser.add_argument("--only", choices=sorted(TABLES), help="write one table only")
    parser.add_argument(
        "--seed", type=int, default=DEFAULT_SEED, metavar="S", help="of the randomness"
    )
    parser.add_argument(
        "--with-types",
        action="store_true",
        help="write also latent_types, the type behind each customer who orders",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        plan = make_plan(options.customers, options.order_lines, options.seed)
    except ValueError as error:
        parser.error(str(error))
    is_demo = plan == Plan() and options.format == "csv" and not options.with_types
    if options.output.resolve() == SEEDS_FOLDER and not is_demo:
        parser.error(
            "the seeds folder holds the committed demo data: "
            "choose another --output for other sizes, seeds, formats or latent types"
        )
    if options.output.exists() and not options.output.is_dir():
        parser.error(f"--output must be a folder, got the file {options.output}")
    written = write_tables(
        plan, options.output, options.format, options.only, options.with_types
    )
    for path, rows in written.items():
        print(f"{path.name}: {rows:,} rows, {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
