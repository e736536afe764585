"""The records behind results: which were counted, which made up the denominator, who is not in it and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sap_helpers.results import Key

    IntArray = np.ndarray[Any, np.dtype[np.int64]]


class Source(NamedTuple):
    """Records of one analysis data set, by their ASEQ in ascending order."""

    dataset: str
    numbers: tuple[int, ...]

    @classmethod
    def from_numbers(cls, dataset: str, numbers: Iterable[int]) -> Source:
        """Return the records numbered so, each once, in order."""
        return cls(dataset, tuple(sorted({int(number) for number in numbers})))


class Records(NamedTuple):
    """What stands behind the statistics of one key.

    Parameters
    ----------
    counted
        The records of those that n counts; of a statistic of values, these values.
    of
        The records of those of N.
    left_out
        The subjects of the set who are not in N: a reason with their ASEQ in ADSL, reasons in the order of the cases.
    events
        The records that n.events counts, where these are others than those counted.
    made_of
        Keys of the results that it was made from, where it was not made from records.
    reason
        Why there is no record behind it.
    """

    counted: tuple[Source, ...] = ()
    of: tuple[Source, ...] = ()
    left_out: tuple[tuple[str, tuple[int, ...]], ...] = ()
    events: tuple[Source, ...] = ()
    made_of: tuple[Key, ...] = ()
    reason: str = ""


def encode_records(records: Mapping[Key, Records], keys: Iterable[Key]) -> dict[str, Any]:
    """Return records as JSON data, each list of numbers, each reason and each `Records` once.

    A list is text: its data set, then runs such as ``3-7,9``; or, where that has no more runs, the place of an earlier
    list with ``+`` and the positions taken from it, or ``~`` and the positions left out of it.

    Parameters
    ----------
    keys
        The keys of the rows of results, in order: records refer to a row by its place, with ``*`` without its method.
    """
    lists, reasons, made, kinds = _Lists(), _Table(), _Table(), _Table()
    places: dict[Key, str] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, f"{place}")
        places.setdefault(key._replace(method=""), f"{place}*")
    behind = [f"{places[key]}:{kinds.add(_kind(one, lists, reasons, made))}" for key, one in records.items()]
    return {
        "lists": lists.texts, "reasons": reasons.values, "made_of": [list(key) for key in made.values],
        "kinds": kinds.values, "behind": " ".join(behind),
    }  # fmt: skip


def decode_records(data: Mapping[str, Any], keys: Sequence[Key], make_key: Callable[..., Key]) -> dict[Key, Records]:
    """Return the records that `encode_records` wrote."""
    lists = _read_lists(data["lists"])
    made = [make_key(*parts) for parts in data["made_of"]]
    kinds = [_read_kind(text, lists, data["reasons"], made) for text in data["kinds"]]
    found = {}
    for pair in data["behind"].split():
        place, kind = pair.split(":")
        key = keys[int(place.rstrip("*"))]
        found[key._replace(method="") if place.endswith("*") else key] = kinds[int(kind)]
    return found


class _Table:
    """Values, each once, in the order in which they first came."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._places: dict[Any, int] = {}

    def add(self, value: Any) -> int:
        if value not in self._places:
            self._places[value] = len(self.values)
            self.values.append(value)
        return self._places[value]


class _Lists:
    """Lists of numbers as text, each once."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._places: dict[Source, int] = {}
        self._numbers: list[IntArray] = []
        self._last: dict[str, int] = {}

    def add(self, source: Source, parent: int | None = None) -> int:
        """Return the place of a list; a new one is written in the form with the fewest runs."""
        if source not in self._places:
            numbers = np.asarray(source.numbers, dtype=np.int64)
            parents = sorted(place for place in {parent, self._last.get(source.dataset)} if place is not None)
            forms = [form for place in parents for form in _forms_within(numbers, self._numbers[place], place)]
            prefix, written = min([*forms, ("", numbers)], key=lambda form: _count_runs(form[1]))
            self._places[source] = self._last[source.dataset] = len(self.texts)
            self._numbers.append(numbers)
            self.texts.append(f"{source.dataset} {prefix}{_runs(written)}")
        return self._places[source]


def _forms_within(numbers: IntArray, whole: IntArray, place: int) -> list[tuple[str, IntArray]]:
    """Return a list as positions in, and as positions left out of, another; nothing where that lacks a number of it."""
    if not len(whole) or len(numbers) > len(whole):
        return []
    position = np.searchsorted(whole, numbers).clip(max=len(whole) - 1)
    if not (whole[position] == numbers).all():
        return []
    is_out = np.ones(len(whole), dtype=bool)
    is_out[position] = False
    return [(f"{place}+", position), (f"{place}~", np.flatnonzero(is_out))]


def _count_runs(numbers: IntArray) -> int:
    return int(np.count_nonzero(np.diff(numbers) != 1)) + 1 if len(numbers) else 0


def _runs(numbers: IntArray) -> str:
    if not len(numbers):
        return ""
    breaks = np.flatnonzero(np.diff(numbers) != 1)
    first, last = numbers[np.r_[0, breaks + 1]], numbers[np.r_[breaks, -1]]
    return ",".join(f"{a}" if a == b else f"{a}-{b}" for a, b in zip(first.tolist(), last.tolist(), strict=True))


def _read_runs(text: str) -> IntArray:
    pairs = [part.partition("-") for part in text.split(",") if part]
    runs = [np.arange(int(first), int(last or first) + 1) for first, _, last in pairs]
    return np.concatenate(runs) if runs else np.zeros(0, dtype=np.int64)


def _read_lists(texts: Sequence[str]) -> list[Source]:
    arrays: list[IntArray] = []
    found = []
    for text in texts:
        dataset, _, form = text.partition(" ")
        arrays.append(_read_form(form, arrays))
        found.append(Source(dataset, tuple(arrays[-1].tolist())))
    return found


def _read_form(form: str, arrays: Sequence[IntArray]) -> IntArray:
    """Return the numbers of one list; a form within another list names its place before ``+`` or ``~``."""
    place, is_part, positions = form.partition("+")
    if is_part:
        return arrays[int(place)][_read_runs(positions)]
    place, is_rest, positions = form.partition("~")
    if is_rest:
        return np.delete(arrays[int(place)], _read_runs(positions))
    return _read_runs(form)


def _kind(one: Records, lists: _Lists, reasons: _Table, made: _Table) -> str:
    """Return one `Records` as text: the places of its lists, reasons and keys, its parts parted by semicolons."""
    of = [lists.add(source) for source in one.of]
    parents = {source.dataset: place for source, place in zip(one.of, of, strict=True)}
    parts = [[lists.add(source, parents.get(source.dataset)) for source in part] for part in (one.counted, one.events)]
    left = [f"{reasons.add(reason)}:{lists.add(Source('adsl', numbers))}" for reason, numbers in one.left_out]
    keys = [made.add(key) for key in one.made_of]
    why = f"{reasons.add(one.reason)}" if one.reason else ""
    numbers = [",".join(map(str, places)) for places in (parts[0], of, parts[1], left, keys)]
    return ";".join([*numbers, why])


def _read_kind(text: str, lists: Sequence[Source], reasons: Sequence[str], made: Sequence[Key]) -> Records:
    counted, of, events, left, keys, why = ([part for part in field.split(",") if part] for field in text.split(";"))
    pairs = [pair.split(":") for pair in left]
    return Records(
        tuple(lists[int(place)] for place in counted), tuple(lists[int(place)] for place in of),
        tuple((reasons[int(reason)], lists[int(place)].numbers) for reason, place in pairs),
        tuple(lists[int(place)] for place in events), tuple(made[int(place)] for place in keys),
        reasons[int(why[0])] if why else "",
    )  # fmt: skip
