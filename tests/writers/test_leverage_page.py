"""The page of an account: what it holds, what it asks for, and its drawings."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from monazite.leverage.account import Account, Undefined
from monazite.readers.reference import read_reference
from monazite.writers.leverage_page import render_leverage_page
from monazite.writers.leverage_series import INKS, series_chart
from monazite.writers.leverage_words import in_chinese
from monazite.writers.sankey import Flow, Node, sankey
from monazite.writers.words import word
from monazite.writers.world import places, step_of, world_map
from tests.writers.leverage_account import made_account
from tests.writers.test_report import Page


@pytest.fixture(scope="module")
def account() -> Account:
    return made_account()


@pytest.fixture(scope="module")
def page(account: Account) -> str:
    return render_leverage_page(account)


def test_the_page_asks_no_host_for_anything(page: str) -> None:
    found = Page(page).links
    assert {(tag, name) for tag, name, value in found if not value.startswith("#")} <= {("a", "href")}
    assert "default-src 'none'" in page
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_every_link_inside_the_page_leads_somewhere_and_every_id_stands_once(page: str) -> None:
    ids = Counter(re.findall(r'\bid="([^"]+)"', page))
    inside = {value[1:] for _, name, value in Page(page).links if name == "href" and value.startswith("#")}
    assert {
        "headline",
        "stages",
        "flows",
        "course",
        "world",
        "screens",
        "variants",
        "power",
        "made",
    } <= inside
    assert inside <= set(ids)
    assert [name for name, count in ids.items() if count > 1] == []


def test_what_is_drawn_stands_in_a_table_as_well(page: str, account: Account) -> None:
    for table in account.tables:
        name = table.name + (f"-{table.of}" if table.of else "")
        assert f'data-table="{name}"' in page
    assert page.count("<svg") == 5  # the flows and the lines for a wide and for a narrow page, the map
    assert 'class="dash"' in page


def test_a_figure_that_does_not_exist_has_a_letter_and_a_reason(page: str) -> None:
    assert '<span class="dash" title="no quantity is recorded">–<sup>a</sup></span>' in page
    assert "未记录数量" in page


def test_names_with_marks_are_text(page: str) -> None:
    assert "Toys &lt;of&gt; tin" in page
    assert "<of>" not in page


def test_every_table_names_its_ground_in_both_languages(page: str, account: Account) -> None:
    for table in account.tables:
        for one in table.grounds:
            assert one.says() in page
    assert "HS1992 6 位编码" in page
    for key in ("leverage.section.variants", "leverage.how made says", "leverage.disclaimer"):
        assert word(key) in page
        assert word(key, "zh") in page


def test_the_same_account_gives_the_same_bytes_and_a_small_page(page: str, account: Account) -> None:
    assert render_leverage_page(account) == page
    assert len(page.encode()) < 200_000


# -- drawings ---------------------------------------------------------------------------------------------------


def heights(drawing: str) -> list[float]:
    return [float(tall) for tall in re.findall(r'<rect class="node [^"]*"[^>]* height="([\d.]+)"', drawing)]


@pytest.mark.parametrize("width", [1120, 358])
def test_bars_of_flows_are_as_tall_as_what_they_hold(width: int) -> None:
    # 60 + 20 leave A, 20 leaves B; 60 reach X and 40 reach Y: bars of 4 : 1 and of 3 : 2.
    flows = [
        Flow(source=a, target=b, value=v)
        for a, b, v in (("A", "X", 60.0), ("A", "Y", 20.0), ("B", "Y", 20.0))
    ]
    left, right = ({name: Node(names=(name, name)) for name in names} for names in ("AB", "XY"))
    drawn = sankey(flows, left, right, title="toys", values={("A", "X"): "60 toys"}, width=width)
    a, b, x, y = heights(drawn)
    assert a / b == pytest.approx(4, rel=0.01)
    assert x / y == pytest.approx(1.5, rel=0.01)
    assert drawn.count('class="ribbon') == 3
    assert "A → X: 60 toys" in drawn


def test_nothing_that_flows_is_no_drawing() -> None:
    assert sankey([], {}, {}, title="none", values={}) == ""


def test_the_map_tells_zero_from_undefined_and_colours_members_as_their_group() -> None:
    drawn = world_map(
        {"CHN": 0.5, "EU27": 0.51, "AUS": None, "BRA": 0.0}, weights={"CHN": 2, "EU27": 1, "AUS": 0, "BRA": 0},
        title="map", names={"CHN": ("China", "中国")}, members={"EU27": ("DEU", "FRA")},
    )  # fmt: skip
    assert Counter(re.findall(r'<path class="(m\d|none)"', drawn)) == {"m3": 1, "m4": 2, "none": 1, "m0": 1}
    assert 'data-zh="中国" data-share="50.0 %"' in drawn
    assert re.findall(r'class="code">(\w+)<', drawn) == ["CHN", "EU27"]


def test_exactly_one_half_is_not_over_it() -> None:
    assert step_of(0.5) == 3
    assert step_of(0.5 + 1e-12) == 4


def test_the_shapes_of_the_map_are_countries_that_the_reference_knows() -> None:
    codes = [code for code, _, _, _ in places() if code]
    assert len(codes) == len(set(codes)) > 200
    assert set(codes) <= set(read_reference().countries.names)


def test_a_year_without_a_figure_is_a_gap_in_its_line() -> None:
    chart = series_chart(
        {"CHN": [(2019, 0.1), (2020, None), (2021, 0.3), (2022, 0.4)]}, {"CHN": "c-1"}
    ).to_dict(validate=False)
    lines, alone, ends = (layer["data"]["values"] for layer in chart["layer"])
    assert [(one["year"], one["run"]) for one in lines] == [(2019, "CHN-0"), (2021, "CHN-1"), (2022, "CHN-1")]
    assert [one["year"] for one in alone if one["alone"]] == [2019]
    assert ends[0]["at"] == 0.4
    assert INKS[chart["layer"][0]["encoding"]["color"]["scale"]["range"][0]] == "c-1"


def test_names_at_the_ends_of_lines_do_not_stand_on_each_other() -> None:
    lines = {name: [(2023, 0.5), (2024, 0.99)] for name in "ABC"}
    ends = series_chart(lines, {}).to_dict(validate=False)["layer"][2]["data"]["values"]
    stand = sorted(one["at"] for one in ends)
    assert all(b - a >= 0.05 for a, b in pairwise(stand))
    assert stand[-1] <= 1.0


# -- sentences of the measures ----------------------------------------------------------------------------------


def test_every_sentence_on_why_screens_disagree_has_its_chinese() -> None:
    from monazite.leverage.market import make_market
    from monazite.leverage.of_screens import most_exposed
    from monazite.leverage.side_by_side import screens_side_by_side
    from monazite.readers.trade.shipped import read_groups, read_shipped_flows

    years = [read_shipped_flows("baci", year) for year in (2022, 2023, 2024)]
    members = [code for code in read_groups()["EU27"].members_in(2024) if code in years[-1].countries]
    markets = [make_market(flows, "EU27", members) for flows in years]
    said = {
        s for code in most_exposed(markets[-1]) for s in screens_side_by_side(markets, code).disagreements
    }
    assert len(said) > 50
    assert sorted(sentence for sentence in said if in_chinese(sentence) is None) == []


def test_a_sentence_that_nobody_foresaw_stays_english() -> None:
    assert in_chinese("Nobody foresaw this") is None
    assert not isinstance(in_chinese("nothing is imported"), Undefined)
    assert in_chinese("nothing is imported") == "无进口"
