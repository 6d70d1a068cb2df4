"""What Hypothesis draws: worlds of parts and moves, ways to know less about them, and small books of law."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from monazite.regime.book import Book
from monazite.regime.decode import decode_measure
from monazite.regime.decode_lists import decode_list
from monazite.terms.amounts import NOTHING_KNOWN, Interval
from monazite.terms.facts import ACTIVITIES, FACTS, SOLID_FORMS, Absent, Kind
from monazite.terms.located import Located
from tests.determine.world import NO, ONE, UNKNOWN, YES, Move, Part, consistent

COUNTRIES = ("AUS", "CHN", "DEU", "HKG", "JPN", "USA")
FORMS = (
    "metal",
    "alloy",
    "magnet",
    "target",
    "oxide",
    "component",
    "assembly",
    "finished product",
    "technology",
    "plain part",
)
NAMED = ("Dy", "Tb", "Sm", "Co", "Fe", "Nd", "Ga")
TRUTHS = st.sampled_from([YES, NO, UNKNOWN])


IGNORANCE = st.sampled_from([0, 0, 1, 4])
"""In how many of ten places nothing is known."""


def mostly(strategy: st.SearchStrategy, ignorance: int, missing: object = None) -> st.SearchStrategy:  # type: ignore[type-arg]
    """The value, or in `ignorance` of ten draws what is missing."""
    return st.integers(1, 10).flatmap(lambda roll: st.just(missing) if roll <= ignorance else strategy)


def fractions(low: int, high: int) -> st.SearchStrategy[Fraction]:
    """Cents and thirds."""
    cents = st.integers(low * 100, high * 100).map(lambda n: Fraction(n, 100))
    return cents | st.integers(low * 3, high * 3).map(lambda n: Fraction(n, 3))


@st.composite
def intervals(draw: st.DrawFn, low: int = 0, high: int = 50) -> Interval:
    """One number, two, or a lower end alone."""
    ends = sorted([draw(fractions(low, high)), draw(fractions(low, high))])
    kind = draw(st.sampled_from(["one", "one", "two", "open"]))
    if kind == "one":
        return ends[0], ends[0]
    return ends[0], ends[1] if kind == "two" else None


@st.composite
def origins(draw: st.DrawFn) -> object:
    """A country, or shares of several."""
    if draw(st.integers(0, 3)):
        return draw(st.sampled_from(COUNTRIES))
    first, second = draw(st.lists(st.sampled_from(COUNTRIES), min_size=2, max_size=2, unique=True))
    cut = draw(st.integers(0, 4))
    slack = draw(st.integers(0, 4 - cut))
    return {
        first: (Fraction(cut, 4), Fraction(cut + slack, 4)),
        second: (Fraction(4 - cut - slack, 4), Fraction(4 - cut, 4)),
    }


@st.composite
def element_truths(draw: st.DrawFn, form: str | None, ignorance: int) -> dict[str, str]:
    """What a magnet, target or metal is usually made of, and a few more."""
    usual = draw(st.sampled_from([("Nd", "Fe", "Dy"), ("Sm", "Co"), ("Fe", "Dy"), ("Tb",), ("Ga",), ("Fe",)]))
    named = usual if form in ("magnet", "target", "metal", "alloy", "oxide") else ()
    named += tuple(draw(st.lists(st.sampled_from(NAMED), max_size=2, unique=True)))
    return {e: draw(mostly(st.sampled_from([YES, YES, NO]), ignorance, UNKNOWN)) for e in named}


@st.composite
def parts(draw: st.DrawFn, *, most: int = 5) -> list[Part]:
    """A few parts, each with lines to some of the later ones; the first is the product."""
    count, ignorance = draw(st.integers(1, most)), draw(IGNORANCE)

    def known(strategy: st.SearchStrategy, missing: object = None) -> object:  # type: ignore[type-arg]
        return draw(mostly(strategy, ignorance, missing))

    made: list[Part] = []
    for number in range(count):
        form = known(st.sampled_from(FORMS))
        below = range(number + 1, count)
        children = draw(st.lists(st.sampled_from(below), max_size=2)) if len(below) else []
        solid = form in SOLID_FORMS
        made.append(Part(
            name=f"part {number}",
            form=form,
            family=known(st.sampled_from(["NdFeB", "SmCo", "ferrite"])) if form in (None, "magnet") else None,
            elements=draw(element_truths(form, ignorance)),
            others=known(st.just(NO), UNKNOWN),
            origin=known(origins()),
            made_with={a: known(st.sampled_from(["CHN", "JPN", "none", "none"]), UNKNOWN)
                       for a in draw(st.sampled_from([ACTIVITIES, ACTIVITIES, ACTIVITIES, (), ("magnet", "metal")]))},
            technology=(known(st.sampled_from(["mining", "magnet", "other"])),
                        known(st.sampled_from(["process", "other"]))) if form == "technology" else (None, None),
            value=known(intervals(0, 2 if solid else 60), NOTHING_KNOWN),
            complete=known(st.just(YES) if solid else st.sampled_from([YES, YES, YES, NO]), UNKNOWN),
            codes=draw(st.sampled_from([(), (), (), ("1C902.a",), ("1E902",)])),
            claims=draw(st.sampled_from([{}, {}, {"public_domain": YES}, {"other_list": YES}, {"public_domain": UNKNOWN}])),
            lines=tuple((child, known(intervals(1, 3), ONE)) for child in children),
        ))  # fmt: skip
    return consistent(made)


_VALUES = {
    Kind.YES_NO: TRUTHS,
    Kind.COUNTRY: st.sampled_from([*COUNTRIES, UNKNOWN]),
    Kind.NUMBER: intervals(1, 300),
    Kind.SHARE: st.sampled_from([Fraction(0), Fraction(49, 100), Fraction(1, 2), Fraction(1)]).flatmap(
        lambda low: st.sampled_from([(low, low), (low, Fraction(1))])
    ),
    Kind.LISTS: st.sampled_from([(), ("cn-control-list",), ("cn-watch-list",), (UNKNOWN,)]),
    Kind.TEXT: st.sampled_from(["Nobody Ltd", "TDK Corporation", "tdk  corporation."]),
}
MOVE_PATHS = tuple(p for p, f in FACTS.items() if f.axis == "move" and not p.endswith((".name", ".owners")))


HARMLESS = {
    Kind.YES_NO: NO,
    Kind.NUMBER: (Fraction(100), Fraction(100)),
    Kind.SHARE: (Fraction(0), Fraction(0)),
    Kind.LISTS: (),
}


@st.composite
def moves(draw: st.DrawFn, paths: Sequence[str] = MOVE_PATHS) -> Move:
    """Facts of a move: most of them stated and harmless, some of them not, some of them missing."""
    made: dict[str, object] = {}
    ignorance, trouble = draw(IGNORANCE), draw(st.sampled_from([0, 1, 3]))
    direct = draw(st.booleans())  # nobody between exporter and importer
    for path in paths:
        if direct and path.startswith("intermediate."):
            continue
        fact = FACTS[path]
        roll = draw(st.integers(1, 10))
        if roll <= ignorance or (fact.absent is Absent.NOT_STATED and roll <= 6):
            continue
        if path == "crosses_border" and roll < 9:
            continue
        if fact.kind is Kind.COUNTRY:
            made[path] = draw(st.sampled_from(COUNTRIES))
        elif roll > 10 - trouble:
            values = (
                st.sampled_from([*fact.values, UNKNOWN]) if fact.kind is Kind.ENUM else _VALUES[fact.kind]
            )
            made[path] = draw(values)
        elif fact.kind is not Kind.ENUM:
            made[path] = HARMLESS[fact.kind]
    for role in ("importer", "end_user"):
        if draw(st.integers(0, 9)) < 2:
            made[f"{role}.name"] = draw(_VALUES[Kind.TEXT])
    return made


# -- knowing less ---------------------------------------------------------------------------------------------


def _wider(draw: st.DrawFn, found: Interval) -> Interval:
    low, high = found
    kind = draw(st.sampled_from(["same", "same", "below", "above", "nothing"]))
    if kind == "nothing":
        return NOTHING_KNOWN
    if kind == "below":
        return low / 2, high
    return (low, None if high is None else high * 2) if kind == "above" else found


def _forget(draw: st.DrawFn, value: object, forgotten: object) -> object:
    return forgotten if draw(st.integers(0, 9)) < 3 else value


@st.composite
def coarser(draw: st.DrawFn, fine: Sequence[Part]) -> list[Part]:
    """The same parts with less known: every fact as it was, or wider."""
    made = []
    for part in fine:
        origin = part.origin
        if isinstance(origin, str) and draw(st.booleans()):
            other = "AUS" if origin != "AUS" else "JPN"
            origin = {origin: (Fraction(1, 4), Fraction(1)), other: (Fraction(0), Fraction(3, 4))}
        made.append(replace(
            part,
            form=_forget(draw, part.form, None),
            family=_forget(draw, part.family, None),
            elements={e: _forget(draw, truth, UNKNOWN) for e, truth in part.elements.items()},
            others=_forget(draw, part.others, UNKNOWN),
            origin=_forget(draw, origin, None),
            made_with={a: _forget(draw, c, UNKNOWN) for a, c in part.made_with.items()},
            technology=tuple(_forget(draw, t, None) for t in part.technology),
            value=_wider(draw, part.value),
            complete=_forget(draw, part.complete, UNKNOWN),
            claims={c: _forget(draw, truth, UNKNOWN) for c, truth in part.claims.items()},
            lines=tuple((child, draw(st.sampled_from([(low, high), (low / 2, high), (low, None)])))
                        for child, (low, high) in part.lines),
        ))  # fmt: skip
    return made


@st.composite
def coarser_move(draw: st.DrawFn, fine: Move) -> Move:
    """The same move with less known. Names stay: a name that nobody gives is no longer compared with the lists."""
    made = {}
    for path, value in fine.items():
        fact = FACTS[path]
        if fact.kind is Kind.TEXT:
            made[path] = value
        elif fact.kind in (Kind.NUMBER, Kind.SHARE):
            made[path] = _wider(draw, value)  # type: ignore[arg-type]
        elif fact.kind is Kind.LISTS:
            made[path] = _forget(draw, value, (UNKNOWN,))
        else:
            made[path] = _forget(draw, value, UNKNOWN)
    return made


# -- small books ----------------------------------------------------------------------------------------------

FIRST = date(2030, 1, 1)
LAST = FIRST + timedelta(days=30)
DAYS = st.integers(0, 30).map(lambda n: FIRST + timedelta(days=n))
LEARNT = (FIRST, FIRST + timedelta(days=3), FIRST + timedelta(days=10), FIRST + timedelta(days=40))
"""Days on which things become known, and by which it is asked what was known."""
STATUSES = ("announced", "in force", "in force", "in force", "suspended", "stayed", "not enforced")
GONE = ("lapsed", "superseded", "repealed")
TESTS = (
    {"end_user.military": "yes"},
    {"end_user.military": "no"},
    {"use.chips": "yes"},
    {"knows.risk": "yes"},
    {"to": {"in": ["USA", "east"]}},
    {"from": {"outside": ["CHN"]}},
    {"crosses_border": "yes"},
    {"bonded": {"in": ["no"]}},
    {"use.logic_node_nm": {"at_most": "14"}},
    {"origin": {"in": ["CHN"]}},
    {"origin": {"outside": ["CHN"]}},
    {"form": {"in": ["magnet", "target"]}},
    {"elements.Dy": "yes"},
    {"item": {"on": "lists"}},
    {"content": {"on": "lists", "origin": ["CHN"], "at_least": "1/10"}},
    {"content": {"on": "lists", "origin": ["CHN", "JPN"], "more_than": "1/4"}},
    {"inside": {"item": {"on": "lists"}}},
    {"inside": {"all": [{"origin": {"in": ["CHN"]}}, {"not": {"form": {"in": ["magnet"]}}}]}},
    {"made_with": {"activities": ["magnet", "metal"], "technology_from": ["CHN"]}},
    {"party": {"roles": ["end_user", "intermediate"], "on": ["cn-control-list"]}},
    {"party": {"roles": ["end_user"], "owned_by": ["cn-control-list"], "at_least": "1/2"}},
    {"public_domain": "yes"},
    {"definition": "name"},
)  # fmt: skip
ROWS = [
    (
        "t:2",
        {
            "line": "a",
            "code": "1C902",
            "form": "magnet|alloy",
            "elements": "Dy;Fe",
            "says": "s",
            "source": "s",
        },
    ),
    ("t:3", {"line": "b", "form": "metal|oxide", "elements": "Tb", "says": "s", "source": "s"}),
    (
        "t:4",
        {
            "line": "c",
            "form": "target|metal|assembly",
            "elements": "Fe",
            "certain": "no",
            "says": "s",
            "source": "s",
        },
    ),
    (
        "t:5",
        {"line": "d", "form": "magnet", "family": "SmCo", "elements": "Sm;Co", "says": "s", "source": "s"},
    ),
]
CONDITIONS = st.recursive(
    st.sampled_from(TESTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda c: {"all": c}),
        st.lists(inner, max_size=3).map(lambda c: {"any": c}),
        inner.map(lambda c: {"not": c}),
    ),
    max_leaves=4,
)


@st.composite
def _rows(draw: st.DrawFn, statuses: Sequence[str]) -> list[dict[str, object]]:
    """Status rows that follow one another, with or without days between them."""
    days = sorted(draw(st.lists(DAYS, min_size=1, max_size=3, unique=True)))
    made = []
    for number, day in enumerate(days):
        following = days[number + 1] - timedelta(days=1) if number + 1 < len(days) else None
        row = {"is": draw(st.sampled_from(statuses)), "from": day, "known": draw(st.sampled_from(LEARNT[:3]))}
        if following is not None:
            row["through"] = following
        made.append(row)
    made[0]["from"] = draw(st.sampled_from([made[0]["from"], FIRST]))
    return made


@st.composite
def books(draw: st.DrawFn, party_lists: Sequence[object] = (), groups: Sequence[object] = ()) -> Book:
    """A book of two measures: rules of every effect, and acts of the second on the first."""
    requirements = [f"r{n}" for n in range(draw(st.integers(1, 4)))]
    provisions: list[dict[str, object]] = []

    def provision(name: str, effect: str, **more: object) -> None:
        made = {"id": name, "cite": "c", "says": "s", "effect": effect, "source": "s",
                "status": draw(_rows(STATUSES + GONE[:1])), **more}  # fmt: skip
        if draw(st.integers(0, 9)) < 8:
            made["when"] = draw(CONDITIONS)
        if draw(st.integers(0, 9)) < 2:
            made["reading"] = {"question": "text", "id": draw(st.sampled_from(["A", "B"]))}
        provisions.append(made)

    def some() -> list[str]:
        return draw(st.lists(st.sampled_from(requirements), min_size=1, max_size=2, unique=True))

    for name in requirements:
        provision(name, draw(st.sampled_from(["licence", "licence", "ban"])))
    for n in range(draw(st.integers(0, 2))):
        gives = draw(st.sampled_from(["refused in principle", "case by case", "licence, no clock"]))
        provision(f"p{n}", "policy", on=some(), gives=gives)
    for n in range(draw(st.integers(0, 2))):
        gives = draw(st.sampled_from(["exempt, report due", "certificate", "not controlled"]))
        provision(f"e{n}", "exemption", clears=some(), gives=gives)
    if draw(st.booleans()):
        provision("x", "exclusion", clears=some())
    acts: list[dict[str, object]] = []
    for n in range(draw(st.integers(0, 2))):
        first = draw(DAYS)
        act: dict[str, object] = {"act": draw(st.sampled_from(["suspended", "uncertain", "in force", "repealed"])),
                                  "on": draw(st.sampled_from([["cn-one"], ["cn-one/r0"]])), "from": first,
                                  "through": first + timedelta(days=draw(st.integers(0, 20))),
                                  "known": FIRST + timedelta(days=40 + n), "source": "s"}  # fmt: skip
        if act["act"] == "uncertain":
            words = draw(st.lists(st.sampled_from(STATUSES[1:]), min_size=2, max_size=2))
            act |= {"question": f"q{n}", "says": "s", "settled_by": "d", "readings": [
                {"id": name, "is": word, "says": "s", "source": "s"} for name, word in zip("AB", words, strict=True)]}  # fmt: skip
        acts.append(act)
    question = {"id": "text", "says": "s", "settled_by": "d",
                "readings": [{"id": name, "says": "s", "source": "s"} for name in "AB"]}  # fmt: skip
    one = measure("cn-one", provisions=provisions, questions=[question],
                  definitions=[{"id": "name", "says": "s", "source": "s", "when": draw(st.sampled_from(TESTS[:-1]))}])  # fmt: skip
    return assemble([one, measure("cn-two", acts=acts)], party_lists, groups)


class ShortBook(Book):
    """A book that is printed short: where a property fails, only the rules of a made-up book are worth reading."""

    def __repr__(self) -> str:
        if self.version != "made up":
            return f"<book {self.version}>"
        lines = [
            f"{p.id} {p.effect} {p.gives!s} {p.targets} {p.reading or ''} {p.condition} "
            + "; ".join(f"{x.status} {x.span} known {x.known} {x.question}" for x in p.periods)
            for p in self.provisions.values()
        ]
        return "\n".join(["<book", *lines, ">"])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # what Hypothesis prints


def short_book(book: Book) -> ShortBook:
    """The same book."""
    return ShortBook(**{field.name: getattr(book, field.name) for field in fields(Book)})


def measure(name: str, **parts: object) -> dict[str, object]:
    """A measure as plain data."""
    return {"measure": name, "regime": "CN", "number": name, "title": {"en": name}, "authority": "a",
            "published": FIRST, "reviewed_until": LAST,
            "sources": {"s": {"what": "w", "grade": "text", "where": "here"}}, **parts}  # fmt: skip


def assemble(
    measures: Sequence[dict[str, object]], party_lists: Sequence[object] = (), groups: Sequence[object] = ()
) -> Book:
    """The book of some measures; exceptions that contradict each other are let through."""
    table, faults = decode_list("cn-one/lists", "lists", "cn-one", ROWS)
    assert not faults
    read, readers = [], []
    for plain in measures:
        made, found, more = decode_measure(
            Located.of(plain, ""), {"lists": table} if plain["measure"] == "cn-one" else {}, {}, "file"
        )
        assert made is not None
        assert not found, found
        read.append(made)
        readers += more
    book, faults = Book.assemble(read, readers, party_lists=party_lists, groups=groups,  # type: ignore[arg-type]
                                 countries=COUNTRIES, version="made up")  # fmt: skip
    assert not [f for f in faults if "contradict" not in f.what and "on the same days" not in f.what], faults
    return short_book(book)
