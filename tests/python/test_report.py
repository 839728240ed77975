"""The page: its numbers are the marts', and it works in a browser, offline."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pytest
from browser import open_offline, wait_for
from click.testing import CliRunner
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from customer_segmentation.publish import FILE_NAME
from customer_segmentation.report import figures, page, wording
from customer_segmentation.report.command import main
from customer_segmentation.report.reading import Marts, Points, read_marts

NAME = "purchase_behaviour"
LARGEST_PAGE = 8_000_000


class Tables(HTMLParser):
    """The cells of each table that names the mart it shows: text and raw value."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, list[list[tuple[str, str | None]]]] = {}
        self._table: str | None = None
        self._in_body = False
        self._cell: list[str] | None = None
        self._value: str | None = None

    def handle_starttag(self, tag, attrs) -> None:
        given = dict(attrs)
        if tag == "table":
            self._table = given.get("data-table")
        elif tag == "tbody":
            self._in_body = True
        elif tag == "tr" and self._table and self._in_body:
            self.rows.setdefault(self._table, []).append([])
        elif tag == "td" and self._table:
            self._cell, self._value = [], given.get("data-value")

    def handle_data(self, data) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag) -> None:
        if tag == "td" and self._table and self._cell is not None:
            text = " ".join("".join(self._cell).split())
            self.rows[self._table][-1].append((text, self._value))
            self._cell = None
        elif tag == "tbody":
            self._in_body = False


@pytest.fixture(scope="module")
def report(online_retail_defaults, tmp_path_factory) -> Path:
    """Return the page for Online Retail, written by the command."""
    target = tmp_path_factory.mktemp("report") / "report.html"
    run = CliRunner().invoke(
        main, ["--from", str(online_retail_defaults.published), "--to", str(target)]
    )
    assert run.exit_code == 0, run.output
    assert "drawing" in run.output
    assert f"wrote {target}" in run.output
    return target


@pytest.fixture(scope="module")
def data(report) -> dict:
    """Return what the page draws from."""
    text = report.read_text(encoding="utf-8")
    found = re.search(r'id="report-data">(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.fixture(scope="module")
def tables(report) -> dict:
    """Return the cells of the page's tables."""
    parser = Tables()
    parser.feed(report.read_text(encoding="utf-8"))
    return parser.rows


@pytest.fixture(scope="module")
def marts(online_retail_defaults):
    """Return a function that queries the published file."""

    def query(sql: str) -> list[tuple]:
        path = str(online_retail_defaults.published)
        with duckdb.connect(path, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return query


def sections(marts: Marts) -> list[dict]:
    """Return what the page shows of each segmentation."""
    return [page.section(marts, quality) for quality in page.segmentations(marts)]


def figure(data: dict, name: str) -> list[dict]:
    return data["figures"][f"{NAME}-{name}"]["data"]


def test_the_page_is_one_small_file_that_asks_for_nothing(report) -> None:
    assert report.stat().st_size < LARGEST_PAGE
    html = report.read_text(encoding="utf-8")
    outside = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', outside)
    assert "@import" not in outside
    assert "url(" not in outside
    assert list(report.parent.iterdir()) == [report]


def test_sizes_and_shares_are_those_of_the_mart(data, tables, marts) -> None:
    rows = marts(
        "select entity_share, sales_share, entity_count, total_sales from segments "
        "order by segment_id"
    )
    customers, sales = figure(data, "sizes")
    assert customers["x"] == [row[0] for row in rows]
    assert sales["x"] == [row[1] for row in rows]
    cells = tables["segments"]
    assert [float(row[1][1]) for row in cells] == [row[2] for row in rows]
    assert [float(row[3][1]) for row in cells] == [float(row[3]) for row in rows]
    assert [row[1][0] for row in cells] == [f"{row[2]:,}" for row in rows]


def test_the_profile_is_that_of_the_mart(data, marts) -> None:
    (heatmap,) = figure(data, "profile")
    features = ("total_sales", "order_count", "average_order_value")
    for column, feature in enumerate(features):
        rows = marts(
            "select z_difference, mean from segment_profiles "
            f"where feature = '{feature}' order by segment_id"
        )
        assert [row[column] for row in heatmap["z"]] == [row[0] for row in rows]
        assert [row[column] for row in heatmap["text"]] == [
            wording.number(row[1]) for row in rows
        ]


def test_the_choice_of_k_is_that_of_the_evidence(data, marts) -> None:
    rows = marts(
        "select k, inertia, silhouette, silhouette_without_clusters, gap, is_chosen "
        "from segmentation_k_selection where segmentation = 'purchase_behaviour' "
        "order by k"
    )
    ks, inertia, silhouette, without, gap, chosen = map(list, zip(*rows, strict=True))
    for name, lines in (
        ("inertia", [inertia]),
        ("silhouette", [silhouette, without]),
        ("gap", [gap]),
    ):
        *drawn, star = figure(data, name)
        assert [trace["y"] for trace in drawn] == lines
        assert all(trace["x"] == ks for trace in drawn)
        assert star["x"] == [ks[chosen.index(True)]]
        assert star["y"] == [lines[0][chosen.index(True)]]


def test_the_crosstab_is_that_of_the_evidence(data, marts) -> None:
    (heatmap,) = figure(data, "crosstab")
    counts = {
        (f"cluster {cluster}", str(segment)): f"{count:,}"
        for cluster, segment, count in marts(
            "select cluster_id, segment_id, entity_count from segment_crosstab"
        )
    }
    shown = {
        (y, x): text
        for y, texts in zip(heatmap["y"], heatmap["text"], strict=True)
        for x, text in zip(heatmap["x"], texts, strict=True)
        if text != "0"
    }
    assert shown == counts


def test_the_points_are_the_customers(data, marts) -> None:
    points = data["points"][NAME]
    assert points["count"] == 4338
    columns = {
        feature["name"]: np.frombuffer(base64.b64decode(feature["values"]), "<f4")
        for feature in points["features"]
    }
    for cluster in points["clusters"]:
        part = slice(cluster["start"], cluster["start"] + cluster["count"])
        rows = marts(
            "select total_sales, order_count, average_order_value "
            "from customer_segments inner join segment_memberships "
            "on customer_id = entity_id "
            f"where cluster_id = {cluster['id']} order by customer_id"
        )
        expected = np.array(rows, dtype="<f4")
        for i, values in enumerate(columns.values()):
            np.testing.assert_allclose(values[part], expected[:, i], rtol=1e-6)
        centroid = marts(
            "select centroid from cluster_centroids "
            f"where cluster_id = {cluster['id']} order by array_position("
            "['total_sales', 'order_count', 'average_order_value'], feature)"
        )
        assert cluster["centroid"] == [value for (value,) in centroid]


def test_crosses_are_the_centres_of_the_clusters_drawn(online_retail_defaults) -> None:
    """With approved rules, segment_profiles has other centres."""
    marts = read_marts(online_retail_defaults.published)
    tables = {
        **marts.tables,
        "segment_profiles": [
            {**row, "centroid": -1.0, "segment_id": row["segment_id"] + 1}
            for row in marts.tables["segment_profiles"]
        ],
    }
    given = replace(marts, tables=tables)
    (drawn,) = (s["points"] for s in sections(given) if s["name"] == NAME)
    assert [cluster["id"] for cluster in drawn["clusters"]] == [1, 2, 3, 4]
    for cluster in drawn["clusters"]:
        assert all(value > 0 for value in cluster["centroid"])


def test_tables_are_those_of_the_marts(tables, marts) -> None:
    for table, columns, cells in (
        ("segment_rules", "rule_id, entity_count, agreement", (0, 3, 5)),
        (
            "segment_best_sellers",
            "product_rank, order_line_count, sales, lift",
            (0, 2, 3, 4),
        ),
        (
            "cleaning_audit",
            "order_line_count, order_count, customer_count, sales",
            (1, 2, 3, 4),
        ),
    ):
        shown = Counter(
            tuple(float(row[cell][1]) for cell in cells) for row in tables[table]
        )
        expected = Counter(
            tuple(float(value) for value in row)
            for row in marts(f"select {columns} from {table}")
        )
        assert shown == expected, table
    exemplars = Counter((row[0][0], row[1][0]) for row in tables["segment_exemplars"])
    assert exemplars == Counter(marts("select role, entity_id from segment_exemplars"))
    buckets = Counter(
        int(value)
        for row in tables["bucket_crosstab"]
        for _, value in row
        if value != "0"
    )
    # families of which nothing is known are left out
    assert buckets == Counter(
        count
        for (count,) in marts(
            "select customer_count from bucket_crosstab "
            "where family in ('rfm', 'spend', 'region', 'propensity')"
        )
    )


def test_the_sql_is_what_the_warehouse_ran(online_retail_defaults, marts) -> None:
    compiled = online_retail_defaults.compiled("int_purchase_behaviour__segments")
    ((case,),) = marts("select case_sql from segment_rule_case")

    def lines(sql: str) -> list[str]:
        return [line.strip() for line in sql.strip().splitlines()]

    ran = re.search(r"cast\((case\b.*?\bend) as bigint\) as segment_id", compiled, re.S)
    assert ran
    assert lines(case) == lines(ran[1])
    assert case.startswith("case\n    when ")
    assert case.endswith("\n    else 0\nend")


def test_the_page_works_offline(report, tmp_path, marts) -> None:
    """Every figure has marks, the 3-D view turns, a table sorts, SQL is copied."""
    with open_offline(report, tmp_path / "profile", 1280) as driver:
        wait_for(driver, "document.body.dataset.ready === '1'")
        for plot in driver.find_elements(By.CSS_SELECTOR, ".plot:not(.gl)"):
            marks = driver.execute_script(
                "return arguments[0].querySelectorAll("
                "'.points path, .heatmaplayer image, .scatterlayer path').length",
                plot,
            )
            assert marks > 0, plot.get_attribute("id")
        assert len(driver.find_elements(By.CSS_SELECTOR, ".plot")) >= 10
        for plot in driver.find_elements(By.CSS_SELECTOR, ".plot.pair"):
            numbers = driver.execute_script(
                "return [...arguments[0].querySelectorAll('.textpoint')].map("
                "text => text.textContent)",
                plot,
            )
            assert sorted(numbers) == ["1", "2", "3", "4"]
        assert len(driver.find_elements(By.CSS_SELECTOR, ".tree .leaf")) == 6

        # turned by a drag
        space = driver.find_element(By.CSS_SELECTOR, ".three-d")
        driver.execute_script(
            "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", space
        )
        wait_for(driver, "document.querySelector('.three-d').dataset.drawn === '1'")
        camera = (
            "return JSON.stringify("
            "arguments[0]._fullLayout.scene._scene.getCamera().eye)"
        )
        assert (
            driver.execute_script(
                "return arguments[0]._fullData.reduce("
                "(sum, trace) => sum + trace.x.length, 0)",
                space,
            )
            == 4338 + 4
        )
        before = driver.execute_script(camera, space)
        drag = ActionChains(driver).move_to_element(space).click_and_hold()
        for _ in range(5):
            drag = drag.move_by_offset(30, 10)
        drag.release().perform()
        wait_for(
            driver,
            f"(() => {{ const el = document.querySelector('.three-d'); "
            f"return JSON.stringify(el._fullLayout.scene._scene.getCamera().eye) "
            f"!== '{before}'; }})()",
            10,
        )

        # sorted up and down
        head = driver.find_elements(By.CSS_SELECTOR, "[data-table=segments] th")[1]
        driver.execute_script(
            "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", head
        )
        values = (
            "return [...document.querySelectorAll("
            "'[data-table=segments] tbody tr')].map(r => +r.cells[1].dataset.value)"
        )
        for is_descending in (False, True):
            head.click()
            counts = driver.execute_script(values)
            assert counts == sorted(counts, reverse=is_descending)
            assert len(counts) == 4

        # copied, and pasted
        button = driver.find_element(By.CSS_SELECTOR, ".copy")
        driver.execute_script(
            "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'});"
            "arguments[0].closest('.code').append(Object.assign("
            "document.createElement('textarea'), {id: 'paste'}))",
            button,
        )
        button.click()
        wait_for(driver, "document.querySelector('.copy').textContent === 'Copied'", 5)
        paste = driver.find_element(By.ID, "paste")
        paste.send_keys(Keys.CONTROL, "v")
        ((case,),) = marts("select case_sql from segment_rule_case")
        assert paste.get_property("value") == case

        errors = [e for e in driver.get_log("browser") if e["level"] == "SEVERE"]
        assert not errors


@pytest.mark.thorough
def test_nothing_is_wider_than_a_phone(report, tmp_path) -> None:
    with open_offline(report, tmp_path / "profile", 390) as driver:
        wait_for(driver, "document.querySelectorAll('[data-drawn]').length > 4")
        assert driver.execute_script("return document.documentElement.scrollWidth") <= (
            390
        )


def test_parts_that_are_absent_are_left_out(online_retail_defaults) -> None:
    """Each table of the file in turn, then all but the list of segmentations."""
    marts = read_marts(online_retail_defaults.published)

    def written(given) -> str:
        return page.render(given, sections(given), "Heading")

    for table in marts.tables:
        html = written(replace(marts, tables={**marts.tables, table: []}))
        assert "<h1>Heading</h1>" in html, table
    bare = replace(
        marts,
        tables={
            table: rows if table == "segmentation_quality" else []
            for table, rows in marts.tables.items()
        },
        points={},
        exemplar_features={},
        customers={},
    )
    html = written(bare)
    assert "Not segmented: input customers is absent" in html
    assert "Best sellers" not in html


def test_a_file_without_a_table_is_read(online_retail_defaults, tmp_path) -> None:
    file = tmp_path / "published.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            f"attach '{online_retail_defaults.published}' as whole (read_only)"
        )
        connection.execute(
            "create table segmentation_quality as from whole.main.segmentation_quality"
        )
    marts = read_marts(file)
    assert len(marts.tables["segmentation_quality"]) == 4
    assert marts.tables["segments"] == []
    assert marts.points == {}
    assert marts.customers == {}


def test_a_file_without_bounds_shows_its_rules_as_sql(online_retail_defaults) -> None:
    marts = read_marts(online_retail_defaults.published)
    tables = {**marts.tables, "segment_rule_conditions": []}
    older = replace(marts, tables=tables)
    html = page.render(older, sections(older), "Heading")
    assert 'class="tree"' not in html
    assert '<th scope="col">holds where</th></tr>' in html
    for row in marts.of("segment_rules", NAME):
        assert f"<code>{escape(row['condition_sql'])}</code>" in html
    assert "A bar is the range" not in html


def test_without_a_published_file_the_command_says_what_to_do(tmp_path) -> None:
    run = CliRunner().invoke(main, ["--from", str(tmp_path / "none.duckdb")])
    assert run.exit_code == 1
    assert "dbt build publishes it" in run.output
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("create table sales as select 1 as id")
    run = CliRunner().invoke(main, ["--from", str(tmp_path / "other.duckdb")])
    assert run.exit_code == 1
    assert "found no table segmentation_quality" in run.output
    (tmp_path / "text.duckdb").write_text("no database" * 1000)
    run = CliRunner().invoke(main, ["--from", str(tmp_path / "text.duckdb")])
    assert run.exit_code == 1
    assert "text.duckdb: " in run.output and "not a valid DuckDB" in run.output


def test_the_page_shows_what_the_project_publishes(
    online_retail_defaults, tmp_path, monkeypatch
) -> None:
    """Where no environment variable says it, dbt's manifest does."""
    monkeypatch.delenv("PUBLISH_TO", raising=False)
    monkeypatch.chdir(tmp_path)

    def where(*arguments: str) -> str:
        run = CliRunner().invoke(main, ["--where", *arguments])
        assert run.exit_code == 0, run.output
        return run.output.strip()

    assert where() == f"published/{FILE_NAME}"
    monkeypatch.setenv("DBT_TARGET_PATH", str(online_retail_defaults.target))
    assert where() == str(online_retail_defaults.published)
    assert where("--from", "other.duckdb") == "other.duckdb"
    monkeypatch.setenv("PUBLISH_TO", "~/bi")
    assert where() == str(Path("~/bi").expanduser() / FILE_NAME)


def test_a_sample_is_said_to_be_one(online_retail_defaults) -> None:
    marts = read_marts(online_retail_defaults.published)
    points = replace(marts.points[NAME], clustered_count=5_000_000)
    sampled = replace(marts, points={NAME: points})
    html = page.render(sampled, sections(sampled), "Heading")
    assert "A sample of 4,338 of 5,000,000 customers" in html
    html = page.render(marts, sections(marts), "Heading")
    assert "All 4,338 customers" in html
    assert "A sample of" not in html


def test_changes_since_the_last_approval_are_shown_where_there_are_any(
    online_retail_defaults,
) -> None:
    marts = read_marts(online_retail_defaults.published)
    row = {
        **{"segmentation": NAME, "change_sentence": "A <few> -> B"},
        **{"entity_count": 1234, "entity_share": 0.25, "sales_share": None},
    }
    finding = {
        **{"rule_set": NAME, "rule_version": "active", "severity": "error"},
        "message": "rule 2: it holds nowhere",
    }
    tables = {"segment_rule_changes": [row], "rule_findings": [finding]}
    changed = replace(marts, tables={**marts.tables, **tables})
    html = page.render(changed, [], "Heading")
    assert "What approving the freshest fit would change" in html
    assert "<td>A &lt;few&gt; -&gt; B</td>" in html and "1,234" in html
    assert "<b>error</b>: rule 2: it holds nowhere" in html
    plain = page.render(marts, [], "Heading")
    assert "What changed" not in plain and "Findings" not in plain
    assert "nobody has approved these rules" in plain


def test_the_words_of_the_page_have_the_numbers_of_the_marts(
    online_retail_defaults,
) -> None:
    marts = read_marts(online_retail_defaults.published)
    (found,) = (q for q in page.segmentations(marts) if q["segmentation"] == NAME)
    figures_of_rules = {
        **{"fidelity": 0.9, "held_out_fidelity": 0.8, "worst_segment_recall": 0.7},
        "entity_count": found["entity_count"] + 62,
    }
    quality = [
        {**row, **figures_of_rules} if row["segmentation"] == NAME else row
        for row in marts.tables["segmentation_quality"]
    ]
    (one, *_) = marts.of("segment_rules", NAME)
    guard = {**one, "rule_id": 0, "segment_id": 0, "segment_name": "Unclassified"}
    tables = {
        **marts.tables,
        "segmentation_quality": quality,
        "segment_rules": [guard, *marts.tables["segment_rules"]],
    }
    given = replace(marts, tables=tables)
    html = page.render(given, sections(given), "Heading")
    # the branch for unknown features is none of the rules, nor a leaf of the tree
    count = len(marts.of("segment_rules", NAME))
    assert f"{count} rules, fitted, give 90.0 % of the customers in a cluster" in html
    assert "(80.0 % of those the rules had not seen)" in html
    assert 'class="tree"' in html
    assert "62 with an unknown feature are in none." in html
    parser = Tables()
    parser.feed(html)
    (cells,) = (
        [text for text, _ in row]
        for row in parser.rows["segmentation_quality"]
        if row[0][0] == "purchase behaviour"
    )
    assert cells[7:10] == ["90.0 %", "80.0 %", "70.0 %"]
    fitted = [row["status"] != "skipped" for row in page.segmentations(given)]
    assert fitted == sorted(fitted, reverse=True) and not all(fitted)
    assert f"<dt>segmentations</dt><dd>{sum(fitted)} of {len(fitted)}</dd>" in html


def test_tables_stand_in_the_order_in_which_they_are_read(
    online_retail_defaults, tables
) -> None:
    roles = [row[0][0] for row in tables["segment_exemplars"]]
    assert roles[0] == "typical"
    marts = read_marts(online_retail_defaults.published)
    (section,) = (s for s in sections(marts) if s["name"] == NAME)
    families = [table["family"] for table in section["buckets"]]
    assert families[-2:] == ["region", "rfm"]
    assert families[:-2] == sorted(families[:-2])


def test_more_than_among_all_is_blue(online_retail_defaults) -> None:
    marts = read_marts(online_retail_defaults.published)
    for index, tint in ((150, "33, 102, 172"), (50, "179, 88, 6")):
        rows = [
            {**row, "population_index": index}
            for row in marts.tables["bucket_crosstab"]
        ]
        given = replace(marts, tables={**marts.tables, "bucket_crosstab": rows})
        html = page.render(given, sections(given), "Heading")
        assert set(re.findall(r"--tint: ([\d, ]+);?\"", html)) == {tint}
        assert set(re.findall(r"--heat: ([\d.]+);", html)) == {"0.5"}


def test_the_unclustered_are_not_counted_with_the_clustered(
    online_retail_defaults, tmp_path
) -> None:
    file = tmp_path / FILE_NAME
    file.write_bytes(online_retail_defaults.published.read_bytes())
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "update segment_memberships set cluster_id = null "
            "where entity_id = (select min(entity_id) from segment_memberships)"
        )
    points = read_marts(file).points[NAME]
    assert points.clustered_count == len(points.clusters) == 4337


def test_noise_and_losses_are_drawn_as_what_they_are() -> None:
    values = np.array([[-5, 1], [0, 2], [0, 90], [900, 1]], dtype=np.float32)
    points = Points(("gain", "spend"), values, np.array([0, 1, 1, 2]), 4)
    drawn = figures.scatter_data(points, {}, {0: "Unclassified", 1: "First"})
    assert [cluster["name"] for cluster in drawn["clusters"]] == [
        *("noise", "cluster 1", "cluster 2")
    ]
    assert [cluster["segment"] for cluster in drawn["clusters"]] == ["", "First", ""]
    # what is below 0 has no order of magnitude
    assert [feature["is_log"] for feature in drawn["features"]] == [False, True]
    rows = [
        {"cluster_id": cluster, "segment_id": 1, "entity_count": 1}
        for cluster in (0, 1, None)
    ]
    (heatmap,) = figures.crosstab(rows, {1: "First"})["data"]
    assert heatmap["y"] == ["noise", "cluster 1", "no cluster"]


def test_white_is_everyone_and_what_is_accepted_is_no_loss() -> None:
    rows = [
        {
            **{"segment_id": i, "segment_name": "a", "feature": "age"},
            **{"z_difference": z, "mean": 1},
        }
        for i, z in ((1, -2.0), (2, 0.5))
    ]
    (heatmap,) = figures.profile(rows, ["age"])["data"]
    assert (heatmap["zmin"], heatmap["zmax"]) == (-2, 2)
    audit = [
        {"reason": reason, "order_line_count": count}
        for reason, count in (("accepted", 900), ("zero_price", 7))
    ]
    (bars,) = figures.cleaning(audit)["data"]
    assert (bars["y"], bars["x"]) == (["zero price"], [7])


def test_names_of_the_data_cannot_break_the_page(online_retail_defaults) -> None:
    marts = read_marts(online_retail_defaults.published)
    odd = "</script><script>alert('1')</script>"
    rows = [{**row, "segment_name": odd} for row in marts.tables["segments"]]
    given = replace(marts, tables={**marts.tables, "segments": rows})
    html = page.render(given, sections(given), odd)
    assert odd not in html


def with_odd_names(marts):
    """Return marts with markup and long words for names, and counts of millions."""
    odd = 'Top <b>VIP</b> & "friends" &amp; more'
    names = {1: odd, 2: "x" * 150, 3: "a long name " * 12, 4: "W" * 40}
    tables = {}
    for table, rows in marts.tables.items():
        changed = []
        for row in rows:
            new = dict(row)
            if "segment_name" in row:
                new["segment_name"] = names.get(row["segment_id"], "Unclassified")
            if "product_name" in row:
                new["product_name"] = "y" * 300
            if table == "segment_rules":
                new["entity_count"] = 123_456_789
            changed.append(new)
        tables[table] = changed
    return replace(marts, tables=tables)


def test_names_in_figures_are_no_markup_and_short(online_retail_defaults) -> None:
    marts = with_odd_names(read_marts(online_retail_defaults.published))
    (section,) = (s for s in sections(marts) if s["name"] == NAME)
    sizes, profile = (section["figures"][name] for name in ("sizes", "profile"))
    for figure in (sizes, profile):
        ticks = figure["layout"]["yaxis"]["ticktext"]
        assert len(ticks) == 4
        assert "&lt;b&gt;VIP&lt;/b&gt;" in ticks[0].replace("<br>", "")
        assert "<b>" not in ticks[0] and "&amp;amp;" in ticks[0]
        assert all(tick.count("<br>") <= 2 for tick in ticks)
        assert ticks[1].endswith("…") and ticks[2].endswith("…")
        # none is merged with another, pointing at it tells all of it
        assert figure["data"][0]["y"] == figure["layout"]["yaxis"]["tickvals"]
        assert figure["data"][0]["y"][1].replace("<br>", "").count("x") == 150
    assert "&lt;b&gt;" in section["figures"]["crosstab"]["data"][0]["customdata"][0][0]


def test_sales_that_nobody_gave_are_not_shown(online_retail_defaults) -> None:
    """Older files have 0 for them, newer ones NULL; customers they are all the same."""
    marts = read_marts(online_retail_defaults.published)
    for nothing in (0, None):
        tables = {
            **marts.tables,
            "segments": [
                {**row, "total_sales": nothing, "sales_share": nothing}
                for row in marts.tables["segments"]
            ],
            "segment_best_sellers": [],
            "bucket_crosstab": [],
            "cleaning_audit": [
                {**row, "order_line_count": 0}
                for row in marts.tables["cleaning_audit"]
                if row["reason"] == "accepted"
            ],
        }
        customers = {**marts.customers, "total_sales": nothing}
        given = replace(marts, tables=tables, customers=customers)
        made = sections(given)
        html = page.render(given, made, "Heading")
        assert ">sales (currency)</th>" not in html
        assert "<dt>sales (currency)</dt>" not in html
        assert "share of sales" not in html and "of their sales" not in html
        assert "What was cleaned away" not in html
        assert "4,338 customers" in html and "respondents" not in html
        (section,) = (s for s in made if s["name"] == NAME)
        assert len(section["figures"]["sizes"]["data"]) == 1


def test_the_page_counts_those_who_are_in_no_segment(online_retail_defaults) -> None:
    """As where a window of features leaves customers out."""
    marts = read_marts(online_retail_defaults.published)
    lead = "are in none of these"
    assert lead not in page.render(marts, sections(marts), "Heading")
    rows = [row for row in marts.tables["segments"] if row["segmentation"] == NAME]
    left = [row for row in marts.tables["segments"] if row is not rows[0]]
    given = replace(marts, tables={**marts.tables, "segments": left})
    html = " ".join(page.render(given, sections(given), "Heading").split())
    count, sales = rows[0]["entity_count"], rows[0]["total_sales"]
    whole = wording.count(marts.customers["total_sales"])
    assert (
        f"{count:,} of 4,338 customers, with {wording.count(sales)} of {whole} sales, "
        f"{lead}: see {NAME}_reason in customer_segments."
    ) in html


def test_the_evidence_for_k_is_of_the_clustered(online_retail_defaults) -> None:
    marts = read_marts(online_retail_defaults.published)
    points = replace(marts.points[NAME], clustered_count=4_000)
    html = page.render(
        *(given := replace(marts, points={NAME: points}), sections(given)),
        "Heading",
    )
    assert "Measured on 4,000 customers or a sample of them" in html


def test_heads_and_figures_have_names_for_those_who_hear_them(report) -> None:
    html = report.read_text(encoding="utf-8")
    body = html[: html.index("report-data")]
    assert not re.findall(r'aria-label=""', body)
    assert not [th for th in re.findall(r"<th\b[^>]*>", body) if "scope=" not in th]
    heads = re.findall(r'<table class="heat".*?</thead>', body, re.DOTALL)
    assert heads
    for head in heads:
        assert len(re.findall(r'<span class="unseen"> · \w', head)) == 4


def test_numbers_are_as_people_read_them() -> None:
    shown = {
        **{None: "–", 0: "0", 0.0004: "0.0004", -0.0004: "-0.0004"},
        **{0.0123: "0.0123", 0.5: "0.50", 12.0: "12", 123.45: "123.5"},
        **{1234567: "1,234,567"},
    }
    assert {value: wording.number(value) for value in shown} == shown
    assert wording.number(-0.0) == "0"
    assert [wording.number(value) for value in (999, 1000)] == ["999", "1,000"]
    shares = {0: "0.0 %", 0.0004: "0.04 %", 0.001: "0.1 %", 0.5: "50.0 %", None: "–"}
    assert {value: wording.share(value) for value in shares} == shares
    assert [wording.of_these(n, "rule") for n in (1, 2)] == ["1 rule", "2 rules"]
    assert wording.with_unit("spending_score") == "spending score (0–100)"


def test_a_second_round_of_colours_has_other_marks(online_retail_defaults) -> None:
    marts = read_marts(online_retail_defaults.published)
    tables = {
        **marts.tables,
        "segments": [
            {**row, "segment_id": row["segment_id"] + 6}
            for row in marts.tables["segments"]
        ],
    }
    given = replace(marts, tables=tables)
    html = page.render(given, sections(given), "Heading")
    for number, mark in ((7, "circle"), (8, "circle"), (9, "diamond"), (10, "diamond")):
        chip = f'<span class="chip {mark}" style="color: {wording.colour(number)}">'
        assert f"{chip}</span>{number} · " in html


def test_the_sizes_of_many_segments_fit_a_printed_page() -> None:
    numbers = {"entity_count": 5, "entity_share": 0.05, "sales_share": 0.05}
    for count in (8, 9, 12, 20):
        rows = [
            {"segment_id": i, "segment_name": "a long name " * 9, **numbers}
            for i in range(1, count + 1)
        ]
        layout = figures.segment_sizes(rows, "customers", True)["layout"]
        assert layout["height"] <= 820, count
        row = (layout["height"] - 90) / count
        lines = max(tick.count("<br>") + 1 for tick in layout["yaxis"]["ticktext"])
        assert row >= 16 * lines, count


def test_what_was_returned_without_an_order_is_said(online_retail_defaults) -> None:
    marts = read_marts(online_retail_defaults.published)
    html = page.render(marts, [], "Heading")
    assert "took back" not in html
    total = marts.customers["total_sales"] + 1234
    returned = replace(marts, customers={**marts.customers, "total_sales": total})
    html = page.render(returned, [], "Heading")
    assert "Accepted sales are 1,234 below the sales at the head" in html


def test_a_phone_shows_all_of_long_names_and_large_numbers(
    online_retail_defaults, tmp_path
) -> None:
    """Nothing is cut or on top of its neighbour, and nothing scrolls sideways."""
    marts = read_marts(online_retail_defaults.published)
    odd = {"segment_name": "x" * 80, "entity_count": 123_456_789}
    tables = {
        table: [{**row, **{k: odd[k] for k in odd.keys() & row.keys()}} for row in rows]
        if table in ("segments", "segment_profiles")
        else rows
        for table, rows in marts.tables.items()
    }
    points = marts.points[NAME]
    points = replace(points, values=points.values * 1e9)
    given = replace(marts, tables=tables, points={NAME: points})
    file = tmp_path / "phone.html"
    file.write_text(page.render(given, sections(given), "Odd"), "utf-8")
    with open_offline(file, tmp_path / "profile", 390) as driver:
        wait_for(driver, "document.body.dataset.ready === '1'")
        assert driver.execute_script("return document.documentElement.scrollWidth") <= (
            390
        )
        cut = driver.execute_script(
            "return [...document.querySelectorAll("
            "'.bartext, .cbtitle')].filter(text => {"
            "const box = text.closest('svg').getBoundingClientRect();"
            "const { left, right } = text.getBoundingClientRect();"
            "return left < box.left || right > box.right; }).map(t => t.textContent)"
        )
        assert not cut
        heads = driver.execute_script(
            f"return [...document.querySelectorAll('#{NAME}-profile .xtick text')].map("
            "text => { const { left, right } = text.getBoundingClientRect();"
            "return [left, right]; })"
        )
        assert len(heads) == 3
        for (_, right), (left, _) in pairwise(heads):
            assert right < left
        ticks = driver.execute_script(
            "return [...document.querySelectorAll('.pair .xtick, .pair .ytick')].map("
            "tick => tick.textContent)"
        )
        assert "1B" in ticks and "1T" in ticks
        assert not [tick for tick in ticks if tick.endswith("000M")]


@pytest.mark.thorough
def test_everything_fits_its_place_with_odd_names(
    online_retail_defaults, tmp_path
) -> None:
    """Names in the tree their boxes, tables a card, all of it the printed page."""
    marts = with_odd_names(read_marts(online_retail_defaults.published))
    file = tmp_path / "odd.html"
    html = page.render(marts, sections(marts), "Odd")
    file.write_text(html, encoding="utf-8")
    with open_offline(file, tmp_path / "profile", 1200) as driver:
        wait_for(driver, "document.body.dataset.ready === '1'")
        assert not driver.execute_script(
            "return [...document.querySelectorAll('.plot')].filter("
            "el => !el.getAttribute('aria-label')).length"
        )
        too_wide = driver.execute_script(
            "return [...document.querySelectorAll('.leaf text, .node text')].filter("
            "text => { const box = text.parentElement.querySelector('rect').getBBox();"
            "const { x, width } = text.getBBox();"
            "return x < box.x || x + width > box.x + box.width; }).length"
        )
        assert too_wide == 0
        cards = (
            "return [...document.querySelectorAll('.card .scroll')].filter("
            "el => el.checkVisibility() && el.scrollWidth > el.clientWidth).length"
        )
        assert driver.execute_script(cards) == 0

        plots = (
            "[...document.querySelectorAll('.plot:not(.gl) .main-svg')].map("
            "el => el.getBoundingClientRect().width)"
        )
        before = driver.execute_script(f"return {plots}")
        assert max(before) > 1000
        # after the page's own listener, just before the paper is laid out
        driver.execute_script(
            "addEventListener('beforeprint', () => {"
            "const left = document.body.getBoundingClientRect().left;"
            "window.farthest = Math.max(...[...document.querySelectorAll("
            "'table, td, th, .plot:not(.gl) .main-svg')].map("
            "el => el.getBoundingClientRect().right - left)); })"
        )
        driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
        # A4 less the margins has 688
        assert 600 < driver.execute_script("return window.farthest") < 685
        assert driver.execute_script(f"return {plots}") == before

        # a narrower window keeps the height of a figure
        height = "document.querySelector('.plot').clientHeight"
        tall = driver.execute_script(f"return {height}")
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": 800, "height": 900, "deviceScaleFactor": 1, "mobile": False},
        )
        wait_for(
            driver,
            "document.querySelector('.plot .main-svg').clientWidth < 800",
            10,
        )
        assert driver.execute_script(f"return {height}") == tall
