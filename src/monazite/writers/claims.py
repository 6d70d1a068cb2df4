"""Claims of the news as a page of the manual, as lines for a terminal, and as plain data.

One section a claim: what was said and by whom, one sentence of verdict, the figures under each definition, what stands
beside them, and what they rest on. The verdict is one of a few fixed kinds and is made from the figures.
"""

import textwrap
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from monazite.leverage.account import Kind
from monazite.leverage.claims import Checked, Claim, Compared, Finding, Role, Unit, Verdict
from monazite.leverage.definitions import Definition
from monazite.writers.leverage import merged, money_text, share_text
from monazite.writers.leverage_rows import plain_ground

WIDTH = 100
MADE_BY = "<!-- Made by `make docs`: do not edit. -->"
MOST_NAMED = 4
"""So many agreeing variants a verdict names; more are counted."""

OPENING = """\
At the end of this page you know what the shipped data say of figures that the news repeat: under which definition each is
right, and which cannot be checked here. `monazite leverage claims` makes it; nothing on it is typed in but the claims themselves
(`reference/trade/claims.csv`) and which measures are computed for them (`reference/trade/claim-checks.csv`).

A claim is *reproduced* where every variant of its own definition rounds to it; *reproduced under some definitions only* where
some do and the publication does not say which was meant; *not reproduced* where none does. It *follows from other claims* where
it is arithmetic on figures that are not in the data, and *cannot be checked here* where the data do not hold what it is of.
No variant is chosen to fit. A figure that ends in nought may have been rounded to ones or to tens: a variant agrees with it
"to 1" or only "to 10". Rows under *beside* are of something else and decide nothing.
"""


# -- sentences --------------------------------------------------------------------------------------------------


def figure_text(claim: Claim) -> str:
    """The published figure: `61 %`, `525 bn USD`, `under 0.1 %`."""
    under = "under " if claim.comparator is Compared.UNDER else ""
    unit = "%" if claim.unit is Unit.PER_CENT else "bn USD"
    return f"{under}{float(claim.figure):g} {unit}"


def value_text(finding: Finding) -> str:
    """The computed figure; a dash where there is none."""
    if finding.value is None:
        return "-"
    return (
        share_text(finding.value) if finding.kind is Kind.SHARE else money_text(finding.value, "current USD")
    )


def agrees_text(finding: Finding) -> str:
    """Whether it agrees with the claim: `to 1`, `to 10`, `yes` with a bound, `no`."""
    if finding.agrees is None:
        return "no"
    return f"to {finding.agrees}" if finding.agrees else "yes"


def verdict_text(checked: Checked) -> str:
    """The verdict with what makes it."""
    claim, kind, same = checked.claim, checked.verdict, checked.same
    if kind is Verdict.CANNOT:
        why = (
            claim.cannot
            or "; ".join(dict.fromkeys(f.why for f in checked.findings if f.why))
            or "nothing is computed for it"
        )
        return f"{kind}: {_lower(why)}."
    if kind is Verdict.FOLLOWS:
        return f"{kind}, and from nothing in the data: {'; '.join(f'{f.says} is {value_text(f)}' for f in same)}."
    if kind is Verdict.NOT:
        return f"{kind}: the data say {_range(same)}, in {_count(same)}."
    finest = claim.steps[0] if claim.steps else Fraction(0)
    exact = checked.agreeing(finest)
    only_coarse = [f for f in same if f.agrees is not None and f not in exact]
    if kind is Verdict.REPRODUCED and len(exact) == len(same):
        return f"{kind} under {_each(same)}."
    count = f"{len(exact) or 'none'} of {_count(same)} round{'s' if len(exact) == 1 else ''} to it{_listed(exact)}"
    if kind is Verdict.REPRODUCED:
        return f"{kind} under every definition here if the figure was rounded to tens: the data say {_range(same)}. To ones, {count}."
    if only_coarse:
        named = f" ({_range(only_coarse)})" if exact else _listed(only_coarse)
        count += f", {len(only_coarse)} more only if it was rounded to tens{named}"
    return (
        f"{kind}: {count}. All together say {_range(same)}, and the publication does not say which was meant."
    )


def _each(findings: Sequence[Finding]) -> str:
    listed = "; ".join(f"{f.says}: {value_text(f)}" for f in findings)
    return f"the definition here ({listed})" if len(findings) == 1 else f"each definition here ({listed})"


def _listed(findings: Sequence[Finding]) -> str:
    named = "; ".join(f"{f.says}: {value_text(f)}" for f in findings[:MOST_NAMED])
    more = f"; and {len(findings) - MOST_NAMED} more" if len(findings) > MOST_NAMED else ""
    return f" ({named}{more})" if findings else ""


def _range(findings: Sequence[Finding]) -> str:
    held = sorted(findings, key=lambda f: f.value or 0.0)
    low, high = value_text(held[0]), value_text(held[-1])
    return low if low == high else f"{low} to {high}"


def _count(findings: Sequence[Finding]) -> str:
    return "one variant" if len(findings) == 1 else f"{len(findings)} variants"


def _lower(text: str) -> str:
    first = text.split(" ")[0]
    return text if first.isupper() or first == "Chinese" else text[:1].lower() + text[1:]


def _of(claim: Claim) -> str:
    parts = [
        claim.scope,
        claim.stage,
        claim.level,
        f"year {claim.year}" if claim.year.startswith("not") else claim.year,
    ]
    return "; ".join(part for part in parts if part)


# -- the page ---------------------------------------------------------------------------------------------------


def claims_page(found: Sequence[Checked]) -> str:
    """The page in Markdown."""
    parts = ["# Claims of the news, checked\n\n", MADE_BY, "\n\n", OPENING, "\n"]
    head = ("claim", "published", "stated of", "the data say", "verdict")
    lines = []
    for one in found:
        claim, says = one.claim, _range(one.same) if one.same else "-"
        of = ", ".join(text for text in (claim.scope, claim.stage) if text)
        link = f"[{claim.title}](#{_anchor(claim.title)})"
        lines.append((link, figure_text(claim), of, says, str(one.verdict)))
    parts.append(_table(head, lines))
    for one in found:
        parts += _section(one)
    parts.append("\n## How the figures are made\n\n")
    rows = [
        (f"`{d.name}`", d.title, f"`{d.formula}`", d.unit, d.says(), d.source, d.unverified)
        for d in _definitions(found)
    ]
    parts.append(_table(("measure", "title", "formula", "unit", "threshold", "source", "UNVERIFIED"), rows))
    parts.append("\n## The data\n\n")
    sources = dict.fromkeys(
        f.ground.attribution for one in found for f in one.findings if f.ground and f.ground.attribution
    )
    parts += [f"- {text}\n" for text in sources]
    return "".join(parts)


def _section(one: Checked) -> Iterable[str]:
    claim = one.claim
    yield f"\n## {claim.title}\n\n"
    where = f"[source]({claim.where})" if claim.where else "no address"
    yield f"> {claim.says}\n\n"
    yield f"{claim.said_by}; {claim.published}; {claim.grade}, {where}. Stated of: {_of(claim)}.\n"
    if claim.unverified:
        yield f"\nUNVERIFIED: {claim.unverified}.\n"
    yield f"\n**{verdict_text(one)}** {claim.remark}\n"
    same = [f for f in one.findings if f.check.role is Role.SAME]
    yield f"\n{_table(('measure', 'variant', 'the data say', 'agrees'), [_same_row(f) for f in same])}"
    beside = [f for f in one.findings if f.check.role is Role.BESIDE]
    if beside:
        rows = [(f"`{f.definition.name}`", _says(f), value_text(f), f.check.note) for f in beside]
        yield f"\n{_table(('beside', 'variant', 'the data say', 'how it differs'), rows)}"
    rests = merged([f.ground for f in one.findings if f.ground and f.value is not None])
    if rests:
        yield "\nRests on:\n\n" + "".join(f"- {text}\n" for text in rests)


def _same_row(finding: Finding) -> tuple[str, str, str, str]:
    agrees = agrees_text(finding) if finding.value is not None else ""
    return f"`{finding.definition.name}`", _says(finding), value_text(finding), agrees


def _says(finding: Finding) -> str:
    """The variant, why it has no figure, and how much of the value its weights cover."""
    why = f" ({finding.why})" if finding.why else ""
    covered = f" ({share_text(finding.coverage)} of the value)" if finding.coverage is not None else ""
    return finding.says + why + covered


def _definitions(found: Sequence[Checked]) -> list[Definition]:
    return list(dict.fromkeys(f.definition for one in found for f in one.findings))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _anchor(title: str) -> str:
    kept = "".join(letter for letter in title.lower() if letter.isalnum() or letter in "_- ")
    return kept.replace(" ", "-")


# -- a terminal -------------------------------------------------------------------------------------------------


def claims_lines(found: Sequence[Checked], *, width: int = WIDTH) -> list[str]:
    """The claims, at most `width` columns wide."""
    lines: list[str] = []
    for one in found:
        claim = one.claim
        lines += (
            ["", *_wrap(f"{claim.title}  [{claim.id}]", width)]
            if lines
            else _wrap(f"{claim.title}  [{claim.id}]", width)
        )
        lines += _wrap(
            f"{claim.said_by}, {claim.published} ({claim.grade}). Stated of: {_of(claim)}", width, "  "
        )
        if claim.unverified:
            lines += _wrap(f"UNVERIFIED: {claim.unverified}", width, "  ")
        lines += _wrap(verdict_text(one), width, "  ")
        for finding in one.findings:
            mark = (
                agrees_text(finding) if finding.check.role is Role.SAME and finding.value is not None else ""
            )
            aside = f" [beside: {finding.check.note}]" if finding.check.role is Role.BESIDE else ""
            text = f"{value_text(finding):>10}  {mark:<5}  {finding.definition.name}: {_says(finding)}{aside}"
            lines += textwrap.wrap(
                text, width, initial_indent="    ", subsequent_indent=" " * 23, break_long_words=False
            )
        rests = merged([f.ground for f in one.findings if f.ground and f.value is not None])
        for text in rests:
            lines += _wrap(f"[{text}]", width, "    ")
        if claim.remark:
            lines += _wrap(claim.remark, width, "  ")
    return lines


def _wrap(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


# -- plain data -------------------------------------------------------------------------------------------------


def plain_claims(found: Sequence[Checked]) -> dict[str, Any]:
    """The claims as plain data for JSON: a figure that does not exist is null, with its reason beside it."""
    return {
        "claims": [_plain(one) for one in found],
        "measures": {
            d.name: {
                "title": d.title, "formula": d.formula, "unit": d.unit, "threshold": d.says(), "source": d.source,
                "unverified": d.unverified,
            }
            for d in _definitions(found)
        },
    }  # fmt: skip


def _plain(one: Checked) -> dict[str, Any]:
    claim = one.claim
    return {
        "id": claim.id, "title": claim.title, "says": claim.says, "said_by": claim.said_by, "published": claim.published,
        "where": claim.where, "grade": str(claim.grade), "figure": float(claim.figure), "unit": str(claim.unit),
        "comparator": str(claim.comparator), "scope": claim.scope, "stage": claim.stage, "level": claim.level, "year": claim.year,
        "unverified": claim.unverified, "verdict": str(one.verdict), "because": verdict_text(one), "remark": claim.remark,
        "findings": [
            {
                "role": str(f.check.role), "measure": f.definition.name, "variant": f.says, "value": f.value,
                "unit": "share" if f.kind is Kind.SHARE else "current USD", "why_undefined": f.why, "coverage": f.coverage,
                "agrees_to": None if f.agrees is None else float(f.agrees), "differs": f.check.note, **plain_ground(f.ground),
            }
            for f in one.findings
        ],
    }  # fmt: skip
