"""The environment that made a page, as a table: Python and the packages that numbers pass through."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import version

from sap_helpers.show.display import Cell, Column, Row, Table

PACKAGES = (
    "sap-helpers", "numpy", "pandas", "pyarrow", "pyreadstat", "scipy", "statsmodels", "formulaic", "lifelines",
    "matplotlib", "seaborn", "papermill",
)  # fmt: skip
# a page is the same whatever the format of its cut, so that it names what reads some of them
REMARKS = {"pyreadstat": "reads cuts in the formats of SAS"}


@cache
def find_versions() -> dict[str, str]:
    """Return the versions by name; looked up once a process, and what forks inherit."""
    return {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def environment_table() -> Table:
    """Return the versions of Python and of the packages that numbers pass through."""
    rows = tuple(
        Row(f"{name} ({REMARKS[name]})" if name in REMARKS else name, (Cell(text),))
        for name, text in find_versions().items()
    )
    return Table(
        "ENVIRONMENT", "Software that made this page", "Package", (Column("Version", is_number=False),), rows,
        population="Every version is fixed by requirements.lock", source="manifest.json", kind="plain",
    )  # fmt: skip
