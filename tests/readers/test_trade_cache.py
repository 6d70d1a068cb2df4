"""The columnar cache: what is read is what was written, or a sentence says why not."""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.leverage.flows import Basis, Flows, make_flows
from monazite.leverage.production import Production, Stage
from monazite.readers.trade import cache as cache_module
from monazite.readers.trade.cache import (
    CacheWriter,
    Stored,
    cached_names,
    count_year,
    damage,
    default_cache,
    read_cached_flows,
    read_stored,
)
from monazite.readers.trade.gather import Coded, gather
from monazite.readers.trade.kept import keep_governance, keep_production, kept_names, read_kept
from monazite.readers.trade.loading import load
from monazite.readers.trade.shipped import read_governance, read_production
from monazite.terms.faults import BadInput

BASIS = Basis(dataset="toy", release="1", side="reconciled", valuation="free on board", unit="USD", nomenclature="HS1992",
              digits=6, licence="made up", notes=("made up",))  # fmt: skip
ROWS = [
    ("CHN", "USA", "280530", 6.0, 2.0),
    ("JPN", "USA", "280530", 3.0, None),
    ("USA", "CHN", "010121", 1.0, 0.0),
]


def gathered(
    rows: list[tuple[str, str, str, float, float | None]], year: int = 2024, basis: Basis = BASIS
) -> Flows:
    """The rows as a loader gathers them: sorted, with the tables in use."""

    def coded(n: int) -> Coded:
        texts = tuple(dict.fromkeys(str(row[n]) for row in rows))
        return Coded(
            texts=texts, codes=texts, at=np.array([texts.index(str(row[n])) for row in rows], dtype=np.int32)
        )

    quantity = np.array([np.nan if row[4] is None else row[4] for row in rows], dtype=np.float64)
    return gather(
        year=year, basis=basis, exporter=coded(0), importer=coded(1), product=coded(2), faults=[], place=str,
        value=np.array([row[3] for row in rows], dtype=np.float64), quantity=quantity,
    )  # fmt: skip


def store(cache: Path, *years: Flows, name: str = "toy") -> Stored:
    with CacheWriter(cache, name) as writer:
        for flows in years:
            writer.add(flows)
        return writer.finish(made_from=["by hand"], left_out={"totals": (2, 5.0)})


def as_rows(flows: Flows) -> list[tuple[str, str, str, float, float | None]]:
    quantity = np.full(len(flows), np.nan) if flows.quantity is None else flows.quantity
    return sorted(
        (flows.countries[i], flows.countries[j], flows.products[k], v, None if np.isnan(q) else q)
        for i, j, k, v, q in zip(
            flows.exporter,
            flows.importer,
            flows.product,
            flows.value.tolist(),
            quantity.tolist(),
            strict=True,
        )
    )


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    store(tmp_path, gathered(ROWS))
    return tmp_path


def faults_of(cache: Path, name: str = "toy", year: int = 2024) -> list[str]:
    with pytest.raises(BadInput) as raised:
        read_cached_flows(cache, name, year)
    return [str(fault) for fault in raised.value.faults]


# -- what is read is what was written ---------------------------------------------------------------------------

codes = st.sampled_from(["CHN", "USA", "DEU", "JPN", "TWN", "#899"])
keys = st.tuples(codes, codes, st.sampled_from(["010121", "280530", "850511", "970600"])).filter(
    lambda key: key[0] != key[1]
)
amounts = st.floats(min_value=1e-3, max_value=1e12)
tables = st.dictionaries(keys, st.tuples(amounts, st.none() | st.floats(0, 1e12)), min_size=1, max_size=30)


@settings(max_examples=20)
@given(st.lists(tables, min_size=1, max_size=3))
def test_what_is_read_is_what_was_written(
    drawn: list[dict[tuple[str, str, str], tuple[float, float | None]]],
) -> None:
    years = [
        gathered([(*key, *held) for key, held in table.items()], 2020 + n) for n, table in enumerate(drawn)
    ]
    with TemporaryDirectory() as folder:
        stored = store(Path(folder), *years)
        read = [read_cached_flows(Path(folder), "toy", flows.year) for flows in years]
        assert [as_rows(flows) for flows in read] == [as_rows(flows) for flows in years]
        assert all(
            flows.countries == read[0].countries and flows.products == read[0].products for flows in read
        )
        assert stored.years == {flows.year: count_year(flows) for flows in years}
        assert read_stored(Path(folder), "toy") == stored
        assert damage(stored) == []


def test_rows_stay_sorted_where_the_years_have_other_tables(tmp_path: Path) -> None:
    early = gathered([("CHN", "USA", "850511", 1.0, None), ("USA", "CHN", "850511", 1.0, None)], 2023)
    store(tmp_path, early, gathered([*ROWS, ("AUT", "CHN", "010121", 1.0, None)], 2024))
    for year in (2023, 2024):
        flows = read_cached_flows(tmp_path, "toy", year)
        assert flows.countries == ("AUT", "CHN", "JPN", "USA")
        order = np.lexsort((flows.exporter, flows.importer, flows.product))
        assert order.tolist() == list(range(len(flows)))


def test_columns_have_the_widths_that_are_promised(cache: Path) -> None:
    folder = cache / "trade/toy/2024"
    sizes = {path.name: path.stat().st_size // 3 for path in folder.iterdir()}
    assert sizes == {"exporter.u1": 1, "importer.u1": 1, "product.u2": 2, "value.f8": 8, "quantity.f8": 8}
    assert np.fromfile(folder / "product.u2", dtype="<u2").tolist() == [0, 1, 1]


def test_flows_without_quantities_have_no_column_of_them(tmp_path: Path) -> None:
    store(tmp_path, replace(gathered(ROWS), quantity=None))
    assert not (tmp_path / "trade/toy/2024/quantity.f8").exists()
    assert read_cached_flows(tmp_path, "toy", 2024).quantity is None


def test_a_year_is_a_memory_map_that_cannot_be_written_to(cache: Path) -> None:
    flows = read_cached_flows(cache, "toy", 2024)
    assert isinstance(flows.value.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        flows.value[0] = 1.0


def test_the_counts_tell_what_has_no_quantity() -> None:
    count = count_year(gathered(ROWS))
    assert (count.rows, count.value, count.without_quantity) == (3, 10.0, 1)
    assert count.missing_share == pytest.approx(1 / 3)
    assert count.coverage == pytest.approx(0.7)  # 3 of 10 are without


def test_the_basis_keeps_the_notes_of_every_year(tmp_path: Path) -> None:
    later = gathered(ROWS, 2025, replace(BASIS, notes=("made up", "2025 holds 8 of 12 months")))
    assert store(tmp_path, gathered(ROWS), later).basis.notes == ("made up", "2025 holds 8 of 12 months")


def test_years_of_another_basis_or_twice_are_refused(tmp_path: Path) -> None:
    with CacheWriter(tmp_path, "toy") as writer:
        writer.add(gathered(ROWS))
        with pytest.raises(ValueError, match="2024 is there already"):
            writer.add(gathered(ROWS))
        with pytest.raises(ValueError, match="release 2"):
            writer.add(gathered(ROWS, 2025, replace(BASIS, release="2")))


def test_more_traders_than_a_byte_can_number_are_a_sentence() -> None:
    rows = [(f"C{n:03}", "USA", "280530", 1.0, None) for n in range(256)]
    faults: list[object] = []
    texts = tuple(row[0] for row in rows)
    gather(
        year=2024, basis=BASIS, faults=faults, place=str, quantity=None, value=np.ones(256),  # type: ignore[arg-type]
        exporter=Coded(texts=texts, codes=texts, at=np.arange(256)), importer=Coded(texts=("USA",), codes=("USA",), at=np.zeros(256, int)),
        product=Coded(texts=("280530",), codes=("280530",), at=np.zeros(256, int)),
    )  # fmt: skip
    assert "257 traders in one year; at most 256 can be told apart" in str(faults[0])


def stopped(cache: Path, *years: Flows) -> None:
    """A load that an error stops after some years."""

    def load_and_stop() -> None:
        with CacheWriter(cache, "toy") as writer:
            for flows in years:
                writer.add(flows)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        load_and_stop()


# -- whole or not at all ----------------------------------------------------------------------------------------


def test_a_load_that_stops_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    stopped(tmp_path, gathered(ROWS))
    assert cached_names(tmp_path) == ()
    assert list((tmp_path / "trade").iterdir()) == []


def test_a_load_that_stops_half_way_leaves_what_was_there(cache: Path) -> None:
    before = as_rows(read_cached_flows(cache, "toy", 2024))
    stopped(cache, gathered(ROWS[:1]))
    assert as_rows(read_cached_flows(cache, "toy", 2024)) == before


def test_what_a_killed_process_left_is_no_data_set_and_goes_with_the_next_load(tmp_path: Path) -> None:
    writer = CacheWriter(tmp_path, "toy").__enter__()
    writer.add(gathered(ROWS))  # and the process is gone
    assert cached_names(tmp_path) == ()
    assert "no data set 'toy' is loaded" in faults_of(tmp_path)[0]
    store(tmp_path, gathered(ROWS))
    assert [path.name for path in (tmp_path / "trade").iterdir()] == ["toy"]


def test_a_data_set_that_was_put_aside_by_a_killed_process_comes_back(cache: Path) -> None:
    (cache / "trade/toy").rename(cache / "trade/.toy.1.old")
    stopped(cache)
    assert len(read_cached_flows(cache, "toy", 2024)) == 3


def test_a_new_load_takes_the_place_of_the_old(cache: Path) -> None:
    store(cache, gathered(ROWS[:1], 2025))
    assert list(read_stored(cache, "toy").years) == [2025]
    assert not (cache / "trade/toy/2024").exists()


def test_faults_of_a_file_leave_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "BACI_HS92_Y2024_V202601.csv"
    path.write_text("t,i,j,k,v,q\n2024,156,842,280530,0,1\n", encoding="utf-8")
    with pytest.raises(BadInput):
        load([path], cache=tmp_path / "cache")
    assert cached_names(tmp_path / "cache") == ()


# -- what cannot be used is a sentence --------------------------------------------------------------------------


def change_header(cache: Path, **changes: object) -> None:
    path = cache / "trade/toy/header.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


def test_a_cache_of_another_version_is_a_sentence(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "VERSION", 2)
    (told,) = faults_of(cache)
    assert told.endswith(
        "the cache is of version 1, and this program reads version 2. Load the data again: monazite trade load"
    )


@pytest.mark.parametrize(
    ("changes", "what"),
    [({"format": "something else"}, "this is no header of a monazite trade cache"),
     ({"products": ["280530", "010121"]}, "the header was changed after it was written"),
     ({"digest": ""}, "the header was changed after it was written")],
)  # fmt: skip
def test_a_header_that_is_not_as_written_is_a_sentence(
    cache: Path, changes: dict[str, object], what: str
) -> None:
    change_header(cache, **changes)
    (told,) = faults_of(cache)
    assert what in told


def test_a_header_that_is_cut_off_is_a_sentence(cache: Path) -> None:
    path = cache / "trade/toy/header.json"
    path.write_text(path.read_text(encoding="utf-8")[:200], encoding="utf-8")
    assert "the header is not readable" in faults_of(cache)[0]


def test_columns_that_are_cut_off_or_missing_are_told_all_at_once(cache: Path) -> None:
    folder = cache / "trade/toy/2024"
    (folder / "value.f8").write_bytes((folder / "value.f8").read_bytes()[:-3])
    (folder / "exporter.u1").unlink()
    told = faults_of(cache)
    assert any("exporter.u1: the column is missing" in fault for fault in told)
    assert any("value.f8: the column has 21 bytes in place of 24" in fault for fault in told)


def test_a_changed_byte_is_found_by_the_checksums(cache: Path) -> None:
    path = cache / "trade/toy/2024/value.f8"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    assert len(read_cached_flows(cache, "toy", 2024)) == 3
    (fault,) = damage(read_stored(cache, "toy"))
    assert str(fault).endswith(
        "value.f8: the column was changed after it was written. Load the data again: monazite trade load"
    )


def test_a_name_or_year_that_is_not_there_is_told_with_what_is(cache: Path) -> None:
    assert "no data set 'toi' is loaded. Did you mean 'toy'?" in faults_of(cache, "toi")[0]
    assert faults_of(cache, year=2023) == ["toy: it has no 2023. It has 2024"]


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", "toy\n", ".toy"])
def test_a_name_that_is_no_folder_s_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="cannot name a data set"):
        CacheWriter(tmp_path, name)


@pytest.mark.parametrize(
    ("environment", "place"),
    [({"MONAZITE_CACHE": "/a", "XDG_CACHE_HOME": "/b"}, Path("/a")), ({"XDG_CACHE_HOME": "/b"}, Path("/b/monazite")),
     ({}, Path.home() / ".cache/monazite")],
)  # fmt: skip
def test_where_the_cache_lies(environment: dict[str, str], place: Path) -> None:
    assert default_cache(environment) == place


# -- tables of production and governance ------------------------------------------------------------------------


def test_tables_are_kept_as_they_were(tmp_path: Path) -> None:
    keep_production(tmp_path, "usgs", read_production())
    keep_governance(tmp_path, "wgi", read_governance())
    assert kept_names(tmp_path) == ("usgs", "wgi")
    assert read_kept(tmp_path, "usgs") == read_production()
    assert read_kept(tmp_path, "wgi") == read_governance()


def test_kept_tables_that_were_changed_are_a_sentence(tmp_path: Path) -> None:
    toy = Production(
        mineral="toy",
        scope="made up",
        stage=Stage.MINE,
        year=2024,
        dataset="toy",
        release="1",
        unit="t",
        amounts={"CHN": 1.0},
    )
    path = keep_production(tmp_path, "toy", [toy])
    path.write_text(path.read_text(encoding="utf-8").replace("1.0", "9.0"), encoding="utf-8")
    with pytest.raises(BadInput, match="the tables were changed after they were written"):
        read_kept(tmp_path, "toy")


def test_flows_made_by_hand_go_through_the_cache_as_they_are(tmp_path: Path) -> None:
    flows = make_flows(2024, BASIS, [("CHN", "USA", "280530", 6.0)])
    store(tmp_path, flows)
    assert as_rows(read_cached_flows(tmp_path, "toy", 2024)) == as_rows(flows)
