"""What the manifest of a report may say, field by field: who wrote it, and with what, is not known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sap_helpers.cut.content import parse_json
from sap_helpers.cut.form import (
    either,
    is_count,
    is_date,
    is_flag,
    is_line,
    is_text,
    list_of,
    map_of,
    record_of,
    row_of,
)
from sap_helpers.cut.manifest import is_sha256
from sap_helpers.cut.names import is_cut_id
from sap_helpers.run.account_key import is_own

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sap_helpers.cut.form import Check

MOST_SECONDS = 1e9
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
# in a folder of the report, or in the report itself
FILE = re.compile(rf"(?:{NAME.pattern}/)?{NAME.pattern}")


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_SECONDS


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(NAME.fullmatch(value))


def _is_file(value: object) -> bool:
    return isinstance(value, str) and bool(FILE.fullmatch(value))


# what the manifest of a copy without subjects keeps of its report: the copy has no data to find it out again
ABOUT: Mapping[str, Check] = {
    "study": is_line, "study_title": is_line, "cut_id": is_cut_id, "cut_date": is_date, "plan_version": is_line,
    "synthetic": is_flag, "sealed": is_flag, "interim": is_flag,
    "plan_differences": list_of(row_of(is_text, is_text, is_text)),
    "set_sizes": list_of(row_of(is_line, is_count)), "warnings": list_of(is_text),
}  # fmt: skip
HASHES = map_of(_is_file, is_sha256)
NEEDED_FIELDS: Mapping[str, Check] = {
    "study": is_line, "cut_id": is_cut_id, "cut_date": is_date, "all_notebooks": list_of(_is_name),
    "failed": list_of(_is_name), "outputs": HASHES,
}  # fmt: skip
OTHER_FIELDS: Mapping[str, Check] = {
    "inputs": map_of(_is_name, is_sha256), "cut": map_of(is_text, is_text),
    "basis": map_of(_is_name, either(is_text, list_of(is_text), map_of(is_text, is_text))),
    "previous": either(is_sha256, lambda value: value == ""), "messages": list_of(is_text),
    "answers": list_of(is_text),
    "notebooks": map_of(
        _is_name,
        record_of({
            "key": is_sha256, "reads": either(HASHES, lambda value: value is None), "frame": is_sha256,
            "seconds": _is_seconds,
        }),
    ),
    "subjects": record_of({"basis": is_sha256, "pages": list_of(_is_name)}),
    "about": record_of(ABOUT), "aggregate_of": is_sha256,
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
