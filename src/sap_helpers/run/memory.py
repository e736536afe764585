"""Memory that nobody uses any more, given back to the system while notebooks run in other processes."""

from __future__ import annotations

import ctypes
import gc

import pyarrow as pa


def give_back_memory() -> None:
    """Give back what the allocators keep for later: after tables of millions of texts, most of a process.

    What the C library keeps can be asked for on Linux with glibc; elsewhere it stays.
    """
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
