"""Room of cut.yaml: four values, all read as text, each checked."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sap_helpers.cut.form import FULL_DATE
from sap_helpers.cut.names import is_cut_id
from sap_helpers.cut.values import YEARS, parse_date
from sap_helpers.errors import CutError
from sap_helpers.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

R016 = Rule(
    "R016", "refused", "a name that cannot safely name a report folder",
    allowed="1 to 64 letters, digits, points, dashes and underscores, a letter or digit first; no device name",
    action="Give the cut another cut_id.",
)  # fmt: skip
RULES: tuple[Rule, ...] = (R016,)

INFO_NAME = "cut.yaml"
KEYS = ("study", "cut_id", "cut_date", "synthetic")
MAX_INFO_BYTES = 8192
REFUSED_CUT_ID = "refused"


@dataclass(frozen=True, slots=True)
class CutInfo:
    """What a cut says of itself.

    Parameters
    ----------
    study
        Registry number of the study.
    cut_id
        Name of the cut and of its report folder; safe as a folder name, or the cut is refused.
    cut_date
        Last day of data, inclusive.
    synthetic
        Whether the data are made up; stamps every page.
    """

    study: str
    cut_id: str
    cut_date: datetime.date
    synthetic: bool


def parse_info(data: bytes) -> tuple[CutInfo, list[Finding]]:
    """Return what cut.yaml says, and the refusal of a cut_id that cannot name a folder (R016).

    Everything is read as text: 2015-01-31 stays what was typed, 012 is not 10, no is not false. With R016 the cut_id
    handed on is the word refused, so that no path is ever made of what was typed.

    Raises
    ------
    CutError
        No UTF-8, no YAML mapping of four texts, a key twice, missing or unknown, or a value that is not allowed; the
        message names all of them.
    """
    values = _load_texts(data)
    unknown = [key for key in values if key not in KEYS]
    missing = [key for key in KEYS if key not in values]
    problems = [f"unknown key {key!r}; allowed: {', '.join(KEYS)}" for key in unknown]
    problems += [f"key {key} is missing" for key in missing]
    problems += _check_values(values)
    if problems:
        raise CutError(f"{INFO_NAME}: {'; '.join(problems)}. Correct {INFO_NAME}.")
    findings = check_cut_id(values["cut_id"])
    cut_id = REFUSED_CUT_ID if findings else values["cut_id"]
    cut_date = datetime.date.fromisoformat(values["cut_date"])
    return CutInfo(values["study"], cut_id, cut_date, values["synthetic"] == "true"), findings


def _load_texts(data: bytes) -> Mapping[str, str]:
    """Return the mapping of a YAML text with every scalar as text."""
    if len(data) > MAX_INFO_BYTES:
        raise CutError(f"{INFO_NAME}: {len(data)} bytes; allowed: at most {MAX_INFO_BYTES}.")
    try:
        values = YAML(typ="base").load(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        byte, line = error.object[error.start], error.object.count(b"\n", 0, error.start) + 1
        raise CutError(f"{INFO_NAME}: byte 0x{byte:02X} at line {line}; this file must be UTF-8.") from error
    except (YAMLError, RecursionError) as error:
        raise CutError(f"{INFO_NAME} is no valid YAML: {_reason(error)}. Correct {INFO_NAME}.") from error
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise CutError(f"{INFO_NAME} must hold one line 'key: value' for each of {', '.join(KEYS)}.")
    return values


def _reason(error: Exception) -> str:
    """Return the part of a YAML error that says what is wrong and on which line."""
    problem = getattr(error, "problem", None) or str(error) or "nested too deeply"
    mark = getattr(error, "problem_mark", None)
    line = "" if mark is None else f" at line {mark.line + 1}"
    return f"{' '.join(str(problem).split())}{line}"


def _check_values(values: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the values that are there, cut_id apart."""
    problems = []
    if not values.get("study", "x").strip().isprintable() or not values.get("study", "x").strip():
        problems.append("study is empty or not plain text; allowed: the registry number of the study")
    if not _is_full_date(values.get("cut_date", "2000-01-01")):
        years = f"from {YEARS[0]} to {YEARS[-1]}"
        problems.append(f"cut_date {values['cut_date']!r}; allowed: a full date such as 2015-01-31, {years}")
    if values.get("synthetic", "true") not in ("true", "false"):
        problems.append(f"synthetic {values['synthetic']!r}; allowed: true, false")
    return problems


def _is_full_date(text: str) -> bool:
    """Return whether a text is a day of the calendar in the form YYYY-MM-DD, of a year that a date may have."""
    return FULL_DATE.fullmatch(text) is not None and parse_date(text) is not None


def check_cut_id(cut_id: str) -> list[Finding]:
    """Return the refusal of a cut_id that is no safe folder name on every system (R016)."""
    if is_cut_id(cut_id):
        return []
    shown = cut_id.encode("unicode_escape").decode("ascii")
    return [R016.finding(file=INFO_NAME, variable="cut_id", value=shown or "(empty)")]
