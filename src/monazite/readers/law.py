"""The book of law from a folder of measures, item tables, party lists and country groups.

    regimes/cn/measures/*.yaml   regimes/cn/items/*.csv   regimes/cn/parties/*.yaml   regimes/cn/groups.yaml

All faults of all files come at once. The version of the book is a digest of its files, in the order of
their names.
"""

import csv
import hashlib
import io
from functools import lru_cache
from pathlib import Path

from monazite.readers.places import find_data
from monazite.readers.yaml import place_in_file, read_yaml
from monazite.regime.book import Book
from monazite.regime.conditions import ConditionReader
from monazite.regime.decode import (
    check_line_columns,
    decode_groups,
    decode_list,
    decode_measure,
    decode_party_list,
)
from monazite.regime.model import CountryGroup, ItemList, Measure, PartyList
from monazite.terms.faults import BadInput, Fault
from monazite.terms.located import Located


def read_book(root: Path | str | None = None) -> Book:
    """The book in a folder; that of the package by default.

    Raises
    ------
    BadInput with every fault of every file.
    """
    book, faults = find_faults(root)
    if faults:
        raise BadInput(faults)
    return book


@lru_cache(maxsize=4)
def _country_codes() -> tuple[str, ...]:
    with (find_data("reference") / "countries.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row["alpha3"] for row in csv.DictReader(file))


def find_faults(root: Path | str | None = None) -> tuple[Book, list[Fault]]:
    """The book as far as it can be read, and the faults of its files."""
    folder = Path(root) if root is not None else find_data("regimes")
    faults: list[Fault] = []
    measures: list[Measure] = []
    conditions: list[ConditionReader] = []
    parties: list[PartyList] = []
    groups: list[CountryGroup] = []
    authorities: dict[str, dict[str, object]] = {}
    if not folder.is_dir():
        raise BadInput(
            [
                Fault(
                    where=str(folder),
                    what="is no folder of law",
                    mend="Name a folder that holds cn/measures/*.yaml",
                )
            ]
        )
    states = [p for p in sorted(folder.iterdir()) if (p / "measures").is_dir()]
    for state in states:
        for path in sorted((state / "measures").glob("*.yaml")):
            measure, found, readers = _read_measure(path, _shown(path, folder))
            faults += found
            conditions += readers
            if measure is not None:
                measures.append(measure)
        for path in sorted((state / "parties").glob("*.yaml")):
            document, found = read_yaml(path, _shown(path, folder))
            made, more = decode_party_list(document, _country_codes())
            faults += found + more
            parties.append(made)
        if (state / "groups.yaml").exists():
            document, found = read_yaml(state / "groups.yaml", _shown(state / "groups.yaml", folder))
            made_groups, more = decode_groups(document, _country_codes())
            faults += found + more
            groups += made_groups
        if (state / "authority.yaml").exists():
            document, found = read_yaml(state / "authority.yaml", _shown(state / "authority.yaml", folder))
            faults += found
            authorities[state.name] = document.plain()  # type: ignore[assignment]
    if not states:
        faults.append(
            Fault(
                where=str(folder), what="holds no measures", mend="Measures stand in <state>/measures/*.yaml"
            )
        )
    book, more = Book.assemble(measures, conditions, party_lists=parties, groups=groups, authorities=authorities,
                               countries=_country_codes(), version=book_version(folder))  # fmt: skip
    return book, sorted(faults + more, key=lambda fault: place_in_file(fault.where))


def book_version(folder: Path) -> str:
    """Digest of the law files of a folder: twelve characters, the same on every machine."""
    digest = hashlib.sha256()
    files = sorted(
        p
        for p in folder.rglob("*")
        if p.suffix in (".yaml", ".csv") and "cases" not in p.relative_to(folder).parts
    )
    for path in files:
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def _shown(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _read_measure(path: Path, shown: str) -> tuple[Measure | None, list[Fault], list[ConditionReader]]:
    document, faults = read_yaml(path, shown)
    if document.fields is None and faults:
        return None, faults, []
    tables, found = _read_tables(document, path.parent.parent, path.parent.parent.name)
    measure, more, readers = decode_measure(document, tables, shown)
    return measure, faults + found + more, readers


def _read_tables(document: Located, state: Path, shown: str) -> tuple[dict[str, ItemList], list[Fault]]:
    tables: dict[str, ItemList] = {}
    faults: list[Fault] = []
    measure = (document.find("measure") or Located("")).text or ""
    for node in (document.find("lists") or Located("")).list():
        fields = node.fields or {}
        name, table = fields.get("id"), fields.get("table")
        if name is None or table is None or not name.text or not table.text:
            faults.append(
                Fault(
                    where=node.where, what="a list wants 'id' and 'table'", mend="Name the file of its lines"
                )
            )
            continue
        if name.text in tables:
            faults.append(Fault(where=name.where, what=f"list '{name.text}' is given twice", mend="Keep one"))
        path = state / table.text
        if not path.is_file() or state.resolve() not in path.resolve().parents:
            faults.append(
                Fault(
                    where=table.where,
                    what=f"there is no table '{table.text}'",
                    mend=f"Tables stand in {shown}/items/",
                )
            )
            continue
        where = f"{shown}/{table.text}"
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        columns: list[str] = []
        rows: list[tuple[str, dict[str, str]]] = []
        try:
            for record in reader:
                if not columns:
                    columns = [c.strip() for c in record]
                elif len(record) != len(columns):
                    what = f"{len(record)} cells where {len(columns)} are wanted"
                    faults.append(
                        Fault(
                            where=f"{where}:{reader.line_num}",
                            what=what,
                            mend="Quote cells that hold a comma",
                        )
                    )
                else:
                    rows.append((f"{where}:{reader.line_num}", dict(zip(columns, record, strict=True))))
        except csv.Error as error:
            what = f"is not CSV: {error}"
            faults.append(
                Fault(
                    where=f"{where}:{reader.line_num}", what=what, mend="Look for a quote that is not closed"
                )
            )
        faults += check_line_columns(f"{where}:1", columns)
        title = fields["title"].fields if "title" in fields else None
        item_list, found = decode_list(f"{measure}/{name.text}", (title or {}).get("en", Located("", text=name.text)).text or "",
                                       measure, rows)  # fmt: skip
        known = (document.find("sources") or Located("")).fields or {}
        for line in item_list.lines:
            found += [Fault(where=line.where, what=f"'{key}' is no source of the measure", mend=f"Sources: {', '.join(known)}")
                      for key in line.sources if key not in known]  # fmt: skip
        faults += found
        tables[name.text] = item_list
    return tables, faults
