"""Sentences that the measures of leverage make, in Chinese: by pattern, with their figures kept.

>>> in_chinese("CHN holds 74% by value and 85% by quantity.")
'CHN 按金额占74%，按数量占85%。'
>>> in_chinese("imports of everyone but CHN: 280530"), in_chinese("no such sentence")
('除CHN外各国的进口：280530', None)
"""

import re
from functools import lru_cache

from monazite.writers.words import word, words

Both = tuple[str, str]
"""A text in English and in Chinese."""

PATTERNS: tuple[tuple[str, str], ...] = (
    (r"imports of everyone but (\w+): (.+)", "除{0}外各国的进口：{1}"),
    (r"imports of (\w+): (.+)", "{0}的进口：{1}"),
    (r"(mine|refinery|metal|magnet) (production|capacity), (.+)", "{2}：{0}{1}"),
    (r"(.+?) flags? it; (.+?) do(?:es)? not\.", "{0}予以标记；{1}不标记。"),
    (r"(.+?) cannot be said: (.+)\.", "{0}无法判定：{1}。"),
    (r"By value (\w+) is the largest supplier with ([\d.]+%), by quantity (\w+) with ([\d.]+%)\.",
     "按金额最大供应方为{0}（{1}），按数量为{2}（{3}）。"),
    (r"By value (\w+) is the largest supplier with ([\d.]+%), by quantity (\w+) with ([\d.]+%) of what is recorded \((.+) of the value\)\.",
     "按金额最大供应方为{0}（{1}），按数量为{2}（{3}；数量记录占金额的{4}）。"),
    (r"(\w+) holds ([\d.]+%) by value and ([\d.]+%) by quantity\.", "{0} 按金额占{1}，按数量占{2}。"),
    (r"(\w+) holds ([\d.]+%) by value and ([\d.]+%) by quantity of what is recorded \((.+) of the value\)\.",
     "{0} 按金额占{1}，按已记录数量占{2}（数量记录占金额的{3}）。"),
    (r"(\w+) holds ([\d.]+%) of imports by value\.", "{0} 按金额占进口的{1}。"),
    (r"The world's exports are spread over more countries \(HHI ([\d.]+)\) than these imports \(HHI ([\d.]+)\), not least because others "
     r"ship to (\w+): of what everyone else buys the HHI is ([\d.]+)\.",
     "世界出口（HHI {0}）较此处进口（HHI {1}）分散，主要因他国亦向{2}出口；其余各国采购的HHI为{3}。"),
    (r"The world's exports are spread over more countries \(HHI ([\d.]+)\) than these imports \(HHI ([\d.]+)\); leaving out what is "
     r"shipped to (\w+) itself makes it ([\d.]+)\.",
     "世界出口（HHI {0}）较此处进口（HHI {1}）分散；剔除运往{2}的部分后为{3}。"),
    (r"All exports are ([\d.]+) times imports from outside, ([\d.]+%) of them between members: .+",
     "全部出口为域外进口的{0}倍，其中{1}在成员之间；该方法以出口代表国内产能，过境货物亦计入。"),
    (r"Exports to the outside are ([\d.]+) times imports: .+", "对外出口为进口的{0}倍；该方法以出口代表国内产能，过境货物亦计入。"),
    (r"Members buy ([\d.]+%) of it from one another; .+", "成员之间相互采购占{0}；在一成员国上岸再转运者亦计入。"),
    (r"quantity is recorded for (.+) of the value", "数量记录占金额的{0}"),
    (r"(.+): ([A-Z0-9-]+ .+)\.", "{0}：{1}。"),
)  # fmt: skip
"""What a sentence looks like, and the same in Chinese."""


def in_both_languages(text: str) -> Both:
    """A text of the measures in English and in Chinese; the same twice where the words do not have it."""
    return text, in_chinese(text) or text


def in_chinese(text: str) -> str | None:
    """The sentence in Chinese; None where it has none."""
    exact = f"leverage-text.{text}"
    if exact in words():
        return word(exact, "zh")
    for pattern, template in PATTERNS:
        found = re.fullmatch(pattern, text)
        if found:
            return template.format(*(_terms(part) for part in found.groups()))
    return None


def _terms(text: str) -> str:
    """A part of a sentence with the names of screens, stages and verdicts in Chinese."""
    for english, chinese in _names():
        text = text.replace(english, chinese)
    return text


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, str], ...]:
    """Names that stand inside sentences, the longest first."""
    found = {
        key.removeprefix("leverage-name."): zh
        for key, (_, zh, _) in words().items()
        if key.startswith("leverage-name.")
    }
    return tuple(sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0])))
