"""Disease activity in words and tables: the answer, the change, the model's weeks, and what missing values could do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.results import Key
from sap_helpers.show.cells import BESIDE, count_cell, interval_cell, once, require, stat_cell
from sap_helpers.show.display import Cell, Column, Row, Statement, Table, spanned
from sap_helpers.show.labels import KEPT, population_label, regression_note, scale_labels
from sap_helpers.show.number_format import level_text
from sap_helpers.show.sledai_labels import (
    END_PLACES,
    HODGES_LEHMANN,
    KENWARD_ROGER,
    PAIRED_T,
    PLACES,
    ROBUST,
    TREATMENT_POLICY,
    Lookup,
    count_notes,
    death_notes,
    estimate_cells,
    model_stats,
    placebo_text,
    set_text,
    spread_cells,
)

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.results import Results
    from sap_helpers.show.sledai_labels import Stats

CHANGES = {
    "SLEDAI.CHANGE": ("All pairs", "SLEDAI"),
    "SLEDAI.NO_ICE": ("Without an intercurrent event", "SLEDAI"),
    "SLEDAI.SEROLOGY_FREE": ("Without the serology items", "SLEDAI22"),
    "PGA.CHANGE": ("Physician's global assessment", "PGA"),
}
MODELS = {"SLEDAI.MMRM": "to week {}", "SLEDAI.MMRM_ALL": "all weeks"}
ROBUST_NOTE = (
    "Limits and df are those of the robust standard error (Mancl and DeRouen), which holds if the covariance structure "
    "is wrong; df: values at the week minus 1."
)
ALL_STEROIDS = (
    "Prednisone equivalent of all steroids active on the week's target day; rescue therapy counts after the first dose."
)


def answer(results: Results, plan: Plan) -> Statement:
    """Return the change in one sentence, by pairs and by the model, with what it must not be read without."""
    week = plan.sledai.week
    found = Lookup.of(results, "SLEDAI.CHANGE", "SLEDAI.MMRM")
    key = Key("SLEDAI.CHANGE", "FAS", variable="SLEDAI")
    pairs, t = found.at(key), found.at(key, method=PAIRED_T)
    model = model_stats(found, Key("SLEDAI.MMRM", "FAS", "AVISITN", str(week), variable="SLEDAI"))
    (change, limits), (modelled, model_limits) = estimate_cells(t, 1), estimate_cells(model, 1)
    ids = (*stat_cell(pairs, "N").result_ids, *change.result_ids, *limits.result_ids)
    if t["estimate"].stat is None:
        return Statement(f"Change of SELENA-SLEDAI from week 0 to week {week}: {change.text}.", _caveats(plan))
    level = level_text(plan.level)
    n = pairs["N"].stat
    text = (
        f"From week 0 to week {week} the SELENA-SLEDAI of {n} subject{'s' if n != 1 else ''} changed by {change.text} "
        f"points on average ({level} confidence interval{':' if t['conf.low'].stat is None else ''} {limits.text})"
    )
    if model["estimate"].stat is not None:
        text += f"; over the whole full analysis set the mixed model gives {modelled.text} ({model_limits.text})"
        ids += (*modelled.result_ids, *model_limits.result_ids)
    return Statement(f"{text}.", _caveats(plan), tuple(dict.fromkeys(ids)))


def _caveats(plan: Plan) -> tuple[str, ...]:
    """Return the caution on selection, with what subjects selected alike did under placebo."""
    return regression_note(plan), placebo_text(plan)


def change_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the change to the outcome's week in its four readings: paired t, ranks, Hodges-Lehmann."""
    found = Lookup.of(results, *CHANGES)
    lines = []
    for analysis_id, (label, variable) in CHANGES.items():
        key = Key(analysis_id, "FAS", variable=variable)
        t, shift = (found.at(key, method=name) for name in (PAIRED_T, HODGES_LEHMANN))
        places = PLACES[variable]
        cells = (
            stat_cell(found.at(key), "N", 0), *estimate_cells(t, places), *estimate_cells(shift, places),
        )  # fmt: skip
        lines.append(Row(label, once(cells)))
    ci = Column(f"{level_text(plan.level)} CI")
    columns = (
        Column("N"),
        *spanned("Mean change (paired t)", (Column("Estimate"), ci)),
        *spanned("Hodges-Lehmann", (Column("Estimate"), ci)),
    )
    ranks_note = "Hodges-Lehmann: Walsh averages of all changes, with the interval that the signed-rank test inverts."
    notes = [note for name in CHANGES for note in count_notes(results, name)]
    return Table(
        "SLEDAI.CHANGE", f"Change from week 0 to week {plan.sledai.week}", "Pairs", columns, tuple(lines),
        population=set_text(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(
        "N: subjects with a value at both weeks.", TREATMENT_POLICY, ranks_note, regression_note(plan),
        *death_notes(results, "SLEDAI.CHANGE"), *notes,
    )  # fmt: skip


def values_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return mean, SD, median and quartiles of the pairs at both weeks, and of the change."""
    found = Lookup.of(results, *CHANGES)
    lines: list[Row] = []
    for analysis_id, (label, variable) in CHANGES.items():
        key = Key(analysis_id, "FAS", variable=variable)
        lines.append(Row(label))
        n = stat_cell(found.at(key), "N", 0)
        for week in (0, plan.sledai.week):
            stats = found.at(key, group1="AVISITN", group1_level=str(week))
            lines.append(Row(f"Week {week}", once((n, *spread_cells(stats, PLACES[variable]))), depth=1))
        lines.append(Row("Change", once((n, *spread_cells(found.at(key), PLACES[variable]))), depth=1))
    return Table(
        "SLEDAI.CHANGE", f"Values of the pairs at weeks 0 and {plan.sledai.week}", "Pairs",
        (Column("N"), Column("Mean (SD)"), Column("Median (Q1, Q3)")), tuple(lines),
        population=set_text(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes("N: subjects with a value at both weeks.", regression_note(plan))  # fmt: skip


def model_table(results: Results, plan: Plan, analysis_id: str = "SLEDAI.MMRM", *, stamp: str = "") -> Table:
    """Return the model's change of every week from week 0."""
    found = Lookup.of(results, analysis_id)
    total = Key(analysis_id, "FAS", variable="SLEDAI")
    weeks = [key.group1_level for key in found.groups if key.group1 and key.method == KENWARD_ROGER]
    at = {week: total._replace(group1="AVISITN", group1_level=week) for week in ("0", *weeks)}
    has_robust = any(key.method == ROBUST for key in found.groups)
    lines = [Row("0", (stat_cell(found.at(at["0"]), "n", 0), *[Cell(BESIDE)] * (4 + has_robust)))]
    for week in weeks:
        stats = model_stats(found, at[week])
        modelled = found.at(at[week], method=KENWARD_ROGER)
        cells = (
            stat_cell(found.at(at[week]), "n", 0), stat_cell(stats, "estimate", 2),
            *((stat_cell(modelled, "std.error", 2),) if has_robust else ()), stat_cell(stats, "std.error", 2),
            stat_cell(stats, "df", 1), interval_cell(stats, 2, scale=1),
        )  # fmt: skip
        lines.append(Row(week, once(cells)))
    errors = (Column("Model SE"), Column("Robust SE")) if has_robust else (Column("SE"),)
    columns = (Column("n"), Column("Change"), *errors, Column("df"), Column(f"{level_text(plan.level)} CI"))
    count = found.at(total)["N"]
    covariance = (f"{count.note[:1].upper()}{count.note[1:]}.",) if count.stat and count.note else ()
    subjects = f"; in the model: N = {count.stat}" if count.stat is not None else ""
    label = MODELS[analysis_id].format(plan.sledai.week)
    least = f"A week enters with at least {plan.mixed_model.min_values} values."
    return Table(
        analysis_id, f"SELENA-SLEDAI by week, mixed model, {label}", "Week", columns, tuple(lines),
        population=population_label("FAS") + subjects, source="results.csv", stamp=stamp,
    ).with_footnotes(
        "Change: week minus week 0. Model: response at week 0 (all subjects) and at every due week; fixed effect week "
        "alone; restricted maximum likelihood; Kenward-Roger.", *covariance, ROBUST_NOTE if has_robust else "", least,
        TREATMENT_POLICY, "Missing values are taken as missing at random.", regression_note(plan),
    )  # fmt: skip


def by_week_table(results: Results, plan: Plan, variable: str = "SLEDAI", *, stamp: str = "") -> Table:
    """Return the observed values of every week: SELENA-SLEDAI, PGA or the daily prednisone."""
    ids = {"SLEDAI": "SLEDAI.BY_WEEK", "PGA": "PGA.CHANGE", "PREDNISONE": "STEROID.BY_WEEK"}
    analysis_id = ids[variable]
    found = Lookup.of(results, analysis_id)
    group2 = {"group2": "VALUES", "group2_level": "observed"} if variable == "PGA" else {}
    death = Key(analysis_id, "FAS", "AVISITN", variable="DEATH", variable_level="Y")
    has_deaths = any(key.variable == "DEATH" and key.group1 for key in found.groups)
    lines = []
    for week in (0, *plan.time.weeks):
        stats = found.at(Key(analysis_id, "FAS", "AVISITN", str(week), variable=variable, **group2))
        low, high = (stat_cell(stats, name, END_PLACES[variable]) for name in ("min", "max"))
        ends = f"{low.text}, {high.text}" if stats["min"].stat is not None else BESIDE
        counts = count_cell(stats) if stats["N"].stat else stat_cell(stats, "mean", 0)
        cells = (
            counts, *spread_cells(stats, PLACES[variable]), Cell(ends, (*low.result_ids, *high.result_ids)),
            *((_death_cell(found.at(death, group1_level=str(week))),) if has_deaths else ()),
        )  # fmt: skip
        lines.append(Row(str(week), once(cells)))
    columns = (Column("n/N"), Column("Mean (SD)"), Column("Median (Q1, Q3)"), Column("Min, max"))
    names = {**scale_labels(plan), "PREDNISONE": "Prednisone (mg/day)"}
    asked = "with recorded prednisone" if variable == "PREDNISONE" else "with a value"
    notes = [f"n/N: subjects {asked}, of those due.", *_by_week_notes(variable), *count_notes(results, analysis_id)]
    return Table(
        analysis_id, f"{names[variable]} by week", "Week", (*columns, *((Column("Deaths"),) if has_deaths else ())),
        tuple(lines), population=population_label("FAS"), source="results.csv", stamp=stamp,
    ).with_footnotes(*notes, regression_note(plan))  # fmt: skip


def _death_cell(stats: Stats) -> Cell:
    """Return the number of deaths; a dash where nobody is due."""
    cell = stat_cell(stats, "n", 0)
    return cell if stats and (stats["N"].stat or stats["N"].stat is None) else Cell(BESIDE, cell.result_ids)


def _by_week_notes(variable: str) -> tuple[str, ...]:
    if variable == "PREDNISONE":
        return (ALL_STEROIDS,)
    deaths = "Deaths: by the end of the week's window." if variable == "SLEDAI" else ""
    return TREATMENT_POLICY, deaths


def delta_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the model's change with points added to every value missing at the outcome's week."""
    rows = require(results, "SLEDAI.DELTA")
    found = Lookup(rows.groups(by_method=True))
    lines = []
    for key, stats in found.groups.items():
        if key.method:
            continue
        shifted = found.at(key, method=KENWARD_ROGER)
        cells = (count_cell(stats), *estimate_cells(shifted, 2))
        lines.append(Row(f"+{key.group2_level}", once(cells)))
    week = plan.sledai.week
    method = (
        f"A value missing at week {week} is what the mixed model implies, given the subject's observed values, plus so "
        "many points; the mean of the completed values is the model's change plus points times the share missing. Its "
        "variance adds that of the share."
    )
    columns = (Column("Missing/N"), Column("Change"), Column(f"{level_text(plan.level)} CI"))
    return Table(
        "SLEDAI.DELTA", f"Tipping point: worse values where week {week} is missing", "Points added", columns,
        tuple(lines), population=set_text(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(method, _tipping(found, plan), regression_note(plan))  # fmt: skip


def _tipping(found: Lookup, plan: Plan) -> str:
    """Return from how many points on the interval no longer excludes no change."""
    shifted = [(key, stats) for key, stats in found.groups.items() if key.method]
    known = [(key, stats) for key, stats in shifted if stats["conf.high"].stat is not None]
    if not known:
        return ""
    for key, stats in known:
        if (stats["conf.low"].stat or 0) <= 0 <= (stats["conf.high"].stat or 0):
            return f"From {key.group2_level} points on the {level_text(plan.level)} interval holds no change."
    return (
        f"With up to {known[-1][0].group2_level}{KEPT}points the {level_text(plan.level)} interval excludes no change."
    )
