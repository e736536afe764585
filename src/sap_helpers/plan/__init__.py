"""The plan as data: sap/plan.yaml read into frozen, validated objects.

Its parts are imported when they are asked for: where the project's files are can be told without reading the plan.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sap_helpers.plan.base import Window
    from sap_helpers.plan.load import load_plan, remember_plan, save_plan
    from sap_helpers.plan.model import Plan, ResponseAnalysis

__all__ = ["Plan", "ResponseAnalysis", "Window", "load_plan", "remember_plan", "save_plan"]

HOMES = {
    "Window": "base", "load_plan": "load", "remember_plan": "load", "save_plan": "load", "Plan": "model",
    "ResponseAnalysis": "model",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Return a name of one of the parts."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
