"""Case files: worked cases of law from YAML files or folders of them."""

from collections.abc import Iterable
from pathlib import Path

from monazite.determine.cases import Case, decode_cases
from monazite.determine.running import case_faults
from monazite.readers.places import find_data
from monazite.readers.yaml import place_in_file, read_yaml
from monazite.regime.book import Book
from monazite.terms.faults import BadInput, Fault


def read_cases(paths: Iterable[Path] = (), book: Book | None = None) -> list[Case]:
    """The cases in files and folders; those of the book where none is named.

    Parameters
    ----------
    book : says which countries, kinds and provisions there are; where a file is at fault, the faults of the facts in
        all cases are then told with it. Faults of facts alone are left to whoever asks the cases.

    Raises
    ------
    BadInput with every fault of every file
    """
    roots = list(paths) or [find_data("regimes") / "cases"]
    cases: list[Case] = []
    faults: list[Fault] = []
    seen: dict[str, str] = {}
    for root in roots:
        files = sorted([*root.rglob("*.yaml"), *root.rglob("*.yml")]) if root.is_dir() else [root]
        if not files:
            faults.append(Fault(where=str(root), what="holds no case file", mend="Case files end in .yaml"))
        for file in files:
            shown = file.relative_to(root).as_posix() if root.is_dir() else str(file)
            document, found = read_yaml(file, shown)
            faults += found
            if document.fields is None:
                if not found:
                    mend = "Write the list under 'cases:'"
                    faults.append(Fault(where=document.where, what="a case file is a mapping", mend=mend))
                continue
            made, more = decode_cases(document)
            faults += more
            for case in made:
                if case.title in seen and seen[case.title].split(":")[0] != case.where.split(":")[0]:
                    faults.append(
                        Fault(
                            where=case.where,
                            what=f"the title '{case.title}' is used twice",
                            mend=f"The other stands at {seen[case.title]}",
                        )
                    )
                seen.setdefault(case.title, case.where)
            cases += made
    if faults:
        faults += case_faults(cases, book) if book is not None else ()
        # What a file gives to all of its cases is at fault once.
        raise BadInput(sorted(dict.fromkeys(faults), key=lambda fault: place_in_file(fault.where)))
    return cases


def read_cases_of(book: Path | str | None) -> list[Case]:
    """The cases that stand beside the law of a book, in its folder `cases`; those of the package by default.

    Raises
    ------
    BadInput with every fault of every file
    """
    if book is None:
        return read_cases()
    folder = Path(book) / "cases"
    return read_cases([folder]) if folder.is_dir() else []
