"""Room of a file's bytes: what they are, whether they are whole, and which encoding they are in."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import PurePath
from typing import Any, NoReturn

from sap_helpers.findings import Finding, Rule

R006 = Rule("R006", "refused", "the SAS file is truncated or damaged", action="Fetch the file again from its source.")
R007 = Rule(
    "R007", "refused", "the file is truncated, damaged or not of its format",
    action="Fetch the file again from its source.",
)  # fmt: skip
R008 = Rule("R008", "refused", "bytes were altered on the way", action="Fetch the file again from its source.")
R011 = Rule("R011", "refused", "the file has no content", allowed="a header at least", action="Fetch the file again.")
R019 = Rule(
    "R019", "refused", "the file is an archive or unpacks to more than the limit",
    allowed="one uncompressed file per domain", action="Unpack it outside the cut and put the data file there.",
)  # fmt: skip
R023 = Rule(
    "R023", "refused", "the content does not fit the extension", allowed="csv, parquet, xpt (v5), sas7bdat, json",
    action="Give the file the extension of its content, or export it again.",
)  # fmt: skip
R024 = Rule("R024", "refused", "the text is not UTF-8", allowed="UTF-8", action="Export the file again as UTF-8.")
R025 = Rule(
    "R025", "noted", "the file starts with a byte order mark", allowed="UTF-8, with or without the mark",
    action="The mark was left out.",
)  # fmt: skip
R026 = Rule(
    "R026", "refused", "the text is UTF-16 or UTF-32", allowed="UTF-8", action="Export the file again as UTF-8."
)
RULES: tuple[Rule, ...] = (R006, R007, R008, R011, R019, R023, R024, R025, R026)

DEFAULT_MAX_BYTES = 2 * 1024**3
LABELS = {"csv": "CSV", "parquet": "Parquet", "xpt": "XPT", "sas7bdat": "SAS7BDAT", "json": "Dataset-JSON"}
SAS7BDAT_MAGIC = bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
HIDING = re.compile(r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
UNPRINTED = re.compile(f"{CONTROL.pattern}|{HIDING.pattern}")
SIGNATURES = (
    (b"PAR1", "parquet"),
    (b"HEADER RECORD*******LIBRARY", "xpt"),
    (b"HEADER RECORD*******LIBV8", "XPT version 8"),
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"%PDF", "a PDF"),
)


def domain_of(name: str) -> str:
    """Return the domain that a file name stands for: ``QS.csv`` is qs."""
    return PurePath(name).stem.lower()


def spell_out(text: str) -> str:
    """Return a text for a message: control, hiding and reordering characters and half surrogates as code points."""
    return UNPRINTED.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def sniff(data: bytes) -> str:
    """Return the extension, or else the name, of what `data` looks like; the empty text for plain text."""
    if data[12:32] == SAS7BDAT_MAGIC:
        return "sas7bdat"
    for signature, found in SIGNATURES:
        if data.startswith(signature):
            return found
    start = data[:256].removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"{"):
        return "json"
    return "an HTML or XML page" if start.startswith(b"<") else ""


def check_content(data: bytes, extension: str, name: str) -> list[Finding]:
    """Return the refusals of a file that is empty (R011), wide text (R026) or not what it is called (R023)."""
    domain = domain_of(name)
    if not data:
        return [R011.finding(domain=domain, file=name)]
    if extension in ("csv", "json") and is_wide_text(data):
        return [R026.finding(domain=domain, file=name)]
    found = sniff(data)
    if found == ("" if extension == "csv" else extension):
        return []
    if found == "":
        return [R023.finding(domain=domain, file=name, problem=f"does not look like {LABELS[extension]}")]
    return [R023.finding(domain=domain, file=name, problem=f"looks like {LABELS.get(found, found)}")]


def is_wide_text(data: bytes) -> bool:
    """Return whether `data` is UTF-16 or UTF-32: by its mark, or by a zero in every other byte of its start."""
    start = data[:128]
    halves = (start[0::2], start[1::2])
    return start.startswith(WIDE_MARKS) or any(2 * half.count(0) > len(half) > 1 for half in halves)


def decode_text(data: bytes, name: str) -> tuple[str | None, list[Finding]]:
    """Return the UTF-8 text of `data` without a byte order mark, or None with the refusal that says where it breaks.

    The encoding is never guessed: the message names the first byte that is not UTF-8 and its line.
    """
    domain = domain_of(name)
    marked = data.startswith(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # utf-8-sig counts from behind the mark, and the mark holds no line break, so lines are the same either way.
        start = error.start
        line = 1 + (error.object.count(b"\n", 0, start) or error.object.count(b"\r", 0, start))
        problem = f"byte 0x{error.object[start]:02X} at line {line}; this file must be UTF-8"
        return None, [R024.finding(domain=domain, file=name, line=line, problem=problem, allowed="")]
    return text, [R025.finding(domain=domain, file=name)] if marked else []


def parse_json(text: str) -> object:
    """Return the value of a JSON text; equal keys in one object, NaN and Infinity are errors.

    Raises
    ------
    ValueError
        The text is no strict JSON, or nested beyond any data file's need; the message says where.
    """
    try:
        value: object = json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of `pairs`, refusing a key that comes twice."""
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise ValueError(f"key {', '.join(twice)} comes twice in one object")
    return result


def _refuse_constant(constant: str) -> NoReturn:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise ValueError(f"{constant} is no JSON number")
