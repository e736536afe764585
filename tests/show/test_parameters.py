"""What papermill was given, as the opening cell finds it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sap_helpers.errors import UsageError
from sap_helpers.show import parameters
from sap_helpers.show.parameters import check_parameters


@pytest.fixture
def entered(monkeypatch):
    """Return a function that has the shell of a notebook hold the cells entered so far."""

    def enter(*cells):
        monkeypatch.setattr(parameters, "get_ipython", lambda: SimpleNamespace(user_ns={"In": ["", *cells]}))

    return enter


def test_check_parameters__those_of_the_notebook_are_taken(entered):
    entered('cut: str = "x"', '# Parameters\ncut = ".."\n', "show.check_parameters(cut=cut)")
    check_parameters(cut="..")


@pytest.mark.parametrize("value", ["0.9", "-1", "[1, 2]", '{"a": 1}', "None"])
def test_check_parameters__another_one_is_refused(entered, value):
    entered(f'# Parameters\ncut = ".."\nlevel = {value}\n')
    with pytest.raises(UsageError, match=r"^level: no parameter of this notebook\. Allowed: cut, week\. "):
        check_parameters(cut="..", week=10)


def test_check_parameters__names_of_other_cells_are_the_notebooks_own(entered):
    entered("level = 0.9  # Parameters\n", "results = 1")
    check_parameters(cut="..")


def test_check_parameters__outside_a_notebook_there_is_nothing_to_refuse():
    check_parameters(cut="..")
