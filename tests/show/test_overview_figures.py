"""The summary's figures."""

from sap_helpers.results import Key, Result, Results
from sap_helpers.show.overview_figures import changes_figure, rates_figure


def test_rates_figure__says_every_rate_with_its_interval(primary, plan):
    figure = rates_figure(primary, plan)
    assert "SRI-4 response, week 10 (primary): 27/38, 71.1, 54.1 to 84.6" in figure.alt
    assert "SRI-4 response, week 12: 0/0, no subject due yet." in figure.alt


def test_changes_figure__says_every_change_with_its_interval(plan):
    key = Key("SLEDAI.MMRM", "FAS", "AVISITN", str(plan.sledai.week), variable="SLEDAI")
    stats = {"estimate": -9.5, "conf.low": -10.75, "conf.high": -8.25}
    results = Results(tuple(Result(key, name, stat) for name, stat in stats.items()))
    assert "mixed model: –, -9.5, -10.8 to -8.3" in changes_figure(results, plan).alt


def test_rates_figure__tells_the_sets_of_one_rate_apart(plan):
    keys = [Key("REL.PARTICIPANTS", name, variable="RELAPSE") for name in ("REM", "FAS")]
    stats = {"n": 5, "N": 31, "p": 5 / 31, "conf.low": 0.05, "conf.high": 0.34}
    results = Results(tuple(Result(key, name, stat) for key in keys for name, stat in stats.items()))
    alt = rates_figure(results, plan).alt
    assert "Subjects with a relapse (REM): 5/31" in alt
    assert "Subjects with a relapse (FAS): 5/31" in alt
