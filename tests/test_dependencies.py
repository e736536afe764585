"""What the project needs: declared, locked, and the same in every file that says so."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions, packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from sap_helpers.show.environment import find_versions

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CONDA = YAML(typ="safe").load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]


def requirements():
    """Return every direct requirement."""
    groups = PROJECT["dependency-groups"]
    lines = [
        *PROJECT["project"]["dependencies"],
        *groups["build"],
        *groups["dev"],
        *PROJECT["build-system"]["requires"],
    ]
    return [Requirement(line) for line in lines]


def pins():
    """Return every line of the lock that pins a version."""
    return [Requirement(line) for line in re.findall(r"^([A-Za-z0-9].*?) *\\?$", LOCK, re.MULTILINE)]


def pin_of(requirement):
    """Return the pinned version of a requirement that holds for this Python."""
    name = canonicalize_name(requirement.name)
    here = [pin for pin in pins() if canonicalize_name(pin.name) == name and (not pin.marker or pin.marker.evaluate())]
    ((found,),) = (pin.specifier for pin in here)
    return found.version


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_lock__pins_every_direct_dependency_within_its_bounds(requirement):
    assert requirement.specifier.contains(pin_of(requirement))


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_environment__is_the_locked_one(requirement):
    assert version(requirement.name) == pin_of(requirement)


def test_lock__every_pin_is_exact():
    assert len(pins()) > 100
    assert [str(pin) for pin in pins() if [part.operator for part in pin.specifier] != ["=="]] == []


def test_environment__holds_the_lock_and_the_project_alone():
    """Else `make setup` was not run since the lock or the Makefile changed: run it."""
    if Path(sys.prefix) != ROOT / ".venv":
        pytest.skip("an environment that make did not set up")
    locked = {canonicalize_name(pin.name): pin_of(pin) for pin in pins() if not pin.marker or pin.marker.evaluate()}
    installed = {canonicalize_name(found.name): found.version for found in distributions()}
    assert installed == {**locked, "sap-helpers": PROJECT["project"]["version"]}


def test_makefile__installs_uv_by_the_hashes_of_the_lock():
    (extract,) = re.findall(r"(sed -n .*) requirements\.lock > \.venv/uv\.txt", MAKEFILE)
    assert "pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt" in MAKEFILE
    done = subprocess.run(
        f"{extract} requirements.lock", shell=True, cwd=ROOT, capture_output=True, text=True, check=True
    )
    (uv,) = [pin for pin in pins() if pin.name == "uv"]
    assert done.stdout.startswith(f"{uv} \\\n    --hash=sha256:")
    assert done.stdout in LOCK
    assert len(re.findall("^[a-z]", done.stdout, re.MULTILINE)) == 1


def test_python__least_version_is_the_same_everywhere():
    least = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert f"python>={least}" in CONDA
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{least.replace('.', '')}"
    assert f"--python-version {least}" in MAKEFILE


def test_conda__installs_the_project_and_the_versions_of_the_lock():
    (pip,) = [entry["pip"] for entry in CONDA if isinstance(entry, dict)]
    assert pip[0] == "-e ."
    assert PROJECT["project"]["scripts"]["sap"]
    assert list(map(Requirement, pip[1:])) == pins()


def imported(path):
    """Return the packages that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


# jupyterlab is a program: `make lab`
PROGRAMS = {"jupyterlab"}
# what an engine's process has loaded before its first notebook
WARM = """
import json, sys
from sap_helpers.run.workshop import warm
warm()
print(json.dumps(sorted(sys.modules)))
"""


def test_package__every_declared_dependency_is_imported():
    owners = packages_distributions()
    names = {name for path in (ROOT / "src").rglob("*.py") for name in imported(path)}
    used = {canonicalize_name(owner) for name in names for owner in owners.get(name, ())}
    declared = {canonicalize_name(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}
    assert declared - used == PROGRAMS


def test_environment_table__names_what_a_run_has_loaded():
    done = subprocess.run([sys.executable, "-c", WARM], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    named = {name.replace("-", "_") for name in find_versions()} - {"Python"}
    # loaded where a cut in a format of SAS is read, as the table says
    assert named - loaded == {"pyreadstat"}
    assert loaded >= {"lifelines", "seaborn"}


def test_package__every_import_is_declared():
    declared = {canonicalize_name(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}
    owners = packages_distributions()
    known = {*sys.stdlib_module_names, "sap_helpers"}
    undeclared = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in (ROOT / "src").rglob("*.py")
        for name in set(imported(path)) - known
        if not declared & {canonicalize_name(owner) for owner in owners[name]}
    }
    assert undeclared == set()
