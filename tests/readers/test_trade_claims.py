"""Reading the claims: every fault of both files at once, each with its row."""

from pathlib import Path

import pytest

from monazite.readers.trade.claims import CHECK_COLUMNS, CLAIM_COLUMNS, read_claims, read_import_sources
from monazite.terms.faults import BadInput

GOOD = "c,T,who,It is so.,61,per cent,is,2025-10,,press,toys,,,,,,"
CHECK = "c,same,pair-trade,baci,CHN,USA,,,2023;2024,18.7 trillion current USD,"


def write(folder: Path, claims: list[str], checks: list[str]) -> tuple[Path, Path]:
    files = folder / "claims.csv", folder / "checks.csv"
    files[0].write_text("\n".join([",".join(CLAIM_COLUMNS), *claims]) + "\n", encoding="utf-8")
    files[1].write_text("\n".join([",".join(CHECK_COLUMNS), *checks]) + "\n", encoding="utf-8")
    return files


def test_a_claim_and_its_check_are_read(tmp_path: Path) -> None:
    (claim,), (check,) = read_claims(*write(tmp_path, [GOOD], [CHECK]))
    assert (claim.figure, str(claim.unit), claim.published) == (61, "per cent", "2025-10")
    assert (check.years, check.given) == ((2023, 2024), pytest.approx(18.7e12))


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    claims = [GOOD, GOOD, "d,T,who,It is so.,many,percent,is,October,,rumour,toys,,,,,,"]
    checks = ["x,main,score,baci,CHN,USA,,,20x4,a lot,", "c,same,claimed-difference,,,,c;y,,,,"]
    with pytest.raises(BadInput) as caught:
        read_claims(*write(tmp_path, claims, checks))
    places = [fault.where.rpartition("/")[2] for fault in caught.value.faults]
    assert places == [
        "claims.csv:3, column id", "claims.csv:4, column figure", "claims.csv:4, column published", "claims.csv:4, column unit",
        "claims.csv:4, column grade", "checks.csv:2, column claim", "checks.csv:2, column measure", "checks.csv:2, column role",
        "checks.csv:2, column years", "checks.csv:2, column given", "checks.csv:3, column what",
    ]  # fmt: skip


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    files = write(tmp_path, [], [])
    files[0].write_text("id,title\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no column 'said_by'"):
        read_claims(*files)


def test_import_sources_are_shares_that_do_not_pass_the_whole() -> None:
    found = [one for one in read_import_sources() if one.what == "Rare-earth compounds and metals"]
    # As printed: China 71, Malaysia 13, Japan 5, Estonia 5; others 6 are no country.
    assert {one.country: one.share for one in found} == {"CHN": 0.71, "MYS": 0.13, "JPN": 0.05, "EST": 0.05}
    assert {one.years for one in found} == {(2021, 2024)}
