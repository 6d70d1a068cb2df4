"""A small book of three states, and a catalogue that two of them ask about: one of all of it, one of a part."""

from pathlib import Path

SOURCES = 'sources: {text: {what: the text, url: "http://example.org/law", grade: text}}'

HERE = f"""\
measure: cn-one
regime: CN
number: No. 1 of 2030
title: {{en: Magnets, zh: 磁体}}
authority: cn-authority
published: 2030-01-01
reviewed_until: 2030-12-31
{SOURCES}
provisions:
  - id: "1"
    cite: clause 1
    says: Magnets need a licence.
    effect: licence
    when: {{form: {{in: [magnet]}}}}
    status: [{{is: in force, from: 2030-01-01, through: 2030-06-30}}]
    source: text
"""

THERE = f"""\
measure: us-one
regime: US
number: Rule 1 of 2030
title: {{en: Chips}}
authority: us-authority
published: 2030-01-01
reviewed_until: 2030-06-15
{SOURCES}
definitions:
  - id: counted
    says: A chip that counts.
    source: text
    when: {{eccn: {{in: [3A001]}}}}
provisions:
  - id: "1"
    cite: section 1
    says: What holds more than a quarter of chips that count needs a licence.
    effect: licence
    when: {{content: {{of: counted, origin: [USA], more_than: 1/4, as_received: yes}}}}
    status: [{{is: in force, from: 2030-01-01}}]
    source: text
"""

SILENT = f"""\
measure: eu-one
regime: EU
number: Regulation 1 of 2030
title: {{en: A regulation}}
authority: eu-authority
published: 2030-01-01
reviewed_until: 2030-12-31
{SOURCES}
provisions:
  - id: "1"
    cite: article 1
    says: There is a regulation.
    effect: information
    about: that it exists
    status: [{{is: in force, from: 2030-01-01}}]
    source: text
"""

BOOK = {
    "cn/measures/one.yaml": HERE,
    "us/measures/one.yaml": THERE,
    "us/regime.yaml": "regime: US\nsays: They ask about what is in them.\ntouched_by: {inside: {origin: {in: [USA]}}}\n",
    "eu/measures/one.yaml": SILENT,
    "eu/regime.yaml": "regime: EU\nsays: The book holds no list of theirs.\ntouched_by: {any: []}\n",
}

CATALOGUE = {
    "parts.csv": (
        "part,name,form,origin,value,currency,eccn,content_complete,shipped\n"
        "motor,Motor with chip,component,JPN,100.00,USD,,yes,yes\n"
        "magnet,Magnet,magnet,JPN,10.00,USD,,yes,yes\n"
        "chip,Chip,component,USA,30.00,USD,3A001,yes,no\n"
        "shaft,Shaft,plain part,JPN,5.00,USD,,yes,yes\n"
    ),
    "bom.csv": "parent,child,quantity\nmotor,chip,1\n",
    "moves.csv": "move,from,to,civil\njp-vn,JPN,VNM,yes\njp-de,JPN,DEU,yes\n",
}


def write_files(folder: Path, files: dict[str, str]) -> Path:
    """The files in a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return folder
