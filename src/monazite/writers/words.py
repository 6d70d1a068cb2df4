"""Words of the pages in English, Chinese and German, from one table beside this module; no numbers, no rules.

>>> word("outcome.licence", "zh"), fact_words("item.elements.Dy")
('需许可', 'contains Dy (dysprosium)')
>>> with_terms("Ask the end user for an end-user and end-use statement.")
'Ask the end user 最终用户 for an end-user and end-use statement 最终用户和最终用途证明.'
"""

import csv
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from monazite.terms.facts import FACTS, ROLES, Fact, Kind

LANGUAGES = ("en", "zh", "de")


@lru_cache(maxsize=1)
def words() -> Mapping[str, tuple[str, str, str]]:
    """Every key with its words, in the order of LANGUAGES; a word that is missing is the English one."""
    with Path(__file__).with_name("words.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["key"]: (row["en"], row["zh"] or row["en"], row["de"] or row["en"])
            for row in csv.DictReader(file)
        }


def word(key: str, language: str = "en") -> str:
    """The words for a key; what follows the dot where the table has none."""
    found = words().get(key)
    return found[LANGUAGES.index(language)] if found else key.partition(".")[2]


def fact_words(path: str, language: str = "en") -> str:
    """A fact of `terms.facts` in the words of a language."""
    if path.startswith("item.elements."):
        symbol = path.removeprefix("item.elements.")
        return f"{ {'en': 'contains', 'zh': '含有', 'de': 'enthält'}[language] } {symbol} ({word(f'element.{symbol}', language)})"
    if path.startswith("law:"):
        return f"{word('fact.law', language)}: {path.removeprefix('law:')}"
    role, _, rest = path.partition(".")
    if role in ROLES:
        colon = "：" if language == "zh" else ": "
        return f"{word(f'party.{role}', language)}{colon}{word(f'fact.{rest}', language)}"
    if f"fact.{path}" in words():
        return word(f"fact.{path}", language)
    return FACTS[path].says if path in FACTS else path


def allowed_values(fact: Fact) -> str:
    """How a fact can be stated, as a supplier can write it."""
    if fact.values:
        return " / ".join(fact.values)
    return {
        Kind.YES_NO: "yes / no / unknown",
        Kind.COUNTRY: "country (ISO alpha-3, such as CHN), or none where the step was not taken"
        if ".made_with." in fact.path
        else "country (ISO alpha-3, such as CHN), or shares such as CHN 60 %; AUS 40 %",
        Kind.MONEY: "amount with currency, or a range such as 900..1100 USD",
        Kind.MASS: "amount with unit (g, kg), or a range",
        Kind.NUMBER: "number, or a range",
        Kind.SHARE: "per cent, or a range",
        Kind.LISTS: "names of lists, or none after screening",
    }.get(fact.kind, "text")


@lru_cache(maxsize=16)
def _terms(regime: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Terms with their Chinese: those of all law, and in their place those of one regime."""
    found = {key: en_zh[:2] for key, en_zh in words().items() if key.startswith("term.")}
    terms = {en.lower(): zh for key, (en, zh) in found.items() if "/" not in key}
    terms |= {en.lower(): zh for key, (en, zh) in found.items() if key.startswith(f"term.{regime}/")}
    longest_first = sorted(terms, key=lambda term: (-len(term), term))
    pattern = r"(?<![\w-])(" + "|".join(re.escape(term) for term in longest_first) + r")(s?)(?![\w-])"
    return re.compile(pattern, re.IGNORECASE), terms


def with_terms(text: str, regime: str = "") -> str:
    """An English sentence with the Chinese of each legal term behind its first mention.

    The law of a regime may mean something else by a word: the control list of one is a list of parties, that of
    another a list of items.
    """
    pattern, terms = _terms(regime)
    seen: set[str] = set()

    def both(match: re.Match[str]) -> str:
        term = match[1].lower()
        if term in seen:
            return match[0]
        seen.add(term)
        return f"{match[0]} {terms[term]}"

    return pattern.sub(both, text)
