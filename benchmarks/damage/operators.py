"""All operators, in the order of the table."""

from __future__ import annotations

from damage import columns, crossings, dates, files, numbers, records, scores, words

ROOMS = (words, numbers, scores, dates, records, crossings, columns, files)
OPERATORS = tuple(operator for room in ROOMS for operator in room.OPERATORS)
