"""The table of words: how it is read, what it refuses, and that every word with a meaning is in it."""

from __future__ import annotations

import pytest

from sap_helpers.cut.domains import load_domains
from sap_helpers.cut.spelling import fold
from sap_helpers.cut.words import allowed_words, load_words, planned_words
from sap_helpers.errors import PlanError
from sap_helpers.plan import load_plan
from sap_helpers.plan.home import DOMAINS_FILE, PLAN_FILE


def table(folder, *lines):
    path = folder / "words.csv"
    path.write_text("variables,word\n" + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_load_words__one_row_may_serve_several_variables(tmp_path):
    path = table(tmp_path, "AESER,N", "AESER,Y", "QSSTAT LBSTAT,NOT DONE")
    assert load_words(path) == {"AESER": ("N", "Y"), "QSSTAT": ("NOT DONE",), "LBSTAT": ("NOT DONE",)}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["AESER"], "words.csv line 2: 1 fields; allowed: 2, none empty"),
        (["AESER,"], "words.csv line 2: 2 fields; allowed: 2, none empty"),
        (["AESER,Y", "AESER AEOUT,y"], "words.csv line 3: y of AESER stands twice. Keep one of the two"),
    ],
)
def test_load_words__a_row_of_another_form_is_refused(tmp_path, lines, message):
    with pytest.raises(PlanError) as caught:
        load_words(table(tmp_path, *lines))
    assert str(caught.value) == message


def test_load_words__another_header_is_refused(tmp_path):
    path = tmp_path / "words.csv"
    path.write_text("variable,word\n", encoding="utf-8")
    with pytest.raises(PlanError, match="line 1: columns variable, word; allowed: variables, word"):
        load_words(path)


def test_words__are_of_variables_that_domains_have():
    known = {name for domain in load_domains(DOMAINS_FILE).variables.values() for name in (v.name for v in domain)}
    assert set(load_words()) <= known


def test_words__hold_every_word_that_the_plan_gives_a_meaning(plan):
    absent = {
        (variable, word)
        for variable, words in planned_words(plan).items()
        for word in words
        if fold(word) not in map(fold, load_words()[variable])
    }
    assert absent == set()


def test_words__organ_classes_are_27():
    assert len(load_words()["AEBODSYS"]) == 27


def test_allowed_words__the_plan_widens_a_list_and_makes_one():
    plan = load_plan(PLAN_FILE, ["words={AEREL: [CONDITIONAL], RACE: [ASIAN]}", "safety.words.related=[LIKELY]"])
    allowed = allowed_words(plan)
    assert {"CONDITIONAL", "LIKELY", "NOT RELATED"} <= set(allowed["AEREL"])
    assert allowed["RACE"] == ("ASIAN",)
