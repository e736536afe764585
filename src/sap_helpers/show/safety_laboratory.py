"""Laboratory safety in tables: liver, kidney, toxicity grades against baseline, tests by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.cells import notes_of, rate_cells, require, stat_cell
from sap_helpers.show.display import Cell, Column, Row, Table, spanned
from sap_helpers.show.labels import population_label
from sap_helpers.show.listing import LONG_ROWS, listing
from sap_helpers.show.number_format import level_text
from sap_helpers.show.sri import ROUNDING
from sap_helpers.show.withheld import withheld_table

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results

Stats = dict[str, "Result"]
QUADRANTS = {
    "NORMAL": "Neither above its threshold",
    "HYPERBILIRUBINAEMIA": "Bilirubin alone",
    "TEMPLE": "Transaminase alone (Temple's corollary)",
    "HYS_LAW_RANGE": "Both (range of Hy's law)",
}
TESTS = {"UPROT": "Proteinuria (g/day)", "IGG": "IgG (g/L)", "PLAT": "Platelets (10^9/L)", "WBC": "Leukocytes (10^9/L)"}
PEAK_COLUMNS = (Column("N"), Column("Median (min, max)"))
AFTER = "After baseline: from day 2 to day {day}, scheduled or not."


def liver_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the candidates for Hy's law and the quadrants of the eDISH plot, against limit and baseline."""
    rows = require(results, "AE.LIVER")
    rule = plan.safety.liver
    groups = rows.groups()
    labels = {
        "HYS_LAW": "Hy's-law candidate",
        "HYS_LAW_NO_ALP": "Would be one; no alkaline phosphatase in the peak's sample",
    }
    lines = [Row(labels[key.variable], rate_cells(stats)) for key, stats in groups.items() if key.variable in labels]
    scales = {"EDISH": "Peaks in multiples of the upper limit", "EDISH_BASE": "Peaks in multiples of the own baseline"}
    for name, heading in scales.items():
        lines.append(Row(heading))
        lines += [
            Row(QUADRANTS[key.variable_level], rate_cells(stats), depth=1)
            for key, stats in groups.items()
            if key.variable == name
        ]
    candidate = (
        f"Candidate: {' or '.join(rule.transaminases)} of at least {rule.transaminase_multiple} times its upper limit, "
        f"bilirubin above {rule.bilirubin_multiple} times within {rule.days} days after, and alkaline phosphatase of "
        f"the highest transaminase's sample below {rule.phosphatase_multiple} times. Other causes are for a clinician."
    )
    base = "Eligibility admits raised transaminases: multiples of the own baseline stand beside."
    columns = (Column("n/N"), Column("%"), Column(f"{level_text(plan.level)} CI (%)"))
    return _table("AE.LIVER", "Liver: Hy's law and eDISH", "Subjects", columns, lines, rows, stamp).with_footnotes(
        candidate, base, _after(plan), "N: treated subjects with both tests after baseline.", ROUNDING
    )


def liver_peaks_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the highest value of each liver test after baseline in both scales."""
    rows = require(results, "AE.LIVER")
    by: dict[str, dict[str, Stats]] = {}
    for key, stats in rows.groups().items():
        if key.group1 == "PARAMCD":
            by.setdefault(key.group1_level, {})[key.variable] = stats
    lines = [Row(code, (*_peak(scales["XULN"]), *_peak(scales["XBASE"]))) for code, scales in by.items()]
    columns = (*spanned("Times the upper limit", PEAK_COLUMNS), *spanned("Times the own baseline", PEAK_COLUMNS))
    return _table(
        "AE.LIVER", "Highest liver values after baseline", "Test", columns, lines, rows, stamp
    ).with_footnotes(_after(plan))


def liver_listing(frame: pd.DataFrame, plan: Plan, *, why: str = "", stamp: str = "") -> Table:
    """Return the subjects with a transaminase or a bilirubin above its threshold."""
    labels = {
        "USUBJID": "Subject", "XULN_T": "Transaminase, times limit", "XULN_B": "Bilirubin, times limit",
        "XBASE_T": "Transaminase, times baseline", "XBASE_B": "Bilirubin, times baseline", "PEAKDT": "Peak",
        "HYS_LAW": "Candidate",
    }  # fmt: skip
    title = "Subjects with liver values above a threshold"
    if why:
        return withheld_table("AE.LIVER", title, why, source="adlb", stamp=stamp)
    rows = frame.loc[frame["ABNORMAL"] == "yes"]
    places = dict.fromkeys(("XULN_T", "XULN_B", "XBASE_T", "XBASE_B"), 2)
    return listing(
        rows, plan, plan_id="AE.LIVER", title=title, labels=labels, places=places,
        source="adlb", stamp=stamp,
    )  # fmt: skip


def kidney_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the creatinine stages."""
    rows = require(results, "AE.KIDNEY")
    bounds = [str(bound) for bound in plan.safety.kidney.stages]
    lines, peak = [], None
    for key, stats in rows.groups().items():
        if key.variable != "KDIGO":
            peak = stats
            continue
        stage = int(key.variable_level)
        low, high = (bounds[stage - 1] if stage else ""), (bounds[stage] if stage < len(bounds) else "")
        text = " and ".join(
            part for part in (f"at least {low}" if low else "", f"below {high}" if high else "") if part
        )
        lines.append(Row(f"Stage {stage}: {text} times baseline" if stage else f"No stage: {text} times baseline",
                         rate_cells(stats)[:2]))  # fmt: skip
    if peak is not None:
        lines.append(
            Row("Highest creatinine, times baseline: median (min, max)", (_peak(peak)[1], stat_cell(peak, "N", 0)))
        )
    ratio = "The KDIGO ratios alone: with visits every two weeks its clocks of 48 hours and 7 days cannot be met."
    nephritis = "Lupus nephritis raises creatinine too; the cause is not judged here."
    columns = (Column("n/N"), Column("% or N"))
    return _table(
        "AE.KIDNEY", "Kidney: creatinine against baseline", "Stage", columns, lines, rows, stamp
    ).with_footnotes(ratio, nephritis, _after(plan), ROUNDING)


def shift_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the subjects by test, baseline grade and worst grade after it; rare baseline grades where any."""
    rows = require(results, "LABS.SHIFT")
    names = {test.code: test.name for test in plan.safety.toxicity.tests}
    highest = max(test.highest for test in plan.safety.toxicity.tests)
    by: dict[str, dict[str, dict[str, Stats]]] = {}
    for key, stats in rows.groups().items():
        by.setdefault(key.group1_level, {}).setdefault(key.group2_level, {})[key.variable_level] = stats
    lines = []
    for code, bases in by.items():
        lines.append(Row(names.get(code, code)))
        for base, worst in bases.items():
            if base in {"0", "1"} or any(stats["n"].stat for stats in worst.values()):
                cells = tuple(_grade(worst, grade) for grade in range(highest + 1))
                lines.append(
                    Row("Baseline not graded" if base == "MISSING" else f"Baseline grade {base}", cells, depth=1)
                )
    columns = spanned("Subjects by worst grade after baseline", tuple(Column(f"Grade {g}") for g in range(highest + 1)))
    edition = plan.safety.toxicity.ctcae_version
    version = f"CTCAE version {edition}, by the laboratory value alone; baseline by the upper or lower limit."
    abnormal = (
        "Liver tests of subjects above the limit at baseline: multiples of their own baseline, as the criteria say."
    )
    left_out = "Baseline grades of 2 and higher that nobody has are left out."
    return _table(
        "LABS.SHIFT", "Worst laboratory grade after baseline", "Test", columns, lines, rows, stamp
    ).with_footnotes(version, abnormal, "A dash: the criteria have no such grade for the test.", left_out, _after(plan))


def weekly_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the tests that are described by week."""
    rows = require(results, "LABS.OTHER")
    lines: list[Row] = []
    current = ""
    for key, stats in rows.groups().items():
        if key.variable != current:
            current = key.variable
            lines.append(Row(TESTS.get(current, current)))
        lines.append(Row(f"Week {key.group1_level}", _summary(stats), depth=1))
    columns = (Column("N"), Column("Mean (SD)"), Column("Median (Q1, Q3)"), Column("Minimum, maximum"))
    table = _table("LABS.OTHER", "Other laboratory tests by week", "Test and week", columns, lines, rows, stamp)
    due = "Observed values of subjects for whom the week was due at the cut; week 0 is baseline."
    first, last = plan.time.window(plan.time.weeks[-1])
    window = f"A week is its analysis window, the last one days {first} to {last}; the value nearest to the target day."
    return table.with_footnotes(due, window)


def _grade(worst: dict[str, Stats], grade: int) -> Cell:
    return stat_cell(worst.get(str(grade), {}), "n", 0)


def _summary(stats: Stats) -> tuple[Cell, ...]:
    shown = [("N", 0), ("mean", 2), ("sd", 2), ("median", 2), ("p25", 2), ("p75", 2), ("min", 2), ("max", 2)]
    cells = {name: stat_cell(stats, name, places) for name, places in shown}
    if stats["mean"].stat is None:
        return cells["N"], cells["mean"], Cell("–"), Cell("–")
    return (
        cells["N"], _joined("{} ({})", cells, "mean", "sd"), _joined("{} ({}, {})", cells, "median", "p25", "p75"),
        _joined("{}, {}", cells, "min", "max"),
    )  # fmt: skip


def _joined(text: str, cells: dict[str, Cell], *names: str) -> Cell:
    return Cell(text.format(*(cells[n].text for n in names)), tuple(i for n in names for i in cells[n].result_ids))


def _peak(stats: Stats) -> tuple[Cell, Cell]:
    cells = {name: stat_cell(stats, name, 2) for name in ("median", "min", "max")}
    if stats["median"].stat is None:
        return stat_cell(stats, "N", 0), cells["median"]
    return stat_cell(stats, "N", 0), _joined("{} ({}, {})", cells, "median", "min", "max")


def _after(plan: Plan) -> str:
    return AFTER.format(day=plan.safety.last_day)


def _table(
    plan_id: str, title: str, stub: str, columns: tuple[Column, ...], lines: list[Row], rows: Results, stamp: str
) -> Table:  # fmt: skip
    return Table(
        plan_id, title, stub, columns, tuple(lines), population=population_label("SAF"), footnotes=notes_of(rows),
        source="results.csv", stamp=stamp, is_long=len(lines) > 3 * LONG_ROWS,
    )  # fmt: skip
