"""Where the project's own files are: the plan and its tables, and the notebooks that carry it out."""

from __future__ import annotations

from pathlib import Path

HOME = Path(__file__).resolve().parents[3]
SAP_FOLDER = HOME / "sap"
PLAN_FILE = HOME / "sap" / "plan.yaml"
DOMAINS_FILE = HOME / "sap" / "domains.csv"
UNITS_FILE = HOME / "sap" / "units.csv"
NOTEBOOKS = HOME / "notebooks"
