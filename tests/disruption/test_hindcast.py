"""The prediction of exports: the cut, what rows are used, the fit's parts against plain ways, the files, the scores."""

import csv
import hashlib
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from monazite.cli import main
from monazite.disruption.delay.fitting import Statistic
from monazite.disruption.delay.lags import FixedLag, LognormalLag
from monazite.disruption.delay.licences import Spell, World
from monazite.disruption.exports.hindcast import Known, Prediction, condition, mixture_quantile
from monazite.disruption.exports.reported import (
    LAST_KNOWN,
    LAST_YEAR,
    MEAN_2024,
    Naive,
    Report,
    check_reports,
    find_period,
    known_tonnes,
    month_of,
    naive_forecasts,
    observations,
)
from monazite.disruption.exports.sampling import Normal, sample
from monazite.disruption.exports.scoring import Firm, brier, score, stop_odds
from monazite.readers.disruption.exports import read_exports, read_predictions, read_spells_known
from monazite.readers.disruption.licences import read_delay_model
from monazite.regime.book import Book
from monazite.terms.faults import BadInput
from monazite.writers.disruption.hindcast import table_lines

START, CUT = date(2025, 4, 4), date(2025, 7, 31)
SPELLS = (Spell(first=START, world=World.IN_FORCE), Spell(first=date(2025, 6, 12), world=World.FRAMEWORK))
HEAD = "month,series,destination,tonnes,tolerance_t,basis,change_pct,change_vs,quality,source_title,source_url,note\n"


def row(period: str, tonnes: float | None = None, **given: object) -> Report:
    base = Report(where=f"made-up.csv, {period}", period=period, series="magnets", destination="world", tonnes=tonnes,
                  tolerance_t=0.0, basis="reported", change=None, change_vs="")  # fmt: skip
    return replace(base, **given)  # type: ignore[arg-type]


def month(text: str) -> int:
    found = find_period(text)
    assert found is not None
    return found[0]


def run(*asked: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["disrupt", *asked])
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.output


# -- the cut ---------------------------------------------------------------------------------------------------------------


def test_nothing_of_a_later_month_comes_near_a_fit(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="'2025-08' is after 2025-07-31"):
        check_reports([row("2025-07", 1.0), row("2025-08", 1.0)])
    with pytest.raises(BadInput, match=r"'2025-01\.\.08' is after"):
        check_reports([row("2025-01..08", 1.0)])
    with pytest.raises(BadInput, match="2025-06"):
        Known(
            reports=(row("2025-06", 1.0),),
            statistics=(),
            spells=SPELLS,
            unit_factor=frozenset(),
            through=date(2025, 5, 31),
        )
    late = Statistic(as_of=date(2025, 8, 1), start=START, destination="EU", filed=None, share=0.5)
    with pytest.raises(BadInput, match="licence statistic of 2025-08-01"):
        Known(reports=(), statistics=(late,), spells=SPELLS, unit_factor=frozenset())
    file = tmp_path / "made-up.csv"
    file.write_text(
        HEAD + "2025-08,magnets,world,1,,reported,,,,,,made up\n2025-10,magnets,US,1,,reported,,,,,,made up\n"
    )
    said = run("hindcast", "--exports", str(file), code=1)
    assert "'2025-08' is after 2025-07-31" in said
    assert "'2025-10' is after 2025-07-31" in said
    assert "2025-08-01 is after 2025-07-31" in run("hindcast", "--through", "2025-08-01", code=1)


def test_the_shipped_table_ends_in_july_2025() -> None:
    reports, later = read_exports()
    assert later == 0
    assert max(found[1] for r in reports if (found := find_period(r.period))) == month("2025-07")
    early, later = read_exports(through=date(2025, 6, 30))
    assert (len(early), later) == (len(reports) - 7, 7)


def test_the_law_is_that_known_on_the_day(book: Book) -> None:
    known, _ = read_spells_known(book, "cn-mofcom-gacc-2025-18", CUT)
    assert [(s.first, s.world) for s in known[1:]] == [(s.first, s.world) for s in SPELLS]
    with_october, _ = read_spells_known(book, "cn-mofcom-gacc-2025-57", date(2026, 1, 1))
    assert World.SUSPENDED in {s.world for s in with_october}
    before, _ = read_spells_known(book, "cn-mofcom-gacc-2025-57", CUT)
    assert {s.world for s in before} == {World.FREE}
    with pytest.raises(BadInput, match="no state asks for a licence"):
        Known(reports=(), statistics=(), spells=before, unit_factor=frozenset())


# -- rows ------------------------------------------------------------------------------------------------------------------


def test_rows_are_used_as_they_are_and_nothing_is_filled_or_averaged() -> None:
    rows = [
        row("2024-05", 100.0), row("2024", 1200.0), row("2025-04", 50.0),
        row("2025-05", 26.0, basis="derived", tolerance_t=1.0), row("2025-05", 24.0),
        row("2025-06", None, basis="change only", change=-0.4, change_vs="2024-06"),
        row("2024-12", None, basis="change only", change=0.28, change_vs="2023-12"),
        row("2025-07", 0.0),
    ]  # fmt: skip
    used, left = observations(rows, "world", start=START)
    assert [(o.month, o.against) for o in used] == [(month("2024-05"), None), (month("2025-05"), None),
                                                    (month("2025-06"), month("2024-06"))]  # fmt: skip
    assert np.exp([o.log_value for o in used]) == pytest.approx([100, 24, 0.6])
    why = {r.period + r.basis: reason for r, reason in left}
    assert why["2024reported"] == "a sum over several months"
    assert why["2025-04reported"] == "the month in which the control starts"
    assert "another report" in why["2025-05derived"]
    assert "before the control" in why["2024-12change only"]
    assert why["2025-07reported"] == "zero has no logarithm"


def test_the_naive_forecasts_are_those_of_the_table_or_say_why_not() -> None:
    reports, _ = read_exports()
    world = naive_forecasts(reports, "world", month("2025-08"))
    assert (world[LAST_KNOWN].tonnes, world[LAST_YEAR].tonnes, world[MEAN_2024].tonnes) == (
        5577,
        5326,
        58152 / 12,
    )
    assert "alloys" in world[MEAN_2024].why
    assert naive_forecasts(reports, "world", month("2025-11"))[LAST_YEAR] == Naive(
        tonnes=None, why="2024-11 is not known"
    )
    india = naive_forecasts(reports, "India", month("2025-08"))
    assert india[LAST_KNOWN].tonnes == pytest.approx(172 * 2.43)
    assert "derived from 2025-06" in india[LAST_KNOWN].why
    assert india[MEAN_2024].tonnes is None
    assert month("2025-07") not in known_tonnes(reports, "Japan")  # +76 % on a month that nobody gave


# -- the fit ---------------------------------------------------------------------------------------------------------------


def test_the_forecast_of_a_month_is_the_conditional_normal() -> None:
    """Against the plain formula, with a level of huge variance in place of a flat one."""
    rows = [row("2024-05", 100.0), row("2024-09", 120.0), row("2025-03", 90.0), row("2025-06", 70.0),
            row("2025-07", None, basis="change only", change=-0.2, change_vs="2024-07")]  # fmt: skip
    used, _ = observations(rows, "world", start=START)
    every = sorted(
        {m for o in used for m in (o.month, o.against) if m} | {month("2025-09"), month("2025-10")}
    )
    offsets = np.random.default_rng(0).normal(0, 0.1, (2, len(every)))
    ahead, variance, share = [month("2025-09"), month("2025-10")], 0.02, 0.7
    logs, mean, sd = condition(used, every, ahead, offsets, variance, np.full(2, share))
    same = np.equal.outer(np.array(every) % 12, np.array(every) % 12)
    cov = variance * np.where(np.eye(len(every)) > 0, 1, share * same) + 1e6  # the level
    picks = np.zeros((len(used), len(every)))
    for at, one in enumerate(used):
        picks[at, every.index(one.month)] = 1
        if one.against is not None:
            picks[at, every.index(one.against)] = -1
    seen, where = picks @ cov @ picks.T, [every.index(m) for m in ahead]
    for draw in range(2):
        rest = np.array([o.log_value for o in used]) - picks @ offsets[draw]
        wanted = offsets[draw, where] + cov[where] @ picks.T @ np.linalg.solve(seen, rest)
        assert mean[draw] == pytest.approx(wanted, abs=1e-5)
    spread = cov[np.ix_(where, where)] - cov[where] @ picks.T @ np.linalg.solve(seen, picks @ cov[:, where])
    assert sd[0] == pytest.approx(np.sqrt(np.diag(spread)), rel=1e-3)

    def plain(draw: int) -> float:
        rest = np.array([o.log_value for o in used]) - picks @ offsets[draw]
        return float(-0.5 * rest @ np.linalg.solve(seen, rest))

    assert logs[0] - logs[1] == pytest.approx(plain(0) - plain(1), abs=1e-4)


def test_the_sampler_finds_a_narrow_posterior_and_its_evidence() -> None:
    """Prior N(0, I), likelihood N(1.5, 0.05^2) of the first: posterior and evidence are known."""
    prior = Normal(mean=np.zeros(3), cov=np.eye(3))

    def likely(draws: np.ndarray) -> np.ndarray:
        return -0.5 * ((draws[:, 0] - 1.5) / 0.05) ** 2

    found = sample(prior, likely, kept=500, rng=np.random.default_rng(1))
    assert found.effective > 500
    assert found.draws[:, 0].mean() == pytest.approx(1.5 / (1 + 0.05**2), abs=0.01)
    assert found.draws[:, 0].std() == pytest.approx(0.05, rel=0.15)
    assert found.draws[:, 1].std() == pytest.approx(1, rel=0.15)
    evidence = np.log(0.05 / np.sqrt(1 + 0.05**2)) - 0.5 * 1.5**2 / (1 + 0.05**2)
    assert found.log_evidence == pytest.approx(evidence, abs=0.1)
    again = sample(prior, likely, kept=500, rng=np.random.default_rng(1))
    assert (again.draws == found.draws).all()


def test_the_quantile_of_a_mixture_of_one_is_its_own() -> None:
    found = mixture_quantile(np.full((3, 2), 5.0), np.full((3, 2), 0.2), 0.9)
    assert found == pytest.approx(np.full(2, 5 + 0.2 * 1.2815515655), abs=1e-6)


# -- the files -------------------------------------------------------------------------------------------------------------


def test_the_prediction_that_ships_is_what_the_command_writes(root: Path, tmp_path: Path) -> None:
    """Same seed, same bytes."""
    done = CliRunner().invoke(main, ["disrupt", "hindcast", "--out", str(tmp_path / "made")])
    assert done.exit_code == 0, done.stderr
    for name in ("prediction.csv", "parameters.csv", "README.md"):
        assert (tmp_path / "made" / name).read_bytes() == (root / "docs/hindcast" / name).read_bytes(), name


def test_the_page_names_command_seed_and_the_digests_of_its_inputs(root: Path) -> None:
    page = (root / "docs/hindcast/README.md").read_text(encoding="utf-8")
    assert "monazite disrupt hindcast --through 2025-07-31 --seed 1 --out" in page
    assert "made on data to 2025-07-31" in page
    for name in ("reference/disruption/magnet-exports.csv", "reference/disruption/licence-statistics.csv",
                 "docs/hindcast/prediction.csv", "docs/hindcast/parameters.csv"):  # fmt: skip
        assert hashlib.sha256((root / name).read_bytes()).hexdigest() in page, (
            f"{name} has changed: make the page anew"
        )


def test_every_prediction_has_an_interval_and_its_naive_forecasts(root: Path) -> None:
    found, naive = read_predictions(root / "docs/hindcast/prediction.csv")
    assert {p.month for p in found} == set(range(month("2025-08"), month("2026-03") + 1))
    assert {"world", "US", "EU", "Germany", "India", "Japan", "South Korea"} <= {p.destination for p in found}
    assert all(0 < p.low < p.median < p.high for p in found)
    assert len({(p.model, p.filing) for p in found}) == 5
    assert naive["world", month("2025-08")][LAST_KNOWN].tonnes == 5577
    assert naive["EU", month("2025-08")][LAST_YEAR].tonnes is None
    text = (root / "docs/hindcast/prediction.csv").read_text(encoding="utf-8")
    assert {r["made_on_data_to"] for r in csv.DictReader(io.StringIO(text))} == {"2025-07-31"}


# -- scores ----------------------------------------------------------------------------------------------------------------


def test_a_naive_forecast_that_wins_is_named() -> None:
    """By hand: errors of the model 20 % and 50 %, of the last month 10 % and 0 %; the year before is known once: 0 %."""
    months = (month("2030-01"), month("2030-02"))
    made = [Prediction(month=m, destination="world", model="pooled", filing="", median=median, low=90.0, high=130.0)
            for m, median in zip(months, (120.0, 100.0), strict=True)]  # fmt: skip
    none = Naive(tonnes=None, why="")
    naive = {("world", months[0]): {LAST_KNOWN: Naive(tonnes=110.0, why=""), LAST_YEAR: Naive(tonnes=100.0, why=""), MEAN_2024: none},
             ("world", months[1]): {LAST_KNOWN: Naive(tonnes=200.0, why=""), LAST_YEAR: none, MEAN_2024: none}}  # fmt: skip
    pooled, last, year, mean = score(made, naive, {("world", months[0]): 100.0, ("world", months[1]): 200.0})
    assert (pooled.error, pooled.inside) == (pytest.approx(0.35), 0.5)
    assert last.error == pytest.approx(0.05)
    assert pooled.against[LAST_YEAR] == (pytest.approx(0), pytest.approx(0.2), 1)
    assert pooled.beaten_by == (LAST_KNOWN, LAST_YEAR)
    assert (year.months, mean.error) == (1, None)


def test_months_of_a_user_are_scored_against_a_prediction_file(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "made-up.csv"
    file.write_text(
        HEAD
        + "2025-08,magnets,world,5577,,reported,,,,,,made up\n2025-08,magnets,world,9999,,derived,,,,,,made up\n"
        "2025-09,magnets,world,,,change only,-50,2025-08,,,,made up\n2024-01,magnets,world,1,,reported,,,,,,made up\n"
    )
    said = run("hindcast", "--score", str(file), "--prediction", str(root / "docs/hindcast/prediction.csv"))
    assert "A naive forecast wins: mean of 2024" in said
    assert "2 months of the prediction" in said
    assert "reports disagree; the better is used: world 2025-08: 5577 (reported) of 2 reports" in said
    assert "US" not in said
    file.write_text(HEAD + "2024-01,magnets,world,1,,reported,,,,,,made up\n")
    said = run(
        "hindcast", "--score", str(file), "--prediction", str(root / "docs/hindcast/prediction.csv"), code=1
    )
    assert "The prediction is of 2025-08 to 2026-03" in said


def test_odds_of_a_stop_and_their_brier_score() -> None:
    """By hand: odds 1 - F(cover); 0 where the cover lasts beyond the day. Brier of 0.5 and 0 against 1 and 0: 0.125."""
    day = date(2025, 4, 4)
    firm = Firm(name="made up", cover_days=74, as_of=day, by=date(2025, 12, 31), filed=None, stopped=True)
    lag = LognormalLag(median_days=74, sigma=0.36)
    assert stop_odds(firm, lambda _: lag, start=day) == pytest.approx(0.5)
    assert stop_odds(replace(firm, by=date(2025, 6, 1)), lambda _: lag, start=day) == 0
    assert stop_odds(firm, lambda _: FixedLag(days=80), start=day) == 1
    later = replace(firm, as_of=date(2025, 5, 4), cover_days=44)
    assert stop_odds(later, lambda _: lag, start=day) == pytest.approx(0.5)
    found = brier("age alone", [firm, replace(firm, stopped=False)], [0.5, 0.0])
    assert (found.score, found.base_rate, found.of_base_rate) == (0.125, 0.5, 0.25)


def test_firms_of_a_user_are_scored_and_the_unknown_left_out(tmp_path: Path) -> None:
    file = tmp_path / "halts.csv"
    head = "firm,cover_days,as_of,stopped_by,stopped\n"
    file.write_text(head + "A,30,2025-04-10,2025-07-01,yes\nB,200,2025-04-10,2025-07-01,no\nC,,2025-04-10,2025-07-01,no\n"
                    "D,5,2025-04-10,2025-07-01,unknown\n")  # fmt: skip
    said = run("hindcast", "--halts", str(file))
    assert "left out, C: no cover" in said
    assert "left out, D: not known whether it stopped" in said
    assert "2 firms   Brier" in said
    file.write_text(head + "A,-3,2025-04-10,2025-13-01,perhaps\nB,nan,2025-04-10,2025-01-01,no\n")
    said = run("hindcast", "--halts", str(file), code=1)
    for piece in ("'-3' is out of range", "'2025-13-01'", "'perhaps' is none of yes, no, unknown", "'nan' is out of range",
                  "2025-01-01 is before 2025-04-10"):  # fmt: skip
        assert piece in said


def test_faults_of_tables_and_options_are_sentences(tmp_path: Path) -> None:
    file = tmp_path / "made-up.csv"
    file.write_text(HEAD + "2025-13,magnets,world,1,,reported,,,,,,\n2025-05,magnets,world,-4,,reported,,,,,,\n"
                    "2025-06,magnets,world,nan,,guessed,,,,,,\n2025-07,magnets,world,,,reported,,,,,,\n"
        "2025-02,magnets,world,1e300,,reported,,,,,,\n")  # fmt: skip
    said = run("hindcast", "--exports", str(file), code=1)
    for piece in ("'2025-13' is no month", "'-4' is out of range", "'nan' is out of range", "'guessed' is none of",
                  "tonnes is empty", "'1e300' is out of range"):  # fmt: skip
        assert piece in said
    file.write_text("month,tonnes\n2025-05,1\n")
    assert "has no column 'series'" in run("hindcast", "--exports", str(file), code=1)
    few = "month,series,destination,tonnes,basis\n2024-05,magnets,world,5,reported\n"
    file.write_text(few)
    assert "fewer than two months before the control" in run("hindcast", "--exports", str(file), code=1)
    file.write_text(few + "2024-07,magnets,world,5,reported\n")
    assert "do not vary" in run("hindcast", "--exports", str(file), code=1)
    assert "none.csv" in run("hindcast", "--exports", str(tmp_path / "none.csv"), code=1)
    assert "--prediction goes with --score" in run("hindcast", "--prediction", "x.csv", code=2)
    assert "--seed" in run("hindcast", "--seed", "-1", code=2)
    assert "Did you mean 'US'?" in run("hindcast", "--only", "Us", code=1)
    assert "scores come as" in run("hindcast", "--format", "csv", "--score", "x.csv", code=2)
    assert "it goes with none of" in run("hindcast", "--out", str(tmp_path / "x"), "--only", "US", code=2)


# -- the delay -------------------------------------------------------------------------------------------------------------


def test_calibrate_saves_rates_with_the_least_age_they_were_fitted_with(tmp_path: Path) -> None:
    file = tmp_path / "delay.csv"
    said = run("calibrate", "--least-age", "30", "--save", str(file))
    assert "as shipped, least age 30 d (fitted with none): 0.0100, 0.0518" in said
    assert "filed evenly, least age 30 d: 0.0510, 0.2839   5.1 and 5.5 times as shipped" in said
    assert "growth  10%: median 76 d, sigma 0.18, 77% of tonnes wait" in said
    saved, shipped = read_delay_model(file), read_delay_model()
    assert saved.a_min_days == 30
    assert saved.rate_per_day[World.IN_FORCE] == pytest.approx(0.0510, rel=0.01)
    assert saved.rate_per_day[World.FRAMEWORK] == pytest.approx(0.284, rel=0.01)
    assert saved.median_days == pytest.approx(74, rel=0.02)
    assert (saved.refused, saved.destination, saved.never) == (
        shipped.refused,
        shipped.destination,
        shipped.never,
    )
    for line in csv.DictReader(file.open(encoding="utf-8")):
        if line["low"]:
            assert float(line["low"]) <= float(line["value"]) <= float(line["high"])


def test_calibrate_knows_nothing_after_july_2025() -> None:
    assert "2025-09-01 is after 2025-07-31" in run("calibrate", "--through", "2025-09-01", code=1)


def test_calibrate_refuses_a_least_age_of_which_the_counts_say_nothing(tmp_path: Path) -> None:
    assert "no application of the statistics is older than 84 d" in run(
        "calibrate", "--least-age", "84", code=1
    )
    assert "'nan' is no number of days" in run("calibrate", "--least-age", "nan", code=1)
    said = run("calibrate", "--least-age", "45", "--save", str(tmp_path / "x.csv"), code=1)
    assert "cannot be told from these statistics" in said
    assert not (tmp_path / "x.csv").exists()


def test_months_are_counted_through() -> None:
    assert month_of(CUT) == month("2025-07") == month("2025-08") - 1
    assert find_period("2025-05..01") is None


def test_the_manual_shows_the_prediction_that_ships(root: Path) -> None:
    shown = (root / "docs/how-to/hindcast.md").read_text(encoding="utf-8")
    found, naive = read_predictions(root / "docs/hindcast/prediction.csv")
    assert "\n".join(table_lines(found, naive, ["world"])) in shown
