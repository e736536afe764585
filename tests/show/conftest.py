"""What the tests of the display share: the project's plan, hand-typed results, a notebook, its surroundings."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import v4

from sap_helpers.plan import load_plan
from sap_helpers.results import Key, Result, Results
from sap_helpers.show.page import PageContext

ROOT = Path(__file__).parents[2]


def proportion(analysis_id, n, total, low, high, **key):
    """Return hand-typed rows of one proportion; a denominator of 0 gives the reason instead of numbers."""
    fields = {"population": "FAS", "group1": "AVISITN", "group1_level": "10", "variable": "SRI4", "variable_level": "Y"}
    counted = Key(analysis_id, **{**fields, **key})
    limits = counted._replace(method="Clopper-Pearson")
    why = "" if total else "no subject due yet"
    return (
        Result(counted, "n", n, why),
        Result(counted, "N", total, why),
        Result(counted, "p", n / total if total else None, why),
        Result(limits, "conf.low", low, why),
        Result(limits, "conf.high", high, why),
    )


@pytest.fixture(scope="session")
def plan():
    return load_plan(ROOT / "sap" / "plan.yaml")


@pytest.fixture
def make_proportion():
    return proportion


@pytest.fixture
def primary():
    """Weeks 2 and 10 of 38 subjects, week 12 with nobody due. R: binom.test(12, 38)$conf.int, binom.test(27, 38)."""
    return Results(
        (
            *proportion("SRI.PRIMARY", 12, 38, 0.1750253, 0.4865271, group1_level="2"),
            *proportion("SRI.PRIMARY", 27, 38, 0.5409679, 0.8457537, group1_level="10"),
            *proportion("SRI.PRIMARY", 0, 0, None, None, group1_level="12"),
        )
    )


@pytest.fixture
def context():
    return PageContext(
        title="Response", study="NCT02084238", study_title="A study", cut_id="2015-01-31", cut_date="2015-01-31",
        plan_version="1.0", synthetic=True, sealed=True, interim=False,
        pages=(("index.html", "Summary"), ("sri.html", "Response"), ("sledai.html", "SLEDAI")), file="sri.html",
    )  # fmt: skip


@pytest.fixture
def make_notebook():
    """Give a function that makes a notebook of markdown texts and lists of outputs."""

    def make(*cells):
        made = []
        for cell in cells:
            if isinstance(cell, str):
                made.append(v4.new_markdown_cell(cell))
            else:
                made.append(v4.new_code_cell("show()", outputs=list(cell), execution_count=1))
        return v4.new_notebook(cells=made)

    return make


@pytest.fixture
def shown():
    """Give a function that turns an object into the output that a notebook keeps of it."""

    def make(thing):
        bundle = thing._repr_mimebundle_()
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return v4.new_output("display_data", data=data, metadata=metadata)

    return make
