"""Guard rails of approving rules, on the demo data."""

from __future__ import annotations

import json
import re
import shutil

import duckdb
import pytest
from project import NO_TESTS, PROJECT, Result, copy_project, run_dbt
from shop import ALONE, APPROVABLE, LIGHT, Shop, branches, differing, fixed

pytestmark = pytest.mark.builds

STRANGE = """O'Brien's "best" -- {{ drop }} 🛒"""


TABLES = (
    *("customer_segments", "segment_best_sellers", "segment_profiles"),
    *("segment_rules", "segments", "metric_by_segment"),
    *("rule_findings", "segment_movers", "segment_rule_changes"),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Shop:
    """Return a shop with the demo data whose first segment has a strange name."""
    vars = {
        **LIGHT,
        "segmentations": {
            **ALONE,
            "purchase_behaviour": fixed(4),
            "demographics": {"minimum_rows": 100_000},
        },
    }
    shop = Shop(tmp_path_factory.mktemp("shop"), vars, tables=TABLES)
    names = shop.project / "seeds/segment_names.csv"
    quoted = STRANGE.replace('"', '""').replace("{{ drop }} ", "")
    names.write_text(
        names.read_text().strip() + f'\npurchase_behaviour,1,"{quoted}",,\n'
    )
    shop.build(*NO_TESTS).check()
    return shop


@pytest.fixture(autouse=True)
def nothing_approved(request):
    """Leave no approved file to the next test, whatever became of this one."""
    yield
    if "shop" in request.fixturenames:
        request.getfixturevalue("shop").file.unlink(missing_ok=True)


@pytest.mark.thorough
def test_a_name_is_only_a_name(shop):
    said = shop.approve().check().output
    name = STRANGE.replace("{{ drop }} ", "")
    text = shop.file.read_text()
    assert f"then 1  -- {name}: " in text
    # the branch for unknown features is no rule
    count = text.count("\n    when ") - 1
    assert f"\n-- {count} rules: fidelity " in text
    assert f"purchase_behaviour.sql: {count} rules (" in said
    shop.build().check()
    assert shop.query(
        "select distinct purchase_behaviour_segment from customer_segments "
        "where purchase_behaviour_segment_id = 1"
    ) == [(name,)]


@pytest.mark.thorough
def test_names_that_mislead_get_a_warning(shop):
    """A number that no segment has, a name twice, nobody's name; blanks are no name."""
    seed = shop.project / "seeds/segment_names.csv"
    text = seed.read_text()
    rows = ("2,Same,,", "3,Same,,", '4,"  ","   ",', "9,Ghost,,")
    test = "warn_segment_names_that_mislead"
    shutil.copy(PROJECT / f"tests/marts/{test}.sql", shop.project / "tests")
    try:
        lines = (f"purchase_behaviour,{row}" for row in rows)
        seed.write_text("\n".join([text.strip(), *lines, ""]))
        shop.build(*NO_TESTS).check()
        result = shop.run(command="test", select=test)
        assert f"WARN 2 {test}" in result.output
        said = " ".join(result.output.split())
        assert "purchase_behaviour 9, 'Ghost': no segment has this number" in said
        assert "purchase_behaviour 3, 'Same': several segments have this name" in said
        names = "select segment_id, segment_name, segment_description from segments"
        found = {row[0]: row[1:] for row in shop.query(names)}
        assert found[2][0] == found[3][0] == "Same"
        assert found[4][0].strip() and found[4][1].strip()
        seed.write_text(f"{text.strip()}\npurchase_behaviour,2,Unclassified,,\n")
        shop.build(*NO_TESTS).check()
        result = shop.run(command="test", select=test)
        assert f"WARN 1 {test}" in result.output
    finally:
        seed.write_text(text)
        shop.build(*NO_TESTS).check()


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
            "upper_text = '0' where upper_text is not null"
        )
    evidence = "int_active_rules int_rule_boxes int_rule_faults rule_findings "
    evidence += "int_proposed_rules segmentation_quality"
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


@pytest.mark.thorough
def test_rules_of_another_window_get_a_warning(shop):
    shop.approve().check()
    assert "; features of the whole lifetime; " in shop.file.read_text()
    findings = "select finding, severity, message from rule_findings"
    others = {**fixed(4), "feature_window_days": 365}
    settings = {**shop.vars["segmentations"], "purchase_behaviour": others}
    for vars, expected in (
        (
            {"segmentations": settings},
            [
                (
                    "other_window",
                    "warning",
                    "purchase_behaviour: its rules were approved for features of the "
                    "whole lifetime; feature_window_days makes them of the last 365 "
                    "days. Set it back, or approve the rules of a fit of these.",
                )
            ],
        ),
        ({}, []),
    ):
        shop.run(command="run", select="rule_findings", vars=vars).check()
        assert shop.query(findings) == expected


def test_a_scale_of_another_approval_gets_a_warning(shop):
    """As after one of the approved files alone was taken back in git."""
    shop.approve().check()
    file = shop.project / "macros/approved_scales/purchase_behaviour.sql"
    findings = "select finding, severity, message from rule_findings"
    text = file.read_text()
    mark = re.search(r"(?<=-- centroids )[0-9a-f]{12}", text)[0]
    for scale, expected in (
        (text.replace(mark, "0" * 12), "is not of the same approval as macros/app"),
        (None, "there is no macros/approved_scales/purchase_behaviour.sql with"),
        (text, None),
    ):
        file.write_text(scale) if scale else file.unlink()
        shop.run(command="run", select="rule_findings").check()
        found = shop.query(findings)
        if expected is None:
            assert found == []
            continue
        ((finding, severity, message),) = found
        assert (finding, severity) == ("other_approval", "warning")
        assert message.startswith(
            "purchase_behaviour: the scale of its approved centroids is not used: "
        )
        assert expected in message


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
    line = (
        shop.file.read_text()
        .split("\n")
        .index(f"    when {first} and recency > 99999 then 9")
    )
    assert (
        f"macros/approved_rules/purchase_behaviour.sql line {line + 1}, 'when {first} "
        "and recency > 99999 then 9': found column recency; expected one of "
        "average_order_value" in mistyped.output
    )


def test_what_rules_with_errors_placed_is_placed_again(shop):
    """A night that failed leaves nothing in the past, and served nobody."""
    # findings of an earlier test may be in the warehouse
    shop.approve(force=True).check()
    text = shop.file.read_text()
    placed = "int_purchase_behaviour__period_segments"
    sources = f"select distinct rule_source, segment_id = 9 from {placed}"
    history = {"history": {"periods": 2}}

    def build():
        return shop.build(select=f"+{placed} +served_segments", vars=history)

    shop.edit("\ncase\n", "\ncase\n    when order_count >= 1 then 9\n")
    failed = build()
    assert failed.exit_code and "it also holds where" in failed.output
    assert shop.query(sources) == [("unsound", True)]
    there = "select count(*) from duckdb_tables() where table_name = 'served_segments'"
    assert shop.query(there) == [(0,)]

    shop.file.write_text(text)
    build().check()
    assert shop.query(sources) == [("approved", False)]
    assert shop.query(there) == [(1,)]


def test_a_late_line_moves_nobody_whom_former_rules_placed(shop):
    """Rules in force place what came late, and again what they placed themselves."""
    shop.approve(force=True).check()
    text = shop.file.read_text()
    placed = "int_purchase_behaviour__period_segments"
    rows = f"select as_of_date, entity_id, segment_id from {placed} order by all"

    def build(**settings):
        own = {"purchase_behaviour": {**fixed(4), **settings}}
        segmentations = {**shop.vars["segmentations"], **own}
        vars = {"history": {"periods": 2}, "segmentations": segmentations}
        return shop.build(*NO_TESTS, select=f"+{placed}", vars=vars).check()

    def say(*statements: str) -> None:
        with duckdb.connect(str(shop.warehouse)) as connection:
            for statement in statements:
                connection.execute(statement)

    build()
    before = shop.query(rows)
    first = next(entity for _, entity, segment in before if segment == 1)
    gone = f"(select * replace ('gone' as entity_id) from {placed} limit 1)"
    try:
        swapped = {"then 1 ": "then 2 ", "then 2 ": "then 1 "}
        others = re.sub("then [12] ", lambda found: swapped[found[0]], text)
        shop.file.write_text(others)
        build()
        assert shop.query(rows) == before
        # nor does a window that leaves most of them out
        build(feature_window_days=60)
        assert shop.query(rows) == before
        # as if orders had come late: of one customer the first, of another the last
        say(
            f"update {placed} set built_from = 'before'",
            f"insert into {placed} {gone}",
            f"delete from {placed} where entity_id = '{first}'",
        )
        build()
        after = shop.query(rows)
        assert [row[:2] for row in after] == [row[:2] for row in before]
        moved = {now[1] for then, now in zip(before, after, strict=True) if now != then}
        assert moved == {first}

        # the same rules place all of a month again
        shop.file.write_text(text)
        say(f"update {placed} set built_from = 'before', segment_id = 7")
        build()
        now = {row[:2]: row[2] for row in shop.query(rows)}
        assert {row[:2]: row[2] for row in before if row[1] != first} == {
            key: value for key, value in now.items() if key[1] != first
        }
    finally:
        shop.file.write_text(text)


@pytest.mark.thorough
def test_approved_rules_need_no_python(shop):
    # what was fitted is in the warehouse; an edited file may have left findings there
    shop.approve(force=True).check()
    fitted = shop.build(*NO_TESTS).check() and shop.marts()
    no_python = {"python_models": False}
    listed = shop.run(
        *("--resource-type", "model", "--output", "path"),
        command="ls",
        vars=no_python,
    ).check()
    assert "int_purchase_behaviour__segments.sql" in listed.output
    # it copies tables, and BI reads the copy whether or not anything is fitted
    in_python = [line for line in listed.output.split() if line.endswith(".py")]
    assert in_python == ["models/publish/published_marts.py"]

    shop.warehouse.rename(shop.folder / "kept.duckdb")
    shop.build(vars=no_python).check()
    without = shop.marts()
    same = {"segments", "segment_best_sellers", "segment_profiles"}
    assert not differing(fitted, without) & same
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


@pytest.mark.thorough
def test_a_number_that_the_past_has_is_not_given_again(shop):
    """Going back to an earlier file forgets which segments there were since."""
    shop.build(*NO_TESTS).check()
    shop.approve().check()
    text = shop.file.read_text()
    history = {"history": {"periods": 4}}
    more = {**shop.vars["segmentations"], "purchase_behaviour": fixed(5)}
    placed = "+int_purchase_behaviour__period_segments"
    shop.file.write_text(re.sub(r"\bthen 4 ", "then 5 ", text))
    shop.build(select=placed, vars=history).check()

    shop.file.write_text(text)
    vars = {**history, "segmentations": more}
    operation = ("approve_rules", "--args", '{"segmentation": "purchase_behaviour"}')
    tables = tuple(f"+{table}" for table in APPROVABLE)
    shop.build(select=" ".join(tables), vars=vars).check()
    refused = shop.run(*operation, command="run-operation", vars=vars)
    assert refused.exit_code
    assert "purchase_behaviour 5: found new segments" in refused.output
    assert shop.file.read_text() == text

    assert "-- Retired: 5 <its name then>" in refused.output
    shop.edit("\ncase\n", "\n-- Retired: 5 Gone\ncase\n")
    shop.build(select=" ".join(tables), vars=vars).check()
    shop.run(*operation, command="run-operation", vars=vars).check()
    approved = shop.file.read_text()
    assert "-- Retired: 5 Gone\n" in approved and re.search(r"\bthen 6 ", approved)


@pytest.mark.thorough
def test_a_project_that_installs_this_one_has_the_file(tmp_path):
    """Approved there, found there, and the folder is made where there is none,
    wherever dbt is started and whatever they call it."""
    theirs = tmp_path / "theirs"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    # where dbt deps puts packages
    (theirs / "dbt_packages").mkdir(parents=True)
    project = copy_project(theirs / "dbt_packages/customer_segmentation")
    (theirs / "dbt_project.yml").write_text(
        "name: theirs\nconfig-version: 2\nprofile: theirs\n"
        "macro-paths: [their_macros, macros]\n"
        "flags: {send_anonymous_usage_stats: false}\n"
        "vars:\n  customer_segmentation:\n    segmentations: "
        + json.dumps({**ALONE, "purchase_behaviour": fixed(4)})
        + "\n"
    )
    profile = (PROJECT / "profiles.yml").read_text()
    (theirs / "profiles.yml").write_text(
        profile.replace("\ncustomer_segmentation:", "\ntheirs:", 1)
    )

    def run(*arguments: str, **options) -> Result:
        return run_dbt(tmp_path, None, *arguments, project=theirs, **options)

    def build() -> Result:
        return run(*NO_TESTS, tables=APPROVABLE).check()

    build()
    arguments = ("approve_rules", "--args", "{segmentation: purchase_behaviour}")
    approved = run_dbt(
        tmp_path,
        None,
        *arguments,
        *("--project-dir", str(theirs)),
        command="run-operation",
        project=elsewhere,
        profiles_dir=theirs,
    ).check()
    assert "their_macros/approved_rules/purchase_behaviour.sql: " in approved.output
    assert (theirs / "their_macros/approved_rules/purchase_behaviour.sql").exists()
    assert not list((project / "macros/approved_rules").glob("*.sql"))
    assert not list(elsewhere.iterdir())
    assert (
        "rules of purchase_behaviour: approved (their_macros/approved_rules/"
        in build().output
    )
