"""The page of claims is up to date, and its sentences say what was found."""

import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from monazite.leverage.account import Ground
from monazite.leverage.claim_checks import check_claims
from monazite.leverage.claims import (
    Check,
    Checked,
    Claim,
    Compared,
    Finding,
    Grade,
    Role,
    Unit,
    Verdict,
)
from monazite.leverage.production import PRODUCTION_SHARE
from monazite.readers.trade.claims import read_claims, shipped_sources
from monazite.writers.claims import claims_lines, claims_page, figure_text, plain_claims, verdict_text

CHECK = Check(claim="c", role=Role.SAME, measure="production-share")
GROUND = Ground(dataset="Toys", release="1", year="2024", side="production")
CLAIM = Claim(
    id="c", title="A claim | of toys", said_by="somebody", says="It is so.", figure=Fraction(40), unit=Unit.PER_CENT,
    comparator=Compared.IS, published="2025-10", where="", grade=Grade.PRESS, scope="toys", stage="mine", level="", year="2024",
    cannot="No toys are shipped",
)  # fmt: skip


def finding(value: float | None, says: str = "one way", claim: Claim = CLAIM) -> Finding:
    agrees = None if value is None else claim.agrees(value)
    why = "" if value is not None else "nobody counts it"
    return Finding(
        check=CHECK,
        definition=PRODUCTION_SHARE,
        says=says,
        value=value,
        ground=GROUND,
        why=why,
        agrees=agrees,
    )


def checked(verdict: Verdict, *findings: Finding, claim: Claim = CLAIM) -> Checked:
    return Checked(claim=claim, findings=findings, verdict=verdict)


@pytest.fixture(scope="module")
def shipped() -> tuple[Checked, ...]:
    return check_claims(*read_claims(), shipped_sources())


def test_the_page_of_the_manual_is_up_to_date(shipped: tuple[Checked, ...], root: Path) -> None:
    page = (root / "docs/claims.md").read_text(encoding="utf-8")
    assert page == claims_page(shipped), "docs/claims.md is out of date: make docs"


def test_each_verdict_is_one_of_the_fixed_kinds_and_is_said_first(shipped: tuple[Checked, ...]) -> None:
    for one in shipped:
        assert verdict_text(one).startswith(str(one.verdict))
        assert verdict_text(one).endswith(".")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (checked(Verdict.CANNOT, finding(None)), "Cannot be checked here: no toys are shipped."),
        (
            checked(Verdict.CANNOT, finding(None), claim=replace(CLAIM, cannot="")),
            "Cannot be checked here: nobody counts it.",
        ),
        (checked(Verdict.NOT, finding(0.2)), "Not reproduced: the data say 20.0 %, in one variant."),
        (
            checked(Verdict.NOT, finding(0.2), finding(0.9)),
            "Not reproduced: the data say 20.0 % to 90.0 %, in 2 variants.",
        ),
        (
            checked(Verdict.REPRODUCED, finding(0.4)),
            "Reproduced under the definition here (one way: 40.0 %).",
        ),
        (
            checked(Verdict.REPRODUCED, finding(0.4), finding(0.44, "another")),
            "Reproduced under every definition here if the figure was rounded to tens: the data say 40.0 % to 44.0 %. "
            "To ones, 1 of 2 variants rounds to it (one way: 40.0 %).",
        ),
        (
            checked(Verdict.PARTLY, finding(0.4), finding(0.44, "another"), finding(0.1, "a third")),
            "Reproduced under some definitions only: 1 of 3 variants rounds to it (one way: 40.0 %), 1 more only if it was "
            "rounded to tens (44.0 %). All together say 10.0 % to 44.0 %, and the publication does not say which was meant.",
        ),
        (
            checked(Verdict.FOLLOWS, replace(finding(0.4, "`a` less `b`"), ground=None)),
            "Follows from other claims, and from nothing in the data: `a` less `b` is 40.0 %.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_of_a_verdict(found: Checked, said: str) -> None:
    assert verdict_text(found) == said


def test_figures_are_written_as_they_were_published() -> None:
    assert figure_text(CLAIM) == "40 %"
    assert figure_text(replace(CLAIM, figure=Fraction(525), unit=Unit.BILLION_USD)) == "525 bn USD"
    assert figure_text(replace(CLAIM, figure=Fraction("0.1"), comparator=Compared.UNDER)) == "under 0.1 %"


def test_what_has_no_figure_is_a_dash_with_its_reason_and_a_bar_breaks_no_table() -> None:
    page = claims_page([checked(Verdict.CANNOT, finding(None))])
    assert "| `production-share` | one way (nobody counts it) | - |  |" in page
    assert "A claim \\| of toys" in page
    assert "0.0 %" not in page


def test_the_links_of_the_page_lead_to_its_sections(shipped: tuple[Checked, ...]) -> None:
    page = claims_page(shipped)
    heads = re.findall(r"^## (.+)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
    linked = re.findall(r"\]\(#([^)]+)\)", page)
    assert len(linked) == len(shipped)
    assert set(linked) <= anchors


def test_every_claim_stands_on_the_terminal_within_the_width(shipped: tuple[Checked, ...]) -> None:
    lines = claims_lines(shipped, width=90)
    assert max(len(line) for line in lines) <= 90
    for one in shipped:
        assert any(f"[{one.claim.id}]" in line for line in lines)
        assert sum(line.startswith(f"  {one.verdict}") for line in lines) >= 1


def test_plain_data_hold_every_figure_with_what_it_rests_on(shipped: tuple[Checked, ...]) -> None:
    plain = json.loads(json.dumps(plain_claims(shipped), allow_nan=False))
    rows = [row for one in plain["claims"] for row in one["findings"]]
    assert len(rows) == sum(len(one.findings) for one in shipped)
    for row in rows:
        assert row["measure"] in plain["measures"]
        assert (row["value"] is None) is (row["why_undefined"] != "")
        if row["value"] is not None and row["measure"] != "claimed-difference":
            assert row["dataset"]
            assert row["release"]
            assert row["data_year"]
