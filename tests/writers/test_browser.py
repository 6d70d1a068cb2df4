"""The report in a real browser; skipped where there is none."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from monazite.determine.survey import Survey, survey
from monazite.readers.catalogue import read_catalogue
from monazite.readers.law import read_book
from monazite.readers.reference import read_reference
from monazite.writers.report import Shown, write_report
from tests.writers.two_regimes import BOOK, CATALOGUE, write_files

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install monazite[test]"
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no chromium on this machine: apt install chromium fonts-noto-cjk"
    ),
]
ROW = "#answers-table tbody tr.row"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield found
        found.close()


@pytest.fixture(scope="module")
def file(awkward: Survey, awkward_shown: Shown, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(
        tmp_path_factory.mktemp("page") / "report.html", awkward, shown=awkward_shown, title="Awkward"
    )


class Opened:
    """A page that notes what it asked for and what went wrong."""

    def __init__(self, browser, file: Path, **context) -> None:
        self.context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **context}
        )
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on(
            "console", lambda message: self.wrong.append(message.text) if message.type == "error" else None
        )
        self.page.goto(file.as_uri())

    def __enter__(self):
        return self.page

    def __exit__(self, *_: object) -> None:
        self.context.close()
        assert self.wrong == []
        assert [url for url in self.asked if not url.startswith("file:")] == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_the_screen_and_asks_no_host(browser, file: Path, width: int, scheme: str):
    with Opened(browser, file, viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        page.locator(ROW).first.click()
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator("label[for=in-zh]").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_filters_and_search_show_what_they_name(browser, file: Path, awkward_shown: Shown):
    lines = awkward_shown.picked.lines
    with Opened(browser, file) as page:
        rows = page.locator(ROW)
        assert rows.count() == min(len(lines), 100)
        page.fill("[name=search]", "PLAIN-1")
        assert rows.count() == sum(line.part == "plain-1" for line in lines)
        page.select_option("[name=move]", "jp-de")
        assert rows.count() == sum(line.part == "plain-1" and line.move == "jp-de" for line in lines)
        page.fill("[name=on]", "2025-10-20")
        assert rows.count() == 1
        page.click("button[type=reset]")
        page.wait_for_function(f"document.querySelectorAll('{ROW}').length === {min(len(lines), 100)}")
        page.locator(".chips label", has_text="not controlled").click()
        assert rows.count() == sum(line.outcome == "not controlled" for line in lines)
        page.fill("[name=search]", "no such part")
        assert rows.count() == 0
        assert page.get_by_text("No answer fits these filters.").is_visible()


def test_a_search_is_text_and_not_markup(browser, file: Path):
    with Opened(browser, file) as page:
        page.fill("[name=search]", "</script>")
        assert page.locator(ROW).first.locator("b").first.inner_text() == "</script><script>alert(1)</script>"


def test_an_answer_opens_its_explanation_and_closes_it(browser, file: Path, awkward_shown: Shown):
    answer = awkward_shown.explained.explanations[0].answer
    with Opened(browser, file) as page:
        page.locator(f"{ROW} button").first.press("Enter")
        why = page.locator("tr.why")
        assert page.locator(f"{ROW} button").first.get_attribute("aria-expanded") == "true"
        text = why.inner_text()
        assert answer.under[0].cite in text
        assert answer.under[0].sources[0].what in text
        for duty in answer.duties:
            assert duty.provision in text
        tree = why.locator("ul.tree").first.locator("details").first
        tree.locator("summary").first.click()
        tree.locator("li").first.wait_for(state="visible")
        page.locator(f"{ROW} button").first.press("Enter")
        assert why.count() == 0


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of two regimes, one of which is asked about some pairs only."""
    folder = tmp_path_factory.mktemp("two")
    book = read_book(str(write_files(folder / "law", BOOK)))
    read = read_catalogue(write_files(folder / "catalogue", CATALOGUE), reference=read_reference())
    found = survey(book, read.catalogue, read.moves, ships=read.shipped, days=(date(2030, 3, 1),))
    return write_report(folder / "report.html", found, title="Two")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_two_regimes_stand_side_by_side_on_a_page_of_any_width(browser, two: Path, width: int, language: str):
    with Opened(browser, two, viewport={"width": width, "height": 900}) as page:
        page.locator(f"label[for=in-{language}]").click()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        here, there = (box.bounding_box() for box in page.locator(".regimes > div").all())
        assert (here["y"] == there["y"]) == (width == 1280)
        table = page.locator("table.together")
        assert table.locator("tbody tr").count() == 3
        assert table.evaluate("t => t.getBoundingClientRect().right") <= width
        assert page.locator(".unasked").count() == 2


def test_an_answer_tells_what_other_law_says_of_the_same_item_and_move(browser, two: Path):
    with Opened(browser, two) as page:
        page.select_option("[name=regime]", "CN")
        for part, said in (("motor", "United States: licence"), ("magnet", "United States: not asked")):
            page.fill("[name=search]", part)
            page.locator(f"{ROW} button").first.click()
            assert said in " ".join(page.locator("tr.why").inner_text().split())
            page.locator(f"{ROW} button").first.click()


def test_the_page_turns_chinese_without_reloading_and_back(browser, file: Path):
    with Opened(browser, file) as page:
        page.evaluate("window.here = 1")
        assert page.locator("#answers h2").inner_text() == "Answers"
        page.locator("label[for=in-zh]").click()
        assert page.locator("#answers h2").inner_text() == "判定结果"
        assert page.locator("html").get_attribute("lang") == "zh"
        assert "待补证据" in page.locator(ROW).first.inner_text()
        assert page.get_attribute("[name=search]", "placeholder") == "零部件或供应商"
        page.locator("label[for=in-en]").click()
        assert page.locator("#answers h2").inner_text() == "Answers"
        assert page.evaluate("window.here") == 1


def test_legal_terms_stand_in_both_languages_at_once(browser, file: Path):
    with Opened(browser, file) as page:
        tile = page.locator(".tile").first
        assert tile.locator("[lang=en]").first.is_visible()
        assert tile.locator("[lang=zh]").first.is_visible()


def test_without_scripts_the_page_shows_rows_and_explanations(browser, file: Path, awkward_shown: Shown):
    with Opened(browser, file, java_script_enabled=False) as page:
        assert page.locator("#answers-table tbody tr").count() == min(len(awkward_shown.picked.lines), 200)
        first = page.locator("#e0")
        first.locator("summary").first.click()
        assert first.get_by_text(
            awkward_shown.explained.explanations[0].answer.under[0].cite
        ).first.is_visible()
        assert not page.locator("#filters").is_visible()
        page.locator("label[for=in-zh]").click()
        assert page.locator("#answers h2").inner_text() == "判定结果"


def test_ten_thousand_answers_are_filtered_at_once(browser, thousands: tuple[Survey, Shown], tmp_path: Path):
    survey, shown = thousands
    with Opened(browser, write_report(tmp_path / "report.html", survey, shown=shown)) as page:
        assert page.locator(ROW).count() == 100
        page.click("[name=next]")
        assert page.locator("#pager output").inner_text().startswith("101–200")
        took = page.evaluate(
            """() => { const box = document.querySelector('[name=search]'), from = performance.now();
                       box.value = 'P-00017'; box.dispatchEvent(new Event('input', {bubbles: true}));
                       return performance.now() - from; }"""
        )
        assert page.locator(ROW).count() == sum(line.part == "P-00017" for line in shown.picked.lines)
        assert took < 1000
        page.fill("[name=search]", "")
        page.locator("th[data-sort=part] button").click()
        assert "P-00000" in page.locator(ROW).first.inner_text()


def test_the_page_prints(browser, file: Path):
    with Opened(browser, file) as page:
        assert page.pdf(format="A4").startswith(b"%PDF")
