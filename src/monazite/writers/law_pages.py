"""The law as pages of Markdown: one page a measure with all its provisions, and an index of the measures.

Pages link to one another, to the law files and to the case files, by paths inside the repository.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from monazite.determine.coverage import Coverage
from monazite.regime.book import Book
from monazite.regime.model import Measure, Provision
from monazite.writers.coverage import SHOWN_AS, measure_counts, share_words
from monazite.writers.law import status_word
from monazite.writers.law_page import (
    Line,
    Section,
    condition_lines,
    heading,
    measure_sections,
    provision_sections,
)

NOTICE = "<!-- Made by `make docs`: do not edit. -->\n"
LAW_FILES = "../../../regimes/"
"""From a page of a measure to the folder of the law files."""

_ID = re.compile(r"\b[a-z]{2}-[a-z0-9-]+(?:/[A-Za-z0-9.-]*[A-Za-z0-9])?")


def law_pages(coverage: Coverage) -> dict[str, str]:
    """Every page by its path under docs/law: the index, and a page for each measure."""
    book = coverage.book
    pages = {"index.md": _index(coverage)}
    for measure in book.measures.values():
        pages[page_path(measure)] = _tidy(_measure(coverage, measure))
    return pages


def page_path(measure: Measure) -> str:
    """Where the page of a measure stands under docs/law."""
    return f"{measure.regime.lower()}/{measure.id}.md"


def _tidy(lines: Iterable[str]) -> str:
    """Lines as a page: no two empty lines together, one line end at the end."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


# -- the index ----------------------------------------------------------------------------------------------------


def _index(coverage: Coverage) -> str:
    book = coverage.book
    provisions, lines = len(book.provisions), sum(len(held.lines) for held in book.lists.values())
    out = [
        "# The law in this book",
        "",
        NOTICE,
        "At the end of this page you know which measures the book holds, how far each was reviewed, and where its page",
        "is. A page says everything the book says of a measure: sentence, condition, dates and flags, sources,",
        "contradictions, doubts, and the worked cases that exercise each provision.",
        "",
        f"{len(book.measures)} measures, {provisions} provisions, {lines} lines of control lists, {len(book.questions)} open",
        f"questions, {len(coverage.cases)} worked cases. The columns *true*, *false*, *unknown* say how many of the tests in the",
        "conditions of a measure some worked case shows so (`monazite law coverage`).",
        "",
    ]
    counts = {one.measure: one for one in measure_counts(coverage)}
    for regime in book.regimes:
        out += [f"## {regime}", ""]
        head = ["measure", "", "published", "reviewed until", "provisions", "cases", *SHOWN_AS.values()]
        out += [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
        for measure in book.measures.values():
            if measure.regime == regime:
                one = counts[measure.id]
                shown = [share_words(one.shown[truth], one.limbs) for truth in SHOWN_AS]
                out.append(_row([f"[{measure.number}]({page_path(measure)})", _title(measure), str(measure.published),
                                 str(measure.reviewed_until), str(one.provisions), str(one.cases), *shown]))  # fmt: skip
        out.append("")
    return _tidy(out)


def _title(measure: Measure) -> str:
    return measure.title.get("en") or next(iter(measure.title.values()), "")


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


# -- a measure ----------------------------------------------------------------------------------------------------


def _measure(coverage: Coverage, measure: Measure) -> Iterator[str]:
    book = coverage.book
    links = _Links(book, measure)
    yield f"# {measure.number}: {_plain(_title(measure))}"
    yield ""
    yield NOTICE
    yield f"At the end of this page you know what the book says of `{measure.id}`, what it rests on, and what is in doubt."
    yield ""
    yield from _bullets(heading(measure), links)
    yield ""
    if measure.provisions:
        yield "## Provisions"
        yield ""
        yield f"How each stands on {measure.reviewed_until}, the day up to which the measure was reviewed."
        yield ""
        yield "| provision | effect | stands | says |"
        yield "| --- | --- | --- | --- |"
        for provision in measure.provisions:
            standing = book.standing(book.provisions[provision.id], on=measure.reviewed_until)
            yield _row([links.to_provision(provision.id, clause(provision)), provision.effect, status_word(standing),
                        _plain(provision.says)])  # fmt: skip
        yield ""
    for section in measure_sections(book, measure):
        yield from _section(section, links, "##")
    if measure.definitions:
        yield "## Definitions"
        yield ""
        for definition in measure.definitions:
            yield f"### {definition_heading(definition.id)}"
            yield ""
            yield _plain(definition.says)
            yield ""
            yield from _bullets(condition_lines(book, definition.condition, open_definitions=False), links)
            yield ""
            yield f"Sources: {', '.join(definition.sources)}."
            yield ""
    for held in measure.provisions:
        provision = book.provisions[held.id]
        yield f"## {provision_heading(provision)}"
        yield ""
        yield f"**{_plain(provision.says)}**"
        yield ""
        for section in provision_sections(
            book, provision, coverage.exercises.get(provision.id, ()), alone=False
        ):
            yield from _section(section, links, "###")


def clause(provision: Provision) -> str:
    """The clause of a provision: its id inside the measure."""
    return provision.id.split("/", 1)[1]


def provision_heading(provision: Provision) -> str:
    """The heading of a provision on the page of its measure."""
    return f"{clause(provision)}: {provision.cite}"


def definition_heading(name: str) -> str:
    """The heading of a definition on the page of its measure."""
    return f"Definition: {name.split('/', 1)[1]}"


def anchor(title: str) -> str:
    """The anchor of a heading, as common renderers of Markdown make it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _section(section: Section, links: "_Links", level: str) -> Iterator[str]:
    """A section under its heading; those of a provision stand under a word in bold, so that the page has few headings."""
    yield f"**{section.title}**" if level == "###" else f"{level} {section.title}"
    yield ""
    yield from _bullets(section.lines, links)
    yield ""


def _bullets(lines: Iterable[Line], links: "_Links") -> Iterator[str]:
    for line in lines:
        place = f" {links.to_place(line.place)}" if line.place else ""
        yield f"{'  ' * line.depth}- {links.linked(_plain(line.text))}{place}"


def _plain(text: str) -> str:
    """A text in which Markdown sees nothing but text."""
    return re.sub(r"([*_<>\[\]`|])", r"\\\1", " ".join(text.split()))


class _Links:
    """Links from the page of one measure."""

    def __init__(self, book: Book, measure: Measure) -> None:
        self.book, self.measure = book, measure
        self._targets: Mapping[str, str] = {
            **{name: page_path(held) for name, held in book.measures.items()},
            **{
                name: f"{page_path(book.measures[held.measure])}#{anchor(provision_heading(held))}"
                for name, held in book.provisions.items()
            },
            **{
                name: f"{page_path(book.measures[name.split('/')[0]])}#{anchor(definition_heading(name))}"
                for name in book.definitions
            },
        }

    def to_provision(self, name: str, text: str) -> str:
        """A link to a provision, definition or measure of the book."""
        return f"[{text}]({self._relative(self._targets[name])})"

    def _relative(self, target: str) -> str:
        own = page_path(self.measure)
        page, _, mark = target.partition("#")
        if page == own and mark:
            return f"#{mark}"
        state, _, file = page.partition("/")
        path = file if state == self.measure.regime.lower() else f"../{page}"
        return f"{path}#{mark}" if mark else path

    def linked(self, text: str) -> str:
        """The text with every id of the book that it names as a link, except that of the measure itself."""

        def link(found: re.Match[str]) -> str:
            name = found[0]
            if name not in self._targets or name == self.measure.id:
                return name
            own = name.startswith(f"{self.measure.id}/")
            return self.to_provision(name, name.split("/", 1)[1] if own else name)

        return _ID.sub(link, text)

    def to_place(self, place: str) -> str:
        """Where a line can be read again: an address, a file of the repository, or words."""
        if re.match(r"https?://\S+$", place):
            return f"<{place}>"
        if re.match(r"^[\w./-]+\.(csv|yaml)$", place):
            return f"([{place.split('/')[-1]}]({LAW_FILES}{place}))"
        return f"({_plain(place)})"
