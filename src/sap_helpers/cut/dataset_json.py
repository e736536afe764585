"""Room of CDISC Dataset-JSON 1.1: a strict reader and a writer without a clock."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from sap_helpers.cut.content import R007, R023, decode_text, domain_of, parse_json, spell_out
from sap_helpers.cut.tables import ObjectArray, RawTable, number_text
from sap_helpers.cut.values import to_double

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sap_helpers.findings import Finding

VERSION = "1.1"
DATA_TYPES = frozenset(
    {"string", "integer", "decimal", "float", "double", "boolean", "datetime", "date", "time", "URI"}
)
EPOCH = "1960-01-01T00:00:00"


def read_dataset_json(data: bytes, name: str) -> tuple[RawTable | None, list[Finding]]:
    """Return the columns of a Dataset-JSON 1.1 file as text, or None with the refusal.

    Strict: no repeated key, no NaN; `records` equals the number of rows and every row has one value per column;
    a value is text, a number or null. A boolean column is left out and named in `RawTable.unsupported`.
    """
    domain = domain_of(name)
    text, findings = decode_text(data, name)
    if text is None:
        return None, findings
    try:
        # The content was recognised by its opening brace, so that what was parsed is an object.
        document = cast("dict[str, Any]", parse_json(text))
        version = str(document.get("datasetJSONVersion", "no version"))
        if version != VERSION and not version.startswith(f"{VERSION}."):
            problem = spell_out(f"Dataset-JSON with {version}, not {VERSION}")
            return None, [*findings, R023.finding(domain=domain, file=name, problem=problem)]
        return _read_document(document), findings
    except ValueError as error:
        return None, [*findings, R007.finding(domain=domain, file=name, problem=spell_out(f"{R007.title}: {error}"))]


def _read_document(document: dict[str, Any]) -> RawTable:
    """Return the columns of a parsed document; a ValueError says what does not fit."""
    columns = _list_of(document, "columns", dict)
    rows = _list_of(document, "rows", list)
    records = document.get("records")
    if records != len(rows):
        raise ValueError(f"records says {records}, but there are {len(rows)} rows")
    short = next((index for index, row in enumerate(rows, 1) if len(row) != len(columns)), None)
    if short is not None:
        raise ValueError(f"row {short} has {len(rows[short - 1])} values for {len(columns)} columns")
    names = [_column_name(column, position) for position, column in enumerate(columns, 1)]
    kept = [position for position, column in enumerate(columns) if column["dataType"] != "boolean"]
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    cells = tuple(_as_text(values[position], names[position]) for position in kept)
    unsupported = {names[position]: "boolean" for position in range(len(columns)) if position not in kept}
    return RawTable(tuple(names[position] for position in kept), cells, unsupported=unsupported)


def _list_of(document: dict[str, Any], key: str, kind: type) -> list[Any]:
    """Return the list under `key`, all of whose entries are of one kind."""
    entries = document.get(key)
    if not isinstance(entries, list) or not all(isinstance(entry, kind) for entry in entries):
        raise ValueError(f"{key} must be a list of {'objects' if kind is dict else 'arrays'}")
    return entries


def _column_name(column: dict[str, Any], position: int) -> str:
    """Return a column's name after checking its description."""
    name, kind = column.get("name"), column.get("dataType")
    if not _is_text(name):
        raise ValueError(f"column {position} has no name")
    if not _is_text(kind) or kind not in DATA_TYPES:
        allowed = ", ".join(sorted(DATA_TYPES))
        raise ValueError(f"column {name}: dataType {kind}; allowed: {allowed}")
    return str(name)


def _is_text(value: object) -> bool:
    """Return whether a JSON value is a text."""
    return isinstance(value, str)


def _as_text(values: tuple[Any, ...], name: str) -> ObjectArray:
    """Return the values of one column as text; null is the empty text."""
    cells = np.empty(len(values), dtype=object)
    cells[:] = [_cell(value, name) for value in values]
    return cells


def _cell(value: object, name: str) -> str:
    """Return one value as text; anything but text, a number or null is an error."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value)
    raise ValueError(f"column {name}: a value is {json.dumps(value)[:40]}; allowed: text, number, null")


def write_dataset_json(frame: pd.DataFrame, domain: str, numeric: frozenset[str], labels: Mapping[str, str]) -> bytes:
    """Return a frame of text as Dataset-JSON 1.1, one record per line; `numeric` columns as JSON numbers."""
    values = {str(name): _values(frame[name], name in numeric) for name in frame}
    rows = list(zip(*values.values(), strict=True))
    head = {
        "datasetJSONCreationDateTime": EPOCH,
        "datasetJSONVersion": f"{VERSION}.0",
        "itemGroupOID": f"IG.{domain.upper()}",
        "records": len(rows),
        "name": domain.upper(),
        "label": domain.upper(),
        "columns": [_describe(name, cells, domain, name in numeric, labels) for name, cells in values.items()],
    }
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows)
    opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{opening},\n "rows": [\n{lines}\n]}}\n'.encode()


def _values(texts: pd.Series[str], is_number: bool) -> list[Any]:
    """Return the JSON values of one column: text or null, or int, float or null."""
    if not is_number:
        return [text or None for text in texts]
    return [None if np.isnan(value) else _plain(value) for value in to_double(texts)]


def _plain(value: float) -> float:
    """Return a whole double as an int, so that it is written without a fraction."""
    return int(value) if number_text(value).lstrip("-").isdigit() else value


def _describe(name: str, cells: list[Any], domain: str, is_number: bool, labels: Mapping[str, str]) -> dict[str, str]:
    """Return the description of one column."""
    whole = all(cell is None or isinstance(cell, int) for cell in cells)
    kind = ("integer" if whole else "float") if is_number else "string"
    return {
        "itemOID": f"IT.{domain.upper()}.{name}", "name": name, "label": labels.get(name, name), "dataType": kind,
    }  # fmt: skip
