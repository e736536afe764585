"""What `sap run` was asked to do."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sap_helpers.plan.home import NOTEBOOKS, PLAN_FILE

if TYPE_CHECKING:
    from sap_helpers.run.engine import EngineName


@dataclass(frozen=True)
class Call:
    """What `sap run` was asked to do."""

    cut: Path
    reports: Path = Path("reports")
    only: tuple[str, ...] | None = None
    settings: tuple[str, ...] = ()
    plan: Path = PLAN_FILE
    notebooks: Path = NOTEBOOKS
    force: bool = False
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    engine: EngineName = "fast"
    previous: Path | None = None
