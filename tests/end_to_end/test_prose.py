"""Words on pages take their numbers from the plan: another plan, other words, and none of the old ones left."""

from __future__ import annotations

from functools import reduce
from operator import getitem

import pytest
from bs4 import BeautifulSoup
from ruamel.yaml import YAML

from sap_helpers.plan.home import PLAN_FILE

# key of the plan, another value, page, and its words with the value of the committed plan or the other one
WORDS = (
    ("sets.per_protocol.min_sledai", 8, 10, "disposition", "asks for a baseline of at least {}, no major"),
    ("sets.per_protocol.days", 70, 56, "disposition", "no major deviation up to day {}, and"),
    ("sets.per_protocol.min_compliance", "80%", "72.5%", "disposition", "at least {} of the injections planned"),
    ("instruments.pga.maximum", 3, 4, "disposition", "PGA (0-{})"),
    ("sri.key_week", 10, 8, "sri", "SRI-4 response at week {} Intercurrent events"),
    ("sri.key_week", 10, 8, "sri", "Week {} is the primary time point"),
    ("sri.analyses.0.reduction", 4, 5, "sri", "SELENA-SLEDAI lower by {} points or more; new"),
    ("sri.max_new_a", 0, 2, "sri", "new BILAG A grades: at most {}, new B"),
    ("sri.max_new_b", 1, 3, "sri", "new B grades: at most {}; PGA"),
    ("sri.pga_rise", "0.3", "0.5", "sri", "PGA not risen by {} or more"),
    ("sri.pga_rise", "0.3", "0.5", "sri", "PGA rise < {}"),
    ("eligibility.min_sledai", 8, 9, "sri", "selected for a SELENA-SLEDAI of at least {} improve"),
    ("immunology.week", 10, 8, "immunology", "(FAS) due at week {}, with a value at both weeks"),
    ("immunology.week", 71, 57, "immunology", "the nearest to day {}."),
    ("immunology.week", 10, 8, "immunology", "change from week 0 to week {}: cells in percent"),
    ("sledai.week", 10, 8, "sledai", "Subjects due at week {} with a total at both weeks"),
    ("sledai.week", 10, 8, "sledai", "The contrast week {} minus week 0"),
    ("mixed_model.min_values", 5, 6, "sledai", "A week enters with {} values or more"),
    ("sledai.deltas", "0 to 8", "1 to 6", "sledai", "The tipping point adds {} points"),
    ("instruments.pga.maximum", 3, 4, "sledai", "PGA (0-{}) by week"),
    ("relapse.remission_below", 4, 5, "relapses", "had a SELENA-SLEDAI below {} on it"),
    ("relapse.least_rise", 1, 2, "relapses", "exceeds the reference by {} or more, within"),
    ("relapse.days_after_stop", 91, 84, "relapses", "or more, within {} days after the last dose"),
    ("relapse.last_day", 182, 175, "relapses", "at most to study day {}"),
    ("relapse.on_treatment_days", 14, 10, "relapses", "it lasts to {} days after the last dose"),
    ("relapse.definitions.1.least_rise", 4, 6, "relapses", "so that a rise of {} points or more stands beside"),
    ("relapse.settled_days", 56, 49, "relapses", "were followed to {} days after the last dose"),
    ("safety.last_day", 180, 170, "adverse_events", "an event counts up to day {}, whether or not"),
    ("safety.last_day", 180, 170, "adverse_events", "not after day {} or the cut"),
    ("safety.last_day", 180, 170, "adverse_events", "Adverse events to day {}: overview"),
    ("safety.per_years", 100, 1000, "adverse_events", "rates per {} person-years"),
    ("level", "95%", "90%", "sri", "Week n/N % {} CI (%)"),
)  # fmt: skip
# where the words do not show the value as the plan has it
VALUES = {
    "sets.per_protocol.min_compliance": "0.725", "sledai.deltas": [1, 2, 3, 4, 5, 6], "immunology.week": 8,
    "instruments.pga.maximum": "4", "level": 0.9,
}  # fmt: skip


def words_of(report):
    """Return the words of each page of a report, a blank between them."""
    return {
        page.stem: " ".join(BeautifulSoup(page.read_text(encoding="utf-8"), "lxml").get_text(" ").split())
        for page in report.glob("*.html")
    }


@pytest.fixture(scope="module")
def planned(final_report):
    return words_of(final_report)


@pytest.fixture(scope="module")
def changed(sap, final_cut, tmp_path_factory):
    folder = tmp_path_factory.mktemp("changed")
    yaml = YAML()
    plan = yaml.load(PLAN_FILE)
    for key, _, other, _, _ in WORDS:
        *path, name = [int(part) if part.isdigit() else part for part in key.split(".")]
        place = reduce(getitem, path, plan)
        place[name] = VALUES.get(key, other)
    yaml.dump(plan, folder / "plan.yaml")
    run = sap("run", final_cut, "--plan", folder / "plan.yaml", cwd=folder)
    assert run.status == 0, run.stderr
    return words_of(run.report)


@pytest.mark.parametrize(("key", "value", "other", "page", "words"), WORDS, ids=lambda part: str(part)[:40])
def test_prose__numbers_are_those_of_the_plan_in_force(planned, changed, key, value, other, page, words):
    before, after = words.format(value), words.format(other)
    assert before in planned[page]
    assert after not in planned[page]
    assert after in changed[page]
    assert before not in changed[page]
