"""The shape of the tree: rooms, names, docstrings, line ends, and words that have no business in it."""

import ast
import configparser
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

ROOMS = {
    "terms", "regime", "catalogue", "parties", "leverage", "determine", "disruption",
    "readers", "writers", "cli",
}  # fmt: skip
"""The rooms of src/monazite. A new one is named here, in .importlinter and in src/README.md."""

NAMELESS = {"utils.py", "helpers.py", "misc.py", "common.py", "manager.py"}
"""Names that say nothing about what is inside."""

BAD_FILES = "tests/readers/bad/"
"""Files whose bytes are wrong on purpose."""

BINARY = {".xlsx", ".parquet", ".png", ".pdf", ".gz", ".zip"}

LARGEST_BYTES = 5_000_000

MADE = {".git", ".venv", "__pycache__", "out", "dist", "build", "node_modules"}
MADE |= {".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis"}
"""Folders that are made, and looked into only by mistake."""


def any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def host(*labels: str) -> str:
    return r"(?i:\b" + r"\.".join(labels) + r"\b)"


# The words are put together from pieces, so that this file does not hold them.
HERE = r"(?<![\w.:/~-])/"  # a path from the top of a file system, not the middle of an address
FORBIDDEN = {
    "a path of one machine": any_of(
        HERE + "wo" + "rk/",
        HERE + "ro" + "ot/",
        HERE + "ho" + "me/[a-z]",
        HERE + "Us" + "ers/[A-Za-z]",
        r"\b[A-Z]:\\" + "Us" + r"ers\\",
    ),
    "the host of a package registry": any_of(
        host("pypi", "org"),
        host("pythonhosted", "org"),
        host("npmjs", "(org|com)"),
        host("(deb|security|ftp)", "debian", "org"),
        host("crates", "io"),
        host("proxy", "golang", "org"),
        host("anaconda", "org"),
        "--(extra-)?index" + "-url",
    ),
    "an address inside somebody's network": any_of(
        r"https?://(10|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+"
    ),
    "a tool that has no part in the project": any_of(
        r"(?i:\bclau" + r"de\b)",
        r"(?i:\banthro" + r"pic\b)",
        r"(?i:\bchat-?" + r"gpt\b)",
        r"(?i:\bopen" + r"ai\b)",
        r"(?i:\bcopi" + r"lot\b)",
        r"(?i:\bsub-?" + r"agents?\b)",
    ),
    "the number of a ticket": any_of(r"(?i:\biss" + r"ues? (no\. ?|#)?\d)"),
    "a mark of unfinished work": any_of(r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b"),
}


def files() -> list[Path]:
    """Every file of the repository; outside a checkout, every file that nothing has made."""
    asked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if asked.returncode == 0 and asked.stdout:
        found = [ROOT / name for name in asked.stdout.decode("utf-8").split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not MADE & set(path.relative_to(ROOT).parts)]
    return sorted(path for path in found if path.is_file())


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def texts() -> Iterator[tuple[str, bytes]]:
    for path in files():
        if path.suffix not in BINARY and not name(path).startswith(BAD_FILES):
            yield name(path), path.read_bytes()


def modules() -> list[Path]:
    return [path for path in files() if path.suffix == ".py" and name(path).startswith("src/")]


def test_every_text_is_utf_8_with_plain_line_ends() -> None:
    faults = []
    for where, held in texts():
        try:
            held.decode("utf-8")
        except UnicodeDecodeError as fault:
            faults.append(f"{where}: byte {fault.start} is not UTF-8")
        if b"\r" in held:
            faults.append(f"{where}: a carriage return at byte {held.index(bytes([13]))}")
        if held.startswith(b"\xef\xbb\xbf"):
            faults.append(f"{where}: begins with a byte-order mark")
        if held and not held.endswith(b"\n"):
            faults.append(f"{where}: does not end with a line end")
    assert not faults, "\n".join(faults)


def test_no_text_names_a_machine_a_registry_or_a_tool() -> None:
    faults = []
    for where, held in texts():
        for number, line in enumerate(held.decode("utf-8", "replace").splitlines(), 1):
            for what, pattern in FORBIDDEN.items():
                if found := pattern.search(line):
                    faults.append(f"{where}:{number}:{found.start() + 1}: '{found[0]}' is {what}")
    assert not faults, "\n".join(faults)


def test_the_patterns_find_what_they_forbid() -> None:
    seen = {
        "a path of one machine": ["cd /wo" + "rk/x", "'/ho" + "me/ling/x'", "C:" + "\\Us" + "ers\\ling"],
        "the host of a package registry": ["https://py" + "pi.org/simple", "pip install --index" + "-url x"],
        "an address inside somebody's network": ["http://10.0" + ".0.1/x"],
        "a tool that has no part in the project": ["Open" + "AI"],
        "the number of a ticket": ["(iss" + "ue 41)", "iss" + "ues #3"],
        "a mark of unfinished work": ["# TO" + "DO: x"],
    }
    assert seen.keys() == FORBIDDEN.keys()
    for what, lines in seen.items():
        for line in lines:
            assert FORBIDDEN[what].search(line), line
    for line in [
        "https://example.org/wo" + "rk/x",
        "the to" + "do list",
        "issued 2025-10-09",
        "the iss" + "ue of 2025",
    ]:
        assert not any(pattern.search(line) for pattern in FORBIDDEN.values()), line


def test_no_file_is_huge() -> None:
    assert [name(path) for path in files() if path.stat().st_size > LARGEST_BYTES] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name(path) for path in files() if path.name in NAMELESS] == []


def test_every_module_says_in_its_first_line_what_it_is() -> None:
    lacking = [
        name(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert lacking == []


def test_the_package_has_these_rooms_and_no_others() -> None:
    inside = {path.relative_to(ROOT / "src/monazite").parts for path in modules()}
    assert {parts[0] for parts in inside if len(parts) > 1} == ROOMS
    assert {parts[0] for parts in inside if len(parts) == 1} <= {"__init__.py", "__main__.py"}
    assert [room for room in sorted(ROOMS) if (room, "__init__.py") not in inside] == []


def test_the_import_contract_and_the_map_know_every_room() -> None:
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter", encoding="utf-8")
    layers = contract["importlinter:contract:layers"]["layers"]
    assert set(re.findall(r"\w+", layers)) == ROOMS
    pure = set(contract["importlinter:contract:pure"]["source_modules"].split())
    assert pure == {f"monazite.{room}" for room in ROOMS - {"readers", "writers", "cli"}}
    map_of_rooms = (ROOT / "src/README.md").read_text(encoding="utf-8")
    assert [room for room in sorted(ROOMS) if f"`{room}`" not in map_of_rooms] == []


def test_every_room_has_its_tests() -> None:
    tested = {
        path.relative_to(ROOT / "tests").parts[0] for path in files() if name(path).startswith("tests/")
    }
    assert sorted(ROOMS - tested) == []


def test_what_the_wheel_takes_from_the_top_exists() -> None:
    with (ROOT / "pyproject.toml").open("rb") as opened:
        wheel = tomllib.load(opened)["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert [folder for folder in wheel["force-include"] if not (ROOT / folder).is_dir()] == []
