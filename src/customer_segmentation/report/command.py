"""The command ``segmentation-report``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from customer_segmentation.publish import FILE_NAME


@click.command()
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    help="The published file; default: published/customer_segmentation.duckdb.",
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
def main(source: Path | None, target: Path | None, heading: str) -> None:
    """Write one self-contained HTML page from the published marts."""
    # Plotly and DuckDB take a moment: say first what is going on
    source = source or Path(os.environ.get("PUBLISH_TO", "published")) / FILE_NAME
    target = target or source.with_name("segmentation_report.html")
    click.echo(f"reading {source}", err=True)
    from customer_segmentation.report import page, reading

    try:
        marts = reading.read_marts(source)
    except FileNotFoundError as error:
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
    target.parent.mkdir(parents=True, exist_ok=True)
    # a reader of the old page never meets half a new one
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(html, encoding="utf-8")
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    click.echo(f"wrote {target} ({target.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
