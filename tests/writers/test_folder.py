from pathlib import Path

from monazite.determine.survey import Survey
from monazite.writers.folder import write_folder
from monazite.writers.report import Shown


def test_a_folder_holds_everything_and_says_what_to_open(
    awkward: Survey, awkward_shown: Shown, tmp_path: Path
):
    lines = write_folder(tmp_path / "out", awkward, shown=awkward_shown)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "report.html",
        "report.xlsx",
        "results.parquet",
        "results.csv",
        "results.json",
        "regimes.csv",
        "requests.csv",
        "letters",
    }
    assert lines[0] == f"Open {tmp_path / 'out' / 'report.html'}"
    assert all(any(name in line for line in lines) for name in names)
