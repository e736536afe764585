"""The answer of each outcome in one sentence, with what it must not be read without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.results import Key
from sap_helpers.show.cells import count_cell, interval_cell, percent_cell, require, stat_cell
from sap_helpers.show.display import Statement
from sap_helpers.show.immunology_labels import parameter_label
from sap_helpers.show.labels import regression_note
from sap_helpers.show.lookup import (
    HODGES_LEHMANN,
    PAIRED_T,
    Lookup,
    at_week,
    estimate_cells,
    model_stats,
    statistics_of,
    stats_of,
)
from sap_helpers.show.notes import HOLM, sentences_of
from sap_helpers.show.number_format import level_text
from sap_helpers.show.sledai_labels import placebo_text
from sap_helpers.show.words import places_of, word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results

    Stats = Mapping[str, Result]


def answer_response(results: Results, plan: Plan) -> Statement:
    """Return the primary result in one sentence, with what it must not be read without."""
    week = plan.sri.key_week
    stats = at_week(require(results, "SRI.PRIMARY"), week)
    shown, ids = _rate(stats, plan)
    if not stats["N"].stat:
        text = f"SRI-4 response at week {week}: {shown}."
    else:
        text = (
            f"At week {week}, {stats['n'].stat} of {stats['N'].stat} subjects of the full analysis set "
            f"had an SRI-4 response ({shown})."
        )
    return Statement(text, (regression_note(plan),), tuple(dict.fromkeys(ids)))


def _rate(stats: Stats, plan: Plan) -> tuple[str, tuple[str, ...]]:
    """Return a proportion with its interval in words, or why there is none, and the results quoted."""
    share, interval = percent_cell(stats), interval_cell(stats)
    ids = (*count_cell(stats).result_ids, *share.result_ids, *interval.result_ids)
    if not stats["N"].stat:
        return share.text, ids
    return f"{share.text}%, {level_text(plan.level)} confidence interval {interval.text}", ids


def answer_immunology(results: Results, plan: Plan) -> Statement:
    """Return the changes in one sentence: by parameter of the record, Hodges-Lehmann estimate and interval."""
    week = plan.immunology.week
    parts: list[str] = []
    absent: list[str] = []
    ids: list[str] = []
    for analysis_id in HOLM:
        shown = [
            (code, stats_of(results, analysis_id, code, HODGES_LEHMANN))
            for code in plan.immunology.holm[HOLM[analysis_id]]
        ]
        known = [(code, shift) for code, shift in shown if shift["estimate"].stat is not None]
        for code, shift in known:
            estimate, limits = (
                stat_cell(shift, "estimate", places_of("markers", code)),
                interval_cell(shift, places_of("markers", code), scale=1),
            )
            parts.append(f"{parameter_label(code, plan)} {_signed(estimate.text)} ({limits.text})")
            ids += [*estimate.result_ids, *limits.result_ids]
        if not known:
            absent.append(f"{word('families', analysis_id, plan)}: {shown[0][1]['estimate'].note}")
    if not parts:
        return Statement(f"Change from week 0 to week {week}. {'. '.join(absent)}.", _uncontrolled(results, plan))
    text = (
        f"From week 0 to week {week} the values changed by (Hodges-Lehmann estimate, {level_text(plan.level)} "
        f"confidence interval): {'; '.join([*parts, *absent])}."
    )
    return Statement(text, _uncontrolled(results, plan), tuple(dict.fromkeys(ids)))


def _uncontrolled(results: Results, plan: Plan) -> tuple[str, ...]:
    return regression_note(plan), *sentences_of(["not_why"], results, results, plan)


def _signed(text: str) -> str:
    return text if text.startswith("-") else f"+{text}"


def answer_index(results: Results, plan: Plan) -> Statement:
    """Return the change in one sentence, by pairs and by the model, with what it must not be read without."""
    week = plan.sledai.week
    found = Lookup.of(results, "SLEDAI.CHANGE", "SLEDAI.MMRM")
    key = Key("SLEDAI.CHANGE", "FAS", variable="SLEDAI")
    pairs, t = found.at(key), found.at(key, method=PAIRED_T)
    model = model_stats(found, Key("SLEDAI.MMRM", "FAS", "AVISITN", str(week), variable="SLEDAI"))
    (change, limits), (modelled, model_limits) = estimate_cells(t, 1), estimate_cells(model, 1)
    ids = (*stat_cell(pairs, "N").result_ids, *change.result_ids, *limits.result_ids)
    if t["estimate"].stat is None:
        return Statement(
            f"Change of SELENA-SLEDAI from week 0 to week {week}: {change.text}.",
            (regression_note(plan), placebo_text(plan)),
        )
    level = level_text(plan.level)
    n = pairs["N"].stat
    text = (
        f"From week 0 to week {week} the SELENA-SLEDAI of {n} subject{'s' if n != 1 else ''} changed by {change.text} "
        f"points on average ({level} confidence interval{':' if t['conf.low'].stat is None else ''} {limits.text})"
    )
    if model["estimate"].stat is not None:
        text += f"; over the whole full analysis set the mixed model gives {modelled.text} ({model_limits.text})"
        ids += (*modelled.result_ids, *model_limits.result_ids)
    return Statement(f"{text}.", (regression_note(plan), placebo_text(plan)), tuple(dict.fromkeys(ids)))


def answer_relapses(results: Results, plan: Plan) -> Statement:
    """Return the primary result in one sentence, with what it must not be read without."""
    stats = statistics_of(require(results, "REL.PARTICIPANTS"), plan.relapse.primary.variable, population="REM")
    shown, ids = _rate(stats, plan)
    within = (
        f"within {plan.relapse.days_after_stop} days of the last dose, at most to study day {plan.relapse.last_day}"
    )
    if not stats["N"].stat:
        text = f"Relapse {within}: {shown}."
    else:
        text = (
            f"Of {stats['N'].stat} subjects in remission on treatment who stopped it and were followed, "
            f"{stats['n'].stat} had a SELENA-SLEDAI above their reference {within} ({shown})."
        )
    measured = [_followed(results), _lateness(results, plan)]
    ids = tuple(dict.fromkeys(ids)) + tuple(name for _, names in measured for name in names)
    return Statement(text, (*(said for said, _ in measured if said), regression_note(plan)), ids)


def _followed(results: Results) -> tuple[str, tuple[str, ...]]:
    """Return for how long those of the primary proportion were followed, with the results quoted."""
    stats = _spread(results, "REL.PARTICIPANTS", "FOLLOWED_DAYS")
    if not stats:
        return "", ()
    median, low, high = (stat_cell(stats, name, 0) for name in ("median", "min", "max"))
    text = (
        f"They were followed for {low.text} to {high.text} days after the last dose, median {median.text}; who was "
        "followed for a short time without a relapse counts as not relapsed."
    )
    return text, tuple(i for cell in (low, high, median) for i in cell.result_ids)


def _lateness(results: Results, plan: Plan) -> tuple[str, tuple[str, ...]]:
    """Return how late the date of a relapse may be, in days of this cut where there is a relapse."""
    stats = _spread(results, "REL.EVENTS", plan.relapse.primary.variable, "GAP")
    if not stats:
        return sentences_of(["calendar"], results, results, plan)[0], ()
    median, most = stat_cell(stats, "median", 0), stat_cell(stats, "max", 0)
    text = (
        "A relapse is dated by the visit that found it: late by up to the time since the assessment before, here a "
        f"median of {median.text} and at most {most.text} days."
    )
    return text, (*median.result_ids, *most.result_ids)


def _spread(results: Results, analysis_id: str, variable: str, level: str = "") -> Mapping[str, Result]:
    """Return the statistics of days of a variable; none where they are not estimable."""
    named = {
        row.stat_name: row
        for row in results.of(analysis_id)
        if (row.key.variable, row.key.variable_level, row.key.group1) == (variable, level, "")
    }
    return named if named and named["median"].stat is not None else {}


def answer_safety(results: Results, plan: Plan) -> Statement:
    """Return the overview in one sentence, with what it must not be read without."""
    groups = {key.variable: stats for key, stats in require(results, "AE.OVERVIEW").groups().items()}
    stats = groups["ANY"]
    shown, ids = _rate(stats, plan)
    if not stats["N"].stat:
        return Statement(f"Adverse events: {shown}.", (), ids)
    serious, fatal = (_in_words(groups[name]) for name in ("SERIOUS", "FATAL"))
    text = (
        f"Up to day {plan.safety.last_day}, {stats['n'].stat} of {stats['N'].stat} treated subjects had an adverse "
        f"event ({shown}); subjects with a serious one: {serious}, with a fatal one: {fatal}."
    )
    extra = tuple(i for name in ("SERIOUS", "FATAL") for i in count_cell(groups[name]).result_ids)
    return Statement(
        text, tuple(sentences_of(["no_control"], results, results, plan)), tuple(dict.fromkeys((*ids, *extra)))
    )


def _in_words(stats: Stats) -> str:
    """Return a count in words: the number, or why there is none."""
    count = stats["n"].stat
    return count_cell(stats).text if count is None else str(count)


ANSWERS: dict[str, Callable[[Results, Plan], Statement]] = {
    "SRI": answer_response, "IMM": answer_immunology, "SLEDAI": answer_index, "REL": answer_relapses,
    "AE": answer_safety,
}  # fmt: skip
