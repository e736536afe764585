"""Random numbers of the synthetic trial: a named stream per quantity, so that nothing moves when one is added."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sap_helpers.run.simulate.calibration import BLOCK

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]


class Streams:
    """Draws for `count` subjects, subjects first.

    Every draw fills its array row by row from a stream of its own, so a subject's numbers stay what they are when there
    are more subjects, and when another quantity is drawn in addition.

    Parameters
    ----------
    seed
        Seed of the trial, 0 or more.
    count
        Number of subjects.
    """

    def __init__(self, seed: int, count: int) -> None:
        self.seed = seed
        self.count = count

    def uniform(self, name: str, *shape: int) -> Floats:
        r"""Return uniform numbers in [0, 1), of shape (count, \\*shape)."""
        return self._generator(name).random((self.count, *shape))

    def normal(self, name: str, *shape: int) -> Floats:
        r"""Return standard normal numbers of shape (count, \\*shape)."""
        return self._generator(name).standard_normal((self.count, *shape))

    def days(self, name: str, first: int, last: int, *shape: int) -> Ints:
        """Return whole numbers from `first` to `last`, both included, all equally likely."""
        return first + np.floor(self.uniform(name, *shape) * (last - first + 1)).astype(np.int64)

    def between(self, name: str, limits: tuple[float, float], *shape: int) -> Floats:
        """Return uniform numbers between the two limits."""
        return limits[0] + (limits[1] - limits[0]) * self.uniform(name, *shape)

    def choice(self, name: str, weights: Sequence[float], *shape: int) -> Ints:
        """Return indices into `weights`, drawn with these weights."""
        return weighted(self.uniform(name, *shape), weights)

    def rank(self, name: str) -> Ints:
        """Return each subject's place, 0 to 39, in a random order of its block of forty; shape (count,)."""
        blocks = -(-self.count // BLOCK)
        order = np.argsort(self._generator(name).random((blocks, BLOCK)), axis=1, kind="stable")
        return np.argsort(order, axis=1, kind="stable").ravel()[: self.count].astype(np.int64)

    def _generator(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, zlib.crc32(name.encode("ascii"))])


def weighted(uniform: Floats, weights: Sequence[float]) -> Ints:
    """Return the indices that uniform numbers fall on when the unit interval is divided in proportion to `weights`."""
    ends = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.minimum(np.searchsorted(ends / ends[-1], uniform, side="right"), len(ends) - 1).astype(np.int64)
