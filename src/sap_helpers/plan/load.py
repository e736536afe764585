"""Reading the plan: YAML to validated objects, `--set` through the same door, every refusal with the key's path."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import YAMLError

from sap_helpers.errors import PlanError
from sap_helpers.plan.model import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


MAX_BYTES, MAX_VALUES = 1024**2, 100_000


def load_plan(path: Path, settings: Iterable[str] = ()) -> Plan:
    """Read the plan and apply settings of the form ``dotted.key=value``.

    Parameters
    ----------
    path
        The plan's YAML file.
    settings
        Each names one existing key by its dotted path; the value is read as YAML, so ``[2, 4]`` is a list.

    Returns
    -------
    Plan
        Frozen and validated.

    Raises
    ------
    PlanError
        The file cannot be read, a key is unknown, or a value is not allowed; the message gives the key's path.
    """
    known = _read_text(path), path.name, tuple(settings)
    if known not in _KNOWN:
        plan = _plan_of(*known)
        base = load_plan(path) if known[2] else plan
        # a value that is written in another way, 0.30 for 0.3, is no other plan
        _KNOWN[known] = base if plan == base else plan
    return _KNOWN[known]


def save_plan(plan: Plan, path: Path) -> None:
    """Write a plan as `plan_text` gives it."""
    path.write_text(plan_text(plan), encoding="utf-8")
    remember_plan(plan, path)


def remember_plan(plan: Plan, path: Path) -> None:
    """Have `load_plan` know the file that a plan was saved in: to read it takes a fourth of a second."""
    _KNOWN[_read_text(path), path.name, ()] = plan


# a plan never changes, so that one text is read once in a process
_KNOWN: dict[tuple[str, str, tuple[str, ...]], Plan] = {}


def read_document(path: Path) -> Any:
    """Return what a YAML file of the plan holds, lists as tuples.

    Raises
    ------
    PlanError
        It cannot be read, is no YAML mapping, has a key twice, or unfolds to too many values.
    """
    document = _parse(_read_text(path), path.name)
    _check_size(document, path.name)
    return _frozen(document)


def _plan_of(text: str, name: str, settings: tuple[str, ...]) -> Plan:
    document = _parse(text, name)
    for setting in settings:
        _apply(document, setting)
    _check_size(document, name)
    try:
        return Plan.model_validate(_frozen(document))
    except ValidationError as error:
        raise PlanError(explain(error, name)) from error


def plan_text(plan: Plan) -> str:
    """Return the plan in force as YAML text, in the model's order; reading it again gives an equal plan."""
    buffer = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = None
    writer.width = 120
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.dump(_plain(plan.model_dump()), buffer)
    return buffer.getvalue()


def changed_keys(plan: Plan, base: Plan) -> dict[str, tuple[str, str]]:
    """Return the dotted keys in which `plan` differs from `base`, with the base's value and the one in force.

    Numbers are compared as numbers: 0.30 is 0.3.
    """
    ours, theirs = _flat(plan.model_dump()), _flat(base.model_dump())
    keys = [key for key in {**theirs, **ours} if ours.get(key) != theirs.get(key)]
    return {key: (_shown(_plain(theirs.get(key))), _shown(_plain(ours.get(key)))) for key in keys}


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise PlanError(f"plan {path.name}: more than {MAX_BYTES} bytes. Name a plan file.")
        return data.decode("utf-8")
    except OSError as error:
        raise PlanError(f"plan {path.name}: cannot be read ({error.strerror}). Name an existing plan file.") from error
    except UnicodeDecodeError as error:
        raise PlanError(f"plan {path.name}: not UTF-8 at byte {error.start}. Save the file as UTF-8.") from error


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        document = YAML(typ="safe", pure=True).load(text)
    except DuplicateKeyError as error:
        raise PlanError(f"plan {name}: {error.problem} at line {_line(error)}. Keep one of the two.") from error
    except YAMLError as error:
        raise PlanError(f"plan {name}: not YAML at line {_line(error)}. Correct the file.") from error
    except ValueError as error:  # what has the form of a date, but is none
        raise PlanError(f"plan {name}: a value cannot be read ({error}). Quote it, or correct it.") from error
    except RecursionError as error:
        raise PlanError(f"plan {name}: nested too deeply. Correct the file.") from error
    if not isinstance(document, dict):
        raise PlanError(f"plan {name}: holds no keys. A plan is a YAML mapping.")
    return document


def _check_size(document: dict[str, Any], name: str) -> None:
    """Refuse a plan whose aliases unfold to more values than any plan has: a few lines of them can stand for 9^9."""
    waiting: list[Any] = [document]
    for _ in range(MAX_VALUES):
        if not waiting:
            return
        value = waiting.pop()
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    raise PlanError(f"plan {name}: its aliases unfold to more than {MAX_VALUES} values, or one refers to itself.")


def _line(error: YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return "?" if mark is None else str(mark.line + 1)


def _apply(document: dict[str, Any], setting: str) -> None:
    key, separator, text = setting.partition("=")
    if not separator or not key:
        raise PlanError(f"--set {setting}: not of the form KEY=VALUE, for example safety.last_day=180.")
    place: Any = document
    walked: list[str] = []
    parts = key.split(".")
    for part in parts:
        found = _child(place, part)
        if found is None:
            allowed = ", ".join(map(str, place)) if isinstance(place, dict) else "no key below it"
            where = ".".join(walked) or "the plan"
            raise PlanError(f"--set {key}: unknown key '{part}' in {where}. Allowed: {allowed}.")
        walked.append(part)
        parent, name = place, found
        place = place[found]
    try:
        value = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise PlanError(f"--set {key}: the value {text!r} cannot be read as YAML.") from error
    # a value that the plan writes as text stays text: --set study=123 means the study called 123
    parent[name] = text if isinstance(place, str) and not isinstance(value, str | list | dict) else value


def _child(place: Any, part: str) -> Any:
    """Return the key of `place` that `part` writes, whatever its type, or None."""
    if isinstance(place, dict):
        return next((key for key in place if str(key) == part), None)
    return None


def _frozen(value: Any) -> Any:
    """Turn lists into tuples: the strict model takes no other."""
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value


def _plain(value: Any) -> Any:
    """Turn tuples into lists and decimals into text: what YAML can hold."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


def explain(error: ValidationError, name: str) -> str:
    """Return a line for each thing that a file of the plan may not say, with its path."""
    lines = []
    for problem in error.errors(include_url=False):
        path = ".".join(str(part) for part in problem["loc"]) or "the plan"
        given = problem["input"]
        shown = "" if isinstance(given, dict) else f" (given: {_shown(_listed(given))})"
        message = str(problem["msg"]).removeprefix("Value error, ")
        lines.append(f"plan {name}: {path}: {message[:1].lower()}{message[1:]}{shown}.")
    return "\n".join(lines)


def _listed(value: Any) -> Any:
    return [_listed(item) for item in value] if isinstance(value, tuple) else value


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else f"{text[:119]}…"


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    if isinstance(value, dict) and value:
        parts = (_flat(item, f"{path}.{key}" if path else str(key)) for key, item in value.items())
        return {key: item for part in parts for key, item in part.items()}
    return {path: value}
