"""Chance and identity of the demo world: one seed, one stream per subject, ids from names."""

from uuid import UUID
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from catalog.kernel.ids import derived_id


def dice(seed: int, subject: str) -> np.random.Generator:
    """An own stream per subject, so that a change to one leaves the others as they were."""
    return np.random.default_rng([seed, crc32(subject.encode())])


def named(*parts: object) -> UUID:
    """The id of a thing of this world, the same at every run."""
    return derived_id("shatou", *parts)


def shares(total: int, weights: list[float] | NDArray[np.float64]) -> list[int]:
    """Split a whole number in proportion to weights, largest remainder first."""
    exact = np.asarray(weights, dtype=np.float64) / np.sum(weights) * total
    parts = np.floor(exact).astype(int)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: total - parts.sum()]] += 1
    return [int(part) for part in parts]
