"""Scenario files, tables and the command of the network."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from monazite.cli.disrupt_network import network
from monazite.readers.disruption.network_scenarios import read_scenario_file
from monazite.readers.disruption.tables import read_firm_links, read_mrio
from monazite.terms.faults import BadInput

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
    with pytest.raises(BadInput, match="revenue 80 is below sales"):
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
