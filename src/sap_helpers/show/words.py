"""Words: the vocabularies and sentences of sap/words.yaml, their {braces} filled from a result's key and the plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sap_helpers.results import KEY_COLUMNS
from sap_helpers.show.catalogue import load_catalogue
from sap_helpers.show.immunology_labels import geometric_mean_heading, index_name, parameter_label, parameter_name
from sap_helpers.show.labels import KEPT, POPULATIONS, level_label, regression_note, variable_label
from sap_helpers.show.number_format import level_text
from sap_helpers.show.relapse_words import difference_label, reading_labels
from sap_helpers.show.rows import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sap_helpers.plan import Plan
    from sap_helpers.results import Key

FIELD = re.compile(r"\{([^{}]+)\}")


def _of_plan(words_of: Callable[[Plan], Mapping[str, str]]) -> Callable[[str, Plan], str]:
    return lambda code, plan: words_of(plan).get(code, code)


def _side(code: str, plan: Plan) -> str:
    return word("sides", next(marker.abnormal for marker in plan.immunology.markers if marker.code == code), plan)


# vocabularies that the plan gives, not words.yaml
OF_PLAN: dict[str, Callable[[str, Plan], str]] = {
    "response": variable_label,
    "other_reading": lambda code, plan: "" if code == "SRI4" else f" ({variable_label(code, plan)})",
    "reduction": _of_plan(lambda plan: {row.variable: str(row.reduction) for row in plan.sri.analyses}),
    "reading": _of_plan(
        lambda plan: reading_labels(plan) | {"RESCUE_DEATH": word("competing", "RESCUE_DEATH", plan)}
    ),
    "definition": _of_plan(lambda plan: {row.variable: difference_label(row, plan) for row in plan.relapse.of()}),
    "item": _of_plan(lambda plan: {item.code: item.name for item in plan.instruments.sledai.items}),
    "category": _of_plan(
        lambda plan: {c.code: f"{c.name} ({level_label(plan.sledai.bounds(c))})" for c in plan.sledai.categories}
    ),
    "state": _of_plan(lambda plan: {state.variable: state.name for state in plan.sledai.states}),
    "steroid": lambda code, plan: _of_plan(
        lambda plan: {name: f"≤{KEPT}{limit} mg/day" for name, limit in plan.sledai.steroid_names.items()}
    )(code, plan).replace("INCREASED", "Increased").replace("STOPPED", "Stopped"),
    "parameter": parameter_label,
    "short": parameter_name,
    "levels": lambda code, _: level_label(code),
    "side": _side,
    "index": lambda code, plan: word("indices", index_name(code, plan), plan),
    "test": _of_plan(lambda plan: {test.code: test.name for test in plan.safety.toxicity.tests}),
}  # fmt: skip


# fields that the plan gives in words
WORDS_OF_PLAN: dict[str, Callable[[Plan], object]] = {
    "level": lambda plan: level_text(plan.level),
    "any": lambda plan: word("kinds", "ANY", plan),
    "categories": lambda plan: len(plan.safety.categories.codes),
    "regression": regression_note,
    "geometric_mean": geometric_mean_heading,
    "response_ids": lambda plan: tuple(dict.fromkeys(r.id for r in plan.sri.analyses if r.variable == "SRI4")),
    "relapse_readings": lambda plan: tuple(reading_labels(plan)),
    "toxicity_grades": lambda plan: tuple(range(max(test.highest for test in plan.safety.toxicity.tests) + 1)),
    "log_codes": lambda plan: tuple(marker.code for marker in plan.immunology.markers if marker.scale != "linear"),
}


def word(vocabulary: str, code: str, plan: Plan) -> str:
    """Return the words for a code; one without words of its own is shown as it is.

    Raises
    ------
    KeyError
        There is no such vocabulary.
    """
    if vocabulary in OF_PLAN:
        return OF_PLAN[vocabulary](code, plan)
    vocabularies = load_catalogue().words.vocabularies
    if vocabulary not in vocabularies:
        raise KeyError(f"no vocabulary {vocabulary}; {nearest(vocabulary, {*vocabularies, *OF_PLAN})}")
    found = vocabularies[vocabulary].get(code)
    return POPULATIONS.get(code) or level_label(code) if found is None else say(str(found), plan)


def places_of(name: str, variable: str) -> int:
    """Return the decimal places of a variable in a vocabulary of them; those of ``*`` where it has none of its own."""
    found = load_catalogue().words.vocabularies[name]
    return int(found[variable] if variable in found else found["*"])


def vocabulary(name: str, plan: Plan) -> dict[str, str]:
    """Return the words of words.yaml by code, in their order."""
    return {code: word(name, code, plan) for code in load_catalogue().words.vocabularies[name]}


def say(text: str, plan: Plan, key: Key | None = None, **given: object) -> str:
    """Return words with every field in braces filled.

    Parameters
    ----------
    text
        Fields are ``{group1_level}``, a column of the key; ``{variable:response}``, its words in a vocabulary;
        ``{sri.key_week}``, a value of the plan; ``{level}``, the confidence level; alternatives are joined by ``|``.
    plan
        The plan in force.
    key
        Of the results that the words are about, if they are about any.
    given
        Further fields.
    """
    return FIELD.sub(lambda match: _first(match[1], plan, key, given), text)


def _first(field: str, plan: Plan, key: Key | None, given: Mapping[str, object]) -> str:
    for one in field.split("|"):
        name, _, vocabulary = one.partition(":")
        value = _value(name, plan, key, given)
        found = (
            " or ".join(map(str, value)) if isinstance(value, tuple) and not hasattr(value, "_fields") else str(value)
        )
        if found:
            return word(vocabulary, found, plan) if vocabulary else found
    return ""


def _value(name: str, plan: Plan, key: Key | None, given: Mapping[str, object]) -> object:
    if name in given:
        return given[name]
    if name in KEY_COLUMNS:
        if key is None:
            raise KeyError(f"{{{name}}} stands where no result is meant")
        return getattr(key, name)
    return plan_value(name, plan)


def plan_value(path: str, plan: Plan) -> object:
    """Return a value of the plan by its dotted path, a number in it being a place in a list; or what it gives in words.

    Raises
    ------
    KeyError
        The plan has no such key.
    """
    if path in WORDS_OF_PLAN:
        return WORDS_OF_PLAN[path](plan)
    found: object = plan
    for part in path.split("."):
        if part.lstrip("-").isdigit() and isinstance(found, tuple):
            found = found[int(part)]
        elif isinstance(found, dict) and part in found:
            found = found[part]
        elif part.isidentifier() and not part.startswith("_") and hasattr(found, part):
            found = getattr(found, part)
        else:
            raise KeyError(f"no key {path} in the plan: {part}")
    return found
