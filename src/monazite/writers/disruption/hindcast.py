"""The prediction of exports as CSV, as a page and as lines of text; scores as lines of text."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from monazite.disruption.delay.licences import Spell
from monazite.disruption.exports.hindcast import CASES, POOLED, PRIORS, Noise, Posterior, Prediction
from monazite.disruption.exports.reported import (
    LAST_KNOWN,
    LAST_YEAR,
    MEAN_2024,
    NAIVES,
    WORLD,
    Naive,
    Report,
    month_text,
)
from monazite.disruption.exports.scoring import Brier, Score

Naives = Mapping[tuple[str, int], Mapping[str, Naive]]
PARAMETERS = {
    "median_days": "median of the lag, days",
    "sigma": "spread of the lag in logs",
    "rate_before": "hazard under the control alone, per day",
    "rate_after": "hazard after the framework, per day",
    "least_age": "least age of a decision, days",
    "factor": "multiplier of the hazard",
    "refused": "share refused",
    "kappa": "share of tonnes that waits",
    "growth": "growth of orders over the year before",
    "season": "share of the noise that is season",
}


def amount(tonnes: float) -> str:
    """Three significant digits, no exponent: more would be false precision.

    >>> amount(5403.2), amount(46.38)
    ('5400', '46.4')
    """
    return f"{float(f'{tonnes:.3g}'):.10g}"


def prediction_csv(predictions: Sequence[Prediction], naive: Naives, *, through: date, seed: int) -> str:
    """A row for each destination, month, model and filing, with the naive forecasts and what each rests on."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["month", "series", "destination", "model", "filing", "median_t", "low_t", "high_t", "last_known_month_t",
         "same_month_last_year_t", "mean_2024_t", "naive_notes", "made_on_data_to", "seed"]
    )  # fmt: skip
    for one in predictions:
        beside = naive[one.destination, one.month]
        simple = ["" if (t := beside[kind].tonnes) is None else f"{t:.6g}" for kind in NAIVES]
        notes = "; ".join(f"{kind}: {beside[kind].why}" for kind in NAIVES)
        writer.writerow(
            [month_text(one.month), "magnets", one.destination, one.model, one.filing, amount(one.median), amount(one.low),
             amount(one.high), *simple, notes, through.isoformat(), seed]
        )  # fmt: skip
    return out.getvalue()


def plain_predictions(predictions: Sequence[Prediction], naive: Naives) -> list[dict[str, object]]:
    """The same as plain values; a naive forecast that there is not is null, with the reason."""
    return [
        {
            "month": month_text(one.month), "destination": one.destination, "model": one.model, "filing": one.filing,
            "median_t": float(amount(one.median)), "low_t": float(amount(one.low)), "high_t": float(amount(one.high)),
            "naive": {kind: {"tonnes": found.tonnes, "why": found.why}
                      for kind, found in naive[one.destination, one.month].items()},
        }
        for one in predictions
    ]  # fmt: skip


def parameters_csv(posteriors: Sequence[Posterior]) -> str:
    """What the data said of each parameter, beside the range it was drawn from."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            "destination",
            "model",
            "filing",
            "parameter",
            "median",
            "low",
            "high",
            "drawn_from",
            "drawn_to",
            "what",
        ]
    )
    for one in posteriors:
        for found in one.estimates():
            low, high, _ = prior_of(found.name, one.destination)
            numbers = [f"{v:.3g}" for v in (found.value, found.low, found.high, low, high)]
            writer.writerow(
                [one.destination, one.model, one.filing, found.name, *numbers, PARAMETERS[found.name]]
            )
        writer.writerow([one.destination, one.model, one.filing, "log_evidence", f"{one.log_evidence:.1f}", "", "", "", "",
                         "ln of the mean likelihood: higher fits better, within one destination"])  # fmt: skip
    return out.getvalue()


def prior_of(name: str, destination: str) -> tuple[float, float, str]:
    """The range a parameter was drawn from."""
    own = f"{name}_destination"
    return PRIORS[own] if destination != WORLD and own in PRIORS else PRIORS[name]


def table_lines(predictions: Sequence[Prediction], naive: Naives, destinations: Sequence[str]) -> list[str]:
    """Months by destination: pooled, the medians of the four cases, the naive forecasts."""
    lines = []
    for name in destinations:
        mine = [p for p in predictions if p.destination == name]
        lines += [f"{name}, tonnes a month"]
        lines += [
            "  month     pooled median (80 %)    age/wk1  age/even  haz/wk1 haz/even | last known  last year  mean 2024"
        ]
        for month in dict.fromkeys(p.month for p in mine):
            by = {(p.model, p.filing): p for p in mine if p.month == month}
            one = by[POOLED, ""]
            cases = "".join(f"{amount(by[case].median):>9}" for case in CASES)
            simple = "".join(f"{_or_none(naive[name, month][kind]):>11}" for kind in NAIVES)
            band = f"{amount(one.median)} ({amount(one.low)}-{amount(one.high)})"
            lines += [f"  {month_text(month)}   {band:<22}{cases} |{simple}"]
        lines += [""]
    return lines[:-1]


def score_lines(scores: Sequence[Score]) -> list[str]:
    """Errors and coverage; and plainly whether a naive forecast wins."""
    lines = []
    for name in dict.fromkeys(s.destination for s in scores):
        lines += [f"{name}", "  forecast                        months   error   inside 80 %"]
        for one in (s for s in scores if s.destination == name):
            label = f"{one.forecaster}, {one.filing}" if one.filing else one.forecaster
            error = "none" if one.error is None else f"{one.error:.1%}"
            inside = "" if one.inside is None else f"{one.inside:.0%}"
            lines += [f"  {label:<32}{one.months:>5} {error:>8} {inside:>10}".rstrip()]
        for one in (s for s in scores if s.destination == name and s.forecaster == POOLED):
            for kind in one.beaten_by:
                naive, own, months = one.against[kind]
                lines += [
                    f"  A naive forecast wins: {kind} errs by {naive:.1%}, the pooled prediction by {own:.1%} ({_count(months)})"
                ]
            if one.against and not one.beaten_by:
                lines += ["  No naive forecast errs less than the pooled prediction on the same months"]
    return lines


def brier_lines(scores: Sequence[Brier]) -> list[str]:
    """Brier scores, lower is better, beside the base rate."""
    lines = ["halts: P(stopped by the day) against what happened; lower is better"]
    for one in scores:
        lines += [f"  {one.model:<12}{one.firms:>4} firms   Brier {one.score:.3f}   base rate {one.base_rate:.0%} alone "
                  f"{one.of_base_rate:.3f}"]  # fmt: skip
        if one.of_base_rate <= one.score:
            lines += ["  The base rate alone does as well or better"]
    return lines


def page(
    predictions: Sequence[Prediction], posteriors: Sequence[Posterior], naive: Naives, *, through: date, seed: int,
    files: Sequence[tuple[str, int, str]], written: Sequence[tuple[str, str]], spells: Sequence[Spell], measure: str,
    noise: Mapping[str, Noise], used: Sequence[Report], left: Sequence[tuple[Report, str]],
    unable: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """The page beside the prediction file: what it was made from, by which command, and what it takes for granted."""
    months = list(dict.fromkeys(p.month for p in predictions))
    names = list(dict.fromkeys(p.destination for p in predictions))
    pooled = {(p.destination, p.month): p for p in predictions if p.model == POOLED}
    by_case = {(p.destination, p.month, p.model, p.filing): p for p in predictions}
    heads = ["month", "pooled, 80 % interval", *(f"{model}, {filing}" for model, filing in CASES), *NAIVES]
    world = []
    for month in months:
        cases = [_band(by_case[WORLD, month, *case]) for case in CASES]
        simple = [_or_none(naive[WORLD, month][kind]) for kind in NAIVES]
        world.append([month_text(month), f"**{_band(pooled[WORLD, month])}**", *cases, *simple])
    others = [[name, *(_band(pooled[name, month]) for month in months)] for name in names if name != WORLD]
    simple = [
        [name, *(f"{_or_none(naive[name, months[0]][kind])} ({naive[name, months[0]][kind].why})" for kind in (LAST_KNOWN, MEAN_2024)),
         "; ".join(f"{month_text(m)} {_or_none(naive[name, m][LAST_YEAR])}" for m in months if naive[name, m][LAST_YEAR].tonnes)
         or "no month is known"]
        for name in names
    ]  # fmt: skip
    parameters = []
    for one in (p for p in posteriors if p.destination == WORLD):
        for found in one.estimates():
            low, high, how = prior_of(found.name, WORLD)
            parameters.append([one.model, one.filing, PARAMETERS[found.name], f"{found.value:.3g}",
                               f"{found.low:.3g} to {found.high:.3g}", f"{low:g} to {high:g}, {how}"])  # fmt: skip
    evidence = "; ".join(
        f"{p.model}, {p.filing} {p.log_evidence:.1f}" for p in posteriors if p.destination == WORLD
    )
    ahead = f"{month_text(months[0])} to {month_text(months[-1])}"
    text = [
        f"# Magnet exports foretold: {ahead}",
        "",
        f"At the end of this page you know what was foretold of China's exports of magnets, **made on data to {through}**, from",
        "which files, by which command, and what it takes for granted. The numbers are in [prediction.csv](prediction.csv) and",
        "[parameters.csv](parameters.csv). The page is written by the command; the same seed gives the same bytes.",
        "",
        "```sh",
        f"monazite disrupt hindcast --through {through} --seed {seed} --out FOLDER",
        "```",
        "",
        *_table(["input", "rows", "sha256"], [[f"`{name}`", f"{rows}", f"`{sha}`"] for name, rows, sha in files]),
        "",
        f"States of the world of `{measure}` as known on {through}, the last of which is taken to go on through the whole",
        "prediction: " + "; ".join(f"{s.world} from {s.first}" for s in spells if s.first.year > 1) + ". Nothing that was",
        "decided later is used, and no later change of the law is drawn: if the law changes, the interval is too narrow.",
        "",
        "Written with it: " + "; ".join(f"`{name}` (sha256 `{sha}`)" for name, sha in written) + ".",
        "",
        "## The world",
        "",
        "Tonnes a month; forecasts of the models with three significant digits. *Pooled* gives the four cases equal weight,",
        "whatever their fit: nobody knows when the applications were filed. Naive forecasts stand on the right; why there is",
        "none stands in the file.",
        "",
        *_table(heads, world),
        "",
        "## Destinations",
        "",
        "Pooled median and 80 % interval. Destinations are foretold one by one and need not add up to the world. A destination",
        "of which no month after the control is known says little more than the world does.",
        "",
        *_table(["destination", *(month_text(m) for m in months)], others),
        "",
        *([f"Not foretold: {'; '.join(f'{name} ({why})' for name, why in unable)}.", ""] if unable else []),
        "Naive forecasts:",
        "",
        *_table(["destination", LAST_KNOWN, MEAN_2024, LAST_YEAR], simple),
        "",
        "HS 850511 is not among the 74 codes of the shipped BACI extract, so that no yearly total of 2024 by destination comes",
        "from there. The world's total of 2024 includes permanent-magnet alloys.",
        "",
        "## What the months known said of the parameters",
        "",
        "Fitted to the world's months and to the EU's two shares of approvals together. Median, and 10 to 90 %; beside it the",
        "range it was drawn from, which is an assumption. The least age is fitted with the rates: a rate means nothing",
        "without its least age. Destinations are in parameters.csv.",
        "",
        *_table(["model", "filed", "parameter", "median", "10 to 90 %", "drawn from"], parameters),
        "",
        f"Ln of the mean likelihood: {evidence}.",
        "If all four were equally likely before, the odds between two are now e to the difference. The pooled figures do not use them.",
        "",
        "## What it takes for granted",
        "",
        "- Orders are flat over days: no front-loading, no answer to price, no home-made substitute. Their growth over the year",
        "  before is drawn from 0 to 20 % for the world and from -20 to 40 % for a destination.",
        "- *All in week 1*: each buyer files once, orders nothing until he has a licence, and then as before. *Evenly*: a licence",
        "  for each order, so that a backlog is freed. Licences are renewed in time.",
        "- " + "; ".join(f"{name}: ln tonnes vary by {n.variance**0.5:.3f} from month to month ({n.says})" for name, n in noise.items())
        + ".",
        "  One year of months cannot tell season from chance: the share that is season is drawn from 0.1 to 0.9.",
        "- A destination's lag starts from the world's posterior, widened twofold in variance; the multiplier of the hazard is 1",
        "  for the EU and its members and drawn from 0.1 to 1 for others. Counts of approvals of one US firm (5 of 180) and of Indian",
        "  firms (0 of 21) are not used here: exports to both went on while the counts were near none. They disagree, and",
        "  `monazite disrupt calibrate` shows what the counts say.",
        "- Some months of 2024 and early 2025 are marked `derived`: they come from changes against a year before that were reported",
        "  after July 2025. The operands are not in the file; the months themselves lie before the cut. Data *to* a day are about",
        "  months to that day: the figures of July 2025 were published in August.",
        "",
        "## Rows used and left out",
        "",
        f"Used: {len(used)} rows of the export table. Left out of the fit:",
        "",
        *_table(["row", "month", "destination", "why"],
                [[r.where, r.period, r.destination, why] for r, why in left]),
        "",
        "A row that gives a change alone is used as a change; no base is made up for it.",
        "",
    ]  # fmt: skip
    return "\n".join(text)


def _count(months: int) -> str:
    return f"{months} month{'s' if months > 1 else ''}"


def _band(one: Prediction) -> str:
    return f"{amount(one.median)} ({amount(one.low)}-{amount(one.high)})"


def _or_none(found: Naive) -> str:
    return "none" if found.tonnes is None else f"{found.tonnes:.4g}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]
