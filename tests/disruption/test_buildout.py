"""Capacity elsewhere against need: bands by hand, unknown figures that stay unknown, time to build, the tables, the command."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.cli import main
from monazite.disruption.economy.buildout import (
    CapacityOf,
    Need,
    Site,
    Status,
    band,
    build_time,
    cover,
    element_need,
    groups,
    met,
    months_after,
    outside,
)
from monazite.readers.disruption.alternatives import read_needs, read_sites
from monazite.terms.faults import BadInput

PLAIN = Site(
    name="a", owner="Ling", place="", country="USA", stage="magnet", product="magnets", elements=("Nd",), capacity_t=1000,
    capacity_of=CapacityOf.PRODUCT, capacity_from="", first_year_low=2025, first_year_high=2026, status=Status.SHIPPING,
    status_text="", includes="", build_months=None, counted_from="", quality="C", source_title="made up", source_url="",
    note="made up",
)  # fmt: skip
NEED = Need(
    name="n", stage="magnet", product="magnets", elements=(), country="USA", year=2024, low_t=4000, high_t=5000,
    what="imports", basis="reported", derivation="", quality="C", source_title="made up", source_url="", note="made up",
)  # fmt: skip


def site(name: str, **changed: object) -> Site:
    return replace(PLAIN, name=name, **changed)  # type: ignore[arg-type]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["disrupt", "alternatives", *words])


def document(*words: str) -> dict:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_band_by_hand():
    sites = [
        site("ships"),
        site("tries", status=Status.TRIAL, capacity_t=300, first_year_low=2025, first_year_high=None),
        site("plans", status=Status.PLANNED, capacity_t=5000, first_year_low=2028, first_year_high=2029),
        site("bigger", status=Status.PLANNED, capacity_t=2000, first_year_low=2027, includes="tries"),
    ]
    ends = {
        year: (band(sites, year).low_t, band(sites, year).high_t) for year in (2024, 2025, 2026, 2027, 2028)
    }
    assert ends == {2024: (0, 0), 2025: (0, 1300), 2026: (1000, 1300), 2027: (1000, 3000), 2028: (1000, 8000)}
    held = band(sites, 2028)
    assert dict(held.by_status) == {Status.SHIPPING: 1000, Status.TRIAL: 300, Status.PLANNED: 6700}
    assert [one.name for one in band(sites, 2025).later] == ["plans", "bigger"]


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.SHIPPING, Status.VIEW)])
def test_what_does_not_ship_is_never_in_the_low_end(status):
    assert band([site("x", status=status, first_year_high=2025)], 2030).low_t == 0


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"capacity_t": None}, "capacity not known"),
        ({"first_year_low": None}, "first year not known"),
        ({"capacity_of": CapacityOf.FEED}, "its figure is feed, not product"),
        ({"capacity_of": CapacityOf.OUTPUT}, "its figure is output, not capacity"),
        ({"capacity_of": CapacityOf.UNKNOWN}, "capacity not known"),
    ],
)
def test_what_is_not_known_is_listed_and_added_nowhere(changed, why):
    held = band([site("x", **changed)], 2030)
    assert (held.low_t, held.high_t, held.counted) == (0, 0, ())
    assert [(one.name, said) for one, said in held.uncounted] == [("x", why)]


def test_a_need_is_met_only_by_what_came_after_its_year():
    held = band([site("old", first_year_low=2023, first_year_high=2023, capacity_t=2000), site("new")], 2030)
    found = cover(held, NEED)
    assert found is not None
    assert (found.new_low_t, found.low, found.high) == (1000, 1000 / 5000, 1000 / 4000)
    assert [one.name for one in found.before] == ["old"]
    assert cover(held, replace(NEED, low_t=0, high_t=0)) is None


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1e5), st.integers(2020, 2035), st.integers(0, 5), st.sampled_from(list(Status))), max_size=8
    ),
    st.integers(2018, 2040),
)  # fmt: skip
def test_low_is_never_above_high_and_neither_falls_with_the_year(drawn, year):
    sites = [
        site(str(n), capacity_t=tonnes, first_year_low=first, first_year_high=first + later, status=status)
        for n, (tonnes, first, later, status) in enumerate(drawn)
    ]
    now, then = band(sites, year), band(sites, year + 1)
    assert now.low_t <= now.high_t + 1e-9
    assert now.low_t <= then.low_t + 1e-9
    assert now.high_t <= then.high_t + 1e-9
    assert sum(tonnes for _, tonnes in now.by_status) == pytest.approx(now.high_t)


def test_only_one_product_is_added_up_and_a_need_looks_at_its_own_country():
    sites = [
        site("us"),
        site("ee", country="EST", capacity_t=700),
        site("oxide", product="oxide", stage="separation"),
    ]
    held = groups(sites, 2030)
    assert {(one.product, one.bands[-1].high_t) for one in held} == {("magnets", 1700), ("oxide", 1000)}
    assert [one.cover.new_high_t for one in met(NEED, held, 2030, ("USA",)) if one.cover] == [1000]
    assert [one.cover.new_high_t for one in met(NEED, held, 2030, None) if one.cover] == [1700]
    assert met(NEED, held, 2030, ("JPN",)) == ()


def test_the_need_of_an_element_is_derived_and_says_how():
    found = element_need(NEED, "Dy", 0.0, 0.08, stage="separation", source="vendor range")
    assert (found.low_t, found.high_t, found.basis, found.elements) == (0, 400, "derived", ("Dy",))
    assert found.derivation == "4000 to 5000 t x 0 to 8 % Dy (vendor range)"


def test_time_to_build_by_hand():
    sites = [site(str(m), build_months=m) for m in (33, 22, 24)] + [
        site("x"),
        site("s", stage="separation", build_months=11),
    ]
    magnet, separation = build_time(sites)
    assert (magnet.months, magnet.median, len(magnet.sites)) == ((22, 24, 33), 24, 3)
    assert (separation.months, separation.median) == ((11,), 11)
    assert months_after(date(2026, 1, 15), 24) == date(2028, 1, 15)
    assert months_after(date(2030, 12, 31), -22) == date(2029, 2, 28)
    assert months_after(date(2026, 1, 31), 0.5) == date(2026, 2, 15)
    with pytest.raises(OverflowError):
        months_after(date(9999, 12, 1), 1)


def test_the_shipped_tables_keep_what_the_sources_say(root: Path):
    sites = {one.name: one for one in read_sites()}
    assert all(one.source_title and one.quality for one in sites.values())
    assert (sites["mp-independence"].status, sites["mp-independence"].capacity_t) == (Status.TRIAL, 1000)
    assert "UNVERIFIED" in sites["mp-independence"].note
    assert sites["lynas-kuantan"].capacity_of is CapacityOf.FEED
    assert sites["lynas-heavy-new"].capacity_t is None
    assert "China" not in {one.country for one in outside(sites.values(), "CHN")}
    assert {one.name for one in outside(sites.values(), "CHN")} == set(sites) - {
        "china-output", "view-five-years", "view-24-36-months",
    }  # fmt: skip
    with (root / "reference/disruption/alternatives-capacity.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            year = row["first_year_low"]
            said = f"{row['capacity_from']} {row['first_output']} {row['status_when_reported']} {row['note']}"
            assert not year or year in said, row["id"]  # every coded year stands in the words beside it
    us = [one for one in sites.values() if one.country == "USA" and one.stage == "magnet"]
    assert (band(us, 2030).low_t, band(us, 2030).high_t) == (4000, 14000)


def test_every_need_has_a_source_and_the_derived_ones_say_how():
    found = {one.name: one for one in read_needs()}
    assert all(one.source_title for one in found.values())
    assert all(one.derivation for one in found.values() if one.basis == "derived")
    assert (found["magnets-usa-2024"].low_t, found["magnets-usa-2024"].high_t) == (7444 - 6, 7444 + 6)
    months = found["magnets-usa-2024-months"]
    assert (months.low_t, months.high_t) == (12 * (591 - 1), 12 * (693 + 5))
    assert found["magnets-world-2024"].low_t == 58152
    assert found["gallium-usa-2024"].low_t == 18.7


def test_needs_of_magnets_are_those_of_the_table_of_exports(root: Path):
    with (root / "reference/disruption/magnet-exports.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["tonnes"]]
    held = {
        (row["month"], row["destination"]): (float(row["tonnes"]), float(row["tolerance_t"] or 0))
        for row in rows
    }
    found = {one.name: one for one in read_needs()}

    def ends(month: str, where: str) -> tuple[float, float]:
        tonnes, tolerance = held[month, where]
        return tonnes - tolerance, tonnes + tolerance

    year, world, months, japan = (
        (found[f"magnets-{name}"].low_t, found[f"magnets-{name}"].high_t)
        for name in ("usa-2024", "world-2024", "usa-2024-months", "jpn-2024-months")
    )
    assert year == ends("2024", "US")
    assert world == ends("2024", "world")
    assert months == (12 * ends("2024-07", "US")[0], 12 * ends("2024-05", "US")[1])
    assert japan == (12 * ends("2024-10", "Japan")[0], 12 * ends("2024-12", "Japan")[1])


def test_the_command_shows_bands_needs_and_time():
    found = document("--stage", "magnet", "--country", "US", "--begun", "2026-01-15")
    (group,) = found["groups"]
    assert [(one["year"], one["low_t"], one["high_t"]) for one in group["years"]] == [
        (2023, 2000, 2000), (2025, 2000, 5000), (2026, 4000, 5000), (2028, 4000, 14000), (2030, 4000, 14000),
    ]  # fmt: skip
    first = found["needs"][0]
    assert first["name"] == "magnets-usa-2024"
    assert first["met"][0]["low"] == pytest.approx(2000 / 7450)
    assert first["met"][0]["high"] == pytest.approx(12000 / 7438)
    assert first["met"][0]["ran_before"] == ["noveon-san-marcos"]
    (time,) = found["time_to_build"]
    assert (time["n"], time["months_low"], time["months_high"]) == (2, 24, 33)
    assert time["first_output"][0] == "2028-01-15"
    assert time["first_output"][2] == "2028-10-15"
    assert time["begin_by"] == ["2028-03-31", "2028-08-15", "2028-12-31"]
    assert "how fast a plant comes up to its nameplate is not known" in " ".join(found["limits"])


def test_an_element_shows_what_cannot_be_counted_and_the_need_inside_magnets():
    found = document("--element", "dysprosium")
    assert all(one["high_t"] is None for group in found["groups"] for one in group["years"])
    assert {row["name"]: row["why"] for group in found["groups"] for row in group["not_counted"]} == {
        "lynas-kuantan": "its figure is feed, not product", "lynas-heavy-new": "capacity not known",
    }  # fmt: skip
    inside = next(n for n in found["needs"] if n["name"] == "magnets-usa-2024-dy")
    assert (inside["low_t"], inside["high_t"]) == (0, pytest.approx(7450 * 0.08))
    assert {one["name"] for one in found["ways_to_do_without"]} >= {"bajaj-chetak"}
    text = run("--element", "Dy").stdout
    assert "not known: no listed site states tonnes and a year that can be counted" in text
    assert "How much Tb magnets hold is not in" in run("--element", "Tb").stdout
    made = document("--element", "Ga")["made_outside"]
    assert {(one["of"], one["outside"]) for one in made} == {("capacity", 120_000), ("production", 9_000)}


def test_two_runs_give_the_same_bytes_and_the_csv_adds_up():
    for words in ((), ("--json",), ("--format", "csv")):
        assert run(*words).stdout == run(*words).stdout
    rows = list(csv.DictReader(run("--stage", "magnet", "--format", "csv").stdout.splitlines()))
    last = [row for row in rows if row["year"] == "2030"]
    by_what = {row["what"]: float(row["tonnes_a_year"]) for row in last}
    assert by_what.pop("high") == sum(by_what.values()) - by_what["low"] == 16000


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--stage", "magnets"), "Did you mean 'magnet'?"),
        (("--element", "Xx"), "'Xx' is no element"),
        (("--country", "Jpan"), "Did you mean 'Japan' (JPN)?"),
        (("--year", "nan"), "'nan' is not a valid integer"),
        (("--year", "-5"), "-5 is not in the range"),
        (("--begun", "2026-13-01"), "is not a day"),
        (("--sites", "none.csv"), "none.csv: cannot be read"),
    ],
)
def test_bad_input_gets_a_sentence(words, says):
    done = run(*words)
    assert done.exit_code in (1, 2)
    assert says in done.output
    assert "Traceback" not in done.output


def test_all_faults_of_a_table_of_sites_come_at_once(tmp_path: Path):
    path = tmp_path / "sites.csv"
    path.write_text(
        "id,owner,country_code,stage_code,capacity_t_per_year,capacity_of,first_year_low,first_year_high,status_code,includes,source_title\n"
        "a,Ling,US,magnet,much,product,2028,2025,shipping,,made up\n"
        "a,Bao,USS,magnet,-5,products,2025,,sold,b,\n"
        "c,Chen,US,magnet,5,product,2025,,planned,c,made up\n"
        "d,Chen,US,magnet,4,product,2025,,planned,c,made up\n",
        encoding="utf-8",
    )
    with pytest.raises(BadInput) as bad:
        read_sites(path)
    report = bad.value.report()
    for says in (
        "sites.csv:2, column capacity_t_per_year: 'much' is not a number",
        "sites.csv:2, column first_year_high: 2025 is before 2028",
        "sites.csv:3, column country_code: 'USS' is no country",
        "sites.csv:3, column capacity_t_per_year: '-5' is out of range. Write 0 or more",
        "sites.csv:3, column capacity_of: 'products' is none of",
        "sites.csv:3, column status_code: 'sold' is none of",
        "sites.csv:3, column source_title: source_title is empty",
        "sites.csv:3, column id: 'a' is given twice",
        "sites.csv:3, column includes: 'b' is no site",
        "sites.csv:4, column includes: the site holds itself",
        "sites.csv:5, column capacity_t_per_year: 4 t cannot hold the 5 t of 'c'",
    ):
        assert says in report
