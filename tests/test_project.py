"""The project itself: one lock, no trace of a machine, notebooks as the house wants them, layers kept."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
HEADINGS = ["Question", "Parameters", "Data cut", "Method in words", "Results", "Checks", "Environment"]
# words whose numbers are the plan's
PROSE = 'Markdown(f"""\n'
STATISTICS = {"scipy", "statsmodels", "lifelines", "sklearn"}
TOP_LEVEL = {
    ".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "benchmarks", "data", "environment.yml",
    "notebooks", "pyproject.toml", "reports", "requirements.lock", "sap", "src", "tests",
}  # fmt: skip
# written in pieces, or this file would find itself
HOSTS = "|".join(["py" + "pi[.]org", "python" + "hosted[.]", "registry[.]" + "npmjs", "ana" + "conda[.]org"])
MACHINE = re.compile(r"(?:^|[\s\"'(=])/(?:" + "|".join(["ho" + "me", "Us" + "ers", "ro" + "ot", "wo" + "rk"]) + ")/")


def tracked() -> list[Path]:
    """Return the files under version control; without it (an unpacked archive) the test has nothing to read."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    return [(path, path.read_text(encoding="utf-8")) for path in tracked() if path.suffix not in {".png", ".lock"}]


def lock() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


def locked_names() -> set[str]:
    return {line.split("==")[0].lower() for line in lock().splitlines() if re.match(r"[A-Za-z0-9]", line)}


def project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_lock__holds_every_direct_dependency_with_hashes() -> None:
    content = project()
    groups = content["dependency-groups"].values()
    wanted = [*content["project"]["dependencies"], *(name for group in groups for name in group)]
    names = {re.split(r"[<>=!~ ;\[]", name)[0].lower().replace(".", "-") for name in wanted}
    assert names - locked_names() == set()
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock().strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_lock__names_no_source() -> None:
    assert "://" not in lock()


def test_lock__pandas_stays_below_3_for_lifelines() -> None:
    assert re.search(r"^pandas==2\.", lock(), flags=re.MULTILINE)


def test_tree__top_level_is_the_agreed_one() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} == TOP_LEVEL


def test_tree__no_registry_host_and_no_path_of_a_machine() -> None:
    found = [path.name for path, text in texts() if re.search(HOSTS, text) or MACHINE.search(text)]
    assert found == []


def test_tree__no_large_file_but_data() -> None:
    data = {"data", "golden"}
    large = [p.name for p in tracked() if p.stat().st_size > 1_000_000 and not data & {*p.relative_to(ROOT).parts}]
    assert large == []


def test_tree__modules_stay_short() -> None:
    long = [p.name for p in (ROOT / "src").rglob("*.py") if len(p.read_text(encoding="utf-8").splitlines()) > 350]
    assert long == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook__is_as_the_house_wants_it(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == HEADINGS
    prose = [cell for cell in code if "".join(cell["source"]).startswith(PROSE)]
    assert len(cells) - len(prose) <= 25
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    for cell in code:
        source = "".join(cell["source"])
        assert len(source.splitlines()) <= 12 or cell in prose, source
        nodes = list(ast.walk(ast.parse(source)))
        assert not [
            n for n in nodes if isinstance(n, ast.FunctionDef | ast.Lambda | ast.For | ast.While | ast.ClassDef)
        ]
        imported = {a.name.split(".")[0] for n in nodes if isinstance(n, ast.Import) for a in n.names}
        imported |= {n.module.split(".")[0] for n in nodes if isinstance(n, ast.ImportFrom) and n.module}
        assert not imported & STATISTICS
        assert "warnings" not in imported


def imports_of(path: Path) -> set[str]:
    """Return what a module imports, for its types alone too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("room", ["show", "run/export"])
def test_imports__go_in_no_circle_within_a_room(room: str) -> None:
    files = {".".join(path.relative_to(ROOT / "src").with_suffix("").parts): path
             for path in (ROOT / "src" / "sap_helpers" / room).rglob("*.py") if path.name != "__init__.py"}  # fmt: skip
    graph = {name: {other for other in imports_of(path) if other in files} for name, path in files.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(files) > 10


def test_layers__are_kept() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(command)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
