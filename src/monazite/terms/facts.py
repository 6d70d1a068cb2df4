"""The closed vocabulary of facts: every fact a question can state, and every fact a provision can test.

One table serves the decoder of fact documents, the decoder of conditions, the JSON Schemas, the
evidence gaps and the documentation. It is not a rule: what follows from a fact stands in `regimes/`.

>>> FACTS["end_user.military"].kind
<Kind.YES_NO: 'yes/no'>
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a fact's value looks like."""

    YES_NO = "yes/no"
    COUNTRY = "country"
    ENUM = "one of"
    NUMBER = "number"
    MONEY = "money"
    MASS = "mass"
    SHARE = "share"
    TEXT = "text"
    LISTS = "party lists"
    CODES = "control codes"


class Absent(StrEnum):
    """What a fact that nobody states counts as."""

    UNKNOWN = "unknown"
    NOT_STATED = (
        "not stated"  # the asker's own statement or claim: counts as not made, and the answer says so
    )


class Axis(StrEnum):
    """Whether a fact belongs to the item (and to everything inside it) or to the move."""

    ITEM = "item"
    MOVE = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact: its path, what values it takes, who can supply it."""

    path: str
    axis: Axis
    kind: Kind
    says: str
    supplier: str
    values: tuple[str, ...] = ()
    absent: Absent = Absent.UNKNOWN


FORMS = (
    "metal",
    "alloy",
    "target",
    "magnet",
    "oxide",
    "compound",
    "crystal",
    "optical fibre",
    "luminescent material",
    "ceramic",
    "hydrogen-storage material",
    "magnetocaloric material",
    "magnetostrictive material",
    "coating material",
    "catalyst",
    "ore",
    "reagent",
    "other material",
    "plain part",
    "component",
    "assembly",
    "finished product",
    "battery",
    "equipment",
    "software",
    "technology",
    "service",
)
"""What an item is, by its degree of processing. A *plain part* is one solid of an ordinary material with
nothing embedded (a screw, a printed bracket); a *component* is bought as one piece but has an inside (a
bearing, a sensor, a motor); an *assembly* is put together from parts; a *finished product* goes to its user."""

HOLLOW_FORMS = ("component", "assembly", "finished product", "battery", "equipment")
"""Forms that may carry something inside that nobody has declared."""

SOLID_FORMS = ("metal", "alloy", "oxide", "compound", "plain part")
"""Forms with nothing further inside: what is not named inside one of these is not there."""

FAMILIES = ("NdFeB", "SmCo", "cerium", "ferrite", "AlNiCo", "other")
"""Families of permanent magnet."""

FAMILY_ELEMENTS = {"NdFeB": ("Nd", "Fe", "B"), "SmCo": ("Sm", "Co"), "cerium": ("Ce",)}
"""Elements that a family holds by its name."""

RARE_EARTHS = (
    "Sc", "Y", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu",
)  # fmt: skip
"""The seventeen rare earths (Rare Earth Management Regulations, Decree 785, article 30)."""

ELEMENTS = RARE_EARTHS + (
    "Fe", "B", "Co", "Ni", "Al", "Mg", "Cu", "Ga", "Ge", "Sb", "W", "Te", "Bi", "Mo", "In", "C", "Li", "P",
    "As", "Zn", "Se", "N",
)  # fmt: skip
"""Elements that a control list of the book may name."""

ACTIVITIES = ("mining", "separation", "metal", "magnet", "recycling")
"""The five rare-earth activities: mining, smelting-separation, metal smelting, magnet-material making,
recycling of secondary resources (No. 62 of 2025)."""

PROPERTIES = (
    "energy_density_wh_per_kg",
    "compacted_density_g_per_cm3",
    "capacity_mah_per_g",
    "purity_percent",
    "flexural_strength_mpa",
    "density_g_per_cm3",
    "natural_flake_graphite_percent",
    "dislocation_density_per_cm2",
    "six_anvil_press_bore_mm",
    "six_anvil_press_pressure_gpa",
    "mpcvd_power_kw",
    "mpcvd_frequency_mhz",
    "diamond_window_diameter_mm",
    "diamond_window_transmittance_percent",
    "diamond_window_curvature_per_m",
)
"""Numeric properties that lines of a control list may limit. Zero says that the item is nothing of the kind."""

TECHNOLOGY_ACTIVITIES = (*ACTIVITIES, "other")
TECHNOLOGY_SUBJECTS = ("process", "production line", "other")
TRANSFERS = (
    "sale",
    "gift",
    "sample",
    "exhibition",
    "loan",
    "aid",
    "licence of rights",
    "employment",
    "other",
)
BONDED = ("no", "between bonded places", "domestic area into bonded place", "out of bonded place")
REGISTRATION_CASES = (
    "none",
    "brought in for overhaul and returned",
    "sent out for overhaul and brought back",
    "shown at a fair in China and returned",
    "shown abroad and brought back",
    "civil aircraft parts for repair or spares",
    "other case named by the authority",
)
"""The cases in which an export certificate by registration is enough (Decree 792, article 19)."""
ROLES = ("exporter", "importer", "intermediate", "end_user")

_PARTY_WORD = {
    "exporter": "the exporter",
    "importer": "the importer",
    "intermediate": "the intermediate consignee",
    "end_user": "the end user",
}


def _party_facts() -> list[Fact]:
    made = []
    for role in ROLES:
        who = _PARTY_WORD[role]
        made += [
            Fact(path=f"{role}.name", axis=Axis.MOVE, kind=Kind.TEXT, says=f"name of {who}", supplier="exporter",
                 absent=Absent.NOT_STATED),
            Fact(path=f"{role}.country", axis=Axis.MOVE, kind=Kind.COUNTRY,
                 says=f"country whose law made {who}, or whose citizen it is", supplier="exporter"),
            Fact(path=f"{role}.military", axis=Axis.MOVE, kind=Kind.YES_NO,
                 says=f"{who} is a military user", supplier=role),
            Fact(path=f"{role}.lists", axis=Axis.MOVE, kind=Kind.LISTS,
                 says=f"party lists that name {who} (none: screened and not found)", supplier="exporter"),
            Fact(path=f"{role}.listed_owner_share", axis=Axis.MOVE, kind=Kind.SHARE,
                 says=f"share of {who} held by parties on those lists", supplier=role),
        ]  # fmt: skip
    return made


def _item(path: str, kind: Kind, says: str, supplier: str = "supplier", *, values: tuple[str, ...] = (),
          absent: Absent = Absent.UNKNOWN) -> Fact:  # fmt: skip
    return Fact(path=f"item.{path}", axis=Axis.ITEM, kind=kind, says=says, supplier=supplier, values=values,
                absent=absent)  # fmt: skip


def _move(path: str, kind: Kind, says: str, supplier: str = "exporter", *, values: tuple[str, ...] = (),
          absent: Absent = Absent.UNKNOWN) -> Fact:  # fmt: skip
    return Fact(
        path=path, axis=Axis.MOVE, kind=kind, says=says, supplier=supplier, values=values, absent=absent
    )


_NOT_STATED = Absent.NOT_STATED

_TABLE = [
    _item("form", Kind.ENUM, "what the item is, by its degree of processing", values=FORMS),
    _item("family", Kind.ENUM, "family of permanent magnet", values=FAMILIES),
    *(_item(f"elements.{e}", Kind.YES_NO, f"the item contains {e}") for e in ELEMENTS),
    _item("elements_complete", Kind.YES_NO, "every element in the item is named; the others are absent"),
    _item("origin", Kind.COUNTRY, "country in which the item was obtained or last substantially made"),
    _item("value", Kind.MONEY, "price of one unit of the item"),
    _item("mass", Kind.MASS, "mass of one unit of the item"),
    _item("codes", Kind.CODES, "control codes under which the exporter or maker has classified the item",
          absent=_NOT_STATED),
    *(_item(f"made_with.{a}", Kind.COUNTRY, f"country the {a} technology used in making the item comes from") for a in ACTIVITIES),
    _item("technology.activity", Kind.ENUM, "rare-earth activity the technology or service is for", "exporter",
          values=TECHNOLOGY_ACTIVITIES),
    _item("technology.subject", Kind.ENUM, "whether it is about the process or about production lines", "exporter",
          values=TECHNOLOGY_SUBJECTS),
    *(_item(p, Kind.NUMBER, p.replace("_", " ")) for p in PROPERTIES),
    _item("content_complete", Kind.YES_NO, "the content list names everything inside that matters"),
    _item("public_domain", Kind.YES_NO, "the technology is already in the public domain", "exporter", absent=_NOT_STATED),
    _item("basic_research", Kind.YES_NO, "the technology is basic scientific research", "exporter", absent=_NOT_STATED),
    _item("patent_filing", Kind.YES_NO, "the technology is what an ordinary patent filing needs", "exporter",
          absent=_NOT_STATED),
    _item("temporary_control", Kind.YES_NO, "an announcement outside this book puts the item under temporary control",
          "exporter", absent=_NOT_STATED),
    _item("other_list", Kind.YES_NO, "a control list outside this book names the item", "exporter", absent=_NOT_STATED),
    _move("from", Kind.COUNTRY, "country or customs territory the item leaves"),
    _move("to", Kind.COUNTRY, "country or customs territory of destination"),
    _move("crosses_border", Kind.YES_NO,
          "the item leaves the country it is in (follows from where it leaves and where it goes)"),
    _move("transfer", Kind.ENUM, "kind of transfer; every kind counts as export", values=TRANSFERS, absent=_NOT_STATED),
    _move("to_foreign_person", Kind.YES_NO, "the item or technology is provided to a foreign person", absent=_NOT_STATED),
    _move("through_china", Kind.YES_NO, "the goods pass China in transit, transhipment or through-shipment",
          absent=_NOT_STATED),
    _move("bonded", Kind.ENUM, "movement between bonded places, or from the domestic area into one", values=BONDED,
          absent=_NOT_STATED),
    _move("registration_case", Kind.ENUM, "claimed case for an export certificate by registration",
          values=REGISTRATION_CASES, absent=_NOT_STATED),
    _move("special_leave", Kind.YES_NO, "the authority has given special leave for this party", absent=_NOT_STATED),
    _move("service_provider", Kind.YES_NO, "the asker is agent, carrier, broker, bank or platform, not exporter",
          absent=_NOT_STATED),
    *_party_facts(),
    _move("use.wmd", Kind.YES_NO, "used, or possibly used, for weapons of mass destruction or their delivery", "end_user"),
    _move("use.terrorism", Kind.YES_NO, "used, or possibly used, for terrorism", "end_user"),
    _move("use.military", Kind.YES_NO, "military end use", "end_user"),
    _move("use.military_potential", Kind.YES_NO, "use that raises military potential", "end_user"),
    _move("use.military_ai", Kind.YES_NO, "research on artificial intelligence with potential military use", "end_user"),
    _move("use.chips", Kind.YES_NO, "research, development or production of chips, or of equipment or materials for them",
          "end_user"),
    _move("use.logic_node_nm", Kind.NUMBER, "finest logic node made or developed, nanometres", "end_user"),
    _move("use.memory_layers", Kind.NUMBER, "most memory layers made or developed", "end_user"),
    _move("use.rare_earth_activity", Kind.YES_NO, "used in a rare-earth activity outside China", "end_user"),
    _move("use.humanitarian", Kind.YES_NO,
          "urgent medical care, public-health emergency or disaster relief is claimed", "exporter", absent=_NOT_STATED),
    _move("knows.risk", Kind.YES_NO, "the exporter knows or should know of a risk to national security, of WMD or terrorist use",
          absent=_NOT_STATED),
    _move("knows.told", Kind.YES_NO, "the authority has told the exporter of such a risk", absent=_NOT_STATED),
    _move("knows.rare_earth_activity", Kind.YES_NO,
          "the exporter knows the item is for, or substantially helps, a rare-earth activity abroad", absent=_NOT_STATED),
    _move("knows.diversion", Kind.YES_NO, "the exporter knows that end user or end use has changed or will change",
          absent=_NOT_STATED),
    _move("overseas_call", Kind.YES_NO, "the authority has called this overseas transfer under Decree 792, article 49",
          absent=_NOT_STATED),
]  # fmt: skip

FACTS: dict[str, Fact] = {fact.path: fact for fact in _TABLE}
"""Every fact by its path."""

CIVIL_USE = (
    "use.wmd",
    "use.terrorism",
    "use.military",
    "use.military_potential",
    "use.military_ai",
    "use.chips",
)
"""What `use: {civil: yes}` denies in one word."""
