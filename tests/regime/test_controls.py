"""Which goods stand under which provision on a day, by customs code: on a small book, and on the law that ships."""

from datetime import date
from pathlib import Path

import pytest

from monazite.leverage.supply_risk import trade_factors
from monazite.regime.book import Book
from monazite.regime.controls import HINT, Control, controls_for, controls_on
from monazite.regime.model import Effect, Status
from tests.regime.small_book import FILES, changed, small_book

EXPORT = changed("cn/measures/one.yaml", "when: {to: {outside: [CHN]}}",
                 "when: {all: [{from: {in: [CHN]}}, {to: {outside: [CHN]}}]}")  # fmt: skip
CODES = {"cn/items/annex.csv": FILES["cn/items/annex.csv"].replace(",2805,", ",2805.30;2846901600,")}
BOOK = {**EXPORT, **CODES}

NOW = date(2030, 2, 10)
SUSPENDED = date(2030, 3, 10)


def with_provision(text: str) -> dict[str, str]:
    """The small book with one more provision in its first measure."""
    ((name, measure),) = EXPORT.items()
    return {**BOOK, name: measure + text}


def only(controls: tuple[Control, ...], provision: str) -> Control:
    (found,) = [control for control in controls if control.provision == provision]
    return found


def test_a_control_tells_whose_exports_what_by_which_measure_and_how_it_stands(tmp_path: Path):
    (found,) = controls_on(small_book(tmp_path, BOOK), NOW)
    assert (found.on, found.regime, found.exporter) == (NOW, "CN", "CHN")
    assert (found.measure, found.provision, found.item_list) == ("cn-one", "cn-one/1", "cn-one/annex")
    assert (found.effect, found.status, found.says) == (
        Effect.LICENCE,
        Status.IN_FORCE,
        "A licence is needed.",
    )
    assert found.code_hints == ("280530", "2846901600")  # digits alone
    assert found.is_general
    assert [line.line for line in found.lines] == ["dy", "magnet", "battery"]


def test_the_status_is_that_of_the_day(tmp_path: Path):
    book = small_book(tmp_path, BOOK)
    stood = {
        day: only(controls_on(book, day), "cn-one/1").status
        for day in (date(2030, 1, 10), NOW, SUSPENDED, date(2030, 7, 1))
    }
    assert list(stood.values()) == [Status.ANNOUNCED, Status.IN_FORCE, Status.SUSPENDED, Status.IN_FORCE]
    assert controls_on(book, date(2029, 12, 31)) == ()


def test_what_was_not_known_yet_is_left_out(tmp_path: Path):
    book = small_book(tmp_path, BOOK)
    assert only(controls_on(book, SUSPENDED, known_on=date(2030, 2, 1)), "cn-one/1").status is Status.IN_FORCE
    assert controls_on(book, SUSPENDED, known_on=date(2029, 12, 31)) == ()


@pytest.mark.parametrize("code", ["28", "280530", "2805.30", "2805301234", "2846", "284690"])
def test_a_code_is_found_by_prefix_both_ways(tmp_path: Path, code: str):
    assert len(controls_for(controls_on(small_book(tmp_path, BOOK), NOW), code)) == 1


@pytest.mark.parametrize("code", ["280540", "2846902600", "810110"])
def test_another_code_is_not_found(tmp_path: Path, code: str):
    assert controls_for(controls_on(small_book(tmp_path, BOOK), NOW), code) == ()


def test_a_match_keeps_the_lines_that_were_found_alone(tmp_path: Path):
    (found,) = controls_for(controls_on(small_book(tmp_path, BOOK), NOW), "284690")
    assert [line.line for line in found.lines] == ["dy"]


def test_lines_without_a_code_are_found_by_their_form_where_a_subheading_names_one(tmp_path: Path):
    controls = controls_on(small_book(tmp_path, BOOK), NOW)
    (found,) = controls_for(controls, "850511")
    assert [line.line for line in found.lines] == ["magnet"]
    assert controls_for(controls, "850511", forms=()) == ()
    (found,) = controls_for(controls, "850760", forms=["battery"])
    assert [line.line for line in found.lines] == ["battery"]


@pytest.mark.parametrize("code", ["", "8", "magnet", "28053012345"])
def test_what_is_no_customs_code_is_refused(tmp_path: Path, code: str):
    with pytest.raises(ValueError, match="is no customs code"):
        controls_for(controls_on(small_book(tmp_path, BOOK), NOW), code)


def test_a_code_is_called_a_hint():
    assert "hints" in HINT
    assert "Harmonized System" in HINT


def test_a_provision_of_some_destinations_or_parties_is_not_general(tmp_path: Path):
    book = small_book(tmp_path, with_provision("""\
  - id: "4"
    cite: clause 4
    says: Nothing goes to listed parties in the east.
    effect: ban
    when:
      all:
        - {definition: abroad}
        - {item: {on: annex}}
        - {to: {in: [east]}}
        - {party: {roles: [end_user], on: [cn-list]}}
    status: [{is: in force, from: 2030-02-01}]
    source: text
"""))  # fmt: skip
    found = only(controls_on(book, NOW), "cn-one/4")
    assert (found.effect, found.destinations, found.narrowed) == (
        Effect.BAN,
        ("east",),
        ("parties: cn-list",),
    )
    assert not found.is_general
    assert not found.abroad


def test_one_way_without_limits_makes_a_list_general(tmp_path: Path):
    book = small_book(tmp_path, with_provision("""\
  - id: "4"
    cite: clause 4
    says: Either way it needs a licence.
    effect: licence
    when:
      all:
        - {definition: abroad}
        - any:
            - {all: [{item: {on: annex}}, {use.military: yes}]}
            - {item: {on: annex}}
    status: [{is: in force, from: 2030-02-01}]
    source: text
"""))  # fmt: skip
    assert only(controls_on(book, NOW), "cn-one/4").is_general


def test_what_binds_abroad_is_said_to(tmp_path: Path):
    book = small_book(tmp_path, with_provision("""\
  - id: "4"
    cite: clause 4
    says: Goods of that origin need leave abroad too.
    effect: licence
    when: {all: [{from: {outside: [CHN]}}, {origin: {in: [CHN]}}, {item: {on: annex}}]}
    status: [{is: in force, from: 2030-02-01}]
    source: text
"""))  # fmt: skip
    found = only(controls_on(book, NOW), "cn-one/4")
    assert (found.exporter, found.abroad, found.is_general) == ("CHN", True, False)


def test_lists_that_are_excluded_or_asked_of_parts_alone_are_no_control_of_the_goods(tmp_path: Path):
    book = small_book(tmp_path, with_provision("""\
  - id: "4"
    cite: clause 4
    says: Other goods, and goods with listed parts, need a licence.
    effect: licence
    when: {all: [{definition: abroad}, {any: [{not: {item: {on: annex}}}, {inside: {item: {on: annex}}}]}]}
    status: [{is: in force, from: 2030-02-01}]
    source: text
"""))  # fmt: skip
    assert [control.provision for control in controls_on(book, NOW)] == ["cn-one/1"]


def test_a_ban_that_ties_to_no_exporter_is_no_export_control(tmp_path: Path):
    assert controls_on(small_book(tmp_path, CODES), NOW) == ()  # its condition names no place of departure


def test_under_one_reading_alone_it_is_uncertain(tmp_path: Path):
    book = small_book(tmp_path, with_provision("""\
  - id: "4"
    cite: clause 4
    says: Parts need a licence too.
    effect: licence
    reading: {question: carried, id: "A"}
    when: {all: [{definition: abroad}, {item: {on: annex}}]}
    status: [{is: in force, from: 2030-02-01}]
    source: text
"""))  # fmt: skip
    found = only(controls_on(book, NOW), "cn-one/4")
    assert (found.status, found.by_reading) == (Status.UNCERTAIN, (("A", Status.IN_FORCE),))


# -- the law that ships -----------------------------------------------------------------------------------------


def general(book: Book, on: date, code: str) -> dict[str, Status]:
    return {c.provision: c.status for c in controls_for(controls_on(book, on), code) if c.is_general}


def test_rare_earths_come_under_licence_in_april_2025(book: Book):
    assert general(book, date(2025, 4, 3), "284690") == {}
    assert general(book, date(2025, 5, 1), "284690") == {"cn-mofcom-gacc-2025-18/1": Status.IN_FORCE}
    assert general(book, date(2025, 5, 1), "850511") == {"cn-mofcom-gacc-2025-18/1": Status.IN_FORCE}


def test_the_october_lists_are_suspended_and_then_uncertain(book: Book):
    provision = "cn-mofcom-gacc-2025-57/1"
    assert general(book, date(2026, 1, 15), "850511")[provision] is Status.SUSPENDED
    later = [
        c for c in controls_for(controls_on(book, date(2026, 11, 20)), "850511") if c.provision == provision
    ]
    assert [c.status for c in later] == [Status.UNCERTAIN]
    assert dict(later[0].by_reading) == {"A": Status.SUSPENDED, "B": Status.IN_FORCE}


def test_gallium_to_the_united_states_is_a_narrower_control_beside_the_general_one(book: Book):
    found = controls_for(controls_on(book, date(2025, 5, 1)), "811292")
    narrower = {c.provision: c for c in found if not c.is_general}
    assert general(book, date(2025, 5, 1), "811292") == {"cn-mofcom-gacc-2023-23/1": Status.IN_FORCE}
    assert narrower["cn-mofcom-2024-46/3-clause-2"].destinations == ("USA",)
    assert narrower["cn-mofcom-2024-46/3-clause-2"].abroad
    assert narrower["cn-mofcom-2024-46/1"].narrowed == (
        "end_user.military",
        "importer.military",
        "use.military",
    )


def test_a_buyers_ban_is_no_export_control(book: Book):
    assert "us-dfars-252-225-7052/b-1" not in {c.provision for c in controls_on(book, date(2026, 1, 15))}


def test_every_control_of_the_book_has_an_exporter_an_effect_and_a_printed_status(book: Book):
    controls = controls_on(book, date(2026, 1, 15))
    assert len(controls) > 100
    for control in controls:
        assert len(control.exporter) == 3
        assert control.effect in (Effect.LICENCE, Effect.BAN)
        assert control.status.is_printed
        assert all(code.isdecimal() and 2 <= len(code) <= 10 for code in control.code_hints)


def test_the_trade_factor_follows_the_book_from_day_to_day(book: Book):
    """The factor is made up; that it changes with the law is not."""
    days = (date(2025, 4, 3), date(2025, 4, 4), date(2026, 1, 15))
    found = [
        dict(
            trade_factors(
                controls_for(controls_on(book, day), "284690"), day, by_effect={"licence": 1.1}
            ).factors
        )
        for day in days
    ]
    assert found == [{}, {"CHN": 1.1}, {"CHN": 1.1}]
