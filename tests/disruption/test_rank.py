"""`monazite disrupt rank`: the golden networks through files, needs that nobody states, the example, faults of tables."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from monazite.cli import main
from monazite.disruption.network.structural import ESSENTIAL, Prepared, structural_index
from monazite.readers.disruption.firms import read_firms
from monazite.terms.faults import BadInput

NET_A = "3>6 4>6 4>7 5>7 6>1 6>2 7>10 7>11 8>1 8>2 9>11"
PRODUCTS_A = "1 1 2 2 2 3 3 4 4 5 5".split()
GOLD_A = {
    1: (0.272727, 0, 0.272727, 3), 2: (0.272727, 0, 0.272727, 3), 3: (0.181818, 0.181818, 0.090909, 3),
    4: (0.363636, 0.363636, 0.181818, 3), 5: (0.181818, 0.181818, 0.090909, 3), 6: (0.363636, 0.181818, 0.363636, 2),
    7: (0.363636, 0.181818, 0.363636, 2), 8: (0.181818, 0.181818, 0.181818, 2), 9: (0.090909, 0.090909, 0.090909, 2),
    10: (0.181818, 0, 0.181818, 3), 11: (0.272727, 0, 0.272727, 3),
}  # fmt: skip
NET_B = "1>4=3 2>4=1 3>4=6 4>5=10 4>6=5 3>5=20 3>6=10 5>3=2"
PRODUCTS_B = "1 1 2 3 4 4".split()
NEEDS_B = "1,3,essential 2,3,non-essential 3,4,essential 2,4,non-essential 4,2,non-essential".split()
GOLD_B = {
    1: (0.75, 0.75, 0.052632, 4), 2: (0.25, 0.25, 0.017544, 4), 3: (0.888889, 0.812865, 0.888889, 4),
    4: (1, 0.929825, 0.575674, 11), 5: (0.888889, 0.824561, 0.678363, 3), 6: (0.960415, 0, 0.960415, 17),
}  # fmt: skip
"""Values of the authors' R package: eps 0.01, weights are sales."""


def write(
    folder: Path, links: str, products: list[str], needs: list[str], *, suffix: str = ".csv"
) -> list[str]:
    folder.mkdir(exist_ok=True)
    rows = [
        (*link.partition("=")[0].split(">"), float(link.partition("=")[2] or 1)) for link in links.split()
    ]
    tables = {
        "links": (("seller", "buyer", "value"), rows),
        "firms": (("firm", "product"), [(str(n + 1), kind) for n, kind in enumerate(products)]),
        "needs": (("input", "maker", "need"), [tuple(need.split(",")) for need in needs]),
    }
    for name, (head, held) in tables.items():
        path = folder / f"{name}{suffix}"
        if suffix == ".parquet":
            pq.write_table(pa.table({h: [row[at] for row in held] for at, h in enumerate(head)}), path)
        else:
            text = "\n".join(",".join(map(str, row)) for row in (head, *held)) + "\n"
            path.write_text(text, encoding="utf-8")
    paths = [str(folder / f"{name}{suffix}") for name in ("links", "firms", "needs")]
    return [paths[0], paths[1], "--needs", paths[2]]


def net_a(folder: Path, **kind: str) -> list[str]:
    needs = [f"{i},{j},non-essential" for i in "12345" for j in "12345"]
    return write(folder, NET_A, PRODUCTS_A, needs, **kind)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["disrupt", "rank", *words])


def document(*words: str) -> dict:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def values(found: dict, reading: int = 0, eps: int = 0) -> dict[int, tuple]:
    rows = found["readings"][reading]["by_eps"][eps]["firms"]
    return {
        int(row["firm"]): (row["index"], row["downstream"], row["upstream"], row["steps"]) for row in rows
    }


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(("make", "gold", "changed"), [
    (net_a, GOLD_A, {3: (0.121212, 0.121212, 0.090909, 3), 5: (0.121212, 0.121212, 0.090909, 3)}),
    (lambda folder, suffix: write(folder, NET_B, PRODUCTS_B, NEEDS_B, suffix=suffix), GOLD_B,
     {2: (0.095029, 0.095029, 0.017544, 4)}),
])  # fmt: skip
def test_golden_networks_through_files(make, gold, changed, suffix, tmp_path):
    found = document(
        *make(tmp_path, suffix=suffix), "--eps", "0.01", "--replacement", "both", "--unknown", "none"
    )
    assert [one["replacement"] for one in found["readings"]] == [False, True]
    for reading, wanted in ((0, gold), (1, gold | changed)):
        for firm, row in values(found, reading).items():
            assert row == (
                *(pytest.approx(value, abs=6e-7) for value in wanted[firm][:3]),
                wanted[firm][3],
            ), firm
    assert "makers of final goods weigh nothing" in found["weights"]


def test_a_smaller_eps_stands_beside_with_its_steps(tmp_path):
    found = document(
        *write(tmp_path, NET_B, PRODUCTS_B, NEEDS_B), "--eps", "0.01", "--eps", "1e-10", "--unknown", "none"
    )
    assert values(found, eps=1)[6] == (pytest.approx(1, abs=1e-6), 0, pytest.approx(1, abs=1e-6), 116)
    order = found["readings"][0]["order"][0]
    assert order["eps"] == [0.01, 1e-10]
    assert -1 <= order["kendall_tau"] <= 1
    assert "Kendall's tau" in run(*write(tmp_path, NET_B, PRODUCTS_B, NEEDS_B)).stdout


def test_needs_that_nobody_states_are_shown_both_ways(tmp_path, root: Path):
    words = write(tmp_path, NET_B, PRODUCTS_B, NEEDS_B[1:])  # 1 for makers of 3 is left out
    found = document(*words, "--eps", "0.01")
    assert ["1", "3"] in found["needs_not_stated"]
    assert [one["unknown_needs"] for one in found["readings"]] == ["essential", "non-essential"]
    text = run(*words).stdout
    assert "Not stated whether essential" in text
    assert "rank with it, do not date with it" in text
    stated = document(*net_a(tmp_path / "a"), "--eps", "0.01")
    assert stated["needs_not_stated"] == []
    assert [one["unknown_needs"] for one in stated["readings"]] == [None]


def test_revenue_and_costs_are_used_where_given(root: Path):
    folder = root / "examples/firm-network"
    held = read_firms(folder / "links.csv", folder / "firms.csv", folder / "needs.csv")
    assert held.used_unknown() == (("pumps", "steel"), ("transport", "motors"))
    links = held.links(ESSENTIAL, replacement=False)
    at = held.names.index("magnet-a")
    alone = structural_index(Prepared(links), [at], eps=0.01)
    found = document(str(folder / "links.csv"), str(folder / "firms.csv"), "--needs", str(folder / "needs.csv"),
                     "--firm", "magnet-a", "--unknown", "essential", "--eps", "0.01")  # fmt: skip
    (row,) = found["readings"][0]["by_eps"][0]["firms"]
    assert (row["index"], row["steps"]) == (alone.index, alone.steps)
    assert (found["weights"], found["inputs_shared_by"]) == ("revenue", "costs")


def test_every_figure_of_the_example_is_marked_made_up(root: Path):
    folder = root / "examples/firm-network"
    for name in ("links.csv", "firms.csv", "needs.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            assert all("made up" in row["note"] for row in csv.DictReader(file)), name
    words = [str(folder / name) for name in ("links.csv", "firms.csv")]
    assert "Made up, as their own notes say: figures of firms.csv, links.csv." in run(*words).stdout
    assert document(*words)["made_up"] == ["firms.csv", "links.csv"]


def test_the_csv_holds_eps_and_steps_with_every_value_and_two_runs_are_the_same(tmp_path):
    words = [*net_a(tmp_path), "--replacement", "both"]
    text = run(*words, "--format", "csv").stdout
    assert text == run(*words, "--format", "csv").stdout
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 11 * 2 * 2
    assert all(row["eps"] and int(row["steps"]) >= 1 for row in rows)
    assert run(*words).stdout == run(*words).stdout
    assert "and 9 more firms" in run(*words, "--top", "2").stdout


def test_columns_that_are_not_read_are_named(tmp_path):
    (tmp_path / "links.csv").write_text("seller,buyer,value,region\na,b,1,x\n", encoding="utf-8")
    (tmp_path / "firms.csv").write_text("firm,product\na,p\nb,q\n", encoding="utf-8")
    done = run(str(tmp_path / "links.csv"), str(tmp_path / "firms.csv"))
    assert done.exit_code == 0
    assert "columns left out: links.csv: region" in done.stderr


def test_a_table_of_industries_ranks_too():
    pytest.importorskip("pymrio")
    found = document(
        "any", "--mrio", "pymrio-test", "--unknown", "non-essential", "--eps", "0.05", "--firm", "reg1/food"
    )
    assert (found["firms"], found["products"], found["weights"]) == (48, 8, "revenue")


def test_all_faults_of_all_tables_come_at_once(tmp_path):
    (tmp_path / "links.csv").write_text(
        "seller,buyer,value\na,b,5\na,cc,x\nb,a,nan\na,b,-1\n", encoding="utf-8"
    )
    (tmp_path / "firms.csv").write_text("firm,product,revenue\na,p,1\nb,,9\nb,q,\n", encoding="utf-8")
    (tmp_path / "needs.csv").write_text("input,maker,need\np,zz,essential\np,q,vital\n", encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_firms(tmp_path / "links.csv", tmp_path / "firms.csv", tmp_path / "needs.csv")
    report = bad.value.report()
    for says in (
        "links.csv:3, column buyer: 'cc' is not in firms",
        "links.csv:3, column value: 'x' is not a number",
        "links.csv:4, column value: 'nan' is below zero or not finite",
        "links.csv:5, column value: '-1' is below zero or not finite",
        "firms.csv:4, column firm: stands at firms.csv:3, column firm too",
        "firms.csv:3, column product: product is empty",
        "firms.csv:4, column revenue: revenue is empty",
        "needs.csv:2, column maker: 'zz' is no product of the firms",
        "needs.csv:3, column need: 'vital' is no need. Allowed: essential, non-essential, none",
    ):
        assert says in report


@pytest.mark.parametrize(
    ("links", "firms", "says"),
    [
        (
            "seller,buyer,value\na,b,5\n",
            "firm,product,revenue\na,p,1\nb,q,0\n",
            "revenue 1 is below the sales in the links, 5",
        ),
        ("seller,buyer,value\n", "firm,product,revenue\na,p,0\n", "no firm sells anything"),
        ("seller,buyer,value\n", "firm,product,revenue\n", "holds no firm"),
        (
            "seller,byer,value\na,b,1\n",
            "firm,product\na,p\n",
            "there is no column 'buyer'. Did you mean 'byer'?",
        ),
        (
            "seller,buyer,value\n",
            "firm,product,revenues\na,p,1\n",
            "no column 'revenues'. Did you mean 'revenue'?",
        ),
        ("", "firm,product\na,p\n", "is empty"),
    ],
)
def test_bad_tables_get_a_sentence(links, firms, says, tmp_path):
    for name, text in (("links", links), ("firms", firms)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    done = run(str(tmp_path / "links.csv"), str(tmp_path / "firms.csv"))
    assert done.exit_code == 1
    assert says in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--eps", "2"), "2.0 is not in the range"),
        (("--eps", "-1"), "-1.0 is not in the range"),
        (("--eps", "nan"), "eps nan"),
        (("--firm", "12"), "'12' is no firm"),
        (("--mrio", "wiod"), "Give FIRMS beside LINKS, or a table"),
    ],
)
def test_bad_options_get_a_sentence(words, says, tmp_path):
    done = run(*net_a(tmp_path), *words)
    assert done.exit_code in (1, 2)
    assert says in done.output
    assert "Traceback" not in done.output
