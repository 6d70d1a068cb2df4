"""Make the pages and tables of docs/ that are drawn from code and law, so that they and the manual cannot differ.

`make docs` writes them, `python tools/docs.py --check` says which are out of date; tests/docs does the same.
A page is made whole (docs/reference/, docs/law/<state>/), or a table is put between two marks of a page written by hand:

    <!-- made: facts-item -->
    ...
    <!-- end: facts-item -->
"""

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from pathlib import Path

from monazite import leverage
from monazite.determine.cases import EXPECTATIONS
from monazite.determine.coverage import Coverage, cover
from monazite.leverage.definitions import Definition
from monazite.readers.cases import read_cases
from monazite.readers.law import read_book
from monazite.regime.conditions import SPECIAL, predicate_names
from monazite.regime.model import Status
from monazite.regime.shapes import SHAPES
from monazite.terms.facts import (
    ACTIVITIES,
    CIVIL_USE,
    ELEMENTS,
    FACTS,
    FAMILIES,
    FORMS,
    ROLES,
    Absent,
    Axis,
    Fact,
    Kind,
)
from monazite.terms.outcomes import OUTCOME_WORDS
from monazite.terms.properties import PROPERTIES

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

NOTICE = "<!-- Made by `make docs`: do not edit. -->\n"

WRITTEN = {
    Kind.YES_NO: "`yes`, `no`",
    Kind.COUNTRY: "alpha-3 code, such as `CHN`",
    Kind.NUMBER: "`14` or `10..14`",
    Kind.MONEY: "`1000.00 USD` or `900..1100 USD`",
    Kind.MASS: "`12 g` or `10..12 g`",
    Kind.SHARE: "`50 %`, `40..60 %` or `1/2`",
    Kind.LABELS: "one or a list, or `none`",
    Kind.OWNERS: "list of `{name: ..., share: 50 %, lists: ..., owners: ...}`, or `none`",
    Kind.TEXT: "text",
    Kind.LISTS: "list ids in brackets, or `none`",
    Kind.CODES: "codes as printed, in brackets",
}
"""How each kind of value is written; an enumeration lists its own words."""

TESTED = {
    Kind.YES_NO: "`yes` or `no`",
    Kind.COUNTRY: "`{in: [CHN]}` or `{outside: [CHN]}`",
    Kind.ENUM: "`{in: [...]}`",
    Kind.LABELS: "`{in: [...]}`, with `except`",
    Kind.NUMBER: "`{at_most: 14}`, or `at_least`, `more_than`, `less_than`",
    Kind.SHARE: "`{at_least: 1/2}`, or `more_than`, `at_most`, `less_than`",
}
"""How a condition tests each kind of fact under its own name."""

THROUGH = {
    "item.origin": "`origin`",
    "item.value": "`content`",
    "item.codes": "`item`",
    "item.elements_complete": "`item`",
    "item.content_complete": "`content`, `inside`",
    **{f"item.elements.{element}": "`item`" for element in ELEMENTS},
    **{f"item.made_with.{activity}": "`made_with`" for activity in ACTIVITIES},
    **{f"{role}.lists": "`party`" for role in ROLES},
    **{f"{role}.listed_owner_share": "`party`" for role in ROLES},
}
"""Facts that a condition reaches through a predicate of another name."""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *[list(row) for row in rows]]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def words(values: Iterable[str]) -> str:
    """Words to choose from, as code."""
    return ", ".join(f"`{value}`" for value in values)


def values_of(fact: Fact) -> str:
    """What a fact may be given as."""
    if fact.path == "item.origin":
        return "alpha-3 code, or shares: `{CHN: 40..60 %, AUS: 40..60 %}`"
    if fact.path.startswith("item.made_with."):
        return "alpha-3 code, or `none` where the step was not taken"
    return words(fact.values) if fact.kind is Kind.ENUM else WRITTEN[fact.kind]


def test_of(fact: Fact) -> str:
    """How a condition reaches a fact."""
    if fact.path in THROUGH:
        return f"through {THROUGH[fact.path]}"
    name = fact.path.removeprefix("item.")
    return (
        f"`{name}`: {TESTED[fact.kind]}"
        if name in predicate_names() and fact.kind in TESTED
        else "not tested"
    )


def absent_of(fact: Fact) -> str:
    """What a fact that nobody states counts as."""
    return "not made" if fact.absent is Absent.NOT_STATED else "unknown"


def case_rows(facts: Iterable[Fact]) -> str:
    """The table of facts for somebody who writes a case: elements and activities folded into one row each."""
    rows = []
    for fact in facts:
        stem, _, last = fact.path.rpartition(".")
        if stem == "item.elements":
            if last == ELEMENTS[0]:
                rows.append(["`item.elements`", "which elements the item contains",
                             "`{Dy: yes, Tb: no}`, or `[Nd, Fe, B]` for yes; of " + words(ELEMENTS), "unknown"])  # fmt: skip
        elif stem == "item.made_with":
            if last == ACTIVITIES[0]:
                rows.append(["`item.made_with`", "country that the technology of each step comes from",
                             "`{metal: CHN, magnet: JPN, recycling: none}`; steps " + words(ACTIVITIES), "unknown"])  # fmt: skip
        else:
            rows.append([f"`{fact.path}`", fact.says, values_of(fact), absent_of(fact)])
    return table(["fact", "says", "written", "absent"], rows)


def facts_item() -> str:
    """The facts of the item."""
    return case_rows(fact for fact in FACTS.values() if fact.axis is Axis.ITEM)


def facts_move() -> str:
    """The facts of the move, its use and what the exporter knows, without the parties."""
    moves = [fact for fact in FACTS.values() if fact.axis is Axis.MOVE]
    return case_rows(fact for fact in moves if fact.path.split(".")[0] not in ROLES)


def facts_party() -> str:
    """The facts of one party; a fact that not every role has names its role."""
    roles: dict[str, list[Fact]] = {}
    for fact in FACTS.values():
        role, _, name = fact.path.partition(".")
        if role in ROLES:
            roles.setdefault(name, []).append(fact)
    rows = []
    for name, facts in roles.items():
        fact = facts[-1]
        says = fact.says.replace("the end user", "the party") if len(facts) == len(ROLES) else fact.says
        only = "" if len(facts) == len(ROLES) else f" (`{fact.path}` only)"
        rows.append([f"`{name}`", says + only, values_of(fact), absent_of(fact)])
    return "Roles: " + words(ROLES) + ".\n\n" + table(["fact", "says", "written", "absent"], rows)


def fact_predicates() -> str:
    """Every fact that a condition tests under its own name, with its test."""
    named = predicate_names()
    rows = []
    for fact in FACTS.values():
        name = fact.path.removeprefix("item.")
        if name in named and name not in SPECIAL and fact.kind in TESTED and fact.path not in THROUGH:
            test = f"`{{in: [...]}}` of {words(fact.values)}" if fact.kind is Kind.ENUM else TESTED[fact.kind]
            rows.append([f"`{name}`", test, fact.says])
    return table(["predicate", "test", "what is tested"], rows)


def special_predicates() -> str:
    """The predicates that are no plain facts."""
    said = {
        "party": "a party in a role is on a list, or parties on it hold a share of it",
        "definition": "the named condition holds",
    }
    rows = []
    for name, meaning in SPECIAL.items():
        shape, _, says = meaning.partition(" - ")
        shape = " or ".join(f"`{part}`" if part.startswith("{") else part for part in shape.split(" or "))
        rows.append([f"`{name}`", shape, says or said.get(name, "")])
    return table(["predicate", "argument", "what is tested"], rows)


def statuses() -> str:
    """Every word of status with its three flags."""
    said = {True: "yes", False: "no"}
    rows = [
        [f"`{status}`", said[status.is_printed], said[status.is_effective], said[status.is_enforced]]
        for status in Status
        if status is not Status.UNCERTAIN
    ]
    return table(["status", "printed", "effective", "enforced"], rows)


def keys_of(shape: str) -> str:
    """The keys of one record of a law file."""
    rows = [
        [f"`{key.name}`", "yes" if key.required else "", _kind(key.kind), key.says] for key in SHAPES[shape]
    ]
    return table(["key", "wanted", "value", "meaning"], rows)


def _kind(kind: str) -> str:
    name, _, rest = kind.partition(":")
    match name:
        case "texts":
            return "text, or a list of them"
        case "words":
            return words(rest.split("|"))
        case "record":
            return f"a *{rest}*"
        case "records":
            return f"list; each a *{rest}*"
        case "map":
            return f"by key; each a *{rest}*" if rest else "text by language"
        case _:
            return name


def civil_use() -> str:
    """What `use: {civil: yes}` stands for."""
    return words(CIVIL_USE) + "\n"


def property_names() -> str:
    """The numeric properties that a line of an item table may limit."""
    return words(PROPERTIES) + "\n"


def expectations() -> str:
    """What a case can expect of an answer."""
    return table(["key", "what it expects"], [[f"`{name}`", says] for name, says in EXPECTATIONS.items()])


def form_names() -> str:
    """Forms and families."""
    return f"Forms: {words(FORMS)}.\n\nFamilies of magnet: {words(FAMILIES)}.\n"


def outcomes() -> str:
    """The lattice, worst first."""
    return "\n".join(f"{place}. {word}" for place, word in enumerate(reversed(OUTCOME_WORDS), 1)) + "\n"


def facts_page() -> str:
    """The whole vocabulary of facts, one row each."""
    parts = [
        "# Facts\n\n",
        NOTICE,
        "\nAt the end of this page you know every fact that a question can state and a provision can test, who can\n"
        "supply it, and what it counts as when nobody states it. The vocabulary is closed: another key is a fault.\n"
        "The table is drawn from `src/monazite/terms/facts.py`.\n\n"
        'An explicit `unknown` is allowed everywhere and stays unknown. "Not made" means: a statement or claim that\n'
        "nobody made counts as not made, and the answer lists it under *rests on*.\n",
    ]
    for title, axis in (("The item, and everything inside it", Axis.ITEM), ("The move", Axis.MOVE)):
        rows = [
            [f"`{fact.path}`", fact.says, values_of(fact), test_of(fact), absent_of(fact), fact.supplier.replace("_", " ")]
            for fact in FACTS.values()
            if fact.axis is axis
        ]  # fmt: skip
        parts.append(f"\n## {title}\n\n")
        parts.append(
            table(["fact", "says", "written", "tested in a condition", "absent", "who can supply it"], rows)
        )
    return "".join(parts)


def measures() -> list[Definition]:
    """Every measure of leverage by name; ValueError where two have one name."""
    found: dict[str, tuple[str, Definition]] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(leverage.__path__)):
        for value in vars(importlib.import_module(f"monazite.leverage.{module}")).values():
            if not isinstance(value, Definition):
                continue
            if found.setdefault(value.name, (module, value))[1] is not value:
                raise ValueError(
                    f"two measures are called '{value.name}': in {found[value.name][0]} and {module}"
                )
    return [found[name][1] for name in sorted(found)]


def threshold_of(measure: Definition) -> str:
    """The comparator and the threshold, as a decimal number where that is exact."""
    if measure.threshold is None:
        return ""
    near = f"{float(measure.threshold):g}"
    return f"{measure.comparator} {near}" if Fraction(near) == measure.threshold else measure.says()


def measures_page() -> str:
    """Every measure of leverage in one table, from the definitions that its module states."""
    rows = [
        [f"`{of.name}`", of.title, f"`{of.formula}`", of.unit, threshold_of(of), of.source, of.unverified]
        for of in measures()
    ]  # fmt: skip
    return (
        "# Measures of leverage\n\n"
        + NOTICE
        + "\nAt the end of this page you know every measure of who depends on whom: its formula, its unit, the threshold with its\n"
        "comparator, where it is taken from, and what of it could not be read in a source. The table is drawn from the\n"
        "definitions in `src/monazite/leverage/`, which also stand beside every figure that a command prints.\n\n"
        "v is value, q quantity, s a share, M imports, X exports, P production; i exports, j imports, k is a product. A measure\n"
        "that nothing can be said of is undefined, never nought. There is no index over several measures.\n\n"
        + table(["measure", "title", "formula", "unit", "threshold", "source", "UNVERIFIED"], rows)
    )


def claims_page() -> str:
    """Figures of the news held against the shipped data: what `monazite leverage claims --format md` writes."""
    from monazite.leverage.claim_checks import check_claims
    from monazite.readers.trade.claims import read_claims, shipped_sources
    from monazite.writers.claims import claims_page as page_of

    return page_of(check_claims(*read_claims(), shipped_sources()))


def cli_page() -> str | None:
    """Every command with its arguments and options, from the commands themselves; None where there is no command yet."""
    try:
        click = importlib.import_module("click")
        cli = importlib.import_module("monazite.cli")
    except ModuleNotFoundError:
        return None
    found = [cli.main] if hasattr(cli, "main") else []
    found += [value for value in vars(cli).values() if isinstance(value, click.Command)]
    main = next((value for value in found if isinstance(value, click.Command)), None)
    if main is None:
        return None
    parts = [
        "# Command line\n\n",
        NOTICE,
        "\nAt the end of this page you know every command with its options. Results go to standard output, all else to\n"
        "standard error. Exit 0: done. Exit 1: the input has faults, each named with its place,\n"
        "or a case of law came out otherwise. Exit 2: wrong use.\n",
    ]
    try:
        parts += _command_parts(
            click, main, click.Context(main, info_name="monazite", **main.context_settings)
        )
    except ModuleNotFoundError as missing:
        print(f"reference/cli.md is left as it is: {missing}", file=sys.stderr)
        return None
    return "".join(parts)


def _command_parts(click, command, context) -> list[str]:
    title = context.command_path
    usage = " ".join(piece for piece in [title, *command.collect_usage_pieces(context)] if piece)
    text = _markdown(inspect.cleandoc(command.help or "").split("\f")[0])
    parts = [f"\n## `{title}`\n\n```\n{usage}\n```\n"]
    if text:
        parts.append(f"\n{text.rstrip()}\n")
    records = [
        record
        for record in (param.get_help_record(context) for param in command.get_params(context))
        if record
    ]
    records = [(name, says) for name, says in records if says]
    if records:
        parts.append(
            "\n" + table(["option", "meaning"], [[f"`{name}`", _one_line(says)] for name, says in records])
        )
    for name in command.list_commands(context) if isinstance(command, click.Group) else []:
        inner = command.get_command(context, name)
        if inner is not None and not inner.hidden:
            parts += _command_parts(
                click, inner, click.Context(inner, info_name=name, parent=context, **inner.context_settings)
            )
    return parts


def _markdown(says: str) -> str:
    """A help text with its kept paragraphs, which click marks by a backspace, as fenced blocks."""
    paragraphs = [
        f"```text\n{kept.strip()}\n```"
        if (kept := paragraph.removeprefix("\b\n")) != paragraph
        else paragraph
        for paragraph in says.split("\n\n")
    ]
    return "\n\n".join(paragraphs)


def _one_line(says: str) -> str:
    return " ".join(says.split())


PAGES: dict[str, Callable[[], str | None]] = {
    "reference/facts.md": facts_page,
    "reference/measures.md": measures_page,
    "reference/cli.md": cli_page,
    "claims.md": claims_page,
}
"""Pages that are made whole."""

TABLES: dict[str, Callable[[], str]] = {
    "facts-item": facts_item,
    "facts-move": facts_move,
    "facts-party": facts_party,
    "fact-predicates": fact_predicates,
    "special-predicates": special_predicates,
    "civil-use": civil_use,
    "properties": property_names,
    "forms": form_names,
    "expectations": expectations,
    "statuses": statuses,
    "outcomes": outcomes,
    **{f"keys-{name.replace(' ', '-')}": partial(keys_of, name) for name in SHAPES},
}
"""Tables that go between the marks of a page written by hand."""

MARKS = re.compile(r"(<!-- made: ([\w-]+) -->\n).*?(<!-- end: \2 -->)", re.DOTALL)


def filled(text: str) -> str:
    """A page with every marked table made anew."""

    def made(found: re.Match[str]) -> str:
        return f"{found[1]}\n{TABLES[found[2]]()}\n{found[3]}"

    return MARKS.sub(made, text)


def made_pages() -> dict[Path, str]:
    """Every page that code has a part in, as it should be."""
    pages = {}
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if "<!-- made: " in text:
            pages[path] = filled(text)
    for name, page in PAGES.items():
        text = page()
        if text is not None:
            pages[DOCS / name] = text
    return pages


def law_pages(coverage: Coverage) -> dict[Path, str]:
    """The pages of the law: every measure of the book with its worked cases, and the index."""
    from monazite.writers.law_pages import law_pages as pages_of

    return {DOCS / "law" / name: text for name, text in pages_of(coverage).items()}


def leftover_pages(pages: Iterable[Path]) -> list[Path]:
    """Pages of measures that the book no longer holds."""
    return sorted(set((DOCS / "law").glob("*/*.md")) - set(pages))


def main(arguments: list[str]) -> int:
    """Write the pages; with --check only say which differ."""
    book = read_book()
    made = {**made_pages(), **law_pages(cover(book, read_cases(), regimes=book.regimes))}
    differing = [
        (path, text)
        for path, text in made.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in differing:
        print(f"{path.relative_to(ROOT)}: {'out of date' if arguments == ['--check'] else 'written'}")
        if arguments != ["--check"]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    leftover = leftover_pages(made)
    for path in leftover:
        print(f"{path.relative_to(ROOT)}: {'of no measure' if arguments == ['--check'] else 'removed'}")
        if arguments != ["--check"]:
            path.unlink()
    return int(bool(differing or leftover) and arguments == ["--check"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
