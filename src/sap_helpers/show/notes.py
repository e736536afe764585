"""Sentences below tables, and whom tables are about, where they depend on the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.catalogue import load_catalogue
from sap_helpers.show.cells import notes_of
from sap_helpers.show.immunology_labels import log_scale_notes, pair_notes, parameter_name
from sap_helpers.show.labels import KEPT, population_label, regression_note
from sap_helpers.show.number_format import level_text
from sap_helpers.show.relapse_words import primary_rules
from sap_helpers.show.rows import nearest
from sap_helpers.show.sledai_labels import count_notes, criteria_text, placebo_text
from sap_helpers.show.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sap_helpers.plan import Plan
    from sap_helpers.results import Results

    Sentences = Callable[[Results, Results, Plan], Iterable[str]]

HOLM = {"IMM.CHANGE": "IMM.ADJUSTED", "LAB.CHANGE": "LAB.ADJUSTED"}


def sentences_of(names: Iterable[str], results: Results, rows: Results, plan: Plan) -> list[str]:
    """Return the sentences of the names given, in their order; a name may stand for several sentences, or for none.

    Parameters
    ----------
    results, rows
        All results, and those of the table.
    """
    notes = load_catalogue().words.notes
    found: list[str] = []
    for name in names:
        if name in NOTES:
            found += NOTES[name](results, rows, plan)
        elif name in notes:
            found.append(say(notes[name], plan))
        else:
            raise KeyError(f"no note {name}; {nearest(name, {*NOTES, *notes})}")
    return found


def _deaths(rows: Results, up_to: str) -> list[str]:
    """Return the sentence on the deaths that stands beside a continuous outcome."""
    found = {r.stat_name: r.stat for r in rows if r.key.variable == "DEATH" and not r.key.group1}
    if found.get("n") is None or not found.get("N"):
        return []
    return [f"Deaths by the end of the week's window: {found['n']} of {found['N']}; values {up_to} a death are used."]


def _remarks_in_relapses(_: Results, rows: Results, plan: Plan) -> Iterable[str]:
    """Return the remarks on the definitions that stand in every table."""
    names = {row.variable for row in plan.relapse.of("primary", "beside")}
    return notes_of(type(rows)(tuple(row for row in rows if row.key.variable in names)))


def _covariance(_: Results, rows: Results, __: Plan) -> Iterable[str]:
    """Return which covariance structure the model came to."""
    count = next(r for r in rows if r.stat_name == "N" and not r.key.group1)
    return [f"{count.note[:1].upper()}{count.note[1:]}."] if count.stat and count.note else []


def _tipping(_: Results, rows: Results, plan: Plan) -> Iterable[str]:
    """Return from how many points on the interval no longer excludes no change."""
    groups = rows.groups(by_method=True)
    known = [(key, s) for key, s in groups.items() if key.method and s["conf.high"].stat is not None]
    level = level_text(plan.level)
    for key, stats in known:
        if (stats["conf.low"].stat or 0) <= 0 <= (stats["conf.high"].stat or 0):
            return [f"From {key.group2_level} points on the {level} interval holds no change."]
    last = known[-1][0].group2_level if known else ""
    return [f"With up to {last}{KEPT}points the {level} interval excludes no change."] if known else []


def _family(_: Results, rows: Results, plan: Plan) -> Iterable[str]:
    """Return the method of the tests, with the family within which Holm adjusts."""
    family = plan.immunology.holm[HOLM[rows.rows[0].key.analysis_id]]
    return [
        "Signed-rank test: exact given the ties, zeros dropped; estimate and interval: Walsh averages of all changes. "
        f"Holm: adjusted within {', '.join(parameter_name(code, plan) for code in family)}."
    ]


def _ratios(_: Results, __: Results, plan: Plan) -> Iterable[str]:
    names = ", ".join(ratio.short for ratio in plan.immunology.ratios)
    return [f"{names}: of the week's two chosen values; missing over a denominator of 0."]


NOTES: dict[str, Sentences] = {
    "remarks": lambda _, rows, __: notes_of(rows),
    "pair_remarks": lambda _, rows, plan: pair_notes(rows, plan),
    "count_remarks": lambda _, rows, __: [note for name in rows.analysis_ids for note in count_notes(rows, name)],
    "selection_remarks": lambda _, rows, __: count_notes(rows, "SLEDAI.RTM"),
    "sensitivity_remarks": lambda _, rows, __: notes_of(rows.of("REL.SENSITIVITY")),
    "relapse_remarks": _remarks_in_relapses,
    "regression": lambda _, __, plan: [regression_note(plan)],
    "placebo": lambda _, __, plan: [placebo_text(plan)],
    "deaths": lambda _, rows, __: _deaths(rows, "up to"),
    "deaths_before": lambda _, rows, __: _deaths(rows, "before"),
    "relapse_rules": lambda _, __, plan: primary_rules(plan),
    "covariance": _covariance,
    "robust": lambda _, rows, plan: (
        [say(load_catalogue().words.notes["robust_error"], plan)]
        if any(row.key.method == "Mancl-DeRouen" for row in rows) else []
    ),
    "tipping": _tipping,
    "states": lambda _, __, plan: [criteria_text(state, plan) for state in plan.sledai.states],
    "family": _family,
    "ratios": _ratios,
    "log_scale": lambda _, __, plan: log_scale_notes(plan),
}  # fmt: skip


def _label(_: Results, rows: Results, __: Plan) -> str:
    """Return the name of the one set that the results are of."""
    names = list(dict.fromkeys(row.key.population for row in rows if row.key.population))
    return population_label(names[0]) if len(names) == 1 else ""


def due_at_key_week(rows: Results, plan: Plan) -> str:
    """Return the set's name with how many of it were due at the key week, where that can be told."""
    key, week = rows.rows[0].key, plan.sri.key_week
    place = ("AVISITN", str(week))
    sizes = [r.stat for r in rows if r.stat_name == "N" and (r.key.group1, r.key.group1_level) == place]
    return population_label(key.population) + (
        f"; due at week {week}: N = {sizes[0]}" if sizes and sizes[0] is not None else ""
    )


def _due(week: int, rows: Results) -> str:
    due = next((r.stat for r in rows if r.key.variable == "DEATH" and r.stat_name == "N"), None)
    return population_label("FAS") + (f"; due at week {week}: N = {due}" if due is not None else "")


def due_for_index(results: Results, plan: Plan) -> str:
    """Return the full analysis set with how many of it were due at the week of the index."""
    return _due(plan.sledai.week, results.of("SLEDAI.CHANGE"))


def due_for_cells(results: Results, plan: Plan) -> str:
    """Return the full analysis set with how many of it were due at the week of immunology."""
    return _due(plan.immunology.week, results)


def _sized(rows: Results, words: str, variable: str) -> str:
    """Return the full analysis set with the number of those that an analysis of all of them used."""
    found = (r.stat for r in rows if r.stat_name == "N" and r.key.variable == variable and not r.key.group1)
    size = next(found, None)
    return population_label("FAS") + (f"; in the {words}: N = {size}" if size is not None else "")


def _treated(_: Results, rows: Results, __: Plan) -> str:
    sizes = [row.stat for row in rows if row.stat_name == "N" and row.stat and row.key.variable == "TEAE"]
    return population_label("SAF") + (f", N = {max(sizes)}" if sizes else "")


SETS: dict[str, Callable[[Results, Results, Plan], str]] = {
    "": _label,
    "due": lambda _, rows, plan: due_at_key_week(rows, plan),
    "due_for_response": lambda results, rows, plan: due_at_key_week(results.of("SRI.PRIMARY") + rows, plan),
    "due_for_index": lambda results, _, plan: due_for_index(results, plan),
    "due_for_cells": lambda results, rows, plan: due_for_cells(rows + results, plan),
    "in_model": lambda _, rows, __: _sized(rows, "model", "SLEDAI"),
    "in_curve": lambda _, rows, __: _sized(rows, "curve", "SRI4"),
    "treated": _treated,
}  # fmt: skip
