"""What all tests share: the repository's root, the book of law, golden files, and how Hypothesis draws."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from monazite.readers.law import read_book
from monazite.regime.book import Book

ROOT = Path(__file__).resolve().parent.parent

# The same examples in every run, and no clock: a slow machine is no fault. What fails is shown as it was drawn;
# `--hypothesis-profile=shrink` looks for a smaller example, which can take minutes.
settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("shrink", settings.get_profile("suite"), phases=list(Phase))
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite the golden files instead of comparing")


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def book() -> Book:
    """The book of law that the package ships."""
    return read_book()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the file `golden/<name>` beside the test; `make golden` rewrites the file.

    Example: `golden("magnet.txt", report)`.
    """
    folder = request.path.parent / "golden"

    def compare(name: str, text: str) -> None:
        file = folder / name
        if request.config.getoption("--golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        assert file.exists(), f"{file.relative_to(ROOT)} is missing: make golden, then read it"
        assert text == file.read_text(encoding="utf-8"), f"{file.relative_to(ROOT)} differs: see make golden"

    return compare
