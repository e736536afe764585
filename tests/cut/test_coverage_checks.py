"""Columns that cannot be read for the most part and arms that the plan does not have, in small cuts on disk."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from sap_helpers.cut.read import check_cut
from sap_helpers.plan import load_plan
from sap_helpers.plan.home import PLAN_FILE
from sap_helpers.run.cli import main

PLAN_BYTES = b"the plan's file"
# the rules on words, codes, columns and arms
RULES = {"R089", "R093", "R096", "R098", "R099", "R103"}


def simulate(folder, *arguments):
    """Write a simulated cut and return its folder."""
    assert main(["simulate", str(folder), *arguments]) == 0
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return simulate(tmp_path_factory.mktemp("clean") / "cut", "--subjects", "4", "--seed", "5")


@pytest.fixture
def check(clean, tmp_path, plan):
    """Return a function from changed columns of a domain of the clean cut to what these rules find in it."""

    def make(domain="dm", plan=plan, **columns):
        folder = tmp_path / "cut"
        shutil.copytree(clean, folder)
        path = folder / f"{domain}.csv"
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame.assign(**columns).to_csv(path, index=False)
        cut = check_cut(folder, plan, b"the plan's file")
        return [finding for finding in cut.findings if finding.rule in RULES]

    return make


def day_first(text):
    return "/".join(reversed(text.split("-")))


def month_first(text):
    year, month, day = text.split("-")
    return f"{month}.{day}.{year}"


@pytest.mark.parametrize(
    ("domain", "variable", "change", "problem"),
    [
        ("qs", "QSDTC", day_first, "they look like dd/mm/yyyy"),
        ("lb", "LBDTC", month_first, "they look like mm.dd.yyyy"),
        ("cp", "CPDTC", lambda text: text[:7], ""), ("ex", "EXSTDTC", lambda _: "", ""),
        ("ds", "DSSTDTC", lambda text: text.replace("-", ""), ""),
        ("cm", "CMSTDTC", day_first, "they look like dd/mm/yyyy"),
        ("ex", "EXDOSE", lambda _: "1 Mio", ""), ("qs", "QSSTRESC", lambda _: "present", ""),
        ("lb", "LBSTRESC", lambda text: f"{text} units", ""),
    ],
)  # fmt: skip
def test_readable__most_of_a_column_unreadable_is_one_refusal(check, domain, variable, change, problem):
    found = check(domain, **{variable: lambda frame: frame[variable].map(change)})
    assert [(f.rule, f.severity, f.domain, f.variable) for f in found] == [("R096", "refused", domain, variable)]
    assert problem in found[0].problem


def test_readable__message_names_column_example_count_and_form(check):
    (finding,) = check("qs", QSDTC=lambda frame: frame["QSDTC"].map(day_first))
    count = finding.problem.split(" ", 1)[0]
    assert finding.message() == (
        f"R096 qs.csv, QSDTC: value {finding.value} {count} of {count} values of the column cannot be read; they look "
        "like dd/mm/yyyy; allowed: YYYY-MM-DD. Export the column again in the form that is allowed."
    )


def test_readable__one_refusal_stands_for_all_findings_on_the_column(check, tmp_path, plan):
    check("ex", EXDOSE="1 Mio")
    found = check_cut(tmp_path / "cut", plan, b"").findings
    assert [f.rule for f in found if f.domain == "ex"] == ["R096"]


@pytest.mark.parametrize("count", [4, 5])
def test_readable__a_few_values_are_slips(check, count):
    def change(frame):
        return frame["AESTDTC"].where(frame.index >= count, "05/03/2014")

    found = check("ae", USUBJID="SLEIL2-001", AESTDTC=change)
    assert [f.rule for f in found] == ["R096"] * (count == 5)


def first(frame, column, value, other):
    """Return a column in which the first subject with a value has another one."""
    return frame[column].where(frame.index != frame.index[frame[column] == value][0], other)


@pytest.mark.parametrize(
    ("domain", "columns", "told"),
    [
        ("dm", {"ARMCD": lambda frame: first(frame, "ARMCD", "IL2", "B")}, [("ARMCD", "IL2 (3), B (1)")]),
        ("dm", {"ARM": "Placebo"}, [("ARM", "Placebo")]), ("dm", {"ARMCD": "pbo"}, [("ARMCD", "pbo")]),
        ("ex", {"EXTRT": lambda frame: frame["EXTRT"].where(frame.index > 0, "PLACEBO SC")}, [("EXTRT", "PLACEBO SC")]),
        ("ex", {"EXTRT": "PLACEBO", "EXDOSE": "0"}, [("EXTRT", "PLACEBO")]),
    ],
)  # fmt: skip
def test_arms__a_second_one_or_a_placebo_is_refused(check, domain, columns, told):
    found = check(domain, **columns)
    assert [(f.variable, f.value) for f in found if f.rule == "R099"] == told
    assert {f.severity for f in found if f.rule == "R099"} == {"refused"}


def test_arms__spelling_makes_no_second_arm(check):
    found = check(ARMCD=lambda frame: first(frame, "ARMCD", "IL2", "il-2"))
    assert [(f.rule, f.severity, f.value) for f in found] == [("R089", "listed", "il-2")]


def test_arms__the_plan_says_which_words_mean_a_placebo(check):
    assert check("ex", load_plan(PLAN_FILE, ["design.placebo=[]"]), EXTRT="PLACEBO") == []


SIZES = [(n, missing, date) for n in ("1", "2", "3", "6", "12") for missing in ("0", "0.1", "0.4")
         for date in ("2014-06-30", "2015-10-01")]  # fmt: skip


@pytest.mark.parametrize(("subjects", "missing", "cut_date"), SIZES)
def test_rules__flag_nothing_in_clean_cuts_of_any_size(tmp_path, plan, subjects, missing, cut_date):
    arguments = ("--subjects", subjects, "--missing", missing, "--cut-date", cut_date, "--seed", f"{len(missing)}")
    cut = check_cut(simulate(tmp_path / "cut", *arguments), plan, b"the plan's file")
    assert [finding.message() for finding in cut.findings if finding.rule in RULES] == []
