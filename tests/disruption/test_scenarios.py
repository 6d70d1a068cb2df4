"""Scenario files: tables of real trade, links that wait under a control, ranges, the four that ship, and the command."""

import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from monazite.cli.disrupt_network import network
from monazite.disruption.delay.control import decided_share
from monazite.disruption.delay.licences import Application, World
from monazite.disruption.network.days import Network, NetworkScenario, Permission
from monazite.disruption.network.losses import follow, groups_of
from monazite.readers.disruption.control import read_control
from monazite.readers.disruption.network_scenarios import read_scenario_file, read_variants
from monazite.readers.trade.shipped import read_shipped_flows
from monazite.regime.book import Book
from monazite.regime.model import Status
from monazite.terms.faults import BadInput
from monazite.writers.disruption.network_page import render_network_page

SHIPPED = ("april-2025", "october-2025-not-suspended", "japan-2026", "six-month-refusal")
TOY = """
name: Two makers and two countries (made up)
day_0: 2025-04-04
days: 100
control:
  spells: [{first: 2025-04-14, world: control in force, source: made up}]
  rules: [{first: 2025-05-01, world: refused, end_uses: [aerospace], source: made up}]
sources: [made up]
parameters: {psi: 0.05, restock: 1000, alpha_max: 1, cover: 30, switch: 10000}
table:
  format: trade
  countries: 2
  items:
    - name: magnets
      flows: {CHN: {DEU: 60, USA: 40, FRA: 1}, JPN: {DEU: 20, JPN: 5}}
      usd_per_unit: 1000
      domestic: {CHN: 2}
      classes: {aerospace: 0.25}
      cost_share: 0.1
      source: made up
    - name: metals
      flows: {CHN: {JPN: 10, USA: 10}}
      usd_per_unit: 1000
      feeds: magnets
      cost_share: 0.5
      source: made up
scenarios:
  - name: never
    blocked: [{name: all, suppliers: [CHN/magnets], buyers: ["*"], except: ["CHN/*"], waiting: 1}]
  - name: as decided
    blocked:
      - {name: all, suppliers: [CHN/magnets], buyers: ["*"], except: ["CHN/*"], waiting: 0.8, decided: by control}
      - {suppliers: [CHN/magnets], buyers: ["*/aerospace *"], waiting: 0.8, decided: by control, end_use: aerospace,
         model: age}
ranges:
  - {set: products.magnets.cover, low: 20, high: 60, source: made up}
  - {set: scenarios.*.blocked.all.waiting, low: 0.5, high: 0.9, source: made up}
  - {set: delay.rate_factor, low: 0.5, high: 2, source: made up}
products: {magnets: {cover: 30}}
delay: {a_min: 10, refused: 0}
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    path = tmp_path / "toy.yaml"
    path.write_text(TOY, encoding="utf-8")
    return path


# -- the table ------------------------------------------------------------------------------------------------------


def test_a_table_of_trade_has_makers_users_classes_and_what_feeds_another_item(toy: Path) -> None:
    table = read_scenario_file(toy).table
    place = table.place
    assert table.unit == "USD"
    flow = {
        (a, b): table.flows[place[a], place[b]]
        for a in place
        for b in place
        if table.flows[place[a], place[b]]
    }
    assert flow["CHN/magnets", "DEU/users of magnets"] == pytest.approx(45_000)
    assert flow["CHN/magnets", "DEU/aerospace users of magnets"] == pytest.approx(15_000)
    assert flow["CHN/magnets", "CHN/users of magnets"] == pytest.approx(2 * 101_000 * 0.75)
    assert flow["JPN/magnets", "JPN/users of magnets"] == pytest.approx(5000 * 0.75)
    assert flow["CHN/metals", "JPN/magnets"] == pytest.approx(10_000)  # Japan makes magnets
    assert flow["CHN/metals", "USA/users of metals"] == pytest.approx(
        10_000
    )  # the United States make none here
    assert table.final_demand[place["DEU/users of magnets"]] == pytest.approx(0.75 * 80_000 / 0.1)
    assert table.final_demand[place["CHN/magnets"]] == 0
    assert "FRA/users of magnets" in place  # written in the file: never joined


def test_replace_no_makes_each_country_a_product_of_its_own(toy: Path) -> None:
    toy.write_text(TOY.replace("      domestic: {CHN: 2}\n", "      domestic: {CHN: 2}\n      replace: no\n").replace(
        "products: {magnets: {cover: 30}}", "products: {magnets of *: {cover: 30}}").replace(
        "products.magnets.cover", "parameters.cover"), encoding="utf-8")  # fmt: skip
    assert {"magnets of CHN", "magnets of JPN"} <= set(read_scenario_file(toy).table.products)


def test_real_trade_is_joined_and_never_dropped(tmp_path: Path) -> None:
    path = tmp_path / "real.yaml"
    path.write_text("""
sources: [made up]
days: 1
table:
  format: trade
  countries: 5
  groups: [EU27]
  items: [{name: compounds, data: baci, year: 2024, hs: ["2846.90"], cost_share: 0.05, source: made up}]
scenarios: [{name: rest}]
""", encoding="utf-8")  # fmt: skip
    table = read_scenario_file(path).table
    flows = read_shipped_flows("baci", 2024)
    rows = flows.product == flows.products.index("284690")
    assert table.flows.sum() == pytest.approx(flows.value[rows].sum() * 1000)
    china = flows.countries.index("CHN")
    made = table.flows[table.place["CHN/compounds"]].sum()
    assert made == pytest.approx(flows.value[rows & (flows.exporter == china)].sum() * 1000)
    assert {name.split("/")[0] for name in table.names} >= {"CHN", "JPN", "others"}
    assert len({name.split("/")[0] for name in table.names}) == 6
    assert any("joined as others" in note for note in table.notes)


# -- what happens ---------------------------------------------------------------------------------------------------


def test_without_substitution_users_fall_when_their_cover_is_gone(toy: Path) -> None:
    held = read_scenario_file(toy)
    for cover, days in ((30.0, 28), (60.0, 57)):
        parameters = type(held.parameters)(psi=0.05, restock=1e9, alpha_max=1.0, cover=cover, switch=1e9)
        loss = follow(held.table, held.scenarios[:1], steps=held.steps, groups=groups_of(held.table),
                      parameters=parameters)[0]  # fmt: skip
        place = held.table.place
        # S / (psi n) < 0.95 with S = n - t: on day n (1 - 0.95 psi).
        assert loss.short_day[place["USA/users of magnets"]] == pytest.approx(days, abs=1)
        assert loss.short_day[place["CHN/users of magnets"]] == -1
        assert loss.short_day[place["CHN/magnets"]] == -1  # he has no orders
        assert loss.below_day[place["CHN/magnets"]] == 0


def test_losses_are_the_days_added_up_by_industry_and_by_country(toy: Path) -> None:
    held = read_scenario_file(toy)
    groups = groups_of(held.table)
    days = list(Network(held.table, held.scenarios, parameters=held.parameters).run(60))
    rest = held.table.output / 365
    losses = follow(held.table, held.scenarios, steps=60, groups=groups, parameters=held.parameters)
    for at, loss in enumerate(losses):
        gaps = np.array([rest - day.production[at] for day in days])
        assert loss.outcome.lost == pytest.approx(gaps.sum(axis=0), abs=1e-6)
        assert loss.outcome.by_day == pytest.approx(gaps.sum(axis=1) / rest.sum())
        hit = gaps >= 0.01 * rest
        assert loss.outcome.first_day.tolist() == np.where(hit.any(axis=0), hit.argmax(axis=0), -1).tolist()
        assert loss.group_lost.sum() == pytest.approx(gaps.sum())
        of_group = np.bincount(groups.of, weights=rest)
        assert ((1 - loss.course) * of_group).sum(axis=0) == pytest.approx(loss.group_lost, abs=1e-6)
    quiet = follow(held.table, [NetworkScenario(name="rest")], steps=60, groups=groups)[0]
    assert quiet.outcome.lost.tolist() == [0] * len(held.table)


def test_links_take_the_share_that_the_control_decides(toy: Path) -> None:
    held = read_scenario_file(toy)
    control = _control(held, toy)
    every, aerospace = held.scenarios[1].permissions
    asked = Application(filed=date(2025, 4, 4))
    decided = decided_share(control.delay, control.control, asked, day_0=date(2025, 4, 4), days=100)
    assert every.share == pytest.approx(1 - 0.8 * (1 - decided))
    assert every.share[:10].tolist() == [1] * 10  # before the control
    assert aerospace.share[40:] == pytest.approx(0.2)  # refused from May on, without end
    chosen = {held.table.names[at] for at in aerospace.buyers}
    assert chosen == {name for name in held.table.names if "/aerospace " in name}
    assert not any(held.table.names[at].startswith("CHN/") for at in every.buyers)


def _control(held: object, path: Path):  # type: ignore[no-untyped-def]
    return read_control(path, None)  # type: ignore[arg-type]  # spells of its own: no book is asked for


# -- faults ---------------------------------------------------------------------------------------------------------


def test_all_faults_come_at_once_and_say_where(toy: Path) -> None:
    text = TOY.replace("decided: by control, end_use: aerospace,\n         model: age", "model: agee").replace(
        "world: refused", "world: barred").replace("set: delay.rate_factor", "set: dely.rate_factor").replace(
        "low: 20, high: 60", "low: 90, high: 60").replace("usd_per_unit: 1000\n      domestic: {CHN: 2}",
                                                          "domestic: {CHIN: 2}").replace("cost_share: 0.5", "cost_share: -1")  # fmt: skip
    toy.write_text(text.replace("feeds: magnets", "feeds: magnet"), encoding="utf-8")
    with pytest.raises(BadInput) as found:
        read_scenario_file(toy)
    said = found.value.report()
    for part in ("'barred' is no state of the world", "'dely.rate_factor' names no value", "'90' is not below the high end",
                 "flows need usd_per_unit", "'CHIN' is no country", "'-1' is no number from 1e-06 to 1",
                 "'magnet' is no other item of the table. Did you mean 'magnets'?"):  # fmt: skip
        assert part in said, said
    toy.write_text(
        text.split("table:")[0].replace("barred", "refused") + "table: {format: trade}\nscenarios: []\n",
        encoding="utf-8",
    )
    with pytest.raises(BadInput, match="a table of trade needs items"):
        read_scenario_file(toy)


def test_faults_of_blocked_links(toy: Path) -> None:
    for old, new, said in (
        ("decided: by control, end_use", "end_use", "end_use goes with decided: by control"),
        ("model: age", "model: agee", "'agee' is no model of the delay"),
        ("model: age", "from: 3", "the control says from when"),
        ('except: ["CHN/*"], waiting: 1}', 'except: ["CHM/*"], waiting: 1}', "'CHM/.' is no industry"),
        ("world: control in force", "world: general licence available", "general licence available: no rate is given"),
        ("day_0: 2025-04-04", "says: nothing", "a control needs day_0"),
        ("flows: {CHN: {JPN: 10, USA: 10}}\n      usd_per_unit: 1000", 'data: baci\n      year: 1990\n      hs: ["284690"]',
         "has no 1990"),
        ("flows: {CHN: {JPN: 10, USA: 10}}\n      usd_per_unit: 1000", 'data: bacci\n      year: 2024\n      hs: ["284690"]',
         "no data set 'bacci'. Did you mean 'baci'"),
        ("flows: {CHN: {JPN: 10, USA: 10}}\n      usd_per_unit: 1000", 'data: baci\n      year: 2024\n      hs: ["850511"]',
         "'850511' is no code of baci"),
    ):  # fmt: skip
        assert old in TOY
        toy.write_text(TOY.replace(old, new), encoding="utf-8")
        with pytest.raises(BadInput, match=said):
            read_scenario_file(toy)
    toy.write_text(TOY.split("control:")[0] + "sources:" + TOY.split("sources:", 1)[1], encoding="utf-8")
    with pytest.raises(BadInput, match="the file has no control"):
        read_scenario_file(toy)


# -- ranges ---------------------------------------------------------------------------------------------------------


def test_a_range_changes_what_it_names_and_nothing_else(toy: Path) -> None:
    held, variants = read_scenario_file(toy), read_variants(toy)
    assert [(v.range.path.split(".")[0], v.end) for v in variants] == [
        (name, end) for name in ("products", "scenarios", "delay") for end in ("low", "high")
    ]
    magnets = held.table.products.index("magnets")
    assert [np.asarray(v.file.parameters.cover)[magnets] for v in variants] == [20, 60, 30, 30, 30, 30]
    assert [v.file.scenarios[0].permissions[0].share[0] for v in variants] == pytest.approx(
        [0, 0, 0.5, 0.1, 0, 0]
    )
    slow, fast = (v.file.scenarios[1].permissions[0].share.sum() for v in variants[4:])
    assert slow < held.scenarios[1].permissions[0].share.sum() < fast
    for variant in variants[2:]:
        assert variant.file.table is variants[0].file.table


def test_an_end_that_does_not_fit_is_told_before_anything_runs(toy: Path) -> None:
    toy.write_text(TOY.replace("low: 20, high: 60", "low: 2, high: 60"), encoding="utf-8")
    done = CliRunner().invoke(network, [str(toy)])
    assert done.exit_code == 1
    assert "products.magnets.cover at its low end, 2: psi x cover is shorter than a step" in done.stderr
    assert "step 50" not in done.stderr


# -- the four that ship ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_files_are_read_both_ways_and_name_their_sources(
    name: str, root: Path, book: Book
) -> None:
    path = root / "scenarios" / f"{name}.yaml"
    control, held = read_control(path, book), read_scenario_file(path, book=lambda: book)
    assert control.day_0 == held.day_0
    assert control.digest == held.digest
    assert all(rule.source for rule in control.control.rules)
    assert any("baseline" in scenario.name for scenario in held.scenarios)
    assert any("made up" in source for source in held.sources)
    assert all(one.source for one in held.ranges)
    assert {"CHN/magnets", "others/users of magnets"} <= set(held.table.names)


def test_the_shipped_files_are_dated_as_the_law_is(root: Path, book: Book) -> None:
    def first_day(measure: str, status: Status, provision: str = "1") -> date:
        found = book.provisions[f"{measure}/{provision}"]
        return min(p.span.start for p in found.periods if p.status is status)

    def control(name: str):  # type: ignore[no-untyped-def]
        return read_control(root / "scenarios" / f"{name}.yaml", book)

    april = control("april-2025")
    assert april.day_0 == first_day("cn-mofcom-gacc-2025-18", Status.IN_FORCE)
    october = control("october-2025-not-suspended")
    worlds = {
        group: october.control.spells_for(Application(filed=october.day_0, item_group=group))
        for group in ("goods of No. 57", "goods of No. 61")
    }
    begins = {group: next(s.first for s in spells if s.world is World.IN_FORCE and s.first > october.day_0)
              for group, spells in worlds.items()}  # fmt: skip
    announced = {
        "goods of No. 57": ("cn-mofcom-gacc-2025-57", "1"),
        "goods of No. 61": ("cn-mofcom-2025-61", "1.1"),
    }
    for group, (measure, provision) in announced.items():
        found = book.provisions[f"{measure}/{provision}"]
        last = max(p.span.last for p in found.periods if p.status is Status.ANNOUNCED and p.span.last)
        # The suspension of 7 November cut the announcement short where it had not yet taken effect.
        assert last <= begins[group]
    assert begins == {"goods of No. 57": date(2025, 11, 8), "goods of No. 61": date(2025, 12, 1)}
    japan = control("japan-2026")
    assert japan.day_0 == first_day("cn-mofcom-2026-1", Status.IN_FORCE) == japan.control.rules[0].first


# -- the command ----------------------------------------------------------------------------------------------------


def run(*words: str) -> str:
    done = CliRunner().invoke(network, list(words))
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_says_who_falls_first_and_what_the_assumptions_do(toy: Path, tmp_path: Path) -> None:
    said = run(str(toy), "--out", str(tmp_path / "out"))
    assert "never: 100 days" in said
    assert "first below 95% for want of inputs or capacity: USA/users of magnets" in said
    assert "(2025-05-0" in said
    assert "first below 95% for want of orders: CHN/magnets, on day 0 (2025-04-04)" in said
    assert "one assumption at a time, all else as written: as decided" in said
    assert "split a controlled item out" in said
    page = (tmp_path / "out/network.html").read_text(encoding="utf-8")
    for part in (
        "Two makers and two countries",
        "polyline",
        "aerospace users of magnets",
        "rate_factor",
        "made-up",
    ):
        assert part in page
    assert "http://" not in page
    assert "https://" not in page


def test_the_same_file_gives_the_same_bytes(toy: Path) -> None:
    words = (str(toy), "--format", "json", "--level", "0.5", "--no-ranges")
    said = run(*words)
    assert said == run(*words)
    held = json.loads(said)
    assert held["scenarios"][0]["level"] == 0.5
    assert held["ranges"] == []
    assert render_network_page(held) == render_network_page(json.loads(said))


def test_a_permission_of_one_crosses(toy: Path) -> None:
    held = read_scenario_file(toy)
    every = np.arange(len(held.table))
    free = NetworkScenario(
        name="free", permissions=(Permission(suppliers=every, buyers=every, share=np.ones(20)),)
    )
    loss = follow(held.table, [free], steps=20, groups=groups_of(held.table), parameters=held.parameters)[0]
    assert loss.outcome.lost.sum() == 0


def test_the_manual_shows_what_the_command_says(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    page = (root / "docs/how-to/scenarios.md").read_text(encoding="utf-8")
    [(words, shown)] = re.findall(
        r"```console\n\$ monazite disrupt network ([^\n]*)\n(.*?)\n```", page, re.DOTALL
    )
    said = run(*words.split())
    for part in shown.split("\n...\n"):
        assert part in said
    for name in (
        path.name
        for path in (root / "scenarios").glob("*.yaml")
        if "day_0:" in path.read_text(encoding="utf-8")
    ):
        assert name in page or "escalat" in name


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_files_say_that_one_country_and_the_union_stand_side_by_side(
    name: str, root: Path
) -> None:
    text = (root / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8")
    assert "DEU and EU27 stand side by side" in text
    assert ("destination: EU" in text) == ("assumption:" in text and "as fast as the EU" in text)


@pytest.mark.parametrize(
    ("given", "wrong", "sentence"),
    [
        ("end_use: aerospace", "end_use: aerospce", "'aerospce' is no end use"),
        ("destination: EU", "destination: Erewhon", "'Erewhon' is no destination"),
    ],
)
def test_a_misspelt_class_of_licences_is_no_civil_one(
    root: Path, tmp_path: Path, given: str, wrong: str, sentence: str
) -> None:
    text = (root / "scenarios/six-month-refusal.yaml").read_text(encoding="utf-8")
    assert given in text
    (tmp_path / "typo.yaml").write_text(text.replace(given, wrong, 1), encoding="utf-8")
    with pytest.raises(BadInput, match=sentence):
        read_scenario_file(tmp_path / "typo.yaml")
