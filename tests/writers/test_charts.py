from datetime import date

from monazite.determine.survey import Survey
from monazite.terms.outcomes import VERDICTS
from monazite.writers.charts import (
    COLOURS,
    HATCHES,
    course,
    picture,
    specification,
    stretches,
    tally,
    timeline,
)
from monazite.writers.drawing import Drawing, Picture
from monazite.writers.picks import Doubt, pick


def drawn(spec: dict) -> str:  # type: ignore[type-arg]
    return Drawing([Picture(spec=spec, title="t", ident="t")]).raw()[0]


def test_every_outcome_has_a_colour_of_its_own():
    assert set(COLOURS) == {str(verdict) for verdict in VERDICTS}
    assert len({*COLOURS.values(), *HATCHES.values()}) == len(COLOURS) + len(HATCHES)


def test_a_timeline_holds_every_answer_with_its_days(awkward: Survey):
    lines = [line for line in pick(awkward).lines if line.part == "plain-1"]
    spec = specification(timeline(lines, first=awkward.first, last=awkward.last))
    held = {(row["from"], row["outcome"]) for row in _values(spec) if "outcome" in row}
    assert held == {(line.first.isoformat(), str(line.outcome)) for line in lines}


def _values(spec: dict) -> list[dict]:  # type: ignore[type-arg]
    """Every distinct row of data of a specification."""
    found = [row for rows in spec.get("datasets", {}).values() for row in rows]
    stack: list[object] = [spec]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            own = node.get("values")
            found += [row for row in own if isinstance(row, dict)] if isinstance(own, list) else []
            stack += node.values()
        elif isinstance(node, list):
            stack += node
    return list({repr(row): row for row in found}.values())


def test_a_picture_uses_the_page_s_colours_hatches_what_is_open_and_asks_no_host(awkward: Survey):
    lines = pick(awkward).lines
    spec = specification(timeline(lines, first=awkward.first, last=awkward.last, reviewed=date(2026, 10, 8)))
    svg = picture(drawn(spec), title="a <title>", ident="t")
    assert "var(--o-not-controlled)" in svg
    assert 'aria-label="a &lt;title&gt;"' in svg
    for doubt in {line.doubt for line in lines} - {Doubt.NONE}:
        assert f"url(#hatch-{doubt})" in svg
    assert not any(colour in svg for colour in (*COLOURS.values(), *HATCHES.values()))
    assert "http" not in svg
    assert "<script" not in svg
    assert "现不生效" in svg


def test_a_picture_is_the_same_each_time_it_is_drawn(awkward: Survey):
    spec = specification(tally(awkward.counts("CN")))
    assert picture(drawn(spec), title="t", ident="t") == picture(drawn(spec), title="t", ident="t")


def test_the_course_counts_every_pair_on_every_day(awkward: Survey):
    found = stretches(awkward, "CN")
    assert {sum(stretch.counts.values()) for stretch in found} == {len(awkward.batch.node)}
    assert (found[0].start, found[-1].stop.toordinal() - 1) == (awkward.first, awkward.last.toordinal())
    spec = specification(course(found, first=awkward.first, last=awkward.last))
    assert sum(row["pairs"] for row in _values(spec) if row.get("from") == awkward.first.isoformat()) == len(
        awkward.batch.node
    )
