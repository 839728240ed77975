"""Rules of real orders: proposed, approved, edited and taken back."""

from __future__ import annotations

import re

import duckdb
import pytest
from project import MARTS, NO_TESTS
from shop import ALONE, LIGHT, Shop, branches, differing, fixed

pytestmark = pytest.mark.builds

FEATURES = ("total_sales", "order_count", "average_order_value")


def moved(before: dict[str, int], after: dict[str, int]) -> set[tuple[str, int, int]]:
    assert before.keys() == after.keys()
    return {
        (entity, before[entity], after[entity])
        for entity in before
        if before[entity] != after[entity]
    }


def movers(shop: Shop) -> set[tuple[str, int, int]]:
    return set(
        shop.query(
            "select entity_id, active_segment_id, proposed_segment_id "
            "from segment_movers"
        )
    )


PLACED = ("segment_memberships", "segmentation_quality", "segmentation_fits")
"""Who is where, by which rules, and how good they are."""

REVIEWED = ("segment_rules", "segment_rule_changes", "segment_movers", "rule_findings")
"""What is said of rules in force where others are fitted."""

TODAY = """
    select columns(
        lambda name: name not similar to '.*(_previous_segment.*|_changed_at)'
    )
    from customer_segments order by customer_id
"""
"""What customer_segments says without looking back."""


@pytest.fixture(scope="module")
def story(tmp_path_factory, online_retail_vars) -> dict:
    """Build, approve, build, change the cleaning, approve, edit and go back."""
    vars = {
        **LIGHT,
        "history": {"periods": 4},
        "inputs": online_retail_vars["inputs"],
        "segmentations": {**ALONE, "purchase_behaviour": fixed(4)},
    }
    # advice on drift has a story of its own
    marts = [mart for mart in MARTS if mart != "retraining_advice"]
    tables = (*marts, *PLACED, "rule_findings")
    shop = Shop(tmp_path_factory.mktemp("story"), vars, tables=tables)
    told: dict = {"shop": shop}
    shop.build(*NO_TESTS).check()
    told["fitted"] = shop.marts()
    shop.approve().check()
    told["first file"] = shop.file.read_bytes()
    told["approved build"] = shop.build(*NO_TESTS).check()
    told["approved"] = shop.marts()
    told["approved today"] = shop.query(TODAY)
    told["same rules"] = shop.query(
        "select verdict, moved_share from segmentation_quality"
    )

    # netted returns change every feature, and so the fit
    changed = {"cleaning": {"returns": "net"}}
    shop.run(*NO_TESTS, tables=(*PLACED, *REVIEWED), vars=changed).check()
    told["cleaned otherwise"] = shop.segments()
    told["features"] = shop.query(
        "select entity_id, cast(total_sales as double), cast(order_count as double), "
        "cast(average_order_value as double) from int_purchase_behaviour__features"
    )
    told["rules after cleaning"] = shop.query(
        "select condition_sql, segment_id, segment_name, rule_source "
        "from segment_rules where rule_id > 0 order by rule_id"
    )
    told["movers"] = movers(shop)
    told["changes"] = shop.query(
        "select change_kind, active_segment_id, proposed_segment_id, entity_count, "
        "change_sentence from segment_rule_changes"
    )
    told["verdict"] = shop.query(
        "select verdict, moved_share, entity_count, proposed_price "
        "from segmentation_quality"
    )[0]
    told["review"] = shop.operate("review_rules").check().output
    shop.approve().check()
    shop.run(*NO_TESTS, tables=PLACED, vars=changed).check()
    told["second approval"] = shop.segments()
    told["price after"] = shop.query(
        "select price_of_explainability from segmentation_quality"
    )[0][0]

    shop.file.write_bytes(told["first file"])
    threshold = re.search(r"order_count > (\d+) ", branches(shop.file))[1]
    told["threshold"] = int(threshold)
    text = shop.file.read_text()
    for sign in (">", "<="):
        text = text.replace(
            f"order_count {sign} {threshold} ",
            f"order_count {sign} {int(threshold) + 1} ",
        )
    shop.file.write_text(text)
    shop.run(*NO_TESTS, tables=PLACED).check()
    told["edited"] = shop.segments()

    shop.file.write_bytes(told["first file"])
    shop.build(*NO_TESTS).check()
    told["back"] = shop.marts()
    told["back today"] = shop.query(TODAY)
    told["reverted segments"] = shop.segments()
    told["fits"] = shop.query(
        "select rules_hash, active_rules_hash, rule_source, is_active "
        "from segmentation_fits order by fitted_at"
    )
    return told


def test_approving_moves_nobody(story):
    # what is said of the rules changes, of customers and segments nothing
    assert differing(story["fitted"], story["approved"]) == {"segment_rules"}
    sources = [row[-4:] for row in story["approved"]["segment_rules"]]
    assert all("approved" in row for row in story["approved"]["segment_rules"]), sources
    ((verdict, moved_share),) = story["same rules"]
    assert verdict == "approved; the fit proposes the same rules" and moved_share == 0


def test_each_build_says_which_rules_are_in_force(story):
    assert re.search(
        r"rules of purchase_behaviour: approved "
        r"\(macros/approved_rules/purchase_behaviour\.sql, [0-9a-f]{12}\)",
        story["approved build"].output,
    )
    assert "warn_rules_that_nobody_approved" not in re.findall(
        r"WARN \d+ (\w+)", story["approved build"].output
    )


def test_a_new_fit_only_proposes(story):
    """Segments are the approved CASE, evaluated here, on the features of the day."""
    case = branches_of(story["first file"])
    with duckdb.connect() as connection:
        connection.execute(
            "create table features (entity_id varchar, total_sales double, "
            "order_count double, average_order_value double)"
        )
        connection.executemany(
            "insert into features values (?, ?, ?, ?)", story["features"]
        )
        expected = connection.execute(
            f"select entity_id, {case} from features"
        ).fetchall()
    assert dict(expected) == story["cleaned otherwise"]
    approved = [
        (row[0], row[1])
        for row in re.findall(r"when (.*) then (\d+)", case)
        if row[1] != "0"
    ]
    assert [(row[0], str(row[1])) for row in story["rules after cleaning"]] == approved
    assert {row[3] for row in story["rules after cleaning"]} == {"approved"}
    assert len(story["movers"]) > 0


def branches_of(file: bytes) -> str:
    text = file.decode()
    return text[text.index("\ncase\n") : text.index("\nend\n") + len("\nend\n")]


def test_names_do_not_change_with_the_fit(story):
    first = {row[1]: row[2] for row in story["fitted"]["segments"]}
    assert {row[1]: row[2] for row in story["rules after cleaning"]} == {
        number: name for number, name in first.items() if number > 0
    }


def test_the_movers_are_those_who_move(story):
    before, after = story["cleaned otherwise"], story["second approval"]
    assert moved(before, after) == story["movers"]
    counted: dict[tuple[int, int], int] = {}
    for _, old, new in story["movers"]:
        counted[old, new] = counted.get((old, new), 0) + 1
    assert {
        (old, new): count
        for kind, old, new, count, _ in story["changes"]
        if kind == "segment"
    } == counted


def test_a_renumbering_is_no_move(story):
    """Far more than half stay, though the fit counts its clusters anew."""
    assert len(story["movers"]) < len(story["cleaned otherwise"]) / 4


def test_the_verdict_has_the_figures(story):
    verdict, share, entities, proposed_price = story["verdict"]
    assert share == pytest.approx(len(story["movers"]) / entities)
    assert f"would move {100 * share:.1f} % of entities" in verdict
    assert proposed_price == pytest.approx(story["price after"], abs=1e-6)
    assert f"-> {proposed_price:.3f}, fidelity" in verdict


def test_review_rules_prints_it_for_a_terminal(story):
    lines = story["review"].split("\n")
    (start,) = (i for i, line in enumerate(lines) if "purchase_behaviour: " in line)
    assert story["verdict"][0] in lines[start]
    assert 2 <= len(lines) - start <= 20
    first = next(row for row in story["changes"] if row[0] == "segment")
    assert first[4] in lines[start + 1]
    assert f"{first[3]:,}" in lines[start + 1]


def test_an_edited_threshold_moves_those_between(story):
    """Customers with exactly threshold + 1 orders, and nobody else."""
    before, after = story["reverted segments"], story["edited"]
    rows = story["shop"].query(
        "select entity_id from int_purchase_behaviour__features "
        f"where order_count = {story['threshold'] + 1}"
    )
    changed = {entity for entity, _, _ in moved(before, after)}
    assert changed and changed <= {entity for (entity,) in rows}
    case = branches_of(story["first file"])
    edited = case
    for sign in (">", "<="):
        edited = edited.replace(
            f"order_count {sign} {story['threshold']} ",
            f"order_count {sign} {story['threshold'] + 1} ",
        )
    expected = story["shop"].query(
        f"select entity_id, {case} as before, {edited} as after "
        "from (select entity_id, "
        + ", ".join(f"cast({feature} as double) as {feature}" for feature in FEATURES)
        + " from int_purchase_behaviour__features) where before <> after"
    )
    assert moved(before, after) == set(expected)


def test_going_back_is_exact(story):
    """All that is said of today; what other rules placed in the past stands."""
    past = {"segment_history", "segment_migrations", "metric_by_segment"}
    past |= {"customer_segments"}  # the last segment
    assert differing(story["back"], story["approved"]) <= past
    is_same = story["back today"] == story["approved today"]
    assert is_same


def test_every_fit_is_remembered(story):
    first, second = story["fits"][0], story["fits"][1]
    assert first[2:] == ("fitted", True) and second[2:] == ("approved", True)
    assert first[0] == second[0] == second[1]
    # fitted, approved, cleaned otherwise, approved again, edited, back
    assert len(story["fits"]) == 6
    proposed = story["fits"][2]
    assert not proposed[3] and proposed[0] != proposed[1] == first[0]
    assert story["fits"][3][0] == story["fits"][3][1] == proposed[0]


def test_the_file_is_one_that_people_can_review(story):
    text = story["first file"].decode()
    assert re.search(r"^-- As of 2011-12-10, 4,\d{3} customers; file ", text, re.M)
    assert re.search(
        r"^-- Scaling \w+; features of the whole lifetime; k = 4 was set by hand; ",
        text,
        re.M,
    )
    assert re.search(r"fidelity 0\.\d{4}, held out 0\.\d{4}, price of", text)
    lines = re.findall(r"^    when (.*) then (\d)  -- (.*)$", text, re.M)
    assert lines[0][1:] == ("0", "Unclassified")
    for _, _, comment in lines[1:]:
        assert re.fullmatch(
            r".+: [\d,]+ of 4,338 customers, \d+ % agree at approval", comment
        )
    centroids = re.findall(r"select (\d) as segment_id, '(\w+)' as feature", text)
    assert len(centroids) == 4 * len(FEATURES)


@pytest.mark.thorough
def test_a_full_refresh_keeps_what_approved_rules_placed(story):
    """The first of the last tests, which build in the warehouse of the others."""
    shop, name = story["shop"], "int_purchase_behaviour__period_segments"
    sql = f"select * from {name} order by as_of_date, entity_id"
    before = shop.query(sql)
    text = shop.file.read_text()
    sign = f"order_count > {story['threshold']} "
    shop.file.write_text(text.replace(sign, f"order_count > {story['threshold'] + 1} "))
    shop.run("--full-refresh", "--select", name, command="run").check()
    shop.file.write_text(text)
    is_same = shop.query(sql) == before
    assert before and is_same


@pytest.mark.thorough
def test_rules_that_nobody_looked_at_are_not_approved(story):
    """A build that ends between the rules and what is said of them."""
    shop, name = story["shop"], "int_purchase_behaviour"
    text = shop.file.read_bytes()
    models = [f"{name}__{part}" for part in ("scaled", "clusters", "rules")]
    further = {**fixed(4), "max_rules": 4, "minimum_rule_size": 300}
    changed = {"segmentations": {**ALONE, "purchase_behaviour": further}}
    select = ["--select", *models, "int_proposed_rules"]
    shop.run(*select, command="run", vars=changed).check()
    operation = ["approve_rules", "--args", "{segmentation: purchase_behaviour}"]
    result = shop.run(*operation, command="run-operation", vars=changed)
    assert result.exit_code and shop.file.read_bytes() == text
    assert "segmentation_quality and rule_findings have looked" in result.output
    shop.run(*select, command="run").check()


@pytest.mark.thorough
def test_going_back_is_exact_for_the_past_where_it_is_restated(story):
    restated = {"history": {"periods": 4, "restate": "always"}}
    story["shop"].build(*NO_TESTS, vars=restated).check()
    assert not differing(story["shop"].marts(), story["approved"])


@pytest.mark.thorough
def test_everything_stands_where_other_rules_are_fitted(story):
    """Every model and every data test."""
    changed = {"cleaning": {"returns": "net"}}
    story["shop"].run("--exclude-resource-type", "unit_test", vars=changed).check()
