"""The catalogue of displays: what a row may say, what is refused with path and suggestion, and a new row that works."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sap_helpers.analysis import FRAMES, REASONS
from sap_helpers.errors import PlanError
from sap_helpers.plan.home import DISPLAYS_FILE, VOCABULARY_FILE
from sap_helpers.results import Key, Result, Results, from_csv
from sap_helpers.show.catalogue import load_catalogue, schema
from sap_helpers.show.conditions import check_condition, holds
from sap_helpers.show.figures import DRAW
from sap_helpers.show.references import check_functions, check_references
from sap_helpers.show.tables import Arranged, find_table, make_table
from sap_helpers.show.words import say

GOLDEN = Path(__file__).parents[1] / "golden"
BY_WEEK = {"title": "New", "stub": "Week", "rows": "{group1_level}", "columns": "rate"}


@pytest.fixture(scope="module")
def committed():
    return tuple(YAML(typ="safe", pure=True).load(file) for file in (DISPLAYS_FILE, VOCABULARY_FILE))


@pytest.fixture
def with_row(tmp_path, plan, committed):
    """Return a function that loads the catalogue with one more row or sentence, and checks it."""

    def load(row, section="tables", words=None):
        displays, vocabulary = copy.deepcopy(committed)
        displays[section]["NEW"] = row
        vocabulary["notes"] |= words or {}
        for name, document in (("displays", displays), ("words", vocabulary)):
            with (tmp_path / f"{name}.yaml").open("w") as file:
                YAML(typ="safe", pure=True).dump(document, file)
        found = load_catalogue(tmp_path / "displays.yaml", tmp_path / "words.yaml")
        check_references(found, plan)
        check_functions(found, DRAW, FRAMES, REASONS)
        return found

    return load


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (BY_WEEK | {"colums": "rate"}, "tables.NEW: unknown key 'colums'; nearest: columns"),
        (BY_WEEK | {"columns": "rte"}, "tables.NEW.columns: unknown column 'rte'; nearest: rate"),
        (BY_WEEK | {"notes": ["duee"]}, "tables.NEW.notes: unknown note 'duee'; nearest: due"),
        (BY_WEEK | {"rows": "{variable:kindss}"}, "tables.NEW.rows.0: unknown vocabulary 'kindss'; nearest: kinds"),
        (BY_WEEK | {"rows": "{group1_levl}"}, "tables.NEW.rows.0: unknown word '{group1_levl}'"),
        (BY_WEEK | {"title": "Week {sri.key_wek}"}, "tables.NEW: unknown word '{sri.key_wek}'"),
        (BY_WEEK | {"where": {"variabel": "SRI4"}}, "unknown column 'variabel' of results; nearest: variable"),
        (BY_WEEK | {"rows": [{"label": "a", "if": "__import__('os')"}]}, "__import__('os') is not allowed"),
        (BY_WEEK | {"rows": [{"label": "a", "if": "n.real > 0"}]}, "n.real is not allowed"),
        (BY_WEEK | {"rows": [{"label": "a", "if": "nn > 0"}]}, "unknown name 'nn'; nearest: n"),
        (BY_WEEK | {"rows": [], "made_by": "count"}, "tables.NEW.made_by: unknown function 'count'; nearest: counts"),
        (BY_WEEK | {"rows": []}, "tables.NEW: either rows with their columns, or made_by"),
        (BY_WEEK | {"columns": [{"stat": "estimat"}]}, "unknown statistic 'estimat'; nearest: estimate"),
        (
            BY_WEEK | dict.fromkeys(("set", "spanner", "source", "id", "words", "each", "under", "notes", "of"), ""),
            "13 keys; at most 12",
        ),
    ],
)  # fmt: skip
def test_catalogue__a_wrong_table_is_refused_with_its_path_and_the_nearest_name(with_row, row, said):
    with pytest.raises(PlanError) as error:
        with_row(row)
    assert said in str(error.value)
    assert str(error.value).startswith(("displays.yaml", "plan displays.yaml"))


@pytest.mark.parametrize(
    ("section", "row", "said"),
    [
        (
            "listings",
            {"frame": "death", "title": "D", "columns": {"USUBJID": "S"}, "source": "adsl"},
            "nearest: deaths",
        ),
        (
            "listings",
            {"frame": "deaths", "title": "D", "columns": {"USUBJID": "S"}, "source": "adsl", "why": "no_death"},
            "unknown reason 'no_death'; nearest: no_deaths",
        ),
        ("figures", {"draw": "sri.respons"}, "figures.NEW.draw: unknown figure 'sri.respons'; nearest: sri.response"),
        ("figures", {"draw": "sri.response", "frame": "totals"}, "figures.NEW: unknown key 'frame'; nearest: frames"),
    ],
)
def test_catalogue__a_wrong_listing_or_figure_is_refused_too(with_row, section, row, said):
    with pytest.raises(PlanError, match=said):
        with_row(row, section)


def test_catalogue__a_sentence_with_a_misspelt_value_of_the_plan_is_refused(with_row):
    with pytest.raises(PlanError, match=r"words\.yaml: notes\.new: unknown word '\{safety\.last_dy\}'"):
        with_row(BY_WEEK, words={"new": "Up to day {safety.last_dy}."})


def test_catalogue__the_committed_one_names_nothing_that_is_not_there(plan):
    check_references(load_catalogue(), plan)
    check_functions(load_catalogue(), DRAW, FRAMES, REASONS)


def test_catalogue__a_new_table_of_existing_results_is_a_row(with_row, monkeypatch, primary, plan):
    row = {"of": "SRI.PRIMARY", "title": "Responders to day {safety.last_day}", "stub": "Week",
           "rows": "Week {group1_level}", "columns": ["n_pct", {"use": "ci_pct", "spanner": "Exact"}],
           "notes": ["due"]}  # fmt: skip
    found = with_row(row)
    for place in ("tables", "words", "notes"):
        monkeypatch.setattr(f"sap_helpers.show.{place}.load_catalogue", lambda: found)
    table = make_table("NEW", primary, plan)
    assert table.title == "Responders to day 180"
    assert [column.spanner for column in table.columns] == ["", "Exact"]
    assert [(line.label, *(cell.text for cell in line.cells)) for line in table.rows][1] == (
        "Week 10", "27/38 (71.1%)", "54.1 to 84.6"
    )  # fmt: skip


@pytest.mark.parametrize("table", ["SRI.PRIMARY", "SRI.COMPONENTS"])
def test_catalogue__a_new_figure_of_an_existing_family_is_a_row(with_row, primary, plan, make_proportion, table):
    spec = with_row({"draw": "rates", "of": table}, "figures").figure("NEW")
    results = primary + Results(make_proportion("SRI.COMPONENTS", 29, 38, 0.5, 0.9, variable="SLEDAI_RED4"))
    figure = DRAW[spec.draw](results, plan, spec.of)
    assert figure.numbers == make_table(table, results, plan)
    assert figure.svg.startswith(b"<")
    shown = {"SRI.PRIMARY": "10: 27/38, 71.1%, interval 54.1 to 84.6", "SRI.COMPONENTS": "29/38, 76.3%"}
    assert shown[table] in figure.alt


def test_catalogue__a_figure_of_rates_needs_proportions(plan):
    rows = [Result(Key("SRI.OVER_TIME", "FAS", variable="SRI4", method="Q"), "statistic", 3.2)]
    with pytest.raises(ValueError, match=r"figure of SRI\.OVER_TIME: row 'Q' is no proportion"):
        DRAW["rates"](Results(tuple(rows)), plan, "SRI.OVER_TIME")


def test_catalogue__every_row_finds_results_of_the_final_cut(plan):
    results = from_csv((GOLDEN / "2015-10-01.results.csv").read_text(encoding="utf-8"))
    lost = []
    for name, spec in load_catalogue().displays.tables.items():
        rows = results.of(*find_table(name, plan)[1])
        for line in spec.rows:
            alone = Arranged(spec.model_copy(update={"rows": (line,)}), rows, plan)
            lost += [] if line.columns == () or alone.lines else [f"{name}: {line.label}"]
    assert lost == []


def test_make_table__one_that_is_not_there_names_the_nearest(primary, plan):
    with pytest.raises(KeyError, match=r"no table SRI\.PRIMRY in displays\.yaml; nearest: SRI\.PRIMARY"):
        make_table("SRI.PRIMRY", primary, plan)


def test_make_table__a_statistic_of_two_methods_is_never_chosen_silently(with_row, monkeypatch, plan):
    key = Key("SRI.PRIMARY", "FAS", "AVISITN", "10", variable="SRI4")
    twice = [Result(key._replace(method=name), "estimate", value) for name, value in (("Wald", 0.1), ("Wilson", 0.2))]
    found = with_row(BY_WEEK | {"of": "SRI.PRIMARY", "columns": "share"})
    for place in ("tables", "words", "notes"):
        monkeypatch.setattr(f"sap_helpers.show.{place}.load_catalogue", lambda: found)
    with pytest.raises(ValueError, match="stands under several methods; the column must name one"):
        make_table("NEW", Results(tuple(twice)), plan)


def test_condition__is_names_constants_and_comparisons():
    text = "group2_level == '0' or not (n >= 2 and 0 < n)"
    check_condition(text)
    assert holds(text, {"group2_level": "1", "n": 1}.__getitem__)
    assert not holds(text, {"group2_level": "1", "n": 2}.__getitem__)


@pytest.mark.parametrize("text", ["f(n)", "n + 1", "n[0]", "lambda: 1", "n is None", "__class__", "n >"])
def test_condition__anything_else_is_refused(text):
    with pytest.raises(ValueError, match="condition"):
        check_condition(text)


def test_say__fills_plan_key_and_vocabulary(plan):
    key = Key("AE.OVERVIEW", "SAF", variable="GRADE3")
    assert say("{variable:kinds}, {level}, day {safety.last_day}", plan, key) == "Grade 3 or higher, 95%, day 180"
    assert say("{group1_level|variable}", plan, key) == "GRADE3"


@pytest.mark.parametrize("name", ["displays", "words"])
def test_schema__stands_beside_its_file(name):
    committed = json.loads((DISPLAYS_FILE.parent / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert committed == schema()[name]
