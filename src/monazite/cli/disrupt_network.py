"""`monazite disrupt network`: what blocked links and lost capacity cost industries or firms, day by day."""

import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monazite.cli.options import with_faults

if TYPE_CHECKING:
    from monazite.readers.disruption.network_scenarios import ScenarioFile

Plain = dict[str, Any]


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
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_faults
def network(scenario: Path, together: int, single: bool, workers: int, keep: Path | None, form: str) -> None:
    """What the scenarios of the YAML file SCENARIO cost, against the same days at rest.

    The file names a table (multi-regional through the pymrio library, or firm links from Parquet), figures of the
    model, items split out as products of their own, and scenarios: links blocked or waiting for licences, capacity
    lost. scenarios/network-made-up.yaml shows every field.

    \b
    Examples:
      monazite disrupt network scenarios/network-made-up.yaml
      monazite disrupt network many.yaml --workers 2 --single --keep out/many --format json
    """
    from monazite.readers.disruption.network_scenarios import read_scenario_file
    from monazite.writers.disruption_network import network_lines

    held = read_scenario_file(scenario)
    table = held.table
    click.echo(f"{held.name}: {len(table):,} industries, {len(table.products)} products, "
               f"{len(held.scenarios)} scenarios", err=True)  # fmt: skip
    found = _kept(held, keep, single)
    left = [at for at in range(len(held.scenarios)) if at not in found]
    if found:
        click.echo(f"{len(found)} scenarios were run before", err=True)
    batches = [left[at : at + together] for at in range(0, len(left), together)]

    def take(batch: list[int], outcomes: list[Plain]) -> None:
        found.update(zip(batch, outcomes, strict=True))
        if keep is not None:
            for at in batch:
                _keep(held, keep, single, at, found[at])
        click.echo(f"{len(found)} of {len(held.scenarios)} scenarios done", err=True)

    if workers > 1 and len(batches) > 1:
        with ProcessPoolExecutor(workers, initializer=_load, initargs=(scenario,)) as pool:
            jobs = [pool.submit(_run_loaded, batch, single) for batch in batches]
            for batch, job in zip(batches, jobs, strict=True):
                take(batch, job.result())
    else:
        for batch in batches:
            take(batch, _run(held, batch, single, _progress(held.steps)))
    plain = [found[at] for at in range(len(held.scenarios))]
    if form == "json":
        document = {"name": held.name, "sources": held.sources, "table": table.source, "scenarios": plain}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    click.echo(
        "\n".join([held.name, *(f"source: {source}" for source in held.sources), "", *network_lines(plain)])
    )


_LOADED: list["ScenarioFile"] = []


def _load(path: Path) -> None:
    from monazite.readers.disruption.network_scenarios import read_scenario_file

    _LOADED[:] = [read_scenario_file(path)]


def _run_loaded(batch: list[int], single: bool) -> list[Plain]:
    return _run(_LOADED[0], batch, single, lambda step: None)


def _run(held: "ScenarioFile", batch: list[int], single: bool, say: Callable[[int], None]) -> list[Plain]:
    from dataclasses import replace

    import numpy as np

    from monazite.disruption.outcome import simulate
    from monazite.writers.disruption_network import plain_outcome

    parameters = replace(held.parameters, dtype=np.float32 if single else np.float64)
    scenarios = [held.scenarios[at] for at in batch]
    outcomes = simulate(held.table, scenarios, steps=held.steps, parameters=parameters, say=say)
    return [plain_outcome(held.table, outcome) for outcome in outcomes]


def _progress(steps: int) -> Callable[[int], None]:
    def say(step: int) -> None:
        if step % 50 == 0:
            click.echo(f"  step {step} of {steps}", err=True)

    return say


def _file(keep: Path, at: int) -> Path:
    return keep / f"scenario-{at:05}.json"


def _stamp(held: "ScenarioFile", single: bool) -> Plain:
    """What a kept result must agree with: the file, the table's figures, the precision."""
    table = held.table
    totals = [float(table.flows.sum()), float(table.final_demand.sum()), len(table)]
    return {"scenario_file": held.digest, "table": totals, "single": single}


def _kept(held: "ScenarioFile", keep: Path | None, single: bool) -> dict[int, Plain]:
    found: dict[int, Plain] = {}
    if keep is None:
        return found
    keep.mkdir(parents=True, exist_ok=True)
    for at in range(len(held.scenarios)):
        try:
            document = json.loads(_file(keep, at).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if document.get("stamp") == _stamp(held, single):
            found[at] = document["outcome"]
    return found


def _keep(held: "ScenarioFile", keep: Path, single: bool, at: int, outcome: Plain) -> None:
    text = json.dumps({"stamp": _stamp(held, single), "outcome": outcome}, ensure_ascii=False)
    part = _file(keep, at).with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(_file(keep, at))
