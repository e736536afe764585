"""Further tables of immunology: normal again, beyond the assay's limits, mixed models, by response, correlation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.cells import count_cell, interval_cell, once, p_value_cell, rate_cells, require, stat_cell
from sap_helpers.show.display import Cell, Column, Row, Table, spanned
from sap_helpers.show.immunology_labels import (
    CENSORED,
    decimals,
    due_text,
    pair_notes,
    parameter_label,
    stats_of,
)
from sap_helpers.show.labels import KEPT, population_label, regression_note
from sap_helpers.show.listing import listing
from sap_helpers.show.number_format import level_text

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan
    from sap_helpers.results import Results

MCNEMAR, WALD, KENWARD_ROGER, ROBUST = "McNemar exact", "Wald", "Kenward-Roger", "Mancl-DeRouen"
SPEARMAN, HODGES_LEHMANN = "Spearman", "Hodges-Lehmann"
INDICES = {"SLEDAI": "SELENA-SLEDAI", "SLEDAI22": "SELENA-SLEDAI without serology"}
TITLES = {"IMM.MMRM": "Cells", "LAB.MMRM": "Laboratory"}
SIDES = {"low": "below its lower limit of normal", "high": "above its upper limit of normal"}


def normalised_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return, of the abnormal at week 0, those normal at the week, and the paired test over all pairs."""
    rows = require(results, "LAB.NORMALISED")
    lines = []
    for marker in plan.immunology.markers:
        counted = stats_of(rows, "LAB.NORMALISED", marker.code, variable_level="Y")
        counted |= stats_of(rows, "LAB.NORMALISED", marker.code, "Clopper-Pearson", variable_level="Y")
        worse = stats_of(
            rows, "LAB.NORMALISED", marker.code, group1_level="N", group2_level="Y", variable_level="PAIR"
        )  # fmt: skip
        test = stats_of(rows, "LAB.NORMALISED", marker.code, MCNEMAR)
        cells = (*rate_cells(counted), count_cell(worse), p_value_cell(test))
        lines.append(Row(f"{marker.short}, {SIDES[marker.abnormal]}", once(cells)))
    week = plan.immunology.week
    columns = (
        *spanned("Of the abnormal at week 0, normal", (Column("n/N"), Column("%"), _ci(plan, " (%)"))),
        Column("Newly abnormal, n/N"), Column("p (McNemar)"),
    )  # fmt: skip
    return Table(
        "LAB.NORMALISED", f"Laboratory values that are normal again at week {week}", "Test", columns, tuple(lines),
        population=due_text(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(
        "Each value against the limit of its own record; a value reported above a limit that is not below the upper "
        "limit of normal is abnormal.",
        "Newly abnormal: of all pairs. Intervals: Clopper-Pearson. Test: exact McNemar over all pairs.",
        regression_note(plan), *pair_notes(rows, plan),
    )  # fmt: skip


def censored_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the change on the log10 scale with values beyond a limit of quantification taken as censored."""
    rows = require(results, "LAB.CENSORED")
    lines = []
    for code in dict.fromkeys(row.key.variable for row in rows):
        counted, found = stats_of(rows, "LAB.CENSORED", code), stats_of(rows, "LAB.CENSORED", code, WALD)
        plain = stats_of(results, "LAB.CHANGE", code, "paired t")
        label = parameter_label(code, plan)
        cells = (count_cell(counted), stat_cell(found, "estimate", 3), interval_cell(found, 3, scale=1))
        lines.append(Row(f"{label}, censored", once(cells)))
        pairs = stats_of(results, "LAB.CHANGE", code)
        cells = (stat_cell(pairs, "N", 0), stat_cell(plain, "estimate", 3), interval_cell(plain, 3, scale=1))
        lines.append(Row(f"{label}, at the limits", once(cells)))
    return Table(
        "LAB.CENSORED", "Change with values beyond the limits of quantification", "Analysis",
        (Column("n/N"), Column("Mean change"), _ci(plan)), tuple(lines), population=due_text(results, plan),
        source="results.csv", stamp=stamp,
    ).with_footnotes(
        "n/N: pairs with a value beyond a limit, of all pairs.",
        "Censored: bivariate normal distribution of the log10 values, maximum likelihood, Wald interval.", CENSORED,
    )  # fmt: skip


def models_table(results: Results, plan: Plan, analysis_id: str, *, stamp: str = "") -> Table:
    """Return each week against week 0 under the mixed model of every parameter."""
    rows = require(results, analysis_id)
    codes = tuple(dict.fromkeys(row.key.variable for row in rows))
    weeks = [str(week) for week in plan.immunology.model_weeks]
    lines: list[Row] = []
    for code in codes:
        lines.append(Row(parameter_label(code, plan)))
        for week in weeks:
            counted = stats_of(rows, analysis_id, code, group1_level=week)
            modelled = stats_of(rows, analysis_id, code, KENWARD_ROGER, group1_level=week)
            robust = stats_of(rows, analysis_id, code, ROBUST, group1_level=week)
            found = {**modelled, **robust}
            cells = (
                stat_cell(counted, "n", 0), stat_cell(found, "estimate", decimals(code)),
                stat_cell(modelled, "std.error", decimals(code)), stat_cell(robust, "std.error", decimals(code)),
                stat_cell(found, "df", 1), interval_cell(found, decimals(code), scale=1),
            )  # fmt: skip
            lines.append(Row(f"Week {week}", once(cells), depth=1))
    columns = (*map(Column, ("n", "Change", "SE", "Robust SE", "df")), _ci(plan))
    table = Table(
        analysis_id, f"{TITLES[analysis_id]}: change from week 0 by week, mixed model for repeated measures",
        "Parameter", columns, tuple(lines), population=population_label("FAS"), source="results.csv", stamp=stamp,
    )  # fmt: skip
    return table.with_footnotes(
        "Response at week 0 and at every due week, fixed effect week alone, REML, Kenward-Roger degrees of freedom. n: "
        "values at the week.",
        "Robust SE (Mancl-DeRouen): where the covariance is not unstructured; limits and df are then its own.",
        *pair_notes(rows, plan), regression_note(plan),
    )  # fmt: skip


def by_response_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the change of responders and non-responders and the shift between them."""
    rows = require(results, "IMM.BY_RESPONSE")
    lines = []
    for code in plan.immunology.codes:
        groups = [stats_of(rows, "IMM.BY_RESPONSE", code, group1_level=level) for level in ("Y", "N")]
        shift = stats_of(rows, "IMM.BY_RESPONSE", code, HODGES_LEHMANN)
        cells = [cell for g in groups for cell in (stat_cell(g, "N", 0), stat_cell(g, "median", decimals(code)))]
        cells += [stat_cell(shift, "estimate", decimals(code)), interval_cell(shift, decimals(code), scale=1)]
        lines.append(Row(parameter_label(code, plan), once(cells)))
    week = plan.immunology.week
    columns = (
        *spanned("Responders", (Column("N"), Column("Median change"))),
        *spanned("Others", (Column("N"), Column("Median change"))),
        *spanned("Responders minus others", (Column("Shift"), _ci(plan))),
    )
    return Table(
        "IMM.BY_RESPONSE", f"Change by SRI-4 response at week {week}", "Parameter", columns, tuple(lines),
        population=due_text(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(
        "Response: the primary one, events and missing assessments counted as non-response. No test is made.",
        "Shift: Hodges-Lehmann estimate. The response rests on serology too, which C3, C4 and anti-dsDNA decide.",
        regression_note(plan),
    )  # fmt: skip


def correlation_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return Spearman's correlation of each change with the change of the disease activity index."""
    rows = require(results, "IMM.CORRELATION")
    lines = []
    for code in plan.immunology.codes:
        counted = stats_of(rows, "IMM.CORRELATION", code)
        found = stats_of(rows, "IMM.CORRELATION", code, SPEARMAN)
        cells = (
            Cell(INDICES[index_name(code, plan)]), *once(
                (stat_cell(counted, "N", 0), stat_cell(found, "estimate", 2), interval_cell(found, 2, scale=1))
            ),
        )  # fmt: skip
        lines.append(Row(parameter_label(code, plan), cells))
    columns = (Column("With the change of", is_number=False), Column("N"), Column("Spearman r"), _ci(plan))
    return Table(
        "IMM.CORRELATION", f"Correlation of changes to week {plan.immunology.week} with disease activity", "Parameter",
        columns, tuple(lines), population=due_text(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(
        "Interval by Fisher's z with standard error √((1 + r²/2)/(n - 3)). No test is made.",
        "Low complement and anti-dsDNA are items of the full score: their tests stand beside the score without them.",
    )  # fmt: skip


def index_name(code: str, plan: Plan) -> str:
    """Return the code of the disease activity index with whose change a parameter's is correlated."""
    rule = plan.immunology
    return rule.marker_index if code in rule.marker_codes else rule.cell_index


def cells_listing(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Table:
    """Return the cells by subject, with the days from the last injection to the sample."""
    week, days = plan.immunology.week, plan.immunology.on_drug_days
    labels = {"USUBJID": "Subject"}
    for cell in plan.immunology.cells:
        labels |= {f"{cell.code}0": f"{cell.short}, week{KEPT}0", f"{cell.code}1": f"{cell.short}, week{KEPT}{week}"}
    labels |= {"ADY": "Study day", "DAYS": "Days since injection", "ONDRUG": f"≤{KEPT}{days}{KEPT}days"}
    return listing(
        frame, plan, plan_id="IMM.ON_DRUG", title="Cells, percent of CD4+, and time since the last injection",
        labels=labels, source="adlb, adex", stamp=stamp, population=due_text_of(frame, plan),
        footnotes=(
            "The chosen values of the two weeks; a dash where there is none.",
            "Study day of the later sample, of several the last; days from the last injection on or before it.",
        ),
    )  # fmt: skip


def laboratory_listing(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Table:
    """Return the laboratory by subject, values beyond a limit as reported."""
    week = plan.immunology.week
    labels = {"USUBJID": "Subject"}
    for marker in plan.immunology.markers:
        labels |= {f"{marker.code}0": f"{marker.short}, week{KEPT}0"}
        labels |= {f"{marker.code}1": f"{marker.short}, week{KEPT}{week}"}
    return listing(
        frame, plan, plan_id="LAB.CHANGE", title="Complement (g/L) and anti-dsDNA (IU/mL)", labels=labels,
        source="adlb", stamp=stamp, population=due_text_of(frame, plan),
        footnotes=("The chosen values of the two weeks; a dash where there is none.",),
    )  # fmt: skip


def _ci(plan: Plan, unit: str = "") -> Column:
    return Column(f"{level_text(plan.level)} CI{unit}")


def due_text_of(frame: pd.DataFrame, plan: Plan) -> str:
    """Return whom a listing is of."""
    who = f"Full analysis set due at week {plan.immunology.week}"
    return f"{who}: {len(frame)} subject{'s' if len(frame) > 1 else ''}" if len(frame) else who
