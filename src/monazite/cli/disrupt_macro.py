"""`monazite disrupt macro`: price and power of one material, beside published figures."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monazite.cli.options import with_faults

if TYPE_CHECKING:
    from monazite.disruption.economy.macro import Elasticity, Range
    from monazite.writers.disruption.macro import Share


class RangeType(click.ParamType):
    """A number, or two with `..` between them: 0.1..0.5."""

    name = "low[..high]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> "Range":
        """The range, or wrong use."""
        from monazite.disruption.economy.macro import Range
        from monazite.terms.faults import BadInput

        if isinstance(value, Range):
            return value
        low, _, high = str(value).partition("..")
        try:
            return Range(float(low), float(high or low))
        except ValueError:
            self.fail(f"'{value}' is no range. Write a number or LOW..HIGH, such as 0.1..0.5", param, ctx)
        except BadInput:
            self.fail(f"'{value}' is no range from 0 up. Write LOW..HIGH, the low one first", param, ctx)


RANGE = RangeType()


@click.command("macro")
@click.argument("material")
@click.option("--supplier", default="CHN", show_default=True, help="Who withholds: a country or a group.")
@click.option("--buyer", default="USA", show_default=True, help="From whom: a country or a group.")
@click.option("--year", type=int, help="Year of the trade and production. [default: the last one held]")
@click.option(
    "--code", "codes", multiple=True, help="Customs code, in place of the material's own; repeatable."
)
@click.option("--share", "shares", type=click.FloatRange(0, 1), multiple=True,
              help="The supplier's share w, in place of data; repeatable.")  # fmt: skip
@click.option("--cut", "cuts", type=click.FloatRange(0, 1), multiple=True,
              help="Part q of the supply that is gone; repeatable. [default: each share, a full stop]")  # fmt: skip
@click.option("--demand-elasticity", "demand", type=RANGE, help="e_d, absolute, such as 0.1..0.5.")
@click.option("--supply-elasticity", "supply", type=RANGE, help="e_s of the other suppliers, such as 0..0.2.")
@click.option(
    "--substitution", type=RANGE, help="s, elasticity of substitution between suppliers, such as 3."
)
@click.option("--elasticities", type=click.Path(path_type=Path, dir_okay=False), help="A table of your own.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@with_faults
def macro(
    material: str, supplier: str, buyer: str, year: int | None, codes: tuple[str, ...], shares: tuple[float, ...],
    cuts: tuple[float, ...], demand: "Range | None", supply: "Range | None", substitution: "Range | None",
    elasticities: Path | None, form: str, as_json: bool,
) -> None:  # fmt: skip
    """Price and power of MATERIAL: an order of magnitude from two formulas, beside published figures.

    The price moves by about q / (e_d + e_s); the input costs -ln(1 - w) / (s - 1) more in logs where a supplier of share
    w withholds. Shares come from trade and production data. Where no elasticity is known none is put in its place: the
    command asks for it.

    \b
    Examples:
      monazite disrupt macro gallium --demand-elasticity 0.1..0.5 --supply-elasticity 0..0.2 --cut 0.02
      monazite disrupt macro magnets --buyer USA
      monazite disrupt macro dysprosium --supplier CHN --buyer Japan --substitution 3
      monazite disrupt macro magnets --share 0.9 --share 0.95 --substitution 1.75..2.25 --json
    """
    from monazite.cli.leverage_data import find_country, shipped_groups
    from monazite.disruption.economy.macro import Kind
    from monazite.readers.disruption.magnitudes import read_elasticities, read_magnitudes
    from monazite.readers.trade.chains import read_chains
    from monazite.readers.trade.shipped import read_production
    from monazite.terms.faults import BadInput, Fault
    from monazite.writers.disruption.macro import GIVEN, Share, macro_csv, macro_document, macro_lines

    faults: list[Fault] = []
    known, chain = _material(material, faults)
    traders = []
    for option, text in (("--supplier", supplier), ("--buyer", buyer)):
        own: list[Fault] = []
        traders.append(find_country(text, own, shipped_groups()))
        faults += [Fault(where=option, what=fault.what, mend=fault.mend) for fault in own]
    if traders[0] == traders[1] and not faults:
        faults.append(Fault(where="--buyer", what=f"{traders[0]} is the supplier too", mend="Name another"))
    for code in codes:
        if not re.fullmatch(r"\d{2,10}", code.replace(".", "")):
            mend = "Write two to ten digits, such as 850511"
            faults.append(Fault(where="--code", what=f"'{code}' is no product code", mend=mend))
    if faults:
        raise BadInput(faults)
    notes: list[str] = []
    if shares:
        found = [Share(stage=GIVEN, of=GIVEN, share=share, base=GIVEN, is_given=True) for share in shares]
    elif codes:
        found = _of_codes([code.replace(".", "") for code in codes], traders[0], traders[1], year, notes)
    else:
        links = [link for link in read_chains() if link.chain == chain]
        if known == "magnets":
            links = [link for link in links if link.stage.startswith("magnet")]
        found = []
        for link in links:
            found += (
                _made(link.mineral, link.stage, traders[0], year, notes)
                if link.is_production
                else bought(
                    link.dataset, link.codes, link.stage, link.scope, traders[0], traders[1], year, notes
                )
            )
        if not links:
            stages = dict.fromkeys(str(p.stage) for p in read_production() if p.mineral == chain)
            found = [share for stage in stages for share in _made(chain, stage, traders[0], year, notes)]
        if chain != known and known != "magnets":
            notes.append(f"No data here tell {known} from other {chain}: shares are of all {chain} together.")
    table = read_elasticities(elasticities)
    used = {
        kind: _chosen(given, kind, known, chain, table)
        for kind, given in ((Kind.DEMAND, demand), (Kind.SUPPLY, supply), (Kind.SUBSTITUTION, substitution))
    }
    document = macro_document(
        material=known, chain=chain, supplier=traders[0], buyer=traders[1], shares=found, cuts=cuts, used=used,
        table=table, magnitudes=read_magnitudes(), notes=notes,
    )  # fmt: skip
    form = "json" if as_json else form
    if form == "json":
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    elif form == "csv":
        click.echo(macro_csv(document), nl=False)
    else:
        click.echo("\n".join(macro_lines(document)))


def _material(text: str, faults: "list[Any]") -> tuple[str, str]:
    """The material's name, and the chain or mineral whose data show it."""
    from monazite.readers.reference import read_reference
    from monazite.readers.trade.chains import read_chains
    from monazite.readers.trade.shipped import read_production
    from monazite.terms.facts import RARE_EARTHS
    from monazite.terms.faults import Fault, near_match

    given = text.strip().casefold()
    reference = read_reference()
    chains = list(dict.fromkeys(link.chain for link in read_chains()))
    minerals = {production.mineral for production in read_production()}
    names = {name: name for name in (*chains, *sorted(minerals))}
    names |= {"magnets": "rare earths", "magnet": "rare earths"}
    if given in names:
        return ("magnets" if given == "magnet" else given), names[given]
    symbol = reference.find_word("element", text)
    if symbol is not None:
        words = [name for name, meaning in reference.words["element"].items() if meaning == symbol]
        name = next((n for n in words if len(n) > 2), symbol)
        own = next((names[n] for n in words if n in names), None)
        if own or symbol in RARE_EARTHS:
            return name, own or "rare earths"
        return name, name
    mend = near_match(text, names) or "Name a material such as gallium, dysprosium, graphite or magnets"
    faults.append(Fault(where="MATERIAL", what=f"'{text}' is no material known here", mend=mend))
    return given, given


def _chosen(
    given: "Range | None", kind: str, material: str, chain: str, table: "tuple[Elasticity, ...]"
) -> "tuple[Elasticity, ...]":
    """What was given; else the estimates of the material, of its chain, of all goods (substitution alone)."""
    from monazite.disruption.economy.macro import ALL_GOODS, Elasticity, Kind
    from monazite.writers.disruption.macro import GIVEN

    if given is not None:
        return (
            Elasticity(
                material=material, kind=Kind(kind), horizon="", value=given, of=GIVEN, quality="",
                source_title=GIVEN, source_url="", note="",
            ),
        )  # fmt: skip
    wanted = [material, chain] + ([ALL_GOODS] if kind == Kind.SUBSTITUTION else [])
    for name in wanted:
        found = tuple(e for e in table if e.kind == kind and e.material == name and e.value is not None)
        if found:
            return found
    return ()


def _of_codes(
    codes: list[str], supplier: str, buyer: str, year: int | None, notes: list[str]
) -> "list[Share]":
    """The share at the buyer of codes named by the user: in BACI, else in what the United States bought."""
    from monazite.readers.trade.shipped import BACI, US_IMPORTS, baci_products

    in_baci = all(any(held.startswith(code) for held in baci_products()) for code in codes)
    dataset = BACI if in_baci else US_IMPORTS
    return bought(dataset, tuple(codes), "code", ", ".join(codes), supplier, buyer, year, notes)


def bought(
    dataset: str, codes: tuple[str, ...], stage: str, scope: str, supplier: str, buyer: str, year: int | None, notes: list[str]
) -> "list[Share]":  # fmt: skip
    """The supplier's part of what the buyer imports of the codes, by value; none with a note where the data lack it."""
    from monazite.cli.leverage_data import open_data, shipped_groups
    from monazite.leverage.flows import choose
    from monazite.readers.trade.shipped import US_IMPORTS
    from monazite.writers.disruption.macro import Share

    if dataset == US_IMPORTS and buyer != "USA":
        notes.append(f"{stage} ({', '.join(codes)}): the data hold the imports of the United States alone.")
        return []
    known = shipped_groups()
    asked = open_data(dataset, None, None, [known[name] for name in (supplier, buyer) if name in known])
    there = [held for held in asked.years if year is None or held <= year]
    if not there:
        notes.append(f"{stage} ({', '.join(codes)}): {dataset} begins in {asked.years[0]}.")
        return []
    flows = asked.flows(there[-1])
    if buyer not in flows.countries or supplier not in flows.countries:
        gone = buyer if buyer not in flows.countries else supplier
        notes.append(f"{stage} ({', '.join(codes)}): {gone} has no trade in {dataset} in {there[-1]}.")
        return []
    bought = choose(flows, products=codes, importers=[buyer])
    whole = float(bought.value.sum())
    if not whole:
        notes.append(f"{stage} ({', '.join(codes)}): {buyer} bought none in {dataset} in {there[-1]}.")
        return []
    mine = float(bought.value[bought.exporter == flows.country(supplier)].sum())
    base = f"{buyer}'s imports of {', '.join(codes)} by value, {there[-1]}; {flows.basis.dataset}, {flows.basis.release}"
    return [Share(stage=stage, of=scope, share=mine / whole, base=base, is_given=False)]


def _made(mineral: str, stage: str, supplier: str, year: int | None, notes: list[str]) -> "list[Share]":
    """The supplier's part of world production, the last year and release; none with a note where it is not printed."""
    from monazite.cli.leverage_data import shipped_groups
    from monazite.leverage.production import missing, production_shares
    from monazite.readers.trade.shipped import read_production
    from monazite.writers.disruption.macro import Share

    fitting = [p for p in read_production() if (p.mineral, str(p.stage), p.of) == (mineral, stage, "production")
               and (year is None or p.year <= year)]  # fmt: skip
    if not fitting:
        notes.append(f"{stage} ({mineral}): no table of production of that year.")
        return []
    last = max(fitting, key=lambda p: (p.year, p.release))
    group = shipped_groups().get(supplier)
    shares = production_shares(last)
    parts = [shares.get(code) for code in (group.members_in(last.year) if group else (supplier,))]
    known = [part for part in parts if part is not None]
    if not known:
        notes.append(f"{stage} ({mineral}): no figure for {supplier}.")
        return []
    if said := missing(last).says():
        notes.append(f"{stage} ({mineral}, {last.year}): {said}.")
    base = f"world production {last.year}; {last.dataset}, release {last.release}"
    return [Share(stage=stage, of=last.scope, share=sum(known), base=base, is_given=False)]
