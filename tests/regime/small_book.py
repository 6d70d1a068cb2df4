"""A small book of law in a folder: one measure with everything, and what the tests change in it."""

from pathlib import Path

from monazite.readers.law import find_faults, read_book
from monazite.regime.book import Book

MEASURE = """\
measure: cn-one
regime: CN
number: No. 1 of 2030
title: {en: First measure}
authority: cn-mofcom
published: 2030-01-01
reviewed_until: 2030-12-31
sources:
  text: {what: the text, url: "http://example.org/1", grade: text}
lists:
  - {id: annex, title: {en: Annex}, table: items/annex.csv}
questions:
  - id: carried
    says: Does a part count inside a product?
    readings:
      - {id: "A", says: it does, source: text}
      - {id: "B", says: it does not, source: text}
    settled_by: an answer
definitions:
  - id: abroad
    says: It goes abroad.
    source: text
    when: {to: {outside: [CHN]}}
provisions:
  - id: "1"
    cite: clause 1
    says: A licence is needed.
    effect: licence
    when:
      all:
        - {definition: abroad}
        - {item: {on: annex}}
    status:
      - {is: announced, from: 2030-01-01, through: 2030-01-31}
      - {is: in force, from: 2030-02-01}
    source: text
  - id: "2"
    cite: clause 2
    says: Listed parties are refused.
    effect: policy
    on: ["1"]
    gives: refused in principle
    when: {party: {roles: [end_user], on: [cn-list]}}
    status:
      - {is: in force, from: 2030-02-01}
    source: text
  - id: "3"
    cite: clause 3
    says: Disaster relief is reported.
    effect: exemption
    clears: ["1"]
    gives: exempt, report due
    when: {use.humanitarian: yes}
    status:
      - {is: in force, from: 2030-02-01}
    source: text
"""

SECOND = """\
measure: cn-two
regime: CN
number: No. 2 of 2030
title: {en: Second measure}
authority: cn-mofcom
published: 2030-03-01
reviewed_until: 2030-12-31
sources:
  text: {what: the text, url: "http://example.org/2", grade: text}
acts:
  - {act: suspended, on: [cn-one], from: 2030-03-01, through: 2030-06-30, source: text}
"""

TABLE = """\
line,code,form,family,elements,limits,says,hs,source,unverified,certain
dy,1C001,metal|alloy,,Dy,,dysprosium,2805,text,,
magnet,,magnet,NdFeB,Nd;Dy,,magnets with dysprosium,,text,,no
battery,,battery,,Li,energy_density_wh_per_kg>=300,dense batteries,,text,,
"""

PARTIES = """\
list: cn-list
kind: control list
title: List
complete: no
sources: {text: {what: the list, url: "https://example.org/list", grade: text}}
entries:
  - name: {en: Nobody Ltd}
    country: JPN
    by: cn-one
    source: text
    status: [{is: listed, from: 2030-01-01, known: 2030-01-01}]
"""

GROUPS = """\
groups:
  - id: east
    says: the east
    source: made up
    members:
      - {country: JPN, from: 2030-01-01}
"""

FILES = {
    "cn/measures/one.yaml": MEASURE,
    "cn/measures/two.yaml": SECOND,
    "cn/items/annex.csv": TABLE,
    "cn/parties/list.yaml": PARTIES,
    "cn/groups.yaml": GROUPS,
}


def write_book(folder: Path, changes: dict[str, str] | None = None) -> Path:
    """The book in a folder, with some of its files replaced or added."""
    for name, text in {**FILES, **(changes or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return folder


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """One file with one place changed."""
    assert FILES[file].count(old) >= 1, old
    return {file: FILES[file].replace(old, new, 1)}


def faults(folder: Path, changes: dict[str, str] | None = None) -> list[str]:
    """The faults of the book with some of its files replaced, as they are shown."""
    return [str(fault) for fault in find_faults(write_book(folder, changes))[1]]


def small_book(folder: Path, changes: dict[str, str] | None = None) -> Book:
    """The book, which has to be without fault."""
    return read_book(write_book(folder, changes))
