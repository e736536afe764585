"""The parameters of a notebook: papermill passes over a name that no cell declares, so the opening cell refuses it."""

from __future__ import annotations

import ast

from IPython.core.getipython import get_ipython

from sap_helpers.errors import UsageError

# how the cell begins into which papermill writes what it was given
INJECTED = "# Parameters\n"


def check_parameters(**parameters: object) -> None:
    """Refuse parameters that papermill was given and the notebook does not have.

    Parameters
    ----------
    parameters
        Those that it has.

    Raises
    ------
    UsageError
        There is another one.
    """
    shell = get_ipython()
    cells: list[str] = shell.user_ns["In"] if shell else []
    given = [name for cell in cells if cell.startswith(INJECTED) for name in _assigned(cell)]
    unknown = [name for name in given if name not in parameters]
    if unknown:
        raise UsageError(
            f"{unknown[0]}: no parameter of this notebook. Allowed: {', '.join(parameters)}. "
            "Another value of the plan is set by sap run CUT --set KEY=VALUE."
        )


def _assigned(cell: str) -> list[str]:
    targets = [target for node in ast.parse(cell).body if isinstance(node, ast.Assign) for target in node.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]
