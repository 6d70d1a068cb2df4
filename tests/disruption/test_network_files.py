"""Scenario files, tables and the command of the network."""

import json
import signal
import subprocess
import sys
import time
import warnings
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from monazite.cli.disrupt_network import network
from monazite.disruption.network.days import LostCapacity, NetworkScenario
from monazite.disruption.network.losses import follow, groups_of
from monazite.readers.disruption.network_scenarios import read_scenario_file
from monazite.readers.disruption.tables import read_firm_links, read_mrio
from monazite.terms.faults import BadInput
from monazite.writers.disruption.network import largest
from monazite.writers.disruption.network_page import _number

SCENARIO = """
name: Two makers of one part (made up)
table: {format: firms, links: links.parquet, firms: firms.parquet}
days: 100
sources: [made up]
parameters: {cover: 10, restock: 5, psi: 0.5}
products: {ore: {cover: 20, switch: 5, bind: critical}}
scenarios:
  - name: one maker blocked
    blocked:
      - {suppliers: [mine a], buyers: ["plant*"], from: 3, waiting: 1, decided: {median: 30, sigma: 0.4}}
  - name: both blocked
    blocked: [{suppliers: ["mine *"], buyers: ["plant*"], share: {0: 1, 10: 0}}]
  - name: a plant half lost
    lost: [{industries: [plant], share: {0: 0.5, 20: 0.5, 30: 0}}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    links = {
        "seller": ["mine a", "mine b", "mine a"],
        "buyer": ["plant", "plant", "plant"],
        "value": [100, 50, 50.0],
    }
    firms = {
        "firm": ["mine a", "mine b", "plant"],
        "product": ["ore", "ore", "goods"],
        "revenue": [150.0, 80, 500],
    }
    pq.write_table(pa.table(links), tmp_path / "links.parquet")
    pq.write_table(pa.table(firms), tmp_path / "firms.parquet")
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def test_firm_links(folder):
    table = read_firm_links(folder / "links.parquet", folder / "firms.parquet")
    assert table.names == ("mine a", "mine b", "plant")
    assert table.flows[:, 2].tolist() == [150, 50, 0]
    assert table.final_demand.tolist() == [0, 30, 500]


def test_firm_links_name_every_fault(folder):
    bad = {"seller": ["mine a", "mine c"], "buyer": ["plant", "plant"], "value": [1.0, -2.0]}
    pq.write_table(pa.table(bad), folder / "links.parquet")
    with pytest.raises(BadInput) as found:
        read_firm_links(folder / "links.parquet", folder / "firms.parquet")
    assert [fault.where.rpartition("/")[2] for fault in found.value.faults] == [
        "links.parquet, row 2, column seller",
        "links.parquet, row 2, column value",
    ]


def test_revenue_below_sales_is_a_fault(folder):
    links = {"seller": ["mine b"], "buyer": ["plant"], "value": [90.0]}
    pq.write_table(pa.table(links), folder / "links.parquet")
    with pytest.raises(BadInput, match="revenue 80 is below the sales"):
        read_firm_links(folder / "links.parquet", folder / "firms.parquet")


def test_a_scenario_file(folder):
    held = read_scenario_file(folder / "scenario.yaml")
    assert (held.steps, len(held.scenarios), held.sources) == (100, 3, ("made up",))
    assert np.asarray(held.parameters.cover).tolist() == [20, 10]
    share = held.scenarios[0].permissions[0].share
    assert share[:4].tolist() == [1, 1, 1, 0]
    assert share[33] == pytest.approx(0.5)  # the median after day 3
    assert held.scenarios[1].permissions[0].share[[0, 5, 10, 99]].tolist() == [1, 0.5, 0, 0]


def test_every_fault_of_a_scenario_file(folder):
    text = (
        SCENARIO.replace("mine a]", "mien a]")
        .replace("waiting: 1,", "waiting: 2,")
        .replace("bind: critical", "bind: hard")
    )
    (folder / "scenario.yaml").write_text(text.replace("lost:", "losst:"), encoding="utf-8")
    with pytest.raises(BadInput) as found:
        read_scenario_file(folder / "scenario.yaml")
    told = found.value.report()
    for part in (
        "'mien a' is no industry",
        "'2' is no number from 0 to 1",
        "'hard' is no criticality",
        "'losst'",
    ):
        assert part in told
    assert len(found.value.faults) == 4


def test_faults_of_tables(tmp_path):
    with pytest.raises(BadInput, match="no format of tables"):
        read_mrio(tmp_path, "exiobse3")
    with pytest.raises(BadInput, match="is not there"):
        read_mrio(tmp_path / "none", "exiobase3")


def test_the_command_runs_and_takes_up_where_it_was(folder):
    asked = [
        str(folder / "scenario.yaml"),
        "--keep",
        str(folder / "kept"),
        "--format",
        "json",
        "--together",
        "2",
    ]
    first = CliRunner().invoke(network, asked)
    assert first.exit_code == 0, first.output
    held = json.loads(first.stdout)
    blocked, both, plant = held["scenarios"]
    assert 0 < blocked["production_lost"] < both["production_lost"]
    assert plant["industries"][0]["industry"] == "plant"
    again = CliRunner().invoke(network, asked)
    assert "3 scenarios were run before" in again.stderr
    assert again.stdout == first.stdout
    alone = CliRunner().invoke(network, [asked[0], "--format", "json", "--together", "1", "--workers", "2"])
    other = json.loads(alone.stdout)
    for one, two in zip(held["scenarios"], other["scenarios"], strict=True):
        assert one["production_lost"] == pytest.approx(two["production_lost"], rel=1e-9)


def test_the_command_as_text(folder):
    told = CliRunner().invoke(network, [str(folder / "scenario.yaml")])
    assert told.exit_code == 0
    assert "one maker blocked: 100 days" in told.stdout
    assert "split a controlled item out" in told.stdout
    wrong = CliRunner().invoke(network, [str(folder / "none.yaml")])
    assert wrong.exit_code == 1
    assert "cannot be read" in wrong.stderr


def test_the_shipped_scenario_holds():
    pytest.importorskip("pymrio")
    here = Path(__file__).parents[2] / "scenarios" / "network-made-up.yaml"
    held = read_scenario_file(here)
    assert len(held.table) == 49
    assert held.table.products[-1] == "magnet"


# -- mends --------------------------------------------------------------------------------------------------------------


def write(folder: Path, text: str) -> Path:
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    return folder / "scenario.yaml"


def test_an_entry_of_products_sets_only_what_it_gives(folder):
    text = SCENARIO.replace("bind: critical}}", "bind: critical}, '*': {bind: other}}")
    held = read_scenario_file(write(folder, text)).parameters
    assert np.asarray(held.cover).tolist() == [20, 10]
    assert np.asarray(held.switch).tolist() == [5, 30]
    assert np.asarray(held.bind).tolist() == [0, 0]


def test_firms_have_days_of_their_own_and_a_note(folder):
    held = read_scenario_file(write(folder, SCENARIO.replace("cover: 10, restock: 5, ", "")))
    assert (np.asarray(held.parameters.cover).tolist(), held.parameters.restock) == ([20, 15], 6)
    assert held.notes == (
        "the file gives none, and firms take (Inoue & Todo): restock 6 days, cover 15 days",
    )
    assert read_scenario_file(write(folder, SCENARIO)).notes == ()


def test_a_switch_below_a_step_is_at_once_and_inf_is_never(folder):
    losses = []
    for days in ("0", "0.5", "1", ".inf"):
        path = write(folder, SCENARIO.replace("switch: 5", f"switch: {days}"))
        done = CliRunner().invoke(network, [str(path), "--format", "json"])
        assert done.exit_code == 0, done.output
        losses.append(json.loads(done.stdout)["scenarios"][0]["production_lost"])
    assert losses[0] == losses[1] == losses[2] != losses[3]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("share: {0: 1, 10: 0}", "share: {}", "holds no days and shares"),
        ("share: {0: 1, 10: 0}", "share: null", "'share' holds nothing"),
        ("share: {0: 1, 10: 0}", "share: {nan: 1}", "'nan' is no day from 0"),
        ("share: {0: 1, 10: 0}", "share: {0: 1, inf: 0}", "'inf' is no day from 0"),
        ("share: {0: 1, 10: 0}", "share: {-3: 1}", "'-3' is no day from 0"),
        ("share: {0: 1, 10: 0}", "share: {10: 1, 0: 0}", "day 0 stands after day 10"),
        ("from: 3", "from: .inf", "'.inf' is no number from 0 to"),
        ("median: 30", "median: .inf", "'.inf' is no number from"),
        ('suppliers: ["mine *"]', "suppliers: []", "suppliers is no list of names"),
        ("sources: [made up]", "sources: []", "holds no list of sources"),
        ("sources: [made up]", "sources: {a: b}", "holds no list of sources"),
        ("sources: [made up]", "", "holds no list of sources"),
        (SCENARIO.split("scenarios:")[1], " []\n", "holds no list of scenarios"),
        ("cover: 20", "cover: null", "'cover' holds nothing"),
    ],
)  # fmt: skip
def test_what_is_empty_or_no_day_is_a_fault(folder, old, new, said):
    assert old in SCENARIO
    with pytest.raises(BadInput) as found:
        read_scenario_file(write(folder, SCENARIO.replace(old, new)))
    assert said in found.value.report()
    assert len(found.value.faults) == 1


def test_every_fault_of_firm_tables_has_its_row(folder):
    links = {"seller": ["mine a", "", None], "buyer": ["plant"] * 3, "value": [1.0, 1.0, float("nan")]}
    firms = {
        "firm": ["mine a", None, "mine a", "plant"],
        "product": ["ore", "ore", "ore", None],
        "revenue": [1.0, 2, 3, 4],
    }
    pq.write_table(pa.table(links), folder / "links.parquet")
    pq.write_table(pa.table(firms), folder / "firms.parquet")
    with pytest.raises(BadInput) as found:
        read_firm_links(folder / "links.parquet", folder / "firms.parquet")
    assert [fault.where for fault in found.value.faults] == [
        "firms.parquet, row 2, column firm",
        "firms.parquet, row 3, column firm",
        "firms.parquet, row 4, column product",
        "links.parquet, row 2, column seller",
        "links.parquet, row 3, column seller",
        "links.parquet, row 3, column value",
    ]


def test_firms_may_be_numbers_and_amounts_decimal_but_not_huge_or_all_zero(folder):
    def read(value: object, revenue: object):  # type: ignore[no-untyped-def]
        pq.write_table(
            pa.table({"seller": [1], "buyer": [2], "value": pa.array([value])}), folder / "links.parquet"
        )
        pq.write_table(
            pa.table({"firm": [1, 2], "product": ["p", "q"], "revenue": [revenue, revenue]}),
            folder / "firms.parquet",
        )
        return read_firm_links(folder / "links.parquet", folder / "firms.parquet")

    table = read(Decimal("2.50"), 4)
    assert (table.names, table.flows[0, 1], table.final_demand.tolist()) == (("1", "2"), 2.5, [1.5, 4])
    with pytest.raises(BadInput, match=r"firms.parquet, row 1, column revenue: holds 1e\+305"):
        read(1.0, 1e305)
    with pytest.raises(BadInput, match="no firm sells anything"):
        read(0.0, 0.0)


def kept(folder: Path, *more: str):  # type: ignore[no-untyped-def]
    words = [str(folder / "scenario.yaml"), "--keep", str(folder / "kept"), "--format", "json", *more]
    done = CliRunner().invoke(network, words)
    assert done.exit_code == 0, done.output
    return done


def test_what_was_kept_of_another_table_is_not_taken(folder):
    first = kept(folder)
    links = {"seller": ["mine b", "mine a"], "buyer": ["plant"] * 2, "value": [50.0, 150.0]}
    pq.write_table(pa.table(links), folder / "links.parquet")
    assert "were run before" in kept(folder).stderr  # the same table in another order
    firms = {"firm": ["mine b", "mine a", "plant"], "product": ["ore", "ore", "goods"]}
    pq.write_table(pa.table(firms | {"revenue": [150.0, 80, 500]}), folder / "firms.parquet")
    links = {"seller": ["mine a", "mine b"], "buyer": ["plant"] * 2, "value": [50.0, 150.0]}
    pq.write_table(pa.table(links), folder / "links.parquet")
    other = kept(folder)
    assert "were run before" not in other.stderr
    assert other.stdout != first.stdout


def test_a_run_taken_up_again_gives_the_same_bytes(folder):
    whole = kept(folder, "--together", "2", "--single")
    for lost in ("00000", "00001", "00002"):
        path = folder / "kept" / f"scenario-{lost}.json"
        held = path.read_bytes()
        path.unlink()
        again = kept(folder, "--together", "2", "--single")
        assert again.stdout == whole.stdout
        assert "2 scenarios were run before" in again.stderr
        assert path.read_bytes() == held


def test_losses_by_industry_and_country_sum_to_the_whole(folder):
    done = CliRunner().invoke(network, [str(folder / "scenario.yaml"), "--format", "json"])
    for held in json.loads(done.stdout)["scenarios"]:
        assert len(held["countries"]) == 3
        for rows in (held["countries"], held["industries"]):
            assert sum(one["lost"] for one in rows) == pytest.approx(held["production_lost"], rel=1e-12)
    losses = [5.0, *(3.0 for _ in range(9)), 0.0, -4.0]
    shown, rest = largest([{"lost": lost} for lost in losses], 8)
    assert sum(one["lost"] for one in shown) + rest["lost"] == sum(losses)
    assert (len(shown), rest) == (8, {"count": 3, "lost": 2.0})


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_at_rest_nothing_is_lost_in_any_precision(folder, dtype):
    held = read_scenario_file(folder / "scenario.yaml")
    given = replace(held.parameters, dtype=dtype)
    table = replace(held.table, flows=held.table.flows / 3, final_demand=held.table.final_demand / 7)
    rest = [NetworkScenario(name="rest")]
    loss = follow(table, rest, steps=900, groups=groups_of(table), parameters=given)[0]
    assert not loss.outcome.lost.any()
    assert not loss.outcome.final_lost.any()


def test_a_product_whose_makers_all_stop_gives_no_warning(folder):
    held = read_scenario_file(folder / "scenario.yaml")
    places = np.array([0, 1])
    stop = NetworkScenario(name="stop", losses=(LostCapacity(industries=places, share=np.ones(40)),))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss = follow(held.table, [stop, *held.scenarios], steps=60, groups=groups_of(held.table),
                      parameters=held.parameters)[0]  # fmt: skip
    assert np.isfinite(loss.outcome.lost).all()


def test_the_page_says_sizes_days_and_the_limit_in_chinese(folder):
    text = SCENARIO.replace("name: Two", "day_0: 2025-04-04\nname: Two")
    CliRunner().invoke(network, [str(write(folder, text)), "--out", str(folder / "out")])
    page = (folder / "out/network.html").read_text(encoding="utf-8")
    for part in ("应先将受管制物项单列", "表中货币", " 天</span>"):
        assert part in page
    assert "第</span>" not in page
    assert "18.7 亿" in str(_number(1.87e9))
    assert "1.87 billion" in str(_number(1.87e9))


STOPPED = """
import os, signal, sys, time
from concurrent.futures import ProcessPoolExecutor
from monazite.cli.disrupt_network import _end_with_parent, _end_workers
if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end_workers)
    with ProcessPoolExecutor(2, initializer=_end_with_parent) as pool:
        pool.submit(time.sleep, 0.1).result()
        jobs = [pool.submit(time.sleep, 30) for _ in range(2)]
        os.kill(os.getpid(), int(sys.argv[1]))
        jobs[0].result()
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_the_process_that_started_them(number):
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", STOPPED, str(int(number))], stdout=subprocess.PIPE, check=False)
    assert time.monotonic() - began < 15  # the pipe closes when the last of them has ended
