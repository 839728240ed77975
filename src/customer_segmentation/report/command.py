"""The command ``segmentation-report``."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from customer_segmentation.publish import FILE_NAME


@click.command()
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    help="The published file; default: customer_segmentation.duckdb in the folder that "
    "the environment variable PUBLISH_TO names, or else the var publish_to as dbt has "
    "last seen it in this project.",
)
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    help="The page; default: segmentation_report.html beside the published file.",
)
@click.option(
    "--heading", default="Customer segmentation", help="First line of the page."
)
@click.option(
    "--where", is_flag=True, help="Print the name of the published file, and stop."
)
def main(source: Path | None, target: Path | None, heading: str, where: bool) -> None:
    """Write one self-contained HTML page from the published marts."""
    source = (source or published_folder() / FILE_NAME).expanduser()
    if where:
        click.echo(source)
        return
    # Plotly and DuckDB take a moment: say first what is going on
    target = target or source.with_name("segmentation_report.html")
    click.echo(f"reading {source}", err=True)
    from customer_segmentation.report import page, reading

    try:
        marts = reading.read_marts(source)
    except (FileNotFoundError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    sections = []
    rows = page.segmentations(marts)
    with click.progressbar(
        rows,
        label="drawing",
        item_show_func=lambda row: row["segmentation"] if row else None,
    ) as progress:
        for quality in progress:
            sections.append(page.section(marts, quality))
    html = page.render(marts, sections, heading)
    try:
        write_page(target, html)
    except OSError as error:
        raise click.ClickException(
            f"{target}: {error.strerror}; --to names another file"
        ) from None
    click.echo(f"wrote {target} ({target.stat().st_size / 1e6:.1f} MB)")


def write_page(target: Path, html: str) -> None:
    """Write the page at once: a reader of the old one never meets half a new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(html, encoding="utf-8")
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def published_folder() -> Path:
    """Return the folder to which the project in this folder publishes.

    dbt keeps the vars of its last command in the manifest, as the model has them.
    """
    folder = os.environ.get("PUBLISH_TO")
    manifest = Path(os.environ.get("DBT_TARGET_PATH", "target")) / "manifest.json"
    if not folder and manifest.is_file():
        nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
        model = nodes.get("model.customer_segmentation.published_marts")
        folder = model and model["config"]["meta"]["settings"]["folder"]
    return Path(folder or "published")


if __name__ == "__main__":
    main()
