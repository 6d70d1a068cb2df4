"""The page of an account in a real browser; skipped where there is none."""

from pathlib import Path

import pytest

from monazite.writers.leverage_page import write_leverage_page
from tests.writers.leverage_account import made_account
from tests.writers.test_browser import Opened, browser, pytestmark  # noqa: F401


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_leverage_page(tmp_path_factory.mktemp("page") / "leverage.html", made_account())


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_fits_the_screen_in_both_languages(browser, file: Path, width: int, scheme: str):  # noqa: F811
    with Opened(browser, file, viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        for language, heading in (("zh", "各环节的关键节点"), ("en", "Chokepoints by stage")):
            page.locator(f"label[for=in-{language}]").click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.locator("#stages h2").inner_text() == heading
        drawn = page.locator("#flows figure svg:visible")
        assert drawn.count() == 1
        assert drawn.evaluate("s => s.getBoundingClientRect().right") <= width


def test_tables_sort_and_the_map_says_what_is_under_the_pointer(browser, file: Path):  # noqa: F811
    with Opened(browser, file) as page:
        page.locator("#world summary").click()
        table = page.locator("table[data-table=world]")
        for _ in range(2):
            table.locator("thead th button").nth(1).click()
            codes = table.locator("tbody tr td:first-child").all_inner_texts()
            assert codes[-1].startswith("Australia")
        assert codes[0].startswith("European Union")
        page.locator("svg.world path[data-en=China]").hover()
        assert page.locator("#world output").inner_text() == "China: 70.0 %"
        assert page.pdf(format="A4").startswith(b"%PDF")


def test_without_scripts_everything_stands_there(browser, file: Path):  # noqa: F811
    with Opened(browser, file, java_script_enabled=False) as page:
        assert page.locator("table[data-table=dominated-CHN] tbody tr").count() == 2
        assert page.locator("#variants .strips .track i").count() == 5
        page.locator("label[for=in-zh]").click()
        assert page.locator("#screens h2").inner_text() == "筛查方法并列"
