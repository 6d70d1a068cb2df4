"""`monazite leverage claims`."""

import json
from pathlib import Path

from click.testing import CliRunner

from monazite.cli import main


def test_the_command_writes_the_page_of_the_manual(tmp_path: Path, root: Path) -> None:
    out = tmp_path / "claims.md"
    ran = CliRunner().invoke(main, ["leverage", "claims", "--out", str(out)])
    assert (ran.exit_code, ran.output) == (0, f"{out}: 12 claims\n")
    assert out.read_bytes() == (root / "docs/claims.md").read_bytes()


def test_json_goes_to_standard_output() -> None:
    ran = CliRunner().invoke(main, ["leverage", "claims", "--format", "json"])
    assert ran.exit_code == 0
    assert len(json.loads(ran.output)["claims"]) == 12


def test_lines_are_the_default() -> None:
    ran = CliRunner().invoke(main, ["leverage", "claims"])
    assert ran.exit_code == 0
    assert "[rand-40]" in ran.output
