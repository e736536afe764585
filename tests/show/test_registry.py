"""The summary's table: the outcomes of the registry record in its order, and what is absent said in its place."""

from __future__ import annotations

import pytest

from sap_helpers.results import Key, Result, Results
from sap_helpers.show.registry import outcomes_table


def change(analysis_id, variable, mean, low, high, p):
    """Return the rows of one change over nine pairs."""
    key = Key(analysis_id, "FAS", variable=variable)
    shift, t = (key._replace(method=name) for name in ("Hodges-Lehmann", "paired t"))
    adjusted = key._replace(analysis_id=analysis_id.replace("CHANGE", "ADJUSTED"), method="Holm")
    return (
        Result(key, "N", 9), Result(t, "estimate", 2 * mean), Result(shift, "estimate", mean),
        Result(shift, "conf.low", low), Result(shift, "conf.high", high), Result(adjusted, "p.value", p / 3),
        Result(adjusted, "p.adjusted", p),
    )  # fmt: skip


def rows_of(results, plan):
    return {row.label: tuple(cell.text for cell in row.cells) for row in outcomes_table(results, plan).rows}


def test_outcomes_table__every_outcome_of_the_record_in_its_order(primary, plan):
    heads = [row.label.partition(":")[0] for row in outcomes_table(primary, plan).rows if not row.cells]
    assert heads == [
        "Primary", "Immunological responses", "Immunologic impact", "SELENA-SLEDAI score", "Relapses over 24 weeks",
        "Safety",
    ]  # fmt: skip


def test_outcomes_table__an_outcome_leads_to_its_page_and_an_absent_one_says_so(primary, plan):
    rows = [row for row in outcomes_table(primary, plan).rows if not row.cells]
    assert rows[0].href == "sri.html"
    assert rows[1].label == "Immunological responses: not part of this report: it was made with --only"
    assert [row.href for row in rows[1:]] == [""] * 5


def test_outcomes_table__rate_with_its_set(primary, plan):
    assert rows_of(primary, plan)["SRI-4 response, week 10 (primary)"] == ("FAS", "27/38", "71.1", "54.1 to 84.6", "–")


def test_outcomes_table__rate_of_nobody_due_says_so_once(primary, plan):
    assert rows_of(primary, plan)["SRI-4 response, week 12"] == ("FAS", "0/0", "no subject due yet", "–", "–")


def test_outcomes_table__change_with_pairs_and_the_estimate_and_p_that_the_plan_infers_from(plan):
    found = Results(change("IMM.CHANGE", "TREG", 4.4306, 3.5371, 5.3241, 0.0451))
    label = "Treg (% of CD4+): change to week 10"
    assert rows_of(found, plan)[label] == ("FAS", "9", "4.43", "3.54 to 5.32", "0.045")


def test_outcomes_table__change_that_is_not_available_gives_the_reason_once(plan):
    why = "not available: no CP domain"
    key = Key("IMM.CHANGE", "FAS", variable="TREG", method="paired t")
    found = Results(
        (
            Result(key._replace(method=""), "N", None, why),
            *(Result(key, name, None, why) for name in ("estimate", "conf.low", "conf.high")),
            Result(key._replace(method="Wilcoxon signed-rank"), "p.value", None, why),
        )
    )
    assert rows_of(found, plan)["Treg (% of CD4+): change to week 10"].count("–") == 3


@pytest.mark.parametrize(("code", "label"), [("INJECTION_SITE", "Injection-site reaction"), ("TUMOUR", "Tumour")])
def test_outcomes_table__categories_of_events(make_proportion, plan, code, label):
    about = {"population": "SAF", "group1": "AESI", "group1_level": code, "variable": "TEAE"}
    found = Results(make_proportion("AE.AESI", 5, 40, 0.0418618, 0.2680465, **about))
    assert rows_of(found, plan)[label] == ("SAF", "5/40", "12.5", "4.2 to 26.8", "–")
