"""`monazite disrupt network`: what blocked links and lost capacity cost industries or firms, day by day."""

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monazite.cli.options import OutPath, book_option, with_faults

if TYPE_CHECKING:
    from monazite.readers.disruption.network_scenarios import ScenarioFile, Variant
    from monazite.regime.book import Book

Plain = dict[str, Any]
FIGURES = ("psi", "alpha_max", "alpha_tau", "restock", "step", "cover", "switch", "bind")


@click.command()
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option(
    "--together", type=click.IntRange(1), default=32, show_default=True, help="Scenarios run at once."
)
@click.option("--single", is_flag=True, help="Count in single precision: faster with many scenarios.")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path),
    help="Folder for each scenario's result; those there already are not run again.",
)  # fmt: skip
@click.option("--level", type=click.FloatRange(0, 1, min_open=True), default=0.95, show_default=True,
              help="Share of production at rest below which an industry has fallen.")  # fmt: skip
@click.option("--ranges/--no-ranges", default=True, show_default=True,
              help="Try the ranges of the file, one at a time.")  # fmt: skip
@click.option("--out", type=OutPath(file_okay=False), help="Folder for a page with curves.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@book_option
@with_faults
def network(
    scenario: Path,
    together: int,
    single: bool,
    workers: int,
    keep: Path | None,
    level: float,
    ranges: bool,
    out: Path | None,
    form: str,
    book_path: str | None,
) -> None:
    """What the scenarios of the YAML file SCENARIO cost, against the same days at rest.

    The file names a table (real trade as shipped, multi-regional tables, or firm links), a control with its states of
    the world, and scenarios: links blocked or waiting for licences, capacity lost. Fields: docs/how-to/scenarios.md.

    \b
    Examples:
      monazite disrupt network scenarios/april-2025.yaml
      monazite disrupt network scenarios/six-month-refusal.yaml --out out/refusal
      monazite disrupt network scenarios/network-made-up.yaml
      monazite disrupt network many.yaml --workers 2 --single --keep out/many --format json
    """
    from monazite.readers.disruption.network_scenarios import read_scenario_file, read_variants
    from monazite.writers.disruption.network import network_lines, range_lines

    if not 0 < level <= 1:  # not a number passes the bounds of the option
        raise click.UsageError(f"--level {level} is no share from 0 to 1")
    book = _book(book_path)
    held = read_scenario_file(scenario, book=book)
    table = held.table
    click.echo(f"{held.name}: {len(table):,} industries, {len(table.products)} products, "
               f"{len(held.scenarios)} scenarios", err=True)  # fmt: skip
    variants = read_variants(scenario, book=book) if ranges and held.ranges else []
    stamp = _stamp(held, single, level, together)
    found = _kept(held, keep, stamp)
    if found:
        click.echo(f"{len(found)} scenarios were run before", err=True)
    # Which scenarios run together moves last digits: a batch is always the same places, and runs as a whole.
    every = range(len(held.scenarios))
    cut = [list(every[at : at + together]) for at in range(0, len(every), together)]
    batches = [batch for batch in cut if not found.keys() >= set(batch)]

    def take(batch: list[int], outcomes: list[Plain]) -> None:
        found.update(zip(batch, outcomes, strict=True))
        if keep is not None:
            for at in batch:
                _keep(keep, stamp, at, found[at])
        click.echo(f"{len(found)} of {len(held.scenarios)} scenarios done", err=True)

    if workers > 1 and len(batches) > 1:
        before = signal.signal(signal.SIGTERM, _end_workers)
        try:
            with ProcessPoolExecutor(workers, initializer=_load, initargs=(scenario, book_path)) as pool:
                jobs = [pool.submit(_run_loaded, batch, single, level) for batch in batches]
                for batch, job in zip(batches, jobs, strict=True):
                    take(batch, job.result())
        finally:
            signal.signal(signal.SIGTERM, before)
    else:
        for batch in batches:
            take(batch, _run(held, batch, single, level, _progress(held.steps)))
    plain = [found[at] for at in range(len(held.scenarios))]
    tried = _tried(variants, plain, single, level) if variants else []
    document = {"name": held.name, "says": held.says, "day_0": held.day_0.isoformat() if held.day_0 else None,
                "sources": held.sources, "table": table.source, "notes": [*table.notes, *held.notes],
                "scenarios": plain, "ranges": tried}  # fmt: skip
    if out is not None:
        from monazite.writers.disruption.network_page import write_network_page

        click.echo(f"Open {write_network_page(out / 'network.html', document)}", err=True)
    if form == "json":
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    head = [held.name, *([held.says] if held.says else []), *(f"source: {source}" for source in held.sources)]
    click.echo(
        "\n".join(
            [
                *head,
                f"table: {table.source}",
                *(f"note: {note}" for note in (*table.notes, *held.notes)),
                "",
                *network_lines(plain),
                "",
                *range_lines(tried),
            ]
        )
    )


_LOADED: list["ScenarioFile"] = []


def _book(path: str | None) -> Callable[[], "Book"]:
    from monazite.readers.law import read_book

    return cache(partial(read_book, path))


def _load(path: Path, book_path: str | None) -> None:
    from monazite.readers.disruption.network_scenarios import read_scenario_file

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _end_with_parent()
    _LOADED[:] = [read_scenario_file(path, book=_book(book_path))]


def _end_with_parent() -> None:
    """End this worker, whatever it does, when the process that started it is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def _end_workers(number: int, frame: object) -> None:
    """End the workers, and then this process."""
    for worker in multiprocessing.active_children():
        worker.terminate()
    os._exit(128 + number)


def _run_loaded(batch: list[int], single: bool, level: float) -> list[Plain]:
    return _run(_LOADED[0], batch, single, level, lambda step: None)


def _run(
    held: "ScenarioFile", batch: list[int], single: bool, level: float, say: Callable[[int], None]
) -> list[Plain]:
    from dataclasses import replace

    import numpy as np

    from monazite.disruption.network.losses import follow, groups_of
    from monazite.writers.disruption.network import plain_loss

    parameters = replace(held.parameters, dtype=np.float32 if single else np.float64)
    scenarios = [held.scenarios[at] for at in batch]
    groups = groups_of(held.table)
    losses = follow(
        held.table, scenarios, steps=held.steps, groups=groups, parameters=parameters, level=level, say=say
    )
    return [plain_loss(held.table, loss, groups, held.day_0) for loss in losses]


def _tried(variants: list["Variant"], plain: list[Plain], single: bool, level: float) -> list[Plain]:
    """Every scenario at each end of every range; those with one table and one set of figures run together."""
    from dataclasses import replace

    import numpy as np

    from monazite.writers.disruption.network import plain_ranges

    count = len(plain)
    alike: dict[object, list[int]] = {}
    for at, variant in enumerate(variants):
        figures = variant.file.parameters
        values = (np.asarray(getattr(figures, name), dtype=float).tobytes() for name in FIGURES)
        key = (id(variant.file.table), *values, variant.file.steps)
        alike.setdefault(key, []).append(at)
    ends: dict[int, list[Plain]] = {}
    for places in alike.values():
        first = variants[places[0]].file
        together = replace(first, scenarios=tuple(s for at in places for s in variants[at].file.scenarios))
        done = _run(together, list(range(len(together.scenarios))), single, level, lambda step: None)
        for n, at in enumerate(places):
            ends[at] = done[n * count : (n + 1) * count]
        click.echo(f"{len(ends)} of {len(variants)} ends of ranges done", err=True)
    tried = [
        (
            {"path": v.range.path, "low": v.range.low, "high": v.range.high, "source": v.range.source},
            ends[at],
            ends[at + 1],
        )
        for at, v in enumerate(variants)
        if v.end == "low"
    ]
    return plain_ranges(plain, tried)


def _progress(steps: int) -> Callable[[int], None]:
    def say(step: int) -> None:
        if step % 50 == 0:
            click.echo(f"  step {step} of {steps}", err=True)

    return say


def _file(keep: Path, at: int) -> Path:
    return keep / f"scenario-{at:05}.json"


def _stamp(held: "ScenarioFile", single: bool, level: float, together: int) -> Plain:
    """What a kept result must agree with: the file, the table, the shares by day, precision, level and batches."""
    table, shares = held.table, sha256()
    figures = sha256(json.dumps([len(table), table.unit, table.names, table.products]).encode())
    for held_figures in (table.flows, table.final_demand, table.product):
        figures.update(held_figures.tobytes())
    for scenario in held.scenarios:
        for rule in (*scenario.permissions, *scenario.losses):
            shares.update(rule.share.tobytes())
    return {"scenario_file": held.digest, "table": figures.hexdigest(), "shares": shares.hexdigest(),
            "single": single, "level": level, "together": together}  # fmt: skip


def _kept(held: "ScenarioFile", keep: Path | None, stamp: Plain) -> dict[int, Plain]:
    found: dict[int, Plain] = {}
    if keep is None:
        return found
    keep.mkdir(parents=True, exist_ok=True)
    for at in range(len(held.scenarios)):
        try:
            document = json.loads(_file(keep, at).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(document, dict) and document.get("stamp") == stamp and "outcome" in document:
            found[at] = document["outcome"]
    return found


def _keep(keep: Path, stamp: Plain, at: int, outcome: Plain) -> None:
    text = json.dumps({"stamp": stamp, "outcome": outcome}, ensure_ascii=False)
    part = _file(keep, at).with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(_file(keep, at))
