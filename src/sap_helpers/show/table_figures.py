"""Figures of any table of the catalogue: its rates as a forest plot, a row of the table a row of the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.cells import require
from sap_helpers.show.charts.intervals import ForestRow, draw_forest
from sap_helpers.show.display import Figure
from sap_helpers.show.figure_parts import rate_row, say_rates
from sap_helpers.show.number_format import level_text
from sap_helpers.show.tables import Arranged, find_table, make_table

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.results import Results


def rates_figure(results: Results, plan: Plan, name: str, *, stamp: str = "") -> Figure:
    """Return the rates of a table as a forest plot.

    Parameters
    ----------
    name
        The table in sap/displays.yaml; its rows are proportions.

    Raises
    ------
    ValueError
        A row of the table is no proportion.
    """
    table, (spec, of) = make_table(name, results, plan, stamp=stamp), find_table(name, plan)
    entries = Arranged(spec, require(results, *of), plan).entries
    strange = [label for label, stats in entries if stats and not {"n", "N", "p"} <= stats.keys()]
    if strange:
        raise ValueError(f"figure of {name}: row '{strange[0]}' is no proportion")
    rows = [rate_row(label, stats) if stats else ForestRow(label) for label, stats in entries]
    level = level_text(plan.level)
    svg = draw_forest(rows, headings=("n/N", "%", f"{level} CI"), x_label=table.title)
    said = say_rates((label, stats) for label, stats in entries if stats)
    caption = f"{table.population}. Bars: {level} interval, as in the table."
    return Figure(table.plan_id, table.title, svg, f"{table.title}. {said}", caption, table, stamp=stamp)
