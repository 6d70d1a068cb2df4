"""`monazite leverage`: who depends on whom, in which goods, at which stage, since when, and how robust that is."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monazite.cli.leverage_data import (
    BACI,
    US_IMPORTS,
    check_traders,
    clean_code,
    data_with,
    find_country,
    groups_of,
    html_option,
    make_account,
    member_codes,
    open_data,
    shared_options,
    shipped_groups,
    traders_of,
    write,
)
from monazite.cli.leverage_parts import (
    controls_of,
    controls_table,
    country_lead,
    data_notes,
    joined,
    pair_lead,
    product_lead,
    stages_of,
)
from monazite.cli.leverage_screens import (
    Risk,
    markets_of,
    pair_screens,
    parse_factor,
    product_screens,
    products_under,
    records_of,
)
from monazite.cli.options import Number, book_option, on_option, with_faults
from monazite.terms.faults import BadInput, Fault

if TYPE_CHECKING:
    from monazite.leverage.account import Table

SCREENED = 40
"""So many products of a country are screened: the most exposed."""
GOODS = 1_000
"""Data with fewer products are an extract: totals of all goods are no base for them."""


@click.command()
@click.argument("first")
@click.argument("second")
@shared_options
@html_option
@with_faults
def pair(
    first: str, second: str, dataset: str | None, year: int | None, digits: int | None, groups: tuple[str, ...],
    form: str | None, out: Path | None, page: Path | None,
) -> None:  # fmt: skip
    """What FIRST dominates of SECOND's purchases, and the other way: in which goods, since when, and how robust that is.

    A product is dominated where one supplier has more than half of the importer's purchases of it. FIRST and SECOND are
    countries in any spelling, or groups (EU27, G7). All variants of the figure stand in one table; none is chosen.

    \b
    Examples:
      monazite leverage pair CHN USA
      monazite leverage pair China EU27 --year 2023 --html pair.html
      monazite leverage pair CHN USA --data us-imports --digits 6
      monazite leverage pair CHN USA --format csv > pair.csv
    """
    from monazite.leverage import of_pair, of_product
    from monazite.leverage.account import Note
    from monazite.leverage.variants import Variant, asymmetry_variants
    from monazite.readers.trade.chains import read_chains, read_reported_totals

    faults: list[Fault] = []
    known, codes = traders_of([first, second], groups, faults)
    if len(set(codes)) < 2 and not faults:
        faults.append(Fault(where="leverage pair", what=f"{first} and {second} are one", mend="Name two"))
    asked = open_data(dataset or BACI, year, digits, list(known.values()), faults)
    check_traders(asked, codes)
    one, other = codes
    course = [asked.flows(y, importers=codes) for y in asked.years if y <= asked.year]
    both = of_pair.Pair(first=one, second=other, flows=asked.flows(), course=course)
    rare_earths = [link for link in read_chains() if link.chain == "rare earths"]
    samples = [asked.whole(y) for y in asked.years if y in (asked.year, asked.year - 1, asked.year - 5)][::-1]
    if dataset is None and "USA" in codes:
        samples.append(open_data(US_IMPORTS, None, None).whole())
    variants: list[Variant] = []
    one_sided = {sample.basis.dataset for sample in samples if of_product.is_one_sided(sample)}
    for sample in samples:
        these = [group for group in known.values() if group.name not in sample.countries]
        totals = read_reported_totals() if len(sample.products) > GOODS else ()
        variants += asymmetry_variants([sample], one, other, groupings=[these], reported=totals)
    tables: list[Table | None] = [
        of_pair.headline_table(both),
        of_pair.dominated_table(both, one, other),
        of_pair.dominated_table(both, other, one),
        of_pair.variants_table(both, variants, one_sided),
        of_pair.course_table(both),
        *stages_of(rare_earths, asked, codes),
        *pair_screens(both, asked),
        of_pair.loss_table(both),
        of_pair.ribbons_table(both),
        of_pair.world_table(both),
    ]
    lead = [pair_lead(one, both.why) for one in both.dominated]
    notes = [Note("no home production"), *data_notes(asked), Note("entrepot")]
    write(make_account("pair", codes, asked, tables, lead=lead, notes=notes), form=form, out=out, page=page)


@click.command()
@click.argument("code")
@shared_options
@on_option
@click.option(
    "--exporter",
    "exporters",
    multiple=True,
    metavar="COUNTRY",
    help="Show this exporter's share as well; repeatable.",
)
@html_option
@book_option
@with_faults
def product(
    code: str, dataset: str | None, year: int | None, digits: int | None, groups: tuple[str, ...], form: str | None, out: Path | None,
    on: date, exporters: tuple[str, ...], page: Path | None, book_path: str | None,
) -> None:  # fmt: skip
    """Who supplies whom with a product, at which stage the chokepoints are, and which controls stand on the day.

    CODE is a customs code of two to ten digits. Where the trade data of the package do not hold it, what holds it is said
    and used: magnets (850511) are in the imports of the United States alone.

    \b
    Examples:
      monazite leverage product 850511
      monazite leverage product 2846.90 --on 2025-10-01 --html compounds.html
      monazite leverage product 280530 --exporter JPN
    """
    from monazite.leverage import of_product
    from monazite.leverage.account import Note
    from monazite.readers.trade.chains import chains_of

    faults: list[Fault] = []
    known = groups_of(groups, [], faults)
    named = [find_country(text, faults, {**shipped_groups(), **known}) for text in exporters]
    wanted = clean_code(code, faults)
    asked, notes = data_with(wanted, dataset, year, digits, list(known.values()), faults)
    level = min(digits or len(wanted), asked.whole().basis.digits)
    wanted = wanted[:level]
    flows = of_product.one_product(asked.flows(), (wanted,))
    one_sided = of_product.is_one_sided(flows)
    course = [of_product.one_product(asked.flows(y), (wanted,)) for y in asked.years if y <= asked.year]
    chains = chains_of(wanted)
    top = of_product.largest_supplier(flows)
    controls = controls_of(wanted, on, book_path)
    importer = flows.countries[int(flows.importer[0])] if one_sided else None
    world = of_product.origins_table(flows, importer) if importer else of_product.world_table(flows, top)
    samples = [(asked.flows(digits=asked.whole().basis.digits), (wanted,))]
    if asked.name == BACI and dataset is None:
        us = open_data(US_IMPORTS, None, None)
        if any(name.startswith(wanted) for name in us.whole().products):
            samples.append((us.whole(), (wanted,)))
    levels = [
        of_product.levels_table([sample], "USA" if len(sample[0].basis.nomenclature) > 8 else None)
        for sample in samples
    ]
    tables: list[Table | None] = [
        of_product.product_headline(flows),
        *stages_of(chains, asked, [*named, top]),
        controls_table(controls, on),
        of_product.suppliers_table(flows),
        of_product.importers_table(flows, named) if not one_sided else None,
        of_product.ribbons_table(flows),
        of_product.course_table(course, named),
        world,
        *product_screens(wanted, asked, flows),
        *joined(levels),
    ]
    products = {**asked.products}
    if wanted not in products:
        products |= {code: link.scope for link in chains for code in link.codes if code == wanted}
    lead = [product_lead(flows, wanted, top, importer)]
    if not controls:
        notes.append(Note("no control", {"code": wanted, "on": on.isoformat()}))
    notes += [*data_notes(asked), Note("no home production"), Note("inside goods"), Note("entrepot")]
    account = make_account("product", (wanted,), asked, tables, lead=lead, notes=notes, products=products)
    write(account, form=form, out=out, page=page)


@click.command()
@click.argument("name")
@shared_options
@html_option
@with_faults
def country(
    name: str, dataset: str | None, year: int | None, digits: int | None, groups: tuple[str, ...], form: str | None, out: Path | None,
    page: Path | None,
) -> None:  # fmt: skip
    """A country's most concentrated imports, its suppliers and what each dominates, and what the screens flag.

    \b
    Examples:
      monazite leverage country DEU
      monazite leverage country EU27 --year 2022 --html union.html
      monazite leverage country USA --data us-imports --digits 4
    """
    from monazite.leverage import of_country
    from monazite.leverage.account import Note
    from monazite.leverage.of_screens import screens_tables
    from monazite.leverage.shares import all_pairs

    faults: list[Fault] = []
    known, (code,) = traders_of([name], groups, faults)
    asked = open_data(dataset or BACI, year, digits, list(known.values()), faults)
    check_traders(asked, [code])
    flows = asked.flows()
    pairs = all_pairs(flows)
    markets = markets_of(asked, code)
    records = records_of(markets, None, SCREENED)
    course = [asked.flows(y, importers=[code]) for y in asked.years if y <= asked.year]
    suppliers = of_country.country_suppliers(flows, pairs, code)
    if not suppliers.rows:
        raise BadInput(
            [
                Fault(
                    where=f"--data {asked.name}",
                    what=f"{code} imports nothing in it in {asked.year}",
                    mend="Ask for another",
                )
            ]
        )
    exporters = [str(cell) for cell in suppliers.column("exporter")[:5]]
    by_product = {record.product: record for record in records}
    screens = screens_tables(records)
    tables: list[Table | None] = [
        of_country.country_headline(flows, pairs, code),
        of_country.concentrated_table(flows, code, by_product, course),
        suppliers,
        of_country.country_ribbons(flows, code),
        of_country.country_course(course, code, exporters),
        of_country.country_world(flows, code),
        *screens,
    ]
    headline = tables[0]
    assert headline is not None
    lead = [country_lead(headline, code, asked.year)]
    notes = [*data_notes(asked), Note("no home production"), Note("entrepot")]
    write(
        make_account("country", (code,), asked, tables, lead=lead, notes=notes), form=form, out=out, page=page
    )


@click.command()
@shared_options
@click.option("--least-trade", "least", type=Number(min=0), default=1000.0, show_default=True,
              help="Trade both ways, in million USD, from which a pair is among the largest shown.")  # fmt: skip
@html_option
@with_faults
def matrix(
    dataset: str | None, year: int | None, digits: int | None, groups: tuple[str, ...], form: str | None, out: Path | None,
    least: float, page: Path | None,
) -> None:  # fmt: skip
    """D and A of every pair of traders: the largest asymmetries here, the whole matrix by --format csv, xlsx or parquet.

    \b
    Examples:
      monazite leverage matrix
      monazite leverage matrix --group EU27 --year 2023
      monazite leverage matrix --out matrix.parquet
    """
    from monazite.leverage import of_matrix
    from monazite.leverage.account import Note
    from monazite.leverage.flows import usd_per_unit
    from monazite.leverage.shares import all_pairs

    faults: list[Fault] = []
    known = groups_of(groups, [], faults)
    asked = open_data(dataset or BACI, year, digits, list(known.values()), faults)
    flows = asked.flows()
    pairs = all_pairs(flows)
    limit = least * 1e6 / usd_per_unit(flows.basis.unit)
    tables: list[Table | None] = [
        of_matrix.largest_table(flows, pairs, limit),
        of_matrix.matrix_table(flows, pairs),
    ]
    lead = [Note("matrix", {"pairs": f"{len(tables[1].rows):,}", "least": f"{least:g}"})]  # type: ignore[union-attr]
    if page is not None:
        tables[1] = None
    account = make_account("matrix", (), asked, tables, lead=lead, notes=data_notes(asked))
    write(account, form=form, out=out, page=page)


@click.command("compare-screens")
@click.option("--importer", required=True, metavar="COUNTRY", help="A country or a group, such as EU27.")
@click.option(
    "--product", "codes", multiple=True, metavar="CODE", help="Only products under this code; repeatable."
)
@click.option(
    "--supplier",
    metavar="COUNTRY",
    help="Whose weight counts. [default: the largest supplier of each product]",
)
@click.option("--rules", default="cut-offs of CDI", show_default=True, metavar="PRESET",
              help="What stands for the conditions of MERICS that could not be read.")  # fmt: skip
@click.option("--factor", "factors", multiple=True, metavar="EFFECT=NUMBER",
              help="Trade factor of EU supply risk for controls in force, such as licence=1.1; an input, no source was read.")  # fmt: skip
@click.option("--recycling", type=Number(0, 1), help="End-of-life recycling input rate, for EU supply risk.")
@click.option("--substitution", type=Number(0, 1), help="Substitution index, for EU supply risk.")
@on_option
@shared_options
@html_option
@book_option
@with_faults
def compare_screens(
    importer: str, codes: tuple[str, ...], supplier: str | None, rules: str, factors: tuple[str, ...], recycling: float | None,
    substitution: float | None, on: date, dataset: str | None, year: int | None, digits: int | None, groups: tuple[str, ...],
    form: str | None, out: Path | None, page: Path | None, book_path: str | None,
) -> None:  # fmt: skip
    """Every screen of import dependence side by side, with the figures behind each, and where and why they disagree.

    \b
    Examples:
      monazite leverage compare-screens --importer EU27
      monazite leverage compare-screens --importer EU27 --product 2846 --product 280530
      monazite leverage compare-screens --importer JPN --supplier CHN --html screens.html
    """
    from monazite.leverage.account import Note
    from monazite.leverage.of_screens import screens_tables
    from monazite.leverage.screens import MERICS_PRESETS
    from monazite.terms.faults import near_match

    faults: list[Fault] = []
    known, (code,) = traders_of([importer], groups, faults)
    exporter = find_country(supplier, faults, shipped_groups()) if supplier else None
    wanted = [clean_code(text, faults) for text in codes]
    if rules not in MERICS_PRESETS:
        faults.append(
            Fault(where="--rules", what=f"no preset '{rules}'", mend=near_match(rules, MERICS_PRESETS))
        )
    by_effect = dict(parse_factor(text, faults) for text in factors)
    asked = open_data(dataset or BACI, year, digits, list(known.values()), faults)
    members = member_codes(asked, code)
    check_traders(asked, [code] if not members else [])
    markets = markets_of(asked, code)
    chosen = products_under(markets[-1], wanted, asked)
    risk = Risk(asked=asked, code=code, members=members, on=on, book_path=book_path, by_effect=by_effect,
                 recycling=recycling, substitution=substitution)  # fmt: skip
    records = records_of(
        markets, chosen, SCREENED, supplier=exporter, rules=rules, risk=risk if wanted else None
    )
    tables = screens_tables(records)
    lead = [Note("screens", {"importer": code, "count": len(records)})]
    notes: list[Note] = [] if chosen is not None else [Note("screened", {"most": SCREENED})]
    if recycling is None or substitution is None:
        notes.append(Note("no supply risk"))
    notes += [*data_notes(asked), Note("exports as capacity")]
    account = make_account("screens", (code,), asked, tables, lead=lead, notes=notes)
    write(account, form=form, out=out, page=page)
