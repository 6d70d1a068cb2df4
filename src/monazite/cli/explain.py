"""`monazite explain`: one part, one move, one day, with every reason."""

from datetime import date
from pathlib import Path

import click

from monazite.cli.options import DAY, book_option, known_on_option, regime_option, with_faults


@click.command()
@click.argument("catalogue", type=click.Path(path_type=Path))
@click.argument("part")
@click.option("--move", "move", help="Id of the move (every move that carries the part, by default).")
@click.option("--on", type=DAY, help="Day asked about (the move's own day, else today).")
@known_on_option
@regime_option
@click.option("--tree/--no-tree", default=True, show_default=True, help="Every condition that was tested.")
@click.option("--json", "as_json", is_flag=True, help="The whole answer as JSON.")
@book_option
@with_faults
def explain(
    catalogue: Path,
    part: str,
    move: str | None,
    on: date | None,
    known_on: date | None,
    regimes: tuple[str, ...],
    tree: bool,
    as_json: bool,
    book_path: str | None,
) -> None:
    """Why PART of CATALOGUE gets its answer: provisions, facts read, missing facts, duties.

    \b
    Example:
      monazite explain examples/ev-traction-motor ev-motor --on 2026-11-21
    """
    import json

    from monazite.cli.asked import read_and_survey
    from monazite.terms.faults import BadInput, Fault, near_match
    from monazite.writers.answers import answer_lines
    from monazite.writers.plain import plain

    checked = read_and_survey(
        catalogue,
        asked=((on, on),) if on else (),
        known_on=known_on,
        regimes=regimes,
        book_path=book_path,
    )
    for note in checked.reading.notes:
        click.echo(f"note: {note}", err=True)
    batch = checked.survey.batch
    carried = sorted({batch.catalogue.names[n] for n in batch.node})
    if part not in carried:
        raise BadInput(
            [
                Fault(
                    where=str(catalogue),
                    what=f"no move carries a part '{part}'",
                    mend=near_match(part, carried) or f"Parts that move: {', '.join(carried[:5])}, ...",
                )
            ]
        )
    names = [m for m in batch.moves.names]
    if move is not None and move not in names:
        raise BadInput(
            [Fault(where=str(catalogue), what=f"there is no move '{move}'", mend=near_match(move, names))]
        )
    answers = []
    for pair, (node, k) in enumerate(zip(batch.node.tolist(), batch.move.tolist(), strict=True)):
        if batch.catalogue.names[node] == part and move in (None, names[k]):
            day = on or batch.moves.on[k] or date.today()
            answers.append(checked.survey.explain(pair, day, checked.reference.working_days))
    if as_json:
        click.echo(json.dumps([plain(a) for a in answers], ensure_ascii=False, indent=2))
        return
    click.echo("\n\n".join("\n".join(answer_lines(a, tree=tree)) for a in answers))
