"""What the files of a book say of one another: every id named exists, is of the right kind, and is given once."""

from collections.abc import Collection, Iterable, Mapping

from monazite.regime.conditions import ConditionReader, DefinitionTest, tests_of
from monazite.regime.model import EXCEPTIONS, REQUIREMENTS, Definition, Effect, Measure, Provision, Question
from monazite.terms.faults import Fault, near_match

_ABOUT: dict[Effect, tuple[Effect, ...]] = {
    Effect.EXEMPTION: tuple(REQUIREMENTS),
    Effect.EXCLUSION: tuple(REQUIREMENTS),
    Effect.POLICY: tuple(REQUIREMENTS),
    Effect.DUTY: (*REQUIREMENTS, *EXCEPTIONS, Effect.POLICY),
}
"""What a provision that names others may name."""


def missing(kind: str, name: str, where: str, known: Iterable[str]) -> Fault:
    """A fault for an id that the book does not hold."""
    return Fault(where=where, what=f"there is no {kind} '{name}'", mend=near_match(name, known))


def condition_faults(readers: Iterable[ConditionReader], known: Mapping[str, Collection[str]]) -> list[Fault]:
    """Item lists, party lists, definitions and countries that conditions name and the book does not hold."""
    faults = []
    for reader in readers:
        given = {
            "item list": reader.lists,
            "classification list": reader.reason_tables,
            "party list": reader.party_lists,
            "definition": reader.definitions,
            "country or group": reader.countries,
        }
        for kind, names in given.items():
            faults += [
                missing(kind, name, where, known[kind])
                for name, where in names.items()
                if name not in known[kind]
            ]
    return faults


def circle_faults(definitions: Mapping[str, Definition]) -> list[Fault]:
    """Definitions that lead back to themselves."""
    return [
        Fault(
            where=one.where, what=f"'{one.id}' is defined by itself", mend="Break the circle of definitions"
        )
        for one in definitions.values()
        if _is_circular(one, definitions)
    ]


def _is_circular(definition: Definition, definitions: Mapping[str, Definition]) -> bool:
    waiting, seen = [definition], {""}
    while waiting:
        for test in tests_of(waiting.pop().condition):
            name = test.definition if isinstance(test, DefinitionTest) else ""
            if name == definition.id:
                return True
            if name in definitions and name not in seen:
                seen.add(name)
                waiting.append(definitions[name])
    return False


def provision_faults(
    provisions: Mapping[str, Provision], questions: Mapping[str, Question], doubtful: Collection[str]
) -> list[Fault]:
    """Provisions that name others wrongly, stand nowhere, or hold under a reading that nobody asks about.

    Of the `doubtful` ones, which have a fault of their own, nothing more is said.
    """
    faults = []
    for one in provisions.values():
        for target in (*one.targets, *one.overrides):
            if target not in provisions:
                faults.append(missing("provision", target, one.where, provisions))
        about = _ABOUT.get(one.effect, ())
        for target in one.targets if about else ():
            if target in provisions and provisions[target].effect not in about and target not in doubtful:
                mend = f"{_kind(one.effect)} {' or '.join(about)} provisions"
                faults.append(Fault(where=one.where, what=f"'{target}' is no requirement", mend=mend))
        if not one.periods and one.id not in doubtful:
            faults.append(Fault(where=one.where, what=f"'{one.id}' has no status", mend="Say how it stands"))
        if one.reading:
            question, reading = one.reading
            if question not in questions:
                faults.append(missing("question", question, one.where, questions))
            elif reading not in (ids := [r.id for r in questions[question].readings]):
                faults.append(missing("reading", reading, one.where, ids))
    return faults


def _kind(effect: Effect) -> str:
    return "An exception clears" if effect in EXCEPTIONS else f"A {effect} is about"


def authority_faults(
    measures: Iterable[Measure], authorities: Mapping[str, Mapping[str, object]]
) -> list[Fault]:
    """Measures of an authority that their state does not name; of a state that names none, nothing is said.

    Parameters
    ----------
    authorities : what the file `authority.yaml` of each state says, by the name of its folder
    """
    faults = []
    for measure in measures:
        held = authorities.get(measure.regime.lower(), {}).get("authorities")
        known = (
            [str(one["id"]) for one in held if isinstance(one, dict) and "id" in one]
            if isinstance(held, list)
            else []
        )
        if known and measure.authority and measure.authority not in known:
            faults.append(missing("authority", measure.authority, measure.file, known))
    return faults


def asked(measures: Iterable[Measure]) -> tuple[dict[str, Question], list[Fault]]:
    """The questions of all measures by id, and those asked twice."""
    questions: dict[str, Question] = {}
    faults = []
    for measure in measures:
        for question in (*measure.questions, *(act.question for act in measure.acts if act.question)):
            first = questions.setdefault(question.id, question)
            if first != question:
                mend = (
                    f"It stands first in {first.measure}; join what they ask, or give each an id of its own"
                )
                faults.append(
                    Fault(where=measure.file, what=f"question '{question.id}' is asked twice", mend=mend)
                )
    return questions, faults


def doubled(kind: str, ids: Iterable[str]) -> list[Fault]:
    """A fault for each id given more than once."""
    given = list(ids)
    return [
        Fault(where=kind, what=f"'{one}' is given twice", mend="Keep one")
        for one in sorted({i for i in given if given.count(i) > 1})
    ]
