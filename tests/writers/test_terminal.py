from monazite.determine.survey import Survey
from monazite.writers.report import Shown
from monazite.writers.terminal import WIDTH, summary_lines


def test_the_summary_is_short_and_narrow_and_plain(awkward: Survey, awkward_shown: Shown):
    lines = summary_lines(awkward, shown=awkward_shown)
    assert len(lines) < 60
    assert max(len(line) for line in lines) <= WIDTH
    assert "\033" not in "".join(lines)


def test_it_counts_what_the_survey_counts(awkward: Survey, awkward_shown: Shown):
    lines = summary_lines(awkward, shown=awkward_shown)
    for verdict, number in awkward.counts("CN").items():
        assert any(line.strip().startswith(f"{verdict} ") and f" {number:,}" in line for line in lines), (
            verdict
        )


def test_it_names_the_worst_parts_and_what_to_ask_first(awkward: Survey, awkward_shown: Shown):
    text = "\n".join(summary_lines(awkward, shown=awkward_shown))
    assert awkward_shown.picked.lines[0].part in text
    assert "Ask first" in text
    assert "report.html" in text


def test_colours_come_only_when_asked_for(awkward: Survey, awkward_shown: Shown):
    assert "\033[" in "".join(summary_lines(awkward, shown=awkward_shown, colour=True))
