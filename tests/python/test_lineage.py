"""What becomes of approved segments when the fit is another: one story of builds."""

from __future__ import annotations

import random
import re
from pathlib import Path

import duckdb
import pytest
from lineages import lineages
from project import NO_TESTS
from shop import ALONE, LIGHT, Shop, fixed

pytestmark = [pytest.mark.builds, pytest.mark.thorough]

NAMES = {1: "Our best", 3: "Nice to have"}
CENTRES = r"select (\d+) as segment_id, '(\w+)' as feature, (\S+) as centroid,"
NEEDED = "+segment_lineage +segmentation_quality +rule_findings +segments"


def settings(**changed) -> dict:
    own = {"scaling": "log1p_zscore", **fixed(4), **changed}
    return {"segmentations": {**ALONE, "purchase_behaviour": own}}


def with_new_type(file: str, folder: Path) -> str:
    """Write the orders and 300 customers more, with 25 to 60 tiny orders each."""
    target = folder / "orders.parquet"
    duckdb.sql(
        f"""
        copy (
            select * from '{file}'
            union all by name
            select
                'new' || customer || '_' || visit as "InvoiceNo",
                '20668' as "StockCode",
                'a small thing' as "Description",
                1 as "Quantity",
                timestamp '2011-09-01' + interval (visit + customer % 20) day
                    as "InvoiceDate",
                3 + (customer * 7 + visit * 3) % 500 / 100.0 as "UnitPrice",
                90000 + customer as "CustomerID",
                'United Kingdom' as "Country"
            from range(300) as customers (customer), range(60) as visits (visit)
            where visit < 25 + (customer * 13) % 36
        ) to '{target}'
        """
    )
    return str(target)


@pytest.fixture(scope="module")
def story(tmp_path_factory, online_retail_vars) -> dict:
    """Approve at the end of August; then the year is over, and a new type is there."""
    inputs = online_retail_vars["inputs"]
    vars = {**LIGHT, "publish_to": None, "inputs": inputs, **settings()}
    folder = tmp_path_factory.mktemp("lineage")
    shop = Shop(folder, vars)
    seed = shop.project / "seeds/segment_names.csv"
    for number, name in NAMES.items():
        seed.write_text(seed.read_text() + f"purchase_behaviour,{number},{name},,\n")

    def build(name: str, until: str, **changed) -> None:
        given = {"cleaning": {"orders_before": until}, **settings(**changed)}
        if "combined" in name:
            lines = {**inputs["order_lines"], "file": told["planted"]}
            given["inputs"] = {"order_lines": lines}
        # data tests once, where both opinions differ
        without = () if name == "cold" else NO_TESTS
        # an approval says them again
        shop.vars = {**vars, **given}
        shop.build(*without, select=NEEDED).check()
        told[name] = {
            "lineage": shop.query("select * from segment_lineage"),
            "members": shop.query(
                "select entity_id, segment_id, proposed_segment_id, "
                "agrees_with_proposal from segment_memberships"
            ),
            "choice": shop.query(
                "select k, choice_reason from segmentation_k_selection where is_chosen"
            )[0],
            "centres": shop.query(
                "select cluster_id, feature, centroid "
                "from int_purchase_behaviour__centroids"
            ),
            "names": dict(
                shop.query(
                    "select segment_id, segment_name from segments where segment_id > 0"
                )
            ),
            "ids": [
                [i for (i,) in shop.query(f"select distinct segment_id from {table}")]
                for table in ("int_active_rules", "int_proposed_rules")
            ],
        }

    told: dict = {"shop": shop}
    told["planted"] = with_new_type(inputs["order_lines"]["file"], folder)
    build("unapproved", "2011-09-01", retraining="warm")
    shop.approve().check()
    told["file"] = shop.file.read_text()
    build("cold", "2011-12-01", k=6)
    build("warm", "2011-12-01", k=6, retraining="warm")
    build("combined", "2011-12-01", retraining="combined")
    told["compiled"] = {
        name: re.sub(
            r'"\w+"\."main"\.',
            "",
            next((folder / "target/compiled").rglob(f"{name}.sql")).read_text(),
        )
        for name in ("int_segment_transitions", "segment_lineage")
    }
    shop.approve().check()
    told["second file"] = shop.file.read_text()
    build("combined approved", "2011-12-01", retraining="combined")
    return told


def expected(build: dict) -> dict[int, tuple[str, str | None]]:
    """Return the lineages of a build's members, by sets."""
    before = {entity: old for entity, old, _, _ in build["members"]}
    after = {entity: new for entity, _, new, _ in build["members"]}
    active, proposed = (sorted(i for i in ids if i > 0) for ids in build["ids"])
    return lineages(before, after, active, proposed)


@pytest.mark.parametrize("name", ["cold", "warm", "combined"])
def test_lineage_is_that_of_the_members(story, name):
    build = story[name]
    found = {row[1]: (row[3], row[4]) for row in build["lineage"]}
    assert found == expected(build)
    before = [old for _, old, _, _ in build["members"]]
    after = [new for _, _, new, _ in build["members"]]
    for row in build["lineage"]:
        both = [pair for pair in zip(before, after, strict=True) if row[1] in pair]
        shared = both.count((row[1], row[1]))
        assert row[6:9] == (before.count(row[1]), after.count(row[1]), shared)
        assert row[9] == pytest.approx(shared / len(both))
        assert row[2] and row[5].endswith(".")


def test_six_clusters_of_four_segments_have_two_new_numbers(story):
    """k is 6 in a cold fit: the four keep their numbers, and the others are 5 and 6."""
    _, proposed = story["cold"]["ids"]
    assert set(proposed) - {0} == {1, 2, 3, 4, 5, 6}
    found = {row[1]: row[3] for row in story["cold"]["lineage"]}
    assert found[5] in ("new", "split") and found[6] in ("new", "split")


def test_without_approved_rules_there_is_no_lineage(story):
    """And no proposal to agree with; a warm fit has nothing to start from."""
    build = story["unapproved"]
    assert build["lineage"] == []
    assert {row[2:] for row in build["members"]} == {(None, None)}
    k, reason = build["choice"]
    assert k == 4
    assert "the fit is cold although retraining is warm" in reason


@pytest.mark.parametrize("name", ["cold", "warm", "combined"])
def test_both_opinions_stand_beside_each_other(story, name):
    members = story[name]["members"]
    assert all(agrees == (old == new) for _, old, new, agrees in members)
    assert 0.5 < sum(row[3] for row in members) / len(members) < 1


def test_warm_keeps_numbers_and_k(story):
    """Though the setting k says 6."""
    k, reason = story["warm"]["choice"]
    assert k == 4 and reason.startswith("k = 4 was kept from the approved segments")
    assert {row[0] for row in story["warm"]["centres"]} == {1, 2, 3, 4}
    assert set(story["warm"]["ids"][1]) - {0} <= {1, 2, 3, 4}


def test_combined_leaves_approved_centres_and_finds_the_new_type(story):
    k, reason = story["combined"]["choice"]
    assert k == 5 and "4 approved centres, which stay, and 1 new (combined)" in reason
    approved = {
        (int(segment), feature): float(value)
        for segment, feature, value in re.findall(CENTRES, story["file"])
    }
    assert len(approved) == 12
    found = {row[:2]: row[2] for row in story["combined"]["centres"]}
    assert {key: found[key] for key in approved} == approved
    assert {key[0] for key in found} == {1, 2, 3, 4, 5}
    planted = {str(90_000 + i) for i in range(300)}
    held = {entity for entity, _, new, _ in story["combined"]["members"] if new == 5}
    assert len(held & planted) > 285 and len(held - planted) < 30


def test_the_second_approval_has_the_first_ones_centres(story):
    first = re.findall(CENTRES, story["file"])
    second = re.findall(CENTRES, story["second file"])
    assert [row for row in second if row[0] != "5"] == first and len(second) == 15


@pytest.mark.parametrize("name", ["cold", "warm", "combined", "combined approved"])
def test_names_stick_to_their_segments(story, name):
    """Those made at approval until the next one, those that people gave for ever."""
    first = story["unapproved"]["names"]
    assert NAMES.items() <= first.items()
    named = {row[1]: row[2] for row in story[name]["lineage"]}
    lasting = NAMES if name == "combined approved" else first
    assert lasting.items() <= named.items()
    assert lasting.items() <= story[name]["names"].items()


def test_after_approval_the_new_type_is_a_segment_like_others(story):
    build = story["combined approved"]
    assert build["names"].keys() == {1, 2, 3, 4, 5}
    assert {row[3] for row in build["lineage"]} == {"same"}


def test_random_segments_are_judged_as_by_their_sets(story):
    """Numbers on either side alone, empty segments, exact halves and quarters."""
    chance = random.Random(4)
    kinds = set()
    for _ in range(300):
        members = range(chance.choice([4, 8, 12, 40]))
        active = chance.sample(range(1, 8), chance.randint(1, 5))
        proposed = chance.sample(range(1, 8), chance.randint(1, 5))
        before = {m: chance.choice([*active, 0]) for m in members}
        stays = chance.random()
        after = {
            m: before[m]
            if before[m] in proposed and chance.random() < stays
            else chance.choice([*proposed, None])
            for m in members
        }
        told = judged_in_sql(story["compiled"], before, after, active, proposed)
        assert told == lineages(before, after, active, proposed), (before, after)
        kinds |= {
            (word, re.sub(r" ?\d.*", "", related or ""))
            for word, related in told.values()
        }
    # every kind, and each form of the relation, has been there
    assert {word for word, _ in kinds} == {
        *("same", "grown", "shrunk", "split", "merged", "new", "gone")
    }
    assert {related for _, related in kinds} == {
        *("", "now", "was", "split into", "split from", "merged into", "merged from")
    }


def judged_in_sql(compiled, before, after, active, proposed):
    """Run the compiled models on tables in which a rule has its segment's number."""
    with duckdb.connect() as connection:
        for version, ids in (("active", active), ("proposed", proposed)):
            connection.execute(
                f"create table int_{version}_rules as select * from (values "
                + ", ".join(f"('purchase_behaviour', {i}, {i})" for i in [0, *ids])
                + ") as rules (segmentation, rule_id, segment_id)"
            )
        connection.execute(
            "alter table int_active_rules add column rule_source varchar "
            "default 'approved'"
        )
        connection.execute(
            "create table placed (active_rule_id bigint, proposed_rule_id bigint)"
        )
        connection.executemany(
            "insert into placed values (?, ?)", [[before[m], after[m]] for m in before]
        )
        connection.execute(
            "create table int_rule_overlaps as select 'purchase_behaviour' as "
            "segmentation, *, count(*) as entity_count from placed group by all"
        )
        connection.execute(
            "create table int_segment_names as select 'purchase_behaviour' as "
            "segmentation, range as segment_id, 'S' || range as segment_name "
            "from range(1, 9)"
        )
        for name in ("int_segment_transitions", "segment_lineage"):
            connection.execute(f"create table {name} as {compiled[name]}")
        rows = connection.execute(
            "select segment_id, lineage, related_segment_ids, lineage_sentence "
            "from segment_lineage"
        ).fetchall()
    assert all(sentence for *_, sentence in rows)
    return {segment: (word, related) for segment, word, related, _ in rows}
