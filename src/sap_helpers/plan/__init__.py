"""The plan as data: sap/plan.yaml read into frozen, validated objects."""

from sap_helpers.plan.base import Window
from sap_helpers.plan.load import load_plan, plan_text
from sap_helpers.plan.model import Plan, ResponseAnalysis

__all__ = ["Plan", "ResponseAnalysis", "Window", "load_plan", "plan_text"]
