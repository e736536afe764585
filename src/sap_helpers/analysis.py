"""What a notebook works with: open a study, analyse an outcome, show its displays by their ids, check its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from IPython.display import Markdown, display

from sap_helpers.adam import store
from sap_helpers.analyses import (
    adverse_blocks,
    adverse_events,
    adverse_listings,
    data_quality,
    disposition,
    explained,
    immunology,
    immunology_listings,
    listings,
    organ_safety,
    relapse_listings,
    relapses,
    sledai,
    sledai_listings,
    sledai_model,
    sri,
    summary,
)
from sap_helpers.analyses.checks import check_results
from sap_helpers.show import overview, quality
from sap_helpers.show.answers import ANSWERS
from sap_helpers.show.catalogue import load_catalogue
from sap_helpers.show.environment import environment_table
from sap_helpers.show.figures import DRAW
from sap_helpers.show.labels import cut_stamp
from sap_helpers.show.listing import make_listing
from sap_helpers.show.parameters import check_parameters
from sap_helpers.show.references import check_functions, check_references
from sap_helpers.show.sri_explainer import explainer
from sap_helpers.show.tables import make_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from sap_helpers.adam.store import Study
    from sap_helpers.plan import Plan
    from sap_helpers.results import Results
    from sap_helpers.show.display import Display, Figure, Table
    from sap_helpers.show.rows import Kind

__all__ = ["Analysis", "Markdown", "analyse", "environment_table", "open_study", "read_report"]

# by outcome: what computes it, and the analyses that it must come to
OUTCOMES: dict[str, tuple[Callable[[Study], Results], Iterable[str]]] = {
    "DQ": (data_quality.analyse_data_quality, ("DQ.FINDINGS",)),
    "DISP": (disposition.analyse_disposition, disposition.PLANNED),
    "SRI": (sri.analyse_sri, sri.PLANNED),
    "IMM": (immunology.analyse_immunology, immunology.PLANNED),
    "SLEDAI": (sledai.analyse_sledai, sledai.PLANNED),
    "REL": (relapses.analyse_relapses, relapses.PLANNED),
    "AE": (adverse_events.analyse_adverse_events, adverse_events.PLANNED),
}
# the frames that listings and figures show, by the names of the catalogue
FRAMES: dict[str, Callable[[Study], pd.DataFrame]] = {
    "out_of_sets": listings.list_out_of_sets,
    "deviations": listings.list_deviations,
    "unknown_words": listings.list_unknown_words,
    "intercurrent_events": listings.list_events,
    "possible_rescue": listings.list_possible_rescue,
    "response_grid": listings.list_response_grid,
    "cells": immunology_listings.list_cells,
    "laboratory": immunology_listings.list_laboratory,
    "pairs": immunology_listings.list_pairs,
    "correlated": immunology_listings.list_correlated,
    "totals": sledai_listings.list_totals,
    "changes": sledai_listings.list_changes,
    "implied_totals": sledai_model.list_implied_totals,
    "relapses": relapse_listings.list_relapses,
    "courses": relapse_listings.list_courses,
    "lanes": relapse_listings.list_lanes,
    "adverse_events": adverse_listings.list_adverse_events,
    "deaths": adverse_listings.list_deaths,
    "missing_causality": adverse_listings.list_missing_causality,
    "lupus_activity": adverse_listings.list_lupus_activity,
    "uncategorised": adverse_listings.list_uncategorised,
    "liver_peaks": adverse_listings.list_liver_peaks,
    "liver_above": adverse_listings.list_liver_above,
    "onsets": adverse_listings.list_onsets,
    "timeline": adverse_listings.list_timeline,
    "dosing_blocks": adverse_listings.list_dosing_blocks,
    "quarantined": lambda study: listings.list_findings(study, "quarantined"),
    "listed": lambda study: listings.list_findings(study, "listed"),
    "noted": lambda study: listings.list_findings(study, "noted"),
}
# why a display has nothing to show, or not all
REASONS: dict[str, Callable[[Study], str]] = {
    "": lambda _: "",
    "no_events": adverse_blocks.why_no_events,
    "no_relation": lambda study: adverse_blocks.why_no_events(study, "AEREL"),
    "no_deaths": lambda study: study.why_unavailable("dm.DTHDTC"),
    "no_liver": organ_safety.why_no_liver,
    "not_all_events": adverse_events.why_not_all_listed,
}


def open_study(**parameters: str) -> Study:
    """Open what the parameter `cut` of a notebook names: a data cut, or a report.

    Parameters
    ----------
    parameters
        All parameters of the notebook, by name.

    Raises
    ------
    UsageError
        The notebook was given a parameter that it does not have, or the folder is neither a cut nor a report.
    PlanError
        The plan, or the catalogue of displays, says what it may not.
    """
    check_parameters(**parameters)
    study = store.open_study(parameters["cut"])
    check_references(load_catalogue(), study.plan)
    check_functions(load_catalogue(), DRAW, FRAMES, REASONS)
    return study


def analyse(study: Study, outcome: str) -> Analysis:
    """Return every result of an outcome: ``"SRI"`` for the primary one, ``"DISP"``, ``"IMM"``, ``"SLEDAI"`` ..."""
    compute, planned = OUTCOMES[outcome]
    return Analysis(study, compute(study), outcome, tuple(planned))


def read_report(study: Study, path: str) -> Analysis:
    """Return every result of a report, or of a cut that has no report yet, with what changed since the previous one."""
    return Analysis(study, summary.load_results(study, path), path=path)


@dataclass(frozen=True)
class Analysis:
    """The results of an outcome, and its displays.

    Parameters
    ----------
    study
        The open study.
    results
        Every result.
    outcome
        The outcome; empty for all of a report.
    planned
        The analyses that must be there.
    path
        The report that they were read from, if they were.
    """

    study: Study
    results: Results
    outcome: str = ""
    planned: tuple[str, ...] = ()
    path: str = ""

    def show(self, name: str, kind: Kind = "table") -> None:
        """Show a display by its id.

        Parameters
        ----------
        name
            As in sap/displays.yaml, ``"SRI.PRIMARY"``.
        kind
            Table, listing or figure of that id.

        Raises
        ------
        KeyError
            There is no such display.
        """
        if name in OWN:
            display(*OWN[name](self))  # type: ignore[no-untyped-call]
        else:
            display(MADE[kind](self, name))  # type: ignore[no-untyped-call]

    def answer(self) -> None:
        """Show the answer in one sentence."""
        answered = ANSWERS[self.outcome] if self.outcome else overview.answer
        display(answered(self.results, self.plan))  # type: ignore[no-untyped-call]

    def check(self) -> None:
        """Check what no result may show, and say how many there are.

        Raises
        ------
        AssertionError
            Something is not as it must be.
        """
        problems = check_results(self.results, self.study, self.planned)
        if problems:
            raise AssertionError(problems)
        count = f"{len(self.results)} results"
        if self.outcome == "DQ":
            refused = [found for found in self.study.findings if found["severity"] == "refused"]
            if refused:
                raise AssertionError(refused)
            print(f"{len(self.study.findings)} findings, none of them a refusal")
        elif self.outcome:
            print(f"{count}, every planned analysis present, no count above its set")
        else:
            print(f"{count} of {len(self.results.analysis_ids)} analyses, no count above its set")

    @property
    def plan(self) -> Plan:
        """The plan in force."""
        return self.study.plan

    @property
    def stamp(self) -> str:
        """What every display says of its cut."""
        return cut_stamp(**self.study.marks)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return self.results._repr_mimebundle_()

    def __repr__(self) -> str:
        """Return one line."""
        return repr(self.results)


def _table(analysis: Analysis, name: str) -> Table:
    return make_table(name, analysis.results, analysis.plan, stamp=analysis.stamp)


def _listing(analysis: Analysis, name: str) -> Table:
    spec, study = load_catalogue().listing(name), analysis.study
    why, gap = REASONS[spec.why](study), REASONS[spec.gap](study)
    return make_listing(name, FRAMES[spec.frame](study), analysis.plan, why=why, gap=gap, stamp=analysis.stamp)


def _figure(analysis: Analysis, name: str) -> Figure:
    spec, study = load_catalogue().figure(name), analysis.study
    given: list[Any] = [analysis.results] if spec.results else []
    given += [FRAMES[frame](study) for frame in spec.frames]
    why = {"why": REASONS[spec.why](study)} if spec.why else {}
    of = [spec.of] if spec.of else []
    return DRAW[spec.draw](*given, analysis.plan, *of, stamp=analysis.stamp, **why)


MADE: dict[Kind, Callable[[Analysis, str], Display]] = {"table": _table, "listing": _listing, "figure": _figure}
# displays that are no row of the catalogue
OWN: dict[str, Callable[[Analysis], Iterable[Display]]] = {
    "DQ.DOMAINS": lambda of: [quality.sources_table(of.study.sources, stamp=of.stamp)],
    "DQ.RULES": lambda of: [quality.rules_table(of.results, data_quality.rule_titles(), stamp=of.stamp)],
    "SRI.EXPLAINED": lambda of: [explainer(of.results, explained.list_explained(of.study), of.plan, stamp=of.stamp)],
    "SUMMARY.OUTCOMES": lambda of: overview.outcome_parts(of.results, of.plan, stamp=of.stamp),
    "SUMMARY.SETS": lambda of: overview.set_parts(of.results, of.plan, stamp=of.stamp),
    "SUMMARY.CHANGES": lambda of: overview.change_parts(
        summary.load_comparison(of.path), of.results, of.plan, stamp=of.stamp
    ),
    "SUMMARY.FINDINGS": lambda of: overview.quality_parts(of.results, of.plan, stamp=of.stamp),
}
