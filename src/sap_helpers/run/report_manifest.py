"""What the manifest of a report may say, field by field: who wrote it, and with what, is not known."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sap_helpers.cut.content import parse_json
from sap_helpers.cut.manifest import is_sha256
from sap_helpers.cut.names import is_cut_id
from sap_helpers.run.account_key import is_own

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Check = Callable[[object], bool]

LONGEST_LINE = 1000
MOST_SECONDS = 1e9
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
# in a folder of the report, or in the report itself
FILE = re.compile(rf"(?:{NAME.pattern}/)?{NAME.pattern}")
FULL_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_line(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_LINE and value.isprintable()


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_SECONDS


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(NAME.fullmatch(value))


def _is_file(value: object) -> bool:
    return isinstance(value, str) and bool(FILE.fullmatch(value))


def _is_date(value: object) -> bool:
    if not isinstance(value, str) or not FULL_DATE.fullmatch(value):
        return False
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _either(*checks: Check) -> Check:
    return lambda value: any(check(value) for check in checks)


def _list_of(item: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(item, value))


def _row_of(*items: Check) -> Check:
    return lambda value: (
        isinstance(value, list) and len(value) == len(items)
        and all(check(cell) for check, cell in zip(items, value, strict=True))
    )  # fmt: skip


def _map_of(key: Check, item: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(key(name) and item(of) for name, of in value.items())


def _record_of(fields: Mapping[str, Check]) -> Check:
    return lambda value: (
        isinstance(value, dict) and value.keys() == fields.keys()
        and all(check(value[name]) for name, check in fields.items())
    )  # fmt: skip


# what the manifest of a copy without subjects keeps of its report: the copy has no data to find it out again
ABOUT: Mapping[str, Check] = {
    "study": _is_line, "study_title": _is_line, "cut_id": is_cut_id, "cut_date": _is_date, "plan_version": _is_line,
    "synthetic": _is_flag, "sealed": _is_flag, "interim": _is_flag,
    "plan_differences": _list_of(_row_of(_is_text, _is_text, _is_text)),
    "set_sizes": _list_of(_row_of(_is_line, _is_count)), "warnings": _list_of(_is_text),
}  # fmt: skip
HASHES = _map_of(_is_file, is_sha256)
NEEDED_FIELDS: Mapping[str, Check] = {
    "study": _is_line, "cut_id": is_cut_id, "cut_date": _is_date, "all_notebooks": _list_of(_is_name),
    "failed": _list_of(_is_name), "outputs": HASHES,
}  # fmt: skip
OTHER_FIELDS: Mapping[str, Check] = {
    "inputs": _map_of(_is_name, is_sha256), "cut": _map_of(_is_text, _is_text),
    "basis": _map_of(_is_name, _either(_is_text, _list_of(_is_text), _map_of(_is_text, _is_text))),
    "previous": _either(is_sha256, lambda value: value == ""), "messages": _list_of(_is_text),
    "answers": _list_of(_is_text),
    "notebooks": _map_of(
        _is_name,
        _record_of({
            "key": is_sha256, "reads": _either(HASHES, lambda value: value is None), "frame": is_sha256,
            "seconds": _is_seconds,
        }),
    ),
    "subjects": _record_of({"basis": is_sha256, "pages": _list_of(_is_name)}),
    "about": _record_of(ABOUT), "aggregate_of": is_sha256,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the manifest of a report says; each field has the form in which this program writes it.

    Parameters
    ----------
    study, cut_id, cut_date
        What the report is of.
    all_notebooks, failed
        The plan's notebooks at the time, in order; those that failed.
    outputs
        The sha256 of each file of the report.
    inputs, cut
        The sha256 of each file that the cut was read from, and of everything in its folder.
    basis
        Everything else that the report was made from, hashed.
    previous
        One hash of what it was compared with, "" without.
    messages, answers
        What the run said of the cut, and in the end.
    notebooks, subjects
        What a later run has to know in order to take pages over.
    about, aggregate_of
        Of a copy without subjects: what its pages say of the cut, and the hash of the manifest of its report.
    is_own
        Whether this account wrote it, and nobody has altered it since.
    """

    study: str
    cut_id: str
    cut_date: str
    all_notebooks: Sequence[str]
    failed: Sequence[str]
    outputs: Mapping[str, str]
    inputs: Mapping[str, str] = field(default_factory=dict)
    cut: Mapping[str, str] = field(default_factory=dict)
    basis: Mapping[str, Any] = field(default_factory=dict)
    previous: str = ""
    messages: Sequence[str] = ()
    answers: Sequence[str] = ()
    notebooks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    subjects: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    aggregate_of: str = ""
    is_own: bool = False


def parse_manifest(data: bytes) -> Manifest:
    """Return what the text of a manifest says.

    Raises
    ------
    ValueError
        It is no strict JSON, or a field is absent or not of its form.
    """
    document = parse_json(data.decode("utf-8"))
    content = document if isinstance(document, dict) else {}
    fields = {**NEEDED_FIELDS, **OTHER_FIELDS}
    found = {name: content[name] for name in fields if name in content}
    wrong = [name for name in NEEDED_FIELDS if name not in found]
    wrong += [name for name, value in found.items() if not fields[name](value)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} absent or not of the form that sap run writes")
    return Manifest(**found, is_own=is_own(content))
