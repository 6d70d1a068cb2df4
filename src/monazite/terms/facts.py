"""The closed vocabulary of facts: every fact a question can state, and every fact a provision can test.

One table serves the decoder of fact documents, the decoder of conditions, the JSON Schemas, the
evidence gaps and the documentation. It is not a rule: what follows from a fact stands in `regimes/`.

>>> FACTS["end_user.military"].kind
<Kind.YES_NO: 'yes/no'>
"""

from dataclasses import dataclass
from enum import StrEnum

from monazite.terms.properties import PROPERTIES


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
    LABELS = "labels"
    OWNERS = "owners"


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

PART_FORMS = ("plain part", "component", "assembly", "finished product")
"""Forms of which a list names few kinds: while nobody states the kind of such a thing it counts as none of them."""

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
    "As", "Zn", "Se", "N", "Ag", "Cd", "Hg", "Mn",
)  # fmt: skip
"""Elements that a control list of the book may name."""

ACTIVITIES = ("mining", "separation", "metal", "magnet", "recycling")
"""The five rare-earth activities: mining, smelting-separation, metal smelting, magnet-material making,
recycling of secondary resources (No. 62 of 2025)."""

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
                 says=f"share of {who} held by parties on the lists of China", supplier=role),
            Fact(path=f"{role}.us_listed_owner_share", axis=Axis.MOVE, kind=Kind.SHARE,
                 says=f"share of {who} held, all together, by parties on the lists of the United States", supplier=role),
            Fact(path=f"{role}.owners", axis=Axis.MOVE, kind=Kind.OWNERS,
                 says=f"owners of {who} with their shares, and their owners", supplier=role),
            Fact(path=f"{role}.headquarters", axis=Axis.MOVE, kind=Kind.COUNTRY,
                 says=f"country in which {who} has its headquarters", supplier=role),
            Fact(path=f"{role}.ultimate_parent", axis=Axis.MOVE, kind=Kind.COUNTRY,
                 says=f"country in which the ultimate parent of {who} has its headquarters; its own where it has no parent",
                 supplier=role),
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
    _item("kind", Kind.LABELS, "what kind of equipment, reagent, precursor or technology it is; other: none that a list names"),
    _item("eccn", Kind.LABELS, "Export Control Classification Number with its paragraph, or EAR99"),
    _item("reasons", Kind.LABELS, "reasons for control with their columns as the classifier states them, such as NS2, AT1"),
    _item("direct_product_of", Kind.LABELS,
          "ECCNs of the US technology or software of which the item is the direct product"),
    _item("plant_product_of", Kind.LABELS,
          "ECCNs of the US technology or software whose direct product the plant that made the item, or a major component of it, is"),
    _item("plant_eccn", Kind.LABELS,
          "ECCNs under which the plant that made the item, or a major component of it, is itself subject to the EAR"),
    _item("mined_in", Kind.COUNTRY, "country in which the controlling material of the magnet was mined"),
    _item("separated_in", Kind.COUNTRY, "country in which it was refined or separated"),
    _item("melted_in", Kind.COUNTRY, "country in which it was melted or produced"),
    _item("recycled_in_usa", Kind.YES_NO,
          "the magnet is of recycled material, milled and sintered in the United States", absent=_NOT_STATED),
    _item("off_the_shelf", Kind.YES_NO, "a commercial off-the-shelf item", absent=_NOT_STATED),
    _item("datacentre", Kind.YES_NO, "designed or marketed for use in data centres"),
    _item("processing_chip", Kind.YES_NO,
          "an integrated circuit with digital processing units, to be classified by its performance", absent=_NOT_STATED),
    _item("hbm", Kind.YES_NO, "high-bandwidth memory, to be classified by its bandwidth density", absent=_NOT_STATED),
    _item("memory", Kind.YES_NO, "the semiconductor is a memory"),
    _item("integrated_circuit", Kind.YES_NO, "an integrated circuit"),
    _item("within_supplement_2", Kind.YES_NO, "within the limits that supplement No. 2 to part 744 puts on the entry"),
    _item("h20_class", Kind.YES_NO, "a chip with the memory or interconnect bandwidth of the H20"),
    _item("written_assurance", Kind.YES_NO,
          "what the item, or its plant, is the direct product of needs a written assurance or goes under exception TSR"),
    _item("first_exported_from", Kind.COUNTRY, "country from which the item was first exported"),
    _item("encryption_authorised", Kind.YES_NO,
          "the US encryption item was authorised under exception ENC as 15 CFR 734.4(b) wants it"),
    _item("mostly_covered_material", Kind.YES_NO, "half of the item's weight or more is the covered magnet, tungsten or tantalum"),
    _item("mill_product", Kind.YES_NO, "a mill product: a bar, billet, slab, wire, cube, sphere, block, blank, plate or sheet"),
    _item("electronic_device", Kind.YES_NO, "an electronic device in the sense of the procurement rule", absent=_NOT_STATED),
    _item("russia_listed_goods", Kind.YES_NO, "a customs code of supplement 4, 5, 6 or 7 to part 746 names the item"),
    _item("russia_direct_product_goods", Kind.YES_NO, "supplement 6 or 7 to part 746 names the item"),
    _item("iran_listed_goods", Kind.YES_NO, "a customs code of supplement 7 to part 746 names the item"),
    _item("food_or_medicine", Kind.YES_NO, "food or medicine"),
    _item("arms_or_luxury", Kind.YES_NO, "arms and related goods, or luxury goods"),
    _item("uncontrolled_foreign_equivalent", Kind.YES_NO, "a foreign-made item that no one controls does the same", absent=_NOT_STATED),
    _item("public_domain", Kind.YES_NO, "the technology is already in the public domain", "exporter", absent=_NOT_STATED),
    _item("basic_research", Kind.YES_NO, "the technology is basic scientific research", "exporter", absent=_NOT_STATED),
    _item("patent_filing", Kind.YES_NO, "the technology is what an ordinary patent filing needs", "exporter",
          absent=_NOT_STATED),
    _item("temporary_control", Kind.YES_NO, "an announcement outside this book puts the item under temporary control",
          "exporter", absent=_NOT_STATED),
    _item("other_list", Kind.YES_NO, "a control list outside this book names the item", "exporter", absent=_NOT_STATED),
    _item("in_situ_leaching", Kind.YES_NO, "the technology is leaching of ion-adsorption rare-earth ore in the ground", "exporter"),
    _item("calcium_oxyborate", Kind.YES_NO, "the technology is for making rare-earth calcium oxyborate", "exporter",
          absent=_NOT_STATED),
    _item("drone_related", Kind.YES_NO, "a dual-use item related to drones", "exporter", absent=_NOT_STATED),
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
    _move("through_us", Kind.YES_NO, "the goods are in, or pass through, the United States", absent=_NOT_STATED),
    _move("deemed_export", Kind.YES_NO, "technology or source code is released to a foreign person where it is", absent=_NOT_STATED),
    _move("exporter.located", Kind.COUNTRY, "country in which the exporter is located"),
    _move("exporter.equivalent_controls", Kind.YES_NO,
          "the country in which the exporter is located lists the item and reviews applications as the US rule does",
          absent=_NOT_STATED),
    _move("exporter.us_person", Kind.YES_NO, "a US person exports, carries, services or otherwise supports the transaction"),
    _move("end_user.majority_owner", Kind.COUNTRY,
          "country from which the end user is majority-owned; its own where nobody holds a majority",
          "end_user"),
    _move("order_value_usd", Kind.NUMBER, "net value of the order in US dollars"),
    _move("ukraine_region", Kind.ENUM, "occupied region of Ukraine to which the item goes",
          values=("none", "Crimea", "Donetsk or Luhansk")),
    _move("entry_policy", Kind.ENUM, "review policy that the list entry of the party prints for the item",
          values=("presumption of denial", "policy of denial", "case by case", "presumption of approval")),
    *(_move(f"owned_by_footnote_{n}", Kind.YES_NO, f"a footnote {n} entity is among the listed owners of the party", "end_user")
      for n in (1, 3, 4, 5)),
    _move("owners_on_meu_list_only", Kind.YES_NO, "all listed owners of the party are listed as military end users only",
          absent=_NOT_STATED),
    _move("government_of_iran", Kind.YES_NO, "the exporter knows that the government of Iran is a party", absent=_NOT_STATED),
    _move("small_purchase", Kind.YES_NO, "the contract is at or below the simplified acquisition threshold", absent=_NOT_STATED),
    _move("used_outside_usa", Kind.YES_NO, "the item is acquired outside the United States for use there", absent=_NOT_STATED),
    _move("non_availability", Kind.YES_NO, "the department has found that no compliant material is to be had", absent=_NOT_STATED),
    _move("second_incorporation", Kind.YES_NO,
          "the asker relies on the practice that US content of an intermediate which is itself below the threshold does not count again",
          absent=_NOT_STATED),
    _move("de_minimis_report", Kind.YES_NO, "the one-time report on technology was filed and 30 days have passed without contact",
          absent=_NOT_STATED),
    _move("sta_statement", Kind.YES_NO,
          "exception STA is used: the ECCN was furnished, the consignee's statement obtained, the shipment will be announced to him",
          absent=_NOT_STATED),
    _move("sta_600_series", Kind.YES_NO,
          "the parties were approved on a licence before, and the end user and end use are those that 740.20(b)(3) allows",
          absent=_NOT_STATED),
    _move("tsr_assurance", Kind.YES_NO, "the consignee's written assurance of 740.6 was obtained", absent=_NOT_STATED),
    _move("iec_listed", Kind.YES_NO, "the table of exception IEC names the item and the destination", absent=_NOT_STATED),
    _move("purchase_order", Kind.YES_NO, "a written purchase order was obtained", absent=_NOT_STATED),
    _move("nac_confirmation", Kind.YES_NO, "the Bureau has confirmed, on notice of 25 days, that exception NAC may be used",
          absent=_NOT_STATED),
    _move("acm_conditions", Kind.YES_NO,
          "a private firm outside Macau and D:5 makes, develops or stores the item there for customers outside them, and accounts for it",
          absent=_NOT_STATED),
    _move("hbm_conditions", Kind.YES_NO, "buyer, packaging site and records are those that 740.25(c) and (d) ask for",
          absent=_NOT_STATED),
    _move("supp_8_entity", Kind.YES_NO,
          "consignee and end users are entities of supplement 8 to part 740, approved for what is asked", absent=_NOT_STATED),
    _move("h200_application", Kind.YES_NO,
          "the application carries what supplement 2 to part 748, paragraph (dd), asks for", absent=_NOT_STATED),
    _move("dod_contract", Kind.YES_NO, "the item is delivered under a contract of the US Department of Defense", absent=_NOT_STATED),
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
    _move("use.nuclear", Kind.YES_NO, "nuclear end use of 15 CFR 744.2", "end_user"),
    _move("use.missile", Kind.YES_NO, "missile or unmanned-aircraft end use of 15 CFR 744.3", "end_user"),
    _move("use.chemical_biological", Kind.YES_NO, "chemical or biological weapons end use of 15 CFR 744.4", "end_user"),
    _move("use.military_intelligence", Kind.YES_NO, "military-intelligence end use or end user of 15 CFR 744.22", "end_user"),
    _move("use.supercomputer", Kind.YES_NO, "used in, or in developing or producing, a supercomputer in China or another place of 744.23",
          "end_user"),
    _move("use.facility", Kind.COUNTRY, "country of the facility in which it is used", "end_user"),
    _move("use.advanced_node", Kind.YES_NO,
          "used in developing or producing integrated circuits at a facility that makes advanced-node ones",
          "end_user"),
    _move("use.advanced_logic", Kind.YES_NO, "the facility makes advanced-node logic circuits", "end_user"),
    _move("use.advanced_dram", Kind.YES_NO, "the facility makes advanced-node DRAM", "end_user"),
    _move("use.back_end_only", Kind.YES_NO,
          "used only for assembly, test or packaging that leaves the technology level of the circuit as it is", "end_user",
          absent=_NOT_STATED),
    _move("use.node_unknown", Kind.YES_NO, "used in making integrated circuits at a facility whose node nobody knows", "end_user"),
    _move("use.chip_design", Kind.YES_NO,
          "design software used for integrated circuits to be made at an advanced-node facility", "end_user"),
    _move("use.chip_tools", Kind.YES_NO, "used in developing or producing semiconductor manufacturing equipment", "end_user"),
    _move("use.footnote_1", Kind.YES_NO,
          "goes into, or serves to make or develop, what a footnote 1 entity makes, buys or orders", "end_user"),
    _move("use.footnote_3", Kind.YES_NO, "the same for a footnote 3 entity", "end_user"),
    _move("use.footnote_4", Kind.YES_NO, "the same for a footnote 4 entity", "end_user"),
    _move("use.footnote_5", Kind.YES_NO, "is incorporated in what a footnote 5 entity makes, buys or orders", "end_user"),
    _move("use.in_russia", Kind.YES_NO,
          "goes into, or serves to make or develop, listed items made in or bound for Russia, Belarus or occupied Crimea",
          "end_user"),
    _move("use.in_iran", Kind.YES_NO, "goes into, or serves to make or develop, listed items located in or bound for Iran", "end_user"),
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
    _move("list_binds_overseas", Kind.YES_NO,
          "the Chinese act that lists the party also forbids passing items of Chinese origin on to it (acts since 2026)"),
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
    "use.nuclear",
    "use.missile",
    "use.chemical_biological",
    "use.military_intelligence",
    "use.supercomputer",
    "use.advanced_node",
    "use.node_unknown",
    "use.chip_design",
    "use.chip_tools",
)
"""What `use: {civil: yes}` denies in one word."""
