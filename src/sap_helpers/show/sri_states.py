"""The states of a response in one week: how each is named, signed and coloured, wherever it is shown."""

from __future__ import annotations

from sap_helpers.show.charts.matrix import State

STATES = {
    "response": State("response", "#0b5b93", "#ffffff", "●"),
    "failed": State("component failed", "#f6dfc9", "#5c2c00", "S B P"),
    "event": State("event before", "#5f666d", "#ffffff", "✕"),
    "missing": State("missing", "#ffffff", "#1f2529", "?", hatch="////"),
    "not due": State("not due", "#ffffff", "#59626b", "–"),
}
LETTERS = {"S": "SELENA-SLEDAI", "B": "BILAG", "P": "PGA"}
