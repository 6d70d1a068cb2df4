"""World Mining Data of the Austrian Federal Ministry of Finance: production by country and year, a sheet for each mineral.

Every sheet of `6.4. Production_of_Mineral_Raw_Materials_of_individual_Countries_by_Minerals.xlsx` has a title, a header
(`Country`, `unit`, the years, `data source`), a row for each country and `Total` at the end. The unit differs by sheet: metric tons,
kilograms, carats, million cubic metres; it is kept, never turned. An empty cell is unknown, a zero is a zero.

The table says nothing of a stage. Most sheets are of mine production; those of metals won from others' residues (gallium, germanium,
indium, ...) and of smelters are of refineries: `STAGES`, ours.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from monazite.leverage.production import Production, Stage
from monazite.readers.reference import Countries, read_reference
from monazite.readers.trade.sieve import country_name
from monazite.terms.faults import BadInput, Fault

DATASET = "World Mining Data"
LICENCE = "terms of the publisher not verified here"
ATTRIBUTION = "Source: World Mining Data, Federal Ministry of Finance, Austria, www.world-mining-data.info."
STAGES = {
    "aluminium": Stage.METAL,
    **{name: Stage.REFINERY for name in ("arsenic", "bismuth", "cadmium", "gallium", "germanium", "indium", "selenium", "tellurium")},
}  # fmt: skip
MINERALS = {"rare earths": "rare earths", "titanium": "titanium", "graphite": "graphite", "baryte": "barite"}


def read_world_mining(
    path: Path, *, release: str = "not named", countries: Countries | None = None
) -> tuple[Production, ...]:
    """The production tables of a workbook, one for each sheet and year.

    Raises
    ------
    BadInput with every cell that is no number, every name that is no country, and every sheet without the header
    """
    countries = countries or read_reference().countries
    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise BadInput([Fault(where=str(path), what=f"this workbook cannot be read: {error}")]) from None
    faults: list[Fault] = []
    made: list[Production] = []
    for sheet in book.sheet_names:
        made += _sheet(
            path,
            sheet,
            book.get_sheet_by_name(sheet).to_python(skip_empty_area=False),
            release,
            countries,
            faults,
        )
    if faults:
        raise BadInput(faults)
    if not made:
        raise BadInput([Fault(where=str(path), what="no sheet has the columns Country, unit and years")])
    return tuple(made)


def _sheet(
    path: Path,
    sheet: str,
    rows: Sequence[Sequence[object]],
    release: str,
    countries: Countries,
    faults: list[Fault],
) -> list[Production]:
    top = next(
        (n for n, row in enumerate(rows[:10]) if row and str(row[0]).strip().casefold() == "country"), None
    )
    if top is None:
        return []
    header = [_plain(cell) for cell in rows[top]]
    years = {n: int(text) for n, text in enumerate(header) if re.fullmatch(r"(19|20)\d\d", text)}
    unit_at = next((n for n, text in enumerate(header) if text.casefold().startswith("unit")), None)
    source_at = next((n for n, text in enumerate(header) if "source" in text.casefold()), None)
    if not years or unit_at is None:
        faults.append(Fault(where=f"{path}, {sheet}!A{top + 1}", what="the header names no unit or no years"))
        return []
    amounts: dict[int, dict[str, float | None]] = {at: {} for at in years}
    world: dict[int, float | None] = dict.fromkeys(years)
    estimated, units = set(), set()
    for n, row in enumerate(rows[top + 1 :], start=top + 2):
        name = _plain(row[0]) if row else ""
        if not name:
            continue
        if _plain(row[unit_at]):
            units.add(_plain(row[unit_at]))
        cells = {at: _amount(path, sheet, n, at, row[at], faults) for at in years if at < len(row)}
        if name.casefold() == "total":
            world = {**world, **cells}
            continue
        code = country_name(name, countries)
        if code is None:
            faults.append(
                Fault(
                    where=f"{path}, {sheet}!A{n}",
                    what=f"'{name}' is not a country",
                    mend=countries.near(name),
                )
            )
            continue
        if source_at is not None and source_at < len(row) and _plain(row[source_at]).casefold() == "e":
            estimated.add(code)
        for at, amount in cells.items():
            if amounts[at].get(code, amount) != amount:
                faults.append(
                    Fault(where=f"{path}, {sheet}!A{n}", what=f"{name} stands twice with different figures")
                )
            amounts[at][code] = amount
    if len(units) > 1:
        faults.append(
            Fault(
                where=f"{path}, {sheet}", what=f"the sheet has more than one unit: {', '.join(sorted(units))}"
            )
        )
    mineral, scope = _scope(sheet)
    notes = (f"Estimated by the publisher: {', '.join(sorted(estimated))}",) if estimated else ()
    return [] if faults else [
        Production(
            mineral=mineral, scope=scope, stage=STAGES.get(mineral, Stage.MINE), year=year, dataset=DATASET, release=release,
            unit=next(iter(units), ""), amounts=amounts[at], world=world[at], estimated=bool(estimated), licence=LICENCE,
            attribution=ATTRIBUTION, notes=notes,
        )
        for at, year in years.items()
    ]  # fmt: skip


def _plain(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _amount(path: Path, sheet: str, row: int, at: int, cell: object, faults: list[Fault]) -> float | None:
    text = _plain(cell).replace(",", "").replace(" ", "")
    if text in ("", "-", "None"):
        return None
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 <= amount < float("inf"):
        column = chr(ord("A") + at) if at < 26 else f"column {at + 1} of row "
        faults.append(Fault(where=f"{path}, {sheet}!{column}{row}", what=f"'{_plain(cell)}' is no amount"))
        return None
    return amount


def _scope(sheet: str) -> tuple[str, str]:
    """Mineral and scope from the name of a sheet.

    >>> _scope("Rare Earths (REO)"), _scope("Gallium")
    (('rare earths', 'as REO'), ('gallium', 'as the sheet counts it'))
    """
    found = re.fullmatch(r"(.+?)\s*\((.+)\)", sheet.strip())
    mineral = (found[1] if found else sheet).strip().casefold()
    return MINERALS.get(mineral, mineral), f"as {found[2]}" if found else "as the sheet counts it"
