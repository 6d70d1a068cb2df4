"""The page on lines: whole, in both languages, the same bytes each time, and numbers as in the tables."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from monazite.cli import main
from monazite.regime.book import Book

WORDS = ("--from", "2025-05-01", "--draws", "20")


def written(plan: Path, out: Path, *words: str) -> Path:
    done = CliRunner().invoke(main, ["disrupt", "line", str(plan), *WORDS, *words, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0] == f"Open {out / 'report.html'}"
    return out


@pytest.fixture(autouse=True, scope="module")
def read_once(book: Book) -> Iterator[None]:
    """The shipped book of law is read once for all commands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monazite.readers.law.read_book", lambda path=None: book)
        yield


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(root / "examples/line-stop-by-day", tmp_path_factory.mktemp("out"), "--horizon", "240")


def test_the_page_holds_everything_and_asks_no_host(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"<(link|img|iframe)|\bsrc=|@import|url\(", page)
    assert "default-src 'none'" in page
    for ident in ("line-0", "line-1", "losses", "by-day", "licences", "assumptions", "inputs", "limits"):
        assert page.count(f'id="{ident}"') == 1
        assert f'href="#{ident}"' in page
    assert page.count("<svg") == 4  # two parts, two lines
    assert "虚构数据" in page
    shown = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"\bnan\b", shown)


def test_every_text_that_differs_stands_in_both_languages(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.count('<span class="en">') == page.count('<span class="zh" lang="zh">') > 200
    assert 'data-en="days lost, expected" data-zh="预期损失天数"' in page
    chinese = re.findall(r'lang="zh">([^<$]+)<', page)
    assert [text for text in chinese if not re.search("[一-鿿]", text)] == []


def test_the_numbers_of_the_page_are_those_of_the_tables(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    found = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    for answer in found["lines"]:
        assert f"<b>{answer['mean_days_lost']:.1f}</b>" in page
        assert f"{answer['margin_lost']:,.0f} EUR" in page
    for one in found["by_the_day"]["runs"]:
        assert f"{one['lines'][0]['mean_days_lost']:.1f} <span" in page
    for file in found["inputs"]["files"]:
        assert file["sha256"] in page
    for one in found["inputs"]["ranges"]:
        assert one["source"].split('"')[0].split("'")[0] in page
    swings = found["one_assumption_at_a_time"]
    assert {one["assumption"] for one in swings} >= {
        "median lag",
        "share refused",
        "stock",
        "share held at customs",
    }
    rows = (folder / "answers.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + sum(len(answer["parts"]) for answer in found["lines"])


def test_same_seed_same_bytes(root: Path, tmp_path: Path) -> None:
    words = ("--model", "age", "--only", "rotor-spares", "--horizon", "90")
    one, two = (
        written(root / "examples/line-stop-by-day", tmp_path / name, *words) for name in ("one", "two")
    )
    for name in ("report.html", "answers.csv", "answers.json"):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_what_never_comes_has_no_margin_or_is_not_determined_still_makes_a_page(
    root: Path, tmp_path: Path
) -> None:
    plan = Path(shutil.copytree(root / "examples/line-stop", tmp_path / "plan"))
    (plan / "lines.csv").write_text("line,margin_per_day,currency\nmotor-line,,EUR\nrotor-spares,5,USD\n")
    (plan / "determinations.csv").write_text(
        "part,outcome,at_least,at_most\nev-magnets,prohibited,,\nposition-sensor,needs evidence,,\n"
    )
    (plan / "licences.csv").unlink()
    out = written(plan, tmp_path / "out", "--model", "age")
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "not stated" in page
    assert "∞ / ∞ / ∞" in page
    assert 'id="licences"' not in page
    found = json.loads((out / "answers.json").read_text(encoding="utf-8"))
    assert found["lines"][0]["margin_lost"] is None
    assert found["lines"][0]["p_stopped_at_horizon"] == 1


def test_a_name_that_is_markup_stays_text(root: Path, tmp_path: Path) -> None:
    plan = Path(shutil.copytree(root / "examples/line-stop", tmp_path / "plan"))
    for name in ("lines.csv", "use.csv"):
        text = (plan / name).read_text(encoding="utf-8")
        (plan / name).write_text(text.replace("motor-line", "<script>x</script>"), encoding="utf-8")
    page = (written(plan, tmp_path / "out", "--model", "age", "--horizon", "60") / "report.html").read_text(
        encoding="utf-8"
    )
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.browser
@pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on this machine: apt install chromium fonts-noto-cjk"
)
def test_in_a_browser_nothing_overflows_in_either_language(folder: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for width, locale in ((1280, "en-GB"), (390, "en-GB"), (390, "zh-CN")):
            page = browser.new_page(viewport={"width": width, "height": 900}, locale=locale)
            asked: list[str] = []
            wrong: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("pageerror", lambda error, wrong=wrong: wrong.append(str(error)))
            page.goto((folder / "report.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.inner_text("#limits h2") == (
                "本页不能说明的" if locale == "zh-CN" else "What this page cannot say"
            )
            assert [url for url in asked if not url.startswith("file:")] == wrong == []
            page.close()
        browser.close()
