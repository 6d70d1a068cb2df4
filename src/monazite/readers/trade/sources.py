"""Files of trade data as a user has them: CSV, gzip, zip, Parquet, JSON, or a folder of them, opened one by one.

for source in find_sources([Path("BACI_HS92_V202601.zip")]):
    layout = sniff(source)                 delimiter, header, decimal mark
"""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from monazite.terms.faults import BadInput, Fault

CSV_SUFFIXES = (".csv", ".txt", ".tsv", ".dat")
SUFFIXES = (*CSV_SUFFIXES, ".parquet", ".json", ".xlsx")

Progress = Callable[[str, int, int], None]  # file, bytes read, bytes in all

_HEAD = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file, or one member of a zip."""

    name: str  # as a person finds it: baci.zip/BACI_HS92_Y2024_V202601.csv
    base: str  # its own name alone
    path: Path
    member: str = ""  # of a zip
    size: int

    @property
    def suffix(self) -> str:
        """The kind of file, by its name: .csv also for .csv.gz."""
        return Path(self.base.lower().removesuffix(".gz")).suffix

    def open(self) -> IO[bytes]:
        """The bytes, unpacked."""
        if self.member:
            # The archive closes with the last of its members.
            with zipfile.ZipFile(self.path) as archive:
                held: IO[bytes] = archive.open(self.member)
        else:
            held = self.path.open("rb")
        return gzip.GzipFile(fileobj=held) if self.base.lower().endswith(".gz") else held  # type: ignore[return-value]

    def head(self) -> bytes:
        """The first bytes.

        Raises
        ------
        BadInput where the file is called gzip and is none
        """
        try:
            with self.open() as file:
                return file.read(_HEAD)
        except (gzip.BadGzipFile, EOFError) as error:
            raise BadInput([Fault(where=self.name, what="is no gzip file, as its name says",
                                  mend="Name it for what it is, or fetch it again")]) from error  # fmt: skip

    def says(self) -> str:
        """Name and size."""
        return f"{self.name} ({self.size:,} bytes)"


def find_sources(paths: Iterable[Path]) -> tuple[Source, ...]:
    """The files that are named, those of the folders, and the members of the zips; in the order of their names.

    Raises
    ------
    BadInput with every path that is not there, is no archive, or holds nothing that could be read
    """
    found: list[Source] = []
    faults: list[Fault] = []
    for path in paths:
        if not path.exists():
            faults.append(Fault(where=str(path), what="there is no such file or folder"))
            continue
        inside = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
        before = len(found)
        for file in inside:
            if file.suffix.lower() == ".zip":
                found += _members(file, faults)
            elif _readable(file.name):
                found.append(Source(name=str(file), base=file.name, path=file, size=file.stat().st_size))
        if len(found) == before and not faults:
            wanted = ", ".join((*SUFFIXES, ".csv.gz", ".zip"))
            faults.append(
                Fault(
                    where=str(path), what="nothing in it can be read as trade data", mend=f"Wanted: {wanted}"
                )
            )
    if faults:
        raise BadInput(faults)
    return tuple(found)


def _readable(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(SUFFIXES) and not name.startswith(".")


def _members(path: Path, faults: list[Fault]) -> list[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            return [
                Source(name=f"{path}/{info.filename}", base=Path(info.filename).name, path=path, member=info.filename, size=info.file_size)
                for info in sorted(archive.infolist(), key=lambda info: info.filename)
                if not info.is_dir() and _readable(Path(info.filename).name)
            ]  # fmt: skip
    except zipfile.BadZipFile:
        faults.append(
            Fault(
                where=str(path), what="this is no zip archive, or only a part of one", mend="Fetch it again"
            )
        )
        return []


def read_table(data: bytes, name: str) -> tuple[tuple[str, ...], list[tuple[int, dict[str, str]]]]:
    """Columns and rows of a small CSV file, each row with its line; UTF-8, else Windows-1252.

    Raises
    ------
    BadInput where it is empty or its quotes do not close
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    rows = csv.DictReader(io.StringIO(text, newline=""), restval="")
    held: list[tuple[int, dict[str, str]]] = []
    try:
        columns = tuple(rows.fieldnames or ())
        held += [
            (rows.line_num, {key: value for key, value in row.items() if key is not None}) for row in rows
        ]
    except csv.Error as error:
        raise BadInput(
            [Fault(where=f"{name}:{rows.line_num + 1}", what=f"the line is no CSV: {error}")]
        ) from None
    if not columns:
        raise BadInput([Fault(where=name, what="the file is empty")])
    return columns, held


class Counted(io.RawIOBase):
    """A file that says how far it was read."""

    def __init__(self, source: Source, progress: Progress) -> None:
        self.source, self.progress = source, progress
        self.file = source.open()
        self.done = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self.file.read(size)
        self.done += len(piece)
        self.progress(self.source.base, min(self.done, self.source.size), self.source.size)
        return piece

    def close(self) -> None:
        """Close the file beneath."""
        self.file.close()
        super().close()


# -- how a text file is laid out --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a CSV file is written."""

    delimiter: str
    columns: tuple[str, ...]  # of the header as written; empty where the first line is data
    width: int
    decimal: str = "."
    encoding: str = "utf-8"

    @property
    def header(self) -> bool:
        """Whether the first line names the columns."""
        return bool(self.columns)


def sniff(source: Source) -> Layout:
    """Delimiter, header, decimal mark and encoding, from the first lines.

    Raises
    ------
    BadInput where the file is empty
    """
    head = source.head()
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="strict")
    except UnicodeDecodeError as error:
        # A character may be cut in two at the end of what was read.
        if encoding == "utf-8" and error.start < len(head) - 4:
            encoding, text = "cp1252", head.decode("cp1252", errors="replace")
        else:
            text = head[: error.start].decode("utf-8-sig")
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise BadInput([Fault(where=source.name, what="the file is empty")])
    delimiter = max(",;\t|", key=lambda mark: lines[0].count(mark))
    first = next(csv.reader([lines[0]], delimiter=delimiter))
    header = any(not _number(cell) for cell in first)
    cells = [cell for line in lines[1:20] for cell in line.split(delimiter)]
    comma = delimiter != "," and any("," in cell and _number(cell.replace(",", ".")) for cell in cells)
    return Layout(
        delimiter=delimiter, columns=tuple(cell.strip() for cell in first) if header else (), width=len(first),
        decimal="," if comma else ".", encoding=encoding,
    )  # fmt: skip


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell.strip() in ("", "NA")
    return True


def read_json_rows(source: Source) -> tuple[tuple[str, ...], Sequence[Sequence[object]]]:
    """Columns and rows of a JSON answer: a list of lists under its header, or objects, plain or under `data`.

    Raises
    ------
    BadInput where it is neither
    """
    with source.open() as file:
        try:
            held = json.load(file)
        except ValueError as error:
            raise BadInput([Fault(where=source.name, what=f"this is no JSON: {error}")]) from None
    if isinstance(held, dict):
        held = held.get("data", held)
    if (
        isinstance(held, list)
        and held
        and all(isinstance(row, list) and len(row) == len(held[0]) for row in held)
    ):
        return tuple(map(str, held[0])), held[1:]
    if isinstance(held, list) and held and all(isinstance(row, dict) for row in held):
        columns = tuple(dict.fromkeys(key for row in held for key in row))
        return columns, [[row.get(name) for name in columns] for row in held]
    raise BadInput(
        [
            Fault(
                where=source.name,
                what="there are no rows in it",
                mend="Wanted: a list of rows, as the API answers",
            )
        ]
    )
