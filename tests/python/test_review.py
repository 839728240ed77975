"""Rules under review: propose, see the impact, approve, edit, go back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest
from project import MARTS, PROJECT, Result, copy_project, run_dbt

FEATURES = ("total_sales", "order_count", "average_order_value")
ALONE = {
    name: {"enabled": False}
    for name in ("service_value", "demographics", "survey_priorities")
}


class Shop:
    """A copy of the project with a warehouse, as a team has it."""

    def __init__(self, folder: Path, vars: dict, name: str = "purchase_behaviour"):
        self.project = copy_project(folder / "project")
        self.folder, self.vars, self.name = folder, vars, name
        self.warehouse = folder / "warehouse.duckdb"
        self.file = self.project / f"macros/approved_rules/{name}.sql"

    def run(self, *arguments: str, **options) -> Result:
        vars = {**self.vars, **options.pop("vars", {})}
        return run_dbt(
            self.folder,
            vars,
            *arguments,
            project=self.project,
            warehouse=self.warehouse,
            **options,
        )

    def build(self, **options) -> Result:
        return self.run("--exclude-resource-type", "unit_test", **options)

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
        """Return every row of every mart, in the order of the table."""
        return {mart: self.query(f"select * from {mart}") for mart in MARTS}

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text()
        assert text.count(old) == 1, text
        self.file.write_text(text.replace(old, new))


def branches(file: Path) -> str:
    """Return the CASE of an approved file, read here as a reviewer reads it."""
    text = file.read_text()
    return text[text.index("\ncase\n") : text.index("\nend\n") + len("\nend\n")]


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


# --- the whole story on real orders ------------------------------------------


@pytest.fixture(scope="module")
def story(tmp_path_factory, online_retail_vars) -> dict:
    """Build, approve, build, change the cleaning, approve, edit and go back."""
    vars = {"inputs": online_retail_vars["inputs"], "segmentations": ALONE}
    shop = Shop(tmp_path_factory.mktemp("story"), vars)
    told: dict = {"shop": shop}
    shop.build().check()
    told["fitted"] = shop.marts()
    shop.approve().check()
    told["first file"] = shop.file.read_bytes()
    told["approved build"] = shop.build().check()
    told["approved"] = shop.marts()
    told["same rules"] = shop.query(
        "select verdict, moved_share from segmentation_quality"
    )

    # netted returns change every feature, and so the fit
    changed = {"cleaning": {"returns": "net"}}
    shop.build(vars=changed).check()
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
    shop.build(vars=changed).check()
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
    shop.build().check()
    told["edited"] = shop.segments()

    shop.file.write_bytes(told["first file"])
    shop.build().check()
    told["reverted"] = shop.marts()
    told["reverted segments"] = shop.segments()
    told["fits"] = shop.query(
        "select rules_hash, active_rules_hash, rule_source, is_active "
        "from segmentation_fits order by fitted_at"
    )
    return told


def test_approving_moves_nobody(story):
    for mart, rows in story["fitted"].items():
        if mart != "segment_rules":
            assert story["approved"][mart] == rows, mart
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
    assert story["reverted"] == story["approved"]


def test_every_fit_is_remembered(story):
    first, second = story["fits"][0], story["fits"][1]
    assert first[2:] == ("fitted", True) and second[2:] == ("approved", True)
    assert first[0] == second[0] == second[1]
    assert len(story["fits"]) == 6
    proposed = story["fits"][2]
    assert not proposed[3] and proposed[0] != proposed[1] == first[0]
    assert story["fits"][3][0] == story["fits"][3][1] == proposed[0]


def test_the_file_is_one_that_people_can_review(story):
    text = story["first file"].decode()
    assert re.search(r"^-- As of 2011-12-10, 4,\d{3} customers; file ", text, re.M)
    assert re.search(r"^-- k = 4 \(", text, re.M)
    assert re.search(r"fidelity 0\.\d{4}, held out 0\.\d{4}, price of", text)
    lines = re.findall(r"^    when (.*) then (\d)  -- (.*)$", text, re.M)
    assert lines[0][1:] == ("0", "Unclassified")
    for _, _, comment in lines[1:]:
        assert re.fullmatch(
            r".+: [\d,]+ customers? ?\(\d+\.\d %\), \d+ % agree", comment
        )
    centroids = re.findall(r"select (\d) as segment_id, '(\w+)' as feature", text)
    assert len(centroids) == 4 * len(FEATURES)


# --- guard rails, on the demo data -------------------------------------------

STRANGE = """O'Brien's "best" -- {{ drop }} 🛒"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shop:
    """Return a shop with the demo data whose first segment has a strange name."""
    vars = {"segmentations": {**ALONE, "demographics": {"minimum_rows": 100_000}}}
    shop = Shop(tmp_path_factory.mktemp("shop"), vars)
    names = shop.project / "seeds/segment_names.csv"
    quoted = STRANGE.replace('"', '""').replace("{{ drop }} ", "")
    names.write_text(
        names.read_text().strip() + f'\npurchase_behaviour,1,"{quoted}",,\n'
    )
    shop.build().check()
    return shop


@pytest.fixture(autouse=True)
def nothing_approved(request):
    """Leave no approved file to the next test, whatever became of this one."""
    yield
    if "shop" in request.fixturenames:
        request.getfixturevalue("shop").file.unlink(missing_ok=True)


def test_a_name_is_only_a_name(shop):
    shop.approve().check()
    name = STRANGE.replace("{{ drop }} ", "")
    assert f"then 1  -- {name}: " in shop.file.read_text()
    shop.build().check()
    assert shop.query(
        "select distinct purchase_behaviour_segment from customer_segments "
        "where purchase_behaviour_segment_id = 1"
    ) == [(name,)]


def test_wrong_names_and_skipped_segmentations_are_refused(shop):
    unknown = shop.operate("approve_rules", segmentation="purchase")
    assert unknown.exit_code and "found 'purchase'; expected one of" in unknown.output
    skipped = shop.operate("approve_rules", segmentation="demographics")
    assert skipped.exit_code
    assert "demographics has no fitted rules: " in skipped.output
    assert "minimum_rows is 100000" in skipped.output
    assert not list(shop.file.parent.glob("*.sql"))
    for refused in (unknown, skipped):
        assert "Traceback" not in refused.output


def test_rules_with_findings_are_refused_unless_forced(shop):
    with duckdb.connect(str(shop.warehouse)) as connection:
        connection.execute(
            "create table kept as from int_purchase_behaviour__rules; "
            "update int_purchase_behaviour__rules set "
            "upper_text = '0', upper_bound = 0 where upper_bound is not null"
        )
    evidence = "int_active_rules int_rule_boxes int_rule_faults rule_findings"
    shop.run(command="run", select=evidence).check()
    refused = shop.approve()
    assert refused.exit_code and not shop.file.exists()
    assert "no rule holds at" in refused.output
    assert "Approve them nevertheless with force: true" in refused.output
    shop.approve(force=True).check()
    assert " <= 0 " in shop.file.read_text()
    shop.file.unlink()
    with duckdb.connect(str(shop.warehouse)) as connection:
        connection.execute(
            "create or replace table int_purchase_behaviour__rules as from kept; "
            "drop table kept"
        )
    shop.run(command="run", select=evidence).check()


def test_a_fault_in_an_edited_file_stops_the_night(shop):
    """And a new segment that a person writes is one everywhere, without a centre."""
    shop.approve().check()
    first = re.search(r"    when (\S+ > \S+) and", branches(shop.file))[1]
    shop.edit(
        "    else 0\n",
        f"    when {first} and recency_days > 99999 then 9\n    else 0\n",
    )
    selected = "int_approved_segments int_purchase_behaviour__segments+ int_rule_boxes+"
    overlapping = shop.build(select=f"{selected} int_active_rules int_segment_names")
    assert overlapping.exit_code
    assert re.search(
        r"rule_findings: .* it also holds where rule \d", overlapping.output
    )
    named = shop.query(
        "select segment_name, entity_count from segments where segment_id = 9"
    )
    assert named == [("Segment 9", 0)]
    assert shop.query(
        "select count(centroid) from segment_profiles where segment_id = 9"
    ) == [(0,)]

    shop.edit("recency_days > 99999 then 9", "recency > 99999 then 9")
    mistyped = shop.build(select=selected)
    assert mistyped.exit_code and "Traceback" not in mistyped.output
    assert (
        "found column recency; expected one of average_order_value" in mistyped.output
    )


def test_approved_rules_need_no_python(shop):
    shop.build().check()
    shop.approve().check()
    fitted = shop.build().check() and shop.marts()
    no_python = {"python_models": False}
    listed = shop.run(
        *("--resource-type", "model", "--output", "path"),
        command="ls",
        vars=no_python,
    ).check()
    assert "int_purchase_behaviour__segments.sql" in listed.output
    assert ".py" not in listed.output

    shop.warehouse.rename(shop.folder / "kept.duckdb")
    shop.build(vars=no_python).check()
    without = shop.marts()
    for mart in ("segments", "segment_best_sellers", "segment_profiles"):
        assert without[mart] == fitted[mart], mart
    assert [row[:6] for row in without["segment_rules"]] == [
        row[:6] for row in fitted["segment_rules"]
    ]
    assert shop.query(
        "select segmentation, status, verdict from segmentation_quality "
        "where segmentation = 'purchase_behaviour'"
    ) == [
        (
            *("purchase_behaviour", "approved"),
            "approved; nothing is fitted to compare them with",
        )
    ]
    (shop.folder / "kept.duckdb").rename(shop.warehouse)


def test_a_project_that_installs_this_one_has_the_file(tmp_path):
    """Approved there, found there, and the folder is made where there is none."""
    theirs = tmp_path / "theirs"
    # where dbt deps puts packages
    (theirs / "dbt_packages").mkdir(parents=True)
    project = copy_project(theirs / "dbt_packages/customer_segmentation")
    (theirs / "dbt_project.yml").write_text(
        "name: theirs\nconfig-version: 2\nprofile: theirs\n"
        "flags: {send_anonymous_usage_stats: false}\n"
        "vars:\n  customer_segmentation:\n    segmentations: "
        + json.dumps(ALONE)
        + "\n"
    )
    profile = (PROJECT / "profiles.yml").read_text()
    (theirs / "profiles.yml").write_text(
        profile.replace("\ncustomer_segmentation:", "\ntheirs:", 1)
    )

    def run(*arguments: str, command: str) -> Result:
        return run_dbt(tmp_path, None, *arguments, command=command, project=theirs)

    needed = "+rule_findings +int_segment_names"
    run("--select", *needed.split(), command="build").check()
    arguments = ("approve_rules", "--args", "{segmentation: purchase_behaviour}")
    run(*arguments, command="run-operation").check()
    assert (theirs / "macros/approved_rules/purchase_behaviour.sql").exists()
    assert not list((project / "macros/approved_rules").glob("*.sql"))
    again = run("--select", *needed.split(), command="build").check()
    assert (
        "rules of purchase_behaviour: approved (macros/approved_rules/" in again.output
    )
