"""Records behind numbers, packed: column by column, neighbours alike, numbers as their distance from the one before.

Thousands of records stand behind the numbers of a page. Sorted by data set, parameter and week, and written as columns
of differences, they repeat themselves so much that compression leaves a few bytes of each.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NUMBER = re.compile(r"\d+")
HOLE = "#"


class Line(NamedTuple):
    """One record behind a number: whose, which, what it says, and the source records that it was made from.

    `aseq` is 0 for a subject without a record; `source` holds no ``#``.
    """

    usubjid: str
    dataset: str = ""
    aseq: int = 0
    what: str = ""
    week: str = ""
    date: str = ""
    value: str = ""
    source: str = ""


def sort_lines(lines: Iterable[Line]) -> list[Line]:
    """Return lines in the order in which they pack best, each once."""
    return sorted(set(lines), key=lambda line: (line.dataset, line.what, line.week.zfill(3), line.usubjid, line.aseq))


def pack_lines(lines: Sequence[Line], subjects: Mapping[str, int]) -> dict[str, list[Any]]:
    """Return lines as columns; `unpack_lines` is the inverse.

    Parameters
    ----------
    lines
        In the order of `sort_lines`.
    subjects
        The place of each subject.
    """
    words: dict[str, int] = {}
    forms: dict[str, int] = {}
    before: dict[str, list[int]] = {}
    numbers: list[int] = []
    for line in lines:
        form = NUMBER.sub(HOLE, line.source)
        forms.setdefault(form, len(forms))
        found = [int(number) for number in NUMBER.findall(line.source)]
        numbers += [now - then for now, then in zip(found, before.get(form, [0] * len(found)), strict=True)]
        before[form] = found
    columns = {
        name: [words.setdefault(getattr(line, name), len(words)) for line in lines]
        for name in ("dataset", "what", "week")
    }
    return {
        "subject": differences([subjects[line.usubjid] for line in lines]),
        **{name: differences(places) for name, places in columns.items()},
        "aseq": differences([line.aseq for line in lines]),
        "date": [line.date for line in lines], "value": [line.value for line in lines],
        "form": [forms[NUMBER.sub(HOLE, line.source)] for line in lines], "numbers": numbers,
        "words": list(words), "forms": list(forms),
    }  # fmt: skip


def unpack_lines(packed: Mapping[str, list[Any]], subjects: Sequence[str]) -> list[Line]:
    """Return the lines that `pack_lines` packed."""
    places = {name: list(accumulate(packed[name])) for name in ("subject", "dataset", "what", "week", "aseq")}
    before: dict[int, list[int]] = {}
    numbers = iter(packed["numbers"])
    lines = []
    for at, form in enumerate(packed["form"]):
        text = packed["forms"][form]
        then = before.get(form, [0] * text.count(HOLE))
        before[form] = [number + next(numbers) for number in then]
        source = text.replace(HOLE, "{}").format(*before[form])
        dataset, what, week = (packed["words"][places[name][at]] for name in ("dataset", "what", "week"))
        subject = subjects[places["subject"][at]]
        date, value = packed["date"][at], packed["value"][at]
        lines.append(Line(subject, dataset, places["aseq"][at], what, week, date, value, source))
    return lines


def differences(numbers: Sequence[int]) -> list[int]:
    """Return the first number and then each number less the one before it."""
    return [*numbers[:1], *(after - before for before, after in pairwise(numbers))]
