"""The law in time in a real browser; skipped where there is none."""

from datetime import date
from pathlib import Path

import pytest

from monazite.regime.book import Book
from monazite.writers.timeline_page import write_timeline_page
from tests.regime.small_book import small_book
from tests.regime.test_status import LATER
from tests.writers.test_browser import Opened, browser, pytestmark  # noqa: F401
from tests.writers.test_timeline import EVENTS, FIRST, LAST, ON, SOURCES

NO_61 = "[data-measure='cn-mofcom-2025-61']"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    law = small_book(folder / "law", {"cn/measures/three.yaml": LATER})
    return write_timeline_page(folder / "small.html", law, law.provisions.values(), FIRST, LAST, on=ON,
                               measures=law.measures, events=EVENTS, event_sources=SOURCES)  # fmt: skip


@pytest.fixture(scope="module")
def whole(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_timeline_page(tmp_path_factory.mktemp("page") / "whole.html", book, book.provisions.values(),
                               date(2020, 12, 1), date(2028, 12, 31), on=date(2026, 11, 22), measures=book.measures)  # fmt: skip


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_whole_book_fits_the_screen_and_asks_no_host(browser, whole: Path, width: int, scheme: str):  # noqa: F811
    with Opened(browser, whole, viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        page.click("[name=open]")
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator("label[for=in-zh]").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("h1").inner_text() == "出口管制法规时间线"


def test_a_measure_opens_its_provisions_and_a_bar_says_what_stands_behind_it(browser, whole: Path):  # noqa: F811
    with Opened(browser, whole) as page:
        page.locator(f"{NO_61} .label button").press("Enter")
        clause = page.locator(f"{NO_61} .provision").first
        assert clause.locator(".stretch").count() == 4
        clause.locator(".stretch").nth(2).click()
        text = page.locator("#detail").inner_text()
        for said in ("uncertain: A suspended, B in force", "2026-11-11 – 2027-01-10", "It would be settled by", "Unverified"):  # fmt: skip
            assert said in text
        assert page.locator("#detail a[href^=http]").first.is_visible()
        page.keyboard.press("Escape")
        assert page.locator("#detail").is_hidden()


def test_the_slider_goes_back_to_what_was_known(browser, small: Path):  # noqa: F811
    with Opened(browser, small) as page:
        one = page.locator("[data-measure=cn-one]")
        one.locator(".label button").click()
        first = one.locator(".provision").first
        shown = [
            "announced, 2030-01-01 – 2030-01-31", "in force, 2030-02-01 – 2030-02-28", "suspended, 2030-03-01 – 2030-06-30",
            "uncertain: A suspended, B in force, 2030-07-01 – 2030-09-30", "in force, 2030-10-01 – …",
        ]  # fmt: skip

        def bars() -> list[str]:
            return first.locator(".stretch").evaluate_all(
                "all => all.map(one => one.getAttribute('aria-label'))"
            )

        assert bars() == shown
        page.locator("#known").press("Home")
        assert page.locator(".knowledge output b").inner_text() == "2030-01-01"
        assert bars() == [shown[0], "in force, 2030-02-01 – …"]
        assert page.locator("[data-measure=cn-two]").is_hidden()
        assert page.locator(".event").count() == 0
        page.click("[name=after]")
        assert bars() == [*shown[:3], "in force, 2030-07-01 – …"]
        assert "No. 2 of 2030" in page.locator(".knowledge output").inner_text()
        page.locator("#known").press("End")
        assert bars() == shown


def test_filters_show_what_they_name(browser, small: Path):  # noqa: F811
    with Opened(browser, small) as page:
        shown = page.locator(".measure:visible")
        assert shown.count() == 3
        page.fill("[name=search]", "second measure")
        assert shown.count() == 1
        page.fill("[name=search]", "listed parties are refused")
        assert page.locator(".provision:visible").count() == 1
        page.fill("[name=search]", "no such law")
        assert page.get_by_text("Nothing fits.").is_visible()
        page.fill("[name=search]", "")
        page.locator(".chips label", has_text="uncertain").click()
        assert shown.count() == 1
        page.click("button[type=reset]")
        page.wait_for_function("document.querySelectorAll('.measure:not([hidden])').length === 3")
        assert (
            page.locator("[data-track=events] .event").count() == 2
        )  # two of three stand too near to tell apart
        page.select_option("[name=lever]", "tariff")
        page.locator("[data-track=events] .event").click()
        assert "made up <tariff>" in page.locator("#detail").inner_text()
        assert page.locator("#detail").get_by_text("deal").count() == 0


def test_the_lanes_are_walked_by_keys_alone(browser, small: Path):  # noqa: F811
    with Opened(browser, small) as page:
        page.locator("[data-opens=cn-one]").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        assert "2030-02-01" in page.locator("#detail").inner_text()
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.closest('.provision') !== null")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "detail"
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.className").startswith("stretch")


def test_the_page_prints(browser, small: Path):  # noqa: F811
    with Opened(browser, small) as page:
        assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_phone_gets_a_list_of_days(browser, small: Path):  # noqa: F811
    with Opened(browser, small, viewport={"width": 390, "height": 844}, has_touch=True) as page:
        page.locator("[data-opens=cn-one]").tap()
        days = page.locator("[data-measure=cn-one] > .spans button")
        assert days.first.is_visible()
        days.first.tap()
        assert "2030-01-01 – 2030-01-31" in page.locator("#detail").inner_text()
        page.locator("#detail .close").tap()
        assert page.locator("#detail").is_hidden()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_phone_cuts_no_link_and_no_name(browser, small: Path, whole: Path, language: str):  # noqa: F811
    phone = {"width": 390, "height": 844}
    with Opened(browser, small, viewport=phone) as page:
        page.locator(f"label[for=in-{language}]").click()
        links = page.locator(".tabs a")
        assert links.count() == 5
        assert all(box["x"] + box["width"] <= 390 for box in (link.bounding_box() for link in links.all()))
    with Opened(browser, whole, viewport=phone) as page:
        page.locator(f"label[for=in-{language}]").click()
        said, last = page.locator(".knowledge output"), int(page.locator("#known").get_attribute("max"))
        page.locator("#known").press("Home")
        for _ in range(last):
            page.click("[name=after]")
            assert said.evaluate("one => one.scrollWidth <= one.clientWidth"), said.inner_text()


def test_what_became_known_is_named_in_the_language_of_the_page(browser, whole: Path):  # noqa: F811
    with Opened(browser, whole) as page:
        page.locator("label[for=in-zh]").click()
        said, page_day = page.locator(".knowledge output"), page.locator(".knowledge output b")
        page.locator("#known").press("Home")
        seen: set[bool] = set()
        for _ in range(int(page.locator("#known").get_attribute("max"))):
            page.click("[name=after]")
            words = said.evaluate(
                """one => { const held = one.cloneNode(true);
                for (const own of held.querySelectorAll(".en, [lang=en], b")) own.remove(); return held.textContent; }"""
            )
            assert "Announcement" not in words, page_day.inner_text()
            assert "CFR" not in words, page_day.inner_text()
            seen.add(said.locator("span[lang=en]").count() > 0)
        assert seen == {True, False}
        assert page.get_by_text("新近公布").first.is_visible()


def test_a_last_day_before_the_first_is_said(browser, small: Path):  # noqa: F811
    with Opened(browser, small) as page:
        wanting = page.locator(".wanting")
        assert wanting.is_hidden()
        page.fill("[name=last]", "2029-01-01")
        assert (
            wanting.inner_text()
            == "A first day and a later last day are wanted. The lanes still show 2029-11-01 – 2030-12-31"
        )
        assert page.locator("[name=last]").get_attribute("aria-invalid") == "true"
        page.locator("label[for=in-zh]").click()
        assert wanting.inner_text().startswith("须填写起始日及晚于它的结束日")
        page.fill("[name=last]", "2030-06-30")
        assert wanting.is_hidden()


def test_without_scripts_the_page_shows_lanes_and_every_provision(browser, small: Path):  # noqa: F811
    with Opened(browser, small, java_script_enabled=False) as page:
        assert page.locator("[data-measure=cn-one] .stretch").count() == 5
        page.locator("#m-cn-one summary").click()
        assert page.locator("#m-cn-one").get_by_text("2030-07-01 – 2030-09-30").first.is_visible()
        assert not page.locator("#filters").is_visible()
        assert not page.locator("#known").is_visible()
        page.locator("label[for=in-zh]").click()
        assert page.locator("h1").inner_text() == "出口管制法规时间线"
