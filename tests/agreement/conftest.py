"""Agreement tests: where R is, what it printed before (evidence), and how to run a script of this folder live."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent


def skip_or_fail(reason: str) -> None:
    """Skip the test with a reason; fail it instead on the continuous-integration machine, where R must be."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (required where CI is true)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def rscript() -> str:
    """Return the path of Rscript."""
    path = shutil.which("Rscript")
    if path is None:
        skip_or_fail("Rscript is not installed")
    return str(path)


@pytest.fixture(scope="session")
def run_r(rscript: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Return a function that runs a script of this folder on a JSON payload and returns the JSON that it wrote."""

    def run(script: str, payload: object, packages: tuple[str, ...]) -> Any:
        wanted = ", ".join(f'"{name}"' for name in ("jsonlite", *packages))
        absent = subprocess.run(
            [rscript, "-e", f"p <- c({wanted}); cat(p[!sapply(p, requireNamespace, quietly = TRUE)])"],
            capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip
        if absent:
            skip_or_fail(f"R packages not installed: {absent}")
        folder = tmp_path_factory.mktemp("r")
        (folder / "in.json").write_text(json.dumps(payload), encoding="utf-8")
        done = subprocess.run(
            [rscript, str(FOLDER / script), str(folder / "in.json"), str(folder / "out.json")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads((folder / "out.json").read_text(encoding="utf-8"))

    return run


@pytest.fixture(scope="session")
def evidence() -> Callable[[str], dict[str, dict[str, Any]]]:
    """Return a function that reads one evidence file of cases as a mapping from case id to case."""

    def read(name: str) -> dict[str, dict[str, Any]]:
        cases = json.loads((FOLDER / "evidence" / f"{name}.json").read_text(encoding="utf-8"))
        return {case["id"]: case for case in cases}

    return read
