"""The documents: what they refer to exists, what they quote from the plan is what the plan says, their commands run."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sap_helpers.analyses import adverse_events, disposition, immunology, relapses, sledai, sri

ROOT = Path(__file__).resolve().parents[1]
SAP = ROOT / "sap"
DOCUMENTS = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "benchmarks").rglob("*.md")]
    + [path for folder in ("sap", "tests", "data/synthetic") for path in (ROOT / folder).rglob("*.md")]
    + [ROOT / "data" / "README.md", ROOT / "reports" / "README.md"]
)
GOLDEN = sorted((ROOT / "tests" / "golden").glob("*.results.csv"))
FILE_ENDINGS = ("yaml", "csv", "json", "parquet", "html", "lock", "ipynb", "py", "md")
DOTTED = re.compile(r"`([a-z_]+(?:\.[a-z0-9_]+)*)`(?:, ([^)`;\]]+)\)| \| ([^|`]+?) \|)?")
LINK = re.compile(r"\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$", re.MULTILINE)
PARTS = ("Context", "Decision", "Why", "Sensitivity analysis", "Status")
ANALYSIS_ID = re.compile(r"\b[A-Z]{2,7}\.[A-Z][A-Z0-9_]+\b")


@cache
def plan_document() -> dict[str, Any]:
    """Return the plan as plain YAML."""
    document: dict[str, Any] = YAML(typ="safe", pure=True).load((SAP / "plan.yaml").read_text(encoding="utf-8"))
    return document


def records() -> dict[str, Path]:
    """Return the decision records by id."""
    return {f"D{path.name[:3]}": path for path in sorted((SAP / "decisions").glob("[0-9]*.md"))}


def text_of(path: Path) -> str:
    """Return a document's text without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def value_at(document: Any, key: str) -> Any:
    """Return what stands in the plan at a dotted key, or raise KeyError."""
    for part in key.split("."):
        children = {str(name): value for name, value in document.items()} if isinstance(document, dict) else {}
        if part not in children:
            raise KeyError(key)
        document = children[part]
    return document


def plan_keys(path: Path) -> list[tuple[str, str]]:
    """Return the plan's keys that a document writes in code type, each with the value it quotes beside it, or ""."""
    tops = set(plan_document())
    found = [(match[1], match[2] or match[3] or "") for match in DOTTED.finditer(text_of(path))]
    return [(k, v) for k, v in found if k in tops or ("." in k and k.rpartition(".")[2] not in FILE_ENDINGS)]


def described_analyses() -> list[str]:
    """Return the analyses that the plan's tables describe, in its order."""
    rows = re.findall(r"^\| ([A-Z][^|]*) \| [^|\s]", text_of(SAP / "sap.md"), flags=re.MULTILINE)
    cells = [cell.split(", ") for cell in rows]
    return [name for cell in cells if all(map(ANALYSIS_ID.fullmatch, cell)) for name in cell]


def planned_analyses() -> list[str]:
    """Return the analyses that the notebooks assert to be in their results, and that of the data-quality rules."""
    outcomes = (disposition, sri, immunology, sledai, relapses, adverse_events)
    return ["DQ.FINDINGS", *(name for outcome in outcomes for name in outcome.PLANNED)]


def shell_commands(path: Path) -> list[str]:
    """Return the blocks of shell commands of a document."""
    return re.findall(r"^```sh\n(.*?)^```$", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("path", [SAP / "sap.md", *records().values()], ids=lambda path: path.name)
def test_plan_keys__those_written_in_a_document_exist_in_the_plan(path):
    document = plan_document()
    for key, _ in plan_keys(path):
        value_at(document, key)


def test_plan_keys__the_values_quoted_beside_them_are_the_plans():
    document, quoted = plan_document(), [(key, text) for key, text in plan_keys(SAP / "sap.md") if text]
    assert len(quoted) > 40
    for key, text in quoted:
        value = value_at(document, key)
        leaves = [str(leaf) for leaf in value] if isinstance(value, list) else [str(value)]
        assert re.split(r", | to ", text.strip()) == leaves, key


def test_decisions__the_plan_refers_to_every_record_and_to_no_other():
    body = text_of(SAP / "sap.md").split("\n[D001]: ")[0]
    assert set(re.findall(r"\[(D\d{3})\]", body)) == set(records())


def test_decisions__the_index_has_every_record_once_in_order():
    index = text_of(SAP / "decisions" / "README.md")
    linked = re.findall(r"^\| \[(D\d{3})\]\(([^)]+)\)", index, flags=re.MULTILINE)
    assert linked == [(number, path.name) for number, path in records().items()]


@pytest.mark.parametrize("path", list(records().values()), ids=lambda path: path.name)
def test_decisions__a_record_has_its_number_and_every_part_filled(path):
    title, *parts = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert title.startswith(f"# D{path.name[:3]} ")
    assert [part.partition("\n")[0] for part in parts] == list(PARTS)
    assert all(part.partition("\n")[2].strip() for part in parts)


@pytest.mark.parametrize("path", list(records().values()), ids=lambda path: path.name)
def test_decisions__the_analyses_that_a_record_names_are_the_plans(path):
    planned = set(ANALYSIS_ID.findall(text_of(SAP / "sap.md")))
    assert set(ANALYSIS_ID.findall(text_of(path))) <= planned


def test_plan__every_analysis_of_the_estimand_table_is_described():
    assert {row["id"] for row in plan_document()["sri"]["analyses"]} <= set(described_analyses())


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_plan__every_analysis_of_the_results_is_described(path):
    with path.open(encoding="utf-8", newline="") as file:
        found = {row["analysis_id"] for row in csv.DictReader(file)}
    assert sorted(found - set(described_analyses())) == []


def test_plan__an_analysis_is_described_once_and_the_code_has_it():
    assert sorted(described_analyses()) == sorted(planned_analyses())


def test_checklist__has_the_55_items_each_answered_in_a_section_that_exists():
    with (SAP / "checklist.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    headings = set(re.findall(r"^#+ (\d+(?:\.\d+)?) ", text_of(SAP / "sap.md"), flags=re.MULTILINE))
    assert len({row["item"] for row in rows}) == len(rows) == 55
    for row in rows:
        assert row["wording"], row
        assert row["status"], row
        assert row["where"] in headings | {"title"} or row["where"].startswith("not applicable: "), row


def test_data_readme__names_every_variable_of_the_table_of_domains():
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    with (SAP / "domains.csv").open(encoding="utf-8", newline="") as file:
        variables = {row["variable"] for row in csv.DictReader(file)}
    assert sorted(name for name in variables if not re.search(rf"\b{name}\b", text)) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links__those_inside_the_project_resolve(path):
    targets = [match[1] or match[2] for match in LINK.finditer(text_of(path))]
    inside = [target.partition("#")[0] for target in targets if not re.match(r"https?:|mailto:|#", target)]
    assert [target for target in inside if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("block", shell_commands(ROOT / "README.md"), ids=lambda block: block.splitlines()[-1])
def test_readme__its_commands_run(block):
    # the two long ones are run by continuous integration
    lines = [line for line in block.splitlines() if line not in ("make report", "make test")]
    script = "\n".join(lines).replace(".venv/bin/", f"{Path(sys.executable).parent.as_posix()}/")
    done = subprocess.run(
        ["bash", "-eu", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
