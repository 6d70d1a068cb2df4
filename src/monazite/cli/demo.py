"""`monazite demo`: the example catalogues, from files to reports."""

from pathlib import Path

import click

from monazite.cli.options import OutPath, with_faults


@click.command()
@click.option(
    "--out",
    type=OutPath(file_okay=False),
    default=Path("out"),
    show_default=True,
    help="Folder for the reports.",
)
@with_faults
def demo(out: Path) -> None:
    """Run the example catalogues and say what to open.

    Real products with published figures; the moves and parties are made up.
    """
    from monazite.cli.check import run
    from monazite.readers.places import find_data

    folders = sorted(p for p in find_data("examples").iterdir() if (p / "parts.csv").is_file())
    for folder in folders:
        click.echo(f"== {folder.name}")
        for line in run(folder, out=out / folder.name, say=lambda text: click.echo(f"   {text}", err=True)):
            click.echo(line)
        click.echo()
    click.echo("Open in a browser:")
    for folder in folders:
        click.echo(f"  {out / folder.name / 'report.html'}")
