"""Where the project's own files are: the plan and its tables, and the notebooks that carry it out."""

from __future__ import annotations

import re
from pathlib import Path

HOME = Path(__file__).resolve().parents[3]
SAP_FOLDER = HOME / "sap"
PLAN_FILE = HOME / "sap" / "plan.yaml"
DOMAINS_FILE = HOME / "sap" / "domains.csv"
UNITS_FILE = HOME / "sap" / "units.csv"
WORDS_FILE = HOME / "sap" / "words.csv"
DISPLAYS_FILE = HOME / "sap" / "displays.yaml"
VOCABULARY_FILE = HOME / "sap" / "words.yaml"
NEAR_NAMES_FILE = HOME / "sap" / "near_names.csv"
NOTEBOOKS = HOME / "notebooks"
NOTEBOOK_FILE = re.compile(r"\d\d_(?P<name>[a-z_]+)\.ipynb")


def notebook_files(folder: Path) -> list[Path]:
    """Return the files of a folder that are named as the plan's notebooks are, in the order of their numbers."""
    return [path for path in sorted(folder.glob("*.ipynb")) if NOTEBOOK_FILE.fullmatch(path.name)]


def other_notebooks(folder: Path) -> list[str]:
    """Return the names of the notebooks of a folder that are none of the plan's, as JupyterLab makes them by itself."""
    return sorted({path.name for path in folder.glob("*.ipynb")} - {path.name for path in notebook_files(folder)})


def notebook_name(file: Path) -> str:
    """Return the name of a notebook of the plan: without number and suffix."""
    return file.stem.partition("_")[2]
