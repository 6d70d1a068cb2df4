"""From a user's files to the cache: what they are, which loader reads them, under which name they are kept.

loaded = load([Path("BACI_HS92_V202601.zip")], cache=default_cache())
loaded.name                                    'baci-hs1992-202601'
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from monazite.leverage.flows import Flows
from monazite.leverage.production import Production
from monazite.readers.trade.baci import is_baci, read_baci
from monazite.readers.trade.cache import CacheWriter, Stored
from monazite.readers.trade.census import is_census, read_census
from monazite.readers.trade.columns import read_header
from monazite.readers.trade.comext import is_comext, read_comext
from monazite.readers.trade.comtrade import is_comtrade, read_comtrade
from monazite.readers.trade.governance import Governance, read_governance_file
from monazite.readers.trade.kept import keep_governance, keep_production
from monazite.readers.trade.shipped import shipped_datasets, trade_folder
from monazite.readers.trade.sieve import LeftOut
from monazite.readers.trade.sources import Progress, Source, find_sources
from monazite.readers.trade.usgs import read_world_tables
from monazite.readers.trade.world_mining import read_world_mining
from monazite.terms.faults import BadInput, Fault, near_match

KINDS = {
    "baci": "BACI of CEPII",
    "comtrade": "UN Comtrade",
    "us-census": "US Census Bureau",
    "comext": "Eurostat Comext",
    "world-mining": "World Mining Data",
    "usgs": "USGS Mineral Commodity Summaries",
    "governance": "Worldwide Governance Indicators",
}
SHIPPED_TABLES = ("usgs-2025", "usgs-2026", "governance")
"""Names of the shipped tables, beside the shipped data sets of flows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a load has put into the cache: flows, or tables."""

    name: str
    kind: str  # of KINDS
    stored: Stored | None = None
    production: tuple[Production, ...] = ()
    governance: Governance | None = None
    left_out: LeftOut = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a user may say of the files, where they do not say it themselves."""

    side: str = "importer"  # whose report: importer or exporter
    digits: int | None = None
    nomenclature: str | None = None
    release: str | None = None
    year: int | None = None  # of a file that names none
    years: Collection[int] | None = None  # those to read


def load(
    paths: Iterable[Path],
    *,
    cache: Path,
    kind: str | None = None,
    name: str | None = None,
    choices: Choices | None = None,
    progress: Progress | None = None,
) -> Loaded:
    """Read the files and keep them in the cache under a name; what stood under it is replaced once the new is whole.

    Raises
    ------
    BadInput with every fault of the files; then nothing is kept
    """
    choices = choices or Choices()
    sources = find_sources(paths)
    kind = kind or find_kind(sources)
    if name is not None and name in (*shipped_datasets(), *SHIPPED_TABLES):
        raise BadInput(
            [
                Fault(
                    where="--name",
                    what=f"'{name}' is the name of a data set that is shipped",
                    mend="Choose another",
                )
            ]
        )
    if kind in ("world-mining", "usgs"):
        return _load_production(sources, cache, kind, name, choices)
    if kind == "governance":
        return _load_governance(sources, cache, name, choices)
    _check_columns(sources, kind)
    left_out: LeftOut = {}
    flows = _flows(kind, sources, choices, progress, left_out)
    first = next(flows, None)
    if first is None:
        mend = "Ask for other years" if choices.years is not None else ""
        raise BadInput(
            [Fault(where=sources[0].name, what="no row of it is a flow of the years asked", mend=mend)]
        )
    name = name or default_name(kind, first, choices)
    with CacheWriter(cache, name) as writer:
        writer.add(first)
        years = [first.year]
        del first
        for one in flows:
            writer.add(one)
            years.append(one.year)
        stored = writer.finish(made_from=[source.says() for source in sources], left_out=left_out)
    return Loaded(name=name, kind=kind, stored=stored, left_out=left_out)


def _flows(
    kind: str, sources: Sequence[Source], choices: Choices, progress: Progress | None, left_out: LeftOut
) -> Iterator[Flows]:
    if kind == "baci":
        return read_baci(
            sources,
            nomenclature=choices.nomenclature,
            release=choices.release,
            years=choices.years,
            progress=progress,
        )
    if kind == "comtrade":
        return read_comtrade(
            sources, side=choices.side, digits=choices.digits or 6, release=choices.release, years=choices.years,
            progress=progress, left_out=left_out,
        )  # fmt: skip
    if kind == "us-census":
        return read_census(
            sources, digits=choices.digits, release=choices.release, year=choices.year, years=choices.years,
            progress=progress, left_out=left_out,
        )  # fmt: skip
    if kind == "comext":
        return read_comext(
            sources, side=choices.side, digits=choices.digits or 8, release=choices.release, years=choices.years,
            progress=progress, left_out=left_out,
        )  # fmt: skip
    raise BadInput(
        [Fault(where="--dataset", what=f"'{kind}' is no kind of data set", mend=near_match(kind, KINDS))]
    )


def _check_columns(sources: Sequence[Source], kind: str) -> None:
    """That every file of national statistics has the columns of its kind; BACI's archives hold other tables too."""
    check = {"comtrade": is_comtrade, "us-census": is_census, "comext": is_comext}.get(kind)
    if check is None:
        return
    faults = [
        Fault(
            where=source.name, what=f"its columns are not those of {KINDS[kind]}", mend="Give its files alone"
        )
        for source in sources
        if not check(read_header(source))
    ]
    if faults:
        raise BadInput(faults)


def find_kind(sources: Sequence[Source]) -> str:
    """What the files are, by their columns.

    Raises
    ------
    BadInput where no loader knows them
    """
    for source in sources:
        if source.suffix == ".xlsx":
            return "world-mining"
        columns = read_header(source)
        held = {column.casefold() for column in columns}
        if is_comtrade(columns):
            return "comtrade"
        if is_census(columns):
            return "us-census"
        if is_comext(columns):
            return "comext"
        if {"statistics_detail", "mcs chapter"} <= held or {"unit_meas", "commodity"} <= held:
            return "usgs"
        if "estimate" in held and "year" in held:
            return "governance"
        if is_baci(source):
            return "baci"
    where = ", ".join(sorted({str(source.path) for source in sources}))
    mend = f"Name the kind: --dataset {'|'.join(KINDS)}"
    raise BadInput(
        [Fault(where=where, what="the columns are those of no data set that can be read", mend=mend)]
    )


def default_name(kind: str, flows: Flows, choices: Choices) -> str:
    """The name under which flows are kept where none is given."""
    basis = flows.basis
    release = basis.release.casefold().replace(" ", "-") if basis.release != "not named" else ""
    words = {
        "baci": ["baci", basis.nomenclature.casefold(), release],
        "comtrade": ["comtrade", choices.side, release],
        "us-census": ["us-census", "imports" if basis.side.startswith("importer") else "exports", release],
        "comext": ["comext", choices.side, release],
    }[kind]
    return "-".join(word for word in words if word)


def _load_production(
    sources: Sequence[Source], cache: Path, kind: str, name: str | None, choices: Choices
) -> Loaded:
    tables: list[Production] = []
    faults: list[Fault] = []
    for source in sources:
        try:
            if source.member:
                raise BadInput(
                    [
                        Fault(
                            where=source.name,
                            what="tables are not read from an archive",
                            mend="Unpack it first",
                        )
                    ]
                )
            if kind == "usgs":
                tables += read_world_tables(source.path, trade_folder() / "usgs-tables.csv")
            else:
                tables += read_world_mining(source.path, release=choices.release or "not named")
        except BadInput as bad:
            faults += bad.faults
    if faults:
        raise BadInput(faults)
    kept = [table for table in tables if choices.years is None or table.year in choices.years]
    if not kept:
        raise BadInput(
            [Fault(where=sources[0].name, what="it has no table of a mineral at a stage in the years asked")]
        )
    releases = "-".join(
        sorted({table.release.casefold().replace(" ", "-") for table in kept} - {"not-named"})
    )
    # The shipped tables hold the plain names.
    name = name or "-".join(word for word in (kind, releases, "loaded" if kind == "usgs" else "") if word)
    keep_production(cache, name, kept)
    return Loaded(name=name, kind=kind, production=tuple(kept))


def _load_governance(sources: Sequence[Source], cache: Path, name: str | None, choices: Choices) -> Loaded:
    if len(sources) != 1 or sources[0].member:
        mend = "Give one CSV file with the columns iso3, year and estimate"
        raise BadInput(
            [Fault(where=sources[0].name, what=f"{len(sources)} files or an archive of estimates", mend=mend)]
        )
    release = choices.release or "not named"
    governance = read_governance_file(
        sources[0].path, indicator="estimate of the file", release=release, licence="CC BY 4.0",
        attribution="World Bank, Worldwide Governance Indicators, www.govindicators.org, CC BY 4.0.",
    )  # fmt: skip
    name = name or ("governance-loaded" if release == "not named" else f"governance-{release.casefold()}")
    keep_governance(cache, name, governance)
    return Loaded(name=name, kind="governance", governance=governance)
