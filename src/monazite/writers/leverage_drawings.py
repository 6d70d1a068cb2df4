"""The drawings of a page of leverage: bars by stage, flows, lines over the years, a map, dots for the variants.

All of them show numbers that stand in a table of the same page, and a country has one colour in all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from monazite.leverage.account import OTHERS, Account, Kind, Row, Table, Undefined
from monazite.writers import charts
from monazite.writers.drawing import Drawing, Picture
from monazite.writers.leverage import cell_text, money_text, share_text, table_title
from monazite.writers.leverage_series import INKS, series_chart
from monazite.writers.leverage_words import Both, in_both_languages
from monazite.writers.markup import both, in_both
from monazite.writers.sankey import Flow, Node, sankey
from monazite.writers.words import word
from monazite.writers.world import STEPS, step_text, world_map

WIDE, SLIM = 1120, 358


@dataclass
class Drawings:
    """The drawings of a page; colours of countries are the same in all of them."""

    account: Account
    specs: list[Picture] = field(default_factory=list)

    def of(self, name: str, tables: Sequence[Table]) -> Callable[[list[str]], Markup]:
        """What stands above the tables of a section, as a function of the pictures drawn elsewhere."""
        made = {
            "headline": self._directions,
            "stages": self._stacks,
            "flows": self._sankey,
            "world": self._world,
            "variants": self._strips,
        }
        if name == "course":
            return self._series(tables)
        if name not in made:
            return lambda pictures: Markup("")
        drawn = made[name](tables)
        return lambda pictures: drawn

    def pictures(self) -> list[str]:
        """The charts that an engine of their own draws, ready for the page."""
        raw = Drawing(self.specs).raw()
        found = []
        for svg, picture in zip(raw, self.specs, strict=True):
            text = charts.picture(svg, title=picture.title, ident=picture.ident)
            for colour, name in INKS.items():
                text = text.replace(f'"{colour}"', f'"var(--{name})"')
            found.append(text)
        return found

    def colours(self) -> dict[str, str]:
        """The style of each of the countries that matter most: those of the subject first."""
        asked = [code for code in self.account.subject if code in self.account.countries]
        is_pair = self.account.kind == "pair"
        weight: dict[str, float] = {}
        for table in self.account.tables:
            if table.name in ("course", "stage-shares", "flows"):
                # Lines need a colour of their own more than bars do, which carry their names.
                first_of_all = 1.0 if table.name == "course" else 0.0
                for code, amount in _weights(table):
                    weight[code] = max(weight.get(code, 0.0), amount + first_of_all)
        first = asked if is_pair else []
        rest = sorted(
            (c for c in weight if c not in (*first, OTHERS) and len(c) <= 5), key=lambda c: (-weight[c], c)
        )
        found = {code: f"c-{n}" for n, code in enumerate([*first, *rest][:6], start=1)}
        if is_pair:
            found |= {f"{a} → {b}": found[a] for a, b in (asked, asked[::-1])}
        return found

    def _names(self, code: str) -> Both:
        found = self.account.countries.get(code)
        return found or in_both_languages(self.account.products.get(code, code))

    def _directions(self, tables: Sequence[Table]) -> Markup:
        """The first figures of each direction, large."""
        if self.account.kind != "pair":
            return Markup("")
        (table,) = tables
        row = table.rows[0]
        assert row.ground is not None
        assert row.definition is not None
        rests = f"{row.ground.dataset}, {row.ground.year}, {row.ground.nomenclature}: {row.ground.digits}, s {row.definition.says()}"
        out, back = self.account.subject
        tiles = []
        for at, (a, b) in ((1, (out, back)), (2, (back, out))):
            names = tuple(f"{self._names(a)[n]} → {self._names(b)[n]}" for n in (0, 1))
            text = cell_text(row.cells[at], Kind.SHARE)
            tile = Markup(
                '<div class="direction"><span class="small">{}</span><b class="big">{}</b>'
                '<span class="small">{}<br>{}</span></div>'
            )
            big = "–" if text == "-" else text
            tiles.append(tile.format(in_both(names[0], names[1]), big, both("leverage.big figure"), rests))
        return Markup('<div class="directions">{}</div>').format(Markup("").join(tiles))

    def _stacks(self, tables: Sequence[Table]) -> Markup:
        """For each stage the shares of the suppliers as one bar."""
        table = next((t for t in tables if t.name == "stage-shares"), None)
        if table is None:
            return Markup("")
        colours = self.colours()
        bars: dict[tuple[str, str], list[tuple[str, float]]] = {}
        for stage, what, who, share in zip(
            *(table.column(key) for key in ("stage", "what", "supplier", "share")), strict=True
        ):
            if not isinstance(share, Undefined):
                bars.setdefault((str(stage), str(what)), []).append((str(who), float(share)))
        lines = []
        for (stage, what), parts in bars.items():
            cells = []
            for who, share in parts:
                if share <= 0:
                    continue
                names = self._names(who)
                letters = len(share_text(share)) + (len(who) if len(who) <= 5 else len(names[0])) + 1
                # A label that does not fit is left to the table and to the title under the pointer.
                tight = " tight" if share < 0.0088 * letters else " snug" if share < 0.023 * letters else ""
                cells.append(
                    Markup('<span class="{}{}" style="flex:{} 0 0" title="{} {}"><b>{}&nbsp;{}</b></span>').format(
                        colours.get(who, ""), tight, round(share, 4), names[0], share_text(share), _short(who, names), share_text(share)
                    )
                )  # fmt: skip
            lines.append(
                Markup('<div class="of"><b>{}</b><span class="small">{}</span></div><div class="stack">{}</div>').format(
                    in_both(*in_both_languages(stage)), in_both(*in_both_languages(what)), Markup("").join(cells)
                )
            )  # fmt: skip
        return Markup('<figure><div class="stacks">{}</div></figure>').format(Markup("").join(lines))

    def _sankey(self, tables: Sequence[Table]) -> Markup:
        made = []
        for table in tables:
            keys = [column.key for column in table.columns]
            unit = table.grounds[0].unit if table.grounds else ""
            flows = [
                Flow(source=str(a), target=str(b), value=float(value))
                for a, b, value in zip(
                    *(table.column(key) for key in (keys[0], keys[1], "value")), strict=True
                )
                if not isinstance(value, Undefined)
            ]
            if not flows:
                continue
            values = {(f.source, f.target): money_text(f.value, unit) for f in flows}
            colours = self.colours()
            title = table_title(table, self.account)
            for width, style, letters in ((WIDE, "wide", 34), (SLIM, "slim", 20)):
                sides = [
                    {
                        name: Node(
                            names=_shortened(self._names(name), letters),
                            colour=colours.get(name, ""),
                            told=money_text(sum(f.value for f in flows if getattr(f, side) == name), unit),
                        )
                        for name in dict.fromkeys(getattr(f, side) for f in flows)
                    }
                    for side in ("source", "target")
                ]
                drawn = sankey(
                    flows, *sides, title=title, values=values, width=width, height=460 if width == SLIM else 0
                )
                made.append(Markup('<div class="{}">{}</div>').format(style, drawn))
        return Markup("<figure>{}</figure>").format(Markup("").join(made))

    def _world(self, tables: Sequence[Table]) -> Markup:
        (table,) = tables
        shares = {
            str(code): None if isinstance(share, Undefined) else float(share)
            for code, share in zip(table.column("country"), table.column(table.columns[1].key), strict=True)
        }
        sizes = table.column("value") if "value" in [c.key for c in table.columns] else list(shares.values())
        weights = {
            str(code): 0.0 if size is None or isinstance(size, Undefined) else float(size)
            for code, size in zip(table.column("country"), sizes, strict=True)
        }
        drawn = world_map(
            shares, weights=weights, title=table_title(table, self.account), names=self.account.countries,
            members=self.account.members, asked=self.account.subject,
        )  # fmt: skip
        keys = [
            Markup('<li><i class="m{}"></i>{}</li>').format(n, step_text(n)) for n in range(len(STEPS) + 1)
        ]
        keys.append(Markup('<li><i class="land"></i>{}</li>').format(both("leverage.no trade")))
        if None in shares.values():
            keys.append(Markup('<li><i class="none"></i>{}</li>').format(both("leverage.undefined")))
        return Markup('<figure>{}<output class="under-pointer" aria-live="polite"></output><ul class="map-key">{}</ul></figure>').format(
            drawn, Markup("").join(keys)
        )  # fmt: skip

    def _series(self, tables: Sequence[Table]) -> Callable[[list[str]], Markup]:
        """Lines over the years, drawn twice: for a wide page and for a narrow one."""
        (table,) = tables
        colours = self.colours()
        years = [int(year) for year in table.column("year") if not isinstance(year, Undefined)]
        lines: dict[str, list[tuple[int, float | None]]] = {}
        for at, column in enumerate(table.columns):
            if column.kind is Kind.SHARE:
                cells = [row.cells[at] for row in table.rows]
                lines[column.key] = sorted(
                    (year, None if isinstance(cell, Undefined) else float(cell))
                    for year, cell in zip(years, cells, strict=True)
                )
        if len(years) < 2 or not lines:
            return lambda pictures: Markup("")
        title = table_title(table, self.account)
        start = len(self.specs)
        for width, tail in ((WIDE, ""), (SLIM, "-slim")):
            spec = charts.specification(series_chart(lines, colours, width=width))
            self.specs.append(Picture(spec=spec, title=title, ident=f"course{tail}"))
        return lambda pictures: Markup(
            '<figure><div class="wide">{}</div><div class="slim">{}</div></figure>'
        ).format(Markup(pictures[start]), Markup(pictures[start + 1]))

    def _strips(self, tables: Sequence[Table]) -> Markup:
        """Each variant of the dominated-trade share as a dot between nothing and everything, both ways."""
        table = next((table for table in tables if table.name == "variants"), None)
        if table is None:
            return Markup("")
        groups: dict[tuple[str, str], list[Row]] = {}
        at = {column.key: i for i, column in enumerate(table.columns)}
        for row in table.rows:
            groups.setdefault((str(row.cells[at["dataset"]]), str(row.cells[at["year"]])), []).append(row)
        made = []
        for (dataset, year), rows in groups.items():
            told = [
                key
                for key in ("judged", "special", "denominator")
                if len({row.cells[at[key]] for row in rows if key in at}) > 1
            ]
            lines = [self._strip(row, at, told) for row in rows]
            made.append(
                Markup('<div class="strips"><h4>{}, {}</h4>{}</div>').format(
                    in_both(*in_both_languages(dataset)), year, Markup("").join(lines)
                )
            )
        out, back = self.account.subject
        ways = [
            tuple(f"{self._names(a)[n]} → {self._names(b)[n]}" for n in (0, 1))
            for a, b in ((out, back), (back, out))
        ]
        key = Markup('<div class="strip-key"><span><i></i>{}</span><span><i class="d-back"></i>{}</span></div>').format(
            *(in_both(*way) for way in ways)
        )  # fmt: skip
        return Markup("<figure>{}{}</figure>").format(key, Markup("").join(made))

    def _strip(self, row: Row, at: Mapping[str, int], told: Sequence[str]) -> Markup:
        """One variant: what it is, its dots, its figures."""
        digits = row.cells[at["digits"]]
        texts = [(f"{digits} {word('leverage.digits')}", f"{digits}{word('leverage.digits', 'zh')}")]
        for key in told:
            english, chinese = in_both_languages(str(row.cells[at[key]]))
            texts.append(
                (f"{word(f'leverage.{key}')}: {english}", f"{word(f'leverage.{key}', 'zh')}：{chinese}")
            )
        figures = [(key, row.cells[at[key]]) for key in ("out", "back")]
        dots = [
            Markup('<i class="d-{}" style="left:{}%"></i>').format(key, round(100 * float(cell), 2))
            for key, cell in figures
            if not isinstance(cell, Undefined)
        ]
        shown = [
            Markup('<span class="d-{}">{}</span>').format(
                key, "–" if isinstance(cell, Undefined) else share_text(float(cell))
            )
            for key, cell in figures
        ]
        return Markup('<div class="of">{}</div><div class="track">{}</div><div class="told">{}</div>').format(
            in_both(" · ".join(t[0] for t in texts), " · ".join(t[1] for t in texts)), Markup("").join(dots), Markup(" · ").join(shown)
        )  # fmt: skip


def _weights(table: Table) -> list[tuple[str, float]]:
    """How much each country of a table matters in it, as a share."""
    if table.name == "course":
        found = []
        for at, column in enumerate(table.columns):
            cells = [row.cells[at] for row in table.rows if column.kind is Kind.SHARE]
            known = [float(cell) for cell in cells if not isinstance(cell, Undefined)]
            found.append((column.key, max(known, default=0.0)))
        return found
    if table.name == "stage-shares":
        pairs = zip(table.column("supplier"), table.column("share"), strict=True)
        return [(str(who), float(share)) for who, share in pairs if not isinstance(share, Undefined)]
    values = table.column("value")
    total = sum(float(value) for value in values if not isinstance(value, Undefined)) or 1.0
    sums: dict[str, float] = {}
    if table.columns[0].kind is Kind.COUNTRY:
        for who, value in zip(table.column(table.columns[0].key), values, strict=True):
            if not isinstance(value, Undefined):
                sums[str(who)] = sums.get(str(who), 0.0) + float(value) / total
    return [(who, share) for who, share in sums.items() if len(who) <= 5]


def _short(code: str, names: Both) -> Markup:
    """A code where it is one, else the name."""
    return Markup(escape(code)) if len(code) <= 5 and code.isupper() else in_both(*names)


def _shortened(names: Both, letters: int) -> Both:
    english, chinese = (
        text if len(text) <= letters else text[: letters - 1].rstrip(" ,;:") + "…" for text in names
    )
    return english, chinese
