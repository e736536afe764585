"""Imports made quick: without what other packages try and this one does not need, and without a search for garbage."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# what checks formats that no notebook has (a grammar of web addresses takes seconds); and another library of data
# frames, which starts threads
UNUSED = (
    "rfc3987_syntax", "rfc3986_validator", "arrow", "isoduration", "webcolors", "uri_template", "fqdn", "jsonpointer",
    "polars",
)  # fmt: skip
# a run is short: looking for garbage as often as by default takes a tenth of its time
RARELY = (50_000, 20, 20)


@contextmanager
def quick_imports() -> Iterator[None]:
    """Have the imports of the block find those packages missing, which all that try them are prepared for.

    What is imported is never garbage: it is not looked at, now or later, and the rest less often.
    """
    hidden = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    gc.disable()
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
        gc.freeze()
        gc.set_threshold(*RARELY)
        gc.enable()
